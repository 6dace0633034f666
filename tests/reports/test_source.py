"""Lines of the files that findings are about."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.reports import source
from kg.reports.source import Sources, token_length

TURTLE = st.lists(st.text("ab é\t\u2028\x0c", max_size=4), max_size=200).map("\n".join)


@pytest.mark.parametrize("size", [0, 10**9], ids=["on-disk", "in-memory"])
@given(text=TURTLE.filter(bool), end=st.sampled_from(["", "\n"]))
def test_lines_of_rdf_end_where_its_readers_end_them(size: int, text: str, end: str) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(source, "_WHOLE", size - 1)
        (Path(folder) / "a.ttl").write_bytes((text + end).encode())
        sources = Sources(Path(folder))
        lines = [line.replace("\t", " ") for line in (text + end).split("\n")]
        assert [sources.line("a.ttl", number) for number in range(1, len(lines) + 1)] == lines
        assert [sources.line("a.ttl", number) for number in range(len(lines), 0, -1)] == lines[::-1]
        assert sources.line("a.ttl", len(lines) + 1) == ""


@pytest.mark.parametrize("size", [0, 10**9], ids=["on-disk", "in-memory"])
def test_marks_of_order_and_ends_of_windows_are_no_part_of_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(source, "_WHOLE", size)
    (tmp_path / "a.yaml").write_bytes("\ufeffkey: 1\r\nother: é\r\n".encode())
    sources = Sources(tmp_path)
    assert [sources.line("a.yaml", number) for number in (1, 2)] == ["key: 1", "other: é"]


@pytest.mark.parametrize("name", ["none.yaml", "folder", "latin.yaml", "../outside\0.yaml"])
def test_what_cannot_be_read_has_no_lines(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "latin.yaml").write_bytes(b"key: \xe9\n")
    assert Sources(tmp_path).line(name, 1) == ""


@pytest.mark.parametrize(
    ("line", "token"),
    [
        ("    atacker: hill-front", "atacker"),
        ("  - {about: halden, within: halden}", "halden"),
        ('name: "Halden \\" base" # so', '"Halden \\" base"'),
        ("name: 'Halden''s base'", "'Halden''s base'"),
        ("ex:a ex:p <https://example.org/b> .", "<https://example.org/b>"),
        ("id,Halden base,Town", "Halden"),
        ('name: "never ends', '"never'),
    ],
    ids=["key", "flow", "double", "single", "iri", "cell", "open"],
)
def test_the_word_that_a_finding_is_about(line: str, token: str) -> None:
    column = line.rindex(token) + 1
    assert line[column - 1 : column - 1 + token_length(line, column)] == token
