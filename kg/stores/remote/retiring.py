"""Taking graphs, and quads, out of an endpoint: out of its merge first, as long as it can be seen what else says it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kg.stores.lines import Held, Line
from kg.stores.remote.marks import HOLDS, LEAVING, Marks
from kg.stores.remote.writing import APART, Writer

_AT_ONCE: Final = 100


def listed_as(writer: Writer, marks: Marks, graphs: Sequence[bytes], held: Held) -> None:
    """List graphs anew, as holding something else; or as `LEAVING` where that is not known."""
    text = LEAVING if held.size < 0 else str(held)
    for start in range(0, len(graphs), _AT_ONCE):
        some = graphs[start : start + _AT_ONCE]
        writer.update(marks.listing(some, dict.fromkeys(some, text)))


def retire(writer: Writer, marks: Marks, graphs: Sequence[bytes], *, all_of_them: bool) -> None:
    """
    Drop graphs that are listed, and what no other graph says from the merge.

    They stay listed until they are gone: a load that breaks off here is ended by the next one. Where they are
    `all_of_them` that are listed nobody else says what they say, and nothing is looked up.
    """
    for start in range(0, len(graphs), _AT_ONCE):
        some = graphs[start : start + _AT_ONCE]
        listed_as(writer, marks, some, Held(-1, 0))
        merged = [graph.decode() for graph in some if graph != APART]
        if merged and not writer.ways.union:
            writer.update(
                f"DELETE {{ ?s ?p ?o }} WHERE {{ VALUES ?gone {{ {' '.join(merged)} }} GRAPH ?gone {{ ?s ?p ?o }} "
                f"{'' if all_of_them else _nowhere_else(marks)} }}"
            )
        writer.update(" ;\n".join(f"DROP SILENT GRAPH {graph.decode()}" for graph in some))
        writer.update(marks.listing(some, {}))


def unmerge(writer: Writer, marks: Marks, lines: Sequence[Line]) -> None:
    """Take out of the merge what was taken out of the graphs, and no graph says any more."""
    if writer.ways.union:
        return
    for start in range(0, len(lines), _AT_ONCE):
        some = [line for line in lines[start : start + _AT_ONCE] if line.graph != APART]
        # The graphs that change are listed as leaving, and may say it still.
        rows = " ".join(f"({' '.join(_terms(line.triple))})" for line in some)
        writer.update(
            f"DELETE {{ ?s ?p ?o }} WHERE {{ VALUES (?s ?p ?o) {{ {rows} }} {_nowhere_else(marks, leaving=True)} }}"
        )


def _nowhere_else(marks: Marks, *, leaving: bool = False) -> str:
    """That no listed graph says `?s ?p ?o` but those that leave; the rare pattern stands first."""
    stays = "" if leaving else f'FILTER(?held != "{LEAVING}") '
    return (
        f"FILTER NOT EXISTS {{ GRAPH ?g {{ ?s ?p ?o }} GRAPH {marks.graph} {{ ?g {HOLDS} ?held }} "
        f"{stays}FILTER(?g != {APART.decode()}) }}"
    )


def _terms(triple: bytes) -> Sequence[str]:
    subject, predicate, value = triple.decode().split(" ", 2)
    return subject, predicate, value
