"""
Real rows of UCDP through the shipped preset: the example `myanmar-2023`, and a country without a registry.

The tables are UCDP's and not part of the project: `KG_SHARED` names the folder that has them.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.queries.catalogue import load_queries
from tests.answers import QUERIES, ask, read_cases, table
from tests.mappings import BASE, ROOT, Told, read_rows, told

EXAMPLE = ROOT / "examples" / "myanmar-2023"
SHIPPED = load_queries([QUERIES])
MAPPING = (EXAMPLE / "mappings" / "ged.yaml").read_text(encoding="utf-8")
Row = dict[str, str]

# The column of a row, and what the question for UCDP's rows calls it.
COLUMNS = {
    "id": "event",
    "type_of_violence": "typeOfViolence",
    "date_start": "dateStart",
    "date_end": "dateEnd",
    "date_prec": "datePrec",
    "where_coordinates": "whereCoordinates",
    "where_prec": "wherePrec",
    "deaths_unknown": "deathsUnknown",
    "low": "low",
    "best": "best",
    "high": "high",
}
DIVISIONS = {"adm_1": "adm1", "adm_2": "adm2"}
DEATHS = {"deaths_a": "deathsA", "deaths_b": "deathsB", "deaths_civilians": "deathsCivilians"}


def rows_of(table_file: Path) -> list[Row]:
    return list(read_rows(table_file.read_bytes().decode()))


def out_of_order(rows: list[Row]) -> int:
    return sum(not int(row["low"]) <= int(row["best"]) <= int(row["high"]) for row in rows)


def same(rows: list[Row], found: Told, names: dict[str, str]) -> None:
    """The rows that tell of a death come back with these columns; spaces and case of names are no difference."""
    answer = ask(found.store, SHIPPED["rows-for-ucdp"])
    got = {tuple(plain(cell).removeprefix("ucdp-") for cell in row) for row in answer.only(tuple(names.values())).rows}
    assert got == {tuple(plain(row[column]) for column in names) for row in rows if row["high"] != "0"}


def plain(text: str) -> str:
    return " ".join(text.split()).casefold()


@pytest.fixture(scope="module")
def table_of_myanmar(shared: Path) -> list[Row]:
    return rows_of(shared / "data" / "ucdp" / "ged-myanmar.csv")


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Callable[[list[Row], str], Told]:
    """The example over some rows; its base is that of the other example, so that answers are read alike."""

    def over(rows: list[Row], mapping: str) -> Told:
        root = tmp_path_factory.mktemp("myanmar") / "project"
        shutil.copytree(EXAMPLE, root, ignore=shutil.ignore_patterns(".kg", "tables"))
        settings = (root / "kg.toml").read_text(encoding="utf-8")
        assert "https://example.org/myanmar-2023/" in settings
        (root / "kg.toml").write_text(settings.replace("https://example.org/myanmar-2023/", BASE), encoding="utf-8")
        return told(root, mapping, rows)

    return over


@pytest.fixture(scope="module")
def of_2023(example: Callable[[list[Row], str], Told], table_of_myanmar: list[Row]) -> Told:
    return example(table_of_myanmar, MAPPING)


def test_the_registry_has_each_place_once() -> None:
    """What the example itself holds, without any table."""
    with (EXAMPLE / "facts" / "places.csv").open(encoding="utf-8", newline="") as file:
        places = list(csv.DictReader(file))
    ids = [place["id"] for place in places]
    assert len(set(ids)) == len(ids) == 537
    assert {place["within"] for place in places} <= {*ids, "myanmar"}
    assert sum(place["type"] == "Township" for place in places) == 445


def test_the_rows_of_2023_are_read_without_a_finding(of_2023: Told, table_of_myanmar: list[Row]) -> None:
    assert (of_2023.findings, of_2023.broken) == ((), ())
    events = ask(of_2023.store, "SELECT DISTINCT ?event WHERE { ?event a kg:Event }").rows
    assert len(events) == sum(row["year"] == "2023" for row in table_of_myanmar) == 2085


def test_the_rows_of_2023_come_back(of_2023: Told, table_of_myanmar: list[Row]) -> None:
    """But for some divisions: they have the names that the registry gives them."""
    same([row for row in table_of_myanmar if row["year"] == "2023"], of_2023, {**COLUMNS, **DEATHS})


def test_who_coordinated_in_which_township(of_2023: Told) -> None:
    expected = table(read_cases(ROOT / "tests/cases/mappings/ucdp-ged/myanmar-2023.yaml")["who-coordinated-where"])
    answer = ask(of_2023.store, SHIPPED["who-coordinated-where"])
    assert str(answer.only(expected.columns)) == str(expected)


def test_how_many_rows_are_in_no_township(of_2023: Told) -> None:
    counts = read_cases(ROOT / "tests/cases/mappings/ucdp-ged/myanmar-2023.yaml")["without-township"]
    found = [row[-1] for row in ask(of_2023.store, SHIPPED["events-without-township"]).rows]
    assert {precision: str(found.count(precision)) for precision in found} == counts
    assert len(found) == 204


@pytest.mark.slow
def test_all_rows_of_myanmar(example: Callable[[list[Row], str], Told], table_of_myanmar: list[Row]) -> None:
    """Only the rows that UCDP itself has out of order are blamed."""
    found = example(table_of_myanmar, MAPPING.replace('column: year, is: "2023"', 'column: country_id, is: "775"'))
    assert found.findings == ()
    assert list(found.broken) == ["count-out-of-order"] * out_of_order(table_of_myanmar)
    same(table_of_myanmar, found, COLUMNS)


@pytest.mark.slow
def test_a_country_without_a_registry(tmp_path: Path, shared: Path) -> None:
    """An older release, with empty columns. All comes back: of two non-state sides the deaths in one sum."""
    rows = rows_of(shared / "data" / "ucdp" / "ged-syria.csv")[::8]
    found = told(tmp_path, "preset: ucdp-ged\n", rows)
    assert found.findings == ()
    assert list(found.broken) == ["count-out-of-order"] * out_of_order(rows)
    same(rows, found, {**COLUMNS, **DIVISIONS})
