"""
Comments in the data that silence a finding: `# kg: ignore[code] reason`.

A comment at the end of a line is for the findings that are placed on that line; below a text over several lines, for
those on any of its lines. A comment on a line of its own is for the next line that is none. Never for more: whoever
looks at an entry later must see what is silenced, and what is not.

Errors cannot be silenced: what they are about does not become part of the graph, whatever a comment says.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from kg.facts import sidecar
from kg.model.findings import CODES, Finding, Severity
from kg.model.positions import Position
from kg.ontology.model import nearest
from kg.pipeline.mentions import holds_mark
from kg.pipeline.project import Project
from kg.pipeline.reading import facts_files
from kg.validation.shapes.pages import load_shapes

_YAML = (".yaml", ".yml")
_RDF = (".ttl", ".trig", ".nt", ".nq")

_START = re.compile(r"(?<!\S)#[ \t]*kg:[ \t]*ignore\b")
_IN_BRACKETS = re.compile(r"[ \t]*\[([^\]]*)\]")
_CODE = re.compile(r"[^\s,]+")
# A second comment on the line has nothing to do with the reason; in `see #12` none begins.
_OTHER_COMMENT = re.compile(r"(?<!\S)#(?!\S)")

# What a `#` may stand in, and comments. https://www.w3.org/TR/turtle/#sec-grammar-grammar
_TURTLE = re.compile(
    r'"""[^"\\]*+(?:(?:\\.|"(?!""))[^"\\]*+)*+"""'
    r"|'''[^'\\]*+(?:(?:\\.|'(?!''))[^'\\]*+)*+'''"
    r'|"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"'
    r"|'[^'\\\n]*+(?:\\.[^'\\\n]*+)*+'"
    r"|<[^<>\"{}|^`\s]*+>"
    r"|\\."
    r"|#[^\n]*+",
    re.DOTALL,
)


class Suppression(NamedTuple):
    """
    One comment: where its `#` stands, the codes it names and where, the reason, and the lines it is for.

    Without a code or without a reason it silences nothing.
    """

    position: Position
    codes: tuple[tuple[str, Position], ...]
    reason: str
    lines: range

    @property
    def valid(self) -> bool:
        """Whether it says what is silenced, and why."""
        return bool(self.codes and self.reason)


class _Comment(NamedTuple):
    """The beginning of a comment, and the first line of the text that ends on its line; 0 where none does."""

    start: re.Match[str]
    first: int


# ── What silences ───────────────────────────────────────────────────────────────────────────────────────────────────


def suppress(
    findings: Iterable[Finding],
    files: Iterable[tuple[str, Path]],
    known: Callable[[], Collection[str]],
    *,
    complete: bool = True,
) -> tuple[Finding, ...]:
    """
    Mark what comments in these files silence, and report comments that silence nothing; sorted by place.

    Args:
        findings: All findings of a check. Those that are marked already stay as they are.
        files: The data, by the names that positions have. Tables and JSON have no comments and are not looked at.
        known: Gives the names that a finding of this check can have; asked only where there is a comment.
        complete: Whether all checks ran. Where shapes were not checked, nobody can say that a comment is unused.
    """
    found = [one for name, path in files for one in suppressions_of(path, name)]
    if not found:
        return tuple(findings)
    at = _by_place(found)
    used: set[tuple[int, str]] = set()
    refused: set[tuple[int, str]] = set()
    marked: list[Finding] = []
    for finding in findings:
        place = (finding.position.file, finding.position.line, finding.code)
        silencing = at.get(place) if not finding.suppressed else None
        if silencing is None:
            marked.append(finding)
        elif finding.severity is Severity.error:
            refused.update((number, finding.code) for number in silencing)
            marked.append(finding)
        else:
            used.update((number, finding.code) for number in silencing)
            marked.append(replace(finding, suppressed=found[silencing[0]].reason))
    names = {*known(), *(finding.code for finding in marked)}
    for number, one in enumerate(found):
        marked.extend(_faults(one, names))
        for code, position in one.codes if one.valid else ():
            if (number, code) in refused:
                marked.append(_not_silenced(code, position))
            elif complete and code in names and (number, code) not in used:
                marked.append(_unused(code, position, marked))
    return tuple(sorted(marked, key=lambda finding: finding.order))


def project_files(project: Project) -> Iterator[tuple[str, Path]]:
    """The facts files of a project and the documents beside tables, by the names that positions have."""
    for file in facts_files(project):
        if not file.fault:
            yield file.name, file.path
            beside = sidecar(file.path)
            if beside.is_file():
                yield f"{file.name.rpartition('/')[0]}/{beside.name}".lstrip("/"), beside


def project_codes(project: Project) -> frozenset[str]:
    """The names that a finding of this project can have: codes and shapes."""
    return CODES | frozenset(load_shapes(project.folders("shapes")))


def _by_place(found: Sequence[Suppression]) -> dict[tuple[str, int, str], list[int]]:
    """File, line and code → the numbers of the suppressions that silence such a finding there."""
    at: dict[tuple[str, int, str], list[int]] = {}
    for number, one in enumerate(found):
        for code, _ in one.codes if one.valid else ():
            for line in one.lines:
                at.setdefault((one.position.file, line, code), []).append(number)
    return at


