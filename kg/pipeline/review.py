"""What a machine proposed → what a person made of it, written into the facts file at the place."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import NamedNode

from kg.exports.files import whole_file
from kg.facts import from_yaml, read
from kg.facts.amending import FactsText
from kg.mapping.proposal_keys import proposal_key
from kg.mapping.quotes import Found, find_quote
from kg.mapping.reviews import status_of
from kg.mapping.sheets import map_reading
from kg.model import records
from kg.model.errors import EnvironmentFault, UsageError
from kg.model.findings import Finding, Severity
from kg.model.records import Limits, Listing, Scalar, Sheet
from kg.ontology import Ontology
from kg.ontology import vocabulary as v
from kg.pipeline.entries import covers, document_of, entries_of
from kg.pipeline.gate import gate_findings
from kg.pipeline.project import Project
from kg.pipeline.reading import FactsFile, context_of, facts_files, map_files, text_reader

_YAML = (".yaml", ".yml")
_AROUND = 300
"""Characters of the text that are shown before and behind a quote."""


class Passage(NamedTuple):
    """
    A stretch of the document's text: what stands before a quote, the quote, and what stands behind it.

    `start` is where the quote begins in the text, -1 where the text is not at hand or does not hold it.
    """

    before: str
    quote: str
    behind: str
    start: int = -1


@dataclass(frozen=True, slots=True)
class Proposed:
    """
    An entry that was proposed: the file, its number among the entries, from 0, and where it stands.

    `key` names it, the same for the same report and proposal. `status` is the word of the ontology for where it stands.
    `text` is the entry as written, `about` what it says in a word or two.
    """

    file: FactsFile
    number: int
    line: int
    key: str
    status: str
    text: str
    about: str
    passages: tuple[Passage, ...] = ()
    findings: tuple[Finding, ...] = ()
    document: str = ""
    source: str = ""
    """The document's text, where it is at hand."""

    @property
    def place(self) -> str:
        """Where it stands, as editors take it."""
        return f"{self.file.name}:{self.line}"


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person makes of an entry: a status of the ontology, who, when and why, and the text it is edited to."""

    status: NamedNode
    reviewer: str
    day: str
    reason: str = ""
    text: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Keys that are set, where it is edited so; an empty text takes one away."""


def proposals(project: Project, files: Sequence[Path] = (), *, waiting: bool = True) -> list[Proposed]:
    """
    The entries that were proposed, in the order of the files and lines; with `waiting` only those nobody looked at.

    Raises:
        UsageError: A file is none of the project's, or is no YAML.
    """
    chosen = _chosen(project, files)
    mapped = list(map_files(facts_files(project), context_of(project)))
    found = [*gate_findings(project, mapped), *(finding for one in mapped for finding in one.findings)]
    names = {file.name for file in chosen}
    by_file = {name: [f for f in found if f.position.file == name] for name in names}
    return [
        one
        for file in chosen
        for one in _of_file(project, file, by_file[file.name])
        if not waiting or one.status == project.ontology.word_of(v.REVIEW_STATUS_CLASS, v.PROPOSED)
    ]


def _chosen(project: Project, files: Sequence[Path]) -> list[FactsFile]:
    every = [file for file in facts_files(project) if not file.fault]
    if not files:
        return [file for file in every if file.path.suffix.lower() in _YAML]
    by_path = {file.path.resolve(): file for file in every}
    chosen = []
    for path in files:
        file = by_path.get(path.resolve()) or by_path.get((project.root / path).resolve())
        if file is None:
            raise UsageError(f"{path} is no facts file of {project.root}", "`kg review` alone shows all that waits")
        if file.path.suffix.lower() not in _YAML:
            key = project.ontology.properties[v.REVIEW_STATUS].key
            raise UsageError(f"{path} is no YAML", f"write the status into its column '{key}'")
        chosen.append(file)
    return chosen


def _of_file(project: Project, file: FactsFile, findings: Sequence[Finding]) -> Iterator[Proposed]:
    sheet = next(iter(read(file.path, file.name, Limits()).sheets), None)
    entries = entries_of(sheet)
    states = [status_of(entry, project.ontology) for entry in entries]
    if sheet is None or not any(states):
        return
    text = _facts_text(file.path)
    source = _text_of(project, sheet)
    for number, (entry, status) in enumerate(zip(entries, states, strict=True)):
        if status is None:
            continue
        yield Proposed(
            file=file,
            number=number,
            line=entry.line,
            key=proposal_key(document_of(sheet), entry, project.ontology),
            status=project.ontology.word_of(v.REVIEW_STATUS_CLASS, status),
            text=text.of(number),
            about=_about(entry),
            passages=tuple(_passages(entry, source, project.ontology)),
            findings=tuple(f for f in findings if covers(entries, number, f.position.line)),
            document=document_of(sheet),
            source=source,
        )


