"""The RDF files that a person means, and what to tell somebody who means something else."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from kg.model.errors import UsageError
from kg.ontology.model import nearest

# In a folder lie other files as well: of .json, .xml and .txt few are RDF.
_ENDINGS = (".ttl", ".trig", ".nt", ".nq", ".n3", ".rdf", ".jsonld")
_TOLD = "RDF files end in .ttl, .trig, .nt, .nq, .rdf or .jsonld"
_PACKED = {".gz": "gunzip --keep", ".bz2": "bunzip2 --keep", ".xz": "unxz --keep", ".zst": "unzstd", ".zip": "unzip"}


def rdf_files(paths: Sequence[Path]) -> list[Path]:
    """
    The files, and for a folder those in it whose names say that they are RDF, sorted; each file once.

    What is hidden in a folder is left out.

    Raises:
        UsageError: There is no such file, or none in a folder; it is packed, an address, or no file at all.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        for one in _meant(path):
            found.setdefault(one.resolve(), one)
    return list(found.values())


def _meant(path: Path) -> list[Path]:
    text = os.fspath(path)
    if text == "-" or text.startswith(("/dev/", "/proc/")):
        raise UsageError(f"{text}: RDF is read from files, so that findings have a place", "write it to a file first")
    if address := re.match("(https?):/+(.*)", text):
        raise UsageError(
            f"{address[1]}://{address[2]}: nothing is fetched from the web",
            "download it; what a SPARQL endpoint holds is checked with --store URL",
        )
    try:
        if path.is_dir():
            inside = sorted(_inside(path))
            if not inside:
                raise UsageError(f"{path}: no RDF file in there", _TOLD)
            return inside
        if not path.exists():
            raise UsageError(f"{path}: no such file", _near(path))
        if not path.is_file():
            raise UsageError(f"{path}: this is no ordinary file", "write it to a file first")
    except PermissionError as error:
        raise UsageError(f"{path}: permission denied") from error
    if path.suffix in _PACKED:
        raise UsageError(f"{path}: the file is packed", f"unpack it: {_PACKED[path.suffix]} {path}")
    return [path]


def _inside(folder: Path) -> Iterator[Path]:
    for root, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in files:
            if name.lower().endswith(_ENDINGS) and not name.startswith("."):
                yield Path(root, name)


def _near(path: Path) -> str:
    folder = path.parent
    if not folder.is_dir():
        return f"there is no folder {folder}"
    return nearest(path.name, iter(sorted(one.name for one in folder.iterdir())))
