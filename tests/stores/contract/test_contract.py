"""What every store does, wherever it is; see `kg.stores.protocol.GraphStore`."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, QueryBoolean, QuerySolutions, RdfFormat, Triple, parse

from kg.ontology.vocabulary import ONTOLOGY_GRAPH
from kg.stores.lines import lines_of
from kg.stores.protocol import GraphStore, Loaded, NotSparql
from tests.stores.conftest import Place

XSD = "http://www.w3.org/2001/XMLSchema#"
SAID = NamedNode("urn:x:said")


def node(name: str) -> NamedNode:
    return NamedNode(f"urn:x:{name}")


def quads(base: str, text: str) -> list[Quad]:
    """Quads of lines like `claim: red attacked hill`."""
    found = []
    for line in text.strip().splitlines():
        graph, _, words = line.strip().partition(": ")
        subject, predicate, value = map(node, words.split())
        found.append(Quad(subject, predicate, value, NamedNode(base + graph)))
    return found


def lines(given: Iterable[Quad]) -> list[bytes]:
    return list(lines_of(given))


def merge(store: GraphStore) -> set[Triple]:
    """What a query without GRAPH sees of the words that the tests use."""
    answer = store.answer("SELECT DISTINCT ?s ?p ?o WHERE { ?s ?p ?o FILTER(STRSTARTS(STR(?p), 'urn:x:')) }")
    assert isinstance(answer, QuerySolutions)
    return {Triple(row["s"], row["p"], row["o"]) for row in answer}


def holds(store: GraphStore, expected: Iterable[Quad]) -> bool:
    """The graphs and the merge hold this and nothing else, each quad once."""
    wanted = list(expected)
    found = list(store.quads())
    assert sorted(map(str, found)) == sorted(map(str, wanted))
    merged = {Triple(q.subject, q.predicate, q.object) for q in wanted if q.graph_name != ONTOLOGY_GRAPH}
    assert merge(store) == merged
    counts: dict[str, int] = {}
    for quad in wanted:
        assert isinstance(quad.graph_name, NamedNode)
        counts[quad.graph_name.value] = counts.get(quad.graph_name.value, 0) + 1
    assert store.counts() == counts
    return True


TWO_CLAIMS = """
    a: red attacked hill
    a: red is group
    b: red attacked hill
    b: blue defended hill
    c: blue is group
