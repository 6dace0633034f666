"""Two states of the facts → what changed, as statements a person reads."""

from __future__ import annotations

import io
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import DefaultGraph, Quad, RdfFormat, parse

from kg.model.errors import UsageError
from kg.model.findings import Severity
from kg.ontology.vocabulary import ONTOLOGY_GRAPH
from kg.pipeline.project import CONFIGURATION, Project
from kg.pipeline.reading import context_of, facts_files, map_files
from kg.pipeline.statements import Dataset, Voice
from kg.stores.generations import Generations
from kg.stores.oxigraph import open_store

_GIT = "git"
_FILES = {".nq": RdfFormat.N_QUADS, ".trig": RdfFormat.TRIG}


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """One statement that one side makes and the other does not: `sign` is `+` or `-`."""

    document: str
    thing: str
    key: str
    sign: str
    value: str
    speaker: str
    words: str


def diff(project: Project, old: str, new: str = "") -> list[Change]:
    """
    What `new` says that `old` does not, and the other way round; sorted by document, thing and key.

    A side is a git revision of the facts, a folder of a built project, an .nq or .trig file, or empty for the facts as
    they stand. Statements are compared as they read: by document, voice, thing, key and value, with the words they rest
    on. So a corrected quote shows as one change for each statement that rests on it.

    Raises:
        UsageError: A side cannot be found or read.
    """
    before, after = _told(project, old), _told(project, new)
    gone = [_change(told, "-") for told in before - after]
    come = [_change(told, "+") for told in after - before]
    return sorted((*gone, *come))


_Told = tuple[str, str, str, str, Voice]


def _change(told: _Told, sign: str) -> Change:
    document, thing, key, value, voice = told
    return Change(
        document,
        thing,
        key,
        sign,
        value,
        f"{voice.speaker} {voice.verb}".strip(),
        " … ".join((*voice.quotes, *voice.words)),
    )


def _told(project: Project, side: str) -> set[_Told]:
    dataset = Dataset(_quads(project, side), project.ontology, project.settings.base)
    return {
        (voice.document, s.thing, s.key, s.value, voice)
        for claim in dataset.claims
        for voice in (dataset.voice(claim),)
        for s in dataset.statements(claim)
    }


def _quads(project: Project, side: str) -> Iterable[Quad]:
    path = Path(side)
    if not side:
        return _mapped(project)
    if path.suffix in _FILES and path.is_file():
        try:
            return _in_graphs(parse(path=str(path), format=_FILES[path.suffix]))
        except SyntaxError as error:
            raise UsageError(f"{path}:{error.lineno}: not readable: {error.msg}") from error
    if path.is_dir() and (path / CONFIGURATION).is_file():
        with Generations(Project.open(path).store).reading() as generation:
            return _in_graphs(open_store(generation))
    return _at_revision(project, side)


def _mapped(project: Project) -> list[Quad]:
    quads: list[Quad] = []
    for mapped in map_files(facts_files(project), context_of(project)):
        wrong = next((f for f in mapped.findings if f.severity is Severity.error), None)
        if wrong is not None:
            raise UsageError(
                f"facts with errors cannot be compared: {wrong.position}: {wrong.message}",
                "`kg check` shows all of them",
            )
        quads.extend(statement.quad for statement in mapped.statements)
    return quads


def _in_graphs(quads: Iterable[Quad]) -> list[Quad]:
    return [quad for quad in quads if quad.graph_name not in (DefaultGraph(), ONTOLOGY_GRAPH)]


def _at_revision(project: Project, revision: str) -> list[Quad]:
    """The facts as they were in a git revision, mapped with that revision's own settings and ontology."""
    if revision.startswith("-"):
        raise UsageError(f"'{revision}' is no revision")
    try:
        archive = subprocess.run(  # noqa: S603 - no shell; a revision that looks like an option is refused
            [_GIT, "-C", str(project.root), "archive", "--format=tar", revision, "--", "."],
            capture_output=True,
            check=True,
        ).stdout
    except FileNotFoundError:
        raise UsageError("git is not installed", "compare two built projects or two .nq files instead") from None
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode("utf-8", "replace").strip().splitlines()
        raise UsageError(
            f"'{revision}' is no git revision, no built project and no .nq or .trig file",
            said[-1] if said else "",
        ) from error
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            # Links lead to what the revision does not hold; a project is read without them.
            tar.extractall(folder, [member for member in tar if member.isfile() or member.isdir()], filter="data")
        return _mapped(Project.open(folder))