def _facts_text(path: Path) -> FactsText:
    try:
        return FactsText(path.read_bytes().decode("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise EnvironmentFault(f"{path} cannot be read: {error}") from error


def _text_of(project: Project, sheet: Sheet) -> str:
    """The document's text, where it is at hand."""
    document = sheet.root.get(v.WORD_DOCUMENT)
    key = project.ontology.properties[v.TEXT].key
    named = document.get(key) if isinstance(document, records.Mapping) else None
    if not isinstance(named, Scalar) or not named.text:
        return ""
    source = text_reader(project.root)(named.text, sheet.at(named))
    return "" if isinstance(source, Finding) else source.characters


def _about(entry: records.Mapping) -> str:
    says = entry.get(v.WORD_SAYS)
    inner = says.items[0] if isinstance(says, Listing) and says.items else entry
    thing = inner if isinstance(inner, records.Mapping) else entry
    words = (thing.get(word) for word in (v.WORD_TYPE, v.WORD_ID, v.WORD_ABOUT))
    return " ".join(word.text for word in words if isinstance(word, Scalar))


def _passages(entry: records.Mapping, source: str, ontology: Ontology) -> Iterator[Passage]:
    quote = entry.get(ontology.properties[v.QUOTE].key)
    place = entry.get(v.WORD_OCCURRENCE)
    occurrence = int(place.text) if isinstance(place, Scalar) and place.text.isdecimal() else None
    for one in quote.items if isinstance(quote, Listing) else (quote,):
        if not isinstance(one, Scalar):
            continue
        found = find_quote(source, one.text.strip(), occurrence) if source else None
        if isinstance(found, Found):
            before = source[max(0, found.start - _AROUND) : found.start]
            behind = source[found.end : found.end + _AROUND]
            words = source[found.start : found.end]
            yield Passage(before.rpartition("\n\n")[2], words, behind.partition("\n\n")[0], found.start)
        else:
            yield Passage("", one.text, "")


def decide(project: Project, proposed: Proposed, decision: Decision) -> str:
    """
    Write a decision into the facts file, and nothing else; the text of the file as it was before.

    The file is read anew, because others may have written to it meanwhile.

    Raises:
        UsageError: The entry is no longer there, or what it is edited to cannot be read.
        EnvironmentFault: The file cannot be written.
    """
    before = _facts_text(proposed.file.path)
    number = _number(project, proposed)
    if number is None:
        raise UsageError(f"{proposed.place}: this entry is no longer there", "run `kg review` again")
    key_of = {term: project.ontology.properties[term].key for term in _KEYS}
    after = before
    edits: dict[str, str] = {}
    if decision.text or decision.keys:
        after = after.replaced(number, decision.text) if decision.text else after.with_keys(number, decision.keys)
        edits = {key_of[v.PROPOSAL_KEY]: proposed.key}
    reason = {key_of[v.REJECTED_BECAUSE]: decision.reason} if decision.reason else {}
    after = after.with_keys(
        number,
        {
            key_of[v.REVIEW_STATUS]: project.ontology.word_of(v.REVIEW_STATUS_CLASS, decision.status),
            key_of[v.REVIEWER]: decision.reviewer,
            key_of[v.REVIEWED_ON]: decision.day,
            **reason,
            **edits,
        },
    )
    if edits:
        _refuse_faults(project, proposed, number, after)
    rewrite(proposed.file.path, after.whole)
    return before.whole


_KEYS = (v.REVIEW_STATUS, v.REVIEWER, v.REVIEWED_ON, v.REJECTED_BECAUSE, v.PROPOSAL_KEY)


def rewrite(path: Path, text: str) -> None:
    """Write a facts file, whole or not at all."""
    with whole_file(path) as file:
        file.write(text.encode())


def _number(project: Project, proposed: Proposed) -> int | None:
    """Where an entry stands now: at its number, or where others were added, elsewhere with the same key."""
    sheet = next(iter(read(proposed.file.path, proposed.file.name, Limits()).sheets), None)
    entries = entries_of(sheet)
    keys = [proposal_key(document_of(sheet), entry, project.ontology) for entry in entries] if sheet else []
    if proposed.number < len(keys) and keys[proposed.number] == proposed.key:
        return proposed.number
    return keys.index(proposed.key) if proposed.key in keys else None


def _refuse_faults(project: Project, proposed: Proposed, number: int, after: FactsText) -> None:
    """Raise where an edited entry has errors: it would become part of the graph."""
    reading = from_yaml.read(after.whole.encode(), proposed.file.name, Limits())
    mapped = map_reading(proposed.file.name, reading, context_of(project))
    entries = entries_of(next(iter(reading.sheets), None))
    for finding in mapped.findings:
        is_of_it = number >= len(entries) or covers(entries, number, finding.position.line)
        if finding.severity is Severity.error and is_of_it:
            raise UsageError(f"{finding.code}: {finding.message}", finding.hint)


def found_by(proposed: Collection[Proposed], name: str) -> Proposed:
    """
    The one that a key, or the beginning of one, or FILE:LINE names.

    Raises:
        UsageError: None, or several.
    """
    matching = [one for one in proposed if one.key.startswith(name) or one.place == name]
    if len(matching) == 1:
        return matching[0]
    if matching:
        raise UsageError(
            f"'{name}' names {len(matching)} proposals", f"say which: {', '.join(m.place for m in matching)}"
        )
    raise UsageError(f"no proposal is named '{name}'", "`kg review --list` shows them with their names")
