"""
Proposals → those whose words bear them: the gate that every proposal passes, whoever made it.

A proposal is written as the claim that it would be in a facts file, read again and mapped as any claim is. So what an
engine proposes can never be held to less than what a file is. A value that its passages do not bear is taken out of
the proposal; a proposal that then says nothing, quotes what is not there, or is no claim at all, is dropped. Each is
reported, at the place in the report.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

from kg.extraction.facts_file import write_facts
from kg.extraction.proposal import Entry, Proposal, Report, Value
from kg.facts import from_yaml
from kg.mapping.context import SourceText
from kg.mapping.gate import Gate
from kg.mapping.sheets import map_reading
from kg.model import records
from kg.model.findings import Finding, Severity
from kg.model.positions import Position
from kg.model.records import Limits, Listing, Node, Sheet
from kg.model.statements import Mapped
from kg.ontology import vocabulary as v
from kg.pipeline.entries import covers, entries_of
from kg.pipeline.gate import gate_of
from kg.pipeline.project import Project
from kg.pipeline.reading import context_of, facts_files, map_files

_ROUNDS: Final = 8
_FILE: Final = "proposals.yaml"
_NOTHING: Final = frozenset({v.WORD_ID, v.WORD_TYPE, v.WORD_ABOUT})
Path: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Screened:
    """The proposals that passed, in their order, and what was dropped; findings stand in the report called `name`."""

    proposals: tuple[Proposal, ...]
    findings: tuple[Finding, ...]


def screened(project: Project, report: Report, proposals: Iterable[Proposal], name: str = "report") -> Screened:
    """Pass proposals through the gate; the same proposals and facts give the same."""
    return _Screening(project, report, name).run(tuple(proposals))


class _Screening:
    """One report's proposals on their way through the gate."""

    def __init__(self, project: Project, report: Report, name: str) -> None:
        self.project = project
        self.report = report
        self.name = name
        self.findings: list[Finding] = []
        source = SourceText(report.text, name, "")
        self.context = replace(context_of(project), read_text=lambda *_: source)
        there = (project.root / project.settings.facts).is_dir()
        self.known = list(map_files(facts_files(project), self.context)) if there else []
        self.ids = {one.iri for mapped in self.known for one in mapped.introductions}

    def run(self, proposals: tuple[Proposal, ...]) -> Screened:
        kept = tuple(one for one in proposals if self._quotes(one))
        for _ in range(_ROUNDS):
            faults = self._faults(kept)
            if not faults:
                return Screened(kept, tuple(self.findings))
            kept = tuple(self._mended(kept, faults))
        faulty = {number for number, *_ in self._faults(kept)}
        return Screened(tuple(p for n, p in enumerate(kept) if n not in faulty), tuple(self.findings))

    def _quotes(self, proposal: Proposal) -> bool:
        """Whether it quotes passages of the report, and what supports it stands there."""
        spans = (*proposal.quote, *(support.span for support in proposal.supports))
        length = len(self.report.text)
        if proposal.quote and all(0 <= s.start < s.end <= length and s.of(self.report.text).strip() for s in spans):
            return True
        self._tell(proposal, "quote-not-found", "a proposal rests on no passage of the report", "")
        return False

    def _faults(self, proposals: Sequence[Proposal]) -> list[tuple[int, Path, Finding]]:
        """What is wrong with which proposal; the path leads to the value, an empty one to the whole."""
        document = {**self.report.document, self.project.ontology.properties[v.TEXT].key: self.name}
        document.pop(self.project.ontology.properties[v.SHA256].key, None)
        text = write_facts(replace(self.report, document=document), proposals, self.project.ontology)
        reading = from_yaml.read(text.encode(), _FILE, Limits())
        mapped = map_reading(_FILE, reading, self.context)
        found = [f for f in mapped.findings if f.severity >= Severity.warning]
        found += self._gate(mapped).findings(mapped.proposed, strict=True)
        found += self._unresolved(mapped)
        return [
            (number, path, finding)
            for finding in found
            for number, path in _located(reading.sheets, finding.position)
            if number < len(proposals)
        ]

    def _gate(self, mapped: Mapped) -> Gate:
        return gate_of(self.project, [*self.known, mapped], self.context.wording)

    def _unresolved(self, mapped: Mapped) -> Iterator[Finding]:
        """References to what neither the project's facts nor a proposal introduces."""
        new = {one.iri for one in mapped.introductions}
        for reference in mapped.references:
            if not reference.is_use and reference.iri not in self.ids and reference.iri not in new:
                name = reference.iri.value.removeprefix(self.project.settings.base)
                message = f"nothing introduces '{name}'"
                yield Finding("unknown-reference", Severity.warning, message, reference.position)

    def _mended(self, proposals: Sequence[Proposal], faults: Sequence[tuple[int, Path, Finding]]) -> Iterator[Proposal]:
        """The proposals without the values at fault; those at fault as a whole, or with nothing left, are gone."""
        of: dict[int, list[tuple[Path, Finding]]] = {}
        for number, path, finding in faults:
            of.setdefault(number, []).append((path, finding))
        for number, proposal in enumerate(proposals):
            mended: Proposal | None = proposal
            # Later items of a list first, so that the places of the others stay.
            for path, finding in sorted(of.get(number, ()), key=lambda one: _order(one[0]), reverse=True):
                self._tell(proposal, finding.code, finding.message, finding.hint)
                mended = _without(mended, path) if mended is not None else None
            if mended is not None:
                yield mended

    def _tell(self, proposal: Proposal, code: str, message: str, hint: str) -> None:
        start = proposal.quote[0].start if proposal.quote else 0
        before = self.report.text[: max(0, start)]
        line = before.count("\n") + 1
        at = Position(self.name, line, len(before) - (before.rfind("\n") + 1) + 1)
        told = Finding(code, Severity.warning, f"dropped: {message}", at, hint)
        if told not in self.findings:
            self.findings.append(told)


