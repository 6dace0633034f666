from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import NamedNode, QuerySolutions, RdfFormat, Store, Triple, Variable, parse

from kg.model.terms import term_of
from kg.validation.sparql.graph import SHAPES_GRAPH, SparqlGraph
from kg.validation.sparql.prebinding import PreBindingError, Prepared, join, prepare, tokens_of
from kg.validation.sparql.setwise import joins, over, substituted

CASES = Path(__file__).parents[1] / "cases" / "validation" / "prebinding"
REFUSED = yaml.safe_load((CASES / "refused.yaml").read_text(encoding="utf-8"))
ANSWERS = yaml.safe_load((CASES / "answers.yaml").read_text(encoding="utf-8"))
PREFIXES = {"": "urn:", "xsd": "http://www.w3.org/2001/XMLSchema#"}


@pytest.fixture(autouse=True, scope="module")
def _few_rows_are_joined_too() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kg.validation.sparql.setwise._FEW", 0)
        yield


def triples(turtle: str) -> list[Triple]:
    return [Triple(quad.subject, quad.predicate, quad.object) for quad in parse(turtle, format=RdfFormat.TURTLE)]


def short(solution: dict[str, str]) -> str:
    integer = '"^^<http://www.w3.org/2001/XMLSchema#integer>'
    texts = {
        name: text[1:].removesuffix(integer) if text.endswith(integer) else text for name, text in solution.items()
    }
    return " ".join(f"{name}={text}" for name, text in sorted(texts.items()))


def test_counts() -> None:
    assert (len(REFUSED), len(ANSWERS["cases"])) == (17, 26)


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case["query"])
def test_refused(case: dict[str, str]) -> None:
    with pytest.raises(PreBindingError) as caught:
        prepare(case["query"], {}, frozenset({"this", "value", "limit"}))
    assert case["says"] in str(caught.value)


@pytest.mark.parametrize("case", ANSWERS["cases"], ids=lambda case: case["about"])
def test_answers(case: dict[str, Any]) -> None:
    constants = case.get("constants", {})
    focus = [tuple(pair) for pair in case["pairs"]] if "pairs" in case else case["focus"]
    names = {"this", *constants, *(["value"] if "pairs" in case else [])}
    prepared = prepare(case["query"], PREFIXES, frozenset(names), case.get("path"))
    graph = SparqlGraph(triples(ANSWERS["data"]), triples(ANSWERS["shapes"]))
    assert sorted(short(solution) for solution in graph.select(prepared, focus, constants)) == sorted(case["gives"])
    if case.get("same", True):
        rows = [{"this": one} if isinstance(one, str) else {"this": one[0], "value": one[1]} for one in focus]
        found = one_by_one(graph.store, prepared, rows, constants)
        assert sorted(map(short, found)) == sorted(case["gives"])


def one_by_one(
    store: Store, prepared: Prepared, rows: list[dict[str, str]], constants: dict[str, str]
) -> list[dict[str, str]]:
    """What pre-binding means: each row's terms written into the text."""
    found = []
    for row in rows:
        answer = store.query(substituted(prepared, {"shapesGraph": f"<{SHAPES_GRAPH}>", **constants, **row}))
        if isinstance(answer, QuerySolutions):
            for solution in answer:
                bound = {name: solution[name] for name in prepared.columns}
                found.append({name: str(term) for name, term in bound.items() if term is not None} | row)
        elif not answer:
            found.append(row)
    return found


# ── Text ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("?a<?b", "?a < ?b"),
        ("?a < <urn:x#y>", "?a < <urn:x#y>"),
        ("ex:a.b. # c }", "ex:a.b ."),
        ('\'\'\'it\'s\'\'\' """a "b" c"""@en-GB', '\'\'\'it\'s\'\'\' """a "b" c"""@en-GB'),
        ('"\\"{" "5"^^xsd:int 1.5e-3 .5 5.', '"\\"{" "5"^^xsd:int 1.5e-3 .5 5 .'),
        ("ex:p*/^:q|!(a|ex:r%20s)", "ex:p * / ^ :q | ! ( a | ex:r%20s )"),
        ("$x=?y&&!BOUND($z)||_:b1", "$x = ?y && ! BOUND ( $z ) || _:b1"),
    ],
)
def test_tokens(text: str, tokens: str) -> None:
    found = [token.text for token in tokens_of(text)]
    assert " ".join(found).replace(" @", "@").replace(" ^^ ", "^^") == tokens


def test_text_keeps_its_meaning() -> None:
    text = "?a  # why\n ?b 'x'@en"
    assert join(tokens_of(text)) == "?a ?b 'x'@en"


