"""Which engine runs the mappings, and where it keeps what it holds."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kg.columns.connection import connect
from kg.mapping.engines.compiled import Compiled
from kg.model.errors import EnvironmentFault, UsageError, disk_full, is_full
from kg.model.temporary import TemporaryFolder
from kg.pipeline.cache import compiled_file
from kg.pipeline.uploading import check_destination, remove, upload
from kg.tables.address import is_address

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from kg.mapping.engines.engine import Engine
    from kg.mapping.engines.spark import SparkEngine

_ROOM: Final = "make room, or name another folder: TMPDIR is where tables are worked on"
_NAMED: Final = re.compile(r'file \\*"(/[^"\\]+)')
"""How DuckDB names the file that it could not write."""

NAMES: Final = ("duckdb", "spark", "rows")
_MEMORY: Final = "700MB"
"""What DuckDB may take for one table; what goes beyond it spills into a temporary folder."""


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """
    The engine: `duckdb` on this machine, `spark` on that and others, or `rows`, the reference, row by row.

    `master` is Spark's, `packages` are Maven coordinates that it loads. `work` is a folder that all of Spark's machines
    see, or an address that both fsspec and Spark know, for the cells; a temporary folder where it is empty.
    """

    name: str = "duckdb"
    master: str = "local[*]"
    packages: tuple[str, ...] = ()
    work: str = ""
    memory: str = _MEMORY


@dataclass(slots=True)
class Engines:
    """Makes engines, one for each table; they end together."""

    options: EngineOptions
    folder: Path
    _compiled: Compiled
    _stack: ExitStack
    _session: SparkEngine | None = None
    _made: list[DuckDBPyConnection] = field(default_factory=list)

    def connect(self) -> DuckDBPyConnection:
        """A DuckDB connection for the cells of one table."""
        if find_spec("ibis") is None:  # said here, not in the midst of a table
            raise EnvironmentFault("tables need ibis, which is not installed", "pip install 'conflict-kg[tables]'")
        # In memory: DuckDB spills what is too much for it, and does not spend time on packing cells for a file.
        db = connect(":memory:", self.folder / f"spilt-{len(self._made)}", memory=self.options.memory, in_order=True)
        db.execute("SET async_threads = 1")  # several would wait for each other, for one file is written at a time
        self._stack.callback(db.close)
        self._made.append(db)
        return db

    def over(self, db: DuckDBPyConnection, columns: Sequence[str]) -> Engine:
        """The engine over the cells that a connection holds."""
        if self.options.name != "spark":
            from kg.mapping.engines.duckdb import DuckDB

            return DuckDB(db, columns, self._compiled, by_plan=self.options.name != "rows")
        from kg.mapping.engines.spark_cells import Spark, Workers

        if is_address(self.options.work):
            workers = Workers(self._spark, self.folder / f"cells-{len(self._made)}", self._shared)
        else:
            workers = Workers(self._spark, self._folder_of_cells())
        return Spark(db, columns, self._compiled, workers)

    def _shared(self, cells: Path) -> str:
        """Send the cells of a table to the work address, below a name that no other run has; they go at the end."""
        address = f"{self.options.work.rstrip('/')}/{self.folder.name}-{cells.name}"
        self._stack.callback(remove, address)
        upload(cells, address)
        shutil.rmtree(cells)
        return address

    def _folder_of_cells(self) -> Path:
        """
        Where the cells of the newest table go: a folder that is made later, and goes when the block ends.

        Raises:
            UsageError: The work folder is none.
        """
        work = Path(self.options.work or self.folder).resolve()
        if not work.is_dir():
            raise UsageError(
                f"the work folder '{self.options.work}' is not there",
                "name a folder of this machine that all of Spark's machines see under the same path",
            )
        cells = work / f"cells-{len(self._made)}"
        if not cells.exists():  # else it is of another run, which may need it
            self._stack.callback(shutil.rmtree, cells, ignore_errors=True)
        return cells

    def _spark(self) -> SparkEngine:
        if self._session is None:
            from kg.mapping.engines.spark import SparkEngine, SparkOptions

            self._session = SparkEngine.open(SparkOptions(self.options.master, self.options.packages))
            self._stack.callback(self._session.stop)
        return self._session


@contextmanager
def engines_of(options: EngineOptions) -> Iterator[Engines]:
    """
    Engines, and a temporary folder for what does not fit in memory; both go when the block ends.

    Raises:
        EnvironmentFault: What an engine needs is not there: a library, room on the disk, memory.
    """
    if options.name == "spark" and is_address(options.work):
        check_destination(options.work.rstrip("/"))  # before a table is read for it
    with TemporaryFolder("kg-tables-") as folder, ExitStack() as stack:
        try:
            compiled = Compiled(compiled_file())
            stack.callback(compiled.close)
            yield Engines(options, folder.path, compiled, stack)
        except Exception as error:
            if type(error).__module__.partition(".")[0] in ("duckdb", "_duckdb"):
                if is_full(error):
                    named = _NAMED.search(str(error))
                    raise disk_full(Path(named[1]).parent if named else folder.path, _ROOM) from error
                raise EnvironmentFault(
                    f"a table could not be worked on: {error}", "is there room on the disk, and memory?"
                ) from error
            raise
