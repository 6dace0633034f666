"""Tables at an address: fetched by fsspec, whose protocols they have, into a folder."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from kg.model.errors import UsageError
from kg.tables.address import filesystem, shown, told


class Fetched(NamedTuple):
    """A file that was fetched: its address, without what may be secret in it, and where it lies."""

    name: str
    path: Path


def fetch(pattern: str, folder: Path) -> Iterator[Fetched]:
    """
    Copy the files at an address, which may be a pattern, into a folder; in order of their names.

    Raises:
        UsageError: Nothing is there.
        EnvironmentFault: It cannot be reached, or what fsspec needs for it is not installed.
    """
    files, path = filesystem(pattern, "reading")
    with told(pattern):
        # In an address of the web a `?` begins a query.
        is_pattern = re.search(r"[*\[]", path) is not None
        for number, one in enumerate(_matching(files, path, pattern) if is_pattern else [path]):
            local = folder / f"fetched-{number}"
            with files.open(one, "rb") as source, local.open("wb") as file:
                shutil.copyfileobj(source, file, 1 << 20)
            yield Fetched(shown(str(files.unstrip_protocol(one)) if is_pattern else pattern), local)


def _matching(files: Any, path: str, pattern: str) -> list[str]:
    paths = sorted(files.glob(path))
    if not paths:
        files.ls(re.split(r"[*\[]", path)[0].rpartition("/")[0])  # says where there is no bucket, or no folder
        raise UsageError(f"no file matches {shown(pattern)}", "look at the address in another program")
    return paths
