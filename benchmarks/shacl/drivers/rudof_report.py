"""pyrudof: `python rudof_report.py DATA.nt SHAPES.ttl`. Reads strictly, so that no line is left out in silence."""

import sys

import pyrudof

data, shapes = sys.argv[1:]
rudof = pyrudof.Rudof(pyrudof.RudofConfig())
rudof.read_data(data, format=pyrudof.RDFFormat.NTriples, reader_mode=pyrudof.ReaderMode.Strict)
rudof.read_shacl(shapes, reader_mode=pyrudof.ReaderMode.Strict)
rudof.validate_shacl()
sys.stdout.write(rudof.serialize_shacl_validation_results(pyrudof.ResultShaclValidationFormat.NTriples))
