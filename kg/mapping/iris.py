"""Names for things, claims, nested entries and values: by rule, the same on every build."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from pyoxigraph import NamedNode

from kg.model.records import Listing, Mapping, Node, Scalar

_ID = re.compile(r"[^\W_][\w.~-]*")
_PATH = re.compile(rf"{_ID.pattern}(?:/{_ID.pattern})*")


def normal(text: str) -> str:
    """The form in which ids are compared: Unicode NFC, so that two keyboards give one id."""
    return unicodedata.normalize("NFC", text)


def is_id(text: str) -> bool:
    """
    Whether a text can be an id: letters and digits of any script, then also `- _ . ~`.

    >>> is_id("kawlin-pdf"), is_id("Kawlin PDF"), is_id("a<b>")
    (True, False, False)
    """
    return _ID.fullmatch(text) is not None


def is_path(text: str) -> bool:
    """
    Whether a text can name a thing: an id, or the ids of a nested entry's parents and its own, joined by `/`.

    >>> is_path("attack/place/min-ywar"), is_path("/attack")
    (True, False)
    """
    return _PATH.fullmatch(text) is not None


def suggested_id(text: str) -> str:
    """
    An id that could stand for a text that cannot be one; empty where nothing of it remains.

    >>> suggested_id("Kawlin <PDF> ")
    'kawlin-pdf'
    """
    return re.sub(r"[^\w]+", "-", normal(text).casefold()).strip("-_")


def digest(*parts: str) -> str:
    """
    16 hexadecimal digits (64 bits) that stand for the parts in their order.

    >>> digest("a", "b") == digest("ab")
    False
    """
    joined = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(joined.encode()).hexdigest()[:16]


def fingerprint(node: Node) -> str:
    """
    A text that two nodes share exactly when they say the same, whatever the order of keys and list items.

    >>> one = Mapping(((Scalar("a", 1, 1), Scalar("1", 1, 4)), (Scalar("b", 2, 1), Scalar("2", 2, 4))), 1, 1)
    >>> other = Mapping(((Scalar("b", 7, 1), Scalar("2", 7, 4)), (Scalar("a", 8, 1), Scalar("1", 8, 4))), 7, 1)
    >>> fingerprint(one) == fingerprint(other)
    True
    """
    match node:
        case Scalar():
            return f"{len(node.text)}:{node.text}"
        case Listing():
            return "[" + "".join(sorted(map(fingerprint, node.items))) + "]"
        case Mapping():
            return "{" + "".join(sorted(fingerprint(key) + fingerprint(value) for key, value in node.entries)) + "}"


def below(parent: NamedNode, *segments: str) -> NamedNode:
    """
    The name of what belongs to `parent`.

    >>> below(NamedNode("https://example.org/attack"), "time", "77d1").value
    'https://example.org/attack/time/77d1'
    """
    return NamedNode("/".join((parent.value, *segments)))
