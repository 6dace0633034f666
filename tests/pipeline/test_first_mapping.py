"""
`kg init --from` guesses a mapping that builds at once.

Each table of `tests/cases/first-mapping` has beside it the mapping that is guessed and what `kg build` then says. A
name that ends in `.xlsx.json` is a workbook, its rows as JSON. `KG_WRITE=1` writes what comes out; look at the change.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kg import Project, build, init, query
from kg.facts import read
from kg.mapping.templates.reading import read_mapping
from kg.mapping.templates.table_mapping import TableMapping
from kg.model.errors import UsageError
from kg.model.findings import Finding
from kg.model.records import Limits
from kg.model.shipped import shipped
from kg.ontology import load_ontology
from kg.pipeline.first_mapping.cells import Column, called_in_mapping
from kg.pipeline.first_mapping.guesses import Terms, guesses
from kg.pipeline.first_mapping.writing import Draft, mapping_text
from kg.pipeline.init import TableToMap, init_from_table

CASES = Path(__file__).parents[1] / "cases/first-mapping"
TABLES = sorted(path for path in CASES.iterdir() if not path.name.endswith((".expected.yaml", ".expected.txt")))
ONTOLOGY = load_ontology([shipped("ontology")])
TERMS = Terms.of(ONTOLOGY)


def test_all_tables_are_found() -> None:
    assert len(TABLES) == 16
    assert {path.name.partition(".")[2] for path in TABLES} == {"csv", "tsv", "jsonl", "xlsx.json"}


@pytest.mark.parametrize("case", TABLES, ids=lambda path: path.name)
def test_the_mapping_of_a_table_builds(case: Path, tmp_path: Path) -> None:
    table = copied(case, tmp_path / "tables")
    try:
        begun = init_from_table(TableToMap(str(table)), tmp_path / "project", start=tmp_path)
        said = [*begun.notes, "", *built(begun.root)]
        mapping = begun.files[-1].read_text(encoding="utf-8")
    except UsageError as error:
        said, mapping = [f"kg: {error}", f"  hint: {error.hint}"], ""
        assert not (tmp_path / "project").exists()
    told = "".join(f"{line}\n" for line in said).replace(str(tmp_path), "…")
    assert_is(case, "expected.yaml", mapping)
    assert_is(case, "expected.txt", told)


def copied(case: Path, folder: Path) -> Path:
    """The table in a folder of its own; a workbook is made."""
    folder.mkdir()
    if case.suffix != ".json":
        return Path(shutil.copy(case, folder))
    from openpyxl import Workbook

    book = Workbook()
    for row in json.loads(case.read_text(encoding="utf-8")):
        book.worksheets[0].append(row)
    path = folder / case.stem
    book.save(path)
    return path


def built(root: Path) -> list[str]:
    """What a build finds, and how much it made."""
    done = build(Project.open(root))
    return [*map(str, done.findings), f"built from {done.rows} rows" if done.written else "nothing was built"]


def assert_is(case: Path, ending: str, text: str) -> None:
    path = case.with_name(f"{case.name}.{ending}")
    if os.environ.get("KG_WRITE") and text:
        path.write_text(text, encoding="utf-8")
    assert (path.read_text(encoding="utf-8") if path.is_file() else "") == text


def test_every_row_of_a_table_is_an_event(tmp_path: Path) -> None:
    begun = init_from_table(TableToMap(str(CASES / "monitor-group.csv")), tmp_path / "project", start=tmp_path)
    built(begun.root)
    found = query(Project.open(begun.root), "events-in-place", {"place": ["monitor-group-state-or-region-north"]})
    ids = {str(row["event"]).strip("<>").rpartition("/")[2] for row in found}
    assert ids == {"monitor-group-1", "monitor-group-2"}


NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12).map(str.strip).filter(bool)
HEADERS = st.one_of(
    NAMES,
    st.sampled_from(["date", "lat", "lon", "type", "killed", "actor", "township", "state", "source", "{a}", "id|x"]),
)
CELLS = st.one_of(
    NAMES,
    st.sampled_from(["", "3", "2024-05-01", "01/05/2024", "21.5", "clash", "a; b", "1,200", "14:30", "at least 2"]),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(HEADERS, min_size=1, max_size=7, unique=True), st.data())
def test_any_table_gives_a_mapping_that_can_be_read(names: list[str], data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.tuples(*[CELLS] * len(names)), min_size=1, max_size=5))
    assume(any(map(any, rows)))
    columns = list(map(Column, names, called_in_mapping(names), zip(*rows, strict=True)))
    text = mapping_text(Draft("t", "T", {"table": "t.csv"}, columns, guesses(columns, TERMS), TERMS))
    findings: list[Finding] = []
    mapping = parsed(text, findings)
    assert not findings, text
    assert mapping is not None
    assert {mapping.names.get(column, column) for column in mapping.needed} <= set(names)


def parsed(text: str, findings: list[Finding]) -> TableMapping | None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "m.yaml")
        path.write_text(text, encoding="utf-8")
        reading = read(path, "m.yaml", Limits())
    findings += reading.findings
    return read_mapping(reading.sheets[0], ONTOLOGY, lambda _: None, findings) if reading.sheets else None


def test_a_project_names_columns_in_its_own_language(tmp_path: Path) -> None:
    init(tmp_path / "project")
    own = tmp_path / "project/ontology/spalten.ttl"
    own.parent.mkdir()
    own.write_text(
        "@prefix kg: <https://w3id.org/conflict-kg/ontology#> .\n"
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        'kg:day skos:hiddenLabel "Datum"@de . kg:place skos:hiddenLabel "Ort"@de .\n',
        encoding="utf-8",
    )
    table = tmp_path / "project/tabelle.csv"
    table.write_text("Nr;Datum;Ort\n1;3.11.2023;Merrow\n2;14.11.2023;Sedge\n", encoding="utf-8")
    begun = init_from_table(TableToMap(str(table)), None, start=tmp_path / "project/facts")
    assert begun.files == [tmp_path / "project/mappings/tabelle.yaml"]
    text = begun.files[0].read_text(encoding="utf-8")
    assert 'day: {column: Datum, format: "%d.%m.%Y"}\n' in text
    assert 'name: "{Ort}"\n' in text
    assert built(begun.root) == ["built from 2 rows"]


def test_a_sheet_is_named_in_the_mapping(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    for sheet in (book.worksheets[0], book.create_sheet("May")):
        sheet.append(["id", "date"])
        sheet.append([1, "2024-05-01"])
    book.save(tmp_path / "book.xlsx")
    with pytest.raises(UsageError, match="several sheets hold rows"):
        init_from_table(TableToMap(str(tmp_path / "book.xlsx")), tmp_path / "p", start=tmp_path)
    begun = init_from_table(TableToMap(str(tmp_path / "book.xlsx"), "May"), tmp_path / "p", start=tmp_path)
    assert "sheet: May\n" in begun.files[-1].read_text(encoding="utf-8")
    assert built(begun.root) == ["built from 1 rows"]


def test_a_parquet_file_is_read_too(tmp_path: Path) -> None:
    import duckdb

    path = tmp_path / "events.parquet"
    rows = "SELECT 'e' || i AS event_id, DATE '2024-05-01' + i::INTEGER AS date, 'x' AS city FROM range(5) t(i)"
    duckdb.execute(f"COPY ({rows}) TO '{path}' (FORMAT parquet)")
    begun = init_from_table(TableToMap(str(path)), tmp_path / "p", start=tmp_path)
    assert built(begun.root) == ["built from 5 rows"]
