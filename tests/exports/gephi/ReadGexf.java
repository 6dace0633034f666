import java.io.File;
import java.io.PrintStream;
import java.lang.reflect.Array;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import org.gephi.graph.api.Column;
import org.gephi.graph.api.Edge;
import org.gephi.graph.api.Element;
import org.gephi.graph.api.Graph;
import org.gephi.graph.api.GraphController;
import org.gephi.graph.api.GraphModel;
import org.gephi.graph.api.Node;
import org.gephi.graph.api.Table;
import org.gephi.io.importer.api.Container;
import org.gephi.io.importer.api.ImportController;
import org.gephi.io.importer.api.Issue;
import org.gephi.io.importer.api.Report;
import org.gephi.io.processor.plugin.DefaultProcessor;
import org.gephi.project.api.ProjectController;
import org.openide.util.Lookup;

/** Opens a file as Gephi does, and prints what Gephi has of it, a line of tab-separated JSON strings each. */
public class ReadGexf {
    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    public static void main(String[] args) throws Exception {
        ProjectController projects = Lookup.getDefault().lookup(ProjectController.class);
        projects.newProject();
        ImportController imports = Lookup.getDefault().lookup(ImportController.class);
        Container container = imports.importFile(new File(args[0]));
        Report report = container.getReport();
        container.closeLoader();
        imports.process(container, new DefaultProcessor(), projects.getCurrentWorkspace());
        GraphModel model = Lookup.getDefault().lookup(GraphController.class).getGraphModel();
        Graph graph = model.getGraph();
        line("graph", model.isDynamic(), model.getTimeFormat(), model.isMixed(), model.isUndirected());
        for (Iterator<Issue> issues = report.getIssues(100000); issues.hasNext();) {
            Issue issue = issues.next();
            line("issue", issue.getLevel(), issue.getMessage());
        }
        columns("node", model.getNodeTable());
        columns("edge", model.getEdgeTable());
        for (Node node : graph.getNodes()) {
            String colour = String.format("#%06x", node.getColor().getRGB() & 0xffffff);
            line("node", node.getId(), node.getLabel(), colour, node.size(), node.x(), node.y());
            values("node", node, model.getNodeTable());
        }
        for (Edge edge : graph.getEdges()) {
            line("edge", edge.getId(), edge.getSource().getId(), edge.getTarget().getId(), edge.getTypeLabel(),
                edge.isDirected(), edge.getWeight());
            values("edge", edge, model.getEdgeTable());
        }
    }

    private static void columns(String part, Table table) {
        for (Column column : table) {
            line(part + "-column", column.getTitle(), column.getTypeClass().getSimpleName());
        }
    }

    private static void values(String part, Element element, Table table) {
        for (Column column : table) {
            Object value = element.getAttribute(column);
            if (value != null && value.getClass().isArray()) {
                for (int i = 0; i < Array.getLength(value); i++) {
                    line(part + "-value", element.getId(), column.getTitle(), Array.get(value, i));
                }
            } else if (value != null) {
                line(part + "-value", element.getId(), column.getTitle(), value);
            }
        }
    }

    private static void line(Object... cells) {
        StringBuilder text = new StringBuilder();
        for (Object cell : cells) {
            text.append(text.length() > 0 ? "\t" : "").append('"');
            for (char c : String.valueOf(cell).toCharArray()) {
                text.append(c < ' ' || c == '"' || c == '\\' ? String.format("\\u%04x", (int) c) : String.valueOf(c));
            }
            text.append('"');
        }
        OUT.println(text);
    }
}
