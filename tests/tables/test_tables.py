"""Tables of each format: their rows, the places of their cells, and what is said where something is wrong."""

from __future__ import annotations

import functools
import gzip
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from openpyxl import Workbook

from kg.model.errors import EnvironmentFault, KgError, UsageError
from kg.tables import Table, TableOptions, open_table
from kg.tables.unpacking import likely_encoding

# name of the file, bytes, (texts of the rows), findings in short
CASES: list[tuple[str, bytes, list[tuple[str, ...]], list[str]]] = [
    ("plain.csv", b"a,b\n1, x \n2,\n", [("1", "x"), ("2", "")], []),
    ("semicolons.csv", b"a;b\n1;x,y\n", [("1", "x,y")], []),
    ("separator.csv", b"sep=|\na|b\n1|2\n", [("1", "2")], []),
    ("mark.csv", b"\xef\xbb\xbfa,b\n1,2\n", [("1", "2")], []),
    ("returns.jsonl", b'{"a": "x\\r\\ny\\rz", "b": ["\\r\\n1", "2"]}\n', [("x\ny\nz", "1; 2")], []),
    ("utf16.csv", "a,b\n1,é\n".encode("utf-16"), [("1", "é")], []),
    ("half.csv", "a,b\n1,".encode("utf-16") + b"\x00\xd8" + "\n2,x\n".encode("utf-16-le"), [("2", "x")],
     ["half.csv:2:3: invalid-encoding"]),
    ("returns.csv", b"a,b\r1,2\r", [("1", "2")], []),
    ("tabs.tsv", b"a\tb\n1\tx,y\n", [("1", "x,y")], []),
    ("blank.csv", b"\n\na,b\n\n1,2\n ,\n,\n3,4", [("1", "2"), ("3", "4")], []),
    ("ragged.csv", b"a,b\n1,2\n3\n4,5,6\n7,8\n", [("1", "2"), ("7", "8")],
     ["ragged.csv:3:1: ragged-row", "ragged.csv:4:1: ragged-row"]),
    ("latin.csv", b"a,b\n1,x\n2,caf\xe9\n3,caf\xc3\xa9\n", [("1", "x"), ("3", "café")],
     ["latin.csv:3:6: invalid-encoding"]),
    ("null.csv", b"a,b\n1,\0\n2,x\n", [("2", "x")], ["null.csv:2:3: invalid-encoding"]),
    ("large.csv", b"a,b\n1," + b"x" * 10_485_761 + b"\n2,x\n", [("2", "x")], ["large.csv:2:3: too-large"]),
    ("line.csv", b"a,b\n1," + b"x" * 36_000_000 + b"\n2,x\n", [("2", "x")], ["line.csv:2:1: too-large"]),
    ("quote.csv", b'a,b\n1,"x"y\n2,"z\n3,w\n', [("3", "w")],
     ["quote.csv:2:6: syntax-error", "quote.csv:3:3: syntax-error"]),
    ("inch.csv", b'a,b\n5" gun,2\n', [('5" gun', "2")], []),
    ("wide.csv", b",".join(b"c%d" % n for n in range(2500)) + b"\n" + b"x," * 2499 + b"y\n",
     [("x",) * 2499 + ("y",)], []),
    ("twice.csv", b"a,a,,b\n1,2,3,4\n", [("1", "4")], ["twice.csv:1:3: duplicate-key"]),
    ("empty.csv", b"", [], ["empty.csv: empty-file"]),
    ("header.csv", b"a,b\n", [], []),
    ("packed.csv.gz", gzip.compress(b"a,b\n1,2\n"), [("1", "2")], []),
    ("lines.jsonl", b'{"a": 1.50, "b": {"c": true, "d": ["x", 2]}}\n\n{"a": null, "e": " y "}\n',
     [("1.50", "true", "x; 2", ""), ("", "", "", "y")], []),
    ("objects.jsonl",
     b'{"a": [{"u": "x", "n": {"m": 1}}, {"u": "y"}], "b": 1}\n{"a": [], "b": 2}\n{"a": [{"u": ["p", "q"]}]}\n',
     [("x; y", "1", "1", ""), ("", "", "2", ""), ("p; q", "", "", "")], []),
    ("clash.jsonl", b'{"a.b": 1, "a": [{"b": 2}]}\n{"a.b": 3}\n', [("3",)], ["clash.jsonl:1:12: duplicate-key"]),
    ("bad.jsonl", b'{"a": 1}\n{"a": \n{"a": "\\u0000"}\n[1]\n{"a": [[1]]}\n{"a": 1, "a": 2}\n{"a": 3}\n',
     [("1",), ("3",)],
     ["bad.jsonl:2:7: syntax-error", "bad.jsonl:3:7: invalid-encoding", "bad.jsonl:4:1: unexpected-shape",
      "bad.jsonl:5:7: unexpected-shape", "bad.jsonl:6:10: duplicate-key"]),
    ("broken.parquet", b"PAR1nothing", [], ["broken.parquet: unreadable-file"]),
    ("broken.xlsx", b"nothing", [], ["broken.xlsx: unreadable-file"]),
]  # fmt: skip


