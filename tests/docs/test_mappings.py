"""The reference of mappings names every key, step, test and preset that there is, and no other."""

from __future__ import annotations

import re

import pytest

from kg.mapping.templates.reading import _STEPS, _TESTS, _TOP_KEYS
from kg.model.shipped import shipped
from kg.tables.opening import FORMATS
from tests.transcripts import ROOT

PAGE = (ROOT / "docs" / "reference" / "mappings.md").read_text(encoding="utf-8")


def named(title: str) -> set[str]:
    """The words in the first column of the first table below a title, without what is given to them."""
    rows = re.findall(r"^\| (`.+?) \|", PAGE.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0], re.MULTILINE)
    return {word for row in rows for word in re.findall(r"`([\w-]+)", row)}


CASES = {
    "The keys at the top": set(_TOP_KEYS),
    "Holes": {"column", "text", *_STEPS},
    "Conditions": set(_TESTS),
    "Presets": {path.stem for path in shipped("mappings").glob("*.yaml")},
}


def test_the_page_has_these_tables_and_no_more() -> None:
    assert len(CASES) == len(re.findall(r"^\|---", PAGE, re.MULTILINE))


@pytest.mark.parametrize("title", CASES)
def test_a_table_names_all_that_there_is(title: str) -> None:
    assert named(title) == CASES[title]


def test_all_formats_are_named() -> None:
    row = next(line for line in PAGE.splitlines() if line.startswith("| `format`"))
    assert set(re.findall(r"`(\w+)`", row)) == {"format", *FORMATS.values()}
