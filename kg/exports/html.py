"""One HTML file with graph, map, timeline and table of a view; it works from disk and asks nothing of the network."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any, BinaryIO

from kg.model.errors import EnvironmentFault

_VIEWS = {"graph": "Graph", "map": "Map", "timeline": "Timeline", "table": "Table"}
_SEARCH = "Search names and quotes"
_NO_SCRIPT = "This page draws with JavaScript, from its own file alone; nothing is loaded from anywhere."
_ZOOM = {"zoom-in": ("+", "Nearer"), "zoom-out": ("−", "Farther"), "zoom-all": ("⤢", "Show all")}


@dataclass(frozen=True, slots=True)
class Group:
    """A kind of nodes or a side: its label and its colour."""

    label: str
    color: str


@dataclass(frozen=True, slots=True)
class PageNode:
    """
    A node as the page draws it. `kind`, `side` and `claims` are indices into the page's lists.

    `timed` tells what happens from what lasts, `lies` places from actors; `near` is true where the coordinates are
    those of another place.
    """

    id: str
    label: str
    kind: int
    x: float
    y: float
    size: float
    side: int | None = None
    begin: str | None = None
    end: str | None = None
    timed: bool = False
    lies: bool = False
    lat: float | None = None
    lon: float | None = None
    near: bool = False
    also: tuple[str, ...] = ()
    attrs: tuple[tuple[str, str], ...] = ()
    claims: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PageEdge:
    """An edge between the nodes at two indices; `kind` is an index into the page's kinds of edges."""

    s: int
    t: int
    kind: int
    label: str
    weight: float | None = None
    begin: str | None = None
    end: str | None = None
    claims: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PageClaim:
    """A claim: the index of its document, the voice, exact quotes, our words, and where it was written down."""

    d: int
    v: str
    q: tuple[str, ...]
    w: tuple[str, ...] = ()
    at: str = ""


@dataclass(frozen=True, slots=True)
class PageDocument:
    """A document by its title; `url` only where it can be opened in a browser."""

    title: str
    publisher: str = ""
    issued: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """All that one file shows."""

    title: str
    language: str
    kinds: tuple[Group, ...]
    sides: tuple[Group, ...]
    edge_kinds: tuple[str, ...]
    nodes: tuple[PageNode, ...]
    edges: tuple[PageEdge, ...]
    claims: tuple[PageClaim, ...] = field(default=())
    documents: tuple[PageDocument, ...] = field(default=())


def write_html(page: Page, bundle: Path, output: BinaryIO) -> None:
    """
    Write the file: markup, style, data and script in one. `bundle` is the folder with `page.js` and `page.css`.

    The content policy names the one script and the one style by their hashes and allows no request at all, so that no
    text of the data can become code even if it were read as markup.

    Spec: https://www.w3.org/TR/CSP3/

    Raises:
        EnvironmentFault: The bundle was not built.
    """
    script, style = _part(bundle, "page.js"), _part(bundle, "page.css")
    policy = (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )
    output.write(_head(page, policy).encode("utf-8", "replace"))
    output.write(style + b"</style>\n</head>\n")
    output.write(_body(page).encode("utf-8", "replace"))
    output.write(b'<script type="application/json" id="data">' + embedded(_content(page)))
    output.write(b"</script>\n<script>" + script + b"</script>\n</body>\n</html>\n")


def _head(page: Page, policy: str) -> str:
    return (
        f'<!doctype html>\n<html lang="{escape(page.language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f'<title>{escape(page.title)}</title>\n<link rel="icon" href="data:,">\n<style>'
    )


def _body(page: Page) -> str:
    tabs = "".join(
        f'<button role="tab" type="button" id="tab-{name}" aria-controls="{name}">{label}</button>'
        for name, label in _VIEWS.items()
    )
    views = "".join(
        f'<div class="view" role="tabpanel" id="{name}" aria-labelledby="tab-{name}" tabindex="0"></div>'
        for name in _VIEWS
    )
    zoom = "".join(
        f'<button type="button" id="{name}" title="{title}" aria-label="{title}">{sign}</button>'
        for name, (sign, title) in _ZOOM.items()
    )
    return (
        f"<body>\n<header><h1>{escape(page.title)}</h1>"
        f'<input id="search" type="search" placeholder="{_SEARCH}  ( / )" aria-label="{_SEARCH}">'
        f'<div role="tablist" aria-label="Views">{tabs}</div></header>\n'
        '<aside id="filters" aria-label="Filters and legend"></aside>\n'
        f'<main>{views}<div id="zoom">{zoom}</div></main>\n'
        '<aside id="details" aria-label="Selection" aria-live="polite"></aside>\n'
        f"<noscript>{_NO_SCRIPT}</noscript>\n"
    )


def embedded(content: Any) -> bytes:
    r"""
    JSON that can stand inside a script element: no text of it can end the element or open a comment.

    >>> embedded({"a": "</script><!--"})
    b'{"a":"\\u003c/script\\u003e\\u003c!--"}'
    """
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text.encode("utf-8", "replace")


def _content(page: Page) -> dict[str, Any]:
    """The page as its script reads it: what is empty is left out."""
    content = asdict(page)
    content["edgeKinds"] = content.pop("edge_kinds")
    for name in ("nodes", "edges", "claims", "documents"):
        content[name] = [
            {key: value for key, value in item.items() if key in _KEPT or not _is_empty(value)}
            for item in content[name]
        ]
    return content


_KEPT = frozenset({"id", "label", "title", "v", "q", "w"})


def _is_empty(value: object) -> bool:
    return value is None or value in ((), "") or (value is False)


def _part(bundle: Path, name: str) -> bytes:
    try:
        return (bundle / name).read_bytes()
    except OSError as error:
        raise EnvironmentFault(
            "the script of the page was not built in this copy of kg",
            "run `make bundle` in the checkout, or install kg from a wheel",
        ) from error


def _hash(content: bytes) -> str:
    return f"'sha256-{b64encode(sha256(content).digest()).decode()}'"
