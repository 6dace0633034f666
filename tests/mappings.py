"""
Runs a preset over rows that a test made up, in a project of its own.

What a row said is read back as a table of text, as in `tests.answers`: ids without the base, ontology terms as
`kg:Event`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import DefaultGraph, Quad, Store

from kg.facts import from_yaml
from kg.mapping.engines.rows import map_rows
from kg.mapping.opened import Opened
from kg.mapping.templates.names import Names
from kg.mapping.templates.reading import read_mapping
from kg.mapping.templates.table_mapping import TableMapping
from kg.model.findings import Finding
from kg.model.records import Limits, Sheet
from kg.model.statements import Mapped
from kg.ontology import vocabulary as v
from kg.pipeline.project import Project
from kg.pipeline.reading import context_of, facts_files, map_files
from kg.pipeline.results import name_of
from kg.validation.shapes.sources import ShapesSource
from kg.validation.validate import SetBased

ROOT = Path(__file__).parents[1]
PRESETS = ROOT / "mappings"
BASE = "https://example.org/operation-1027/"
"""That of the example, so that `tests.answers.ask` cuts it off."""

SETTINGS = f'base = "{BASE}"\ntimezone = "Asia/Yangon"\n'


class Told(NamedTuple):
    """What a table said: the graph with its merge, what was found while reading, and the shapes that blame it."""

    store: Store
    findings: tuple[Finding, ...]
    broken: tuple[str, ...]


def told(root: Path, mapping: str, rows: Iterable[Mapping[str, str]], facts: Sequence[str] = ()) -> Told:
    """A project of these facts, and what this mapping says of the rows. Shapes are checked where reading is well."""
    (root / "facts").mkdir(parents=True, exist_ok=True)
    if not (root / "kg.toml").exists():
        (root / "kg.toml").write_text(SETTINGS, encoding="utf-8")
    for number, text in enumerate(facts):
        (root / "facts" / f"{number}.yaml").write_text(text, encoding="utf-8")
    project = Project.open(root)
    mapped = list(_mapped(project, mapping, rows))
    findings = tuple(finding for one in mapped for finding in one.findings)
    quads = {statement.quad for one in mapped for statement in one.statements}
    return Told(_store(project, quads), findings, () if findings else tuple(_broken(project, quads)))


def columns(preset: str) -> tuple[str, ...]:
    """All columns that a preset reads."""
    return _preset(preset).columns


def headers(preset: str) -> tuple[str, ...]:
    """The columns of a table without a header row, as the preset names them."""
    return _preset(preset).header


def _preset(preset: str) -> TableMapping:
    root = Project(ROOT, Project.open(ROOT / "examples" / "operation-1027").settings)
    findings: list[Finding] = []
    found = _read(root, f"preset: {preset}\n", findings)
    assert found is not None
    assert findings == []
    return found


def read_rows(text: str, header: Sequence[str] = (), delimiter: str = ",") -> Iterator[dict[str, str]]:
    """The rows of a table as the engine takes them: blank around cells dropped, an absent cell empty."""
    for row in csv.DictReader(io.StringIO(text, newline=""), fieldnames=header or None, delimiter=delimiter):
        yield {name: (cell or "").strip() for name, cell in row.items() if name}


def _mapped(project: Project, text: str, rows: Iterable[Mapping[str, str]]) -> Iterator[Mapped]:
    context = context_of(project)
    facts = list(map_files(facts_files(project), context))
    yield from facts
    findings: list[Finding] = []
    mapping = _read(project, text, findings)
    yield Mapped("mapping.yaml", findings=findings)
    assert mapping is not None, [str(finding) for finding in findings]
    names = Names((one.quad for file in facts for one in file.statements), project.ontology, project.settings.base)
    opened, described = Opened.of(mapping, context, names)
    yield described
    assert opened is not None
    whole = ({**dict.fromkeys(mapping.columns, ""), **row} for row in rows)
    for of_row in map_rows(opened, enumerate(whole)):
        yield of_row.mapped


def _read(project: Project, text: str, findings: list[Finding]) -> TableMapping | None:
    def sheet(raw: bytes, name: str) -> Sheet:
        reading = from_yaml.read(raw, name, Limits())
        findings.extend(reading.findings)
        return reading.sheets[0]

    def preset(name: str) -> Sheet | None:
        path = PRESETS / f"{name}.yaml"
        return sheet(path.read_bytes(), path.name) if path.is_file() else None

    return read_mapping(sheet(text.encode(), "mapping.yaml"), project.ontology, preset, findings)


def _store(project: Project, quads: set[Quad]) -> Store:
    store = Store()
    store.bulk_extend(quads)
    store.bulk_extend(Quad(q.subject, q.predicate, q.object, DefaultGraph()) for q in quads)

    store.bulk_extend(Quad(t.subject, t.predicate, t.object, v.ONTOLOGY_GRAPH) for t in project.ontology.triples)
    return store


def _broken(project: Project, quads: set[Quad]) -> Iterator[str]:
    merge = {quad.triple for quad in quads}
    data = [*sorted(merge, key=str), *(triple for triple in project.ontology.triples if triple not in merge)]
    for result in SetBased().validate(data, ShapesSource.of_folders(project.folders("shapes"))):
        yield name_of(result)
