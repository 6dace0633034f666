"""Checks a project again and again: only files that have changed are read, only nodes they can affect validated."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence

from kg.model.findings import Severity
from kg.model.statements import Mapped
from kg.pipeline.check import Checked, checked
from kg.pipeline.project import Project
from kg.pipeline.reading import FactsFile, context_of, facts_files, file_digest, map_files, settings_digest, text_digest
from kg.validation.incremental import Incremental, Statement
from kg.validation.results import Result
from kg.validation.shapes.sources import ShapesSource


class Recheck:
    """
    A check that remembers the one before it; what it finds is what `kg.pipeline.check.check` finds.

    All is forgotten when the settings, the ontology or the shapes change.
    """

    def __init__(self) -> None:
        self._about = ""
        self._forget("")

    def _forget(self, about: str) -> None:
        self._about = about
        self._mapped: dict[str, tuple[str, Mapped]] = {}
        self._graph: Incremental | None = None
        # In how many places of the files each triple of the merge stands, and those for which that has changed.
        self._places: Counter[Statement] = Counter()
        self._touched: set[Statement] = set()
        self._ontology: frozenset[Statement] = frozenset()

    def check(self, project: Project) -> Checked:
        """
        Check a project as it is now.

        Raises:
            UsageError: The project, its ontology or its shapes cannot be read.
        """
        shapes = ShapesSource.of_folders(project.folders("shapes"))
        about = _digest([settings_digest(project), *map(str, shapes.triples)])
        if about != self._about:
            self._forget(about)
            triples = project.ontology.triples
            self._ontology = frozenset((str(t.subject), str(t.predicate), str(t.object)) for t in triples)
        self._map(project)
        mapped = [one for _, one in self._mapped.values()]
        return checked(project, mapped, lambda: self._results(shapes), len(self._places))

    def _map(self, project: Project) -> None:
        context = context_of(project)
        now: dict[str, tuple[str, Mapped]] = {}
        for file in facts_files(project):
            digest, before = _digest_of(file), self._mapped.get(file.name)
            if before is not None and before[0] == digest and _holds(project, before[1]):
                now[file.name] = before
            else:
                now[file.name] = (digest, next(iter(map_files([file], context))))
        for name in self._mapped.keys() | now.keys():
            old, new = self._mapped.get(name), now.get(name)
            if old is not new:
                self._count(_statements(old), -1)
                self._count(_statements(new), 1)
        self._mapped = now

    def _count(self, statements: Iterable[Statement], by: int) -> None:
        for statement in statements:
            self._places[statement] += by
            if not self._places[statement]:
                del self._places[statement]
            self._touched.add(statement)

    def _results(self, shapes: ShapesSource) -> Sequence[Result]:
        # Not kept if it fails: it would have changed in part.
        graph, self._graph = self._graph, None
        if graph is None:
            graph = Incremental([*self._places, *sorted(self._ontology - self._places.keys())], shapes)
        else:
            gone = [one for one in self._touched if one not in self._places and one not in self._ontology]
            graph.update(gone, [one for one in self._touched if one in self._places])
        self._touched.clear()
        self._graph = graph
        return list(graph.results.elements())


def _statements(mapped: tuple[str, Mapped] | None) -> list[Statement]:
    if mapped is None:
        return []
    return [(str(q.subject), str(q.predicate), str(q.object)) for q, *_ in mapped[1].statements]


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _digest_of(file: FactsFile) -> str:
    return f"{file_digest(file)} {file.fault}"


def _holds(project: Project, mapped: Mapped) -> bool:
    """Whether a file that has not changed would be mapped the same; after an error it may be for what it names."""
    return not any(finding.severity is Severity.error for finding in mapped.findings) and all(
        text_digest(project.root / path) == digest for path, digest in mapped.texts
    )
