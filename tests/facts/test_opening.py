"""The front door: which reader, files that cannot be read, and the document beside a table."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kg.facts import SUFFIXES, is_sidecar, read, sidecar
from kg.model.records import Limits, Mapping, Reading


def only(reading: Reading) -> str:
    assert reading.sheets == ()
    (finding,) = reading.findings
    return str(finding)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_file_that_is_not_there(tmp_path: Path, suffix: str) -> None:
    assert only(read(tmp_path / f"a{suffix}", f"facts/a{suffix}", Limits())) == (
        f"facts/a{suffix}: error: unreadable-file: there is no such file\n  hint: is its name spelled right?"
    )


def test_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").mkdir()
    assert only(read(tmp_path / "a.yaml", "a.yaml", Limits())).startswith(
        "a.yaml: error: unreadable-file: this is a folder, not a file"
    )


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.json")
    assert "no ordinary file" in only(read(tmp_path / "a.json", "a.json", Limits()))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a", "the name of the file has no suffix"),
        ("a.txt", "files of the kind '.txt' hold no facts\n  hint: facts are .yaml, .yml, .json, .csv, .tsv or .xlsx"),
        ("a.XLS", "files of the kind '.xls' hold no facts\n  hint: save it as .xlsx"),
        ("a\0.csv", "the file cannot be read: embedded null byte"),
        (f"{'a' * 300}.csv", "the file cannot be read: file name too long"),
    ],
)
def test_other_files(tmp_path: Path, name: str, said: str) -> None:
    assert said in only(read(tmp_path / name, "x", Limits()))


def test_a_suffix_may_be_in_capitals(tmp_path: Path) -> None:
    (tmp_path / "A.CSV").write_text("id\na\n")
    assert read(tmp_path / "A.CSV", "A.CSV", Limits()).sheets[0].tabular


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="the administrator may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: b")
    (tmp_path / "a.yaml").chmod(0)
    assert "the file cannot be read: permission denied" in only(read(tmp_path / "a.yaml", "a.yaml", Limits()))


def test_a_file_beyond_the_limit_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"a: bcdef\n")
    assert read(tmp_path / "a.yaml", "a.yaml", Limits(bytes=9)).findings == ()
    assert only(read(tmp_path / "a.yaml", "a.yaml", Limits(bytes=8))) == (
        "a.yaml: error: too-large: the file has 9 bytes; the limit is 8\n  hint: split the file"
    )


def test_a_table_takes_its_document_from_the_file_beside_it(tmp_path: Path) -> None:
    table = tmp_path / "ged.csv"
    table.write_text("id\na\n")
    assert not is_sidecar(sidecar(tmp_path / "other.csv"))
    (sheet,) = read(table, "facts/ged.csv", Limits()).sheets
    assert sheet.document_sheet is None
    sidecar(table).write_text("document:\n  id: ged\n")
    assert is_sidecar(sidecar(table))
    assert not is_sidecar(table)
    (sheet,) = read(table, "facts/ged.csv", Limits()).sheets
    assert sheet.document_sheet is not None
    document = sheet.document_sheet.root.get("document")
    assert isinstance(document, Mapping)
    assert str(sheet.document_sheet.at(document)) == "facts/ged.document.yaml:2:3"
    assert str(sheet.at(sheet.root)) == "facts/ged.csv:1:1"


def test_a_name_without_a_folder_has_its_sidecar_beside_it(tmp_path: Path) -> None:
    (tmp_path / "ged.tsv").write_text("id\na\n")
    (tmp_path / "ged.document.yaml").write_text("document: {}\n")
    (sheet,) = read(tmp_path / "ged.tsv", "ged.tsv", Limits()).sheets
    assert sheet.document_sheet is not None
    assert sheet.document_sheet.file == "ged.document.yaml"


def test_a_format_loads_only_what_it_needs() -> None:
    code = (
        "import sys; from pathlib import Path; from kg.facts import read; from kg.model.records import Limits;"
        "read(Path('no.csv'), 'no.csv', Limits());"
        "print(*sorted({'yaml', 'openpyxl', 'json', 'zipfile'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []
