"""Property paths: from the way SPARQL writes them to the way SHACL does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from pyoxigraph import BlankNode, NamedNode, Triple

from kg.ontology.vocabulary import PREFIXES, RDF_FIRST, RDF_NIL, RDF_REST

_TOKENS = re.compile(r"<[^<>]*>|[/|^()*+?]")
_REPEATED: Final = {"*": "zeroOrMorePath", "+": "oneOrMorePath", "?": "zeroOrOnePath"}


def path_triples(text: str, label: str) -> tuple[NamedNode | BlankNode, list[Triple]]:
    """
    The node that stands for a path, and the triples that describe it; none for a single predicate.

    Args:
        text: The path as SPARQL writes it, with whole IRIs.
        label: What labels of blank nodes begin with.

    >>> path_triples("<urn:p>", "path-1")
    (<NamedNode value=urn:p>, [])
    >>> path_triples("^<urn:p>", "path-1")[1][0].predicate.value
    'http://www.w3.org/ns/shacl#inversePath'

    Raises:
        ValueError: The text is no path.

    Spec: https://www.w3.org/TR/shacl/#property-paths
    """
    tokens = _TOKENS.findall(text)
    if "".join(tokens) != text:
        raise ValueError(f"no path: {text}")
    reading = _Reading(tokens, label)
    node = reading.alternative()
    if reading.next:
        raise ValueError(f"no path: {text}")
    return node, reading.triples


class _Reading:
    """Reads a path from the left. Spec: https://www.w3.org/TR/sparql11-query/#rPath."""

    def __init__(self, tokens: Sequence[str], label: str) -> None:
        self.triples: list[Triple] = []
        self._tokens: Iterator[str] = iter(tokens)
        self._label = label
        self._count = 0
        self.next = next(self._tokens, "")

    def alternative(self) -> NamedNode | BlankNode:
        parts = self._joined("|", self._sequence)
        return parts[0] if len(parts) == 1 else self._path("alternativePath", self._list(parts))

    def _sequence(self) -> NamedNode | BlankNode:
        parts = self._joined("/", self._step)
        return parts[0] if len(parts) == 1 else self._list(parts)

    def _joined(self, sign: str, read: Callable[[], NamedNode | BlankNode]) -> list[NamedNode | BlankNode]:
        parts = [read()]
        while self.next == sign:
            self._take()
            parts.append(read())
        return parts

    def _step(self) -> NamedNode | BlankNode:
        if self.next == "^":
            self._take()
            return self._path("inversePath", self._repeated())
        return self._repeated()

    def _repeated(self) -> NamedNode | BlankNode:
        found = self._take()
        node: NamedNode | BlankNode
        if found == "(":
            node = self.alternative()
            if self._take() != ")":
                raise ValueError("a bracket is not closed")
        elif found.startswith("<"):
            node = NamedNode(found[1:-1])
        else:
            raise ValueError(f"a predicate should stand in place of '{found}'")
        return self._path(_REPEATED[self._take()], node) if self.next in _REPEATED else node

    def _take(self) -> str:
        taken, self.next = self.next, next(self._tokens, "")
        return taken

    def _path(self, kind: str, of: NamedNode | BlankNode) -> BlankNode:
        node = self._new()
        self.triples.append(Triple(node, NamedNode(PREFIXES["sh"] + kind), of))
        return node

    def _list(self, items: list[NamedNode | BlankNode]) -> BlankNode:
        nodes = [self._new() for _ in items]
        rests: list[NamedNode | BlankNode] = [*nodes[1:], RDF_NIL]
        for node, item, rest in zip(nodes, items, rests, strict=True):
            self.triples += [Triple(node, RDF_FIRST, item), Triple(node, RDF_REST, rest)]
        return nodes[0]

    def _new(self) -> BlankNode:
        self._count += 1
        return BlankNode(f"{self._label}-{self._count}")
