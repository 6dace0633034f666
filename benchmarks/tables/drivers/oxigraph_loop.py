"""
pyoxigraph, a quad at a time: the CSV module reads, the serializer writes.

    python oxigraph_loop.py TABLE.csv OUTPUT.nq
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
from statements import IRI, STATEMENTS, TEXT, TEXTS, columns

Row = dict[str, str]
Term = ox.NamedNode | ox.Literal


def term(template: str, kind: str) -> Callable[[Row], Term | None]:
    """From a row to the term, None where a column is empty."""
    datatype = None if kind in {IRI, TEXT} else ox.NamedNode(kind)

    def make(text: str) -> Term:
        return ox.NamedNode(text) if kind == IRI else ox.Literal(text, datatype=datatype)

    names = columns(template)
    if not names:
        constant = make(template)
        return lambda _: constant
    if template == f"{{{names[0]}}}":
        (name,) = names
        return lambda row: make(row[name]) if row[name] else None
    return lambda row: make(template.format_map(row)) if all(row[name] for name in names) else None


def quads(table: Path) -> Iterator[ox.Quad]:
    """The quads of each row. Terms that several statements share are made once for each row."""
    parts = list(
        dict.fromkeys((t, k) for s in STATEMENTS for t, k in ((s.subject, IRI), (s.object, s.kind), (s.graph, IRI)))
    )
    makers = [term(*part) for part in parts]
    place = {part: number for number, part in enumerate(parts)}
    plan = [
        (place[s.subject, IRI], ox.NamedNode(s.predicate), place[s.object, s.kind], place[s.graph, IRI])
        for s in STATEMENTS
    ]
    with table.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            for name in TEXTS:
                row[name] = row[name].replace("\r\n", "\n").replace("\r", "\n").strip()
            terms = [make(row) for make in makers]
            for subject, predicate, value, graph in plan:
                if terms[value] is not None:
                    yield ox.Quad(terms[subject], predicate, terms[value], terms[graph])


if __name__ == "__main__":
    ox.serialize(quads(Path(sys.argv[1])), sys.argv[2], ox.RdfFormat.N_QUADS)
