"""Answers are written whole, and rows are not held in memory for that."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import QueryResultsFormat, QuerySolutions, parse_query_results

from kg.cli.solutions import write_answer
from kg.model.streams import as_file

ROWS = 20_000


def answer(pieces: Iterator[bytes]) -> QuerySolutions:
    found = parse_query_results(as_file(pieces, 1 << 10), format=QueryResultsFormat.TSV)
    assert isinstance(found, QuerySolutions)
    return found


def test_rows_are_written_before_the_last_is_there(tmp_path: Path) -> None:
    """The rows wait until somebody has read the first of them."""
    pipe, seen = tmp_path / "pipe", threading.Event()
    os.mkfifo(pipe)
    read: list[bytes] = []

    def reader() -> None:
        with pipe.open("rb") as file:
            read.append(file.read(10))
            seen.set()
            read.append(file.read())

    def pieces() -> Iterator[bytes]:
        yield b"?x\n"
        for number in range(ROWS):
            if number == ROWS - 1:
                assert seen.wait(30)
            yield b'"a row of the answer"\n'

    thread = threading.Thread(target=reader)
    thread.start()
    write_answer(answer(pieces()), "csv", str(pipe), "https://example.org/")
    thread.join()
    assert b"".join(read).count(b"\n") == ROWS + 1


@pytest.mark.parametrize("form", ["csv", "tsv", "json", "xml", "table"])
def test_nothing_is_printed_of_an_answer_that_breaks_off(capfdbinary: pytest.CaptureFixture[bytes], form: str) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"?x\n" + b'"a row"\n' * ROWS
        raise TimeoutError("time is over")

    with pytest.raises(TimeoutError):
        write_answer(answer(pieces()), form, None, "https://example.org/")
    assert capfdbinary.readouterr().out == b""


@pytest.mark.parametrize(("form", "last"), [("csv", b"a row\r\n"), ("tsv", b'"a row"\n'), ("json", b"]}}\n")])
def test_what_is_printed_ends_its_last_line(capfdbinary: pytest.CaptureFixture[bytes], form: str, last: bytes) -> None:
    write_answer(answer(iter([b'?x\n"a row"\n'])), form, None, "https://example.org/")
    assert capfdbinary.readouterr().out.endswith(last)
