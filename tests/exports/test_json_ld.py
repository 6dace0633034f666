"""JSON-LD with the ontology's context is read back as the same quads by two other implementations."""

from __future__ import annotations

import io
import json

import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, parse

from kg.exports.json_ld import write_json_ld
from kg.model.shipped import shipped
from kg.ontology import load_ontology
from kg.ontology import vocabulary as v
from tests.exports.strategies import TEXT

BASE = "https://example.org/"
ONTOLOGY = load_ontology([shipped("ontology")])
IRIS = st.sampled_from(
    [
        BASE + "a",
        BASE + "b/c",
        BASE + "d:e",
        BASE + "កម្ពុជា",
        BASE,
        BASE + "//x",
        "geo:23.7,95.6",
        "kg:a",
        "urn:x",
        v.NAMESPACE + "x",
    ]
).map(NamedNode)
PREDICATES = st.sampled_from(
    [v.RDF_TYPE, v.SKOS_PREF_LABEL, v.LOW, v.DAY, v.WRITERS_VOICE, v.SPEAKER, v.QUOTE, v.LATITUDE]
)
OBJECTS = st.one_of(
    IRIS,
    st.sampled_from([v.EVENT, v.CLAIM]),
    TEXT.map(Literal),
    TEXT.map(lambda text: Literal(text, language="en")),
    st.integers().map(lambda n: Literal(str(n), datatype=v.XSD_INTEGER)),
    st.sampled_from(["007", "1.0", "true", "1", "2023-11-03", ""]).flatmap(
        lambda text: st.sampled_from([v.XSD_INTEGER, v.XSD_BOOLEAN, v.XSD_DATE, v.XSD_DECIMAL]).map(
            lambda datatype: Literal(text, datatype=datatype)
        )
    ),
)
GRAPHS = st.one_of(st.just(DefaultGraph()), IRIS)
QUADS = st.lists(st.builds(Quad, IRIS, PREDICATES | IRIS, OBJECTS, GRAPHS), max_size=8)


def written(quads: list[Quad], base: str = BASE) -> bytes:
    out = io.BytesIO()
    assert write_json_ld(quads, ONTOLOGY, base, out) == len(quads)
    return out.getvalue()


@given(quads=QUADS, base=st.sampled_from([BASE, "https://example.org/p#", "urn:p:"]))
def test_it_is_read_back_as_the_same(quads: list[Quad], base: str) -> None:
    distinct = list(dict.fromkeys(quads))
    assert set(parse(written(distinct, base), format=RdfFormat.JSON_LD)) == set(quads)


@given(quads=QUADS)
def test_the_order_of_quads_does_not_show(quads: list[Quad]) -> None:
    distinct = list(dict.fromkeys(quads))
    assert written(distinct) == written(distinct[::-1])


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # rdflib warns of its own use of what it deprecates
def test_rdflib_reads_the_same_number() -> None:
    told: list[tuple[NamedNode, NamedNode | Literal]] = [
        (v.RDF_TYPE, v.EVENT),
        (v.SKOS_PREF_LABEL, Literal('a "b" 🙂', language="en")),
        (v.LOW, Literal(20)),
        (v.SPEAKER, NamedNode(BASE + "t")),
    ]
    graphs = (NamedNode(BASE + "g"), DefaultGraph())
    quads = [Quad(NamedNode(BASE + "s"), predicate, value, graph) for graph in graphs for predicate, value in told]
    dataset = rdflib.Dataset()
    dataset.parse(data=written(quads).decode(), format="json-ld")
    assert len(list(dataset.quads())) == len(quads)


def test_it_reads_like_the_facts() -> None:
    subject = NamedNode(BASE + "attack")
    quads = [
        Quad(subject, v.RDF_TYPE, v.EVENT),
        Quad(subject, v.DAY, Literal("2023-11-03", datatype=v.XSD_DATE)),
        Quad(subject, v.SKOS_PREF_LABEL, Literal("the attack", language="en")),
        Quad(subject, v.LOW, Literal(20)),
    ]
    node = json.loads(written(quads))["@graph"][0]
    assert node == {"id": "attack", "type": "Event", "day": "2023-11-03", "low": 20, "name": {"en": "the attack"}}
