"""GEXF holds any graph: it follows the schema, and what readers need besides; what it could not hold is counted."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from io import BytesIO, RawIOBase
from itertools import pairwise
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from kg.exports.gexf import write_gexf
from kg.exports.losses import Losses
from kg.exports.property_graph import Attribute, Edge, Node, PropertyGraph, Type, Value
from kg.exports.spells import bound, merged
from tests.exports.gexf_checks import G, faults_of, items_of, relax_ng

HOSTILE = [
    "\0\x01\x1f\x7f\x85\u2028\ufffe",
    "]]>",
    '"a", [b]\\',
    "\r\n\t",
    "🙂\u202eאב",
    " ",
    "",
    "ကောလင်း",
    "<!--",
    "\ud800",
]
TEXT = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=8))
NUMBERS = st.one_of(st.integers(), st.integers(-(2**64), 2**64), st.floats())
SCALARS = st.one_of(TEXT, NUMBERS, st.booleans())
VALUES = st.one_of(SCALARS, st.lists(SCALARS, max_size=3).map(tuple))
NAMES = st.sampled_from(["id", "ID", "label", "weight", "n", "N", "claims", "begin", "\0", "kind", "x y"])
TIMES = st.one_of(
    st.sampled_from(["", "-0043-03-15", "12023-01-01", "2023", "2023-02-30", "2023-11-03T24:00:00Z", "0000-01-01"]),
    st.dates().map(str),
    st.datetimes().map(lambda moment: moment.isoformat() + "+06:30"),
)
SPELLS = st.lists(st.tuples(TIMES, TIMES), max_size=4).map(tuple)
COLOURS = st.sampled_from(["", "#1f5f8b", "#FFFFFF"])


@st.composite
def graphs(draw: st.DrawFn) -> PropertyGraph:
    ids = sorted(draw(st.lists(TEXT, unique=True, max_size=4)))
    parents = st.sampled_from([*ids, ""]) if ids else st.just("")
    told = st.dictionaries(NAMES, VALUES, max_size=3)
    of = {"attributes": told, "spells": SPELLS, "claims": st.lists(TEXT, max_size=2).map(tuple)}
    place = st.none() | st.floats(allow_nan=False)
    look = {
        "colour": COLOURS,
        "size": st.none() | st.floats(),
        "latitude": place,
        "longitude": place,
        "parent": parents,
    }
    nodes = [
        draw(st.builds(Node, id=st.just(name), label=TEXT, kind=TEXT, iri=TEXT, side=TEXT, **look, **of))
        for name in ids
    ]
    names = sorted(draw(st.lists(TEXT, unique=True, max_size=4))) if ids else []
    ends = {"source": parents.filter(bool) | st.sampled_from(ids or [""]), "target": st.sampled_from(ids or [""])}
    edges = [
        draw(
            st.builds(
                Edge, id=st.just(name), kind=TEXT, label=TEXT, weight=NUMBERS, directed=st.booleans(), **ends, **of
            )
        )
        for name in names
    ]
    return PropertyGraph(draw(TEXT), tuple(nodes), tuple(edges))


def written(graph: PropertyGraph) -> tuple[bytes, Losses]:
    out, losses = BytesIO(), Losses()
    write_gexf(graph, out, losses)
    return out.getvalue(), losses


def read(graph: PropertyGraph) -> Any:
    return etree.fromstring(written(graph)[0])


@given(graphs())
@settings(max_examples=60)
def test_any_graph_gives_a_file_that_readers_can_trust(graph: PropertyGraph) -> None:
    root = read(graph)
    assert faults_of(root) == []
    assert len(root.findall(f".//{G}node")) == len(graph.nodes)
    assert len(root.findall(f".//{G}edge")) == len(graph.edges)


def test_any_graph_follows_the_schema(conformance: Path) -> None:
    schema = relax_ng(conformance)

    @given(graphs())
    @settings(max_examples=60)
    def holds(graph: PropertyGraph) -> None:
        assert schema.validate(read(graph)), schema.error_log

    holds()


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")), min_size=1))
def test_lists_of_texts_come_back(texts: list[str]) -> None:
    graph = PropertyGraph("", (Node("a", "", "", attributes={"l": tuple(texts)}),))
    (value,) = read(graph).findall(f".//{G}node/{G}attvalues/{G}attvalue[@value]")
    assert items_of(value.get("value")) == texts


@given(SPELLS)
def test_spells_are_in_order_and_lose_no_time(spells: tuple[tuple[str, str], ...]) -> None:
    found = merged(spells)
    assert merged(found) == found
    known = [s for s in found if all(bound(t, last=False) for t in s if t)]
    for before, after in pairwise(known):
        assert before[1]
        assert after[0]
        assert bound(before[1], last=True) < bound(after[0], last=False)  # type: ignore[operator]
    for text in {t for s in spells for t in s if t}:
        moment = bound(text, last=False)
        inside = [s for s in known if moment and _lies(moment, s)]
        assert inside or moment is None or any(text in s for s in found)


def _lies(moment: Any, spell: tuple[str, str]) -> bool:
    first, last = bound(spell[0], last=False), bound(spell[1], last=True)
    return (first is None or first <= moment) and (last is None or moment <= last)


def test_what_is_not_in_the_file_is_counted_by_name() -> None:
    told: dict[str, Value] = {"big": 2**70, "never": (), "wrong": "x", "endless": float("inf")}
    node = Node("a", "A\0", "", attributes=told, spells=(("-0043-03-15", "-0043-03-15"),))
    types = (("big", Type.LONG), ("endless", Type.DOUBLE), ("never", Type.STRING), ("wrong", Type.BOOLEAN))
    declared = tuple(Attribute(name, kind, is_list=name == "never") for name, kind in types)
    edge = Edge("e", "a", "a", "k", weight=-1)
    _, losses = written(PropertyGraph("", (node,), (edge,), declared, ()))
    assert {loss.what: (loss.count, loss.example) for loss in losses} == {
        "characters that XML cannot hold": (1, "'A\\x00'"),
        "empty lists, which are left out": (1, "never"),
        "times that no calendar of four-digit years holds": (1, "-0043-03-15 to -0043-03-15"),
        "values that are no boolean": (1, "wrong: x"),
        "values that are no double": (1, "endless: inf"),
        "values that are no long": (1, "big: 1180591620717411303424"),
        "weights that are not above 0, which are 1": (1, "-1"),
    }


@pytest.mark.parametrize(
    ("latitude", "longitude"), [(91.0, 0.0), (0.0, float("inf")), (float("nan"), 0.0), (0.0, -181.0)]
)
def test_what_is_not_on_earth_has_no_position(latitude: float, longitude: float) -> None:
    content, losses = written(PropertyGraph("", (Node("a", "", "", latitude=latitude, longitude=longitude),)))
    assert b"position" not in content
    assert "coordinates that are none" in {loss.what for loss in losses}


def test_a_time_before_our_calendar_is_still_an_attribute() -> None:
    root = read(PropertyGraph("", (Node("a", "", "", spells=(("-0043-03-15", ""),)),)))
    assert [v.get("value") for v in root.iter(f"{G}attvalue")] == ["-0043-03-15"]
    assert not list(root.iter(f"{G}spell"))


def test_until_a_day_and_from_it_on_is_always() -> None:
    root = read(PropertyGraph("", (Node("a", "", "", spells=(("", "2000-01-01"), ("2000-01-01", ""))),)))
    assert faults_of(root) == []
    assert not list(root.iter(f"{G}spells"))


def test_what_is_no_number_is_written_as_readers_know_it() -> None:
    root = read(PropertyGraph("", (Node("a", "", "", attributes={"n": float("nan")}),)))
    assert [v.get("value") for v in root.iter(f"{G}attvalue")] == ["NaN"]


def test_days_beside_a_moment_are_moments() -> None:
    spells = (("2023-11-03", "2023-11-03"), ("2023-11-05T04:00:00+06:30", "2023-11-05T05:00:00+06:30"))
    root = read(PropertyGraph("", (Node("a", "", "", spells=spells),)))
    assert root.find(f"{G}graph").get("timeformat") == "dateTime"
    assert [dict(s.attrib) for s in root.iter(f"{G}spell")] == [
        {"start": "2023-11-03T00:00:00", "end": "2023-11-03T23:59:59"},
        {"start": "2023-11-05T04:00:00", "end": "2023-11-05T05:00:00"},
    ]


def test_networkx_reads_kinds_lists_weights_and_parallel_edges() -> None:
    nodes = (Node("a", "A", "group", attributes={"n": 3}), Node("b", "B", "group", attributes={"n": 2**40}))
    edges = (Edge("1", "a", "b", "attacked", weight=2.5), Edge("2", "a", "b", "supplied"))
    graph = nx.read_gexf(BytesIO(written(PropertyGraph("T", nodes, edges))[0]), version="1.3")
    assert graph.is_multigraph()
    assert graph.nodes["a"]["label"] == "A"
    assert graph.nodes["b"]["n"] == 2**40
    assert graph.edges["a", "b", "1"]["weight"] == 2.5
    assert set(graph["a"]["b"]) == {"1", "2"}


class _Many:
    """Edges that are made as they are gone through."""

    def __init__(self, count: int) -> None:
        self.count = count

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[Edge]:
        for number in range(self.count):
            day = f"2023-11-{number % 30 + 1:02d}"
            yield Edge(
                f"{number:07d}", "a", "b", f"k{number}", spells=((day, day),), claims=(f"urn:c:{number}",), sources=1
            )


class _Nowhere(RawIOBase):
    def write(self, content: Any) -> int:
        return len(content)

    def writelines(self, lines: Any) -> None:
        for _ in lines:
            pass


def test_memory_stays_flat() -> None:
    peaks = []
    for count in (5_000, 25_000):  # from some thousand on, nothing more is remembered
        graph = PropertyGraph("", (Node("a", "", ""), Node("b", "", "")), _Many(count), (), ())
        tracemalloc.start()
        write_gexf(graph, _Nowhere(), Losses())  # type: ignore[arg-type]
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.5 + 100_000, peaks


@pytest.mark.parametrize(
    ("directed", "default"), [((True,), "directed"), ((False,), "undirected"), ((True, False), None)]
)
def test_the_graph_names_a_direction_only_where_all_edges_have_it(
    directed: tuple[bool, ...], default: str | None
) -> None:
    edges = tuple(Edge(str(number), "a", "b", "k", directed=one) for number, one in enumerate(directed))
    root = read(PropertyGraph("", (Node("a", "", ""), Node("b", "", "")), edges))
    assert root.find(f"{G}graph").get("defaultedgetype") == default
