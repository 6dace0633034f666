"""
What an endpoint says of the loads into it: a small graph `{base}.kg/build`.

It names the state of the last load, and lists every graph that belongs to the project with what that holds. So a load
that broke off is seen and ended, only what changed is sent again, and graphs of others are never touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from kg.endpoint.select import SparqlEndpoint, Told
from kg.model.terms import parts_of
from kg.stores.lines import Held, held_of

_NAMESPACE: Final = "https://w3id.org/conflict-kg/store#"
_STATE: Final = f"<{_NAMESPACE}state>"
_DIGEST: Final = f"<{_NAMESPACE}digest>"
HOLDS: Final = f"<{_NAMESPACE}holds>"
LOADING, FINISHED = "loading", "finished"
LEAVING: Final = "leaving"
"""Stands in the place of what a graph holds while it is being changed or dropped."""


@dataclass(frozen=True, slots=True)
class Mark:
    """The state of the last load, empty where there was none; `digest` is of all graphs and what they hold."""

    state: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Marks:
    """The graph of marks of one project."""

    endpoint: SparqlEndpoint
    base: str

    @property
    def graph(self) -> str:
        """Its name, as N-Triples has it."""
        return f"<{self.base}.kg/build>"

    def mark(self, told: Told | None = None) -> Mark:
        """The state of the last load; `told` gets the name of the server."""
        query = f"SELECT ?state ?digest WHERE {{ GRAPH {self.graph} {{ ?m {_STATE} ?state ; {_DIGEST} ?digest }} }}"
        rows = list(self.endpoint.select(query, told))
        found = [Mark(parts_of(row["state"]).lexical, parts_of(row["digest"]).lexical) for row in rows]
        # Two marks are what a server leaves that has done half of an update.
        return found[0] if len(found) == 1 else Mark(LOADING if found else "")

    def marked(self, mark: Mark) -> str:
        """The update that sets the mark."""
        return (
            f"DELETE WHERE {{ GRAPH {self.graph} {{ {self.graph} {_STATE} ?state }} }} ;\n"
            f"DELETE WHERE {{ GRAPH {self.graph} {{ {self.graph} {_DIGEST} ?digest }} }} ;\n"
            f"INSERT DATA {{ GRAPH {self.graph} {{ "
            f'{self.graph} {_STATE} "{mark.state}" . {self.graph} {_DIGEST} "{mark.digest}" }} }}'
        )

    def listed(self) -> dict[bytes, Held]:
        """The project's graphs and what each is said to hold."""
        rows = paged(self.endpoint, "?g ?held", f"GRAPH {self.graph} {{ ?g {HOLDS} ?held }}")
        found: dict[bytes, Held] = {}
        for row in rows:
            graph = row["g"].encode()
            # Said twice is not known: a server has done half of an update.
            found[graph] = held_of(LEAVING if graph in found else parts_of(row["held"]).lexical)
        return found

    def counts(self) -> dict[bytes, int]:
        """How many quads the graphs that are listed really hold; one that holds none is not among them."""
        where = f"GRAPH {self.graph} {{ ?g {HOLDS} ?held }} GRAPH ?g {{ ?s ?p ?o }}"
        rows = paged(self.endpoint, "?g (COUNT(*) AS ?n)", where, "GROUP BY ?g")
        return {row["g"].encode(): int(parts_of(row["n"]).lexical) for row in rows}

    def total(self) -> int:
        """How many quads the graphs that are listed really hold, all together."""
        where = f"GRAPH {self.graph} {{ ?g {HOLDS} ?held }} GRAPH ?g {{ ?s ?p ?o }}"
        rows = list(self.endpoint.select(f"SELECT (COUNT(*) AS ?n) WHERE {{ {where} }}"))
        return int(parts_of(rows[0]["n"]).lexical) if rows else 0

    def listing(self, old: Iterable[bytes], new: Mapping[bytes, str]) -> str:
        """The update that lists graphs with what they hold, or `LEAVING`; what was listed of `old` goes."""
        parts = [f"DELETE WHERE {{ GRAPH {self.graph} {{ {graph.decode()} {HOLDS} ?held }} }}" for graph in old]
        if new:
            entries = " . ".join(f'{graph.decode()} {HOLDS} "{held}"' for graph, held in new.items())
            parts.append(f"INSERT DATA {{ GRAPH {self.graph} {{ {entries} }} }}")
        return " ;\n".join(parts)


def any_loading(endpoint: SparqlEndpoint) -> bool:
    """Whether some load into the endpoint, of whichever project, is under way or broke off."""
    query = f'SELECT ?g WHERE {{ GRAPH ?g {{ ?g {_STATE} "{LOADING}" }} }} LIMIT 1'
    return any(True for _ in endpoint.select(query))


def paged(endpoint: SparqlEndpoint, columns: str, where: str, group: str = "") -> Iterator[dict[str, str]]:
    """
    All solutions, one or several for each `?g`; page by page where the endpoint gives only so many at once.

    A page begins where the last one ended, by the address of `?g`: servers sort few rows, and count offsets slowly.
    """
    told = Told()
    rows = list(endpoint.select(f"SELECT {columns} WHERE {{ {where} }} {group}", told))
    if not told.most or len(rows) < told.most:
        yield from rows
        return
    last = ""
    while True:
        after = f"{where} FILTER(STR(?g) > {_quoted(last)})"
        page = list(
            endpoint.select(f"SELECT {columns} WHERE {{ {after} }} {group} ORDER BY STR(?g) LIMIT {told.most - 1}")
        )
        yield from page
        if len(page) < told.most - 1:
            return
        last = page[-1]["g"][1:-1]


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
