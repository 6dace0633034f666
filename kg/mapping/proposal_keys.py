"""
By what a proposal is known again when the same report is extracted anew.

The key stands for the document, the quotes and what is said: the class of the event and who has which role in it.
Times, counts and wordings are left out, so that an engine that reads them better does not ask a second time.
"""

from __future__ import annotations

from collections.abc import Iterator

from kg.mapping.claims import CLAIM_WORDS
from kg.mapping.iris import digest, fingerprint, normal
from kg.model.records import Listing, Mapping, Node, Scalar
from kg.ontology import Ontology
from kg.ontology import vocabulary as v


def proposal_key(document: str, entry: Mapping, ontology: Ontology) -> str:
    """
    Ten hexadecimal digits that name a proposal: those it was given when it was edited, else made from what it says.

    Args:
        document: The id of its document.
        entry: The claim as the facts file holds it.
        ontology: Which keys are roles.
    """
    given = entry.get(ontology.properties[v.PROPOSAL_KEY].key)
    if isinstance(given, Scalar) and given.text:
        return given.text
    quotes = [normal(" ".join(text.split())) for text in _texts(entry.get(ontology.properties[v.QUOTE].key))]
    said = sorted(part for thing in _things(entry) for part in _said(thing, ontology))
    return digest(document, *_texts(entry.get(v.WORD_OCCURRENCE)), digest(*quotes), digest(*said))[:10]


def _things(entry: Mapping) -> Iterator[Mapping]:
    says = entry.get(v.WORD_SAYS)
    if says is None:
        yield entry
        return
    for item in says.items if isinstance(says, Listing) else (says,):
        if isinstance(item, Mapping):
            yield item


def _said(thing: Mapping, ontology: Ontology) -> Iterator[str]:
    for key, value in thing.entries:
        if key.text in (v.WORD_TYPE, v.WORD_ABOUT):
            yield digest(key.text, *sorted(_texts(value)))
        elif key.text in ontology.thing_keys and key.text not in CLAIM_WORDS:
            cls = ontology.value_class(prop := ontology.thing_keys[key.text])
            if cls is not None and not cls.syntax and not prop.syntax:
                yield digest(key.text, fingerprint(value))


def _texts(node: Node | None) -> list[str]:
    items = node.items if isinstance(node, Listing) else (node,) if node is not None else ()
    return [item.text for item in items if isinstance(item, Scalar)]