@pytest.mark.parametrize(
    ("inside", "moved"),
    [
        ("$this ?p 1", False),
        ("$this :p ?y . ?z :q $this", False),
        ("$this :p ?y ; :q ?z FILTER(?y < ?z)", False),
        ("$this :p ?y . ?y :q ?z", True),
        ("?y :p $this ; :q ?z . ?w :q ?z", True),
        ("?y :q ?z ; :p $this", True),
        ("$this :p/:q ?y", True),
        ("$this (:p/:q)+ ?x", False),
        ("$this :p ?y . { SELECT $this ?y { $this :p ?y } }", False),
    ],
)
def test_exists_moves_where_a_pattern_is_not_reached_from_outside(inside: str, moved: bool) -> None:  # noqa: FBT001
    for word in ("NOT EXISTS", "EXISTS"):
        text = f"SELECT $this {{ $this :r ?x FILTER {word} {{ {inside} }} }}"
        query, _ = over(prepare(text, PREFIXES, frozenset({"this"})), [{"this": "<urn:a>"}], {})
        assert ("LATERAL" in query) == moved


def test_names_of_ours_do_not_meet_names_in_the_query() -> None:
    prepared = prepare("SELECT $this ?row0 ?row_1 { $this ?p ?row0, ?row_1 }", {}, frozenset({"this"}))
    graph = SparqlGraph(triples("<urn:a> <urn:p> 1 ."))
    assert [short(s) for s in graph.select(prepared, ["<urn:a>"], {})] == ["row0=1 row_1=1 this=<urn:a>"]


# ── Any query ────────────────────────────────────────────────────────────────────────────────────────────────────────

NODES = ["<urn:a>", "<urn:b>", "<urn:c>", "<urn:d>"]
VARIABLES = ["$this", "?x", "?y", "?z"]
FILTERS = [
    "?x = $this", "?x != ?y", "bound(?y)", "!bound($this)", "?y > 1", "$this = :a", "isLiteral(?x)", "?x = $limit",
    "coalesce(?y, 1) = 1", "str($this) < str(?x)", "$limit > ?y", "$this IN (:b, ?z)",
]  # fmt: skip


@st.composite
def triple(draw: st.DrawFn) -> str:
    subject = draw(st.sampled_from([*VARIABLES, "$this", "$this", ":a"]))
    verb = draw(st.sampled_from([":p", ":q", ":p/:q", ":p*", "^:p|:q", "?x", ":q?"]))
    return f"{subject} {verb} {draw(st.sampled_from([*VARIABLES, ':b', '1']))} . "


