"""
Mappings: `tests/cases/mappings/engines/cases/TOPIC.yaml`, each a mapping, a small table, and what it gives.

What it says stands in `expected/TOPIC/NAME.nq`, sorted; where it has `findings`, those are expected, hints left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from kg.pipeline.engines import EngineOptions
from kg.pipeline.project import Project
from kg.pipeline.reading import context_of, facts_files, map_files
from kg.pipeline.tables import mapped_tables
from tests.answers import read_cases

FOLDER = Path(__file__).parents[1] / "cases" / "mappings" / "engines"
TOP = "table: ../tables/t.csv\ndocument: {id: data, type: DataSet, title: A table, publisher: test}\n"
SETTINGS = 'base = "https://example.org/"\nanalyst = "us"\n'
FACTS = "facts/register.yaml"


class Case(NamedTuple):
    """A mapping, a table, and the findings that it gives; `topic` and `name` say where its quads are expected."""

    topic: str
    name: str
    mapping: str
    table: str
    findings: str

    @property
    def expected(self) -> Path:
        """The file of its quads."""
        return FOLDER / "expected" / self.topic / f"{self.name.replace(' ', '-').replace(',', '')}.nq"


class Outcome(NamedTuple):
    """The findings of a case, one a line, as they stand in a terminal without hints; its sorted quads, one a line."""

    findings: str
    quads: str


def cases() -> list[Case]:
    """All cases, topic by topic."""
    found = []
    for path in sorted((FOLDER / "cases").glob("*.yaml")):
        for case in read_cases(path):
            table = case.get("table", "id,w\n1,gun\n")
            found.append(Case(path.stem, case["name"], _whole(case["mapping"]), table, case.get("findings", "")))
    return found


def _whole(mapping: str) -> str:
    """With the lines that nearly all mappings have; a mapping's own come in their place."""
    own = {line.partition(":")[0] for line in mapping.splitlines()}
    named = own | ({"document"} if "preset" in own else set())
    return "".join(f"{line}\n" for line in TOP.splitlines() if line.partition(":")[0] not in named) + mapping


def write_project(root: Path, some: list[Case]) -> Project:
    """A project in which each case is a folder with its mapping and its table."""
    (root / "facts").mkdir(parents=True)
    (root / "kg.toml").write_text(SETTINGS, encoding="utf-8")
    (root / FACTS).write_text((FOLDER / "register.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    for number, case in enumerate(some):
        folder = root / "mappings" / f"{number:03}"
        (folder / "mappings").mkdir(parents=True)
        (folder / "tables").mkdir()
        (folder / "mappings" / "m.yaml").write_text(case.mapping, encoding="utf-8")
        (folder / "tables" / "t.csv").write_text(case.table, encoding="utf-8", newline="")
    return Project.open(root)


def outcomes(project: Project, engines: EngineOptions) -> Iterator[Outcome]:
    """What an engine makes of the cases of a project, in their order. Names lead to nothing outside of a case."""
    context = context_of(project)
    named = [statement.quad for one in map_files(facts_files(project), context) for statement in one.statements]
    with mapped_tables(project, context, named, engines) as tables:
        for number, table in enumerate(tables):
            told = sorted(table.findings, key=lambda finding: finding.order)
            findings = "".join(f"{str(finding).partition(chr(10))[0]}\n" for finding in told)
            lines = b"".join(table.run.lines()).decode().splitlines() if table.run is not None else []
            quads = "".join(f"{line}\n" for line in sorted(set(lines)))
            yield Outcome(findings.replace(f"mappings/{number:03}/", ""), quads)
