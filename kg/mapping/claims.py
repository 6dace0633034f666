"""
Entries of a facts file → claims: one document, one basis, one voice, and the statements it makes.

A claim's own description goes into the graph of its document, what it says into the graph that it names.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from pyoxigraph import Literal, NamedNode

from kg.mapping.context import SourceText
from kg.mapping.iris import below, is_path, normal, suggested_id
from kg.mapping.quotes import Found, find_quote
from kg.mapping.reviews import reviewed
from kg.mapping.scope import Inference, Scope, Slot
from kg.mapping.things import named_text, thing_iri, write_thing, write_values
from kg.mapping.values.literals import canonical
from kg.mapping.values.problem import quoted
from kg.model.findings import Severity
from kg.model.records import Listing, Mapping, Node, Scalar
from kg.ontology import vocabulary as v

CLAIM_WORDS = frozenset({v.WORD_SAYS, v.WORD_CLAIM, v.WORD_VOICE, v.WORD_OCCURRENCE})
_TEXTS = frozenset({v.QUOTE, v.PARAPHRASE, v.ANALYST, v.BECAUSE})
VOICE_AND_BASIS = _TEXTS | {v.SPEAKER}
"""The keys that decide whose word a claim is and what it rests on."""


@dataclass(frozen=True, slots=True)
class Origin:
    """
    What the entries of a document rest on: its text where it is at hand, and the basis of an entry that carries neither
    quote nor paraphrase.
    """

    source: SourceText | None
    entry_basis: NamedNode


@dataclass(frozen=True, slots=True)
class Head:
    """What an entry says of the claim itself, taken apart from what the claim says."""

    entry: Mapping
    keys: dict[NamedNode, tuple[Scalar, Node]]
    words: dict[str, tuple[Scalar, Node]]
    things: tuple[Mapping, ...]

    def texts(self, prop: NamedNode) -> list[Scalar]:
        """The plain texts under a claim key, in the order written."""
        value = self.keys[prop][1] if prop in self.keys else None
        items = value.items if isinstance(value, Listing) else (value,)
        return [item for item in items if isinstance(item, Scalar)]

    def word(self, name: str) -> str:
        """The text under a word of the facts format; empty where it is not there."""
        return named_text(self.words[name][1]) if name in self.words else ""

    @property
    def voice_of_analyst(self) -> bool:
        """Whether the entry is the analyst's own conclusion."""
        return self.word(v.WORD_VOICE) == v.WORD_ANALYST or v.ANALYST in self.keys


def write_claim(scope: Scope, entry: Mapping, origin: Origin) -> None:
    """
    Write one entry: the claim, what it says, and the claims that the analyst makes inside it.

    `scope` is the document's. What waits for review, and what was rejected, is read and gives no statement.
    """
    reviewed(scope, entry, lambda within: _write(within, entry, origin))


def _write(scope: Scope, entry: Mapping, origin: Origin) -> None:
    head = claim_head(scope, entry)
    if head is None:
        return
    subjects = [(thing, thing_iri(scope, thing)) for thing in head.things]
    known = [(thing, iri) for thing, iri in subjects if iri is not None]
    if not known:
        return
    claim = claim_iri(scope, head, [iri.value for _, iri in known], origin)
    if claim is None:
        return
    inner = replace(scope, graph=claim, subjects={}, inferences={}, inferred=head.voice_of_analyst)
    before = len(scope.mapped.statements)
    for thing, iri in known:
        write_thing(inner, thing, iri)
    says_something = any(s.quad.graph_name == claim for s in scope.mapped.statements[before:])
    if says_something or head.keys:
        describe(inner, head, claim, origin)
    elif not inner.inferences:
        scope.report("empty-entry", "this entry says nothing of the thing it names", entry, "add what is said of it")
    for inference in inner.inferences.values():
        describe_inference(scope, inference)


def claim_head(scope: Scope, entry: Mapping) -> Head | None:
    """The claim's own keys and the things it states something of; None where it states nothing, which is reported."""
    keys, words, rest = taken_apart(scope, entry)
    if v.WORD_SAYS not in words:
        if not rest:
            scope.report("empty-entry", "this entry says nothing", entry, "give it `says`, or keys of a thing")
            return None
        return Head(entry, keys, words, (Mapping(tuple(rest), entry.line, entry.column),))
    for key, _ in rest:
        scope.report(
            "unknown-key", f"'{key.text}' cannot stand beside `says`", key, "move it into an entry below `says`"
        )
    says = words[v.WORD_SAYS][1]
    items = says.items if isinstance(says, Listing) else (says,)
    if not items:
        scope.report("empty-entry", "`says` is empty: this claim says nothing", says, "list what it says below it")
    for item in items:
        if not isinstance(item, Mapping):
            scope.report("unexpected-shape", "`says` takes entries with keys", item, "write `- about: …` or `- id: …`")
    return Head(entry, keys, words, tuple(item for item in items if isinstance(item, Mapping)))


