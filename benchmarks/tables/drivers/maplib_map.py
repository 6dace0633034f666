"""
maplib: one template over a Polars frame. A graph is named for a whole frame, never by a row, so it writes triples.

    python maplib_map.py TABLE.csv OUTPUT.nt
"""

from __future__ import annotations

import sys

import maplib
import polars as pl
from maplib import Literal, Model, Parameter, RDFType, Template, Triple, Variable
from statements import ALL_COLUMNS, IRI, STATEMENTS, TEXT, columns
from statements import XSD as XSD_IRI

DATE = f"{XSD_IRI}date"
TYPES: dict[str, pl.DataType] = {
    DATE: pl.Date(),
    f"{XSD_IRI}integer": pl.Int64(),
    f"{XSD_IRI}decimal": pl.Decimal(38, 12),
}


def variable_of(template: str, kind: str) -> str:
    return f"v{PARTS.index((template, kind))}"


PARTS = list(dict.fromkeys((t, k) for s in STATEMENTS for t, k in ((s.subject, IRI), (s.object, s.kind)) if columns(t)))


def frame(table: str) -> pl.DataFrame:
    """A column for each term that depends on the row; null where a column of the table is empty."""
    made = []
    for template, kind in PARTS:
        text = pl.format(_pattern(template), *map(pl.col, columns(template)))
        if kind in TYPES:
            text = text.str.to_date() if kind == DATE else text.cast(TYPES[kind])
        made.append(text.alias(variable_of(template, kind)))
    return pl.scan_csv(table, infer_schema=False).select(ALL_COLUMNS).select(made).collect()


def _pattern(template: str) -> str:
    for name in columns(template):
        template = template.replace(f"{{{name}}}", "{}")
    return template


def template() -> Template:
    parameters = []
    for text, kind in PARTS:
        rdf_type = RDFType.IRI if kind == IRI else RDFType.Literal(f"{XSD_IRI}string" if kind == TEXT else kind)
        parameters.append(Parameter(Variable(variable_of(text, kind)), optional=True, rdf_type=rdf_type))
    return Template(maplib.IRI("https://example.org/ged/template"), parameters, [_instance(*s[:4]) for s in STATEMENTS])


def _instance(subject: str, predicate: str, value: str, kind: str) -> Triple:
    if columns(value):
        term = Variable(variable_of(value, kind))
    else:
        term = maplib.IRI(value) if kind == IRI else Literal(value, data_type=maplib.IRI(kind))
    return Triple(Variable(variable_of(subject, IRI)), maplib.IRI(predicate), term)


if __name__ == "__main__":
    model = Model()
    model.map(template(), frame(sys.argv[1]), validate_iris=False)
    model.write(sys.argv[2], format="ntriples")
