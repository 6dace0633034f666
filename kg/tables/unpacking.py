"""Packed files, and texts in other encodings than UTF-8, as plain files: on disk, because they may be large."""

from __future__ import annotations

import codecs
import gzip
import shutil
import tempfile
import zlib
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from kg.model.errors import EnvironmentFault, UsageError, is_full

PACKED: Final = (".gz", ".zst")

# A byte order mark of UTF-32 begins with the one of UTF-16: the longer ones come first.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_CHUNK = 1 << 20


def plain(path: Path, name: str, folder: Path, encoding: str = "") -> Path:
    """
    A file with the text of another in UTF-8; that file itself where it is plain already.

    Bytes that the encoding does not have are kept as they are: the reader then says where they stand.

    Args:
        path: The file. Its first bytes tell whether it is packed, and in which form of Unicode.
        name: How messages call it.
        folder: Where new files go.
        encoding: The name of an encoding; without it, UTF-8 or what the byte order mark says.

    Raises:
        UsageError: It is damaged, or there is no such encoding.
        EnvironmentFault: A library that is needed is not installed.
    """
    path = _unpacked(path, name, folder)
    with path.open("rb") as file:
        start = file.read(4)
    marked = next((marked for mark, marked in _MARKS if start.startswith(mark)), "")
    if marked or _codec(encoding or "utf-8", name) not in {"utf-8", "ascii"}:
        path = _as_utf8(path, marked or encoding, folder)
    return path


def untitled(path: Path, first_line: int, folder: Path) -> Path:
    r"""
    A file like another one, in which each line before the first one of the table is empty: lines keep their numbers.

    Args:
        path: A text in UTF-8; its lines end with `\n`, `\r\n` or `\r`.
        first_line: The number of that line, from 1.
        folder: Where the new file goes.
    """
    made = _new(folder)
    as_they_are = {"encoding": "utf-8", "errors": "surrogateescape", "newline": ""}
    with path.open(**as_they_are) as source, made.open("w", **as_they_are) as file:  # type: ignore[call-overload]
        for _ in range(first_line - 1):
            line = source.readline()
            file.write(line[len(line.rstrip("\r\n")) :])
        shutil.copyfileobj(source, file, _CHUNK)
    return made


def likely_encoding(path: Path) -> str:
    """
    An encoding for a text that is surely not UTF-8; empty where it is, or where only some of its bytes are damaged.

    Windows writes `cp1252` for the languages of western Europe. Other encodings of one byte look the same. Looks at the
    first megabyte.
    """
    with path.open("rb") as file:
        text = file.read(_CHUNK).decode("utf-8", "surrogateescape")
    odd = sum("\udc80" <= character <= "\udcff" for character in text)
    good = sum(character > "\x7f" for character in text) - odd
    return "cp1252" if odd > good else ""


def _codec(encoding: str, name: str) -> str:
    try:
        found = codecs.lookup(encoding)
        "".encode(encoding)  # some codecs, such as "hex", are for bytes alone
    except LookupError as error:
        hint = "for example utf-8, cp1252, iso-8859-1, utf-16"
        raise UsageError(f"{name}: there is no encoding '{encoding}'", hint) from error
    return found.name


def _unpacked(path: Path, name: str, folder: Path) -> Path:
    with path.open("rb") as file:
        start = file.read(4)
    if not start.startswith((_GZIP, _ZSTD)):
        return path
    unpacked = _new(folder)
    try:
        with cast("BinaryIO", _opened(path, start)) as packed, unpacked.open("wb") as file:
            shutil.copyfileobj(packed, file, _CHUNK)
    except (OSError, EOFError, zlib.error) as error:
        if is_full(error):
            raise
        raise UsageError(f"{name}: the packed file is damaged ({error})", "fetch it again") from error
    return unpacked


def _opened(path: Path, start: bytes) -> Any:
    if start.startswith(_GZIP):
        return gzip.open(path)
    zstd = _zstd()
    try:
        return zstd.open(path)
    except zstd.ZstdError as error:
        raise OSError(str(error)) from error


def _zstd() -> Any:
    try:
        from compression import zstd  # Python 3.14
    except ImportError:
        try:
            from backports import zstd
        except ImportError as error:
            raise EnvironmentFault("reading .zst needs backports.zstd", "pip install 'conflict-kg[tables]'") from error
    return zstd


def _as_utf8(path: Path, encoding: str, folder: Path) -> Path:
    """Half characters of UTF-16 stay such; both these and bytes that fit nowhere are no UTF-8 in what is written."""
    wide = encoding.lower().replace("_", "-").startswith(("utf-16", "utf-32"))
    errors = "surrogatepass" if wide else "surrogateescape"
    decode = codecs.getincrementaldecoder(encoding)(errors).decode
    converted = _new(folder)
    with path.open("rb") as source, converted.open("wb") as file:
        try:
            while chunk := source.read(_CHUNK):
                file.write(decode(chunk).encode("utf-8", errors))
            file.write(decode(b"", final=True).encode("utf-8", errors))
        except UnicodeError:
            file.write(b"\xff\n")  # here it breaks off; the reader reports the place
    return converted


def _new(folder: Path) -> Path:
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
        return Path(file.name)
