"""Shapes of words by which clauses are told apart: participles without helpers, sentences without a "that", lists."""

from __future__ import annotations

from collections.abc import Sequence

from kg.extraction import tags as t
from kg.extraction.appositions import chain_start
from kg.extraction.clause import Clause, ClauseWords
from kg.extraction.phrase import Link, Noun, Phrase, Verb

_BEYOND = 3
"""Words that a pattern may reach beyond the clause, where what follows is none."""


def token_end(phrases: Sequence[Phrase], clause: Clause) -> int:
    """
    Up to which word a pattern of a clause's verb may reach.

    As in "used them as shields": what a subordinator opens may be no clause, but a part of the verb.
    """
    last = min(clause.end, len(phrases)) - 1
    end = phrases[last].last if last >= 0 else 0
    link = phrases[clause.end] if clause.end < len(phrases) else None
    return end + (_BEYOND if isinstance(link, Link) and link.kind == t.SUBORDINATOR else 0)


def is_reduced(phrases: Sequence[Phrase], at: int, before: Clause, words: ClauseWords) -> bool:
    """As in "ceded the town under a deal brokered by China", "downed 44 drones fired overnight": what was done."""
    verb, noun = phrases[at], phrases[at - 1]
    if not isinstance(verb, Verb):
        return False
    plain = verb.tense == "past" and verb.ambiguous and not verb.helpers and isinstance(noun, Noun) and not noun.pronoun
    if not plain or isinstance(phrases[at - 2], Noun) or before.verb.lemma in words.saying:
        return False
    after = phrases[at + 1] if at + 1 < len(phrases) else None
    if isinstance(after, Link) and after.low in words.agent:
        return True
    if (
        isinstance(after, Verb)
        and after.infinitive
        and verb.lemma in words.control
        and before.joined_kind != t.RELATIVE
    ):
        return before.verb.finite  # "by men believed to be rebels"
    told = phrases[before.at + 1]
    full = before.verb.finite and before.joined_kind != t.RELATIVE and isinstance(told, Noun) and told is not noun
    last = isinstance(told, Noun) and told is noun and before.verb.finite and before.joined_kind != t.RELATIVE
    return (full or last) and not isinstance(after, Noun)


def is_contact(phrases: Sequence[Phrase], clause: Clause, words: ClauseWords) -> bool:
    """As in "two soldiers it had kidnapped": a noun, a pronoun that begins a clause, and no object after the verb."""
    before = phrases[clause.start - 1] if clause.start else None
    pronoun = len(clause.subject) == 1 and bool(clause.subject[0].pronoun) and clause.subject_of < 0
    free = not (clause.objects or clause.joined_by or clause.verb.passive or clause.verb.lemma in words.saying)
    return (
        pronoun and free and isinstance(before, Noun) and not before.pronoun and clause.subject[0].first == before.last
    )


def share_objects(phrases: Sequence[Phrase], before: Clause, clause: Clause) -> None:
    """As in "attacked and burned a village": two verbs that nothing but "and" stands between have one object."""
    between = phrases[before.at + 1 : clause.at]
    beside = bool(between) and all(isinstance(p, Link) and (p.listing or p.kind == t.ADVERB) for p in between)
    alike = before.verb.passive == clause.verb.passive and before.verb.finite == clause.verb.finite
    if beside and alike and not clause.verb.passive and not before.objects:
        before.shared = clause.objects


def is_shifted(phrases: Sequence[Phrase], at: int, clause: Clause) -> bool:
    """As in "hacked to death 17 people": an object that stands right behind what a preposition governs."""
    noun, before = phrases[at], phrases[at - 1]
    counted = isinstance(noun, Noun) and (noun.quantity is not None or bool(noun.article))
    bare = isinstance(before, Noun) and not (before.cls or before.quantity or before.name or before.event)
    governed = bool(clause.after) and clause.after[-1].nouns[-1] is before and clause.after[-1].at == clause.at + 1
    return counted and bare and governed and not clause.verb.passive


