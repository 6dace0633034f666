"""The shapes graph as texts: a small index for reading shapes, and the error that says which triple is wrong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from pyoxigraph import Triple

from kg.ontology.vocabulary import PREFIXES

RDF = PREFIXES["rdf"]
RDFS = PREFIXES["rdfs"]
SH = PREFIXES["sh"]
TYPE = f"<{RDF}type>"
_FIRST, _REST, NIL = f"<{RDF}first>", f"<{RDF}rest>", f"<{RDF}nil>"
SUBCLASS = f"<{RDFS}subClassOf>"


def sh(name: str) -> str:
    """The text of an IRI of the SHACL vocabulary."""
    return f"<{SH}{name}>"


class ShapeError(ValueError):
    """A shape that is none, and the triple that makes it so: texts, empty ones stand for any."""

    def __init__(self, reason: str, subject: str, predicate: str = "", value: str = "") -> None:
        super().__init__(reason)
        self.triple = (subject, predicate, value)


class ShapeGraph:
    """Triples of a shapes graph by subject and predicate, in the order of the file."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.by_subject: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for triple in triples:
            values = self.by_subject[str(triple.subject)][str(triple.predicate)]
            value = str(triple.object)
            if value not in values:
                values.append(value)

    def values(self, subject: str, predicate: str) -> list[str]:
        """The objects, in the order of the file; may be empty."""
        of = self.by_subject.get(subject)
        return of.get(predicate, []) if of is not None else []

    def value(self, subject: str, predicate: str) -> str:
        """
        The only object, or an empty text.

        Raises:
            ShapeError: There are several.
        """
        values = self.values(subject, predicate)
        if len(values) > 1:
            raise ShapeError(f"{short(predicate)} has {len(values)} values; it may have one", subject, predicate)
        return values[0] if values else ""

    def members(self, subject: str, predicate: str, head: str) -> list[str]:
        """
        The members of the list that begins at `head`, a value of the subject's predicate.

        Raises:
            ShapeError: It is no list, does not end, or runs in a circle.
        """
        found, seen = [], set()
        while head != NIL:
            first, rest = self.values(head, _FIRST), self.values(head, _REST)
            if len(first) != 1 or len(rest) != 1 or head in seen:
                why = "runs in a circle" if head in seen else "is no list, or one without an end"
                raise ShapeError(f"the value of {short(predicate)} {why}", subject, predicate)
            seen.add(head)
            found.append(first[0])
            head = rest[0]
        return found

    def is_list(self, node: str) -> bool:
        """Whether the node begins a list."""
        return node == NIL or bool(self.values(node, _FIRST)) or bool(self.values(node, _REST))

    def subclasses(self, of: str) -> set[str]:
        """The class and everything declared below it."""
        found, waiting = {of}, [of]
        while waiting:
            current = waiting.pop()
            for subject, by_predicate in self.by_subject.items():
                if subject not in found and current in by_predicate.get(SUBCLASS, ()):
                    found.add(subject)
                    waiting.append(subject)
        return found

    def instances(self, of: str) -> Iterator[str]:
        """Subjects that have the class or one below it as a type."""
        classes = self.subclasses(of)
        for subject, by_predicate in self.by_subject.items():
            if not classes.isdisjoint(by_predicate.get(TYPE, ())):
                yield subject


def short(text: str) -> str:
    """
    A term as one speaks of it: SHACL's words with their prefix, other terms as they are.

    >>> short("<http://www.w3.org/ns/shacl#minCount>"), short('"a"')
    ('sh:minCount', '"a"')
    """
    return f"sh:{text[len(SH) + 1 : -1]}" if text.startswith(f"<{SH}") else text