def element(group: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    condition = st.sampled_from(FILTERS)
    return st.one_of(
        triple(),
        triple(),
        condition.map("FILTER({}) ".format),
        group.map("OPTIONAL {{ {} }} ".format),
        group.map("{{ {} }} ".format),
        st.tuples(group, group).map(lambda pair: f"{{ {pair[0]} }} UNION {{ {pair[1]} }} "),
        group.map("FILTER NOT EXISTS {{ {} }} ".format),
        group.map("FILTER EXISTS {{ {} }} ".format),
        group.map("{{ SELECT $this $limit (COUNT(?x) AS ?n) {{ {} }} GROUP BY $this $limit }} ".format),
        group.map("{{ SELECT DISTINCT $this $limit ?y {{ {} }} }} ".format),
        group.map("{{ SELECT $this $limit ?x ?y ?z {{ {} }} ORDER BY ?x ?y ?z $this LIMIT 2 }} ".format),
        group.map("GRAPH $shapesGraph {{ {} }} ".format),
    )


def bound_last(group: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """BIND closes a group."""
    expression = st.sampled_from(["$this", "?x", "?y + 1", "if(bound(?x), $this, ?y)", "$limit"])
    return st.tuples(group, expression).map(lambda pair: f"{pair[0]}BIND({pair[1]} AS ?NEW) FILTER(bound(?NEW)) ")


def numbered(body: str) -> str:
    """BIND takes a name that stands nowhere else."""
    numbers = count()
    return re.sub(
        r"AS \?NEW\) FILTER\(bound\(\?NEW", lambda _: "AS ?b{0}) FILTER(bound(?b{0}".format(next(numbers)), body
    )


def groups(depth: int) -> st.SearchStrategy[str]:
    flat = st.lists(triple(), min_size=1, max_size=3).map("".join)
    if depth == 0:
        return flat
    inner = groups(depth - 1)
    several = st.lists(element(inner), min_size=1, max_size=4).map("".join)
    return st.one_of(several, several, bound_last(several))


@st.composite
def graph_of(draw: st.DrawFn) -> list[Triple]:
    terms = st.sampled_from([*NODES, *NODES, *('"1"^^<http://www.w3.org/2001/XMLSchema#integer>', '"x"')])
    rows = draw(
        st.lists(st.tuples(st.sampled_from(NODES), st.sampled_from(["<urn:p>", "<urn:q>"]), terms), max_size=12)
    )
    made = []
    for subject, predicate, value in rows:
        s, p = term_of(subject), term_of(predicate)
        assert isinstance(s, NamedNode)
        assert isinstance(p, NamedNode)
        made.append(Triple(s, p, term_of(value)))
    return made


@given(groups(2), graph_of(), graph_of(), st.sampled_from(["", "DISTINCT"]))
def test_as_with_the_terms_in_the_text(body: str, data: list[Triple], shapes: list[Triple], word: str) -> None:
    prepared = prepare(f"SELECT {word} $this ?x ?y ?z {{ {numbered(body)} }}", PREFIXES, frozenset({"this", "limit"}))
    graph, rows = SparqlGraph(data, shapes), [{"this": node} for node in NODES]
    constants = {"limit": '"2"^^<http://www.w3.org/2001/XMLSchema#integer>', "currentShape": "<urn:Shape>"}
    found = graph.select(prepared, NODES, constants)
    assert sorted(map(short, found)) == sorted(map(short, one_by_one(graph.store, prepared, rows, constants)))


def flat() -> st.SearchStrategy[str]:
    """Groups that a join with the focus nodes may answer."""
    condition = st.sampled_from([one for one in FILTERS if "limit" not in one]).map("FILTER({}) ".format)
    inner = st.lists(st.one_of(triple(), condition), min_size=1, max_size=3).map("".join)
    exists = groups(1).filter(lambda group: "limit" not in group)
    parts = st.one_of(
        triple(),
        condition,
        inner.map("OPTIONAL {{ {} }} ".format),
        exists.map("FILTER NOT EXISTS {{ {} }} ".format),
        exists.map("FILTER EXISTS {{ {} }} ".format),
    )
    return st.lists(parts, max_size=4).map(lambda found: "$this :p ?x . " + "".join(found))


@given(flat(), graph_of(), st.sampled_from(["", " GROUP BY $this ?x ?y ?z"]))
def test_joined_as_with_the_terms_in_the_text(body: str, data: list[Triple], tail: str) -> None:
    prepared = prepare(f"SELECT $this ?x ?y ?z {{ {numbered(body)} }}{tail}", PREFIXES, frozenset({"this"}))
    assert joins(prepared)
    graph, rows = SparqlGraph(data), [{"this": node} for node in NODES]
    found = graph.select(prepared, NODES, {})
    assert sorted(map(short, found)) == sorted(map(short, one_by_one(graph.store, prepared, rows, {})))


@pytest.mark.parametrize(
    ("query", "joined"),
    [
        ("SELECT $this { $this :p ?x OPTIONAL { $this :q ?y FILTER(?y > ?x) } }", True),
        ("SELECT $this (COUNT(?x) AS ?n) { $this :p ?x } GROUP BY $this HAVING(COUNT(?x) > 1) ORDER BY $this", True),
        ("SELECT $this (COUNT(?x) AS ?n) { $this :p ?x } GROUP BY $this LIMIT 1", False),
        ("SELECT $this { { FILTER($this = :a) } $this :p ?x }", False),
        ("SELECT $this { $this :p ?x { FILTER($this = :a) } }", False),
        ("SELECT $this { $this :p ?x OPTIONAL { BIND($this AS ?y) } }", False),
        ("SELECT $this { $this :p ?x OPTIONAL { ?x :q ?y OPTIONAL { ?y :q ?z FILTER(?z = $this) } } }", False),
        ("SELECT $this { $this :p ?x { ?x :p ?y } UNION { ?x :q ?y } }", False),
        ("SELECT $this { $this :p* ?x }", False),
        ("SELECT $this { ?x :p $this }", False),
        ("ASK { $this :p ?x }", False),
    ],
)
def test_what_may_be_joined(query: str, joined: bool) -> None:  # noqa: FBT001
    assert joins(prepare(query, PREFIXES, frozenset({"this"}))) == joined


@given(groups(2), graph_of())
def test_ask_as_with_the_terms_in_the_text(body: str, data: list[Triple]) -> None:
    body = body.replace("$this $limit", "$this $limit $value").replace("?x ?y ?z {", "?x ?y {")
    text = f"ASK {{ {numbered(body).replace('?z', '$value')} }}"
    prepared = prepare(text, PREFIXES, frozenset({"this", "value", "limit"}))
    graph, constants = SparqlGraph(data), {"limit": '"2"^^<http://www.w3.org/2001/XMLSchema#integer>'}
    pairs = [(a, b) for a in NODES for b in NODES]
    rows = [{"this": a, "value": b} for a, b in pairs]
    found = graph.select(prepared, pairs, constants)
    assert sorted(map(short, found)) == sorted(map(short, one_by_one(graph.store, prepared, rows, constants)))


def test_substitutions_of_the_store_would_not_do() -> None:
    """Why the text is rewritten: the store's own bindings do not reach BOUND in a group, nor BIND."""
    store = Store()
    for text in (
        "SELECT ?this { { FILTER(bound(?this)) } }",
        "SELECT ?this ?x { BIND(?this AS ?x) FILTER(bound(?x)) }",
    ):
        found = store.query(text, substitutions={Variable("this"): NamedNode("urn:a")})
        assert isinstance(found, QuerySolutions)
        assert list(found) == []
