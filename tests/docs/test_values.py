"""The tables of values in the facts format say what the readers read."""

from __future__ import annotations

import re
from datetime import datetime, time
from decimal import Decimal
from functools import cache

import pytest

from kg.mapping.values.coordinates import read_coordinates
from kg.mapping.values.counts import read_count
from kg.mapping.values.problem import ValueProblem
from kg.mapping.values.times import read_time
from kg.mapping.values.wording import Wording
from kg.model.shipped import shipped
from kg.ontology import Ontology, load_ontology
from tests.transcripts import ROOT

PAGE = (ROOT / "docs" / "reference" / "facts.md").read_text(encoding="utf-8")
NOTHING = "–"


@cache
def ontology() -> Ontology:
    return load_ontology([shipped("ontology")])


@cache
def wording() -> Wording:
    return Wording.from_triples(ontology().triples)


def rows(title: str, *head: str) -> list[list[str]]:
    """The rows of the table with this head below a title, one for each text of the first column."""
    section = PAGE.split(f"### {title}\n", 1)[1].split("\n##", 1)[0]
    table = section.split(f"| {' | '.join(head)} |\n", 1)[1].split("\n\n", 1)[0]
    found = []
    for line in table.splitlines()[1:]:
        written, *others = (cell.strip() for cell in line.strip("|").split("|"))
        found += [[text, *others] for text in re.findall("`([^`]+)`", written)]
    assert found
    return found


@pytest.mark.parametrize("row", rows("Times", "written", "earliest", "latest", "precision"), ids=lambda row: row[0])
def test_times(row: list[str]) -> None:
    written, earliest, latest, precision = row
    reading = read_time(written, wording(), None)

    def told(moment: datetime | None) -> str:
        return NOTHING if moment is None else moment.isoformat(sep=" ")

    assert (told(reading.earliest), told(reading.latest)) == (earliest, latest)
    word, _, approximate = precision.partition(", ")
    assert ontology().classes["Precision"].individuals[word] == reading.precision
    assert (approximate == "approximate") == reading.approximate


@pytest.mark.parametrize("row", rows("Times", "written", "from", "to", "precision"), ids=lambda row: row[0])
def test_times_of_day(row: list[str]) -> None:
    written, start, end, precision = row
    reading = read_time(written, wording(), None)
    assert (reading.clock_earliest, reading.clock_latest) == (time.fromisoformat(start), time.fromisoformat(end))
    word, _, approximate = precision.partition(", ")
    assert ontology().classes["Precision"].individuals[word] == reading.precision
    assert (approximate == "approximate") == reading.approximate


@pytest.mark.parametrize(
    "row", rows("Counts", "written", "qualifier", "low", "high", "central"), ids=lambda row: row[0]
)
def test_counts(row: list[str]) -> None:
    written, qualifier, *bounds = row
    reading = read_count(written, wording())
    assert ontology().classes["Qualifier"].individuals[qualifier] == reading.qualifier
    for bound, number in zip(bounds, (reading.low, reading.high, reading.central), strict=True):
        assert (number is not None) if bound == "n" else (NOTHING if number is None else str(number)) == bound


@pytest.mark.parametrize("row", rows("Coordinates", "written"), ids=lambda row: row[0])
def test_coordinates(row: list[str]) -> None:
    assert read_coordinates(row[0]) == (Decimal("23.79"), Decimal("95.69"))


@pytest.mark.parametrize("written", ["3 November 2023", "03/11/2023", "on Friday", "yesterday"])
def test_refused_times(written: str) -> None:
    assert f"`{written}`" in PAGE
    with pytest.raises(ValueProblem):
        read_time(written, wording(), None)


@pytest.mark.parametrize("written", ["75 per cent", "3 soldiers and 2 civilians"])
def test_refused_counts(written: str) -> None:
    assert f"`{written}`" in PAGE
    with pytest.raises(ValueProblem):
        read_count(written, wording())
