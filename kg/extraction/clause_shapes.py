"""Shapes of words by which clauses are told apart: participles without helpers, sentences without a "that", lists."""

from __future__ import annotations

from collections.abc import Sequence

from kg.extraction import tags as t
from kg.extraction.appositions import chain_start
from kg.extraction.clause import Clause, ClauseWords
from kg.extraction.phrase import CIVILIANS, FIGHTERS, Link, Noun, Phrase, Verb

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


def adds_harm(phrases: Sequence[Phrase], clause: Clause, before: Noun) -> bool:
    """As in "hit a post in Halden killing two": a place or a time stands before the participle, and acts on nobody."""
    beside = phrases[clause.at - 1] if clause.at else None
    after_time = isinstance(beside, Link) and beside.kind == t.MOMENT
    return clause.verb.tense == "progressive" and clause.start == clause.at and (after_time or before.sort == "where")


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


def are_sites(outer: Phrase, first: Phrase, last: Noun) -> bool:
    """As in "bombs in Halden, Merrow and Oakfield killed ten": a list of places behind the noun that the verb is of."""
    places = isinstance(first, Noun) and first.sort == "where" and last.sort == "where"
    return places and isinstance(outer, Noun) and outer.sort != "where"


def event_before(phrases: Sequence[Phrase], clause: Clause) -> list[Noun]:
    """As in "a strike on the town of Halden, which killed five": the strike did, where a place stands before it."""
    at = clause.start - 2
    comma = at > 1 and isinstance(phrases[at], Link)
    at -= comma
    place = phrases[at] if at > 1 else None
    harms = comma and bool(clause.objects) and not clause.verb.passive and clause.objects[0].sort in ("who", "")
    named = not comma and isinstance(place, Noun) and place.name is not None  # "a raid on Halden that was abandoned"
    while isinstance(place, Noun) and (harms or named) and at > 1:
        noun, link, outer = phrases[at], phrases[at - 1], phrases[at - 2]
        if not (isinstance(link, Link) and link.kind == t.PREPOSITION and isinstance(outer, Noun)):
            break
        if isinstance(noun, Noun) and noun.sort == "who":
            break  # "an attack by rebels, who killed five"
        if outer.event is not None:
            return [outer]
        at -= 2
    return []


def head_of_chain(phrases: Sequence[Phrase], noun: Noun) -> list[Noun]:
    """As in "the offensive against Halden that the army announced has begun": the verb is of the first noun."""
    at = chain_start(phrases, next((i for i, phrase in enumerate(phrases) if phrase is noun), -1))
    first = phrases[at] if at >= 0 else noun
    return [first] if isinstance(first, Noun) else [noun]


def joiner_before(phrases: Sequence[Phrase], noun: Noun) -> Link | None:
    """As in "were hurt as men who hunted rebels traded fire": the subordinator before whom a relative clause is of."""
    at = next((i for i, phrase in enumerate(phrases) if phrase is noun), 0)
    link = phrases[at - 1] if at else None
    return link if isinstance(link, Link) and link.kind == t.SUBORDINATOR else None


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
    told = told or (bool(nouns) and nouns[0].event is not None)  # "the raid that the army announced has yet to begin"
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
    elif clause.subject or clause.start != clause.at or says_more(phrases, clause):
        return
    elif all_governed(phrases[made[-1].at + 1 : clause.at]):
        inner = made[-1]
        first = chain_start(phrases, inner.at - 1) if inner.at and not inner.subject else -1
        head = phrases[first] if first >= 0 else None
        clause.subject = [head] if isinstance(head, Noun) else list(inner.subject)


def says_more(phrases: Sequence[Phrase], clause: Clause) -> bool:
    """As in "died in shelling targeting the village": a participle right behind the noun of an event is of that."""
    noun = phrases[clause.at - 1]
    return clause.verb.tense == "progressive" and isinstance(noun, Noun) and noun.event is not None


def of_event_before(phrases: Sequence[Phrase], clause: Clause) -> None:
    """As in "launched air strikes targeting the town": the strikes did, and nobody who launched them."""
    noun = phrases[clause.at - 1] if clause.at else None
    if not clause.subject and isinstance(noun, Noun) and says_more(phrases, clause):
        clause.subject, clause.depends_on = [noun], -1


def _harms_nobody(made: Sequence[Clause], source: int, clause: Clause) -> bool:
    """Whether people in a relative clause stand before a deed against others, and somebody else acts before them."""
    giver = made[source]
    people = bool(giver.subject) and all(n.group == CIVILIANS for n in giver.subject)
    others = bool(clause.objects) and clause.objects[0].group in (CIVILIANS, FIGHTERS)
    if not (source and people and others):
        return False
    before = (c for c in made[:source] if c.verb.finite and c.joined_kind != t.RELATIVE and c.subject)
    return any(all(n.sort == "who" and n.group != CIVILIANS for n in c.subject) for c in before)


def may_give(made: Sequence[Clause], source: int, clause: Clause, words: ClauseWords) -> bool:
    """A relative clause lends its subject to one that "and" joins to it, not to what follows a comma."""
    giver = made[source]
    aside = giver.joined_by in words.meanwhile and giver.subject_of < 0 and source > 0
    if aside and clause.joined_by == "," and not clause.verb.finite and giver.verb.helpers:
        return False  # "went off as children were playing, killing one": the children killed nobody
    if clause.joined_by == "," and giver.depends_on < 0 and giver.verb.tense == "progressive" and not giver.joined_by:
        opens = giver.start == 0 or (source == 0 and clause.verb.finite)
        return giver.verb.finite or opens  # "the third day running, killing": the day does not kill
    if clause.joined_by == "," and not clause.verb.finite and _harms_nobody(made, source, clause):
        return False  # "fired on villagers who refused to leave, killing two": the villagers killed nobody
    if giver.joined_kind == t.RELATIVE and clause.joined_by == "," and not clause.verb.finite and source:
        state = giver.verb.lemma in words.being or (giver.verb.tense == "progressive" and bool(giver.verb.helpers))
        if state and giver.subject_of < 0:
            return False  # "fought soldiers who were laying mines, killing two": they who fought killed
    if giver.joined_kind == t.RELATIVE and clause.joined_by == "," and clause.verb.finite:
        return giver.subject_of < 0
    reduced = source > 0 and not giver.verb.finite and not giver.verb.helpers and not giver.joined_by
    bare = reduced and giver.verb.tense in ("past", "participle")
    return not (bare and clause.joined_by == "," and not clause.verb.finite)  # "a device planted by rebels, killing"
