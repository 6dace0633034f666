"""Triples in memory, by predicate and whichever end is asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

# Sets that keep their order, so that the same graph gives the same results in the same order. What stands beside a
# member is the place of its triple in the index, and nothing elsewhere.
Set: TypeAlias = dict[str, Any]
NONE: Set = {}


class TripleIndex:
    """
    Distinct triples, as texts, by predicate and subject; other directions are indexed when first asked for.

    `out` leads from predicate and subject to objects, each with the place of the triple (see `kg.columns.files`), 0
    where none is known.

    >>> index = TripleIndex([("<urn:a>", "<urn:p>", '"1"')])
    >>> index.discard("<urn:a>", "<urn:p>", '"1"'), list(index)
    (True, [])
    """

    def __init__(
        self, triples: Iterable[tuple[str, str, str]] = (), out: dict[str, dict[str, dict[str, int]]] | None = None
    ) -> None:
        self.out = {} if out is None else out
        self._placed = out is not None
        self._into: dict[str, dict[str, Set]] = {}
        self._about: dict[str, dict[tuple[str, str], None]] | None = None
        self._mentions: dict[str, int] | None = None
        for subject, predicate, value in triples:
            self.add(subject, predicate, value)

    def __iter__(self) -> Iterator[tuple[str, str, str]]:
        for predicate, by_subject in self.out.items():
            for subject, values in by_subject.items():
                for value in values:
                    yield subject, predicate, value

    def __len__(self) -> int:
        return sum(len(values) for by_subject in self.out.values() for values in by_subject.values())

    def __contains__(self, triple: tuple[str, str, str]) -> bool:
        subject, predicate, value = triple
        return value in self.out.get(predicate, {}).get(subject, NONE)

    def place(self, subject: str, predicate: str, value: str) -> tuple[int, str]:
        """The place of a triple and `object`; else that of the nearest: same subject and predicate, or same subject."""
        if not self._placed:
            return 0, ""
        values = self.out.get(predicate, {}).get(subject, NONE)
        if value in values:
            return values[value], "object"
        if values:
            return next(iter(values.values())), "predicate"
        firsts = [next(iter(found.values())) for by in self.out.values() if (found := by.get(subject))]
        if firsts:
            return min(firsts), "subject"
        return self._first_mention(subject), "mention"

    def _first_mention(self, value: str) -> int:
        """The place of the first triple whose object is the term, 0 where there is none."""
        if self._mentions is None:
            self._mentions = {}
            for by_subject in self.out.values():
                for values in by_subject.values():
                    for one, place in values.items():
                        if self._mentions.setdefault(one, place) > place:
                            self._mentions[one] = place
        return self._mentions.get(value, 0)

    def add(self, subject: str, predicate: str, value: str) -> None:
        """Add a triple; nothing happens where it is there."""
        self._mentions = None
        self.out.setdefault(predicate, {}).setdefault(subject, {}).setdefault(value, 0)
        if predicate in self._into:
            self._into[predicate].setdefault(value, {})[subject] = None
        if self._about is not None:
            self._about.setdefault(subject, {})[predicate, value] = None

    def discard(self, subject: str, predicate: str, value: str) -> bool:
        """Take a triple out; False where it was not there."""
        values = self.out.get(predicate, {}).get(subject, {})
        if value not in values:
            return False
        self._mentions = None
        del values[value]
        if not values:
            del self.out[predicate][subject]
        if predicate in self._into:
            subjects = self._into[predicate][value]
            del subjects[subject]
            if not subjects:
                del self._into[predicate][value]
        if self._about is not None:
            del self._about[subject][predicate, value]
        return True

    def into(self, predicate: str) -> Mapping[str, Set]:
        """The subjects of a predicate by object."""
        found = self._into.get(predicate)
        if found is None:
            found = self._into[predicate] = {}
            for subject, values in self.out.get(predicate, {}).items():
                for value in values:
                    found.setdefault(value, {})[subject] = None
        return found

    def about(self, subject: str) -> Iterable[tuple[str, str]]:
        """The predicates and objects of a subject."""
        if self._about is None:
            self._about = defaultdict(dict)
            for one, predicate, value in self:
                self._about[one][predicate, value] = None
        return self._about.get(subject, ())