def _faults(one: Suppression, names: Collection[str]) -> Iterator[Finding]:
    if not one.codes:
        yield Finding(
            "invalid-suppression",
            Severity.warning,
            "this comment does not say which findings it silences",
            one.position,
            "write their code in square brackets, then the reason: # kg: ignore[quote-folded] as printed",
        )
    elif not one.reason:
        yield Finding(
            "invalid-suppression",
            Severity.warning,
            "this comment gives no reason, and silences nothing",
            one.position,
            "say behind the bracket why the finding is no mistake",
        )
    for code, position in one.codes:
        if code not in names and not code.endswith("ConstraintComponent"):
            yield Finding(
                "unknown-code",
                Severity.warning,
                f"no finding is named '{code}'",
                position,
                nearest(code, iter(sorted(names))) or "`kg explain` lists all names",
            )


def _not_silenced(code: str, position: Position) -> Finding:
    return Finding(
        "invalid-suppression",
        Severity.warning,
        f"'{code}' is an error here, and errors cannot be silenced",
        position,
        "mend the error, or take the entry out: it cannot become part of the graph",
    )


def _unused(code: str, position: Position, findings: Sequence[Finding]) -> Finding:
    like = (f.position for f in findings if f.code == code and not f.suppressed)
    lines = [place.line for place in like if place.file == position.file]
    near = min((line for line in lines if line), key=lambda line: abs(line - position.line), default=0)
    return Finding(
        "unused-suppression",
        Severity.warning,
        f"there is no '{code}' to silence here",
        position,
        f"the nearest one is on line {near}: move the comment to it" if near else "delete it",
    )


# ── Where comments are ──────────────────────────────────────────────────────────────────────────────────────────────


def suppressions_of(path: Path, name: str) -> tuple[Suppression, ...]:
    """
    The suppressions in a file; `name` is what positions call it.

    None in a file that cannot be read or is no text, which the reader reports, and in a format without comments.
    """
    if path.suffix.lower() not in (*_YAML, *_RDF) or not holds_mark(path):
        return ()
    try:
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except (OSError, UnicodeDecodeError):
        return ()
    return suppressions_in(text, name)


def suppressions_in(text: str, name: str) -> tuple[Suppression, ...]:
    r"""
    The suppressions in a text of YAML or, where `name` ends so, of Turtle, TriG, N-Triples or N-Quads.

    >>> (one,) = suppressions_in("day: 2023\nplace: x  # kg: ignore[a-code, b-code] so it is printed\n", "f.yaml")
    >>> str(one.position), [code for code, _ in one.codes], one.reason, one.lines
    ('f.yaml:2:11', ['a-code', 'b-code'], 'so it is printed', range(2, 3))
    """
    comments = _turtle_comments if name.lower().endswith(_RDF) else _yaml_comments
    lines = text.split("\n")
    return tuple(_suppression(text, lines, name, comment) for comment in comments(text))


def _suppression(text: str, lines: Sequence[str], name: str, comment: _Comment) -> Suppression:
    start, after = comment.start.span()
    line = text.count("\n", 0, start) + 1
    begin = text.rfind("\n", 0, start) + 1
    end = begin + len(lines[line - 1])
    if other := _START.search(text, after, end) or _OTHER_COMMENT.search(text, after, end):
        end = other.start()
    inside = _IN_BRACKETS.match(text, after, end)
    codes = _CODE.finditer(text, *inside.span(1)) if inside else ()
    if text[begin:start].strip():
        covered = range(comment.first or line, line + 1)
    else:
        below = _below(lines, line)
        covered = range(below, below + 1)
    return Suppression(
        position=Position(name, line, start - begin + 1),
        codes=tuple((code[0], Position(name, line, code.start() - begin + 1)) for code in codes),
        reason=text[inside.end() : end].strip(" \t:-–—") if inside else "",
        lines=covered,
    )


def _below(lines: Sequence[str], line: int) -> int:
    """The first line below this one that is no comment."""
    while line < len(lines) and lines[line].lstrip().startswith("#"):
        line += 1
    return line + 1


def _yaml_comments(text: str) -> Iterator[_Comment]:
    """The comments that begin like a suppression. PyYAML drops comments, but tells what is text and no comment."""
    import yaml

    try:
        scalars = [token for token in yaml.scan(text, yaml.CSafeLoader) if isinstance(token, yaml.ScalarToken)]
    except yaml.YAMLError:
        return
    begins = [token.start_mark.index for token in scalars]
    for found in _START.finditer(text):
        before = bisect_right(begins, found.start()) - 1
        if before < 0:
            yield _Comment(found, 0)
            continue
        token = scalars[before]
        is_block = token.style in ("|", ">")
        # A comment may stand behind the `|` of a block; the text begins below.
        begin = text.find("\n", token.start_mark.index) if is_block else token.start_mark.index
        if not begin <= found.start() < token.end_mark.index:
            ends_here = not is_block and "\n" not in text[token.end_mark.index : found.start()]
            yield _Comment(found, token.start_mark.line + 1 if ends_here else 0)


def _turtle_comments(text: str) -> Iterator[_Comment]:
    """The comments that begin like a suppression."""
    last = (0, 0)
    for token in _TURTLE.finditer(text):
        if token[0][0] in "\"'":
            last = token.span()
        elif token[0][0] == "#":
            for found in _START.finditer(text, token.start(), token.end()):
                ends_here = last[1] and "\n" not in text[last[1] : found.start()]
                yield _Comment(found, text.count("\n", 0, last[0]) + 1 if ends_here else 0)
