"""Where the files are that come with kg: ontology, shapes, queries, and the pages that explain findings."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from kg.model.errors import Bug

_PACKAGE = Path(__file__).resolve().parents[1]
_BUNDLE_IN_CHECKOUT = "build/page"
_IN_CHECKOUT = {
    "ontology": "ontology",
    "shapes": "shapes",
    "queries": "queries",
    "mappings": "mappings",
    "frames": "frames",
    "views": "views",
    "findings": "docs/reference/findings",
}


def shipped(kind: Literal["ontology", "shapes", "queries", "mappings", "frames", "views", "findings"]) -> Path:
    """
    The folder of one kind of shipped files: inside the package when installed, at the top of a checkout else.

    >>> shipped("ontology").name
    'ontology'

    Raises:
        Bug: The wheel was built without the folder.
    """
    for folder in (_PACKAGE / "shipped" / kind, _PACKAGE.parent / _IN_CHECKOUT[kind]):
        if folder.is_dir():
            return folder
    raise Bug(f"this copy of kg holds no {kind}", hint="install it again from a wheel or a full checkout")


def page_bundle() -> Path:
    """Where the script and the style of the page are, once they are built: they are no part of a checkout."""
    inside = _PACKAGE / "shipped" / "page"
    return inside if inside.is_dir() else _PACKAGE.parent / _BUNDLE_IN_CHECKOUT
