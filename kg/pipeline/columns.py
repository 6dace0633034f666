"""The columns of a build: when there are any, how they are written, and how they are changed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pyoxigraph import Quad

from kg.columns import dataset
from kg.columns.connection import connect
from kg.model.errors import EnvironmentFault, disk_full, is_full
from kg.ontology.vocabulary import ONTOLOGY_GRAPH
from kg.pipeline.project import Project
from kg.pipeline.tables import MappedTable
from kg.stores.oxigraph import COLUMNS, ontology_quads

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ENOUGH: Final = 500_000
"""From so many quads on, a build keeps columns too: below it Oxigraph answers before DuckDB is loaded."""

_QUADS_OF_A_ROW: Final = 80
"""Of UCDP's with the preset 85, of those of a small mapping a third of it: rather too many columns than none."""

_MEMORY: Final = "1GB"


def wanted(project: Project, quads: int, rows: int) -> bool:
    """Whether a build with so many quads of facts and rows of tables is to have columns."""
    if project.settings.columns == "auto":
        return quads + rows * _QUADS_OF_A_ROW >= ENOUGH
    return project.settings.columns in ("always", "only")


def are_alone(project: Project) -> bool:
    """Whether a build has no store beside its columns."""
    return project.settings.columns == "only"


def has_columns(generation: Path) -> bool:
    """Whether a build has columns."""
    return (generation / COLUMNS).exists()


@contextmanager
def _opened(generation: Path) -> Iterator[tuple[DuckDBPyConnection, Path]]:
    """The file of a new generation, to write, and a folder that goes when the block ends."""
    import duckdb

    try:
        with tempfile.TemporaryDirectory(prefix="columns-", dir=generation) as folder:
            db = connect(generation / COLUMNS, Path(folder) / "spilt", memory=_MEMORY)
            try:
                yield db, Path(folder)
            finally:
                db.close()
    except duckdb.Error as error:
        if is_full(error):
            raise disk_full(generation, "make room, and build again; the old build still answers") from error
        raise EnvironmentFault(f"the columns could not be written: {error}", "the old build still answers") from error


def write_columns(generation: Path, project: Project, facts: Iterable[Quad], tables: Sequence[MappedTable]) -> int:
    """Write the columns of a generation from nothing; gives how many quads the tables have."""
    with _opened(generation) as (db, folder):
        parts = []
        for number, table in enumerate(tables):
            if table.run is not None:
                table.run.write_quads(folder / f"{number}.parquet")
                parts.append(folder / f"{number}.parquet")
        (folder / "facts").mkdir()
        sources = [dataset.of_quads([*facts, *ontology_quads(project.ontology.triples)], folder / "facts")]
        if parts:
            sources.append(dataset.of_parquet(parts))
        dataset.write_dataset(db, sources, apart=str(ONTOLOGY_GRAPH))
        return dataset.count(db, parts)


def lines_of(generation: Path) -> Iterator[bytes]:
    """All quads of the columns of a generation, with the merge, as N-Quads; what Oxigraph is loaded from."""
    with _opened(generation) as (db, _):
        yield from dataset.lines(db)


def change_columns(old: Path, new: Path, removed: Iterable[Quad], added: Iterable[Quad]) -> None:
    """Write the columns of `new` as those of `old` with some quads removed and others added."""
    shutil.copyfile(old / COLUMNS, new / COLUMNS)
    with _opened(new) as (db, folder):
        sources = []
        for name, quads in (("removed", removed), ("added", added)):
            (folder / name).mkdir()
            sources.append(dataset.of_quads(quads, folder / name))
        dataset.change_dataset(db, *sources)
