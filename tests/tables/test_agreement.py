"""`Table.load` (DuckDB, all at once) gives what `Table.rows` (Python, row by row) gives, for whatever bytes."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kg.facts.reporting import Report
from kg.tables import Table, open_table
from kg.tables.csv_file import CsvFile
from kg.tables.csv_rows import TableCells

PIECES = [
    "a", "b,", ",", ";", '"', '""', '","', "\n", "\r\n", "\r", " ", "\t", "\xa0", "\u3000", "\x85",
    "é", "’", "မြန်မာ", "😀",
    "\x00", "\x01", "\x1f", "\ufeff", "1", "NULL", "#", "\\", "'", "x\ny", "\n\n", ",,", "\n,\n",
    '"\n', 'a"b', ' "c" ', '"d" ',
]  # fmt: skip


DATABASE = duckdb.connect(config={"threads": 2})
NAMES = count()


def loaded(table: Table, columns: tuple[str, ...]) -> list[tuple[object, ...]]:
    name = f"t{next(NAMES)}"
    size = table.load(DATABASE, name, columns)
    rows = DATABASE.execute(f"SELECT * FROM {name} ORDER BY row").fetchall()  # noqa: S608
    assert len(rows) == size
    DATABASE.execute(f'DROP VIEW {name}; DROP TABLE "{name}/0"')
    return rows


def assert_agreement(raw: bytes) -> bool:
    """Whether DuckDB read it, rather than the reader it must agree with."""
    with TemporaryDirectory() as folder:
        Path(folder, "t.csv").write_bytes(raw)
        table = open_table("t.csv", Path(folder), Path(folder))
        fresh = open_table("t.csv", Path(folder), Path(folder))
        rows = list(fresh.rows())
        assert loaded(table, table.columns) == [(number, *texts) for number, texts in rows]
        assert table.findings == fresh.findings
        for column in table.columns[-1:]:
            at = table.columns.index(column)
            assert loaded(table, (column,)) == [(number, texts[at]) for number, texts in rows]
        wanted = [(number, column) for number, _ in rows for column in table.columns]
        assert table.places(wanted) == fresh.places(wanted)
        assert len(table.places(wanted)) == len(wanted)
        file = table.files[0]
        assert isinstance(file, CsvFile)
        return file._is_plain


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
@example("a,b\n1,\x1c\n")
@example('a,b\n1,"x" \n')
@example('a,b\r\n1,"x\ny"\r\n')
@example('a,b\n1,"x\r\ny"\n')
@example('a,b\n1,"never closed\n2,3\n')
@example("a,b\n,\n1,\n")
@example('a\n""\nx\n')
@settings(max_examples=60)
def test_hostile_texts(text: str) -> None:
    assert_agreement(("a,b\n" + text).encode())
    assert_agreement(text.encode())


@given(st.binary(max_size=60))
@settings(max_examples=40)
def test_bytes(raw: bytes) -> None:
    assert_agreement(b"a,b\n" + raw)


def written(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if set(cell) & set(',"\n') else cell


CELLS = st.text(st.sampled_from(list('ab ,;\t"\n\xa0é’😀')), max_size=6)


@given(
    st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=12),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
@settings(max_examples=40)
def test_well_formed_tables_are_read_by_duckdb(rows: list[list[str]], end: str, ends: bool) -> None:  # noqa: FBT001
    lines = [",".join(map(written, row)) for row in rows]
    assert assert_agreement(("a,b,c" + end + end.join(lines) + end * ends).encode())


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
@settings(max_examples=60)
def test_places_are_those_of_the_reader_of_facts(text: str) -> None:
    raw = ("a,b\n" + text).encode()
    with TemporaryDirectory() as folder:
        Path(folder, "t.csv").write_bytes(raw)
        table = open_table("t.csv", Path(folder), Path(folder))
        rows = list(table.rows())
        if table.findings:
            return  # a file of facts is not read then
        places = table.places((number, column) for number, _ in rows for column in table.columns)
        cells = [row for row in TableCells(text_of(raw), ",", Report("t.csv")) if any(cell.text for cell in row)][1:]
        expected = [(cell.text, cell.line, cell.column) for row in cells for cell in row]
        found = [
            (text, places[number, column].line, places[number, column].column)
            for number, texts in rows
            for column, text in zip(table.columns, texts, strict=True)
        ]
        assert found == expected


def text_of(raw: bytes) -> str:
    return raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.slow
def test_quoted_rows_within_rows_of_a_large_file(tmp_path: Path) -> None:
    """DuckDB's threads begin in the middle of the file, where a quoted text may look like rows."""
    cell = '"' + "1,2,3\n4,5,6\n" * 40 + '""x"",y\n"'
    with (tmp_path / "t.csv").open("w", encoding="utf-8") as file:
        file.write("a,b,c\n")
        file.writelines(f"{number},{cell},{number}\n" for number in range(150_000))
    table = open_table("t.csv", tmp_path, tmp_path)
    with duckdb.connect() as db:
        assert table.load(db, "t", ("a", "b", "c")) == 150_000
        assert db.execute("SELECT count(*) FROM t WHERE c0 <> row::VARCHAR OR c2 <> c0").fetchone() == (0,)
