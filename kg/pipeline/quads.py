"""Facts and tables → files of quads, without a store: for whatever loads them elsewhere."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pyoxigraph import Quad

from kg.mapping.engines.engine import Meanwhile, nothing
from kg.mapping.templates.names import READS
from kg.model.errors import EnvironmentFault, UsageError, disk_full, is_full
from kg.model.findings import Finding, Severity
from kg.model.progress import Progress, silent
from kg.model.temporary import TemporaryFolder
from kg.pipeline.engines import EngineOptions
from kg.pipeline.project import Project
from kg.pipeline.reading import context_of, facts_files, map_files
from kg.pipeline.reading_findings import reading_findings
from kg.pipeline.tables import MappedTable, mapped_tables
from kg.pipeline.uploading import check_destination, upload
from kg.tables.address import is_address

_COMPRESSION: Final = {".gz": "gzip", ".zst": "zstd"}


@dataclass(frozen=True, slots=True)
class Written:
    """
    What was written; `written` is False where findings forbade it. `rows` are those taken of the `seen` ones of tables.

    `size` is that of what was written, in bytes; 0 where Spark did.
    """

    findings: tuple[Finding, ...]
    written: bool
    files: int
    rows: int
    seen: int = 0
    size: int = 0


def write_quads(
    project: Project, out: str, engines: EngineOptions | None = None, progress: Progress = silent
) -> Written:
    """
    Write the quads of all claim and document graphs to `out`, and touch no store.

    A name ends in `.nq`, `.nq.gz`, `.nq.zst` or `.parquet` (columns s, p, o and g), or in `/`: a new folder of `.nq.gz`
    parts. It may be an address that fsspec knows, such as `s3://bucket/q.nq.gz`: the file is made here, and sent whole.
    With Spark `out` is a new folder, local or an address that Spark knows; it gets `.nq.gz` parts, or Parquet where its
    name ends in `.parquet`. A file is written whole or not at all. Order differs between engines, the set of quads does
    not.

    Raises:
        UsageError: The name says no format, or a project's files cannot be read.
        EnvironmentFault: It cannot be written, or an engine is not there.
    """
    engines = engines or EngineOptions()
    target = _Target.of(out, engines)
    context = context_of(project)
    mapped = list(map_files(facts_files(project), context))
    named = (s.quad for m in mapped for s in m.statements if s.quad.predicate in READS)
    with mapped_tables(project, context, named, engines, progress) as tables:
        findings: list[Finding] = []

        def check() -> None:
            findings.extend(reading_findings(project, mapped, tables))
            if any(finding.severity is Severity.error for finding in findings):
                raise _ForbiddenError

        rows, seen = sum(table.rows for table in tables), sum(table.seen for table in tables)
        facts = list(dict.fromkeys(s.quad for m in mapped for s in m.statements))
        try:
            size = target.write(facts, [table for table in tables if table.run is not None], check)
        except _ForbiddenError:
            return Written(tuple(findings), written=False, files=len(mapped), rows=rows)
    return Written(tuple(findings), written=True, files=len(mapped), rows=rows, seen=seen, size=size)


class _ForbiddenError(Exception):
    """Findings forbid what is being written."""


@dataclass(frozen=True, slots=True)
class _Target:
    """Where quads go: a name, whether as Parquet, how packed, and by which engine."""

    out: str
    parquet: bool
    compression: str
    engine: str

    @staticmethod
    def of(out: str, engines: EngineOptions) -> _Target:
        spark = engines.name == "spark"
        compression = _COMPRESSION.get(Path(out).suffix, "none")
        name = out.removesuffix(Path(out).suffix) if compression != "none" else out
        parquet = out.rstrip("/").endswith(".parquet")
        folder = out.endswith("/") and not parquet
        if not (spark or parquet or folder or name.endswith(".nq")):
            hint = "a name ends in .nq, .nq.gz, .nq.zst or .parquet, or in / for a folder of parts"
            raise UsageError(f"'{out}' says no format of quads", hint)
        if not spark and is_address(out):
            check_destination(out)
        elif folder and not spark and Path(out).exists():
            raise UsageError(f"{out} is there already", "remove it, or name another folder")
        elif spark and out.startswith("s3://"):
            raise UsageError(f"Spark writes to s3a://, not to {out}", f"--out s3a{out.removeprefix('s3')}")
        return _Target(out, parquet, "gzip" if spark or folder else compression, engines.name)

    def write(self, facts: list[Quad], tables: Sequence[MappedTable], check: Meanwhile) -> int:
        """
        Write them; how many bytes that is.

        What `check` raises forbids it. It is called once, while a file is written aside.
        """
        if self.engine == "spark":
            check()
            self._write_folder(facts, tables)
            return 0
        if is_address(self.out):
            with _temporary() as folder:
                made = self._made(folder, facts, tables, check)
                upload(made, self.out)
                return _size(made)
        path = Path(self.out)
        with _aside(path) as folder:
            made = self._made(folder, facts, tables, check)
            size = _size(made)
            made.replace(path)
            return size

    def _made(self, folder: Path, facts: list[Quad], tables: Sequence[MappedTable], check: Meanwhile) -> Path:
        """The whole file, or the folder of parts, made in another folder."""
        if self.parquet or not tables:
            check()
        parts = self._parts(folder, facts, tables, check)
        if self._is_folder:
            return _gather(parts, folder / "joined")
        if self.parquet and len(parts) > 1:
            _join_parquet(parts, folder / "joined")
            return folder / "joined"
        for part in parts[1:]:
            # Packed files joined are packed files: https://www.rfc-editor.org/rfc/rfc1952#page-5
            with parts[0].open("ab") as whole, part.open("rb") as more:
                shutil.copyfileobj(more, whole, 1 << 20)
        return parts[0]

    @property
    def _is_folder(self) -> bool:
        return self.engine != "spark" and self.out.endswith("/") and not self.parquet

    def _parts(self, folder: Path, facts: list[Quad], tables: Sequence[MappedTable], check: Meanwhile) -> list[Path]:
        """A file for each table, the facts in the first; one with the facts alone where there is no table."""
        parts = []
        for number, table in enumerate(tables):
            assert table.run is not None  # noqa: S101 # only such are given
            part = folder / str(number)
            own = facts if number == 0 else []
            if self.parquet:
                table.run.write_quads(part, own)
            else:
                meanwhile = check if number == 0 else nothing
                table.run.write(f"{part}/" if self._is_folder else part, self.compression, _lines(own), meanwhile)
            parts.append(part)
        if not parts:
            from kg.mapping.engines.duckdb import DuckDB
            from kg.pipeline.engines import engines_of

            with engines_of(EngineOptions()) as engines:
                engine = DuckDB(engines.connect(), [])
                if self.parquet:
                    engine.write_quads([engine.make("quad", list("spog"), [_texts(q) for q in facts])], folder / "0")
                else:
                    engine.write([], _lines(facts), f"{folder}/0{'/' if self._is_folder else ''}", self.compression)
            parts.append(folder / "0")
        return parts

    def _write_folder(self, facts: list[Quad], tables: Sequence[MappedTable]) -> None:
        several = len(tables) > 1
        for number, table in enumerate(tables):
            assert table.run is not None  # noqa: S101 # only such are given
            out = f"{self.out.rstrip('/')}/{Path(table.file).stem}" if several else self.out
            own = facts if number == 0 else []
            if self.parquet:
                table.run.write_quads(out, own)
            else:
                table.run.write(out, self.compression, _lines(own))
        if not tables:
            raise UsageError("there is no table for Spark to work on", "without a mapping use the engine duckdb")


def _size(path: Path) -> int:
    return sum(one.stat().st_size for one in (path.iterdir() if path.is_dir() else [path]))


def _gather(folders: list[Path], into: Path) -> Path:
    """Put the files of several folders into one, numbered on."""
    into.mkdir()
    for number, file in enumerate(file for folder in folders for file in sorted(folder.iterdir())):
        file.replace(into / f"quads-{number:05}.nq.gz")
    return into


def _lines(quads: list[Quad]) -> bytes:
    return "".join(f"{q.subject} {q.predicate} {q.object} {q.graph_name} .\n" for q in quads).encode()


def _texts(quad: Quad) -> tuple[str, ...]:
    return tuple(map(str, (quad.subject, quad.predicate, quad.object, quad.graph_name)))


def _join_parquet(parts: list[Path], out: Path) -> None:
    import duckdb

    names = ", ".join(f"'{part}'" for part in parts)
    duckdb.sql(f"COPY (FROM read_parquet([{names}])) TO '{out}' (FORMAT parquet, COMPRESSION zstd)")


@contextmanager
def _temporary() -> Iterator[Path]:
    """A folder for what goes to an address when it is whole."""
    with TemporaryFolder("kg-quads-") as folder:
        try:
            yield folder.path
        except OSError as error:
            if is_full(error):
                raise disk_full(folder.path, "make room, or name another folder in TMPDIR") from error
            raise


@contextmanager
def _aside(path: Path) -> Iterator[Path]:
    """A folder beside a file that is to be written, gone when the block ends; what it holds is renamed to the file."""
    try:
        with TemporaryFolder(f".{path.name}.", path.parent) as folder:
            yield folder.path
    except OSError as error:
        if is_full(error):
            raise disk_full(path.absolute().parent, f"make room, and write {path.name} again") from error
        raise EnvironmentFault(f"{path} cannot be written: {(error.strerror or str(error)).lower()}") from error
