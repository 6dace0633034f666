"""Whether an endpoint holds what was sent to it, counted; and what is missing where it does not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import NoReturn

from kg.endpoint.faults import fail
from kg.model.terms import parts_of
from kg.stores.lines import Held, line_of
from kg.stores.protocol import Lines
from kg.stores.remote.marks import Marks
from kg.stores.remote.reading import graph_quads

_BOOLEAN = {"true": Decimal(1), "false": Decimal(0)}
_HINT = "build again; if that does not help, drop the graph at the endpoint first"


def check_counts(marks: Marks, wanted: Mapping[bytes, Held], source: Callable[[], Lines]) -> tuple[str, ...]:
    """
    Count what the endpoint holds; notes on what it keeps otherwise than it was sent.

    A server may keep literals of one value as one: what is missing for that alone is no fault.

    Raises:
        EnvironmentFault: It holds less than was sent, or more; the message names the graph, and a statement.
    """
    if marks.total() == sum(held.size for held in wanted.values()):
        return ()
    counts = marks.counts()
    other = {g: counts.get(g, 0) for g, held in wanted.items() if counts.get(g, 0) != held.size}
    sent: dict[bytes, list[str]] = {graph: [] for graph in other}
    for raw in source():
        line = line_of(raw)
        if line.graph in sent:
            sent[line.graph].append(line.triple.decode())
    folded = 0
    for graph, count in other.items():
        if count > wanted[graph].size or len(set(map(_by_value, sent[graph]))) > count:
            _differs(marks, graph, wanted[graph].size, count, sent[graph])
        folded += wanted[graph].size - count
    if not other:
        fail(marks.endpoint.address, "it holds other graphs than it was sent", _HINT)
    return (f"{marks.endpoint.address}: it keeps {folded} statements as one with others of the same value",)


def _differs(marks: Marks, graph: bytes, sent: int, count: int, triples: list[str]) -> NoReturn:
    name = graph.decode()
    kept = {_by_value(f"{q.subject} {q.predicate} {q.object}") for q in graph_quads(marks.endpoint, name)}
    missing = next((text for text in sorted(triples) if _by_value(text) not in kept), "")
    example = f"; it lacks {missing[:300]}" if missing else ""
    fail(marks.endpoint.address, f"of {sent} statements sent to the graph {name} it holds {count}{example}", _HINT)


def _by_value(triple: str) -> tuple[str, object]:
    """A triple, whose literal is its value where servers are known to go by that."""
    head, _, text = triple.partition("> <")
    predicate, _, value = text.partition("> ")
    return f"{head}> <{predicate}>", _value(value)


def _value(text: str) -> object:
    if not text.startswith('"'):
        return text
    parts = parts_of(text)
    kind = parts.datatype.rpartition("#")[2]
    try:
        match kind:
            case "boolean":
                return _BOOLEAN.get(parts.lexical, text)
            case "integer" | "decimal" | "double" | "float":
                return Decimal(parts.lexical)
            case "dateTime":
                moment = datetime.fromisoformat(parts.lexical)
                return moment if moment.tzinfo else text
            case _:
                return text
    except (InvalidOperation, ValueError):
        return text
