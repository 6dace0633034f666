"""Files made to hurt get one clear finding, soon."""

from __future__ import annotations

import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest

from kg.facts import read
from kg.model.records import Limits

MILLION = 1_000_000
SECONDS = 10  # of the processor; each takes less than one on a quiet machine


def laughs() -> bytes:
    lines = ["a0: &a0 [lol, lol]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 20)]
    return "\n".join(lines).encode()


def archive(members: dict[str, bytes], method: int = ZIP_DEFLATED) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w", method) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return file.getvalue()


HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "one-line.yaml": ("too-large", lambda: b"a: " + b"word " * (10 * MILLION)),
    "one-line-list.yaml": ("too-large", lambda: b"a: [" + b"b," * (25 * MILLION)),
    "laughs.yaml": ("alias-not-allowed", laughs),
    "deep-flow.yaml": ("too-large", lambda: b"a: " + b"[" * 10_000),
    "deep-flow-mapping.yaml": ("too-large", lambda: b"{a: " * 10_000),
    "deep-block.yaml": ("too-large", lambda: b"".join(b" " * n + b"a:\n" for n in range(10_000))),
    "deep-dashes.yaml": ("too-large", lambda: b"- " * 10_000),
    "directives.yaml": ("syntax-error", lambda: b"%TAG !a! tag:x\n" * 100_000),
    "nul.yaml": ("invalid-encoding", lambda: b"a: b\n" * MILLION + b"\0"),
    "zeros.yaml": ("invalid-encoding", lambda: bytes(50 * MILLION)),
    "blank.yaml": ("empty-file", lambda: b"\n" * (20 * MILLION)),
    "deep.json": ("too-large", lambda: b"[" * (50 * MILLION)),
    "number.json": ("too-large", lambda: b'{"a": ' + b"1" * (50 * MILLION)),
    "word.json": ("syntax-error", lambda: b"a" * (50 * MILLION)),
    "commas.csv": ("too-large", lambda: b"," * (50 * MILLION)),
    "quotes.csv": ("syntax-error", lambda: b"a\n" + b'"' * (50 * MILLION + 1)),
    "dots.csv": ("unexpected-shape", lambda: b"a." * (4 * MILLION) + b"\n1"),
    "blank.csv": ("empty-file", lambda: b" " * (50 * MILLION)),
    "zeros.xlsx": ("too-large", lambda: archive({"xl/worksheets/sheet1.xml": bytes(300 * MILLION)})),
    "ratio.xlsx": ("too-large", lambda: archive({"a.xml": bytes(20 * MILLION)})),
    "members.xlsx": ("too-large", lambda: archive({f"a{n}": b"" for n in range(10_001)})),
    "elements.xlsx": ("too-large", lambda: archive({"xl/worksheets/sheet1.xml": b"<c/>" * (4 * MILLION)}, ZIP_STORED)),
    "entities.xlsx": ("unreadable-file", lambda: archive({"xl/workbook.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a/>'})),
    "no-workbook.xlsx": ("unreadable-file", lambda: archive({"a.txt": b"b"})),
    "text.xlsx": ("unreadable-file", lambda: b"id,name\na,b\n"),
    "empty.xlsx": ("unreadable-file", lambda: b""),
    "locked.xlsx": ("unreadable-file", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_gets_one_finding(name: str, tmp_path: Path) -> None:
    code, make = HOSTILE[name]
    (tmp_path / name).write_bytes(make())
    start = time.process_time()
    (finding,) = read(tmp_path / name, name, Limits(nodes=MILLION)).findings
    assert time.process_time() - start < SECONDS
    assert finding.code == code
    assert len(finding.message) < 200
    assert finding.hint
