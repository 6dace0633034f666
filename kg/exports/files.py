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

    Raises:
        EnvironmentFault: It cannot be written.
    """
    aside = path.with_name(f".{path.name}.part")
    try:
        with aside.open("wb") as file:
            yield file
        aside.replace(path)
    except OSError as error:
        raise EnvironmentFault(f"{path} cannot be written: {(error.strerror or str(error)).lower()}") from error
    finally:
        aside.unlink(missing_ok=True)
