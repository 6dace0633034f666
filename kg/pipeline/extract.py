"""A report → proposed facts in a file beside its text."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from kg.exports.files import whole_file
from kg.extraction.cascade import Cascade
from kg.extraction.datelines import dateline
from kg.extraction.entities import slug
from kg.extraction.facts_file import write_facts
from kg.extraction.knowledge import Knowledge, load_knowledge
from kg.extraction.proposal import Engine, Proposal, Report
from kg.extraction.registry import Registry
from kg.extraction.texts import Source, read_text, text_of
from kg.mapping.iris import is_id
from kg.model.errors import EnvironmentFault, UsageError
from kg.model.findings import Finding
from kg.model.shipped import shipped
from kg.ontology import vocabulary as v
from kg.ontology.model import nearest
from kg.pipeline.days import day_of
from kg.pipeline.extracted_again import with_new
from kg.pipeline.known_names import known_names
from kg.pipeline.project import Project
from kg.pipeline.screening import screened

_FRAMES: Final = "frames"
_SOURCES = "sources"


@dataclass(frozen=True, slots=True)
class Extraction:
    """
    What to extract and where to put it.

    `content` is the report where it is no file; `document` holds keys of the document that the caller knows, which
    prevail over what the report says of itself. `output` is the facts file, None for the project's facts folder.
    """

    path: Path | None = None
    content: bytes = b""
    document: Mapping[str, str] = field(default_factory=dict)
    output: Path | None = None
    force: bool = False
    screen: bool = False
    """Nothing is written: the caller shows the facts."""


@dataclass(frozen=True, slots=True)
class Extracted:
    """
    What came of it: the report, the proposals that passed the gate, the text of the facts file, and the files written.

    `findings` tell what was dropped at the gate, `new` how many proposals the facts file did not know yet.
    """

    report: Report
    proposals: Sequence[Proposal]
    facts: str
    written: Sequence[Path] = ()
    findings: tuple[Finding, ...] = ()
    new: int = 0


def knowledge_of(project: Project) -> Knowledge:
    """
    The frames for the project's language: those that are shipped, and its own in `frames/`.

    Raises:
        UsageError: There are none for its language, or a file cannot be used.
    """
    own = project.root / _FRAMES
    folders = [shipped(_FRAMES), *([own] if own.is_dir() else [])]
    language = project.settings.language.split("-")[0]
    return load_knowledge(folders, language, project.ontology)


def cascade_of(project: Project) -> Cascade:
    """The cascade with the project's frames and the names that its facts know."""
    registry = known_names(project) if (project.root / project.settings.facts).is_dir() else Registry()
    return Cascade(knowledge_of(project), registry)


def document_keys(
    project: Project, given: Mapping[str, str], identity: str | None, issued: str | None
) -> dict[str, str]:
    """
    The keys of a document that a caller gives, checked.

    Raises:
        UsageError: A key is none of a document's, the day is no day, or the id cannot be one.
    """
    found = dict(given)
    if identity is not None:
        found[v.WORD_ID] = identity
    if issued is not None:
        found[_key(project, v.ISSUED)] = issued
    for key in found:
        if key not in {v.WORD_ID, v.WORD_TYPE} and key not in project.ontology.thing_keys:
            raise UsageError(f"'{key}' is no key of a document", nearest(key, project.ontology.thing_keys))
    if day := found.get(_key(project, v.ISSUED), ""):
        day_of(day)
    if v.WORD_ID in found and not is_id(found[v.WORD_ID]):
        raise UsageError(f"'{found[v.WORD_ID]}' cannot be an id", f"'{slug(found[v.WORD_ID])}' can")
    return found


