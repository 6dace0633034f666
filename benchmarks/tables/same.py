"""
Outputs compared as sets of quads, in bounded memory: canonical lines, sorted by `sort`, then met line by line.

A line that is plainly canonical is taken as it is; any other is read and written again by pyoxigraph, which also judges
whether it is N-Quads at all.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
from drivers.statements import CLAIM, EVENT

IRI = rb'<[^<>"{}|^`\\\x00-\x20]*>'
CANONICAL = re.compile(
    rb"%s %s (?:%s|\"[^\"\\\n\r\t]*\"(?:\^\^(?!<http://www.w3.org/2001/XMLSchema#string>)%s)?)(?: %s)? \.\n"
    % (IRI, IRI, IRI, IRI, IRI)
)
DECIMAL = re.compile(rb'"([+-]?)(\d*)(?:\.(\d*))?"\^\^<http://www.w3.org/2001/XMLSchema#decimal>')
WANTED = tuple(f"<{template.partition('{')[0]}".encode() for template in (EVENT, CLAIM))
BATCH = 100_000


class Difference(NamedTuple):
    """How many quads are missing and too many, with the first of each."""

    missing: int
    extra: int
    examples: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.missing:,} missing, {self.extra:,} too many" if self.missing or self.extra else ""


def sorted_set(output: Path, to: Path, *, triples: bool) -> int:
    """
    Write the set of quads about claims and events, one canonical line each, in the order of bytes.

    Args:
        output: N-Quads or N-Triples, a file or a folder of them.
        to: Where the sorted lines go.
        triples: Leave the graph names out.

    Returns:
        How many there are.

    Raises:
        SystemExit: A line is not N-Quads.
    """
    command = ["sort", "-u", "-S", "400M", "--parallel=2", "-T", str(to.parent), "-o", str(to)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, env=os.environ | {"LC_ALL": "C"}) as sort:
        assert sort.stdin
        for path in sorted(output.iterdir()) if output.is_dir() else [output]:
            for lines in _canonical(path, triples=triples):
                sort.stdin.write(b"".join(lines))
    if sort.returncode:
        raise SystemExit(f"sort failed with {sort.returncode} on {output}")
    with to.open("rb") as lines:
        return sum(block.count(b"\n") for block in iter(lambda: lines.read(1 << 20), b""))


def _canonical(path: Path, *, triples: bool) -> Iterator[list[bytes]]:
    with path.open("rb") as lines:
        while batch := list(islice(lines, BATCH)):
            plain = [line for line in batch if CANONICAL.fullmatch(line)]
            if len(plain) < len(batch):
                plain += _parsed([line for line in batch if not CANONICAL.fullmatch(line)], path)
            kept = [_by_value(line) for line in plain if line.startswith(WANTED)]
            yield [without_graph(line) for line in kept] if triples else kept


def _by_value(line: bytes) -> bytes:
    """The line with its decimal in the shortest form: kg writes that, others leave what the table has."""
    return DECIMAL.sub(_shortest, line) if b"#decimal>" in line else line


def _shortest(found: re.Match[bytes]) -> bytes:
    sign, whole, part = found[1], found[2].lstrip(b"0") or b"0", (found[3] or b"").rstrip(b"0")
    sign = sign.replace(b"+", b"") if part or whole != b"0" else b""
    return b'"%s%s%s"^^<http://www.w3.org/2001/XMLSchema#decimal>' % (sign, whole, b"." + part if part else b"")


def _parsed(lines: list[bytes], path: Path) -> list[bytes]:
    try:
        return [f"{quad} .\n".encode() for quad in ox.parse(b"".join(lines), format=ox.RdfFormat.N_QUADS)]
    except SyntaxError as error:
        raise SystemExit(f"{path}: not N-Quads: {error}") from error


def without_graph(line: bytes) -> bytes:
    """A quad's line without its graph; a triple's as it is: its last term ends in the object's own way."""
    head, graph, dot = line.rsplit(b" ", 2)
    return head + b" " + dot if head.count(b" ") >= 2 and _is_whole(head) else b" ".join((head, graph, dot))


def _is_whole(head: bytes) -> bool:
    """Whether subject, predicate and object are all there: what follows the predicate is a whole term."""
    term = head.split(b" ", 2)[2]
    return term.startswith(b"<") or re.fullmatch(rb'"(?:[^"\\]|\\.)*"(?:\^\^<[^>]*>|@[A-Za-z0-9-]+)?', term) is not None


def difference(expected: Path, found: Path) -> Difference:
    """Compare two files of sorted lines."""
    if subprocess.run(["cmp", "-s", str(expected), str(found)], check=False).returncode == 0:
        return Difference(0, 0, ())
    counts, examples = [0, 0], ["", ""]
    command = ["comm", "-3", str(expected), str(found)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ | {"LC_ALL": "C"}) as comm:
        assert comm.stdout
        for line in comm.stdout:
            side = int(line.startswith(b"\t"))
            examples[side] = examples[side] or line.decode("utf-8", "replace").strip()
            counts[side] += 1
    return Difference(counts[0], counts[1], tuple(filter(None, examples)))
