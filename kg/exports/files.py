"""Files and folders that are written whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from kg.model.errors import EnvironmentFault, UsageError
from kg.model.temporary import unfinished


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """
    A file to write to, beside `path`; it takes its place when the block ends without an error, and else is gone.

    A link is followed. What is no ordinary file (a pipe, /dev/stdout) is written to as it is.

    Raises:
        EnvironmentFault: It cannot be written.
    """
    given, path = path, path.resolve()
    aside = path.with_name(f".{path.name}.part")
    try:
        if path.exists() and not path.is_file():
            with path.open("wb") as file:
                yield file
            return
        with unfinished(aside):
            with aside.open("wb") as file:
                yield file
            aside.replace(path)
    except OSError as error:
        raise EnvironmentFault(f"{given} cannot be written: {(error.strerror or str(error)).lower()}") from error
    finally:
        aside.unlink(missing_ok=True)


@contextmanager
def whole_folder(path: Path, mark: str) -> Iterator[Path]:
    """
    A folder to write into, beside `path`; it takes its place when the block ends without an error, and else is gone.

    `mark` is the name of a file that tells a folder of the same kind, which is replaced.

    Raises:
        UsageError: Something else is there, which is left as it is.
        EnvironmentFault: It cannot be written.
    """
    given, path = path, path.resolve()
    if path.exists() and not (path / mark).is_file() and not (path.is_dir() and not any(path.iterdir())):
        raise UsageError(f"{given} is there already, and is something else", "name a new folder")
    aside, before = path.with_name(f".{path.name}.part"), path.with_name(f".{path.name}.before")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir()
        with unfinished(aside):
            yield aside
        if path.exists():
            shutil.rmtree(before, ignore_errors=True)
            path.replace(before)
        aside.replace(path)
    except OSError as error:
        raise EnvironmentFault(f"{given} cannot be written: {(error.strerror or str(error)).lower()}") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
        shutil.rmtree(before, ignore_errors=True)