def _order(path: Path) -> tuple[tuple[int, str], ...]:
    return tuple((step, "") if isinstance(step, int) else (-1, step) for step in path)


def _located(sheets: Sequence[Sheet], at: Position) -> Iterator[tuple[int, Path]]:
    """The proposal that a position lies in, and the path to the value there."""
    entries = entries_of(next(iter(sheets), None))
    for number, entry in enumerate(entries):
        if covers(entries, number, at.line):
            yield number, _path(entry, at) or ()


def _path(node: Node, at: Position) -> Path | None:
    """The steps to the node, or the key, at a position."""
    if (node.line, node.column) == (at.line, at.column) and not isinstance(node, records.Mapping):
        return ()
    inner: Iterable[tuple[str | int, Node, bool]]
    if isinstance(node, records.Mapping):
        inner = ((k.text, value, (k.line, k.column) == (at.line, at.column)) for k, value in node.entries)
    elif isinstance(node, Listing):
        inner = ((n, item, False) for n, item in enumerate(node.items))
    else:
        return None
    for step, value, is_key in inner:
        if is_key and step not in _NOTHING:
            return (step,)
        below = _path(value, at)
        if below is not None:
            return (step, *below)
    return None


def _without(proposal: Proposal, path: Path) -> Proposal | None:
    """The proposal without the value at a path; None where nothing is left to say, or it is at fault as a whole."""
    number = 0
    if path[:1] == (v.WORD_SAYS,) and len(path) > 2 and isinstance(path[1], int):
        number, path = path[1], path[2:]
    if not path or number >= len(proposal.says) or path[0] not in proposal.says[number] or path[0] in _NOTHING:
        return None
    said = dict(proposal.says[number])
    left = _cut(said.pop(str(path[0])), path[1:])
    if left is not None:
        said = {key: left if key == path[0] else value for key, value in proposal.says[number].items()}
    says = (*proposal.says[:number], said, *proposal.says[number + 1 :])
    says = tuple(entry for entry in says if _says_something(entry))
    return replace(proposal, says=says) if says else None


def _cut(value: Any, path: Path) -> Value | None:
    """A value without what lies at a path; None where nothing is left."""
    if not path or isinstance(value, str) or path[-1] in (v.WORD_VALUE, v.WORD_INFERRED):
        return None
    step = path[0]
    if isinstance(value, Mapping):
        left = _cut(value.get(str(step)), path[1:])
        rest: dict[str, Value] = {key: inner for key, inner in value.items() if key != step}
        if left is not None:
            rest = {key: left if key == step else inner for key, inner in value.items()}
        return rest or None
    kept: list[Value] = []
    for number, item in enumerate(value):
        cut = _cut(item, path[1:]) if number == step else item
        kept += [cut] if cut is not None else []
    return tuple(kept) if len(kept) > 1 else kept[0] if kept else None


def _says_something(entry: Entry) -> bool:
    """Whether an entry introduces a thing, or says anything of one."""
    return v.WORD_TYPE in entry or bool(entry.keys() - _NOTHING)
