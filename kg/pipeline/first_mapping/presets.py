"""A header that is one of the presets': the mapping is then two lines, and the table's own names of columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kg.facts import read
from kg.mapping.templates.reading import read_mapping
from kg.mapping.templates.table_mapping import TableMapping
from kg.model.findings import Finding
from kg.model.records import Limits
from kg.model.shipped import shipped
from kg.ontology import Ontology
from kg.ontology.other_names import words

_FEWEST_COLUMNS = 5


class Preset(NamedTuple):
    """A preset that a table fits, and the table's name for each column that it calls otherwise."""

    name: str
    renamed: dict[str, str]


def preset_for(columns: Sequence[str], ontology: Ontology) -> Preset | None:
    """The preset whose columns a table has, all that it needs; None where it fits none."""
    by_words = {tuple(words(column)): column for column in reversed(columns)}
    fitting = []
    for path in sorted(shipped("mappings").glob("*.yaml")):
        findings: list[Finding] = []
        sheet = next(iter(read(path, path.name, Limits()).sheets))
        mapping = read_mapping(sheet, ontology, lambda _: None, findings)
        if mapping is not None and len(mapping.needed) >= _FEWEST_COLUMNS:
            found = _names(mapping, columns, by_words)
            if set(mapping.needed) <= found.keys():
                fitting.append((len(found), Preset(path.stem, {k: name for k, name in found.items() if k != name})))
    return max(fitting, key=lambda one: one[0])[1] if fitting else None


def _names(mapping: TableMapping, columns: Sequence[str], by_words: dict[tuple[str, ...], str]) -> dict[str, str]:
    """What the table calls the preset's columns, as far as it has them."""
    there = set(columns)
    named = ((column, column if column in there else by_words.get(tuple(words(column)))) for column in mapping.columns)
    return {column: name for column, name in named if name is not None}
