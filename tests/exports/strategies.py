"""Graphs and tables of any text: emoji, control characters, markup, numbers of any size, partial dates."""

from __future__ import annotations

from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode

from kg.exports.property_graph import Edge, Node, PropertyGraph
from kg.exports.rows import Column, Table
from kg.ontology import vocabulary as v

HOSTILE = [
    "</script><script>alert(1)</script>",
    "<!--",
    "]]>",
    "\0\x01\x1f\x7f\x85\u2028\u2029\ufffe",
    '"; DROP, "" \r\n\t\\',
    "=cmd|' /C calc'!A0",
    "🙂\u202eאב",
    "ကောလင်း",
    " ",
    "",
    "| [a](javascript:alert(1)) `b` *c* <img src=x onerror=alert(1)> # &amp;",
]
# Lone surrogates are no characters.
TEXT = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(exclude_categories=["Cs"]), max_size=12))
NAME = TEXT.filter(bool)
NUMBERS = st.one_of(st.integers(), st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False, allow_infinity=False))
SCALARS = st.one_of(TEXT, NUMBERS, st.booleans())
VALUES = st.one_of(
    SCALARS,
    st.lists(TEXT, min_size=1, max_size=3).map(tuple),
    st.lists(NUMBERS, min_size=1, max_size=3).map(tuple),
)
ATTRIBUTES = st.dictionaries(NAME, VALUES, max_size=3)
DAYS = st.sampled_from(["", "2023-11-03", "2023-11-03T09:30:00+06:30", "-0043-03-15", "2023", "12023-01-01"])
SPELLS = st.lists(st.tuples(DAYS, DAYS).filter(any), max_size=1).map(tuple)
CLAIMS = st.lists(st.sampled_from(["urn:c:1", "urn:c:2"]), unique=True, max_size=2).map(tuple)


@st.composite
def graphs(draw: st.DrawFn) -> PropertyGraph:
    """Small graphs whose ids are any texts."""
    ids = draw(st.lists(NAME, unique=True, max_size=4))
    nodes = [
        draw(
            st.builds(
                Node,
                id=st.just(name),
                label=TEXT,
                kind=TEXT,
                iri=st.just("urn:x"),
                side=TEXT,
                spells=SPELLS,
                latitude=st.none() | st.floats(-90, 90),
                longitude=st.none() | st.floats(-180, 180),
                near=st.booleans(),
                happens=st.booleans(),
                attributes=ATTRIBUTES,
                claims=CLAIMS,
            )
        )
        for name in ids
    ]
    ends = st.sampled_from(ids) if ids else st.nothing()
    made = draw(
        st.lists(
            st.builds(
                Edge,
                id=NAME,
                source=ends,
                target=ends,
                kind=TEXT,
                label=TEXT,
                directed=st.booleans(),
                weight=NUMBERS,
                attributes=ATTRIBUTES,
                claims=CLAIMS,
            ),
            max_size=4,
            unique_by=lambda edge: edge.id,
        )
        if ids
        else st.just([])
    )
    return PropertyGraph("any graph", tuple(nodes), tuple(made))


TERMS = st.one_of(
    st.none(),
    st.just(NamedNode("https://example.org/a")),
    TEXT.map(Literal),
    TEXT.map(lambda text: Literal(text, language="en")),
    st.integers().map(lambda n: Literal(str(n), datatype=v.XSD_INTEGER)),
    TEXT.map(lambda text: Literal(text, datatype=v.XSD_INTEGER)),
    st.decimals(allow_nan=False, allow_infinity=False, places=5).map(lambda n: Literal(str(n), datatype=v.XSD_DECIMAL)),
    DAYS.map(lambda day: Literal(day, datatype=v.XSD_DATE)),
    st.booleans().map(lambda b: Literal(str(b).lower(), datatype=v.XSD_BOOLEAN)),
)
TYPES = st.sampled_from(["", "iri", "string", "integer", "decimal", "boolean", "date"])
_PLACED = (
    Column("e", "iri", "id"),
    Column("n", "string", "label"),
    Column("b", "date", "begin"),
    Column("f", "date", "end"),
    Column("lat", "decimal", "y"),
    Column("lon", "decimal", "x"),
    Column("sure", "boolean", "exact"),
)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Tables whose columns have any name, of any types, whether the values are of these or not."""
    names = draw(st.lists(NAME, min_size=1, max_size=4, unique_by=str.casefold))
    columns = tuple(Column(name, draw(TYPES)) for name in names)
    rows = draw(st.lists(st.tuples(*[TERMS] * len(columns)), max_size=4))
    return Table("any-table", "any table", columns, rows)


@st.composite
def maps(draw: st.DrawFn) -> Table:
    """Tables with the roles of a map, and one column more."""
    columns = (
        *_PLACED,
        Column(draw(NAME.filter(lambda n: n not in ["e", "n", "b", "f", "lat", "lon", "sure", "layer"])), draw(TYPES)),
    )
    rows = draw(st.lists(st.tuples(*[TERMS] * len(columns)), max_size=4))
    return Table("any-map", "any map", columns, rows)
