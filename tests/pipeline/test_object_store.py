"""Tables in a store of objects, and quads written to one; the server is one that the test starts."""

from __future__ import annotations

import gc
import gzip
import importlib
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.object_store import BUCKET, ObjectStore, serving
from tests.transcripts import Stage

duckdb = pytest.importorskip("duckdb")
pytest.importorskip("ibis")

pytestmark = pytest.mark.integration

TOML = 'base = "https://example.org/lake/"\ntimezone = "UTC"\n'
MAPPING = """\
table: TABLE
document: {id: events, type: DataSet, title: Events, publisher: test}
claims:
  - claim: "{id}"
    codedIn: "row {id}"
    says: [{id: "event-{id}", type: ArmedClash, day: "{day}", killed: "{dead}"}]
"""
HEADER = "id,day,dead\n"
ONE, TWO = "1,2023-11-03,2\n", "2,2023-11-04,\n"
ACCESS = "are AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY right, and may they do it in this bucket?"


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[ObjectStore]:
    with serving(monkeypatch) as found:
        yield found


class Folder:
    """A project, and where its temporary files go."""

    def __init__(self, root: Path, temporary: Path) -> None:
        self.root, self.temporary = root, temporary
        for folder in (root / "mappings", root / "tables", temporary):
            folder.mkdir(parents=True)
        (root / "kg.toml").write_text(TOML, encoding="utf-8")
        (root / "tables/t.csv").write_text(HEADER + ONE + TWO, encoding="utf-8")
        self.map("../tables/t.csv")
        self._stage = Stage(root, root)

    def map(self, table: str) -> None:
        (self.root / "mappings/a.yaml").write_text(MAPPING.replace("TABLE", f"'{table}'"), encoding="utf-8")

    def run(self, command: str) -> tuple[int, str]:
        printed = self._stage.run(command)
        assert "Traceback" not in printed
        gc.collect()  # what an error held goes with it; in a process of its own it would by now
        assert list(self.temporary.iterdir()) == []
        return self._stage.exit_code, printed.strip()

    def quads(self, name: str = "expected.nq") -> set[str]:
        """What the local file gives."""
        code, printed = self.run(f"kg build --out {name}")
        assert code == 0, printed
        return set((self.root / name).read_text(encoding="utf-8").splitlines())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    made = Folder(tmp_path / "project", tmp_path / "tmp")
    monkeypatch.setattr("tempfile.tempdir", str(made.temporary))
    return made


def parquet(folder: Path) -> bytes:
    path = folder / "made.parquet"
    rows = "(VALUES ('1', DATE '2023-11-03', 2), ('2', DATE '2023-11-04', NULL)) t(id, day, dead)"
    duckdb.sql(f"COPY (FROM {rows}) TO '{path}'")
    return path.read_bytes()


# ── Tables ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("table", ["ged.parquet", "ged-*.csv.gz", "more/ged-[12].csv"])
def test_tables_are_read(table: str, store: ObjectStore, folder: Folder, tmp_path: Path) -> None:
    expected = folder.quads()
    store.put("ged.parquet", parquet(tmp_path))
    for number, row in enumerate((ONE, TWO), 1):
        store.put(f"ged-{number}.csv.gz", gzip.compress((HEADER + row).encode()))
        store.put(f"more/ged-{number}.csv", (HEADER + row).encode())
    folder.map(f"s3://{BUCKET}/{table}")
    assert folder.quads("there.nq") == expected
    code, printed = folder.run("kg build")
    assert (code, printed) == (0, f"built {len(expected)} quads from 0 files and 2 rows: no findings")


def test_a_finding_names_the_address(store: ObjectStore, folder: Folder) -> None:
    store.put("ged-1.csv.gz", gzip.compress((HEADER + ONE + "2,someday,\n").encode()))
    folder.map(f"s3://{BUCKET}/ged-*.csv.gz")
    code, printed = folder.run("kg check")
    assert code == 1
    assert printed.startswith(f"s3://{BUCKET}/ged-1.csv.gz:3:3: error: invalid-value: 'someday' "), printed


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ("s3://bucket/none.csv", "there is no file at s3://bucket/none.csv"),
        ("s3://bucket/none-*.csv", "no file matches s3://bucket/none-*.csv"),
        ("s3://bucket/none/*.csv", "there is no file at s3://bucket/none/*.csv"),
        ("s3://none/a.csv", "there is no bucket for s3://none/a.csv"),
        ("s3://none/*.csv", "there is no bucket for s3://none/*.csv"),
        ("s4://none/a.csv", "s4://none/a.csv: Protocol not known: s4"),
    ],
)
def test_a_table_that_is_not_there(table: str, says: str, store: ObjectStore, folder: Folder) -> None:
    store.put("a.csv", b"a\n")
    folder.map(table)
    code, printed = folder.run("kg build")
    assert code == 1
    assert printed.startswith(f"mappings/a.yaml:1:8: error: unreadable-table: {says}\n"), printed
    assert "hint: " in printed


