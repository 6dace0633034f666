from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, RdfFormat, Triple, parse

from kg.model.terms import parts_of, term_of, text_of
from kg.validation.sparql import written
from kg.validation.sparql.exact import Codes
from kg.validation.sparql.graph import SparqlGraph
from kg.validation.sparql.prebinding import PreBindingError, Prepared, filled, prepare
from kg.validation.sparql.setwise import substituted

CASES = Path(__file__).parents[1] / "cases" / "validation" / "prebinding"
LITERALS = yaml.safe_load((CASES / "literals.yaml").read_text(encoding="utf-8"))
SHAPES = Path(__file__).parents[2] / "shapes"
SH = "http://www.w3.org/ns/shacl#"
PREFIXES = {"": "urn:", "xsd": "http://www.w3.org/2001/XMLSchema#"}
THIS = frozenset({"this"})


@pytest.fixture(autouse=True, scope="module")
def _few_rows_are_joined_too() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kg.validation.sparql.setwise._FEW", 0)
        yield


def triples(turtle: str) -> list[Triple]:
    return [Triple(quad.subject, quad.predicate, quad.object) for quad in parse(turtle, format=RdfFormat.TURTLE)]


def short(solution: Mapping[str, str]) -> str:
    """`name=term` for all but the focus node, with integers and the XML Schema namespace abbreviated."""
    texts = []
    for name, text in sorted(solution.items()):
        parts = parts_of(text)
        plain = text.replace("<http://www.w3.org/2001/XMLSchema#", "xsd:").removesuffix(">") if "^^" in text else text
        texts.append(f"{name}={parts.lexical if parts.datatype.endswith('#integer') else plain}")
    return " ".join(text for text in texts if not text.startswith("this="))


def reason(graph: SparqlGraph, query: str) -> str:
    prepared = prepare(query, PREFIXES, THIS)
    assert graph.store is not None
    return written.reason(prepared, graph._forms.visible(prepared), {})


def test_counts() -> None:
    assert len(LITERALS["cases"]) == 25


@pytest.mark.parametrize("case", LITERALS["cases"], ids=lambda case: case["query"])
def test_literals_come_back_as_written(case: dict[str, Any]) -> None:
    graph = SparqlGraph(triples(LITERALS["data"]))
    told = reason(graph, case["query"])
    assert case["way"] in (told or "store")
    prepared = prepare(case["query"], PREFIXES, THIS)
    assert sorted(map(short, graph.select(prepared, ["<urn:a>"], {}))) == sorted(case["gives"])