"""


def test_load_and_load_again(place: Place, store: GraphStore) -> None:
    data = quads(place.base, TWO_CLAIMS)
    loaded = store.load(iter(lines(data)))
    assert (loaded.quads, loaded.graphs, loaded.dropped, loaded.notes) == (5, 3, 0, ())
    assert holds(store, data)
    store.load(iter(lines(data)))
    assert holds(store, data)
    if place.url:
        assert place.opened().load(lines(reversed(data))) == Loaded()
        assert holds(place.opened(), data)


def test_loading_a_graph_replaces_it_and_leaves_the_others(place: Place, store: GraphStore) -> None:
    store.load(lines(quads(place.base, TWO_CLAIMS)))
    loaded = store.load(lines(quads(place.base, "b: blue held hill")))
    assert (loaded.quads, loaded.graphs, loaded.dropped) == (1, 1, 0)
    assert holds(
        store,
        quads(place.base, "a: red attacked hill\na: red is group\nb: blue held hill\nc: blue is group"),
    )


def test_withdrawing_a_document_drops_its_graphs_and_what_nobody_else_says(place: Place, store: GraphStore) -> None:
    store.replace(lambda: lines(quads(place.base, TWO_CLAIMS)))
    rest = quads(place.base, "a: red attacked hill\na: red is group")
    loaded = store.replace(lambda: lines(rest))
    assert loaded.dropped == 2
    assert holds(store, rest)
    assert store.replace(list).dropped == 1
    assert holds(store, [])


def test_change(place: Place, store: GraphStore) -> None:
    store.load(lines(quads(place.base, TWO_CLAIMS)))
    store.change(
        quads(place.base, "b: red attacked hill\nb: blue defended hill\nc: blue is group"),
        quads(place.base, "b: green held hill\nd: green is group"),
    )
    now = quads(place.base, "a: red attacked hill\na: red is group\nb: green held hill\nd: green is group")
    assert holds(store, now)
    store.change(quads(place.base, "a: red attacked hill"), [])
    assert holds(store, [quad for quad in now if quad.predicate != node("attacked")])
    # What was changed quad by quad is known as well as what was loaded.
    last = store.replace(lambda: lines(quad for quad in now if quad.predicate != node("attacked")))
    assert place.kind == "embedded" or last == Loaded()


def test_the_ontology_is_outside_of_the_merge(place: Place, store: GraphStore) -> None:
    if place.url and place.kind != "oxigraph":
        pytest.skip("the ontology's graph is one for all projects of a server: tests would meet in it")
    data = [*quads(place.base, TWO_CLAIMS), Quad(node("red"), node("is"), node("term"), ONTOLOGY_GRAPH)]
    store.load(lines(data))
    assert holds(store, data)


LITERALS = [
    Literal("plain"),
    Literal(""),
    Literal("two\nlines\r\nand a\ttab"),
    Literal("\"quoted\" and 'quoted' \\ and \\n \\u0041 C:\\users"),
    Literal("Kyunhla’s ကျွန်းလှ 漢字 😀 e\u0301"),
    Literal("Kyunhla", language="en"),
    Literal("ကျွန်းလှ", language="my"),
    Literal("colour", language="en-gb"),
    Literal("} . GRAPH <urn:x> { ?x $y # no comment"),
    Literal("long " * 60_000),
    Literal("20", datatype=NamedNode(XSD + "integer")),
    Literal("-0.5", datatype=NamedNode(XSD + "decimal")),
    Literal("24.123456789", datatype=NamedNode(XSD + "decimal")),
    Literal("2023-11-03", datatype=NamedNode(XSD + "date")),
    Literal("2023-11", datatype=NamedNode(XSD + "gYearMonth")),
    Literal("2023", datatype=NamedNode(XSD + "gYear")),
    Literal("2023-11-03T09:30:00+06:30", datatype=NamedNode(XSD + "dateTime")),
    Literal("2023-11-03T09:30:00", datatype=NamedNode(XSD + "dateTime")),
    Literal("2023-11-03T23:59:59Z", datatype=NamedNode(XSD + "dateTime")),
    Literal("https://example.org/a?b=c&d=e#f", datatype=NamedNode(XSD + "anyURI")),
    Literal("POINT (95.5 23.75)", datatype=NamedNode("http://www.opengis.net/ont/geosparql#wktLiteral")),
    Literal("true", datatype=NamedNode(XSD + "boolean")),
]

AS_VIRTUOSO_KEEPS_THEM = {
    Literal("POINT (95.5 23.75)", datatype=NamedNode("http://www.opengis.net/ont/geosparql#wktLiteral")): Literal(
        "POINT(95.5 23.75)", datatype=NamedNode("http://www.opengis.net/ont/geosparql#wktLiteral")
    ),
}


def test_literals_come_back_as_they_were(place: Place, store: GraphStore) -> None:
    graph = NamedNode(place.base + "a")
    data = [Quad(node(f"n{number}"), SAID, literal, graph) for number, literal in enumerate(LITERALS)]
    store.load(lines(data))
    kept = {str(quad.subject): quad.object for quad in store.quads()}
    renamed = AS_VIRTUOSO_KEEPS_THEM if place.kind == "virtuoso" else {}
    assert [kept[f"<urn:x:n{number}>"] for number in range(len(LITERALS))] == [
        renamed.get(literal, literal) for literal in LITERALS
    ]
    assert store.load(lines(data)).notes == ()
    assert len({q.object for q in data} & {row.object for row in merge(store)}) == len(LITERALS) - len(renamed)


def test_more_than_one_batch_and_more_than_one_page(place: Place, store: GraphStore) -> None:
    data = [
        Quad(node(f"n{number}"), SAID, Literal(f"telling {number}"), NamedNode(f"{place.base}{number % 4 and number}"))
        for number in range(4_800)
    ]
    assert store.load(lines(data)).quads == 4_800
    found = list(store.quads())
    assert len(found) == 4_800
    assert set(found) == set(data)
    assert store.counts()[f"{place.base}0"] == 1_200
    assert len(store.counts()) == 3_601


def test_answers(place: Place, store: GraphStore) -> None:
    store.load(lines(quads(place.base, TWO_CLAIMS)))
    rows = store.answer(
        "SELECT ?who ?held WHERE { ?who <urn:x:is> <urn:x:group> OPTIONAL { ?who <urn:x:held> ?held } }"
    )
    assert isinstance(rows, QuerySolutions)
    assert [variable.value for variable in rows.variables] == ["who", "held"]
    assert sorted((row["who"].value, row["held"]) for row in rows) == [("urn:x:blue", None), ("urn:x:red", None)]
    for what, expected in (("red", True), ("green", False)):
        asked = store.answer(f"ASK {{ <urn:x:{what}> <urn:x:is> ?what }}")
        assert isinstance(asked, QueryBoolean)
        assert bool(asked) is expected
    built = store.answer("CONSTRUCT { ?s <urn:x:type> ?o } WHERE { ?s <urn:x:is> ?o }")
    assert not isinstance(built, QuerySolutions | QueryBoolean)
    assert sorted(map(str, built)) == [f"<urn:x:{who}> <urn:x:type> <urn:x:group>" for who in ("blue", "red")]
    none = store.answer("SELECT ?nobody WHERE { ?nobody <urn:x:is> <urn:x:nothing> }")
    assert isinstance(none, QuerySolutions)
    assert list(none) == []


def test_who_says_so(place: Place, store: GraphStore) -> None:
    store.load(lines(quads(place.base, TWO_CLAIMS)))
    answer = store.answer("SELECT ?g WHERE { GRAPH ?g { <urn:x:red> <urn:x:attacked> ?what } }")
    assert isinstance(answer, QuerySolutions)
    assert sorted(row["g"].value for row in answer) == [f"{place.base}a", f"{place.base}b"]


def test_what_is_no_sparql(store: GraphStore) -> None:
    with pytest.raises(NotSparql, match="no SPARQL: error at 1:"):
        store.answer("SELECT ?s WHERE { ?s ?p }")


def test_lines_are_what_the_serializer_writes() -> None:
    data = [Quad(node("s"), SAID, literal, node("g")) for literal in LITERALS]
    assert list(parse(b"".join(lines(data)), format=RdfFormat.N_QUADS)) == data
    assert DefaultGraph() not in {quad.graph_name for quad in data}
