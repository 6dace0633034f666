"""Phrases → clauses: each verb group with its subject, its objects and the prepositions after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg.extraction import tags as t
from kg.extraction.appositions import (
    before_apposition,
    before_parenthesis,
    before_participle,
    before_whose,
    chain_start,
    last_run,
)
from kg.extraction.clause import Clause, ClauseWords, Prepositional
from kg.extraction.clause_shapes import (
    adds_harm,
    all_governed,
    are_beside,
    are_sites,
    are_two,
    event_before,
    goes_on_with,
    head_of_chain,
    is_contact,
    is_reduced,
    is_shifted,
    joiner_before,
    may_give,
    of_event_before,
    share_objects,
)
from kg.extraction.noun_lists import noun_list
from kg.extraction.phrase import Link, Noun, Phrase, Verb
from kg.extraction.reduced_participles import goes_past_reduced, goes_with_noun, is_reduced_verb, lend_places
from kg.model.errors import Bug

HARD = frozenset({";", ":", "—", "–", "|"})
_WHO = frozenset({"fighters", "civilians", "speakers", "officials", "counted"})


def clauses_of(phrases: Sequence[Phrase], words: ClauseWords) -> list[Clause]:
    """The clauses of a sentence, in order of their verbs."""
    verbs = [i for i, p in enumerate(phrases) if isinstance(p, Verb)]
    made: list[Clause] = []
    for number, at in enumerate(verbs):
        previous = made[-1].at if made else -1
        clause = _begun(phrases, at, made, words)
        if number and clause.start == previous + 1 and made[-1].verb.lemma not in words.saying:
            _after_relative(phrases, clause, made, words)
        made.append(clause)
    for number, clause in enumerate(made):
        clause.end = made[number + 1].start if number + 1 < len(made) else len(phrases)
        _fill_right(phrases, clause)
        if number:
            share_objects(phrases, made[number - 1], clause)
            lend_places(clause, made[number - 1], words)
    for number, clause in enumerate(made):
        _close_relative(phrases, clause, made[:number])
    for number in range(len(made)):
        clause = made[number]
        governor = made[clause.depends_on] if clause.depends_on >= 0 else None
        if governor is not None and governor.verb.lemma in words.control and governor.objects and not clause.subject:
            clause.subject = list(governor.objects)  # "accused the army of burning"
        of_event_before(phrases, clause)
        _inherit(phrases, made, number, words)
        _object_before(phrases, clause, words)
    return made


def _begun(phrases: Sequence[Phrase], at: int, made: list[Clause], words: ClauseWords) -> Clause:
    verb, previous = _verb_at(phrases, at), made[-1].at if made else -1
    start, joiner = _left(phrases, at, previous, says=verb.lemma in words.saying)
    marked = is_reduced_verb(verb)
    if marked or goes_past_reduced(phrases, at, made, words):
        start, joiner = at, None
    elif joiner is None and made and is_reduced(phrases, at, made[-1], words):
        verb, start = replace(verb, tense="participle", passive=True, finite=False), at
    clause = Clause(at, verb, start, at + 1)
    if joiner is not None:
        clause.joined_by, clause.joined_kind = joiner.low, joiner.kind
    _subject(phrases, clause)
    if made and joiner is None and not marked:
        goes_with_noun(phrases, clause, made, words)
    if not clause.subject and joiner is not None and joiner.low == "," and (verb.finite or not made):
        clause.subject, clause.start = before_apposition(phrases, at, clause.start)
    if not clause.subject and joiner is not None and joiner.low == "," and verb.finite:
        subject, begins = before_parenthesis(phrases, at, words.beside, words.most)
        if subject and begins > previous:
            clause.subject, clause.start = subject, begins
    if not clause.subject and made and verb.finite and clause.joined_kind != t.RELATIVE:
        clause.subject, clause.start = before_participle(phrases, at, made[-1].at, clause.start, words.joining)
        _give_to_participle(made[-1], clause.subject[:1])
    direct = start == at and previous >= 0 and _adjacent(phrases, previous, at) and not marked
    if previous >= 0 and (verb.infinitive or direct or (joiner and joiner.kind == t.PREPOSITION)):
        clause.depends_on = len(made) - 1
    return clause


def _give_to_participle(inner: Clause, subject: list[Noun]) -> None:
    """As in "the post, seized by rebels, is burning": the post was seized."""
    if subject and not inner.subject:
        inner.subject, inner.verb = subject, replace(inner.verb, tense="participle", passive=True, finite=False)


def _verb_at(phrases: Sequence[Phrase], at: int) -> Verb:
    verb = phrases[at]
    if not isinstance(verb, Verb):
        raise Bug(f"phrase {at} is no verb")
    return verb


def _adjacent(phrases: Sequence[Phrase], previous: int, at: int) -> bool:
    """Whether nothing that holds two clauses apart stands between two verbs."""
    return all(not isinstance(p, Link) or p.kind in (t.ADVERB, t.MOMENT) for p in phrases[previous + 1 : at])


def _left(phrases: Sequence[Phrase], at: int, previous: int, *, says: bool) -> tuple[int, Link | None]:
    """Where a clause begins, and the word that joins it to what comes before."""
    place = at - 1
    while place > previous:
        phrase = phrases[place]
        if isinstance(phrase, Link):
            if phrase.kind in {t.SUBORDINATOR, t.RELATIVE, t.QUOTE} or phrase.low in HARD:
                return place + 1, phrase
            both = says and place > previous + 2 and are_beside(phrases, place, at)  # ", residents and the Front said"
            if phrase.kind in (t.SIGN, t.CONJUNCTION) and not both and not _in_list(phrases, place, at, previous):
                return place + 1, phrase
            if phrase.kind == t.PREPOSITION and place == at - 1:
                return at, phrase
        place -= 1
    return _beginning(phrases, at, previous), None


def _beginning(phrases: Sequence[Phrase], at: int, previous: int) -> int:
    """Where a clause begins that no word joins to what comes before."""
    if previous < 0:
        return 0
    verb = _verb_at(phrases, at)
    if verb.infinitive or not verb.finite:
        return at
    modifier = _verb_at(phrases, previous)
    if not modifier.finite and not modifier.infinitive and modifier.tense == "progressive":
        commas = [place for place in range(previous + 1, at - 1) if _is_comma(phrases[place])]
        if commas and (not previous or not isinstance(phrases[previous - 1], Noun)):
            return commas[-1] + 1  # "giving no reason, the army arrested him"
        return at  # "a bus carrying passengers hit a mine": the bus did
    if modifier.ambiguous and not modifier.helpers and all_governed(phrases[previous + 1 : at]):
        return at  # "two men arrested by the army in Halden were released": all that is of the arrest
    for place in range(at - 1, previous + 1, -1):
        if isinstance(phrases[place], Noun) and isinstance(phrases[place - 1], Noun):
            return place  # "if rebels seize the town the road is closed": two nouns side by side
    return previous + 1


def _in_list(phrases: Sequence[Phrase], place: int, at: int, previous: int) -> bool:
    """Whether a comma or "and" stands inside a list of nouns that is the subject, and does not begin a clause."""
    after = phrases[place + 1] if place + 1 < len(phrases) else None
    before = phrases[place - 1] if place else None
    if not isinstance(after, Noun) and not (isinstance(after, Link) and after.kind == t.CONJUNCTION):
        return False
    if isinstance(before, Link) and before.low == ",":
        before = phrases[place - 2] if place > 1 else None
    if not isinstance(before, Noun):
        return False
    if place + 2 == at and place > 2 and are_two(phrases[place - 3 : place], before, after):
        return True  # ", activists and survivors said"
    inside = _begins_inside(phrases, place - 1, previous, before)
    if inside is not None:
        return inside
    if previous >= 0:
        return False
    return any(isinstance(p, Link) and p.listing for p in phrases[place:at])


def _is_comma(phrase: Phrase) -> bool:
    return isinstance(phrase, Link) and phrase.low == ","


def _begins_inside(phrases: Sequence[Phrase], chain: int, previous: int, before: Noun) -> bool | None:
    """Going back from a comma: whether the list begins before the verb before it; None where nothing tells."""
    while chain > previous:
        phrase = phrases[chain]
        if isinstance(phrase, Link) and phrase.kind == t.PREPOSITION:
            fronted = phrases[chain + 1]
            placed = isinstance(fronted, Noun) and fronted.sort == "where" and before.sort == "who"
            if placed or (chain == 0 and _is_comma(phrases[2]) and phrases[1] is not before):
                return None  # "in Falam, the Hill Army and its allies attacked": the list begins after the place
            if not phrase.genitive:
                return previous < 0 and chain > 0 and are_sites(phrases[chain - 1], fronted, before)
        elif isinstance(phrase, Link) and phrase.kind == t.ADVERB:
            pass
        elif not isinstance(phrase, Noun) and not (isinstance(phrase, Link) and (phrase.low == "," or phrase.listing)):
            return True
        chain -= 1
    return None


def _subject(phrases: Sequence[Phrase], clause: Clause) -> None:
    """The nouns before the verb that no preposition governs, and the prepositions before it."""
    governed = ""
    at = clause.start
    while at < clause.at:
        phrase = phrases[at]
        if isinstance(phrase, Noun):
            if governed:
                group, at = noun_list(phrases, at, clause.at)
                clause.before.append(Prepositional(governed, group, at))
                governed = ""
                continue
            clause.subject.append(phrase)
        elif isinstance(phrase, Link) and phrase.kind == t.PREPOSITION:
            governed = phrase.low
        elif isinstance(phrase, Link) and phrase.kind == t.MOMENT:
            governed = ""
        at += 1
    if len(clause.subject) > 1 and not _joined(phrases, clause.subject):
        clause.subject = clause.subject[-1:] if clause.subject[-1].pronoun else last_run(clause.subject)


def _joined(phrases: Sequence[Phrase], nouns: list[Noun]) -> bool:
    numbers = [i for i, p in enumerate(phrases) if any(p is n for n in nouns)]
    between = phrases[numbers[0] : numbers[-1]]
    return any(isinstance(p, Link) and p.kind == t.CONJUNCTION for p in between)


def _fill_right(phrases: Sequence[Phrase], clause: Clause) -> None:
    """Objects and prepositions after the verb, up to the next clause or a hard boundary."""
    at, governed = clause.at + 1, ""
    may_be_object = True
    while at < clause.end:
        phrase = phrases[at]
        if isinstance(phrase, Noun):
            group, after = noun_list(phrases, at, clause.end)
            if governed:
                clause.after.append(Prepositional(governed, group, at - 1))
                governed, may_be_object = "", False
            elif not clause.objects and (may_be_object or is_shifted(phrases, at, clause)):
                clause.objects = group
            at = after
            continue
        if isinstance(phrase, Link):
            if phrase.kind in (t.QUOTE, t.RELATIVE, t.SUBORDINATOR) or phrase.low in HARD:
                clause.end = at
                return
            if phrase.listing and goes_on_with(phrases, at, clause):
                clause.objects += [noun for noun in phrases[at + 1 : at + 2] if isinstance(noun, Noun)]
                at += 2
                continue
            governed = phrase.low if phrase.kind == t.PREPOSITION else "" if phrase.kind != t.ADVERB else governed
            if phrase.kind == t.SIGN and phrase.low == ",":
                may_be_object = False
        at += 1


def _inherit(phrases: Sequence[Phrase], made: list[Clause], number: int, words: ClauseWords) -> None:
    """The subject of a clause that has none of its own."""
    clause = made[number]
    if clause.subject:
        return
    if clause.joined_kind == t.RELATIVE:
        antecedent = _antecedent(phrases, clause.start - 1, person=clause.joined_by in words.persons)
        if antecedent:
            clause.subject = event_before(phrases, clause) or antecedent
            return
    if number == 0 and not is_reduced_verb(clause.verb):  # "the body of a man abducted by gunmen was found"
        main = next((i for i, c in enumerate(made) if i and c.subject and c.verb.finite), -1)
        if main > 0 and not clause.verb.finite:
            clause.subject, clause.subject_of = list(made[main].subject), main
        return
    if (
        not clause.verb.finite
        and not clause.verb.infinitive
        and clause.verb.tense
        and clause.depends_on < 0
        and clause.joined_kind not in (t.SIGN, t.CONJUNCTION, t.SUBORDINATOR, t.PREPOSITION)
    ):
        antecedent = _antecedent(phrases, clause.start)
        if antecedent and not (adds_harm(phrases, clause, antecedent[0]) and made[number - 1].verb.finite):
            clause.subject = antecedent
            return
        clause.joined_by = clause.joined_by or ","  # "in Halden killing two": as after a comma
    source = next((i for i in range(number - 1, -1, -1) if made[i].subject and may_give(made, i, clause, words)), -1)
    if source >= 0 and (owner := before_whose(phrases, made[source], clause, words)):
        clause.subject = owner
    elif source >= 0:
        clause.subject, clause.subject_of = _subject_given(phrases, made[source], clause), source


def _subject_given(phrases: Sequence[Phrase], giver: Clause, clause: Clause) -> list[Noun]:
    """As in "the camp at Halden, which troops had held, fell": after the relative clause it goes on with the camp."""
    outer = giver.joined_kind == t.RELATIVE and clause.joined_by == "," and clause.verb.finite
    first = chain_start(phrases, giver.start - 3) if outer and giver.start > 2 else -1
    noun = phrases[first] if first >= 0 else None
    if isinstance(noun, Noun) and any(n is phrases[giver.start - 3] for n in giver.subject):
        return [noun]
    return list(giver.subject)


def _object_before(phrases: Sequence[Phrase], clause: Clause, words: ClauseWords) -> None:
    """As in "a rocket which the rebels fired": what a relative clause with a subject speaks of is its object."""
    joiner = phrases[clause.start - 1] if clause.start else None
    relative = isinstance(joiner, Link) and joiner.kind == t.RELATIVE and joiner.low not in words.oblique
    governor = phrases[clause.start - 2] if clause.start > 1 else None
    if isinstance(governor, Link) and governor.kind == t.PREPOSITION:
        return  # "a siege in which 200 men surrendered"
    if not relative and is_contact(phrases, clause, words):
        clause.objects = [noun for noun in phrases[clause.start - 1 : clause.start] if isinstance(noun, Noun)]
    told = phrases[clause.start : clause.start + 2]
    if clause.joined_by == "," and not clause.objects and not clause.verb.passive and clause.subject_of < 0:
        beside = len(told) == 2 and len(clause.subject) == 1 and told[1] is clause.subject[0]
        clause.objects = [noun for noun in told[:1] if beside and isinstance(noun, Noun)]  # ", a town they besiege"
    if relative and clause.subject_of < 0 and clause.subject and not clause.objects and not clause.verb.passive:
        antecedent = _antecedent(phrases, clause.start - 1)
        if antecedent and all(noun is not antecedent[0] for noun in clause.subject):
            clause.objects = antecedent


def _after_relative(phrases: Sequence[Phrase], clause: Clause, made: list[Clause], words: ClauseWords) -> None:
    """As in "a helicopter that carried supplies was shot down": the helicopter was, and no supplies."""
    inner = made[-1]
    while inner.depends_on >= 0:
        inner = made[inner.depends_on]  # "a column which tried to reach the camp was ambushed"
    if inner.joined_kind == t.RELATIVE and clause.verb.finite and not clause.joined_by:
        antecedent = _antecedent(phrases, inner.start - 1, person=inner.joined_by in words.persons)
        if antecedent:
            antecedent = head_of_chain(phrases, antecedent[0])
            clause.start, clause.subject, clause.before = clause.at, antecedent, []
            joiner = joiner_before(phrases, antecedent[0])
            if joiner is not None:
                clause.joined_by, clause.joined_kind = joiner.low, joiner.kind


def _close_relative(phrases: Sequence[Phrase], clause: Clause, before: list[Clause]) -> None:
    """As in "bombed the ward, where nobody was stationed, at noon": what follows the second comma is of the first."""
    comma = phrases[clause.start - 2] if clause.start > 1 else None
    if clause.joined_kind != t.RELATIVE or not before or not (isinstance(comma, Link) and comma.low == ","):
        return
    end = next((at for at in range(clause.at + 1, clause.end - 1) if _goes_on(phrases, at)), -1)
    if end < 0:
        return
    outer, last = before[-1], clause.end
    outer.tail, clause.end = (end + 1, last), end
    clause.after = [p for p in clause.after if p.at < end]
    at = end + 1
    while at + 1 < last:
        link = phrases[at]
        nouns, after = noun_list(phrases, at + 1, last)
        if isinstance(link, Link) and link.kind == t.PREPOSITION and nouns:
            outer.after.append(Prepositional(link.low, nouns, at))
            at = after
        else:
            at += 1


def _goes_on(phrases: Sequence[Phrase], at: int) -> bool:
    """Whether a comma is followed by a preposition or a time, and no list or clause."""
    comma, following = phrases[at], phrases[at + 1]
    sign = isinstance(comma, Link) and comma.low == ","
    return sign and isinstance(following, Link) and following.kind in (t.PREPOSITION, t.MOMENT)


def _antecedent(phrases: Sequence[Phrase], before: int, *, person: bool = False) -> list[Noun]:
    """The noun that a relative word or a participle speaks of: the nearest one before, of "who" one that can act."""
    place = before - 1
    nearest: list[Noun] = []
    while place >= 0:
        phrase = phrases[place]
        if isinstance(phrase, Noun):
            nearest = nearest or [phrase]
            if not person or phrase.group in _WHO or (phrase.name is not None and phrase.sort != "where"):
                return [phrase]
            link = phrases[place - 1] if place else None
            larger = isinstance(link, Link) and link.low == "," and phrase.sort == "where"  # "of Halden, Orrin, who"
            if not larger and not (isinstance(link, Link) and link.kind == t.PREPOSITION):
                return nearest
        if isinstance(phrase, Verb):
            return nearest
        place -= 1
    return nearest
