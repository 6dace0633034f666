"""The check over all files: what is introduced twice, or nowhere, and what is of the wrong kind."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches

from pyoxigraph import NamedNode

from kg.model.findings import Finding, Severity
from kg.model.positions import Position
from kg.model.statements import Introduction, Reference
from kg.ontology import Ontology
from kg.ontology import vocabulary as v

_HASH = re.compile(r"[0-9a-f]{16}")


def check_links(
    introductions: Iterable[Introduction],
    references: Iterable[Reference],
    unread: Sequence[str],
    ontology: Ontology,
    base: str,
) -> Iterator[Finding]:
    """
    Findings over all files: `duplicate-id`, `unknown-reference`, `wrong-reference`, `references-unchecked`.

    `unread` are the files that could not be read: what they introduce is not known, so that one finding for each says
    how many references were not checked. Lazy, in the order of introductions, then of references; both should be sorted
    by position.
    """
    known: dict[NamedNode, list[Introduction]] = defaultdict(list)
    for introduction in introductions:
        known[introduction.iri].append(introduction)
    for places in known.values():
        for again in places[1:]:
            yield _duplicate(again, places[0], base)
    unchecked = 0
    for reference in references:
        places = known.get(reference.iri, [])
        if not places and unread:
            unchecked += 1
        elif not places:
            yield _unknown(reference, known, base)
        elif not _fits(reference, places, ontology):
            yield _wrong(reference, places[0], ontology, base)
    for file in unread if unchecked else ():
        message = f"names in other files could not be looked up ({unchecked}), because this file could not be read"
        hint = "mend it and check again"
        yield Finding("references-unchecked", Severity.info, message, Position(file, 0, 0), hint)


def shown(iri: NamedNode, base: str) -> str:
    """
    An IRI as the facts name it: without the base.

    >>> shown(NamedNode("https://example.org/kawlin-pdf"), "https://example.org/")
    'kawlin-pdf'
    """
    return iri.value.removeprefix(base)


def _duplicate(again: Introduction, first: Introduction, base: str) -> Finding:
    name = shown(again.iri, base)
    hint = f"give this thing another id; to add to '{name}' write `about: {name}`"
    if v.CLAIM in again.types:
        hint = "give this claim another key"
    message = f"'{name}' is introduced a second time"
    related = (("it was introduced here", first.position),)
    return Finding("duplicate-id", Severity.error, message, again.position, hint, related)


def _unknown(reference: Reference, known: Mapping[NamedNode, list[Introduction]], base: str) -> Finding:
    name = shown(reference.iri, base)
    names = {shown(iri, base): places[0] for iri, places in known.items()}
    near = get_close_matches(name, names, n=1, cutoff=0.65)
    hint = f"introduce it with `id: {name}`, in any file"
    if near:
        hint = f"did you mean '{near[0]}'? ({names[near[0]].position}) If not, {hint}"
    of = "" if reference.key == v.WORD_ABOUT else _of(reference.subject, base)
    message = f"no entry introduces '{name}' ({reference.key}{of})"
    return Finding("unknown-reference", Severity.error, message, reference.position, hint)


def _of(subject: NamedNode, base: str) -> str:
    """
    Whose value it is, without the hashes in the names of nested entries; nothing for a claim.

    >>> _of(NamedNode("https://example.org/attack/killed/d8d68ec0ee36bc48"), "https://example.org/")
    ' of attack/killed'
    """
    parts = shown(subject, base).split("/")
    if v.CLAIM_SEGMENT in parts[1:]:
        return ""
    return " of " + "/".join(part for part in parts if not _HASH.fullmatch(part))


def _fits(reference: Reference, places: list[Introduction], ontology: Ontology) -> bool:
    types = [cls for place in places for cls in place.types]
    expected = [cls for cls in reference.expected if cls in ontology.by_iri]
    if not types or not expected:
        return True
    return any(ontology.is_kind_of(cls, wanted) for cls in types for wanted in expected)


def _wrong(reference: Reference, place: Introduction, ontology: Ontology, base: str) -> Finding:
    def label(iri: NamedNode) -> str:
        return ontology.by_iri[iri].label if iri in ontology.by_iri else iri.value

    wanted = " or ".join(label(cls) for cls in reference.expected)
    name = shown(reference.iri, base)
    return Finding(
        "wrong-reference",
        Severity.violation,
        f"'{reference.key}' takes a thing of the kind: {wanted}; '{name}' is: {label(place.types[0])}",
        reference.position,
        "name another thing, or use the key that fits",
        (("it was introduced here", place.position),),
    )
