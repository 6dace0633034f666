"""The check over all files: what is introduced twice, or nowhere, and what is of the wrong kind."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import TypeAlias

from pyoxigraph import NamedNode

from kg.mapping.domains import label, unexpected_key
from kg.mapping.reviews import waiting
from kg.model.findings import Finding, Severity
from kg.model.positions import Position
from kg.model.statements import Introduction, Reference
from kg.ontology import Ontology
from kg.ontology import vocabulary as v

_HASH = re.compile(r"[0-9a-f]{16}")
_Introduced: TypeAlias = Mapping[NamedNode, list[Introduction]]
_COMPARED = 10
"""Names that nobody introduces for which a likely one is looked for; a list with more is another list."""


def check_links(
    links: tuple[Iterable[Introduction], Iterable[Reference]],
    unread: Sequence[str],
    ontology: Ontology,
    base: str,
    more: Counter[Finding] | None = None,
) -> Iterator[Finding]:
    """
    Findings over all files: `duplicate-id`, `unknown-reference`, `unreviewed-reference`, `wrong-reference`,
    `references-unchecked`. Those about an entry that waits for review are at most warnings.

    `links` are the introductions and the references of all files, both sorted by position. `unread` are the files that
    could not be read: what they introduce is not known, so that one finding for each says how many references were not
    checked. Lazy, in the order of introductions, then of references. `more` takes how many further rows a finding
    stands for.
    """
    introductions, references = links
    known: dict[NamedNode, list[Introduction]] = defaultdict(list)
    proposed: dict[NamedNode, list[Introduction]] = defaultdict(list)
    for introduction in introductions:
        (proposed if introduction.is_proposed else known)[introduction.iri].append(introduction)
    yield from _duplicates(known, proposed, base, more)
    names = _Names({**proposed, **known}, base)
    unchecked = 0
    for reference in references:
        waits = proposed.get(reference.iri, [])
        places = known.get(reference.iri) or (waits if reference.is_proposed else [])
        if places:
            found = _misfits(reference, places, ontology, base)
        elif unread:
            unchecked += not reference.is_use
            continue
        elif reference.is_use:
            continue
        else:
            found = iter([_unreviewed(reference, waits[0], base) if waits else _unknown(reference, names)])
        yield from map(waiting, found) if reference.is_proposed else found
    for file in unread if unchecked else ():
        message = f"names in other files could not be looked up ({unchecked}), because this file could not be read"
        hint = "mend it and check again"
        yield Finding("references-unchecked", Severity.info, message, Position(file, 0, 0), hint)


def _duplicates(
    known: _Introduced, proposed: _Introduced, base: str, more: Counter[Finding] | None
) -> Iterator[Finding]:
    """
    What is introduced twice; a proposal may be wrong, and so it is only warned of.

    What is nested in a thing that is introduced twice is so too, and is not told by itself.
    """
    twice = {iri.value for iri, places in known.items() if len(places) > 1}
    for iri, places in known.items():
        if len(places) == 1 or any(above in twice for above in _parents(iri.value)):
            continue
        for again in places[1:]:
            finding = _duplicate(again, places[0], base)
            if more is not None and again.more:
                more[finding] += again.more
            yield finding
    for iri, places in proposed.items():
        first = known.get(iri, places)[0]
        for again in places:
            if again is not first:
                yield waiting(_duplicate(again, first, base))


def _parents(iri: str) -> Iterator[str]:
    """
    The IRIs that stand before each slash.

    >>> list(_parents("ab/c/d"))
    ['ab/c', 'ab']
    """
    while "/" in iri:
        iri = iri.rpartition("/")[0]
        yield iri


class _Names:
    """What is introduced, by name, and the likest of them to one that is not."""

    def __init__(self, known: _Introduced, base: str) -> None:
        self.base = base
        self.places = {shown(iri, base): found[0].position for iri, found in known.items()}
        self.likest: dict[str, str] = {}

    def near(self, name: str) -> str:
        """The likest name, or nothing; only for the first names asked for, as each is compared with every other."""
        if name not in self.likest and len(self.likest) < _COMPARED:
            self.likest[name] = next(iter(get_close_matches(name, self.places, n=1, cutoff=0.65)), "")
        return self.likest.get(name, "")


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


def _unknown(reference: Reference, names: _Names) -> Finding:
    name = shown(reference.iri, names.base)
    near = names.near(name)
    hint = f"introduce it with `id: {name}`, in any file"
    if near:
        hint = f"did you mean '{near}'? ({names.places[near]}) If not, {hint}"
    of = "" if reference.key == v.WORD_ABOUT else _of(reference.subject, names.base)
    message = f"no entry introduces '{name}' ({reference.key}{of})"
    return Finding("unknown-reference", Severity.error, message, reference.position, hint)


def _unreviewed(reference: Reference, proposed: Introduction, base: str) -> Finding:
    name = shown(reference.iri, base)
    of = "" if reference.key == v.WORD_ABOUT else _of(reference.subject, base)
    message = f"'{name}' is only proposed ({reference.key}{of}), and not part of the graph"
    hint = f"accept the entry that introduces it: kg review {proposed.position.file}"
    related = (("it is proposed here", proposed.position),)
    return Finding("unreviewed-reference", Severity.error, message, reference.position, hint, related)


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


def _misfits(reference: Reference, places: list[Introduction], ontology: Ontology, base: str) -> Iterator[Finding]:
    """The finding that a thing is of the wrong kind for the place it is named in, or for a key it is given."""
    types = [cls for place in places for cls in place.types]
    expected = [cls for cls in reference.expected if cls in ontology.by_iri]
    if not types or not expected:
        return
    if any(ontology.is_kind_of(cls, wanted) for cls in types for wanted in expected):
        return
    if reference.is_use:
        yield unexpected_key(types[0], expected, reference.key, reference.position, ontology)
        return
    wanted = " or ".join(label(cls, ontology) for cls in expected)
    name = shown(reference.iri, base)
    yield Finding(
        "wrong-reference",
        Severity.violation,
        f"'{reference.key}' takes a thing of the kind: {wanted}; '{name}' is: {label(types[0], ontology)}",
        reference.position,
        "name another thing, or use the key that fits",
        (("it was introduced here", places[0].position),),
    )
