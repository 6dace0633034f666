"""Tables and maps are read back by others than kg: csv, DuckDB, GDAL."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyogrio
import pytest
from hypothesis import given, settings
from pyoxigraph import Literal, NamedNode

from kg.exports.csv_table import write_csv
from kg.exports.geo_json import write_geo_json
from kg.exports.kml import write_kml
from kg.exports.losses import Losses
from kg.exports.parquet import write_parquet
from kg.exports.positions import point_of
from kg.exports.rows import Column, Table
from kg.model.errors import UsageError
from kg.model.terms import Term, text_of
from kg.ontology import vocabulary as v
from tests.exports.strategies import maps, tables


@given(table=tables())
def test_csv_is_read_as_it_was(table: Table) -> None:
    out = io.BytesIO()
    assert write_csv(table, out) == len(list(table.rows))
    head, *rows = csv.reader(io.StringIO(out.getvalue().decode(), newline=""))
    assert head == [column.name for column in table.columns]
    assert rows == [[text_of(term) for term in row] for row in table.rows]


@given(table=tables())
@settings(max_examples=40)
def test_parquet_holds_each_value_or_counts_it(table: Table) -> None:
    losses = Losses()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "t.parquet"
        count = write_parquet(table, path, losses)
        found = duckdb.connect().execute("SELECT * FROM read_parquet(?)", [str(path)])
        names, rows = [column[0] for column in found.description], found.fetchall()
    given_rows = list(table.rows)
    assert count == len(given_rows) == len(rows)
    assert [name.casefold() for name in names] == [column.name.casefold() for column in table.columns]
    empty = sum(cell is None for row in rows for cell in row)
    unbound = sum(cell is None for row in given_rows for cell in row)
    assert empty - unbound == sum(loss.count for loss in losses)


def test_parquet_has_the_types_of_the_header() -> None:
    columns = (Column("n", "integer"), Column("d", "date"), Column("free"))
    day, truth = Literal("2023-11-03", datatype=v.XSD_DATE), Literal("true", datatype=v.XSD_BOOLEAN)
    rows: list[list[Term | None]] = [
        [Literal("20", datatype=v.XSD_INTEGER), day, truth],
        [Literal("many"), None, truth],
    ]
    losses = Losses()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "t.parquet"
        write_parquet(Table("t", "t", columns, rows), path, losses)
        described = duckdb.connect().execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(path)]).fetchall()
    assert [column[1] for column in described] == ["BIGINT", "DATE", "BOOLEAN"]
    assert [str(loss) for loss in losses] == ["values of n that are no integer: 1 (many)"]


@given(table=maps())
def test_geojson_follows_the_rules(table: Table) -> None:
    out = io.BytesIO()
    assert write_geo_json([table], out, Losses()) == len(list(table.rows))
    found = json.loads(out.getvalue(), parse_constant=pytest.fail)
    assert found["type"] == "FeatureCollection"
    for feature, row in zip(found["features"], table.rows, strict=True):
        point = point_of(table, row, Losses())
        assert (feature["geometry"] is None) == (point is None)
        if point is not None:
            assert feature["geometry"]["coordinates"] == [point.east, point.north]
        assert feature["properties"]["layer"] == "any-map"
        assert feature["properties"]["n"] == (None if row[1] is None else feature["properties"]["n"])


@given(table=maps())
@settings(max_examples=25)
def test_gdal_reads_as_many_features_from_both(table: Table) -> None:
    rows = list(table.rows)
    for suffix in ("geojson", "kml"):
        with TemporaryDirectory() as folder:
            path = Path(folder) / f"t.{suffix}"
            with path.open("wb") as file:
                if suffix == "kml":
                    write_kml([table], "any", file, Losses())
                else:
                    write_geo_json([table], file, Losses())
            if rows:
                assert pyogrio.read_info(path, force_feature_count=True)["features"] == len(rows)


def placed(north: str, east: str, begin: str = "", end: str = "") -> Table:
    cells: dict[Column, Literal | NamedNode | None] = {
        Column("event", "iri", "id"): NamedNode("https://example.org/e"),
        Column("title", "string", "label"): Literal("Kawlin <town>"),
        Column("begin", "date", "begin"): Literal(begin) if begin else None,
        Column("end", "date", "end"): Literal(end) if end else None,
        Column("lat", "decimal", "y"): Literal(north, datatype=v.XSD_DECIMAL),
        Column("lon", "decimal", "x"): Literal(east, datatype=v.XSD_DECIMAL),
    }
    return Table("t", "t", tuple(cells), [list(cells.values())])


@pytest.mark.parametrize(
    ("begin", "end", "expected"),
    [
        ("2023-11-03", "2023-11-03", "<TimeStamp><when>2023-11-03</when></TimeStamp>"),
        ("2023-10-27", "", "<TimeSpan><begin>2023-10-27</begin></TimeSpan>"),
        ("", "2023-11-09", "<TimeSpan><end>2023-11-09</end></TimeSpan>"),
        ("-0043-03-15", "", None),
    ],
)
def test_kml_has_the_time_as_it_is_told(begin: str, end: str, expected: str | None) -> None:
    out, losses = io.BytesIO(), Losses()
    write_kml([placed("23.79", "95.68", begin, end)], "t", out, losses)
    assert (expected or "<Placemark>") in out.getvalue().decode()
    if expected is None:
        assert [str(loss) for loss in losses] == ["times of t that a map cannot hold: 1 (-0043-03-15)"]


@pytest.mark.parametrize("north", ["91", "NaN", "north"])
def test_what_is_not_on_the_earth_is_not_drawn(north: str) -> None:
    out, losses = io.BytesIO(), Losses()
    write_geo_json([placed(north, "95.68")], out, losses)
    assert json.loads(out.getvalue())["features"][0]["geometry"] is None
    assert [loss.count for loss in losses] == [1]


def test_a_table_without_coordinates_is_no_map() -> None:
    with pytest.raises(UsageError, match="does not say where its rows lie"):
        write_geo_json([Table("t", "t", (Column("a"),), [])], io.BytesIO(), Losses())
