"""After changes the results are those of a full validation, whatever the shapes and the changes are."""

from __future__ import annotations

import logging
import random
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from kg.pipeline.project import Project
from kg.pipeline.reading import context_of, facts_files, map_files
from kg.validation.engine import SetEngine
from kg.validation.incremental import Incremental, Statement
from kg.validation.plan import Check
from kg.validation.results import Result
from kg.validation.shapes.sources import ShapesSource
from kg.validation.validate import in_memory
from tests.validation.test_agreement import (
    CLASSES,
    EX,
    LITERALS,
    PREDICATES,
    SH,
    TEXTS,
    THINGS,
    TYPE,
    Writer,
    graphs,
    sh,
    turtle,
    typed,
)

ROOT = Path(__file__).parents[2]
CASES = yaml.safe_load((ROOT / "tests/cases/validation/incremental/queries.yaml").read_text(encoding="utf-8"))
SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)
PREFIXES = f"PREFIX : <{EX}> PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> "
WRITTEN = [
    *TEXTS,
    *(typed(form, "integer") for form in ("1", "01", "+1", "2")),
    typed("1", "byte"),
    typed("1.0", "decimal"),
]
PATHS = [
    ":p", ":p", ":q", ":r", "a", "rdf:type", "^:p", ":p/:q", ":p|^:q", ":p*", "(:p|:q)+", ":r?", "!:p", "!(:p|^:q)",
    "^(:p/:q)", ":p/!:q", ":q/:p*", "?any",
]  # fmt: skip
TERMS = ["$this", "$this", "?x", "?x", "?y", "?z", "?value", ":a", ":b", ":C", ":D", '"a"', "1"]
CONDITIONS = ["?x = ?y", "?value != $this", "BOUND(?y)", "STR(?x) < STR($this)", "?x = :a", "!BOUND(?z) || ?z = ?x"]


class Query:
    """A query in the making: groups in groups, up to so many triple patterns."""

    def __init__(self, draw: Any, patterns: int, bound: str) -> None:
        self.draw = draw
        self.bound = bound
        self.left = patterns
        self.fresh = 0

    def pattern(self) -> str:
        self.left -= 1
        subject = self.draw(st.sampled_from([term for term in TERMS if term[0] not in '"1']))
        return f"{subject} {self.draw(st.sampled_from(PATHS))} {self.draw(st.sampled_from(TERMS))} ."

    def group(self, depth: int = 0) -> str:
        parts = [self.pattern()] if self.draw(st.integers(0, 4)) else []
        for _ in range(self.draw(st.integers(0 if depth else 1, 3))):
            parts += [self.part(depth)] if self.left > 0 else []
        return " ".join(parts)

    def part(self, depth: int) -> str:
        kind = self.draw(st.sampled_from(["pattern", "pattern", "filter", "bind", *(INSIDE if depth < 2 else ())]))
        match kind:
            case "pattern":
                return self.pattern()
            case "filter":
                return f"FILTER({self.draw(st.sampled_from(CONDITIONS))})"
            case "bind":
                self.fresh += 1
                return f"BIND($this AS ?new{self.fresh}) ?new{self.fresh} :q ?z ."
            case "union":
                return f"{{ {self.group(depth + 1)} }} UNION {{ {self.group(depth + 1)} }}"
            case "or":
                return f"FILTER(?x = :a || NOT EXISTS {{ {self.group(depth + 1)} }})"
            case "select":
                self.fresh += 1
                names, count, group = f"{self.bound} ?x", f"(COUNT(*) AS ?new{self.fresh})", self.group(depth + 1)
                return f"{{ SELECT {names} {count} {{ {group} }} GROUP BY {names} }}"
            case "graph":
                return "GRAPH $shapesGraph { :a :p ?x }"
            case _:
                return f"{kind} {{ {self.group(depth + 1)} }}"


INSIDE = [
    "FILTER EXISTS",
    "FILTER NOT EXISTS",
    "FILTER NOT EXISTS",
    "OPTIONAL",
    "OPTIONAL",
    "",
    "union",
    "or",
    "select",
    "graph",
]


@st.composite
def queries(draw: Any, kind: str) -> str:
    query = Query(draw, draw(st.integers(1, 4)), "$this $value $y" if kind == "ASK" else "$this")
    group = query.group()
    if kind == "ASK":
        return f"{PREFIXES} ASK {{ {group} }}"
    if draw(st.integers(0, 3)):
        return f"{PREFIXES} SELECT DISTINCT $this ?x ?value {{ {group} }}"
    return f"{PREFIXES} SELECT $this (COUNT(?x) AS ?number) {{ {group} }} GROUP BY $this"


@st.composite
def shapes_graphs(draw: Any, literals: Sequence[Literal], *, with_queries: bool) -> list[Triple]:
    writer = Writer(draw, literals)
    for _ in range(draw(st.integers(1, 2))):
        top = writer.shape(0)
        for _ in range(draw(st.integers(1, 2))):
            writer.target(top)
    if with_queries:
        _add_queries(draw, writer)
    return list(dict.fromkeys(writer.triples))


