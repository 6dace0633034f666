"""A table whose encoding and header nobody has named yet: they are guessed, written down and told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from kg.pipeline.first_mapping.yaml_text import scalar
from kg.tables import Table, TableOptions, open_table
from kg.tables.titles import header_line
from kg.tables.unpacking import likely_encoding


def opened_as_it_seems(pattern: str, base: Path, sheet: str) -> tuple[Table, TableOptions]:
    """
    The table, and how it is read: with the encoding that a text which is not UTF-8 seems to have, from the line on that
    seems to name the columns.

    Raises:
        UsageError: The table cannot be opened.
        EnvironmentFault: A library that its format needs is not installed.
    """
    read = TableOptions(sheet=sheet)
    table = open_table(pattern, base, base, read)
    guessed = {likely_encoding(file.path) for file in table.files if file.is_text}
    if guessed - {""}:
        read = replace(read, encoding=max(guessed))
        table = open_table(pattern, base, base, read)
    lines = {header_line(file.beginning()) for file in table.files}
    if len(lines) == 1 and (line := lines.pop()) > 1:
        read = replace(read, first_line=line)
        table = open_table(pattern, base, base, read)
    return table, read


def written(read: TableOptions) -> dict[str, str]:
    """What a mapping says of how its table is read, as YAML."""
    said = {"sheet": scalar(read.sheet)} if read.sheet else {}
    if read.encoding:
        said["encoding"] = f"{read.encoding}  # ? it is not UTF-8: are all letters right?"
    if read.first_line > 1:
        said["firstLine"] = f"{read.first_line}  # ? what stands above is passed over"
    return said


def told(read: TableOptions) -> Iterator[str]:
    """The same for whoever asked for the mapping."""
    if read.encoding:
        yield f"it is not UTF-8, and read as {read.encoding}: `encoding` in the mapping, if letters come out wrong"
    if read.first_line > 1:
        yield f"its header is taken to be line {read.first_line}; what stands above is passed over (`firstLine`)"