@pytest.mark.parametrize("case", LITERALS["cases"], ids=lambda case: case["query"])
def test_the_exact_way_answers_all(case: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(written, "reason", lambda *_: "always")
    graph = SparqlGraph(triples(LITERALS["data"]))
    prepared = prepare(case["query"], PREFIXES, THIS)
    found = sorted(map(short, graph.select(prepared, ["<urn:a>"], {})))
    if "MAX" in case["query"]:
        assert found == ["x=5"]  # known to be left: see kg.validation.sparql.exact
    else:
        assert found == sorted(case["gives"])


def literal(text: str) -> str:
    return str(
        next(iter(parse(f"@prefix xsd: <{PREFIXES['xsd']}> . <urn:a> <urn:p> {text} .", RdfFormat.TURTLE))).object
    )


@pytest.mark.parametrize(
    ("query", "values", "failing"),
    [
        ("ASK { FILTER(?value < 2) }", ["1.50", "1.5", "2.50"], ["2.50"]),
        ("ASK { FILTER(str(?value) = '1.5') }", ["1.50", "1.5"], ["1.50"]),
        ("ASK { FILTER(datatype(?value) = xsd:byte) }", ['"5"^^xsd:byte', "5", '"5"^^xsd:int'], ["5", '"5"^^xsd:int']),
        ("ASK { ?any :one ?value }", ["1.50", "1.5"], ["1.5"]),
        ("ASK { ?any :other ?value }", ["1.50", "1.5"], ["1.50"]),
    ],
)
def test_value_nodes_are_as_written(query: str, values: list[str], failing: list[str]) -> None:
    graph = SparqlGraph(triples("<urn:b> <urn:one> 1.50 ; <urn:other> 1.5 ."))
    prepared = prepare(query, PREFIXES, THIS | {"value"})
    pairs = [("<urn:a>", literal(value)) for value in values]
    assert [s["value"] for s in graph.select(prepared, pairs, {})] == [literal(value) for value in failing]


def test_constants_are_as_written() -> None:
    graph = SparqlGraph(triples('<urn:a> <urn:one> 1.50 . <urn:b> <urn:one> "1.5"^^<urn:t> .'))
    prepared = prepare("SELECT $this { $this :one $wanted }", PREFIXES, THIS | {"wanted"})
    for text, expected in (("1.50", ["<urn:a>"]), ("1.5", [])):
        found = graph.select(prepared, ["<urn:a>", "<urn:b>"], {"wanted": literal(text)})
        assert [s["this"] for s in found] == expected


@pytest.mark.parametrize(
    ("query", "follows"),
    [
        ("$this ?p ?o", True),
        ("$this :a ?o ; ?p ?x", True),
        ("?x :b [ ?p 1 ]", True),
        ("$this !(:a|:b) ?o", True),
        ("$this !:a ?o", True),
        ("$this :a ?o , ?x . ?x :b ?y FILTER(!bound(?y) && ?x != ?y)", False),
        ("$this :a ?o OPTIONAL { ?o :b* ?x } GRAPH ?g { ?x a ?y }", False),
        ("{ SELECT $this ?x ?y { $this :a ?x ; :b ?y } ORDER BY ?x ?y }", False),
    ],
)
def test_whether_any_predicate_is_followed(query: str, follows: bool) -> None:  # noqa: FBT001
    assert written.follows_any(prepare(f"SELECT $this {{ {query} }}", PREFIXES, THIS)) == follows


def test_nothing_is_loaded_before_the_first_query(tmp_path: Path) -> None:
    asked = []

    def load() -> Iterator[Triple]:
        asked.append(1)
        yield from triples("<urn:a> <urn:p> 1 , 01 .")

    graph = SparqlGraph(load, folder=tmp_path / "store")
    assert asked == []
    prepared = prepare("SELECT $this ?o { $this :p ?o }", PREFIXES, THIS)
    for _ in range(2):
        assert {s["o"] for s in graph.select(prepared, ["<urn:a>"], {})} == {literal("1"), literal("01")}
    assert len(asked) == 2


def test_an_iterator_is_kept_for_the_second_reading() -> None:
    graph = SparqlGraph(iter(triples("<urn:a> <urn:p> 1 , 01 .")))
    prepared = prepare("SELECT $this ?o { $this :p ?o }", PREFIXES, THIS)
    assert len(list(graph.select(prepared, ["<urn:a>"], {}))) == 2


def test_many_focus_nodes_stream_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.validation.sparql.graph._AT_ONCE", 2)
    graph = SparqlGraph(triples("".join(f"<urn:{n}> <urn:p> {n} . " for n in range(5))))
    prepared = prepare("SELECT $this ?o { $this :p ?o }", PREFIXES, THIS)
    asked: list[int] = []

    def focus() -> Iterator[str]:
        for n in range(5):
            asked.append(n)
            yield f"<urn:{n}>"

    solutions = graph.select(prepared, focus(), {})
    next(solutions)
    assert asked == [0, 1]
    assert len(list(solutions)) == 4


def test_no_focus_nodes() -> None:
    prepared = prepare("SELECT $this { }", PREFIXES, THIS)
    assert list(SparqlGraph([]).select(prepared, [], {})) == []


def test_a_function_that_nobody_has_is_an_error() -> None:
    with pytest.raises(PreBindingError, match="urn:f"):
        prepare("SELECT $this { FILTER(<urn:f>($this)) }", PREFIXES, THIS)


def test_a_parameter_in_place_of_a_predicate_that_holds_a_literal_matches_nothing() -> None:
    prepared = prepare("SELECT $this { $this $by ?o }", PREFIXES, THIS | {"by"})
    graph = SparqlGraph(triples("<urn:a> <urn:p> 1 ."))
    assert list(graph.select(prepared, ["<urn:a>"], {"by": literal("1")})) == []


def test_filled_takes_the_words_of_terms() -> None:
    solution = {"this": "<urn:a>", "n": literal("1.50"), "word": '"a \\"b\\""@en'}
    assert filled("{$this}: {?n}, {$word}, {?none}, {n}", solution) == 'urn:a: 1.50, a "b", {?none}, {n}'


def test_codes_there_and_back() -> None:
    codes, text = Codes(), literal("1.50")
    codes.learn([text, literal("1.5"), "<urn:a>", '"x"'])
    quads = list(codes.quads([Quad(*triples("<urn:a> <urn:p> 1.50 .")[0])]))
    assert codes.decoded(str(quads[0].object)) == text
    assert codes.coded(literal("1.5")) == literal("1.5")
    assert isinstance(term_of(text), Literal)


def test_changes_are_seen() -> None:
    data = set(triples("<urn:a> <urn:p> 1.5 , 1.50 ; <urn:q> <urn:b> ."))
    graph = SparqlGraph(lambda: set(data))
    prepared = prepare("SELECT $this ?o { $this :p|:q ?o }", PREFIXES, THIS)

    def answers() -> set[str]:
        return {s["o"] for s in graph.select(prepared, ["<urn:a>"], {})}

    first = answers()
    steps = [
        ("<urn:a> <urn:p> 1.50 .", False, {literal("1.5"), "<urn:b>"}),
        ("<urn:a> <urn:q> <urn:b> .", False, {literal("1.5")}),
        ("<urn:a> <urn:q> 7 .", True, {literal("1.5"), literal("7")}),
        ("<urn:a> <urn:q> 07 .", True, {literal("1.5"), literal("7"), literal("07")}),
        ("<urn:a> <urn:q> 7 .", False, {literal("1.5"), literal("07")}),
    ]
    assert first == {literal("1.5"), literal("1.50"), "<urn:b>"}
    for turtle, added, expected in steps:
        (triple,) = triples(turtle)
        (data.add if added else data.discard)(triple)
        (graph.add if added else graph.discard)(triple)
        assert answers() == expected


# ── The project's own rules ──────────────────────────────────────────────────────────────────────────────────────────


def own_queries() -> list[Prepared]:
    graph = [quad for file in sorted(SHAPES.glob("*.ttl")) for quad in parse(path=file, format=RdfFormat.TURTLE)]
    declared = {quad.subject: quad.object for quad in graph if quad.predicate.value == SH + "namespace"}
    names = {quad.subject: quad.object for quad in graph if quad.predicate.value == SH + "prefix"}
    prefixes = {text_of(names[node]): text_of(value) for node, value in declared.items()}
    texts = sorted(text_of(quad.object) for quad in graph if quad.predicate.value == SH + "select")
    return [prepare(text, prefixes, THIS) for text in texts]


def made_up(prepared: Prepared, seed: int) -> list[Triple]:
    """Triples of the IRIs in a query, with so few nodes that many answers come by chance."""
    chance = random.Random(seed)  # noqa: S311
    iris = sorted(written.addresses(prepared))
    nodes: list[NamedNode | Literal] = [NamedNode(f"urn:{n}") for n in range(5)]
    days = [Literal(f"2023-10-{10 + n}") for n in range(3)]
    nodes += [NamedNode(iri) for iri in iris]
    values: list[NamedNode | Literal] = [*days, *(literal_term(str(n)) for n in range(3))]
    # A predicate has nodes or values as its objects, or a rule that compares two of them never answers.
    kinds = {iri: (chance.choice([nodes, nodes, values]), chance.choice([2, 6, 14])) for iri in iris}
    return [
        Triple(NamedNode(f"urn:{chance.randrange(5)}"), NamedNode(iri), chance.choice(objects))
        for iri, (objects, number) in kinds.items()
        for _ in range(number)
    ]


def literal_term(text: str) -> Literal:
    term = term_of(literal(text))
    assert isinstance(term, Literal)
    return term


def test_own_rules_as_with_the_terms_in_the_text() -> None:
    queries = own_queries()
    assert len(queries) == 17
    answering = set()
    for number, prepared in enumerate(queries):
        for seed in range(60):
            graph = SparqlGraph(made_up(prepared, seed))
            focus = [f"<urn:{n}>" for n in range(5)]
            found = sorted(sorted(s.items()) for s in graph.select(prepared, focus, {}))
            expected = []
            for node in focus:
                answer = graph.store.query(substituted(prepared, {"this": node}))
                assert isinstance(answer, QuerySolutions)
                for solution in answer:
                    bound = {n: str(solution[n]) for n in prepared.columns if solution[n] is not None}
                    expected.append(sorted({**bound, "this": node}.items()))
            assert found == sorted(expected)
            answering |= {number} if found else set()
    # The others need chains that chance does not make; tests/shapes has an example that each of them blames.
    assert len(answering) >= 6