def _add_queries(draw: Any, writer: Writer) -> None:
    for shape, _ in writer.made[:3]:
        node = writer.blank()
        writer.add(shape, sh("sparql"), node)
        writer.add(node, sh("message"), Literal("{?value}, {?x} and {?number}"))
        writer.add(node, sh("select"), Literal(draw(queries("SELECT"))))
    writer.add(NamedNode(EX + "a"), PREDICATES[0], NamedNode(EX + "c"))  # for GRAPH $shapesGraph
    asks, parameter, validator = NamedNode(EX + "Asks"), writer.blank(), writer.blank()
    writer.add(asks, TYPE, sh("ConstraintComponent"))
    writer.add(asks, sh("parameter"), parameter)
    writer.add(parameter, sh("path"), NamedNode(EX + "y"))
    writer.add(asks, sh("validator"), validator)
    writer.add(validator, sh("ask"), Literal(draw(queries("ASK"))))
    for shape, _ in writer.made[:2]:
        writer.add(shape, NamedNode(EX + "y"), draw(st.sampled_from([*THINGS, *CLASSES, *WRITTEN])))


class Change(NamedTuple):
    """Triples to take out, some of which are there, and to add."""

    removed: list[Triple]
    added: list[Triple]


@st.composite
def histories(
    draw: Any, literals: Sequence[Literal], *, with_queries: bool
) -> tuple[list[Triple], list[Triple], list[Change]]:
    data, others = draw(graphs(literals)), draw(graphs(literals))
    shapes = draw(shapes_graphs(literals, with_queries=with_queries))
    if with_queries:
        data, others = data[:14], others[:14]
    some = st.lists(st.sampled_from([*data, *others]), max_size=3)
    return data, shapes, draw(st.lists(st.builds(Change, some, some), min_size=1, max_size=4))


# ── What is compared ────────────────────────────────────────────────────────────────────────────────────────────────


def texts(triples: Iterable[Triple]) -> list[Statement]:
    return [(str(t.subject), str(t.predicate), str(t.object)) for t in triples]


def without_places(results: Iterable[Result]) -> Counter[Result]:
    return Counter(result._replace(place=0, part="") for result in results)


def fresh(data: Iterable[Triple], shapes: ShapesSource) -> Counter[Result]:
    return without_places(in_memory(list(data), shapes).results())


def unchanged(one: Counter[Result], other: Counter[Result]) -> None:
    assert (one - other, other - one) == (Counter(), Counter())


def follow(data: list[Triple], shapes: list[Triple], changes: list[Change]) -> None:
    source = ShapesSource.of_triples(shapes)
    now = dict.fromkeys(data)
    followed = Incremental(texts(data), source)
    before = fresh(now, source)
    unchanged(without_places(followed.results.elements()), before)
    for change in changes:
        told = followed.update(texts(change.removed), texts(change.added))
        now = {t: None for t in now if t not in change.removed} | dict.fromkeys(change.added)
        after = fresh(now, source)
        unchanged(without_places(followed.results.elements()), after)
        unchanged(without_places(told.gone), before - after)
        unchanged(without_places(told.new), after - before)
        before = after


def shown(data: list[Triple], shapes: list[Triple], changes: list[Change]) -> None:
    note(f"{turtle(data)}\n{turtle(shapes)}")
    for change in changes:
        note(f"- {turtle(change.removed)}\n+ {turtle(change.added)}")


@pytest.fixture(autouse=True)
def _rdflib_is_quiet() -> Iterator[None]:
    """It logs a traceback for each ill-formed literal."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


core = histories(LITERALS, with_queries=False)
sparql = histories(WRITTEN, with_queries=True)


@settings(max_examples=60, suppress_health_check=SLOW)
@given(core)
def test_core(history: tuple[list[Triple], list[Triple], list[Change]]) -> None:
    shown(*history)
    follow(*history)


@settings(max_examples=100, suppress_health_check=SLOW)
@given(sparql)
def test_queries(history: tuple[list[Triple], list[Triple], list[Change]]) -> None:
    shown(*history)
    follow(*history)


# ── Case by case ────────────────────────────────────────────────────────────────────────────────────────────────────


def parsed(text: str) -> list[Triple]:
    quads = parse(f"@prefix : <{EX}> . @prefix sh: <{SH}> . {text}", format=RdfFormat.TURTLE)
    return [Triple(quad.subject, quad.predicate, quad.object) for quad in quads]


def revalidated(followed: Incremental, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Fills with the focus nodes that are validated from now on."""
    nodes: set[str] = set()
    of_check = SetEngine.of_check

    def noted(engine: SetEngine, check: Check) -> Iterator[Result]:
        nodes.update(followed._memory.nodes(check.relation.nodes))  # type: ignore[union-attr]
        yield from of_check(engine, check)

    monkeypatch.setattr(SetEngine, "of_check", noted)
    return nodes


