"""Queries and data made up by hypothesis give the same in columns as in Oxigraph."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad

from kg.model.terms import XSD
from kg.sparql.algebra import NotCompiled
from tests.sparql.engines import columns_of, oxigraph_of
from tests.sparql.w3c import by_value, rows

NODES = [NamedNode(f"urn:n{number}") for number in range(4)]
# In canonical form: Oxigraph keeps values, columns what was written.
LITERALS = [
    Literal(1), Literal(2), Literal("1"), Literal("b"), Literal("b", language="en"),
    Literal("true", datatype=NamedNode(f"{XSD}boolean")),
    Literal("1.5", datatype=NamedNode(f"{XSD}decimal")), Literal("2023-11-03", datatype=NamedNode(f"{XSD}date")),
]  # fmt: skip
GRAPHS = st.sampled_from([None, NamedNode("urn:g1"), NamedNode("urn:g2")])
QUADS = st.lists(
    st.builds(
        lambda s, p, o, g: Quad(s, p, o, g) if g else Quad(s, p, o),
        st.sampled_from(NODES), st.sampled_from(NODES[:3]), st.sampled_from([*NODES, *LITERALS]), GRAPHS,
    ),
    max_size=14,
)  # fmt: skip
VARIABLES = st.sampled_from(["?a", "?b", "?c"])
PREDICATES = st.sampled_from(["<urn:n0>", "<urn:n1>", "<urn:n2>"])
PATHS = st.one_of(
    PREDICATES,
    PREDICATES,
    st.builds("^{}".format, PREDICATES),
    st.builds("{}+".format, PREDICATES),
    st.builds("{}/{}".format, PREDICATES, PREDICATES),
    st.builds("({}|{})*".format, PREDICATES, PREDICATES),
    st.builds("!({}|{})".format, PREDICATES, PREDICATES),
    st.builds("{}?".format, PREDICATES),
)
PATTERN = st.builds("{} {} {} .".format, VARIABLES, PATHS, VARIABLES)
VALUE = st.sampled_from(["?a", "?b", "?c", "1", "2", '"b"', "1.5", "<urn:n1>", "true"])
TEST = st.one_of(
    st.builds("{} {} {}".format, VALUE, st.sampled_from(["=", "!=", "<", ">="]), VALUE),
    st.builds("BOUND({})".format, VARIABLES),
    st.builds("isIRI({})".format, VARIABLES),
    st.builds('STR({}) = "1"'.format, VARIABLES),
    st.builds("COALESCE({}, 1) = 1".format, VARIABLES),
    st.builds('{} IN (1, "b", <urn:n0>)'.format, VARIABLES),
)
CONDITION = st.one_of(TEST, st.builds("!({})".format, TEST), st.builds("({}) || ({})".format, TEST, TEST))
GROUP = st.recursive(
    PATTERN,
    lambda inner: st.one_of(
        st.builds("{} {}".format, inner, PATTERN),
        st.builds("{} OPTIONAL {{ {} }}".format, inner, inner),
        st.builds("{{ {} }} UNION {{ {} }}".format, inner, inner),
        st.builds("{} MINUS {{ {} }}".format, inner, inner),
        st.builds("{} FILTER({})".format, inner, CONDITION),
        st.builds("{} FILTER NOT EXISTS {{ {} }}".format, inner, PATTERN),
        st.builds("GRAPH ?g {{ {} }}".format, inner),
        st.builds("{} VALUES ?a {{ 1 <urn:n1> UNDEF }}".format, inner),
    ),
    max_leaves=4,
)
HEAD = st.sampled_from(
    [
        "SELECT * {{ {} }}",
        "SELECT DISTINCT ?a ?b {{ {} }}",
        "SELECT ?a (COUNT(?b) AS ?n) (COUNT(DISTINCT ?c) AS ?m) {{ {} }} GROUP BY ?a",
        "SELECT (SUM(?a) AS ?n) (MIN(?a) AS ?m) {{ {} }}",
        "ASK {{ {} }}",
        "CONSTRUCT {{ ?a <urn:made> ?b }} WHERE {{ {} }}",
    ]
)


@pytest.mark.slow
@settings(max_examples=300)
@given(quads=QUADS, head=HEAD, group=GROUP)
def test_columns_answer_as_oxigraph_does(quads: list[Quad], head: str, group: str) -> None:
    text = head.format(group)
    with tempfile.TemporaryDirectory() as folder:
        engine = columns_of(quads, Path(folder))
        try:
            mine = rows(engine.answer(engine.compiled(text)))
        except NotCompiled:
            return
        finally:
            engine.db.close()
    assert by_value(mine) == by_value(rows(oxigraph_of(quads).query(text)))