def texts(table: Table) -> list[tuple[str, ...]]:
    return [row for _, row in table.rows()]


def loaded(table: Table) -> list[tuple[str, ...]]:
    with duckdb.connect() as db:
        table.load(db, "t", table.columns)
        return [row[1:] for row in db.execute("SELECT * FROM t ORDER BY row").fetchall()]


def short(table: Table) -> list[str]:
    return [f"{finding.position}: {finding.code}" for finding in table.findings]


def test_all_cases_are_here() -> None:
    assert len({name for name, *_ in CASES}) == len(CASES) == 28


@pytest.mark.parametrize(("name", "raw", "rows", "findings"), CASES, ids=[name for name, *_ in CASES])
def test_case(name: str, raw: bytes, rows: list[tuple[str, ...]], findings: list[str], tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(raw)
    table = open_table(name, tmp_path, tmp_path)
    assert loaded(table) == rows
    assert short(table) == findings
    assert texts(table) == rows
    assert short(table) == findings
    assert all(finding.hint for finding in table.findings)


def test_several_files_are_one_table(tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "ged-2.csv").write_text("b,a\n4,3\n", "utf-8")
    (tmp_path / "tables" / "ged-1.csv").write_text("a\n1\n2\n", "utf-8")
    table = open_table("../tables/ged-*.csv", tmp_path / "mappings", tmp_path)
    assert table.columns == ("a", "b")
    assert loaded(table) == texts(table) == [("1", ""), ("2", ""), ("3", "4")]
    places = table.places([(0, "a"), (1, "b"), (2, "a"), (3, "a")])
    assert {cell: str(place) for cell, place in places.items()} == {
        (0, "a"): "tables/ged-1.csv:2:1",
        (2, "a"): "tables/ged-2.csv:2:3",
    }
    assert table.name == "tables/ged-*.csv"


def test_a_column_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("place,day\nx,y\n", "utf-8")
    with duckdb.connect() as db, pytest.raises(UsageError, match=r"t\.csv: there is no column 'plce'") as caught:
        open_table("t.csv", tmp_path, tmp_path).load(db, "t", ["plce"])
    assert caught.value.hint == "did you mean 'place'?"


def test_the_digest_changes_with_the_bytes(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a\n1\n", "utf-8")
    before = open_table("t.csv", tmp_path, tmp_path).digest()
    assert open_table("t.csv", tmp_path, tmp_path).digest() == before
    (tmp_path / "t.csv").write_text("a\n2\n", "utf-8")
    assert open_table("t.csv", tmp_path, tmp_path).digest() != before


def test_encoding_and_delimiter(tmp_path: Path) -> None:
    (tmp_path / "t.dat").write_bytes("a|b\n1|é\n".encode("cp1252"))
    table = open_table("t.dat", tmp_path, tmp_path, TableOptions("csv", "pipe", encoding="cp1252"))
    assert loaded(table) == texts(table) == [("1", "é")]


TITLES = 'Ministry\n"two\nlines";;\n\nNo;Day\n1;2024-05-01\n\n2;2024-05-02\n'


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_titles_above_a_table_of_text(end: str, encoding: str, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(TITLES.replace("\n", end).encode(encoding))
    table = open_table("t.csv", tmp_path, tmp_path, TableOptions(first_line=5))
    assert table.columns == ("No", "Day")
    assert loaded(table) == texts(table) == [("1", "2024-05-01"), ("2", "2024-05-02")]
    assert str(table.places([(1, "Day")])[1, "Day"]) == "t.csv:8:3"


def test_titles_above_the_table_in_a_workbook(tmp_path: Path) -> None:
    book = Workbook()
    for row in (["Ministry"], [], [None, "When"], ["No", "Day"], [1, "2024-05-01"]):
        book.worksheets[0].append(row)
    book.save(tmp_path / "t.xlsx")
    table = open_table("t.xlsx", tmp_path, tmp_path, TableOptions(first_line=4))
    assert table.columns == ("No", "Day")
    assert loaded(table) == texts(table) == [("1", "2024-05-01")]
    assert str(table.places([(0, "Day")])[0, "Day"]) == "t.xlsx:Sheet!B5"


def test_a_table_that_begins_below_its_end(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a\n1\n", "utf-8")
    assert short(open_table("t.csv", tmp_path, tmp_path, TableOptions(first_line=9))) == ["t.csv: empty-file"]


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [(b"caf\xe9", "cp1252"), (b"caf\xc3\xa9", ""), (b"caf\xc3\xa9, \xe9", ""), (b"cafe", ""), (b"", "")],
)
def test_which_encoding_is_likely(raw: bytes, encoding: str, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(raw)
    assert likely_encoding(tmp_path / "t.csv") == encoding


def test_zstandard(tmp_path: Path) -> None:
    zstd = pytest.importorskip("backports.zstd")
    (tmp_path / "t.csv.zst").write_bytes(zstd.compress(b"a\n1\n"))
    assert loaded(open_table("t.csv.zst", tmp_path, tmp_path)) == [("1",)]


PARQUET = [
    ("2016.0::DOUBLE", "2016"),
    ("0.1::FLOAT", "0.1"),
    ("'nan'::DOUBLE", ""),
    ("12::BIGINT", "12"),
    ("1.50::DECIMAL(9, 2)", "1.5"),
    ("true", "true"),
    ("NULL::VARCHAR", ""),
    ("' x '", "x"),
    ("DATE '2023-11-03'", "2023-11-03"),
    ("TIMESTAMP '2023-11-03 00:00:00'", "2023-11-03"),
    ("TIMESTAMP '2023-11-03 09:30:00'", "2023-11-03T09:30:00"),
    ("TIMESTAMPTZ '2023-11-03 09:30:00+00'", "2023-11-03T09:30:00Z"),
    ("['x', 'y']", "x; y"),
    ("[1, NULL, 2]", "1; 2"),
]


@pytest.mark.parametrize(("value", "text"), PARQUET)
def test_parquet_value(value: str, text: str, tmp_path: Path) -> None:
    with duckdb.connect() as db:
        db.execute(f"COPY (SELECT {value} AS a, {{'c': {{'d': 1}}}} AS b) TO '{tmp_path}/t.parquet'")
    table = open_table("t.parquet", tmp_path, tmp_path)
    assert table.columns == ("a", "b.c.d")
    assert loaded(table) == texts(table) == [(text, "1")]


def test_parquet_rows_with_faults(tmp_path: Path) -> None:
    with duckdb.connect() as db:
        rows = "VALUES ('x', 1), (chr(1), 2), ('y', 3), (chr(0), 4), ('z', 5)"
        db.execute(f"COPY (SELECT * FROM ({rows}) AS t(a, b)) TO '{tmp_path}/t.parquet'")  # noqa: S608
    table = open_table("t.parquet", tmp_path, tmp_path)
    assert loaded(table) == texts(table) == [("x", "1"), ("y", "3"), ("z", "5")]
    assert short(table) == ["t.parquet:2:1: invalid-encoding", "t.parquet:4:1: invalid-encoding"]
    places = table.places([(0, "a"), (1, "b"), (2, "b")])
    assert [str(place) for place in places.values()] == ["t.parquet:1:1", "t.parquet:3:2", "t.parquet:5:2"]


def workbook(path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Events"
    for row in (["No", "Day"], [1, "2023-11-03"], [], [2.0, "#N/A"], [3, None]):
        sheet.append(row)
    book.create_sheet("Notes")
    book.save(path)


def test_workbook(tmp_path: Path) -> None:
    workbook(tmp_path / "t.xlsx")
    table = open_table("t.xlsx", tmp_path, tmp_path)
    assert loaded(table) == texts(table) == [("1", "2023-11-03"), ("3", "")]
    assert short(table) == ["t.xlsx:Events!B4: unexpected-shape"]
    assert str(table.places([(1, "No")])[1, "No"]) == "t.xlsx:Events!A5"


WRONG = [
    ("none-*.csv", TableOptions(), "the table none-*.csv is not there"),
    ("t.ods", TableOptions(), "t.ods: the end of its name does not tell how to read it"),
    ("t.json", TableOptions(), "t.json: the end of its name does not tell how to read it"),
    ("t.ods", TableOptions(format="ods"), "t.ods: 'ods' is no format of tables"),
    ("t.csv", TableOptions(delimiter="::"), "t.csv: '::' cannot separate cells"),
    ("t.csv", TableOptions(encoding="utf-9"), "t.csv: there is no encoding 'utf-9'"),
    ("t.xlsx", TableOptions(sheet="Evnts"), "t.xlsx: no sheet 'Evnts' holds anything"),
    ("t.parquet", TableOptions(first_line=2), "t.parquet: a Parquet file has no titles"),
    ("torn.csv.gz", TableOptions(), "torn.csv.gz: the packed file is damaged"),
]


@pytest.mark.parametrize(("name", "options", "message"), WRONG)
def test_what_cannot_be_opened(name: str, options: TableOptions, message: str, tmp_path: Path) -> None:
    for other in ("t.ods", "t.csv", "t.json", "t.parquet"):
        (tmp_path / other).write_text("a\n", "utf-8")
    (tmp_path / "torn.csv.gz").write_bytes(gzip.compress(b"a\n1\n")[:-9])
    workbook(tmp_path / "t.xlsx")
    with pytest.raises(UsageError) as caught:
        open_table(name, tmp_path, tmp_path, options)
    assert caught.value.message.startswith(message)
    assert caught.value.hint


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "t.csv").write_text("a,b\n1,2\n", "utf-8")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.integration
def test_an_address_of_the_web(address: str, tmp_path: Path) -> None:
    pytest.importorskip("fsspec")
    table = open_table(f"{address}/t.csv", tmp_path, tmp_path)
    assert loaded(table) == [("1", "2")]
    assert str(table.places([(0, "b")])[0, "b"]) == f"{address}/t.csv:2:3"
    with pytest.raises(KgError, match="there is no file at") as caught:
        open_table(f"{address}/none.csv", tmp_path, tmp_path)
    assert caught.value.hint


def test_a_pattern_in_another_store(tmp_path: Path) -> None:
    memory = pytest.importorskip("fsspec").filesystem("memory")
    memory.pipe({"/ged/2.csv": b"a\n2\n", "/ged/1.csv.gz": gzip.compress(b"a\n1\n")})
    table = open_table("memory://ged/*", tmp_path, tmp_path)
    assert loaded(table) == [("1",), ("2",)]
    assert [file.name for file in table.files] == ["memory:///ged/1.csv.gz", "memory:///ged/2.csv"]


@pytest.mark.parametrize(
    ("module", "name", "message"),
    [
        ("fsspec.core", "s3://bucket/t.csv", "reading s3://bucket/t.csv needs fsspec"),
        ("openpyxl", "t.xlsx", "reading .xlsx needs openpyxl"),
        ("backports", "t.csv.zst", "reading .zst needs backports.zstd"),
    ],
)
def test_it_says_what_is_missing(
    module: str, name: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "t.csv.zst").write_bytes(b"\x28\xb5\x2f\xfd")
    workbook(tmp_path / "t.xlsx")
    monkeypatch.setitem(__import__("sys").modules, module, None)
    with pytest.raises(EnvironmentFault) as caught:
        open_table(name, tmp_path, tmp_path)
    assert (caught.value.message, caught.value.hint) == (message, "pip install 'conflict-kg[tables]'")