def test_counts() -> None:
    assert len(CASES["cases"]) == 41


@pytest.mark.parametrize("case", CASES["cases"], ids=lambda case: f"{case['query']} + {case['change']}")
def test_who_sees_a_triple(case: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    query = f"PREFIX : <{EX}> {case['query']}"
    shapes = parsed(f':s sh:targetNode :a , :b , :c , :d ; sh:sparql [ sh:select """{query}""" ] . :y :in :k .')
    data, change = parsed(CASES["data"]), parsed(f"{case['change']} .")
    follow(data, shapes, [Change(change, []), Change([], change), Change(change, [])])
    followed = Incremental(texts(data), ShapesSource.of_triples(shapes))
    nodes = revalidated(followed, monkeypatch)
    followed.update([], texts(change))
    assert sorted(nodes) == [f"<{EX}{name}>" for name in case["again"]]


def test_what_is_taken_out_and_added_stays() -> None:
    shapes = parsed(":s sh:targetNode :a ; sh:property [ sh:path :p ; sh:maxCount 0 ] .")
    data = parsed(":a :p :b .")
    followed = Incremental(texts(data), ShapesSource.of_triples(shapes))
    assert followed.update(texts(data), texts([*data, *data])) == ((), ())
    assert len(followed.update([*texts(data), *texts(data)], []).gone) == 1


def test_walks_that_come_to_many_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.validation.incremental._FEW", 1)
    monkeypatch.setattr("kg.validation.incremental._MANY", 2)
    shapes = parsed(":s sh:targetSubjectsOf :p ; sh:property [ sh:path ( :p :q ) ; sh:maxCount 1 ; sh:message 'x' ] .")
    for members in range(1, 5):
        data = [*parsed(":k :q :m ."), *(t for n in range(members) for t in parsed(f":a{n} :p :k ."))]
        follow(data, shapes, [Change([], parsed(":k :q :n .")), Change(parsed(":k :q :m ."), [])])


def test_results_below_another_shape_belong_to_its_focus_nodes() -> None:
    shapes = parsed(
        ":s sh:targetClass :K ; sh:property [ sh:path :p ; sh:property [ sh:path :q ; sh:property ["
        " sh:path :r ; sh:minCount 1 ] ] ] ."
    )
    data = parsed(":a a :K ; :p :x , :y . :b a :K ; :p :x . :x :q :k , :m . :y :q :k .")
    taken = parsed(":x :q :k .")
    follow(data, shapes, [Change(taken, []), Change(parsed(":b a :K ."), taken), Change([], parsed(":k :r 1 ."))])


def test_shapes_that_are_not_compiled() -> None:
    shapes = parsed(
        ":s sh:targetNode :a ; sh:property [ sh:path :p ; sh:node :s ; sh:minCount 1 ] ."
        " :t sh:targetNode :a ; sh:property [ sh:path :q ; sh:minCount 1 ] ."
    )
    changes = [
        Change([], parsed(":b :p :c ; :q 1 .")),
        Change(parsed(":a :p :b ."), []),
        Change([], parsed(":a :q 1 .")),
    ]
    follow(parsed(":a :p :b ."), shapes, changes)


@pytest.fixture(scope="module")
def worked_example(tmp_path_factory: pytest.TempPathFactory) -> list[Triple]:
    folder = tmp_path_factory.mktemp("example") / "project"
    shutil.copytree(ROOT / "examples/operation-1027", folder)
    project = Project.open(folder)
    mapped = map_files(facts_files(project), context_of(project))
    facts = [Triple(q.subject, q.predicate, q.object) for one in mapped for q, *_ in one.statements]
    return list(dict.fromkeys([*facts, *project.ontology.triples]))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_the_worked_example(worked_example: list[Triple], seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311 -- a test's own dice
    shapes = ShapesSource.of_folders([ROOT / "shapes"])
    facts = [t for t in worked_example if "ontology" not in str(t.subject)]
    now, followed = dict.fromkeys(worked_example), Incremental(texts(worked_example), shapes)
    out: list[Triple] = []
    for _ in range(15):
        about = draw.choice(facts).subject
        removed = draw.sample(facts, draw.randint(0, 3)) + [
            t for t in facts if t.subject == about and draw.randint(0, 1)
        ]
        added = [Triple(one.subject, one.predicate, draw.choice(facts).object) for one in removed if draw.randint(0, 2)]
        added += [t for t in out if draw.randint(0, 1)]
        followed.update(texts(removed), texts(added))
        now = {t: None for t in now if t not in set(removed)} | dict.fromkeys(added)
        out = [t for t in removed if t not in now]
        unchanged(followed.results, fresh(now, shapes))
    assert followed.results
