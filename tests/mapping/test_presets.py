"""
The shipped mappings say of made-up rows what they should: `tests/cases/mappings/PRESET/cases.yaml`.

A row of such a case never stands in a real table. `tests/example/test_myanmar_2023.py` reads the real ones.
"""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Store

from kg import Project, build, opened
from kg.queries.catalogue import load_queries
from tests.answers import QUERIES, ask, read_cases, table
from tests.mappings import PRESETS, ROOT, columns, headers, told

FOLDER = ROOT / "tests" / "cases" / "mappings"
SHIPPED = load_queries([QUERIES])
KEYS = {"name", "because", "register", "mapping", "rows", "says", "query", "answer", "findings", "broken"}
NUMBER_OF_CASES = {"ucdp-ged": 17, "acled": 11, "gdelt-events": 6}

# A column of GED, and what the question for UCDP's rows calls it.
BACK = {
    "low": "low",
    "best": "best",
    "high": "high",
    "date_start": "dateStart",
    "date_end": "dateEnd",
    "date_prec": "datePrec",
    "where_prec": "wherePrec",
    "adm_1": "adm1",
    "adm_2": "adm2",
    "deaths_a": "deathsA",
    "deaths_b": "deathsB",
    "deaths_civilians": "deathsCivilians",
    "deaths_unknown": "deathsUnknown",
}


class Case(NamedTuple):
    """What one case puts in, and what it expects."""

    preset: str
    name: str
    facts: tuple[str, ...]
    rows: tuple[dict[str, str], ...]
    given: dict[str, Any]


def cases() -> list[Case]:
    found = []
    for preset in sorted(NUMBER_OF_CASES):
        file = read_cases(FOLDER / preset / "cases.yaml")
        for case in file["cases"]:
            assert case.keys() <= KEYS, f"{preset}: {case['name']}"
            facts = (file["register"],) if case.get("register") == "true" else ()
            rows = tuple({**file["row"], **row} for row in case["rows"])
            found.append(Case(preset, case["name"], facts, rows, case))
    return found


CASES = cases()


def test_all_cases_are_collected() -> None:
    assert Counter(case.preset for case in CASES) == NUMBER_OF_CASES
    assert {path.stem for path in PRESETS.glob("*.yaml")} == set(NUMBER_OF_CASES)


@pytest.mark.parametrize("preset", sorted(NUMBER_OF_CASES))
def test_a_made_up_row_has_the_columns_that_the_preset_reads(preset: str) -> None:
    """So that no case passes because a column is spelled otherwise."""
    file = read_cases(FOLDER / preset / "cases.yaml")
    named = set(file["row"]).union(*(row for case in file["cases"] for row in case["rows"]))
    assert set(columns(preset)) <= named | {""}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.preset}: {case.name}")
def test_a_preset_says_this(tmp_path: Path, case: Case) -> None:
    given = case.given
    found = told(tmp_path, f"preset: {case.preset}\n{given.get('mapping', '')}", case.rows, case.facts)
    assert list(dict.fromkeys(finding.code for finding in found.findings)) == given.get("findings", [])
    assert sorted(found.broken) == given.get("broken", [])
    assert {"says", "answer", "findings"} & given.keys(), "a case expects something"
    for thing, key, values in table(f"thing | key | values\n{given.get('says', '')}").rows:
        assert said(found.store, thing, key) == values, f"{thing} {key}"
    if "answer" in given:
        expected = table(given["answer"])
        answer = ask(found.store, SHIPPED.get(given["query"], given["query"]))
        assert str(answer.only(expected.columns)) == str(expected)