def extract(project: Project, asked: Extraction, engine: Engine | None = None) -> Extracted:
    """
    Propose facts from a report, and write them and the report's text into the project.

    Without a project nothing is written: the facts are in what is returned.

    Raises:
        UsageError: The report cannot be read, or the facts file is about another document.
        EnvironmentFault: A file cannot be written, or a library that the report's format needs is not installed.
    """
    source = read_text(asked.path) if asked.path else text_of(asked.content, "standard input")
    cascade = engine or cascade_of(project)
    knowledge = cascade.knowledge if isinstance(cascade, Cascade) else knowledge_of(project)
    document = _document(project, asked, source, knowledge)
    if v.WORD_ID not in asked.document:
        registry = cascade.registry if isinstance(cascade, Cascade) else known_names(project)
        document[v.WORD_ID] = _free(document[v.WORD_ID], registry)
    output, text = _places(project, asked, source, document)
    if output is not None and text is not None:
        document = {**document, **_with_text(project, output, text, source)}
    report = Report(source.text, document, document.get(_key(project, v.ISSUED), ""))
    name = asked.path.as_posix() if asked.path else "standard input"
    passed = screened(project, report, cascade.propose(report), name)
    if output is not None and output.exists() and not asked.force:
        facts, new = with_new(output, report, passed.proposals, project.ontology)
    else:
        facts, new = write_facts(report, passed.proposals, project.ontology), len(passed.proposals)
    written = _write(output, text, facts, source, asked) if output is not None and text is not None else ()
    return Extracted(report, passed.proposals, facts, written, passed.findings, new)


def _key(project: Project, term: object) -> str:
    return project.ontology.properties[term].key  # type: ignore[index]


def _document(project: Project, asked: Extraction, source: Source, knowledge: Knowledge) -> dict[str, str]:
    """The keys of the document: what the caller knows, then what the file and its text tell."""
    told = {
        _key(project, v.TITLE): source.headline,
        _key(project, v.PUBLISHER): source.outlet,
        _key(project, v.ISSUED): dateline(source.text, knowledge) or source.day,
        _key(project, v.URL): source.address if source.address.startswith("http") else "",
        _key(project, v.TIMEZONE): project.settings.timezone,
    }
    name = asked.path.stem if asked.path else "report"
    return {
        v.WORD_ID: slug(name),
        v.WORD_TYPE: project.ontology.by_iri[v.NEWS_ARTICLE].name,
        **{key: value for key, value in told.items() if value},
        **asked.document,
    }


def _free(name: str, registry: Registry) -> str:
    """An id for a document that is not that of a place or an actor: a file may be called after the town it is about."""
    return f"{name}-report" if name in registry.known else name


def _places(
    project: Project, asked: Extraction, source: Source, document: Mapping[str, str]
) -> tuple[Path | None, Path | None]:
    """Where the facts and the text go; None where nothing is written."""
    in_project = project.root.is_dir()
    if asked.screen or (asked.output is None and not in_project):
        return None, None
    output = asked.output or project.root / project.settings.facts / f"{document[v.WORD_ID]}.yaml"
    output = output.resolve()
    root = project.root if in_project else output.parent
    if in_project and not output.is_relative_to(project.root):
        raise UsageError(f"{output} lies outside of the project {project.root}", "facts files stand inside the project")
    if source.plain and asked.path is not None and asked.path.resolve().is_relative_to(root):
        return output, asked.path.resolve()
    folder = root / _SOURCES if in_project else output.parent
    return output, folder / f"{document[v.WORD_ID]}.txt"


def _with_text(project: Project, output: Path, text: Path, source: Source) -> dict[str, str]:
    """The path of the text as the facts file sees it, and the digest of its bytes."""
    content = source.text.encode()
    path = Path(os.path.relpath(text, output.parent)).as_posix()
    return {_key(project, v.TEXT): path, _key(project, v.SHA256): hashlib.sha256(content).hexdigest()}


def _write(output: Path, text: Path, facts: str, source: Source, asked: Extraction) -> tuple[Path, ...]:
    written = []
    try:
        if not text.exists() or text.read_bytes() != source.text.encode():
            if text.exists() and not asked.force:
                raise UsageError(f"{text} is there already, with another text", "give another id with --id, or --force")
            text.parent.mkdir(parents=True, exist_ok=True)
            with whole_file(text) as file:
                file.write(source.text.encode())
            written.append(text)
        output.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EnvironmentFault(
            f"{error.filename or text} cannot be written: {(error.strerror or str(error)).lower()}"
        ) from error
    with whole_file(output) as file:
        file.write(facts.encode())
    return (*written, output)
