"""
Dirty tables, as they come: `kg` says at which cell what is wrong, soon, and writes nothing or all of it.

The cases are in `tests/cases/bad-input/tables.yaml`, which tells their form. Each has a project with a build of one old
row, which answers afterwards where the new table has errors.
"""

from __future__ import annotations

import datetime as dt
import gzip
import re
import shutil
import tempfile
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.test_bad_input import CASES, FINDING, SECONDS, TOML, run

duckdb = pytest.importorskip("duckdb")
openpyxl = pytest.importorskip("openpyxl")
pytest.importorskip("ibis")

pytestmark = pytest.mark.slow  # three commands for each case

MAPPING = """\
table: ../tables/NAME
document: {id: ds, type: DataSet}
claims:
  - claim: "{id}"
    codedIn: "row {id}"
    says:
      - {id: "e-{id}", type: ArmedClash, day: "{day}", description: "{what}", killed: {count: "{dead}"}}
"""
HEADER = "id,day,what,dead\n"
ROW = "1,2023-11-03,a,2\n"
DAY = dt.date(2023, 11, 3)
QUERY = "SELECT ?event { ?event <https://w3id.org/conflict-kg/ontology#day> ?day }"
OLD = 1


def workbook(*rows: Sequence[Any], merged: Sequence[str] = ()) -> bytes:
    made = openpyxl.Workbook()
    for row in (HEADER.strip().split(","), *rows):
        made.active.append(row)
    for cells in merged:
        made.active.merge_cells(cells)
    file = BytesIO()
    made.save(file)
    return file.getvalue()


def parquet() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        made = "SELECT i::VARCHAR id, DATE '2023-11-03' AS day, 'a' AS what, 2 dead FROM range(5000) t(i)"
        duckdb.sql(made).write_parquet(f"{folder}/a.parquet")
        return Path(folder, "a.parquet").read_bytes()


def holed(content: bytes) -> bytes:
    return content[:300] + bytes(200) + content[500:]


def packed(text: str) -> bytes:
    return gzip.compress(text.encode())


def rows(text: str, count: int = 100_000) -> bytes:
    """Rows with their number in place of `#`."""
    return (HEADER + "".join(text.replace("#", str(n)) for n in range(count))).encode("latin-1")


def long_cell(before: str, length: int) -> bytes:
    return f"{HEADER}{before}2,2023-11-03,{'x' * length},1\n".encode()


def wide(cells: int) -> bytes:
    names = [*HEADER.strip().split(","), *(f"c{n}" for n in range(1_996))]
    row = [*ROW.strip().split(","), *["x"] * (cells - 4)]
    return f"{','.join(names)}\n{','.join(row)}\n".encode()


# Case → the bytes of its table, where these are many or no text.
MADE: dict[str, Callable[[], bytes]] = {
    "two encodings in one file": lambda: (
        (HEADER + "1,2023-11-03,café,2\n").encode() + "2,2023-11-04,café,2\n3,2023-11-05,“x”,1\n".encode("cp1252")
    ),
    "one encoding that is named": lambda: (HEADER + "1,2023-11-03,“café”,2\n").encode("cp1252"),
    "UTF-16 with a mark": lambda: (HEADER + ROW + "2,2023-11-04,é မြို့,1\n").encode("utf-16"),
    "UTF-16 that is cut in half a character": lambda: (HEADER + ROW + "2,2023-11-04,b,1\n").encode("utf-16") + b"x",
    "UTF-16 without a mark": lambda: (HEADER + ROW).encode("utf-16-le"),
    "a cell of 10 MB": lambda: long_cell("", 10_000_000),
    "a cell of 11 MB": lambda: long_cell(ROW, 11_000_000),
    "2,000 columns": lambda: wide(2_000),
    "2,000 columns in the header and 1,999 in a row": lambda: wide(1_999),
    "a quote that 200,000 rows do not close": lambda: rows("#,2023-11-04,c,3\n", 200_000).replace(
        b"1,2023-11-04,c,3", b'1,2023-11-04,"c,3', 1
    ),
    "a workbook called CSV": lambda: workbook(["1", DAY, "a", 2]),
    "bytes that are no text": lambda: bytes(range(256)) * 4000,
    "gz without its end": lambda: packed(HEADER + "".join(f"{n},2023-11-03,a{n * 7919},2\n" for n in range(5000)))[
        :-500
    ],
    "gz with another checksum": lambda: packed(HEADER + ROW)[:-8] + bytes(8),
    "Parquet without its end": lambda: parquet()[:-200],
    "Parquet with a hole": lambda: holed(parquet()),
    "XLSX without its end": lambda: workbook(["1", DAY, "a", 2])[:-700],
    "merged cells": lambda: workbook(["1", DAY, "a", 2], [None, None, "b", 3], merged=("A2:A3", "B2:B3")),
    "dates of a workbook": lambda: workbook(
        ["1", DAY, "a", 2],
        ["2", dt.datetime(2023, 11, 3), "a", 2.0],  # noqa: DTZ001  as workbooks have them
        [3, dt.datetime(2023, 11, 3, 14, 30), "a", 2],  # noqa: DTZ001
    ),
    "dates of a workbook that are texts and numbers": lambda: workbook(
        ["1", "03.11.2023", "a", 2], ["2", DAY, "a", 2.5], ["3", 45233, "a", 2]
    ),
    "formulas without results": lambda: workbook(["1", DAY, "a", "=1+1"], ["2", DAY, "#REF!", 1]),
    "100,000 rows, all with faults": lambda: rows("#,day #,what,many#\n"),
    "100,000 rows, all too short": lambda: rows("#,2023-11-03,what\n"),
    "100,000 rows of other bytes": lambda: rows("#,2023-11-03,caf\xe9,1\n"),
    "100,000 rows of one id": lambda: rows("x,2023-11-03,what #,7\n"),
    "20,001 quotes that are not closed": lambda: rows('#,2023-11-03,"what,1\n', 20_001),
    "100,000 bad lines of JSON": lambda: "".join(f'{{"id": {n},\n' for n in range(100_000)).encode(),
}


