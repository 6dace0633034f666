"""A table → the text of its first mapping, and what to tell of it."""

from __future__ import annotations

import glob
import os
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kg.facts.reporting import count
from kg.facts.tree import shortened
from kg.mapping.iris import suggested_id
from kg.model.errors import UsageError
from kg.model.findings import Severity
from kg.ontology import Ontology
from kg.pipeline.first_mapping.cells import columns_of
from kg.pipeline.first_mapping.endings import ending_of, without
from kg.pipeline.first_mapping.guesses import Guess, Kind, Terms, guesses
from kg.pipeline.first_mapping.opening import opened_as_it_seems, told, written
from kg.pipeline.first_mapping.presets import Preset, preset_for
from kg.pipeline.first_mapping.writing import Draft, mapping_text
from kg.pipeline.first_mapping.yaml_text import scalar
from kg.tables import Table
from kg.tables.address import shown

_MOST_FAULTS = 5
_MOST_LEFT = 20
_PATTERN = re.compile(r"[*?\[\]]+")


@dataclass(frozen=True, slots=True)
class FirstMapping:
    """
    A mapping that can be written.

    `name` is what its file can be called, without an ending; `notes` are lines for whoever asked for it.
    """

    name: str
    text: str
    notes: tuple[str, ...]


def first_mapping(where: Path | str, folder: Path, ontology: Ontology, sheet: str = "") -> FirstMapping:
    """
    Guess a mapping of a table.

    Args:
        where: The table, in any format that `kg.tables` reads: its path, or its address, which may have a pattern.
        folder: Where the mapping will stand.
        ontology: Whose terms the columns are looked up among.
        sheet: Of a workbook with several sheets the one that holds the table.

    Raises:
        UsageError: The table cannot be read, or has no columns or no rows.
        EnvironmentFault: A library that its format needs is not installed.
    """
    here = where.parent if isinstance(where, Path) else folder
    pattern = glob.escape(where.name) if isinstance(where, Path) else where
    table, read = opened_as_it_seems(pattern, here, sheet)
    _check_header(table)
    name, title = _names(where)
    named = _seen_from(folder, where) if isinstance(where, Path) else where
    options = {"table": scalar(named), **written(read)}
    preset = preset_for(table.columns, ontology)
    if preset is not None:
        note = f"its columns are those of the preset {preset.name}"
        return FirstMapping(name, _preset_text(preset, options), (*told(read), note))
    draft = _guessed(table, name, title, options, ontology)
    return replace(draft, notes=(*told(read), *draft.notes))


def _check_header(table: Table) -> None:
    nameless = sum(file.nameless for file in table.files)
    if not table.columns:
        reason = table.findings[0].message if table.findings else "its first row names no column"
        hint = table.findings[0].hint if table.findings else "write a name above each column"
    elif len(table.columns) == 1 and nameless:
        reason = f"its first row is only '{shortened(table.columns[0])}', which looks like a title"
        hint = "the first row must name the columns: take out what stands above that one"
    else:
        return
    raise UsageError(f"{table.name}: no mapping can be made: {reason}", hint)


def _guessed(table: Table, name: str, title: str, options: dict[str, str], ontology: Ontology) -> FirstMapping:
    columns = columns_of(table)
    ending = ending_of(columns)
    columns = without(columns, ending)
    faults = [finding for finding in table.findings if finding.severity is Severity.error]
    if not any(column.filled for column in columns):
        reason = f"{faults[0].position}: {faults[0].message}" if faults else f"{table.name} has no row below its header"
        raise UsageError(f"no mapping can be made: {reason}", "the first row must name the columns of all others")
    terms = Terms.of(ontology)
    draft = Draft(name, title, options, columns, guesses(columns, terms), terms, ending)
    read = len(columns) - len(draft.left)
    notes = [f"it reads {read} of {len(columns)} columns"]
    if draft.left:
        more = len(draft.left) - _MOST_LEFT
        names = ", ".join(column.called for column in draft.left[:_MOST_LEFT])
        notes.append(f"not read: {names}" + (f" and {more:,} more" if more > 0 else ""))
    if ending is not None:
        notes.append(f"{ending.said}, which `where` leaves out")
    if nameless := sum(file.nameless for file in table.files):
        notes.append(
            f"not read: {count(nameless, 'column')} without a name in the header. Name each, also below merged cells"
        )
    if _is_in_other_letters(draft.of(Kind.place, Kind.thing)):
        notes.append("names are not in Latin letters: `language` in kg.toml says in which language they are (my, ar)")
    notes += [f"line {finding.position.line}: {finding.message}" for finding in table.findings[:_MOST_FAULTS]]
    return FirstMapping(name, mapping_text(draft), tuple(notes))


def _is_in_other_letters(guesses: Sequence[Guess]) -> bool:
    """Whether most names of things are in another script than the Latin one."""
    letters = [c for guess in guesses for code in guess.column.codes[:100] for c in code if c.isalpha()]
    return sum("LATIN" in unicodedata.name(c, "") for c in letters) * 2 < len(letters)


def _preset_text(preset: Preset, options: dict[str, str]) -> str:
    lines = [f"preset: {preset.name}", *(f"{key}: {value}" for key, value in options.items())]
    if preset.renamed:
        lines += ["", "# What the table calls the preset's columns.", "columns:"]
        lines += [f"  {scalar(column)}: {scalar(name)}" for column, name in preset.renamed.items()]
    return "\n".join(lines) + "\n"


def _names(where: Path | str) -> tuple[str, str]:
    """An id and a title for a table, from the name of its file."""
    stem = where.name if isinstance(where, Path) else _PATTERN.sub("", shown(where).rpartition("/")[2])
    while Path(stem).suffix and len(Path(stem).suffix) <= len(".parquet") and not Path(stem).suffix[1:].isdigit():
        stem = Path(stem).stem
    title = " ".join(stem.replace("_", " ").replace("-", " ").split()) or "table"
    return suggested_id(title) or "table", title[0].upper() + title[1:]


def _seen_from(folder: Path, path: Path) -> str:
    return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
