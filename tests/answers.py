"""
Asks the shipped questions, and writes their answers as a person reads them.

An answer is a table of text: ids without the base, ontology terms as `kg:Event`, literals as their characters, nothing
where a variable is not bound. Case files hold such tables with ` | ` between the cells.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from pyoxigraph import DefaultGraph, QuerySolutions, Store

from kg.ontology import vocabulary as v
from kg.pipeline.build import build
from kg.pipeline.project import Project
from kg.queries.catalogue import Query
from kg.queries.parameters import bind
from kg.stores.generations import Generations
from kg.stores.oxigraph import open_store

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "operation-1027"
QUERIES = ROOT / "queries"

REPORT_ALONE = (
    "places.yaml",
    "places-more.yaml",
    "towns.csv",
    "towns.document.yaml",
    "actors.yaml",
    "2023-11-03-irrawaddy.yaml",
)
"""The registries and the report of 3 November, without the follow-ups and the briefing."""


class Answer(NamedTuple):
    """A table of text; the order of the rows is the query's."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def only(self, columns: Sequence[str]) -> Answer:
        """These columns of it, each row once."""
        places = [self.columns.index(column) for column in columns]
        return Answer(tuple(columns), tuple(dict.fromkeys(tuple(row[i] for i in places) for row in self.rows)))

    def where(self, wanted: Mapping[str, str]) -> Answer:
        """The rows that have these cells."""
        places = {self.columns.index(column): cell for column, cell in wanted.items()}
        return Answer(self.columns, tuple(row for row in self.rows if all(row[i] == places[i] for i in places)))

    def __str__(self) -> str:
        lines = (self.columns, *self.rows)
        widths = [max(len(line[i]) for line in lines) for i in range(len(self.columns))]
        return "\n".join(" | ".join(map(str.ljust, line, widths)).rstrip() for line in lines)


def table(text: str) -> Answer:
    """
    Read a table as it stands in a case file.

    >>> table("event | day\\nraid  | 2024-05-14\\nsiege |")
    Answer(columns=('event', 'day'), rows=(('raid', '2024-05-14'), ('siege', '')))
    """
    columns, *rows = (tuple(cell.strip() for cell in line.split("|")) for line in text.splitlines() if line.strip())
    assert all(len(row) == len(columns) for row in rows), "a row of another length than the header"
    return Answer(columns, tuple(rows))


def read_cases(path: Path) -> Any:
    """A case file; every scalar is text."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506


def of_example(root: Path, names: Iterable[str] | None = None) -> Store:
    """A copy of the example, or of some of its facts files, built and opened."""
    root.mkdir(parents=True)
    shutil.copy(EXAMPLE / "kg.toml", root)
    shutil.copytree(EXAMPLE / "sources", root / "sources")
    (root / "facts").mkdir()
    for name in names or [path.name for path in (EXAMPLE / "facts").iterdir()]:
        shutil.copy(EXAMPLE / "facts" / name, root / "facts")
    return _built(root)


def of_facts(root: Path, facts: str, more: Iterable[str] = ()) -> Store:
    """A project of facts files, parted by `---` in the text, built and opened. It has the base of the example."""
    (root / "facts").mkdir(parents=True)
    shutil.copy(EXAMPLE / "kg.toml", root)
    for number, text in enumerate([*more, *facts.split("\n---\n")]):
        (root / "facts" / f"{number}.yaml").write_text(text, encoding="utf-8")
    return _built(root)


def _built(root: Path) -> Store:
    project = Project.open(root)
    result = build(project)
    assert [str(finding) for finding in result.findings] == []
    generation = Generations(project.store).current()
    assert generation is not None
    return open_store(generation)


def without_merge(store: Store) -> Store:
    """The named graphs alone, as an endpoint holds them whose default graph is the union of all graphs."""
    union = Store()
    union.bulk_extend(quad for quad in store if quad.graph_name != DefaultGraph())
    return union


def ask(store: Store, query: Query | str, given: Mapping[str, Any] | None = None, *, as_union: bool = False) -> Answer:
    """Run a question, with values for its parameters, or SPARQL that a test wrote, with the usual prefixes."""
    base = Project.open(EXAMPLE).settings.base
    if isinstance(query, str):
        prefixes = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in v.PREFIXES.items())
        text = f"{prefixes}PREFIX : <{base}>\n{query}"
    else:
        values = {name: value if isinstance(value, list) else [value] for name, value in (given or {}).items()}
        text = bind(query, values, base)
    answer = store.query(text, use_default_graph_as_union=as_union)
    assert isinstance(answer, QuerySolutions)
    columns = tuple(variable.value for variable in answer.variables)
    return Answer(columns, tuple(tuple(_cell(row[name], base) for name in columns) for row in answer))


def _cell(term: Any, base: str) -> str:
    if term is None:
        return ""
    text: str = term.value
    return f"kg:{text.removeprefix(v.NAMESPACE)}" if text.startswith(v.NAMESPACE) else text.removeprefix(base)
