"""
What has changed since a git revision, and the findings that belong to it.

A finding belongs to a change where
- its line, or the line of a place related to it, is new or other than it was;
- the entry that it is placed at, or that a related place lies in, has such a line; where lines are gone, the entries
  that they stood in and the one below;
- anything else that is said of its focus node, in whichever file, stands in such an entry;
- its file is new to git, or has changed and has no lines (a workbook), or it has no place in any file of facts;
- it is an error: while there is one the shapes are not checked, and nobody knows what the change has broken.

An entry is the innermost mapping of a facts file, a row of a table; in RDF, the lines between two blank ones.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from kg.facts import SUFFIXES, read, sidecar
from kg.model.errors import EnvironmentFault, UsageError
from kg.model.findings import Finding, Severity
from kg.model.positions import Position
from kg.model.records import Limits, Listing, Node, Scalar
from kg.pipeline.project import CONFIGURATION, Project
from kg.pipeline.reading import FactsFile, context_of, facts_files, map_files

# Whatever the user's own settings of git are, the answer has the same form.
_DIFF = ("diff", "--no-color", "--no-ext-diff", "--no-textconv", "--ignore-submodules", "--relative", "-M")
_PATCH = ("-U0", "--inter-hunk-context=0", "--src-prefix=a/", "--dst-prefix=b/")
_HUNK = re.compile(rb"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")


class Change(NamedTuple):
    """The lines of a file that are new or other than before, and those below which lines are gone (0: at the top)."""

    lines: frozenset[int]
    gaps: frozenset[int]


@dataclass(frozen=True, slots=True)
class Changes:
    """
    What has changed in a folder. Names are seen from the folder, with forward slashes.

    `tracked` are the files that git knows, `changed` what has changed in them, None where that is the whole file.
    """

    root: Path
    revision: str
    tracked: frozenset[str]
    changed: Mapping[str, Change | None]

    def has(self, name: str) -> bool:
        """Whether anything in a file has changed; what git does not know is new."""
        name = self._linked(name)
        return name in self.changed or name not in self.tracked

    def of(self, name: str) -> Change | None:
        """What has changed in a file; None where that is the whole of it."""
        name = self._linked(name)
        return self.changed.get(name, Change(frozenset(), frozenset()) if name in self.tracked else None)

    def _linked(self, name: str) -> str:
        """What a link leads to: git compares links by their names, and their content lies elsewhere."""
        path = self.root / name
        if path.is_symlink() and (target := path.resolve()).is_relative_to(self.root.resolve()):
            return target.relative_to(self.root.resolve()).as_posix()
        return name


class Chosen(NamedTuple):
    """The findings that belong to a change, in their order, and how many do not, those that are silenced aside."""

    findings: tuple[Finding, ...]
    left_out: int


# ── What git says ───────────────────────────────────────────────────────────────────────────────────────────────────


def changes_since(root: Path, revision: str) -> Changes:
    """
    What differs between a git revision and the files of a folder as they lie there now.

    Raises:
        UsageError: The folder is in no repository, or the repository has no such revision.
        EnvironmentFault: git is not installed.
    """
    try:
        _git(root, "rev-parse", "--git-dir")
    except subprocess.CalledProcessError as error:
        raise UsageError(f"{root} is in no git repository", _last_line(error)) from error
    try:
        if not revision or revision.startswith("-"):
            raise UsageError(f"'{revision}' is no revision")
        commit = _git(root, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}").decode().strip()
    except subprocess.CalledProcessError as error:
        hint = "name a commit, a branch or a tag; in CI, fetch the history first (fetch-depth: 0)"
        raise UsageError(f"git knows no revision '{revision}'", hint) from error
    try:
        tracked = _git(root, "ls-files", "-z")
        numbers = _git(root, *_DIFF, "--numstat", "-z", commit, "--", ".")
        patch = _git(root, "-c", "core.quotePath=false", *_DIFF, *_PATCH, commit, "--", ".")
    except subprocess.CalledProcessError as error:
        raise UsageError(f"git cannot compare {root} with '{revision}'", _last_line(error)) from error
    names = frozenset(os.fsdecode(name) for name in tracked.split(b"\0") if name)
    return Changes(root, revision, names, {**dict(_changed_lines(patch)), **dict.fromkeys(_without_lines(numbers))})


def _git(root: Path, *arguments: str) -> bytes:
    command = ["git", "-C", str(root), *arguments]
    try:
        return subprocess.run(  # noqa: S603 - no shell; a revision that looks like an option is refused
            command, capture_output=True, check=True, env={**os.environ, "LC_ALL": "C"}
        ).stdout
    except FileNotFoundError:
        raise EnvironmentFault("git is not installed", "install it, or leave out --changed-since") from None


def _last_line(error: subprocess.CalledProcessError) -> str:
    said = error.stderr.decode("utf-8", "replace").strip().splitlines()
    return said[-1] if said else ""


def _without_lines(numbers: bytes) -> Iterator[str]:
    """The changed files in which git counts no lines, from `--numstat -z`."""
    fields = iter(numbers.split(b"\0"))
    for field in fields:
        if not field:
            continue
        added, _, name = field.split(b"\t", 2)
        if not name:  # renamed: the old and the new name follow
            next(fields)
            name = next(fields)
        if added == b"-":
            yield os.fsdecode(name)


def _changed_lines(patch: bytes) -> Iterator[tuple[str, Change]]:
    """The changed lines of each file, from a patch without context."""
    name, lines, gaps, skip = "", set[int](), set[int](), 0
    for line in patch.split(b"\n"):
        if skip and not line.startswith(b"\\"):  # text of the files, which may look like anything
            skip -= 1
        elif line.startswith(b"+++ "):
            if name:
                yield name, Change(frozenset(lines), frozenset(gaps))
            name, lines, gaps = _name(line[4:]), set(), set()
        elif hunk := _HUNK.match(line):
            old, first, new = int(hunk[1] or 1), int(hunk[2]), int(hunk[3] or 1)
            skip = old + new
            lines.update(range(first, first + new))
            if old > new:
                gaps.add(first + new - 1 if new else first)
    if name:
        yield name, Change(frozenset(lines), frozenset(gaps))


def _name(written: bytes) -> str:
    r"""
    The name in a patch; empty where the file is gone.

    >>> _name(b'"b/a\\"\\303\\251.csv"'), _name(b"b/facts/my report.yaml\t"), _name(b"/dev/null")
    ('a"é.csv', 'facts/my report.yaml', '')
    """
    name: bytes = ast.literal_eval("b" + written.decode("ascii", "replace")) if written[:1] == b'"' else written
    name = name.removesuffix(b"\t")
    return os.fsdecode(name.removeprefix(b"b/")) if name != b"/dev/null" else ""


# ── Which findings belong to it ─────────────────────────────────────────────────────────────────────────────────────


def changed_only(findings: Iterable[Finding], changes: Changes, project: Project | None = None) -> Chosen:
    """
    The findings that belong to what has changed.

    The files of the project that have changed are read and mapped again, for the places of what they say. Without a
    project the places of focus nodes are not known.
    """
    findings = list(findings)
    facts = [f for f in facts_files(project) if any(map(changes.has, _names(f)))] if project else []
    named = {name for file in facts for name in _names(file)}
    named |= {place.file for finding in findings for place in _places(finding)}
    touched = {name: _touched(changes, name) for name in named if changes.has(name)}
    nodes = _subjects(project, facts, touched) if project else frozenset[str]()

    def belongs(finding: Finding) -> bool:
        if finding.severity is Severity.error or finding.focus in nodes:
            return True
        return any(_within(place, touched) for place in _places(finding))

    chosen = tuple(filter(belongs, findings))
    return Chosen(chosen, sum(not f.suppressed for f in findings) - sum(not f.suppressed for f in chosen))


_Touched = Mapping[str, frozenset[int] | None]


def _names(file: FactsFile) -> list[str]:
    """The name of a facts file, and that of the document beside it, if it is a table with one."""
    beside = sidecar(file.path)
    return [file.name, *([f"{file.name.rpartition('/')[0]}/{beside.name}".lstrip("/")] if beside.is_file() else [])]


def _places(finding: Finding) -> Iterator[Position]:
    yield finding.position
    yield from (place for _, place in finding.related)


def _within(place: Position, touched: _Touched) -> bool:
    if place.file in ("", CONFIGURATION):
        return True
    lines = touched.get(place.file, frozenset())
    return lines is None or place.line in lines or (not place.line and place.file in touched)


def _subjects(project: Project, files: Iterable[FactsFile], touched: _Touched) -> frozenset[str]:
    """The subjects of statements that stand in touched lines, as N-Triples texts."""
    return frozenset(
        str(statement.quad.subject)
        for mapped in map_files(files, context_of(project))
        for statement in mapped.statements
        if _within(statement.value, touched) or _within(statement.key, touched)
    )


# ── Entries ─────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Entry(NamedTuple):
    """First and last line of an entry, and the number of the one around it; number 0 is the whole file."""

    first: int
    last: int
    around: int


def _touched(changes: Changes, name: str) -> frozenset[int] | None:
    """The lines of a file that changed, with those of the entries that have such a line; None for all of them."""
    change = changes.of(name)
    if change is None:
        return None
    entries = _entries(changes.root / name, name)
    inner = _innermost(entries)
    hit = set[int]()
    for line in change.lines & inner.keys():
        number = inner[line]
        # The key of what begins here belongs to the entry around it.
        hit |= {number, entries[number].around} if entries[number].first == line else {number}
    for gap in change.gaps:
        hit.add(inner.get(gap + 1, 0))
        number = inner.get(gap, 0)
        while number:
            hit.add(number)
            number = entries[number].around
    hit.discard(0)
    return change.lines | {line for line, number in inner.items() if number in hit}


def _innermost(entries: Iterable[_Entry]) -> dict[int, int]:
    """Line → the number of the innermost entry on it; entries come before those inside them."""
    inner: dict[int, int] = {}
    for number, entry in enumerate(entries):
        inner.update(dict.fromkeys(range(entry.first, entry.last + 1), number))
    return inner


def _entries(path: Path, name: str) -> list[_Entry]:
    """The entries of a file, outer ones before those inside them."""
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError:
        return []
    entries = [_Entry(1, len(lines), 0)]
    if path.suffix.lower() not in SUFFIXES:
        entries.extend(_paragraphs(lines))
        return entries
    for sheet in read(path, name, Limits()).sheets:
        _add_mappings(entries, sheet.root)
    return entries


def _add_mappings(entries: list[_Entry], root: Node) -> None:
    """Depth first, without recursion: files may be deep. A mapping ends where the next thing beside it begins."""
    open_nodes = [(root, entries[0].last, 0)]
    while open_nodes:
        node, last, number = open_nodes.pop()
        if isinstance(node, Scalar):
            continue
        if isinstance(node, Listing):
            inside, begins = list(node.items), [item.line for item in node.items]
        else:
            entries.append(_Entry(node.line, last, number))
            number = len(entries) - 1
            inside, begins = [value for _, value in node.entries], [key.line for key, _ in node.entries]
        ends = [max(begin, below - 1) for begin, below in zip(begins, [*begins, last + 1][1:], strict=True)]
        open_nodes.extend((inside[n], ends[n], number) for n in reversed(range(len(inside))))


def _paragraphs(lines: Sequence[bytes]) -> Iterator[_Entry]:
    first = 0
    for number, line in enumerate([*lines, b""], 1):
        if line.strip():
            first = first or number
        elif first:
            yield _Entry(first, number - 1, 0)
            first = 0
