"""Tables at an address: fetched by fsspec, whose protocols they have, into a folder."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from kg.model.errors import EnvironmentFault, UsageError, is_full

# Two letters and more: `c:\tables` is a path.
_ADDRESS = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+://")
_HIDDEN = re.compile(r"(?<=://)[^/@]+@|\?.*")


class Fetched(NamedTuple):
    """A file that was fetched: its address, without what may be secret in it, and where it lies."""

    name: str
    path: Path


def is_address(pattern: str) -> bool:
    """Whether a pattern names files elsewhere."""
    return _ADDRESS.match(pattern) is not None


def fetch(pattern: str, folder: Path) -> Iterator[Fetched]:
    """
    Copy the files at an address, which may be a pattern, into a folder; in order of their names.

    Raises:
        UsageError: Nothing is there.
        EnvironmentFault: It cannot be reached, or what fsspec needs for it is not installed.
    """
    shown = _HIDDEN.sub("", pattern)
    filesystem, path = _filesystem(pattern, shown)
    try:
        # In an address of the web a `?` begins a query.
        is_pattern = re.search(r"[*\[]", path) is not None
        paths = sorted(filesystem.glob(path)) if is_pattern else [path]
        if not paths:
            raise UsageError(f"no file matches {shown}", "look at the address in another program")  # noqa: TRY301
        for number, one in enumerate(paths):
            local = folder / f"fetched-{number}"
            with filesystem.open(one, "rb") as source, local.open("wb") as file:
                shutil.copyfileobj(source, file, 1 << 20)
            name = str(filesystem.unstrip_protocol(one)) if is_pattern else shown
            yield Fetched(_HIDDEN.sub("", name), local)
    except FileNotFoundError as error:
        raise UsageError(f"there is no file at {shown}", "look at the address in another program") from error
    except (UsageError, EnvironmentFault):
        raise
    except Exception as error:  # each protocol has errors of its own
        if is_full(error):
            raise
        reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        hint = "is the network up, and may you read it?"
        raise EnvironmentFault(f"{shown} cannot be fetched ({reason})", hint) from error


def _filesystem(pattern: str, shown: str) -> tuple[Any, str]:
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        raise EnvironmentFault(f"reading {shown} needs fsspec", "pip install 'conflict-kg[tables]'") from error
    try:
        filesystem, path = url_to_fs(pattern)
    except ImportError as error:  # fsspec says which library; it is the protocol's own
        raise EnvironmentFault(f"reading {shown} needs one library more: {error}", "install it with pip") from error
    except ValueError as error:
        raise UsageError(f"{shown}: {error}", "an address begins with https://, s3://, gs:// …") from error
    return filesystem, str(path)