def taken_apart(
    scope: Scope, entry: Mapping
) -> tuple[dict[NamedNode, tuple[Scalar, Node]], dict[str, tuple[Scalar, Node]], list[tuple[Scalar, Node]]]:
    """An entry's keys: the claim's by property, the words of the format, and the rest, which are a thing's."""
    keys: dict[NamedNode, tuple[Scalar, Node]] = {}
    words: dict[str, tuple[Scalar, Node]] = {}
    rest: list[tuple[Scalar, Node]] = []
    for key, value in entry.entries:
        prop = scope.context.ontology.claim_keys.get(key.text)
        if prop is not None:
            keys[prop.iri] = (key, value)
            if prop.iri in _TEXTS:
                _check_texts(scope, key, value)
        elif key.text == v.WORD_SAYS or (key.text in CLAIM_WORDS and isinstance(value, Scalar)):
            words[key.text] = (key, value)
        elif key.text in CLAIM_WORDS:
            scope.report("unexpected-shape", f"'{key.text}' takes one plain text", value)
        else:
            rest.append((key, value))
    return keys, words, rest


def _check_texts(scope: Scope, key: Scalar, value: Node) -> None:
    """Report what is no plain text under a key that takes such, one or a list."""
    for item in value.items if isinstance(value, Listing) else (value,):
        if not isinstance(item, Scalar):
            scope.report(
                "unexpected-shape", f"'{key.text}' takes plain texts", item, "write the words, or a list of them"
            )


def claim_iri(scope: Scope, head: Head, subjects: list[str], origin: Origin) -> NamedNode | None:
    """The claim's IRI: by its key, else by what it rests on, whose word it is and what it is about."""
    named = head.words.get(v.WORD_CLAIM)
    if named is not None:
        text = normal(named_text(named[1]))
        if not is_path(text) or "/" in text:
            scope.report("invalid-id", f"{quoted(text)} cannot name a claim", named[1], f"try '{suggested_id(text)}'")
            return None
        claim = below(scope.document, v.CLAIM_SEGMENT, text)
        scope.introduce(claim, (v.CLAIM,), named[1])
        return claim
    rests_on = [s.text for prop in (v.QUOTE, v.PARAPHRASE, v.CODED_IN) for s in head.texts(prop)]
    voice = sorted(s.text for prop in (v.SPEAKER, v.ANALYST, v.BECAUSE) for s in head.texts(prop))
    parts = (head.word(v.WORD_OCCURRENCE), head.word(v.WORD_VOICE), origin.entry_basis.value)
    digest = scope.context.digest
    named_by = digest(*parts, digest(*rests_on), digest(*voice), digest(*sorted(subjects)))
    return below(scope.document, v.CLAIM_SEGMENT, named_by)


def describe(inner: Scope, head: Head, claim: NamedNode, origin: Origin) -> None:
    """Write the claim's description into the document's graph; `inner` is the scope that the claim was written in."""
    scope, entry = replace(inner, graph=inner.document, inferred=False), head.entry
    scope.add(claim, v.RDF_TYPE, v.CLAIM, entry, entry)
    scope.add(claim, v.DOCUMENT_OF, scope.document, entry, entry)
    for subject in inner.subjects:
        scope.add(claim, v.IS_ABOUT, subject, entry, entry)
    basis = list(_bases(head, origin.entry_basis))
    for one in basis:
        scope.add(claim, v.BASIS, one, entry, entry)
    _voice(scope, head, claim, basis)
    _quotes(scope, head, claim, origin.source)
    _check_supports(scope, head, origin.source)
    for iri, (key, value) in head.keys.items():
        if iri in (v.PARAPHRASE, v.BECAUSE):
            for text in head.texts(iri):
                scope.add(claim, iri, Literal(text.text), text, key)
        elif iri not in VOICE_AND_BASIS:
            write_values(scope, Slot(claim, scope.context.ontology.properties[iri], key), value)


def _bases(head: Head, entry_basis: NamedNode) -> Iterator[NamedNode]:
    if v.QUOTE in head.keys:
        yield v.QUOTATION
    if v.PARAPHRASE in head.keys:
        yield v.PARAPHRASED
    if v.QUOTE in head.keys or v.PARAPHRASE in head.keys:
        return
    if head.voice_of_analyst:
        yield v.INFERENCE
    elif entry_basis != v.QUOTATION:
        yield entry_basis


def _voice(scope: Scope, head: Head, claim: NamedNode, basis: list[NamedNode]) -> None:
    """Write whose word it is: the speakers, else the analyst, else the writer; a registry's entry is nobody's."""
    word = head.words.get(v.WORD_VOICE)
    if word is not None and head.word(v.WORD_VOICE) not in (v.WORD_WRITER, v.WORD_ANALYST):
        hint = "write `voice: writer` or `voice: analyst`; a speaker's id goes under `speaker`"
        scope.report("unknown-word", f"'{head.word(v.WORD_VOICE)}' is no voice", word[1], hint)
    if v.BECAUSE in head.keys and not head.voice_of_analyst:
        key = head.keys[v.BECAUSE][0]
        hint = "write `voice: analyst`, or leave the reason out"
        scope.report("reason-without-analyst", "only the analyst gives a reason", key, hint, Severity.violation)
    if v.SPEAKER in head.keys:
        key, value = head.keys[v.SPEAKER]
        write_values(scope, Slot(claim, scope.context.ontology.properties[v.SPEAKER], key), value)
    if head.voice_of_analyst:
        key, value = head.keys.get(v.ANALYST) or word or (head.entry, head.entry)  # type: ignore[assignment]
        names = head.texts(v.ANALYST) or [Scalar(scope.context.analyst, value.line, value.column)]
        for name in names:
            scope.add(claim, v.ANALYST, Literal(name.text), name, key)
    stated = word is not None and head.word(v.WORD_VOICE) == v.WORD_WRITER
    nobody_else = v.SPEAKER not in head.keys and not head.voice_of_analyst and v.REGISTRY_ENTRY not in basis
    if stated or nobody_else:
        at = word[1] if word is not None else head.entry
        scope.add(claim, v.WRITERS_VOICE, canonical("true", v.XSD_BOOLEAN), at, at)