@pytest.mark.parametrize("table", ["a.csv", "*.csv"])
def test_a_table_that_one_may_not_read(table: str, store: ObjectStore, folder: Folder) -> None:
    store.put("a.csv", b"a\n")
    folder.map(f"s3://{BUCKET}/{table}")
    store.refuse_all()
    code, printed = folder.run("kg build")
    assert code == 1
    assert f"unreadable-table: s3://{BUCKET}/{table} cannot be reached (PermissionError: " in printed
    assert f"hint: {ACCESS}" in printed


# ── Quads ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def lines_of(content: bytes, name: str, folder: Path) -> set[str]:
    if name.endswith(".parquet"):
        (folder / "got.parquet").write_bytes(content)
        return {f"{' '.join(quad)} ." for quad in duckdb.read_parquet(str(folder / "got.parquet")).fetchall()}
    return set((gzip.decompress(content) if name.endswith(".gz") else content).decode().splitlines())


@pytest.mark.parametrize("name", ["q.nq", "deep/q.nq.gz", "q.parquet"])
def test_quads_are_written(name: str, store: ObjectStore, folder: Folder, tmp_path: Path) -> None:
    expected = folder.quads()
    for _ in range(2):  # an object is replaced, as a file would be
        code, printed = folder.run(f"kg build --out s3://{BUCKET}/{name}")
        assert code == 0, printed
        wrote = rf"wrote the quads of 2 rows to s3://{BUCKET}/{name}, [\d,]+ bytes: no findings"
        assert re.fullmatch(wrote, printed)
        assert store.names() == [name]
        assert lines_of(store.get(name), name, tmp_path) == expected


def test_a_folder_of_parts_is_written(store: ObjectStore, folder: Folder, tmp_path: Path) -> None:
    expected = folder.quads()
    code, printed = folder.run(f"kg build --out s3://{BUCKET}/quads/")
    assert code == 0, printed
    keys = store.names()
    assert keys == [f"quads/quads-{number:05}.nq.gz" for number in range(len(keys))]
    assert set().union(*(lines_of(store.get(key), key, tmp_path) for key in keys)) == expected
    code, printed = folder.run(f"kg build --out s3://{BUCKET}/quads/")
    assert (code, printed) == (
        2,
        f"kg: s3://{BUCKET}/quads/ is there already\n  hint: remove it, or name another folder",
    )


@pytest.mark.parametrize("name", ["q.nq", "quads/"])
def test_a_bucket_that_is_not_there(name: str, store: ObjectStore, folder: Folder) -> None:
    code, printed = folder.run(f"kg build --out s3://none/{name}")
    assert code == 2
    assert printed.startswith(f"kg: there is no bucket for s3://none/{name}\n  hint: is it called 'none'?"), printed


def test_somebody_who_is_not_known(store: ObjectStore, folder: Folder) -> None:
    store.refuse_all()
    code, printed = folder.run(f"kg build --out s3://{BUCKET}/q.nq")
    assert code == 3
    assert printed.startswith(f"kg: s3://{BUCKET}/q.nq cannot be reached (PermissionError: "), printed
    assert printed.endswith(f"hint: {ACCESS}")


