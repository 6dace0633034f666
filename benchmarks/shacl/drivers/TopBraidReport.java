import org.apache.jena.rdf.model.Model;
import org.apache.jena.rdf.model.Resource;
import org.apache.jena.riot.Lang;
import org.apache.jena.riot.RDFDataMgr;
import org.topbraid.jenax.util.JenaUtil;
import org.topbraid.shacl.validation.ValidationUtil;

/** TopBraid SHACL: {@code java TopBraidReport DATA SHAPES}. */
public final class TopBraidReport {
    public static void main(String[] arguments) {
        Model data = JenaUtil.createMemoryModel();
        RDFDataMgr.read(data, arguments[0]);
        Model shapes = JenaUtil.createMemoryModel();
        RDFDataMgr.read(shapes, arguments[1]);
        Resource report = ValidationUtil.validateModel(data, shapes, false);
        RDFDataMgr.write(System.out, report.getModel(), Lang.NTRIPLES);
    }
}