def _quotes(scope: Scope, head: Head, claim: NamedNode, source: SourceText | None) -> None:
    if v.QUOTE not in head.keys:
        return
    key = head.keys[v.QUOTE][0]
    occurrence = _occurrence(scope, head)
    for quote in head.texts(v.QUOTE):
        if not quote.text.strip():
            scope.report("empty-value", "a quote is empty", quote, "quote the words, or say `paraphrase:`")
            continue
        words = quote.text.strip()
        span = below(claim, v.SPAN_SEGMENT, scope.context.digest(words, str(occurrence or "")))
        scope.add(claim, v.HAS_SPAN, span, quote, key)
        scope.add(span, v.RDF_TYPE, v.SPAN, quote, key)
        found = _find(scope, source, quote, occurrence) if source is not None else None
        if source is not None and found is not None:
            words = source.characters[found.start : found.end]
            for prop, number in ((v.QUOTE_START, found.start), (v.QUOTE_END, found.end)):
                scope.add(span, prop, canonical(str(number), v.XSD_INTEGER), quote, key)
        scope.add(span, v.EXACT_TEXT, Literal(words), quote, key)
        scope.add(claim, v.QUOTE, Literal(words), quote, key)


def _check_supports(scope: Scope, head: Head, source: SourceText | None) -> None:
    """Report words that are to support the claim and do not stand in the text."""
    if source is None or v.SUPPORT not in head.keys:
        return
    key = scope.context.ontology.properties[v.SUPPORT_WORDS].key
    value = head.keys[v.SUPPORT][1]
    for item in value.items if isinstance(value, Listing) else (value,):
        words = item.get(key) if isinstance(item, Mapping) else item
        if isinstance(words, Scalar) and words.text.strip():
            found = find_quote(source.characters, words.text.strip())
            if not isinstance(found, Found) and not found.places:
                hint = f"the nearest words are: {found.nearest}" if found.nearest else "write the exact words"
                scope.report("quote-not-found", f"these words do not occur in {source.path}", words, hint)


def _occurrence(scope: Scope, head: Head) -> int | None:
    if v.WORD_OCCURRENCE not in head.words:
        return None
    text = head.word(v.WORD_OCCURRENCE)
    if text.isascii() and text.isdigit() and int(text[:9]) > 0:
        return int(text[:9])
    at = head.words[v.WORD_OCCURRENCE][1]
    scope.report("invalid-value", f"'{text}' is no occurrence", at, "write 1 for the first place, 2 for the second …")
    return None


def _find(scope: Scope, source: SourceText, quote: Scalar, occurrence: int | None) -> Found | None:
    found = find_quote(source.characters, quote.text.strip(), occurrence)
    if isinstance(found, Found):
        if found.folded:
            exact = source.characters[found.start : found.end]
            scope.report(
                "quote-folded",
                "the quote differs from the text in quotation marks, dashes or spaces",
                quote,
                f"the text has: {exact}",
                Severity.warning,
            )
        return found
    if found.places:
        much = f"`occurrence: 1` … `{found.places}`"
        scope.report(
            "quote-not-unique",
            f"the quote stands {found.places} time{'s' if found.places > 1 else ''} in {source.path}",
            quote,
            f"quote more words, or say which: {much}",
        )
    else:
        hint = (
            f"the nearest words are: {found.nearest}"
            if found.nearest
            else "quote the exact words, or say `paraphrase:`"
        )
        scope.report("quote-not-found", f"the quote does not occur in {source.path}", quote, hint)
    return None


def describe_inference(scope: Scope, inference: Inference) -> None:
    """Write the description of a claim that the analyst makes beside an entry."""
    claim, reason = inference.claim, inference.reason
    scope.add(claim, v.RDF_TYPE, v.CLAIM, reason, reason)
    scope.add(claim, v.DOCUMENT_OF, scope.document, reason, reason)
    scope.add(claim, v.BASIS, v.INFERENCE, reason, reason)
    scope.add(claim, v.ANALYST, Literal(scope.context.analyst), reason, reason)
    scope.add(claim, v.BECAUSE, Literal(reason.text), reason, reason)
    for subject in inference.subjects:
        scope.add(claim, v.IS_ABOUT, subject, reason, reason)
