"""Small questions on the words of names."""

from __future__ import annotations

from collections.abc import Sequence

from kg.extraction.registry import Known
from kg.extraction.tokens import Token

LEADS = frozenset({":", "|"})
"""Signs behind what stands before an entry: "Halden: …", "3 May | Halden | …"."""


def only_joined(tokens: Sequence[Token], first: int, last: int, listing: frozenset[str]) -> bool:
    """Whether nothing but commas and "and" stands between two names."""
    return last > first and all(t.low == "," or t.low in listing for t in tokens[first:last])


def one_letter_apart(word: str, other: str) -> bool:
    """
    Whether one letter added, left out or changed makes one word of the other.

    >>> one_letter_apart("Kyunha", "Kyunhla"), one_letter_apart("Kawlin", "Kawlin"), one_letter_apart("Kale", "Tamu")
    (True, False, False)
    """
    if word == other or abs(len(word) - len(other)) > 1:
        return False
    same = next((i for i, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), min(len(word), len(other)))
    left, right = word[same:], other[same:]
    return left[1:] == right[1:] or left[1:] == right or left == right[1:]


def same_case(part: Sequence[Token], things: Sequence[Known]) -> bool:
    """A name is written with its capitals; an acronym must have all of them."""
    words = [t.text for t in part]
    for thing in things:
        for name in thing.names:
            if name[:1].islower() or (len(part) > 1 and (words[0][0].isupper() or _numbered(words))):
                return True
            if len(part) == 1 and (
                name == words[0] or (not name.isupper() and words[0][0].isupper() and not words[0].isupper())
            ):
                return True
    return False


def _numbered(words: Sequence[str]) -> bool:
    """
    Whether a name begins with a number.

    >>> _numbered(["400", "Mawozo"]), _numbered(["400", "houses"])
    (True, False)
    """
    return words[0].isdigit() and all(word[0].isupper() for word in words[1:])


def bracketed(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word stands alone in round brackets."""
    return 0 < at < len(tokens) - 1 and tokens[at - 1].text == "(" and tokens[at + 1].text == ")"


def words_of(tokens: Sequence[Token], first: int, last: int) -> str:
    """The words as printed, with single blanks between those that have one."""
    made = ""
    for before, token in zip((None, *tokens[first:last]), tokens[first:last], strict=False):
        made += (" " if before is not None and token.start > before.end else "") + token.text
    return made
