"""Files that are written whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from kg.model.errors import EnvironmentFault


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
        with aside.open("wb") as file:
            yield file
        aside.replace(path)
    except OSError as error:
        raise EnvironmentFault(f"{given} cannot be written: {(error.strerror or str(error)).lower()}") from error
    finally:
        aside.unlink(missing_ok=True)
