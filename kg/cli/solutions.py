"""Answers as a table, as the W3C's result formats, or as RDF."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from os import SEEK_END
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Final

from pyoxigraph import (
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    serialize,
)

from kg.exports.files import whole_file
from kg.model.errors import UsageError
from kg.ontology.vocabulary import NAMESPACE, PREFIXES

_RESULTS = {
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
}
_IN_MEMORY: Final = 1 << 23
"""Bytes of an answer to standard output; a longer one waits in a temporary file until it is whole."""
_GRAPHS = {"ttl": RdfFormat.TURTLE, "nt": RdfFormat.N_TRIPLES}


def write_answer(
    answer: QuerySolutions | QueryBoolean | Iterator[Triple], form: str | None, output: str | None, base: str
) -> None:
    """
    Write an answer to a file or to standard output: SELECT and ASK as a table or a results format, CONSTRUCT as RDF.

    Nothing is written of an answer that breaks off. Rows in a results format are not held in memory.

    Raises:
        UsageError: The format does not fit the kind of query.
    """
    if not isinstance(answer, QuerySolutions | QueryBoolean):
        if form not in (None, *_GRAPHS):
            raise UsageError(f"a CONSTRUCT query gives a graph; it cannot be written as {form}", "--format ttl or nt")
        with _whole(output) as file:
            serialize(sorted(answer, key=str), file, _GRAPHS[form or "ttl"], prefixes=PREFIXES)
    elif form in _GRAPHS:
        raise UsageError(
            f"this query gives no graph; it cannot be written as {form}", "--format table, csv, tsv, json or xml"
        )
    elif form in (None, "table"):
        with _whole(output) as file:
            file.write(_table(answer, base, output is None).encode())
    else:
        with _whole(output) as file:
            answer.serialize(file, _RESULTS[form or "csv"])


@contextmanager
def _whole(output: str | None) -> Iterator[IO[bytes]]:
    """A file to write to; standard output gets what is in it, and an end of the last line, when the block ends."""
    if output is not None:
        with whole_file(Path(output)) as file:
            yield file
        return
    with SpooledTemporaryFile(_IN_MEMORY) as aside:
        yield aside
        if aside.tell():
            aside.seek(-1, SEEK_END)
        if aside.read() != b"\n":
            aside.write(b"\n")
        aside.seek(0)
        sys.stdout.flush()
        shutil.copyfileobj(aside, sys.stdout.buffer, 1 << 16)
        sys.stdout.buffer.flush()


def _table(answer: QuerySolutions | QueryBoolean, base: str, to_terminal: bool) -> str:
    if isinstance(answer, QueryBoolean):
        return "yes" if answer else "no"
    names = [variable.value for variable in answer.variables]
    rows = [[readable(solution[name], base) for name in names] for solution in answer]
    if to_terminal and sys.stdout.isatty():
        return _drawn(names, rows)
    return plain_table(names, rows) + f"\n({len(rows)} row{'' if len(rows) == 1 else 's'})\n"


def plain_table(names: list[str], rows: list[list[str]]) -> str:
    """
    Columns under their names, two blanks apart.

    >>> print(plain_table(["who", "n"], [["a", "10"]]))
    who  n
    ───  ──
    a    10
    """
    widths = [max(len(cell) for cell in column) for column in zip(names, *rows, strict=True)]
    lines = [names, ["─" * width for width in widths], *rows]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def _drawn(names: list[str], rows: list[list[str]]) -> str:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*names, caption=f"{len(rows)} row{'' if len(rows) == 1 else 's'}", show_lines=False)
    for row in rows:
        table.add_row(*map(Text, row))
    console = Console(file=sys.stdout)
    with console.capture() as captured:
        console.print(table)
    return captured.get()


def readable(term: object, base: str) -> str:
    """
    A term as a person reads it: an id, a prefixed name, the text of a literal; empty where there is none.

    >>> readable(NamedNode("https://example.org/kawlin"), "https://example.org/")
    'kawlin'
    """
    if term is None:
        return ""
    if isinstance(term, Literal):
        return term.value
    if isinstance(term, NamedNode):
        iri = term.value
        if iri.startswith(base):
            return iri.removeprefix(base)
        if iri.startswith(NAMESPACE):
            return iri.removeprefix(NAMESPACE)
        for prefix, namespace in PREFIXES.items():
            if iri.startswith(namespace):
                return f"{prefix}:{iri.removeprefix(namespace)}"
        return iri
    return str(term)
