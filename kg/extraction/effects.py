"""Harm and how many: "killing a woman", "12 were injured", "left three dead", "no casualties"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from kg.extraction.clause import Clause
from kg.extraction.counts import Numbers, Quantity
from kg.extraction.frame import ELSE, Frame
from kg.extraction.kinds import CIVILIANS, NOTHING, SPEAKERS, Kinds
from kg.extraction.knowledge import WORDS, Knowledge
from kg.extraction.phrase import Noun, Phrase
from kg.extraction.proposal import Span
from kg.extraction.tokens import Token
from kg.extraction.triggers import Trigger
from kg.ontology import vocabulary as v


@dataclass(frozen=True, slots=True)
class Harm:
    """
    One telling of one harm.

    `key` is the effect's key, `victims` the nouns, `count` what a count takes and `written` its words; `none` says that
    none were reported. `clause` is the clause that tells it.
    """

    key: str
    victims: tuple[Noun, ...]
    count: str
    written: str
    span: Span
    clause: int
    none: bool = False
    reason: str = ""
    """Why the count is taken to be so, where no word says it."""


@dataclass(frozen=True)
class Effects:
    """Reads harm off triggers and clauses, by the frames and `light.yaml`."""

    knowledge: Knowledge
    kinds: Kinds

    @cached_property
    def _states(self) -> dict[str, str]:
        return dict(self.knowledge.section("light", "states"))

    @cached_property
    def _harm_nouns(self) -> dict[str, str]:
        forms = self.knowledge.forms
        found = self.knowledge.section("light", "harm_nouns")
        return {form: key for noun, key in found.items() for form in (noun, forms.plural(noun))}

    @cached_property
    def _one(self) -> frozenset[str]:
        """How a noun phrase begins that speaks of one: "a", "another"."""
        return self.knowledge.words(WORDS, "one")

    @cached_property
    def _taken(self) -> frozenset[str]:
        return self.knowledge.words("light", "harm_taken")

    @cached_property
    def _toll(self) -> frozenset[str]:
        return self.knowledge.words("light", "toll")

    def is_harm_noun(self, noun: Noun) -> bool:
        """Whether a noun is the harm itself: "casualties"."""
        return noun.head in self._harm_nouns

    def of_trigger(self, trigger: Trigger) -> Iterator[Harm]:
        """The harm that a trigger's own frame does to its object, or that befalls its subject."""
        frame = trigger.frame
        if frame.befalls:
            driven = trigger.passive or any(self.kinds.is_actor(n) or n.quantity for n in trigger.object)
            nouns = trigger.object if driven or not trigger.subject else trigger.subject  # "fled the town": who fled
            yield from self._of_nouns(frame.befalls, nouns, trigger)
            return
        if frame.does:
            nouns = tuple(n for n in trigger.object if not self._is_target(n))
            keyed = {self.key(frame, noun) for noun in nouns} - {""}
            if len(keyed) == 1:
                yield from self._of_nouns(keyed.pop(), nouns, trigger)

    def _is_target(self, noun: Noun) -> bool:
        """As in "burned the market": it is what was burned, and no number of markets."""
        return self.kinds.is_facility(noun) and noun.quantity is None and noun.article == "definite"

    def key(self, frame: Frame, noun: Noun) -> str:
        """The key of what a frame does to a noun; empty where it does none."""
        for kind, key in frame.does.items():
            if kind != ELSE and self.kinds.fits(noun, kind):
                return key
        return frame.does.get(ELSE, "")

    def _of_nouns(self, key: str, nouns: Sequence[Noun], trigger: Trigger) -> Iterator[Harm]:
        told = [n for n in nouns if not n.event and (n.group != NOTHING or n.quantity) and not n.pronoun]
        if not told:
            return
        groups: list[list[Noun]] = []
        for noun in self._without_parts(told):
            if groups and not noun.quantity and noun.article == "":
                groups[-1].append(noun)  # "at least 20 junta troops and policemen": one number for both
            else:
                groups.append([noun])
        for group in groups:
            yield self._harm(key, tuple(group), trigger.clause)

    def _without_parts(self, nouns: list[Noun]) -> list[Noun]:
        """As in "killed three civilians, two women and a child": the first says how many, the others who they are."""
        numbers = [self._number(noun) for noun in nouns]
        told = len(nouns) > 2 and all(numbers) and numbers[0] == sum(numbers[1:])
        return nouns[:1] if told else nouns

    def _number(self, noun: Noun) -> int:
        """How many a noun phrase says that there are; 0 where it does not say so plainly."""
        if noun.quantity is None:
            return 1 if noun.words[0] in self._one else 0
        value = noun.quantity.value.lower()
        return int(value) if value.isdecimal() else self._number_words.get(value, 0)

    @cached_property
    def _number_words(self) -> dict[str, int]:
        return Numbers(self.knowledge.ontology).words

    def _harm(self, key: str, group: tuple[Noun, ...], clause: int) -> Harm:
        first = group[0]
        count, written = count_of(first, self._one)
        several = self._pairs.get(first.head, "") if first.quantity is None or first.quantity.vague else ""
        if several:
            reason = f"“{first.text}” are {several}"
            return Harm(key, group, several, written, Span(first.span.start, group[-1].span.end), clause, reason=reason)
        one = not count and len(group) == 1 and self._is_one(first)
        span = Span(first.span.start, group[-1].span.end)
        none = bool(first.quantity and first.quantity.none)
        reason = f"“{first.text}” is one" if one else ""
        return Harm(key, group, "1" if one else count, written or first.text, span, clause, none=none, reason=reason)

    def _is_one(self, noun: Noun) -> bool:
        """As in "killed Mara Venn" and "shot the driver": a person's name, or a noun in the singular."""
        if noun.quantity is not None or noun.pronoun or self.kinds.is_facility(noun):
            return False
        person = self.knowledge.cls(v.PERSON)
        if noun.name is not None:
            return noun.name.cls == person or (not noun.name.cls and noun.group in (CIVILIANS, SPEAKERS))
        people = noun.group in (CIVILIANS, SPEAKERS) and noun.article != "indefinite"
        return people and noun.head in self.knowledge.singular and noun.head not in self._several

    @cached_property
    def _pairs(self) -> dict[str, str]:
        """Nouns in the singular that say how many they are: "couple"."""
        return {str(noun): str(number) for noun, number in dict(self.knowledge.section("light", "pairs")).items()}

    @cached_property
    def _several(self) -> frozenset[str]:
        """Nouns in the singular for more than one: "couple", "family"."""
        return self.knowledge.words("light", "several")

    # ── "left three dead", "no casualties" ──────────────────────────────────────────────────────────────────────────

    def of_sentence(
        self, tokens: Sequence[Token], phrases: Sequence[Phrase], clauses: Sequence[Clause]
    ) -> Iterator[Harm]:
        """Harm that a sentence tells without a verb of harm, in its clauses and outside of them."""
        for number in range(len(clauses)):
            yield from self._of_clause(tokens, clauses, number)
        yield from self._of_fragments(tokens, phrases, clauses)

    def _of_clause(self, tokens: Sequence[Token], clauses: Sequence[Clause], number: int) -> Iterator[Harm]:
        """Harm that a clause tells without a verb of harm."""
        clause = clauses[number]
        leaves = {phrase.split()[0] for phrase in self.knowledge.section("light", "leave")}
        verbs = self.knowledge.section("light", "harm_verbs")
        if clause.verb.lemma in leaves:
            behind = [n for p in clause.after for n in p.nouns]
            told = [*(clause.objects or behind), *left_so(clauses, number)]
            yield from self._left(tokens, told, number)
        yield from self._after_noun_of_harm(clause, number)
        nouns = [*clause.subject, *clause.objects] if clause.subject_of < 0 else clause.objects
        for noun in nouns:
            key = self._harm_nouns.get(noun.head) or self._harm_nouns.get(" ".join(noun.words[-2:]), "")
            if key and clause.verb.lemma in self._taken and not noun.quantity and clause.subject:
                if self.kinds.is_actor(clause.subject[0]) or clause.subject[0].quantity:
                    yield self._harm(key, (clause.subject[0],), number)
            elif not key and noun.quantity and noun.words[-1] in self._states and self._tells_state(clause, noun):
                yield self._harm(self._states[noun.words[-1]], (noun,), number)  # "reported five injured"
            elif not key and noun.quantity and clause.verb.lemma in self._finds and noun.words[-1] in self._remains:
                yield self._harm(self._remains[noun.words[-1]], (noun,), number)  # "14 bodies were recovered"
            elif key and (clause.verb.lemma in verbs or noun.quantity):
                yield from self._counted(noun, clause, number, key)
        stated = clause.verb.passive and clause.verb.lemma in verbs  # "were reported dead"
        stated = stated or clause.verb.lemma in self.knowledge.words("light", "state_verbs")  # "31 lay dead"
        if (stated or clause.verb.lemma == self.knowledge.copula) and clause.subject:
            yield from self._are_dead(tokens, clause, number)

    def _tells_state(self, clause: Clause, noun: Noun) -> bool:
        """As in "reported five injured" and "three were killed and two injured", but not "two of the dead were"."""
        verbs = self.knowledge.section("light", "harm_verbs")
        told = clause.verb.lemma in verbs or (clause.verb.passive and any(n is noun for n in clause.objects))
        known = self._articles & set(noun.words)
        return told and not known

    @cached_property
    def _articles(self) -> frozenset[str]:
        return frozenset(self.knowledge.section(WORDS, "articles")["definite"])

    @cached_property
    def _finds(self) -> frozenset[str]:
        """Verbs by which the dead are counted: "recover"."""
        return self.knowledge.words("light", "found", "verbs")

    @cached_property
    def _remains(self) -> dict[str, str]:
        return dict(self.knowledge.section("light", "found", "nouns"))

    def _after_noun_of_harm(self, clause: Clause, number: int) -> Iterator[Harm]:
        """As in "resulted in the death of three soldiers and in five injuries": what a preposition leads to."""
        if clause.verb.lemma not in self.knowledge.section("light", "harm_verbs"):
            return
        for before, after in pairwise([*clause.after, None]):
            noun = before.nouns[-1] if before is not None else None
            for told in before.nouns if before is not None else ():
                key = self._harm_nouns.get(told.head, "")
                if key and told.quantity is not None:
                    yield self._harm(key, (told,), number)
                elif key and told is noun and after is not None and after.low in self._toll:
                    yield from (self._harm(key, (n,), number) for n in after.nouns if self._says_how_many(n))

    def _says_how_many(self, noun: Noun) -> bool:
        return noun.quantity is not None or noun.words[0] in self._one or self._is_one(noun)

    def _left(self, tokens: Sequence[Token], nouns: Sequence[Noun], number: int) -> Iterator[Harm]:
        waiting: list[Noun] = []  # "left five rebels and two soldiers dead": the state stands once, at the end
        for noun in nouns:
            if noun.quantity or noun.words[0] in self._one:
                waiting.append(noun)
            window = (token.low for token in tokens[noun.first : noun.last + 2])
            key = next((self._states[low] for low in window if low in self._states), "")
            if key:
                yield from (self._harm(key, (one,), number) for one in waiting)
                waiting = []

    def _counted(self, noun: Noun, clause: Clause, number: int, key: str) -> Iterator[Harm]:
        if noun.quantity is not None:
            yield self._harm(key, (noun,), number)
            return
        for after in clause.after:
            for told in after.nouns:
                if after.low in self._toll and self._says_how_many(told):
                    yield self._harm(key, (told,), number)
                    return

    def _are_dead(self, tokens: Sequence[Token], clause: Clause, number: int) -> Iterator[Harm]:
        window = [k.low for k in tokens[clause.verb.last : clause.verb.last + 2]]
        key = next((self._states[w] for w in window if w in self._states), "")
        among = [n for p in clause.after if p.low in self.knowledge.words("light", "among") for n in p.nouns]
        key = key or next((self._states[n.head] for n in among if n.head in self._states and n.article), "")
        if key and (clause.subject[0].quantity is not None or (among and self._says_how_many(clause.subject[0]))):
            yield self._harm(key, (clause.subject[0],), number)  # "the mayor was among the dead" too

    def _of_fragments(
        self, tokens: Sequence[Token], phrases: Sequence[Phrase], clauses: Sequence[Clause]
    ) -> Iterator[Harm]:
        """As in "Artillery fire on Halden, six wounded": a figure that stands in no clause."""
        inside = [n for c in clauses for n in (*c.subject, *c.objects, *(n for p in c.after for n in p.nouns))]
        for noun in phrases:
            if not isinstance(noun, Noun) or not noun.quantity or noun.event or any(n is noun for n in inside):
                continue
            following = tokens[noun.last].low if noun.last < len(tokens) else ""
            key = self._states.get(noun.words[-1]) or self._states.get(following, "")
            if key and not noun.quantity.vague:
                yield self._harm(key, (noun,), -1)


def left_so(clauses: Sequence[Clause], number: int) -> list[Noun]:
    """As in "left 40 people injured": whom the verb leaves in a state that reads like a verb of its own."""
    following = clauses[number + 1] if number + 1 < len(clauses) else None
    if following is None or following.verb.helpers or len(following.subject) != 1 or following.objects:
        return []
    noun = following.subject[0]
    last = max((n.last for n in clauses[number].objects), default=clauses[number].verb.last)
    joined = bool(following.joined_by) and 0 < noun.first - last <= 2  # "leaving one dead and three injured"
    between = noun.last == following.verb.first and (joined or noun.first == clauses[number].verb.last)
    return [noun] if between else []


def count_of(noun: Noun, one: frozenset[str]) -> tuple[str, str]:
    """What a count takes of a noun phrase, and the words: "at least 20" and "at least 20 junta troops"."""
    quantity: Quantity | None = noun.quantity
    if quantity is not None:
        return quantity.value, noun.text
    if noun.words[0] in one:
        return "1", noun.text
    return "", noun.text
