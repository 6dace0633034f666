"""Any sequence of writes leaves a store as a plain dictionary of graphs would be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode, Quad, Store

from kg.stores.embedded import EmbeddedStore
from kg.stores.lines import lines_of
from kg.stores.protocol import GraphStore
from kg.stores.remote.addresses import Addresses
from kg.stores.remote.store import EndpointStore
from tests.stores.contract.test_contract import holds, node
from tests.stores.servers import oxigraph

BASE = "https://example.org/generated/"

# A graph, of three; what it says, of four things. Few, so that graphs say the same and steps meet.
says = st.tuples(st.sampled_from("abc"), st.sampled_from("wxyz"))
steps = st.lists(st.tuples(st.sampled_from(["load", "replace", "change"]), st.frozensets(says, max_size=6)), max_size=6)


def quad(said: tuple[str, str], base: str) -> Quad:
    graph, thing = said
    return Quad(node(thing), node("is"), node("thing"), NamedNode(base + graph))


@contextmanager
def stored(kind: str) -> Iterator[GraphStore]:
    if kind == "embedded":
        yield EmbeddedStore(Store())
        return
    with oxigraph() as url:
        yield EndpointStore(Addresses(url), BASE)


@pytest.mark.parametrize("kind", ["embedded", "endpoint"])
@settings(max_examples=25)
@given(written=steps)
def test_writes(kind: str, written: list[tuple[str, frozenset[tuple[str, str]]]]) -> None:
    model: set[tuple[str, str]] = set()
    with stored(kind) as store:
        for step, said in written:
            lines = list(lines_of(quad(one, BASE) for one in said))
            match step:
                case "load":
                    store.load(lines)
                    model = {one for one in model if one[0] not in {graph for graph, _ in said}} | said
                case "replace":
                    store.replace(lambda lines=lines: lines)  # type: ignore[misc]
                    model = set(said)
                case _:
                    store.change([quad(one, BASE) for one in model & said], [quad(one, BASE) for one in said - model])
                    model ^= said
            assert holds(store, [quad(one, BASE) for one in model])