def test_nobody(store: ObjectStore, folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    code, printed = folder.run(f"kg build --out s3://{BUCKET}/q.nq")
    assert (code, printed.splitlines()[-1]) == (
        3,
        "  hint: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE",
    )


def test_a_server_that_is_down(store: ObjectStore, folder: Folder) -> None:
    store.stop()
    code, printed = folder.run(f"kg build --out s3://{BUCKET}/q.nq")
    assert code == 3
    assert f"s3://{BUCKET}/q.nq cannot be reached (EndpointConnectionError: " in printed
    assert printed.endswith("hint: does the server run? AWS_ENDPOINT_URL says where it is")
    folder.map(f"s3://{BUCKET}/a.csv")
    code, printed = folder.run("kg build")
    assert code == 1
    assert f"unreadable-table: s3://{BUCKET}/a.csv cannot be reached (EndpointConnectionError: " in printed


@pytest.mark.parametrize("name", ["q.nq", "quads/"])
def test_a_server_that_refuses_midway(
    name: str, store: ObjectStore, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The destination is fine when it is asked for, and no more when the quads are there."""
    from kg.pipeline.uploading import upload

    def refused(*given: Any) -> None:
        store.refuse_all()
        upload(*given)

    store.put("q.nq", b"before")
    monkeypatch.setattr("kg.pipeline.quads.upload", refused)
    code, printed = folder.run(f"kg build --out s3://{BUCKET}/{name}")
    assert code == 3, printed
    assert f"kg: s3://{BUCKET}/{name} cannot be reached (PermissionError: " in printed
    store.refuse_all(really=False)
    assert store.names() == ["q.nq"]
    assert store.get("q.nq") == b"before"


def test_a_folder_of_which_one_part_fails(
    store: ObjectStore, folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was sent before it goes."""
    from s3fs import S3FileSystem

    from kg.model.errors import EnvironmentFault
    from kg.pipeline.uploading import upload

    put = S3FileSystem._put_file

    async def failing(self: Any, local: str, target: str, **options: Any) -> None:
        if target.endswith("2"):
            raise OSError("the connection was reset")
        await put(self, local, target, **options)

    (tmp_path / "parts").mkdir()
    for number in range(4):
        (tmp_path / f"parts/{number}").write_text("x")
    monkeypatch.setattr(S3FileSystem, "_put_file", failing)
    with pytest.raises(EnvironmentFault, match="the connection was reset"):
        upload(tmp_path / "parts", f"s3://{BUCKET}/parts/")
    assert store.names() == []


@pytest.mark.parametrize("command", ["kg build", "kg build --out s3://bucket/q.nq"])
def test_a_library_that_is_missing(command: str, folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    registry = importlib.import_module("fsspec.registry")
    monkeypatch.setitem(sys.modules, "s3fs", None)
    monkeypatch.delitem(registry._registry, "s3", raising=False)
    purpose = "writing" if "--out" in command else "reading"
    if purpose == "reading":
        folder.map("s3://bucket/q.nq")
    _, printed = folder.run(command)
    assert f"{purpose} s3://bucket/q.nq needs s3fs\n" in printed
    assert "hint: pip install s3fs" in printed


def test_the_web_takes_no_quads(folder: Folder) -> None:
    code, printed = folder.run("kg build --out https://example.org/q.nq")
    assert (code, printed.splitlines()[0]) == (2, "kg: nothing can be written to https://example.org/q.nq")


# ── Spark ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def hadoop_aws() -> str:
    """Maven's name of Spark's package for S3, of the version of Hadoop that pyspark has; skips where Maven lacks it."""
    pyspark = pytest.importorskip("pyspark")
    jar = next(Path(pyspark.__file__).parent.glob("jars/hadoop-client-api-*.jar"))
    version = jar.stem.removeprefix("hadoop-client-api-")
    if shutil.which("java") is None or shutil.which("mvn") is None:
        pytest.skip("Java or Maven is not there")
    package = f"org.apache.hadoop:hadoop-aws:{version}"
    command = ["mvn", "-q", "-B", "dependency:get", f"-Dartifact={package}", "-Dtransitive=false"]
    if subprocess.run(command, check=False, capture_output=True, timeout=300).returncode:
        pytest.skip(f"Maven does not have {package}")
    return package


@pytest.mark.slow
@pytest.mark.parametrize("name", ["quads", "quads.parquet"])
def test_spark_reads_and_writes_there(
    name: str, store: ObjectStore, folder: Folder, tmp_path: Path, hadoop_aws: str
) -> None:
    """A process of its own: in one that runs Spark already, a package comes too late."""
    expected = folder.quads()
    store.put("t.csv", (HEADER + ONE + TWO).encode())
    folder.map(f"s3://{BUCKET}/t.csv")
    command = [sys.executable, "-m", "kg", "-C", str(folder.root), "build", "--engine", "spark", "--master", "local[2]"]
    command += ["--packages", hadoop_aws, "--work", f"s3a://{BUCKET}/work", "--out", f"s3a://{BUCKET}/{name}"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    keys = [key for key in store.names() if "/part-" in key]
    assert {key.partition("/")[0] for key in store.names()} == {name, "t.csv"}
    found = (lines_of(store.get(key), f"{key}{'.parquet' * name.endswith('.parquet')}", tmp_path) for key in keys)
    assert set().union(*found) == expected


def test_spark_calls_it_otherwise(folder: Folder) -> None:
    code, printed = folder.run("kg build --engine spark --out s3://bucket/quads")
    assert (code, printed) == (
        2,
        "kg: Spark writes to s3a://, not to s3://bucket/quads\n  hint: --out s3a://bucket/quads",
    )


@pytest.mark.slow
def test_spark_without_the_package(store: ObjectStore, folder: Folder) -> None:
    pytest.importorskip("pyspark")
    command = [sys.executable, "-m", "kg", "-C", str(folder.root), "build", "--engine", "spark", "--master", "local[2]"]
    done = subprocess.run(
        [*command, "--out", f"s3a://{BUCKET}/q"], check=False, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 3, done.stderr
    assert "Spark lacks what s3a:// needs" in done.stderr
    assert "--packages org.apache.hadoop:hadoop-aws:" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_first_mapping_of_a_table_elsewhere(store: ObjectStore, folder: Folder) -> None:
    store.put("in/incidents-2023.csv", (HEADER + ONE + TWO).encode())
    code, printed = folder.run(f"kg init --from s3://{BUCKET}/in/incidents-*.csv")
    assert code == 0, printed
    text = (folder.root / "mappings/incidents.yaml").read_text(encoding="utf-8")
    assert f"s3://{BUCKET}/in/incidents-*.csv" in text.split("document:")[0]
    assert "it reads 3 of 3 columns" in printed


def test_a_first_mapping_of_what_is_not_there(store: ObjectStore, folder: Folder) -> None:
    code, printed = folder.run(f"kg init --from s3://{BUCKET}/t.csv")
    assert code == 2
    assert f"s3://{BUCKET}/t.csv" in printed
    code, printed = folder.run("kg init --from tables/none.csv")
    assert code == 2
    assert "or the address of one" in printed
