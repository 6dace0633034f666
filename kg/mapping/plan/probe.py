"""
The reference, tried on what the cells of one value can say.

Its statements come back as texts in which marks stand for what differs from row to row: the subject, the claim, digests
of these, and cells. Whatever the reference does with a value is so found out, not written a second time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from pyoxigraph import NamedNode

from kg.mapping.claims import describe_inference
from kg.mapping.context import Context
from kg.mapping.plan.pieces import Cell, Length, Named, Piece, Pieces
from kg.mapping.scope import Scope
from kg.model.findings import Finding
from kg.model.statements import Mapped
from kg.ontology import vocabulary as v

SUBJECT: Final = NamedNode("urn:x-kg-subject:")
CLAIM: Final = NamedNode("urn:x-kg-claim:")
NESTED: Final = "x-kg-nested"
"""The id that stands for that of a nested entry, which is learnt by itself."""

_TOKEN = "~x{}~"  # noqa: S105 # no secret: stands for a digest in an IRI

Quad4 = tuple[str, str, str, str]


class Spot(NamedTuple):
    """What is referred to or introduced, with its place in the mapping."""

    iri: str
    classes: tuple[NamedNode, ...]
    line: int
    column: int
    key: str = ""
    subject: str = ""
    is_use: bool = False


@dataclass(slots=True)
class Said:
    """
    What one value said: quads as N-Triples texts with marks, and the parts of each digest in them.

    `findings` are what is wrong with it: rows that say this are left to the reference, and so are those whose texts are
    `confusing`. `terms` are texts of a name.
    """

    quads: dict[Quad4, None] = field(default_factory=dict)
    digests: list[tuple[tuple[str, ...], bool]] = field(default_factory=list)
    introduced: list[Spot] = field(default_factory=list)
    referred: list[Spot] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    terms: dict[str, str] = field(default_factory=dict)
    marked: frozenset[str] = frozenset()
    confusing: bool = False

    @property
    def odd(self) -> bool:
        """Whether only the reference can tell what the row says."""
        return self.confusing or bool(self.findings)

    @property
    def states(self) -> bool:
        """Whether some of it stands in the claim's own graph, and not in that of an inference beside it."""
        return any(graph == str(CLAIM) for *_, graph in self.quads)


class Probe:
    """Runs the reference with marks in the place of the subject and the claim. `plain` are cells that stand for any."""

    def __init__(self, scope: Scope, plain: frozenset[str] = frozenset()) -> None:
        self.said = Said(marked=plain)
        self._known: dict[tuple[tuple[str, ...], bool], str] = {}
        context: Context = replace(scope.context, digest=self._digest)
        self.mapped = Mapped(scope.sheet.file)
        self.scope = replace(
            scope, context=context, mapped=self.mapped, graph=CLAIM, subjects={}, inferences={}
        )  # fmt: skip

    def _digest(self, *parts: str) -> str:
        # Subjects are sorted by what they are called, which is another order in each row.
        return self._token(parts, in_order=len(parts) < 2 or not all(part.startswith(SUBJECT.value) for part in parts))

    def _token(self, parts: tuple[str, ...], *, in_order: bool) -> str:
        key = (parts, in_order)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = _TOKEN.format(len(self.said.digests))
            self.said.digests.append(key)
        return known

    def finished(self) -> Said:
        """What was said, after the claim is said to be about whatever it states something of."""
        about = replace(self.scope, graph=self.scope.document, inferred=False)
        at = self.scope.sheet.root
        for subject in self.scope.subjects:
            about.add(CLAIM, v.IS_ABOUT, subject, at, at)
        for inference in self.scope.inferences.values():
            describe_inference(about, inference)
        for quad, *_ in self.mapped.statements:
            self.said.quads[str(quad.subject), str(quad.predicate), str(quad.object), str(quad.graph_name)] = None
        self.said.introduced = [
            Spot(i.iri.value, i.types, i.position.line, i.position.column) for i in self.mapped.introductions
        ]
        self.said.referred = [
            Spot(r.iri.value, r.expected, r.position.line, r.position.column, r.key, r.subject.value, r.is_use)
            for r in self.mapped.references
        ]
        self.said.findings = self.mapped.findings
        return self.said


_TOKENS = re.compile("~x([0-9]+)~")
_MARK = re.compile(rf"urn:x-kg-subject:(?:[0-9]+:)?(?:/[^/~>\s]+/{NESTED})?|urn:x-kg-claim:|~x[0-9]+~")


@dataclass(frozen=True, slots=True)
class Marks:
    """What the marks in a value's texts stand for: names of the row's texts, and cells by their sentinel."""

    names: Mapping[str, str]
    cells: Mapping[str, Cell]

    def pieces(self, text: str, digests: Callable[[int], str], *, in_literal: bool = False) -> Pieces:
        """A text with marks, in pieces; `digests` gives the name of a digest's text."""
        found: list[Piece] = []
        at = 0
        for mark, start, end in self._found(text):
            if start > at:
                found.append(text[at:start])
            at = end
            if mark in self.cells:
                cell = self.cells[mark]
                found.append(cell._replace(escaped=cell.escaped and in_literal))
            else:
                found.append(Named(digests(int(mark[2:-1])) if mark.startswith("~x") else self.names[mark]))
        return tuple(found) + ((text[at:],) if at < len(text) else ())

    def term(self, text: str, digests: Callable[[int], str]) -> Pieces:
        """An N-Triples text with marks, in pieces."""
        return self.pieces(text, digests, in_literal=text.startswith('"'))

    def part(self, text: str, digests: Callable[[int], str]) -> Pieces:
        """A part of a digest; a fingerprint of a plain text begins with its length, which differs with the text."""
        length, colon, rest = text.partition(":")
        if colon and length.isdecimal() and int(length) == len(rest) and self._found(rest):
            inner = self.pieces(rest, digests)
            return (Length(inner), ":", *inner)
        return self.pieces(text, digests)

    def differs(self, text: str) -> bool:
        """Whether something in a text differs from row to row."""
        return bool(self._found(text))

    def _found(self, text: str) -> list[tuple[str, int, int]]:
        found = [(m[0], m.start(), m.end()) for m in _MARK.finditer(text)]
        for sentinel in self.cells:
            found += [(sentinel, m.start(), m.end()) for m in re.finditer(re.escape(sentinel), text)]
        return sorted(found, key=lambda one: one[1])


def has_marks(text: str) -> bool:
    """Whether something in a text differs from row to row."""
    return _MARK.search(text) is not None


def is_confusing(filled: object) -> bool:
    """Whether some text of a node, or of a tuple of nodes, looks like a mark of ours."""
    if isinstance(filled, str):
        return NESTED in filled or has_marks(filled)
    return isinstance(filled, tuple) and any(map(is_confusing, filled))


def renumbered(text: str, numbers: Mapping[int, int]) -> str:
    """A text whose digests have the numbers of a table, not those of one trial."""
    if "~x" not in text:  # as in most: a search for a text is quicker than one for a pattern
        return text
    return _TOKENS.sub(lambda found: _TOKEN.format(numbers.get(int(found[1]), int(found[1]))), text)
