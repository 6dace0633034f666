"""Names for things, claims, nested entries and values: by rule, the same on every build."""

from __future__ import annotations

import hashlib
import unicodedata

from pyoxigraph import NamedNode

from kg.model.records import Listing, Mapping, Node, Scalar

_LONGEST = 200
"""Of an id: beyond it tables, addresses and names of files give up."""


def normal(text: str) -> str:
    """The form in which ids are compared: Unicode NFC, so that two keyboards give one id."""
    return unicodedata.normalize("NFC", text)


def is_id(text: str) -> bool:
    """
    Whether a text can be an id: letters and digits of any script, with their marks, then also `- _ . ~`.

    >>> is_id("kawlin-pdf"), is_id("ကသာ"), is_id("Kawlin PDF"), is_id("a<b>")
    (True, True, False, False)
    """
    return 0 < len(text) <= _LONGEST and text[0].isalnum() and all(map(_can_stand, text))


def _can_stand(character: str) -> bool:
    # Vowel signs and tone marks are no letters to Unicode, and hardly a word of Burmese or Hindi is without them.
    return character.isalnum() or character in "-_.~" or unicodedata.category(character) in ("Mn", "Mc")


def is_path(text: str) -> bool:
    """
    Whether a text can name a thing: an id, or the ids of a nested entry's parents and its own, joined by `/`.

    >>> is_path("attack/place/min-ywar"), is_path("/attack")
    (True, False)
    """
    return all(map(is_id, text.split("/")))


def suggested_id(text: str) -> str:
    """
    An id that could stand for a text that cannot be one; empty where nothing of it remains.

    >>> suggested_id("Kawlin <PDF> ")
    'kawlin-pdf'
    """
    fitting = "".join(c if _can_stand(c) and c not in "_.~" else " " for c in normal(text).casefold()[:_LONGEST])
    return "-".join(fitting.replace("-", " ").split())


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
