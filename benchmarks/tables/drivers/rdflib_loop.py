"""
rdflib, a quad at a time, in data sets of 1,000 rows: all rows in one would need more memory than the machine has.

    python rdflib_loop.py TABLE.csv OUTPUT.nq
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from rdflib import Dataset, Literal, URIRef
from statements import IRI, STATEMENTS, TEXT, TEXTS, columns

ROWS = 1000
Row = dict[str, str]
PLAN = [
    (s, URIRef(s.predicate), None if s.kind in {IRI, TEXT} else URIRef(s.kind), columns(s.object)) for s in STATEMENTS
]


def text_of(rows: Iterable[Row]) -> bytes:
    """The rows as N-Quads."""
    dataset = Dataset()
    for row in rows:
        row.update({name: row[name].replace("\r\n", "\n").replace("\r", "\n").strip() for name in TEXTS})
        for statement, predicate, datatype, names in PLAN:
            if all(row[name] for name in names):
                value = statement.object.format_map(row)
                term = URIRef(value) if statement.kind == IRI else Literal(value, datatype=datatype)
                subject, graph = statement.subject.format_map(row), statement.graph.format_map(row)
                dataset.add((URIRef(subject), predicate, term, URIRef(graph)))
    return dataset.serialize(format="nquads", encoding="utf-8")


if __name__ == "__main__":
    with Path(sys.argv[1]).open(encoding="utf-8", newline="") as lines, Path(sys.argv[2]).open("wb") as out:
        reader = csv.DictReader(lines)
        while some := list(islice(reader, ROWS)):
            out.write(text_of(some))
