"""From what a mapping says of its table to the files, whatever their format and wherever they are."""

from __future__ import annotations

import glob
import os
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final, NamedTuple

from kg.facts import OTHER_TABLES
from kg.model.errors import UsageError
from kg.model.temporary import TemporaryFolder
from kg.tables import remote, unpacking
from kg.tables.address import is_address
from kg.tables.recognising import check_form
from kg.tables.row_file import RowFile
from kg.tables.table import Table

FORMATS: Final = {
    ".csv": "csv",
    ".txt": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".xlsx": "xlsx",
}
"""How a file is read, by the end of its name; `.gz` or `.zst` may follow."""

_ARTICLES: Final = {"jsonl": "a file of JSON lines", "parquet": "a Parquet file"}
_DELIMITER_NAMES: Final = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}


@dataclass(frozen=True, slots=True)
class TableOptions:
    """
    How to read a table where its files do not show it; an empty text means that they do.

    `format` is one of the values of `FORMATS`. `delimiter` is one character, or `tab`, and `encoding` a name of
    Python's: both for text. `sheet` is for workbooks. `header` are the columns of a text file that has no row for them.
    `first_line` is the line of a text, or the row of a sheet, at which the table begins: titles may stand above it.
    """

    format: str = ""
    delimiter: str = ""
    sheet: str = ""
    encoding: str = ""
    header: tuple[str, ...] = ()
    first_line: int = 1


class _Source(NamedTuple):
    """One file: how messages call it, where it lies on this machine, and the name that its format shows in."""

    name: str
    path: Path
    called: str


def open_table(pattern: str, base: Path, root: Path, options: TableOptions | None = None) -> Table:
    """
    The table that a path, a pattern or an address names; reads headers, and no rows yet.

    What is fetched or unpacked goes to a temporary folder, which lasts as long as the table.

    Args:
        pattern: A path with `*`, `?` or `[…]`, from `base` on; or an address such as `s3://bucket/ged-*.csv`.
        base: The folder that the pattern starts from.
        root: The project folder, from which messages name the files.
        options: How to read them, where they do not show it.

    Raises:
        UsageError: No file matches, or the options do not fit.
        EnvironmentFault: A library that is needed is not installed, or an address cannot be reached.
    """
    options = options or TableOptions()
    with _folder() as made:
        folder = made.path
        if is_address(pattern):
            name = pattern
            sources = [_Source(one.name, one.path, one.name) for one in remote.fetch(pattern, folder)]
        else:
            sources = list(_local(pattern, base, root))
            name = sources[0].name if len(sources) == 1 else _seen(base / pattern, root)
        files = [_open(source, options, folder) for source in sources]
        table = Table(name, files, [source.path for source in sources])
    weakref.finalize(table, made.remove)
    return table


@contextmanager
def _folder() -> Iterator[TemporaryFolder]:
    """A temporary folder, removed where opening fails."""
    folder = TemporaryFolder("kg-table-")
    try:
        yield folder
    except BaseException:
        folder.remove()
        raise


def _local(pattern: str, base: Path, root: Path) -> Iterator[_Source]:
    path = Path(os.path.normpath(base / pattern))  # the folder of the mapping need not be there
    escaped = os.path.normpath(os.path.join(glob.escape(str(base)), pattern))  # noqa: PTH118
    found = [path] if path.exists() else [Path(one) for one in glob.glob(escaped, recursive=True)]  # noqa: PTH207
    files = sorted(one for one in found if one.is_file())
    if not files:
        what = "is a folder" if path.is_dir() else "is not there"
        raise UsageError(
            f"the table {_seen(path, root)} {what}", f"the mapping is in {_seen(base, root)}; look from there"
        )
    for file in files:
        yield _Source(_seen(file, root), file, file.name)


def _seen(path: Path, root: Path) -> str:
    """
    How a path is called from the project folder.

    >>> _seen(Path("/project/mappings/../tables/ged.csv"), Path("/project"))
    'tables/ged.csv'
    """
    return Path(os.path.relpath(path, root)).as_posix()


def _open(source: _Source, options: TableOptions, folder: Path) -> RowFile:
    form = _format(source, options)
    delimiter = _delimiter(source, options)
    if options.first_line > 1 and form not in {"csv", "tsv", "xlsx"}:
        raise UsageError(f"{source.name}: {_ARTICLES[form]} has no titles", "take out `firstLine`")
    if form in {"csv", "tsv", "jsonl"}:
        path = unpacking.plain(source.path, source.name, folder, options.encoding)
        check_form(path, source.name, form)
        if form == "jsonl":
            from kg.tables.jsonl_file import JsonLinesFile

            return JsonLinesFile(source.name, path)
        from kg.tables.csv_file import CsvFile

        if options.first_line > 1:
            path = unpacking.untitled(path, options.first_line, folder)
        return CsvFile(source.name, path, delimiter or ("\t" if form == "tsv" else ""), options.header)
    check_form(source.path, source.name, form)
    if form == "xlsx":
        from kg.tables.xlsx_file import XlsxFile

        return XlsxFile(source.name, source.path, options.sheet, options.first_line)
    from kg.tables.parquet_file import ParquetFile

    return ParquetFile(source.name, source.path)


def _format(source: _Source, options: TableOptions) -> str:
    known = sorted(set(FORMATS.values()))
    if options.format:
        if options.format not in known:
            hint = f"it is one of {', '.join(known)}"
            raise UsageError(f"{source.name}: '{options.format}' is no format of tables", hint)
        return options.format
    suffixes = [suffix.lower() for suffix in PurePosixPath(source.called).suffixes]
    if suffixes and suffixes[-1] in unpacking.PACKED:
        suffixes.pop()
    suffix = suffixes[-1] if suffixes else ""
    if suffix not in FORMATS:
        hint = OTHER_TABLES.get(suffix, f"name its format: {', '.join(known)}")
        if suffix == ".json":
            hint = "save it with one object in each line, and name its format: jsonl"
        raise UsageError(f"{source.name}: the end of its name does not tell how to read it", hint)
    return FORMATS[suffix]


def _delimiter(source: _Source, options: TableOptions) -> str:
    delimiter = _DELIMITER_NAMES.get(options.delimiter, options.delimiter)
    if len(delimiter) > 1 or delimiter in {'"', "\n", "\r", " "}:
        hint = "one character: ',' or ';' or '|' or 'tab'"
        raise UsageError(f"{source.name}: {options.delimiter!r} cannot separate cells", hint)
    return delimiter
