import org.apache.jena.graph.Graph;
import org.apache.jena.riot.Lang;
import org.apache.jena.riot.RDFDataMgr;
import org.apache.jena.shacl.ShaclValidator;
import org.apache.jena.shacl.Shapes;
import org.apache.jena.shacl.ValidationReport;

/** Apache Jena SHACL: {@code java JenaReport DATA SHAPES}. */
public final class JenaReport {
    public static void main(String[] arguments) {
        Graph data = RDFDataMgr.loadGraph(arguments[0]);
        Shapes shapes = Shapes.parse(RDFDataMgr.loadGraph(arguments[1]));
        ValidationReport report = ShaclValidator.get().validate(shapes, data);
        RDFDataMgr.write(System.out, report.getModel(), Lang.NTRIPLES);
    }
}