def are_two(left: Sequence[Phrase], before: Noun, after: Phrase) -> bool:
    """Whether a comma stands before two who act, and after what does not."""
    outer, comma = left[0], left[1]
    opened = isinstance(comma, Link) and comma.low == ","
    alike = isinstance(after, Noun) and before.sort == after.sort == "who"
    return opened and alike and not (isinstance(outer, Noun) and outer.sort == "who")


def goes_on_with(phrases: Sequence[Phrase], at: int, clause: Clause) -> bool:
    """As in "arrested the head of the village and three neighbours": after the village another of those arrested."""
    following = phrases[at + 1] if at + 1 < len(phrases) else None
    last = clause.after[-1] if clause.after else None
    if not isinstance(following, Noun) or last is None or len(clause.after) > 1 or not clause.objects:
        return False
    link = phrases[last.at] if isinstance(phrases[last.at], Link) else phrases[last.at - 1]
    genitive = isinstance(link, Link) and link.genitive
    return genitive and clause.objects[0].sort == following.sort == "who" and last.nouns[-1].sort != "who"


def left_waiting(phrases: Sequence[Phrase], made: Sequence[Clause]) -> list[Noun]:
    """As in "Reports that rebels burned a bus are false": the noun before "that", which has no verb yet."""
    first, last = made[0], made[-1]
    if first.joined_kind != t.SUBORDINATOR or first.start < 2 or any(c.joined_kind == t.SUBORDINATOR for c in made[1:]):
        return []
    before = phrases[: first.start - 1]
    nouns = [p for p in before if isinstance(p, Noun)]
    opens = bool(nouns) and isinstance(before[-1], Noun) and before[0] is nouns[0]
    behind = phrases[last.at + 1 :]
    told = bool(behind) and isinstance(behind[0], Noun) and not last.verb.passive
    return nouns[:1] if opens and told and all(c.verb.lemma == last.verb.lemma or c.verb.finite for c in made) else []


def all_governed(phrases: Sequence[Phrase]) -> bool:
    """Whether nothing but nouns behind prepositions stands between two verbs: the second has no subject there."""
    nouns = [at for at, p in enumerate(phrases) if isinstance(p, Noun)]
    links = (phrases[at - 1] if at else None for at in nouns)
    governed = [isinstance(link, Link) and (link.kind == t.PREPOSITION or link.listing) for link in links]
    signs = any(isinstance(p, Link) and p.kind in (t.SIGN, t.QUOTE, t.SUBORDINATOR, t.RELATIVE) for p in phrases)
    first = phrases[0] if phrases else None
    return bool(nouns) and all(governed) and not signs and isinstance(first, Link) and not first.listing


def are_beside(phrases: Sequence[Phrase], place: int, at: int) -> bool:
    """Whether "and" stands between two nouns after a comma, and the verb follows: ", residents and the Front said"."""
    comma, one, link, other = phrases[place - 2 : place + 2]
    joined = isinstance(link, Link) and link.listing and isinstance(one, Noun) and isinstance(other, Noun)
    return joined and place + 2 == at and isinstance(comma, Link) and comma.low == ","


def goes_with_before(phrases: Sequence[Phrase], clause: Clause, made: list[Clause]) -> None:
    """As in "Reports that rebels burned a bus are false" and "men arrested by the army were released"."""
    waiting = left_waiting(phrases, made) if clause.verb.finite else []
    if waiting:
        clause.start, clause.subject, clause.before = clause.at, waiting, []
    elif not clause.subject and clause.start == clause.at and all_governed(phrases[made[-1].at + 1 : clause.at]):
        inner = made[-1]
        first = chain_start(phrases, inner.at - 1) if inner.at and not inner.subject else -1
        head = phrases[first] if first >= 0 else None
        clause.subject = [head] if isinstance(head, Noun) else list(inner.subject)
