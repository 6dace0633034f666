"""SQL is kept from one build to the next: it is the same, and where it cannot be kept nothing is lost."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kg.mapping.engines import compiled as module
from kg.mapping.engines.compiled import Compiled, to_sql
from kg.mapping.engines.deferred import Rows, named, texts, union
from kg.mapping.engines.expression import Expression
from kg.model import kept
from kg.model.errors import Bug

_MAPPING = """
table: ../tables/rows.csv
document: {id: rows, type: DataSet}
claims:
  - claim: "{id}"
    says:
      - {id: "e-{id}", type: ArmedClash, description: "{note}", time: "{day}"}
"""
_BUILD = """
import sys
from kg.cli import main
try:
    main()
finally:
    print("ibis" in sys.modules, file=sys.stderr)
"""


def _build(project: Path, out: Path, cache: Path) -> tuple[bytes, bool]:
    """What a build writes, and whether it had to load Ibis."""
    done = subprocess.run(
        [sys.executable, "-c", _BUILD, "build", "--out", str(out)],
        cwd=project,
        env={**os.environ, "XDG_CACHE_HOME": str(cache)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return b"".join(sorted(out.read_bytes().splitlines(keepends=True))), done.stderr.splitlines()[-1] == "True"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """See `_project`."""
    return _project(tmp_path)


def _project(place: Path) -> Path:
    """A mapping of rows with quotes, backslashes, and days in several forms."""
    folder = place / "project"
    (folder / "mappings").mkdir(parents=True)
    (folder / "tables").mkdir()
    (folder / "kg.toml").write_text('base = "https://example.org/"\n', encoding="utf-8")
    (folder / "mappings" / "rows.yaml").write_text(_MAPPING, encoding="utf-8")
    (folder / "tables" / "rows.csv").write_text(
        'id,note,day\n1,a "fight",2023-10-27\n2,,about 2023-11-03\n3,x\\y,2023-10\n', encoding="utf-8"
    )
    return folder


def test_the_next_build_writes_the_same_without_ibis(project: Path, tmp_path: Path) -> None:
    first, loaded = _build(project, tmp_path / "1.nq", tmp_path / "cache")
    again, loaded_again = _build(project, tmp_path / "2.nq", tmp_path / "cache")
    assert (loaded, loaded_again) == (True, False)
    assert first == again
    assert first.count(b"\n") > 30


def test_another_mapping_is_compiled_anew(project: Path, built: tuple[Path, bytes], tmp_path: Path) -> None:
    shutil.copytree(built[0], tmp_path / "cache")
    mapping = project / "mappings" / "rows.yaml"
    mapping.write_text(mapping.read_text(encoding="utf-8").replace("{note}", "noted: {note}"), encoding="utf-8")
    kept, _ = _build(project, tmp_path / "2.nq", tmp_path / "cache")
    fresh, loaded = _build(project, tmp_path / "3.nq", tmp_path / "other")
    assert loaded
    assert b"noted: x" in kept
    assert kept == fresh


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """A cache that a build has filled, and what the build wrote."""
    folder = tmp_path_factory.mktemp("built")
    return folder / "cache", _build(_project(folder), folder / "1.nq", folder / "cache")[0]


@pytest.mark.parametrize("damage", ["text", "empty", "folder", "other"])
def test_a_damaged_file_costs_time_only(project: Path, built: tuple[Path, bytes], tmp_path: Path, damage: str) -> None:
    shutil.copytree(built[0], tmp_path / "cache")
    file = tmp_path / "cache" / "conflict-kg" / "compiled.sqlite"
    assert file.is_file()
    if damage == "folder":
        file.unlink()
        file.mkdir()
    elif damage == "other":
        shutil.copy(_other_database(tmp_path), file)
    else:
        file.write_bytes(b"" if damage == "empty" else b"no database" * 1000)
    assert _build(project, tmp_path / "2.nq", tmp_path / "cache")[0] == built[1]


def _other_database(folder: Path) -> Path:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(folder / "other.sqlite")) as db, db:
        db.execute("CREATE TABLE kept (other TEXT)")
    return folder / "other.sqlite"


def test_a_cache_that_is_a_file_costs_time_only(project: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("", encoding="utf-8")
    written, loaded = _build(project, tmp_path / "1.nq", tmp_path / "cache")
    assert loaded
    assert written


def test_keys_tell_functions_and_values_apart() -> None:
    one, two = Expression(["a", "b"]), Expression(["a", "c"])
    made = [
        Rows(Expression.distinct, one, ("a",), ()),
        Rows(Expression.distinct, one, ("b",), ()),
        Rows(Expression.distinct, two, ("a",), ()),
        Rows(Expression.in_order, one),
        Rows(texts, "a", ["x"]),
        Rows(texts, "a", ["x", "y"]),
        Rows(named, "n", Rows(texts, "a", ["x"])),
        Rows(named, "n", Rows(texts, "b", ["x"])),
        Rows(union, [Rows(texts, "a", ["x"]), Rows(texts, "b", ["x"])]),
        Rows(union, [Rows(texts, "b", ["x"]), Rows(texts, "a", ["x"])]),
    ]
    assert len({rows.key for rows in made}) == len(made)
    assert Rows(texts, "a", ["x"]).key == Rows(texts, "a", ["x"]).key


def test_a_function_that_knows_more_is_refused() -> None:
    more = "x"
    with pytest.raises(Bug, match="may know more"):
        Rows(lambda name: texts(name, [more]), "a")


def test_the_oldest_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_MOST", 3)
    file = tmp_path / "compiled.sqlite"
    asked = [Rows(texts, name, ["x"]) for name in "abcde"]
    for rows in asked:
        compiled = Compiled(file)
        assert compiled.sql(rows, "duckdb") == to_sql(rows, "duckdb")
        compiled.close()
    monkeypatch.setattr(module, "to_sql", lambda _, dialect: f"{dialect} anew")
    compiled = Compiled(file)
    found = [compiled.sql(rows, "duckdb") for rows in asked]
    assert [one == "duckdb anew" for one in found] == [True, True, False, False, False]