def cases() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load((CASES / "tables.yaml").read_text(encoding="utf-8"))
    return found


def table_of(name: str, case: dict[str, Any]) -> bytes:
    if name in MADE:
        return MADE[name]()
    text: str = case["file"] if "file" in case else HEADER + case["table"]
    return text.encode()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a build of one old row."""
    root = tmp_path_factory.mktemp("built")
    files: dict[str, str | bytes] = {
        "kg.toml": TOML,
        "events.rq": QUERY,
        "mappings/a.yaml": MAPPING.replace("NAME", "a.csv"),
        "tables/a.csv": f"{HEADER}old,2023-11-03,the old row,2\n",
    }
    printed, code = run(root, files, "kg build")
    assert code == 0, printed
    return root


def test_all_cases_are_found() -> None:
    found = cases()
    assert len(found) == 54
    assert set(MADE) <= set(found)
    known = {"table", "file", "name", "mapping", "rows", "says", "findings", "seconds"}
    assert not [name for name, case in found.items() if set(case) - known or "says" not in case]
    assert not [name for name, case in found.items() if ("table" in case) + ("file" in case) + (name in MADE) != 1]


@pytest.mark.parametrize("name", cases())
def test_what_is_wrong_is_said_at_its_cell(
    name: str, built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = cases()[name]
    root, temporary = tmp_path / "project", tmp_path / "tmp"
    shutil.copytree(built, root)
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    called = case.get("name", "a.csv")
    files: dict[str, str | bytes] = {
        "mappings/a.yaml": MAPPING.replace("NAME", called) + case.get("mapping", ""),
        f"tables/{called}": table_of(name, case),
    }
    refused = "rows" not in case
    for command in ("kg check", "kg build", "kg build --out quads.nq"):
        printed, code = run(root, files, command, case.get("seconds", SECONDS))
        shown = printed if len(printed) < 5000 else f"{printed[:5000]} … {len(printed):,} characters"
        assert "Traceback" not in printed, shown
        assert len(printed) < 500_000
        assert len(re.findall(r": error: ", printed)) == (case.get("findings", 1) if refused else 0), shown
        if refused:
            assert code == 1, shown
        if refused or command == "kg build":
            for line in [case["says"]] if isinstance(case["says"], str) else case["says"]:
                assert re.search(f"^{line}$", printed, re.MULTILINE), f"{line}\n\n{shown}"
            assert len(FINDING.findall(printed)) == case.get("findings", 0 if not refused else 1), shown
    assert (root / "quads.nq").exists() == (not refused)
    assert list(temporary.iterdir()) == []
    printed, code = run(root, {}, "kg query events.rq --format csv")
    events = printed.splitlines()[1:]
    assert code == 0, printed
    assert len(events) == case.get("rows", OLD)
    assert any(event.endswith("e-old") for event in events) == refused
