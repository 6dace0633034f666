"""Proposals handed to brat or Label Studio, and the decisions that come back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from kg.exports import annotations as marks_of
from kg.exports.annotations import Decided, Mark, Words
from kg.exports.files import whole_file
from kg.model.errors import EnvironmentFault, UsageError
from kg.ontology import vocabulary as v
from kg.pipeline.project import Project
from kg.pipeline.review import Proposed, proposals

_CONFIGURATION = "annotation.conf"


def words_of(project: Project) -> Words:
    """How facts write where a proposal stands."""
    statuses = (v.PROPOSED, v.ACCEPTED, v.REJECTED)
    return Words(*(project.ontology.word_of(v.REVIEW_STATUS_CLASS, status) for status in statuses))


def by_document(project: Project, files: Sequence[Path]) -> dict[str, tuple[str, list[Mark]]]:
    """The marks that wait, by document, with its text; documents whose text is not at hand are left out."""
    found: dict[str, tuple[str, list[Mark]]] = {}
    for one in proposals(project, files):
        mark = _mark(project, one)
        if one.source and mark.spans:
            found.setdefault(one.document, (one.source, []))[1].append(mark)
    return found


def _mark(project: Project, one: Proposed) -> Mark:
    first = one.about.partition(" ")[0]
    label = first if first in project.ontology.classes else project.ontology.by_iri[v.CLAIM].name
    spans = tuple((p.start, p.start + len(p.quote)) for p in one.passages if p.start >= 0)
    return Mark(one.key, label, spans, one.status, one.about)


def hand_to_brat(project: Project, files: Sequence[Path], folder: Path) -> int:
    """
    Write a text and its marks for each document, and the configuration, into a folder; how many marks there are.

    Raises:
        UsageError: Nothing waits whose text is at hand.
        EnvironmentFault: The folder cannot be written to.
    """
    found = _some(by_document(project, files))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EnvironmentFault(f"{folder} cannot be written: {(error.strerror or str(error)).lower()}") from error
    labels = {mark.label for _, marks in found.values() for mark in marks}
    _write(folder / _CONFIGURATION, marks_of.brat_configuration(labels, words_of(project)))
    for name, (text, marks) in found.items():
        _write(folder / f"{name}.txt", text)
        _write(folder / f"{name}.ann", marks_of.to_brat(text, marks))
    return sum(len(marks) for _, marks in found.values())


def back_from_brat(project: Project, files: Sequence[Path], folder: Path) -> list[Decided]:
    """
    The decisions in a folder that `hand_to_brat` wrote.

    Raises:
        UsageError: There are no annotations in it.
    """
    decided = []
    if not folder.is_dir() or not any(folder.glob("*.ann")):
        raise UsageError(f"there are no annotations in {folder}", "name the folder that was given to brat")
    for name, (_, marks) in by_document(project, files).items():
        path = folder / f"{name}.ann"
        if path.is_file():
            decided += marks_of.from_brat(_read(path), marks, words_of(project))
    return decided


def hand_to_label_studio(project: Project, files: Sequence[Path], path: Path) -> int:
    """
    Write the tasks, and beside them the labelling interface; how many marks there are.

    Raises:
        UsageError: Nothing waits whose text is at hand.
    """
    found = _some(by_document(project, files))
    labels = {mark.label for _, marks in found.values() for mark in marks}
    _write(path, marks_of.to_label_studio(found))
    _write(path.with_suffix(".xml"), marks_of.label_studio_configuration(labels, words_of(project)))
    return sum(len(marks) for _, marks in found.values())


def back_from_label_studio(project: Project, files: Sequence[Path], path: Path) -> list[Decided]:
    """
    The decisions in an export of Label Studio.

    Raises:
        UsageError: The file is none.
    """
    marks = {name: marks for name, (_, marks) in by_document(project, files).items()}
    return marks_of.from_label_studio(_read(path), marks, words_of(project))


def _some(found: dict[str, tuple[str, list[Mark]]]) -> dict[str, tuple[str, list[Mark]]]:
    if not found:
        raise UsageError("nothing waits whose text is at hand", "`text:` of the document names the file with its text")
    for name in found:
        if not re.fullmatch(r"[\w.~-]+", name):
            raise UsageError(f"'{name}' cannot be the name of a file")
    return found


def _write(path: Path, text: str) -> None:
    with whole_file(path) as file:
        file.write(text.encode())


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from error
