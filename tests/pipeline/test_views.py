"""Views of the worked example: every edge is what the claims say, and narrowing narrows to what was asked."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import NamedNode, Store

import kg
from kg.exports.property_graph import Edge, PropertyGraph
from kg.model.errors import OntologyError, UsageError
from kg.pipeline.export import views
from kg.pipeline.export_wanted import Wanted
from kg.pipeline.sources import reading
from kg.pipeline.views.graph import shown
from kg.queries.view_files import load_view, view_paths

ROOT = Path(__file__).parents[2]
CASES = sorted((ROOT / "tests" / "cases" / "views" / "bad").iterdir())
SHIPPED = ["actors-and-events", "alliances", "attacks", "claims-and-sources", "coordination", "places"]
NS = "https://w3id.org/conflict-kg/ontology#"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> kg.Project:
    root = tmp_path_factory.mktemp("views") / "project"
    shutil.copytree(ROOT / "examples" / "operation-1027", root)
    found = kg.Project.open(root)
    kg.build(found)
    return found


@pytest.fixture(scope="module")
def store(project: kg.Project) -> Iterator[Store]:
    with kg.opened(project) as found:
        yield found


@contextmanager
def view(project: kg.Project, name: str, **narrowed: Any) -> Iterator[tuple[PropertyGraph, list[Edge]]]:
    with reading(project) as store, shown(store, Wanted(view=name, **narrowed)) as found:
        yield found.graph, list(found.graph.edges)


def edges_of(project: kg.Project, name: str, **narrowed: Any) -> list[Edge]:
    with view(project, name, **narrowed) as (_, edges):
        return edges


def iri(project: kg.Project, name: str) -> NamedNode:
    return NamedNode(project.settings.base + name)


def test_the_shipped_views_are_these(project: kg.Project) -> None:
    assert list(views(project)) == SHIPPED
    assert all(views(project).values())


@pytest.mark.parametrize("name", SHIPPED)
def test_a_view_is_whole(project: kg.Project, name: str) -> None:
    with view(project, name) as (graph, edges):
        assert edges == list(graph.edges), "a second pass is the first"
        assert len(edges) == len(graph.edges) > 0
        ids = [node.id for node in graph.nodes]
        assert ids == sorted(set(ids))
        assert [edge.id for edge in edges] == sorted({edge.id for edge in edges})
        assert {end for edge in edges for end in (edge.source, edge.target)} <= set(ids)
        assert {node.parent for node in graph.nodes} - {""} <= set(ids)
        assert all(edge.claims and edge.weight > 0 for edge in edges)
        for part, declared in zip((graph.nodes, edges), graph.declared(), strict=True):
            assert {name for item in part for name in item.attributes} == {a.name for a in declared}  # type: ignore[attr-defined]


def test_edges_made_in_small_chunks_are_the_same(project: kg.Project, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = edges_of(project, "actors-and-events")
    monkeypatch.setattr("kg.pipeline.views.edges._AT_ONCE", 2)
    monkeypatch.setattr("kg.pipeline.views.edges._CHUNK", 6)
    assert edges_of(project, "actors-and-events") == whole
    assert len(whole) > 60


def test_coordination_is_who_acted_in_one_event(project: kg.Project, store: Store) -> None:
    roles = (
        "attacker|kg:besieger|kg:captor|kg:conductor|kg:coordinator|kg:supporter|kg:destroyer|kg:evacuator|kg:releaser"
    )
    rows = store.query(
        f"PREFIX kg: <{NS}> SELECT DISTINCT ?event ?a ?b {{ ?event a kg:Event ; kg:{roles} ?a , ?b "
        "FILTER(STR(?a) < STR(?b)) }"
    )
    expected: dict[tuple[str, str], set[str]] = defaultdict(set)
    for event, a, b in rows:  # type: ignore[union-attr]
        expected[a.value, b.value].add(event.value)
    base = project.settings.base
    found = {
        (base + e.source, base + e.target): e.weight
        for e in edges_of(project, "coordination")
        if e.kind == "acted with"
    }
    assert found == {pair: len(events) for pair, events in expected.items()}
    assert found[base + "arakan-army", base + "kia"] > 1


def test_no_one_acts_together_with_the_other_side(project: kg.Project) -> None:
    with view(project, "coordination") as (graph, edges):
        side = {node.id: node.side for node in graph.nodes}
        assert [e.id for e in edges if side[e.source] and side[e.target] and side[e.source] != side[e.target]] == []


def test_an_edge_tells_its_claims_places_and_time(project: kg.Project, store: Store) -> None:
    (edge,) = (e for e in edges_of(project, "attacks") if (e.source, e.target) == ("kawlin-pdf", "kawlin-bases"))
    assert edge.kind == "attacked the place"
    assert edge.attributes["places"] == ("Kawlin Town",)
    assert edge.spells
    for claim in edge.claims:
        graph = NamedNode(claim)
        ends = (iri(project, edge.source), iri(project, edge.target))
        assert any(any(store.quads_for_pattern(None, None, end, graph)) for end in ends), claim


def test_an_edge_is_named_by_the_narrowest_role(project: kg.Project, store: Store) -> None:
    edges = edges_of(project, "actors-and-events")
    assert {"attacker", "target", "place", "part of"} <= {e.kind for e in edges}
    wide = [e for e in edges if e.kind in {"participant", "agent", "undergoing party"}]
    for edge in wide:
        ends = (iri(project, edge.source), iri(project, edge.target))
        told = {
            q.predicate.value
            for c in edge.claims
            for q in store.quads_for_pattern(*ends[:1], None, ends[1], NamedNode(c))
        }
        assert {p for p in told if p.startswith(NS)} == {NS + "participant"}, edge.id


def test_where_narrows_by_what_may_lie_there(project: kg.Project, store: Store) -> None:
    day = date(2023, 11, 4).toordinal() - date(1970, 1, 1).toordinal()
    rows = store.query(
        f"PREFIX kg: <{NS}> SELECT DISTINCT ?e {{ ?e kg:when ?t OPTIONAL {{ ?t kg:latestDayNumber ?l }} "
        f"OPTIONAL {{ ?t kg:earliestDayNumber ?f }} FILTER(BOUND(?l) || BOUND(?f)) FILTER(!BOUND(?l) || ?l >= {day}) }}"
    )
    allowed = {row[0].value for row in rows}  # type: ignore[union-attr]
    base = project.settings.base
    every, kept = (edges_of(project, "actors-and-events", where=w) for w in ((), ("day >= 2023-11-04",)))
    assert [e.id for e in kept] == [e.id for e in every if base + e.source in allowed]
    assert 0 < len(kept) < len(every)


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("place = kawlin-town", lambda e: "Kawlin Town" in e.attributes.get("places", ())),
        ("weapon = 'Mi-35 combat helicopter'", lambda e: "Mi-35 combat helicopter" in e.attributes.get("weapons", ())),
    ],
)
def test_where_narrows_by_any_property(project: kg.Project, condition: str, holds: Any) -> None:
    every, kept = (edges_of(project, "attacks", where=w) for w in ((), (condition,)))
    assert kept
    assert {e.id for e in kept} == {e.id for e in every if holds(e)}


@pytest.mark.parametrize("inside", ["kawlin-township", "sagaing-region"])
def test_where_takes_what_lies_in_a_place(project: kg.Project, store: Store, inside: str) -> None:
    rows = store.query(
        f"PREFIX kg: <{NS}> "
        f"SELECT ?event {{ ?event kg:place ?place . ?place (kg:within|kg:place)* {iri(project, inside)} }}"
    )
    expected = {row["event"].value.removeprefix(project.settings.base) for row in rows}  # type: ignore[union-attr]
    found = {edge.source for edge in edges_of(project, "actors-and-events", where=(f"place within {inside}",))}
    every = {edge.source for edge in edges_of(project, "actors-and-events")}
    exact = {edge.source for edge in edges_of(project, "actors-and-events", where=(f"place = {inside}",))}
    assert found == every & expected
    assert exact < found < every


def test_where_says_which_edges_it_does_not_narrow(project: kg.Project) -> None:
    with (
        reading(project) as store,
        shown(store, Wanted(view="alliances", where=("day > 2023-11-04",))) as found,
    ):
        assert len(found.graph.edges) > 0
        assert (
            found.notes[0]
            == "'day > 2023-11-04' does not narrow the edges 'member of': nothing there has that property"
        )


def test_as_of_leaves_out_what_was_told_later(project: kg.Project) -> None:
    every, kept = (edges_of(project, "attacks", as_of=day) for day in ("", "2023-11-03"))
    assert 0 < len(kept) < len(every)
    assert not [c for e in kept for c in e.claims if "2023-11-06" in c or "2023-11-09" in c]
    assert edges_of(project, "attacks", as_of="2099-01-01") == every


def test_claimed_by_leaves_what_one_says(project: kg.Project, store: Store) -> None:
    found = edges_of(project, "attacks", claimed_by="kawlin-pdf")
    rows = store.query(
        f"PREFIX kg: <{NS}> SELECT ?claim {{ ?claim kg:speaker/kg:speaksFor? {iri(project, 'kawlin-pdf')} }}"
    )
    speakers = {row[0].value for row in rows}  # type: ignore[union-attr]
    assert found
    assert {claim for e in found for claim in e.claims} <= speakers
    of_document = edges_of(project, "attacks", claimed_by="irrawaddy-2023-11-06")
    assert of_document
    assert all("irrawaddy-2023-11-06" in claim for e in of_document for claim in e.claims)


def test_min_sources_leaves_what_several_tell(project: kg.Project) -> None:
    every, kept = (edges_of(project, "coordination", min_sources=least) for least in (0, 3))
    assert 0 < len(kept) < len(every)
    assert kept == [e for e in every if e.sources >= 3]


def test_a_registry_or_an_inference_is_no_source(project: kg.Project) -> None:
    found = {e.id: e for e in edges_of(project, "places")}
    edge = found["tamu-district within sagaing-region"]
    assert edge.claims
    assert edge.sources == 0


def test_colours_are_those_of_the_side_and_stay(project: kg.Project) -> None:
    colours: dict[str, set[str]] = defaultdict(set)
    for name in SHIPPED:
        with view(project, name) as (graph, _):
            for node in graph.nodes:
                colours[node.side or node.kind].add(node.colour)
    assert {name: len(found) for name, found in colours.items() if len(found) > 1} == {}
    with view(project, "actors-and-events") as (graph, _):
        sides = {node.side: node.colour for node in graph.nodes if node.side}
    assert len(sides) == len(set(sides.values())) == 3


def test_a_node_lies_at_its_coordinates_or_near_its_place(project: kg.Project) -> None:
    with view(project, "actors-and-events") as (graph, _):
        nodes = {node.id: node for node in graph.nodes}
        town, event = nodes["kawlin-town"], nodes["attack-on-kawlin-bases"]
        assert (town.near, event.near) == (False, True)
        assert (event.latitude, event.longitude) == (town.latitude, town.longitude)
        assert event.parent


@pytest.mark.parametrize(
    ("narrowed", "message", "hint"),
    [
        ({"where": ("day",)}, "'day' is no condition", "write it like 'day >= 2023-10-27'"),
        ({"where": ("daay > 2023-10-27",)}, "'daay > 2023-10-27': the ontology has no property 'daay'", "'day'"),
        ({"where": ("day > soon",)}, "'day > soon': 'soon' is no date (day)", "write it like 2023-11-03"),
        ({"where": ("day > 2023-02-30",)}, "'day > 2023-02-30': '2023-02-30' is no day", "write it like 2023-11-03"),
        ({"where": ("place > kawlin",)}, "'place > kawlin': 'place' is a thing", "write = or !="),
        ({"where": ("place = kawlin-twon",)}, "the graph knows no 'kawlin-twon' (--where)", "'kawlin-town'"),
        ({"where": ("place inside kawlin",)}, "'place inside kawlin': 'inside' is no sign", "<= > >= and within"),
        ({"where": ("day within kawlin",)}, "'day within kawlin': 'day' is no place", "'place within kawlin'"),
        ({"as_of": "yesterday"}, "'yesterday' is no day (--as-of)", "write it like 2023-11-03"),
        ({"claimed_by": "kawlin-pfd"}, "the graph knows no 'kawlin-pfd' (--claimed-by)", "'kawlin-pdf'"),
        ({"measures": ("degre",)}, "there is no measure 'degre'", "'degree'"),
        ({"given": {"x": ["1"]}}, "there is no parameter 'x'", "it takes none"),
    ],
)
def test_what_cannot_be_narrowed_is_told(project: kg.Project, narrowed: Any, message: str, hint: str) -> None:
    with pytest.raises(UsageError) as raised:
        edges_of(project, "attacks", **narrowed)
    assert message in raised.value.message
    assert hint in raised.value.hint


def test_networkx_is_handed_the_same_view(project: kg.Project) -> None:
    network = kg.network(project, kg.Wanted(view="coordination", min_sources=3))
    found = edges_of(project, "coordination", min_sources=3)
    assert {(a, b, key) for a, b, key in network.edges(keys=True)} == {(e.source, e.target, e.kind) for e in found}
    assert all(network.edges[e.source, e.target, e.kind]["claims"] == e.claims for e in found)
    assert network.nodes["kia"]["label"] == "Kachin Independence Army"


def test_the_bad_views_are_all_there() -> None:
    assert len(CASES) == 15


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_bad_view_is_told_with_its_place(project: kg.Project, path: Path) -> None:
    first, second, *_ = path.read_text(encoding="utf-8").splitlines()
    with pytest.raises(OntologyError) as raised:
        load_view(path, project.ontology)
    assert f"# {raised.value.message.rpartition('/')[2]}" == first
    assert f"# {raised.value.hint}".rstrip() == second


@pytest.fixture
def own(project: kg.Project) -> Iterator[Path]:
    folder = project.root / "views"
    folder.mkdir()
    yield folder
    shutil.rmtree(folder)


def test_a_project_adds_views_and_replaces_them(project: kg.Project, own: Path) -> None:
    (own / "alliances.yaml").write_text("summary: mine\nedges: [{property: unitOf}]\ncolours: {Unit: '#000001'}\n")
    (own / "near.rq").write_text(f"CONSTRUCT {{ ?a <{NS}within> ?b }} WHERE {{ ?a <{NS}within> ?b }}")
    assert views(project)["alliances"] == "mine"
    assert list(view_paths(project.folders("views"))) == sorted([*SHIPPED, "near"])
    assert {e.kind for e in edges_of(project, "alliances")} == {"unit of"}
    assert {e.kind for e in edges_of(project, "near")} == {"within"}


def test_a_select_is_a_view_with_columns_of_any_name(project: kg.Project, own: Path) -> None:
    (own / "own.rq").write_text(
        "#+ params: [{name: kind, type: string}]\n"
        "#+ columns: [{name: a, role: source}, {name: b, role: target},\n"
        "#+   {name: k, role: link}, {name: e, role: counted}]\n"
        f'SELECT ?a ?b ?k ?e ?claim {{ VALUES ?_kind {{ "fought" }} BIND(?_kind AS ?k) '
        f"GRAPH ?claim {{ ?e <{NS}attacker> ?a }} ?e <{NS}defender> ?b }}"
    )
    found = edges_of(project, "own")
    assert {e.kind for e in found} == {"fought"}
    assert {(e.source, e.target) for e in found} <= {(e.source, e.target) for e in edges_of(project, "attacks")}
    assert all(e.claims for e in found)
    assert {e.kind for e in edges_of(project, "own", given={"kind": ["struck"]})} == {"struck"}
    assert len(edges_of(project, "own", where=("day >= 2023-11-05",))) < len(found)
    assert len(edges_of(project, "own", as_of="2023-11-03")) < len(found)


@pytest.mark.parametrize(
    ("text", "narrowed", "message"),
    [
        ("ASK {}", {}, "an ASK query is no view"),
        ("SELECT ?source { ?source ?p ?o }", {}, "the query is no view: it has no column ?target"),
        ("SELECT ?source ?target { ?source ?p ?target }", {"min_sources": 2}, "its query has no column ?claim"),
        ("SELECT ?source ?target { ?source ?p ?target }", {"where": ("day > 2023-01-01",)}, "no column ?thing"),
        ("SELECT ?source {", {}, "the query is no SPARQL"),
    ],
)
def test_a_query_that_is_no_view_is_told(
    project: kg.Project, own: Path, text: str, narrowed: Any, message: str
) -> None:
    (own / "own.rq").write_text(text)
    with pytest.raises(UsageError) as raised:
        edges_of(project, "own", **narrowed)
    assert message in raised.value.message
