"""What is exported is read back as the same quads, whatever text they hold, and in the same bytes each time."""

from __future__ import annotations

import random
from io import BytesIO

import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, Triple, parse

from kg.exports.rdf import FORMATS, HOLDS_GRAPHS, write_rdf

BASE = "https://example.org/"
# Lone surrogates are no characters of an RDF literal.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
IRIS = st.sampled_from(["a", "b/c", "d-e.f~g", "កម្ពុជា", "h/i/j"]).map(lambda name: NamedNode(BASE + name))
LITERALS = st.one_of(
    TEXT.map(Literal),
    TEXT.map(lambda text: Literal(text, language="en")),
    st.integers().map(lambda n: Literal(str(n), datatype=NamedNode("http://www.w3.org/2001/XMLSchema#integer"))),
    st.dates().map(lambda d: Literal(d.isoformat(), datatype=NamedNode("http://www.w3.org/2001/XMLSchema#date"))),
)
QUADS = st.lists(st.builds(Quad, IRIS, IRIS, st.one_of(IRIS, LITERALS), IRIS), max_size=12)


def written(quads: list[Quad], form: str) -> bytes:
    out = BytesIO()
    write_rdf(quads, form, out, BASE)
    return out.getvalue()


@pytest.mark.parametrize("form", sorted(FORMATS))
@given(quads=QUADS)
def test_it_is_read_back_as_the_same(form: str, quads: list[Quad]) -> None:
    found = set(parse(written(quads, form), format=FORMATS[form]))
    if form in HOLDS_GRAPHS:
        assert found == set(quads)
    else:
        triples = {Triple(q.subject, q.predicate, q.object) for q in quads}
        assert {Triple(q.subject, q.predicate, q.object) for q in found} == triples


@pytest.mark.parametrize("form", sorted(FORMATS))
@given(quads=QUADS, choice=st.randoms())
def test_the_order_of_quads_does_not_show(form: str, quads: list[Quad], choice: random.Random) -> None:
    distinct = list(dict.fromkeys(quads))
    assert written(distinct, form) == written(choice.sample(distinct, len(distinct)), form)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # rdflib warns of its own use of what it deprecates
@pytest.mark.parametrize(("form", "name"), [("nquads", "nquads"), ("trig", "trig")])
def test_another_implementation_reads_the_same_number(form: str, name: str) -> None:
    quads = [
        Quad(
            NamedNode(BASE + "s"),
            NamedNode(BASE + "p"),
            Literal(f'{n} "quoted"\n\\ 🙂', language="en"),
            NamedNode(BASE + g),
        )
        for n in range(3)
        for g in ("g", "claim/h")
    ]
    dataset = rdflib.Dataset()
    dataset.parse(data=written(quads, form).decode(), format=name)
    assert len(list(dataset.quads())) == len(quads)
