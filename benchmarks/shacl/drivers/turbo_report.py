"""pyshacl-turbo on the dataset that rdflib-turbo has parsed: `python turbo_report.py DATA.nt SHAPES.ttl`."""

import sys

from pyshacl_turbo import validate
from rdflib_turbo import Dataset

path, shapes = sys.argv[1:]
data = Dataset().parse(path, format="nt")
_, _, text = validate(data, shacl_graph=shapes)
sys.stdout.write(text)
