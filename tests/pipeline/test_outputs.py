"""`kg build --out`: every format and every engine gives the same quads, and a write that fails leaves nothing."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.mapping.engines.run import Run
from kg.model.errors import EnvironmentFault, UsageError
from kg.pipeline.engines import EngineOptions
from kg.pipeline.project import Project
from kg.pipeline.quads import write_quads
from kg.tables.unpacking import _opened
from tests.mapping.engine_cases import FOLDER, SETTINGS
from tests.mapping.spark_cluster import running

duckdb = pytest.importorskip("duckdb")
pytest.importorskip("ibis")

EVENTS = """
table: ../tables/events.csv
document: {id: events, type: DataSet, title: Events, publisher: test}
where: {column: kind, isNot: skip}
values: {kinds: {clash: ArmedClash, siege: [Siege, Shelling]}}
shared:
  - {id: "actor-{actor|id}", type: ArmedGroup, name: "{actor}"}
claims:
  - claim: "{id}"
    codedIn: "row {id}"
    says:
      - id: "event-{id}"
        type: {column: kind, values: kinds}
        day: "{day}"
        description: "{words}"
        attacker: "actor-{actor|id}"
        place: {column: place, thing: Township}
        origin: {id: here, type: Area, coordinates: "{lat}, {lon}"}
        killed: {victim: "actor-{actor|id}", count: "{dead}"}
  - codedIn: "{words}"
    if: {column: words, empty: false}
    about: "event-{id}"
    weapon: {column: words, split: ";"}
"""
TOWNS = """
table: ../tables/towns.csv
document: {id: towns, type: Registry, title: Towns, publisher: test}
claims: [{id: "town-{id}", type: Town, name: "{name}", within: {column: township, thing: Township}}]
"""
WORDS = ("", "guns", 'a "b"; c', "back\\slash", "line\nfeed", "é;e\u0301", "😀", "${x}", "~x0~", "unknown", "မြို့")


def rows() -> Iterator[dict[str, str]]:
    for number in range(300):
        yield {
            "id": str(number),
            "kind": ("clash", "siege", "skip")[number % 3],
            "day": f"2023-11-{number % 30 + 1:02}",
            "words": WORDS[number % len(WORDS)],
            "actor": f"Group {number % 7}",
            "place": ("Merrow", "", "Nowhere")[number % 4 % 3],
            "lat": f"{number % 80}.{number % 9}",
            "lon": f"{number % 170}.{number % 9}",
            "dead": ("", "3", "at least 20")[number % 5 % 3],
        }


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    root = tmp_path_factory.mktemp("project")
    for name in ("facts", "mappings", "tables"):
        (root / name).mkdir()
    (root / "kg.toml").write_text(SETTINGS, encoding="utf-8")
    (root / "facts" / "register.yaml").write_text((FOLDER / "register.yaml").read_text(encoding="utf-8"))
    (root / "mappings" / "events.yaml").write_text(EVENTS, encoding="utf-8")
    (root / "mappings" / "towns.yaml").write_text(TOWNS, encoding="utf-8")
    (root / "tables" / "towns.csv").write_text("id,name,township\n1,Alpha,Merrow\n2,Beta,\n", encoding="utf-8")
    with (root / "tables" / "events.csv").open("w", encoding="utf-8", newline="") as file:
        written = csv.DictWriter(file, list(next(rows())))
        written.writeheader()
        written.writerows(rows())
    return Project.open(root)


@pytest.fixture(scope="module")
def expected(project: Project, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """What the reference makes of it."""
    out = tmp_path_factory.mktemp("out") / "quads.nq"
    done = write_quads(project, str(out), EngineOptions("rows"))
    assert (done.findings, done.written, done.rows, done.seen) == ((), True, 202, 302)
    lines = out.read_text(encoding="utf-8").split("\n")
    assert lines.pop() == ""
    assert len(set(lines)) > 10_000
    return set(lines)


def lines_of(path: Path) -> list[str]:
    """The lines of a file, or of all files of a folder, however they are packed."""
    if path.is_dir():
        parts = sorted(path.rglob("part-*"))
        return [line for part in parts if part.stat().st_size for line in lines_of(part)]
    if path.suffix == ".parquet":
        return [f"{' '.join(quad)} ." for quad in duckdb.read_parquet(str(path)).fetchall()]
    raw = path.read_bytes()
    if path.suffix in {".gz", ".zst"}:
        with _opened(path, raw[:4]) as file:
            raw = file.read()
    lines = raw.decode().split("\n")
    assert lines.pop() == ""
    return lines


@pytest.mark.parametrize("name", ["q.nq", "q.nq.gz", "q.nq.zst", "q.parquet"])
def test_every_format_has_the_same_quads(project: Project, expected: set[str], tmp_path: Path, name: str) -> None:
    done = write_quads(project, str(tmp_path / name))
    assert (done.findings, done.written) == ((), True)
    assert set(lines_of(tmp_path / name)) == expected
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_name_without_a_format_is_refused(project: Project, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="says no format of quads"):
        write_quads(project, str(tmp_path / "quads.csv"))
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_ends_in_a_slash_is_a_folder_of_parts(project: Project, expected: set[str], tmp_path: Path) -> None:
    write_quads(project, f"{tmp_path}/parts/")
    names = sorted(path.name for path in (tmp_path / "parts").iterdir())
    assert names == [f"quads-{number:05}.nq.gz" for number in range(len(names))]
    assert {line for name in names for line in lines_of(tmp_path / "parts" / name)} == expected
    with pytest.raises(UsageError, match="is there already"):
        write_quads(project, f"{tmp_path}/parts/")


@pytest.mark.parametrize("name", ["q.nq", "q.nq.gz", "q.parquet"])
def test_a_folder_that_is_not_there_is_told(project: Project, tmp_path: Path, name: str) -> None:
    with pytest.raises(EnvironmentFault, match="cannot be written"):
        write_quads(project, str(tmp_path / "none" / name))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["q.nq", "q.nq.zst", "q.parquet"])
def test_a_write_that_fails_leaves_what_was_there(
    project: Project, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second of two tables fails, after the first was written."""

    def failing(_run: Run, out: Path, *_: object) -> None:
        out.write_bytes(b"half")
        if out.name != "0":
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(Run, "write", failing)
    monkeypatch.setattr(Run, "write_quads", failing)
    (tmp_path / name).write_bytes(b"before")
    with pytest.raises(EnvironmentFault, match="the disk is full: there is no room left in"):
        write_quads(project, str(tmp_path / name))
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [(name, b"before")]