@st.composite
def ged_rows(draw: st.DrawFn) -> dict[str, str]:
    """A row of GED with numbers, days and precisions that fit each other, all else as in the cases."""
    deaths = draw(st.lists(st.integers(0, 40), min_size=4, max_size=4))
    best = sum(deaths)
    start = draw(st.dates(date(1989, 1, 1), date(2030, 12, 31)))
    days = draw(st.integers(0, 60))
    precision = "1" if days == 0 else "2" if days < 6 else "3" if days == 6 else "4" if days < 31 else "5"
    names = ("deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown")
    return {
        "low": str(draw(st.integers(0, best))),
        "best": str(best),
        "high": str(best + draw(st.integers(1, 9))),
        "date_start": start.isoformat(),
        "date_end": (start + timedelta(days)).isoformat(),
        "date_prec": precision,
        "where_prec": draw(st.sampled_from("123456")),
        **dict(zip(names, map(str, deaths), strict=True)),
    }


@given(generated=st.lists(ged_rows(), min_size=1, max_size=30))
@settings(max_examples=10)
def test_generated_rows_of_ged_come_back(
    tmp_path_factory: pytest.TempPathFactory, generated: list[dict[str, str]]
) -> None:
    row = read_cases(FOLDER / "ucdp-ged" / "cases.yaml")["row"]
    rows = [{**row, **one, "id": str(number)} for number, one in enumerate(generated)]
    found = told(tmp_path_factory.mktemp("generated"), "preset: ucdp-ged\n", rows)
    assert (found.findings, found.broken) == ((), ())
    answer = ask(found.store, SHIPPED["rows-for-ucdp"]).only(("event", *BACK.values()))
    assert set(answer.rows) == {(f"ucdp-{row['id']}", *(row[column] for column in BACK)) for row in rows}


def said(store: Store, thing: str, key: str) -> str:
    """All values of one property, sorted and joined by `; `; of the types the most specific."""
    narrower = f"FILTER NOT EXISTS {{ ?thing {key} ?other . GRAPH ?ontology {{ ?other rdfs:subClassOf+ ?value }} }}"
    text = f"""
        SELECT DISTINCT ?value {{
            BIND(IRI(CONCAT(STR(:), "{thing}")) AS ?thing)
            ?thing {key} ?value
            {narrower if key.rsplit("/", maxsplit=1)[-1] == "a" else ""}
        }}"""
    return "; ".join(sorted(cell for (cell,) in ask(store, text).rows))


@pytest.mark.slow
@pytest.mark.parametrize("preset", ["acled", "gdelt-events", "ucdp-ged"])
def test_a_build_says_what_the_reference_says(tmp_path: Path, preset: str) -> None:
    """All made-up rows in one table, read from a file and run by a plan."""
    file = read_cases(FOLDER / preset / "cases.yaml")
    good = [case for case in CASES if case.preset == preset and "findings" not in case.given]
    key = next(iter(file["row"]))
    rows = [{**row, key: f"{number}-{row[key]}"} for number, case in enumerate(good) for row in case.rows]
    facts = [file["register"]] if file["register"] else []
    mapping = f"preset: {preset}\ntable: ../tables/rows.{'tsv' if file.get('header') == 'none' else 'csv'}\n"
    expected = told(tmp_path, mapping, rows, facts)
    write_table(tmp_path / "tables", preset, rows, header=file.get("header") != "none")
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings" / "rows.yaml").write_text(mapping, encoding="utf-8")
    project = Project.open(tmp_path)
    result = build(project)
    assert [str(finding) for finding in result.findings] == [str(finding) for finding in expected.findings] == []
    with opened(project) as store:
        assert set(store) == set(expected.store)


def write_table(folder: Path, preset: str, rows: list[dict[str, str]], *, header: bool) -> None:
    """The rows as CSV with a header, or separated by tabs without one, then in the order that the preset names."""
    folder.mkdir()
    names = list(dict.fromkeys(name for row in rows for name in row)) if header else headers(preset)
    path = folder / ("rows.csv" if header else "rows.tsv")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, delimiter="," if header else "\t", restval="")
        if header:
            writer.writeheader()
        writer.writerows(rows)
