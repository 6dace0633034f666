"""A build → a folder of Parquet files with all of its quads as numbers; see `kg.columns.parquet`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kg.columns.connection import connect
from kg.columns.dataset import check_version, of_quads, write_dataset
from kg.columns.parquet import ABOUT, write_folder
from kg.columns.terms import quoted
from kg.exports.files import whole_folder
from kg.model.errors import EnvironmentFault, UsageError, disk_full, is_full
from kg.model.temporary import TemporaryFolder
from kg.ontology.vocabulary import ONTOLOGY_GRAPH
from kg.pipeline.columns import has_columns
from kg.pipeline.project import Project
from kg.stores.embedded import EmbeddedStore
from kg.stores.generations import Generations
from kg.stores.oxigraph import COLUMNS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_MEMORY: Final = "1GB"


def export_columns(project: Project, folder: Path) -> int:
    """
    Write the columns of the build; where it has none, they are made of its quads. How many quads there are.

    The merge is among them, as the triples of the default graph. An older folder of columns is replaced.

    Raises:
        UsageError: Nothing is built, an endpoint holds the graph, or something else stands where the folder is to be.
        EnvironmentFault: It cannot be written.
    """
    if project.endpoint:
        raise UsageError("columns are written of a build, not of an endpoint", "leave --store out")
    import duckdb

    try:
        with whole_folder(folder, ABOUT) as aside, _columns_of(project) as db:
            return write_folder(db, aside)
    except duckdb.Error as error:
        if is_full(error):
            raise disk_full(folder, "make room, or name a folder on another disk") from error
        raise EnvironmentFault(
            f"the columns could not be written: {error}", "build again with `kg build --fresh`"
        ) from error


@contextmanager
def _columns_of(project: Project) -> Iterator[DuckDBPyConnection]:
    with Generations(project.store).reading() as generation, TemporaryFolder("kg-columns-") as spilt:
        db = connect(":memory:", spilt.path, memory=_MEMORY)
        try:
            if has_columns(generation):
                db.execute(f"ATTACH {quoted(str(generation / COLUMNS))} AS dataset (READ_ONLY)")
                db.execute("USE dataset")
                check_version(db)
            else:
                store = EmbeddedStore.of_generation(generation)
                write_dataset(db, [of_quads(store.quads(), spilt.path)], apart=str(ONTOLOGY_GRAPH))
            yield db
        finally:
            db.close()
