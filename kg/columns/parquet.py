"""
A dataset as a folder of Parquet files, for engines that read a folder by many workers.

    term.parquet             each term once, see `kg.columns.terms`; `whole` is a decimal of 38 digits
    triple/p=N/rows.parquet  `s`, `o`: the triples of the default graph with the predicate N
    quad/p=N/rows.parquet    `s`, `o`, `g`: the quads of named graphs
    profile.parquet          see `kg.columns.dataset`
    about.parquet            the version of this form

`p=N` is how Hive names the value of a column, so that an engine reads `triple` as one table and only the predicates
that it needs. N = 0 is always there, and empty.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from kg.columns.connection import connect
from kg.columns.dataset import FORMAT, HELD, numbered, one
from kg.columns.terms import quoted
from kg.model.errors import UsageError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ABOUT: Final = "about.parquet"
TERMS: Final = "term.parquet"
_PROFILE: Final = "profile.parquet"
_ROWS: Final = "rows.parquet"
_AS: Final = "(FORMAT parquet, COMPRESSION zstd)"


def write_folder(db: DuckDBPyConnection, folder: Path) -> int:
    """Write the dataset into a folder that is there and empty; how many quads it has, without the merge."""
    # Parquet has no integers of 128 bits: DuckDB would write doubles.
    terms = "SELECT * REPLACE (CAST(whole AS DECIMAL(38, 0)) AS whole) FROM term"
    db.execute(f"COPY ({terms}) TO {quoted(str(folder / TERMS))} {_AS}")
    for kind in HELD:
        for number in numbered(db, kind):
            part = folder / kind / f"p={number}"
            part.mkdir(parents=True)
            db.execute(f"COPY {kind}_{number} TO {quoted(str(part / _ROWS))} {_AS}")
    db.execute(f"COPY profile TO {quoted(str(folder / _PROFILE))} {_AS}")
    db.execute(f"COPY about TO {quoted(str(folder / ABOUT))} {_AS}")
    return int(one(db, "SELECT count(*) FROM quad"))


def open_folder(folder: Path, spilt: Path) -> DuckDBPyConnection:
    """
    A connection that tells what a folder holds: its terms and profile; of triples and quads only which there are.

    Raises:
        UsageError: It is no such folder, or one of another version.
    """
    if not (folder / ABOUT).is_file():
        raise UsageError(f"there are no columns in {folder}", "`kg export columns -o FOLDER` writes them")
    db = connect(":memory:", spilt)
    version = one(db, f"SELECT value FROM {_read(folder / ABOUT)} WHERE name = 'format'")
    if version != FORMAT:
        hint = "write them again with `kg export columns -o FOLDER`"
        raise UsageError(f"the columns in {folder} have version {version}, and version {FORMAT} is read", hint)
    db.execute(f"CREATE VIEW term AS SELECT * FROM {_read(folder / TERMS)}")
    db.execute(f"CREATE TABLE profile AS SELECT * FROM {_read(folder / _PROFILE)}")
    for kind, held in HELD.items():
        columns = ", ".join(f"{column} INTEGER" for column in held.split(", "))
        for part in (folder / kind).glob("p=*"):
            db.execute(f"CREATE TABLE {kind}_{int(part.name.removeprefix('p='))} ({columns})")
    return db


def _read(path: Path) -> str:
    return f"read_parquet({quoted(str(path))})"
