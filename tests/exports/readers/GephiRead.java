import java.io.File;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.gephi.graph.api.Column;
import org.gephi.graph.api.Edge;
import org.gephi.graph.api.Element;
import org.gephi.graph.api.Graph;
import org.gephi.graph.api.GraphController;
import org.gephi.graph.api.GraphModel;
import org.gephi.graph.api.Interval;
import org.gephi.graph.api.Node;
import org.gephi.graph.api.types.IntervalSet;
import org.gephi.graph.api.types.TimestampSet;
import org.gephi.io.importer.api.Container;
import org.gephi.io.importer.api.ImportController;
import org.gephi.io.importer.api.Issue;
import org.gephi.io.processor.plugin.DefaultProcessor;
import org.gephi.project.api.ProjectController;
import org.openide.util.Lookup;

/** Reads a file by Gephi's own importer and says, as JSON on standard output, what stands in its tables then. */
public final class GephiRead {
    private static final StringBuilder OUT = new StringBuilder();

    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err); // Gephi's own messages
        Locale.setDefault(Locale.ROOT);
        ProjectController projects = Lookup.getDefault().lookup(ProjectController.class);
        projects.newProject();
        ImportController imports = Lookup.getDefault().lookup(ImportController.class);
        Container container = imports.importFile(new File(arguments[0]));
        List<String> issues = new ArrayList<>();
        container.closeLoader();
        container.getReport().getIssuesList(100_000).forEach(i -> issues.add(quoted(level(i) + ": " + i.getMessage())));
        imports.process(container, new DefaultProcessor(), projects.getCurrentWorkspace());
        GraphModel model = Lookup.getDefault().lookup(GraphController.class).getGraphModel();
        Graph graph = model.getGraph();
        OUT.append("{\"issues\": [").append(String.join(", ", issues)).append("]");
        OUT.append(", \"dynamic\": ").append(model.isDynamic());
        OUT.append(", \"timeFormat\": ").append(quoted(String.valueOf(model.getTimeFormat())));
        OUT.append(", \"nodes\": [");
        String comma = "";
        for (Node node : graph.getNodes().toArray()) {
            OUT.append(comma);
            element(node, model.getNodeTable().toArray());
            OUT.append(", \"x\": ").append(node.x()).append(", \"y\": ").append(node.y());
            OUT.append(", \"size\": ").append(node.size()).append("}");
            comma = ",\n";
        }
        OUT.append("], \"edges\": [");
        comma = "";
        for (Edge edge : graph.getEdges().toArray()) {
            OUT.append(comma);
            element(edge, model.getEdgeTable().toArray());
            OUT.append(", \"source\": ").append(quoted(String.valueOf(edge.getSource().getId())));
            OUT.append(", \"target\": ").append(quoted(String.valueOf(edge.getTarget().getId())));
            OUT.append(", \"weight\": ").append(edge.getWeight());
            OUT.append(", \"kind\": ").append(edge.getTypeLabel() == null ? "null" : quoted(String.valueOf(edge.getTypeLabel())));
            OUT.append(", \"directed\": ").append(edge.isDirected()).append("}");
            comma = ",\n";
        }
        OUT.append("]}");
        out.println(OUT);
        out.flush();
        System.exit(0); // Gephi leaves threads behind
    }

    private static String level(Issue issue) {
        return issue.getLevel().toString();
    }

    private static void element(Element element, Column[] columns) {
        OUT.append("{\"id\": ").append(quoted(String.valueOf(element.getId())));
        OUT.append(", \"label\": ").append(element.getLabel() == null ? "null" : quoted(element.getLabel()));
        java.awt.Color colour = element.getColor();
        OUT.append(String.format(", \"colour\": \"#%02x%02x%02x\"", colour.getRed(), colour.getGreen(), colour.getBlue()));
        TreeMap<String, String> values = new TreeMap<>();
        for (Column column : columns) {
            Object value = element.getAttribute(column);
            if (value != null) {
                String type = quoted(column.getTypeClass().getSimpleName());
                values.put(column.getTitle(), "{\"type\": " + type + ", \"value\": " + json(value) + "}");
            }
        }
        List<String> pairs = new ArrayList<>();
        values.forEach((name, value) -> pairs.add(quoted(name) + ": " + value));
        OUT.append(", \"values\": {").append(String.join(", ", pairs)).append("}");
    }

    private static String json(Object value) {
        if (value == null) {
            return "null"; // an element of a list
        }
        if (value instanceof IntervalSet) {
            List<String> found = new ArrayList<>();
            for (Interval one : ((IntervalSet) value).toArray()) {
                found.add("[" + number(one.getLow()) + ", " + number(one.getHigh()) + "]");
            }
            return "[" + String.join(", ", found) + "]";
        }
        if (value instanceof TimestampSet) {
            return Arrays.toString(((TimestampSet) value).toPrimitiveArray());
        }
        if (value.getClass().isArray()) {
            List<String> found = new ArrayList<>();
            for (int i = 0; i < java.lang.reflect.Array.getLength(value); i++) {
                found.add(json(java.lang.reflect.Array.get(value, i)));
            }
            return "[" + String.join(", ", found) + "]";
        }
        boolean plain = value instanceof Boolean || value instanceof Integer || value instanceof Long;
        boolean real = value instanceof Double || value instanceof Float;
        return plain ? value.toString() : real ? number(((Number) value).doubleValue()) : quoted(value.toString());
    }

    private static String number(double value) {
        return Double.isNaN(value) || Double.isInfinite(value) ? "null" : Double.toString(value);
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ') {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