def test_findings_that_forbid_a_build_forbid_a_file(tmp_path: Path) -> None:
    for name in ("facts", "mappings", "tables"):
        (tmp_path / name).mkdir()
    (tmp_path / "kg.toml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "mappings" / "towns.yaml").write_text(TOWNS, encoding="utf-8")
    (tmp_path / "tables" / "towns.csv").write_text("id,name,township\na b,Alpha,\n", encoding="utf-8")
    done = write_quads(Project.open(tmp_path), str(tmp_path / "q.nq"))
    assert [str(finding).splitlines()[0] for finding in done.findings] == [
        "tables/towns.csv:2:1: error: invalid-id: 'town-a b' cannot be an id"
    ]
    assert not done.written
    assert not (tmp_path / "q.nq").exists()


@pytest.mark.parametrize("work", ["nowhere", "a file"])
def test_a_work_folder_that_is_none_is_told(project: Project, tmp_path: Path, work: str) -> None:
    """Before Spark is started."""
    (tmp_path / "a file").touch()
    work = work if work == "nowhere" else str(tmp_path / work)
    with pytest.raises(UsageError, match=f"the work folder '{work}' is not there"):
        write_quads(project, str(tmp_path / "q"), EngineOptions("spark", "local[2]", work=work))


@pytest.mark.slow
@pytest.mark.integration
@pytest.mark.parametrize("name", ["q", "q.parquet"])
def test_spark_gives_the_same_quads(project: Project, expected: set[str], tmp_path: Path, name: str) -> None:
    pytest.importorskip("pyspark")
    done = write_quads(project, str(tmp_path / name), EngineOptions("spark", "local[2]"))
    assert (done.findings, done.written, done.rows, done.seen) == ((), True, 202, 302)
    assert set(lines_of(tmp_path / name)) == expected


@pytest.mark.slow
@pytest.mark.integration
def test_a_cluster_gives_the_same_quads(project: Project, expected: set[str], tmp_path: Path) -> None:
    """A master and two workers, each a process of its own."""
    pytest.importorskip("pyspark")
    (tmp_path / "work").mkdir()
    with running(tmp_path / "work") as cluster:
        options = EngineOptions("spark", cluster.master, work=str(tmp_path / "work"))
        done = write_quads(project, str(tmp_path / "q"), options)
    assert list((tmp_path / "work").glob("cells-*")) == []
    assert (done.findings, done.written, done.rows, done.seen) == ((), True, 202, 302)
    assert set(lines_of(tmp_path / "q")) == expected
