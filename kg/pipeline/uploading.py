"""Files that were made here → an address, through fsspec: each whole or not at all, nothing left where one fails."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from kg.model.errors import UsageError
from kg.tables.address import filesystem, shown, told


def check_destination(address: str) -> None:
    """
    Ask for an address before the work begins: an hour later it would be too late.

    An address that ends in `/` is a new folder.

    Raises:
        UsageError: The folder is there already, there is no bucket, or nothing can be written to such addresses.
        EnvironmentFault: It cannot be reached, or one may not.
    """
    if address.lower().startswith(("http://", "https://")):
        raise UsageError(f"nothing can be written to {shown(address)}", "name a file, or an address such as s3://…")
    files, path = filesystem(address, "writing")
    with told(address):
        if _is_there(files, path) and address.endswith("/"):
            raise UsageError(f"{shown(address)} is there already", "remove it, or name another folder")


def upload(local: Path, address: str) -> None:
    """
    Send a file, or the files of a folder, to an address; what was sent is removed where one of them fails.

    Raises:
        UsageError: There is no bucket.
        EnvironmentFault: It cannot be reached, or one may not.
    """
    files, path = filesystem(address, "writing")
    with told(address):
        if local.is_dir():
            _upload_folder(files, local, path.rstrip("/"))
        else:
            files.put_file(str(local), path)  # a store of objects keeps what was there until all has come


def _upload_folder(files: Any, local: Path, path: str) -> None:
    begun: list[str] = []
    try:
        for one in sorted(local.iterdir()):
            begun.append(f"{path}/{one.name}")
            files.put_file(str(one), begun[-1])
    except BaseException:
        for target in begun:
            with suppress(Exception):  # the first error is the one to tell
                files.rm_file(target)
        raise


def remove(address: str) -> None:
    """Remove a folder at an address, if it is there."""
    files, path = filesystem(address, "writing")
    with told(address), suppress(FileNotFoundError):
        files.rm(path, recursive=True)


def _is_there(files: Any, path: str) -> bool:
    try:
        files.info(path)
    except FileNotFoundError as error:
        if "bucket does not exist" in str(error):
            raise
        return False
    return True
