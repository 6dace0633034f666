"""The rows of queries → CSV, Parquet, GeoJSON, KML."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from typing import BinaryIO

from kg.exports.formats import Format
from kg.exports.losses import Losses
from kg.exports.rows import Table
from kg.model.errors import UsageError
from kg.model.temporary import TemporaryFolder
from kg.pipeline.export_wanted import Files, Wanted, check_given
from kg.pipeline.project import Project
from kg.pipeline.query_tables import table_of, table_query
from kg.pipeline.sources import reading


def export_tables(project: Project, form: Format, wanted: Wanted, files: Files, losses: Losses) -> tuple[int, str]:
    """Write the tables that are wanted, or else those of the format; how many rows, features or placemarks."""
    names = wanted.tables or form.tables
    queries = [table_query(project, name) for name in names]
    check_given(wanted, [parameter.name for query in queries for parameter in query.parameters])
    with reading(project) as store:
        tables = (table_of(store, query, wanted.given, losses) for query in queries)
        if form.name in _MANY_TABLES:
            return _MANY_TABLES[form.name](project, tables, files[0], losses)
        if len(queries) > 1:
            raise UsageError(f"{form.name} holds one table, not {len(queries)}", "export each to a file of its own")
        return _ONE_TABLE[form.name](next(tables), files[0], losses), "rows"


def _geo_json(_: Project, tables: Iterable[Table], file: BinaryIO, losses: Losses) -> tuple[int, str]:
    from kg.exports.geo_json import write_geo_json

    return write_geo_json(tables, file, losses), "features"


def _kml(project: Project, tables: Iterable[Table], file: BinaryIO, losses: Losses) -> tuple[int, str]:
    from kg.exports.kml import write_kml

    return write_kml(tables, project.settings.title or project.settings.base, file, losses), "placemarks"


def _csv(table: Table, file: BinaryIO, _: Losses) -> int:
    from kg.exports.csv_table import write_csv

    return write_csv(table, file)


def _parquet(table: Table, file: BinaryIO, losses: Losses) -> int:
    from kg.exports.parquet import write_parquet

    with TemporaryFolder("kg-parquet-") as folder:
        path = folder.path / "table.parquet"
        count = write_parquet(table, path, losses)
        with path.open("rb") as written:
            shutil.copyfileobj(written, file, 1 << 20)
    return count


_MANY_TABLES: dict[str, Callable[[Project, Iterable[Table], BinaryIO, Losses], tuple[int, str]]] = {
    "geojson": _geo_json,
    "kml": _kml,
}
_ONE_TABLE: dict[str, Callable[[Table, BinaryIO, Losses], int]] = {"csv": _csv, "parquet": _parquet}
