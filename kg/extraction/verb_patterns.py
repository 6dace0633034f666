"""Whether the words around a verb are those of a pattern of `events.yaml`: "took full control of", "fired rockets"."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

from kg.extraction.clause import Clause
from kg.extraction.knowledge import WORDS, Knowledge
from kg.extraction.phrase import AIRBORNE, FIGHTERS
from kg.extraction.tokens import Token


@dataclass(frozen=True)
class PassedOver:
    """Words that may stand inside a pattern: those of a list, and adverbs by their ending."""

    words: frozenset[str]
    endings: tuple[str, ...]
    no_adverbs: frozenset[str]

    def __contains__(self, word: object) -> bool:
        """Whether a word in small letters may stand there: "landed randomly on"."""
        listed = word in self.words
        return listed or (isinstance(word, str) and word.endswith(self.endings) and word not in self.no_adverbs)


def follows(tokens: Sequence[Token], at: int, words: tuple[str, ...], passed: Container[str]) -> bool:
    """Whether the words stand right after, an adverb or an article passed over."""
    place = at
    for word in words:
        while (
            place < len(tokens)
            and tokens[place].low != word
            and place - at < len(words) + 1
            and tokens[place].low in passed
        ):
            place += 1
        if place >= len(tokens) or tokens[place].low != word:
            return False
        place += 1
    return True


def matches(tokens: Sequence[Token], at: int, end: int, rest: tuple[str, ...], passed: Container[str]) -> bool:
    """Whether the words after a verb are those of its pattern; `*` stands for an object."""
    if not rest:
        return True
    if "*" not in rest:
        return follows(tokens, at, rest, passed)
    star = rest.index("*")
    if not follows(tokens, at, rest[:star], passed):
        return False
    tail = rest[star + 1 :]
    last = min(len(tokens), max(end, at + 1), at + 14)
    starts = (place for place in range(at + star, last - len(tail) + 1) if tokens[place].low == tail[0])
    return any(follows(tokens[:last], place, tail, passed) for place in starts)  # "under its control"


def given_before(tokens: Sequence[Token], clause: Clause, rest: tuple[str, ...]) -> bool:
    """Whether the object of a pattern stands before the verb: "a rocket which they fired", "a post was set up"."""
    nouns = clause.subject if clause.verb.passive else clause.objects
    before = bool(nouns) and nouns[0].first < clause.verb.first and bool(nouns[0].words)
    if not before or len(rest) < 2 or rest[-2] != "*" or nouns[0].words[-1] != rest[-1]:
        return False
    return follows(tokens, clause.verb.last, rest[:-2], frozenset())


def is_done_by(tokens: Sequence[Token], at: int, knowledge: Knowledge) -> bool:
    """As in "backed by": a participle, and no adjective of what follows."""
    following = tokens[at + 1].low if at + 1 < len(tokens) else ""
    return tokens[at].low in knowledge.forms.verbs and following in knowledge.words(WORDS, "done_by")


def is_beside(tokens: Sequence[Token], at: int, knowledge: Knowledge) -> bool:
    """As in "killing and wounding": two participles that "and" joins are verbs, both of them."""
    link, other = (tokens[at + 1].low, tokens[at + 2].low) if at + 2 < len(tokens) else ("", "")
    forms = knowledge.forms.verbs.get(other, ())
    return link in knowledge.words(WORDS, "listing") and any(form.tense == "progressive" for form in forms)


def stands_alone(tokens: Sequence[Token], at: int, knowledge: Knowledge) -> bool:
    """As in "no one inside was hurt": a word of place that a helper of a verb follows governs nothing."""
    following = tokens[at + 1].low if at + 1 < len(tokens) else ""
    alone = tokens[at].low in knowledge.words(WORDS, "places_alone")
    return alone and any(following in knowledge.words(WORDS, name) for name in ("be", "have", "modals"))


def counts_on(tags: Sequence[str], at: int, kinds: tuple[str, str, str]) -> bool:
    """As in "7 killed and more than 35 injured": a number after a verb, and a word that goes on from it."""
    number, verb, joins = kinds
    first = at
    while first and tags[first - 1] == number:
        first -= 1
    return 1 < first < at and (tags[first - 2] == verb or (tags[first - 1] == joins and verb in tags[:first]))


def acts(tokens: Sequence[Token], at: int, knowledge: Knowledge) -> bool:
    """As in "warplanes raid on Halden": who can act before a word, a preposition behind it, and no other verb."""
    following = tokens[at + 1].low if at + 1 < len(tokens) else ""
    head = knowledge.heads.get(tokens[at - 1].low)
    if (
        head is None
        or head.group not in (FIGHTERS, AIRBORNE)
        or following not in knowledge.words(WORDS, "prepositions")
    ):
        return False
    others = (k.low for k in (*tokens[: at - 1], *tokens[at + 2 :]) if not k.capital)
    helpers = [knowledge.words(WORDS, name) for name in ("be", "have", "do", "modals")]
    return not any(low in knowledge.forms.verbs or any(low in words for words in helpers) for low in others)
