"""Who is said to have done what was told before: "officials blamed the Front for it", "the Front carried it out"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.extraction.attribution import Attribution
from kg.extraction.clause import Clause
from kg.extraction.entities import Entity
from kg.extraction.hosts import spoken_of_by
from kg.extraction.knowledge import WORDS, Knowledge
from kg.extraction.occurrence import Occurrence, Responsibility, Role
from kg.extraction.phrase import CIVILIANS, Noun
from kg.extraction.polarity import Polarity
from kg.extraction.sentence_reading import Reading
from kg.extraction.things import Referent, Things
from kg.extraction.triggers import Trigger

_RECENT = 6
"""Sentences: what somebody is blamed for is told no further back."""


@dataclass(frozen=True)
class Blame:
    """Finds it, by the verbs of `cues.yaml`; whoever is blamed becomes one who acts, in the voice that says so."""

    knowledge: Knowledge
    things: Things
    polarity: Polarity

    def find(self, reading: Reading, history: Sequence[Occurrence]) -> Iterator[Responsibility]:
        """What a sentence says of who did an event of `history`, in order of its clauses."""
        if not history or reading.number - history[-1].sentence > _RECENT or reading.number == history[-1].sentence:
            return
        for number, clause in enumerate(reading.clauses):
            nouns = self._blamed(clause)
            if not nouns or self._is_denied(reading, number):
                continue
            trigger = next((o for o in reading.triggers if o.noun is not None and o.clause == number), None)
            of_another = any(o.clause == number + 1 and not o.reference for o in reading.triggers)
            if not of_another and (trigger is None or trigger.reference):
                said = self._voice(reading, clause)
                yield from self._responsible(reading, trigger, history, self._who(nouns, None), said)
        for trigger in reading.triggers:
            carried = trigger.reference and trigger.rule.endswith(("/light-verb", "/light-verb-passive"))
            if carried and not self._is_denied(reading, trigger.clause):
                voice = reading.attribution(trigger.span.start)
                found = self._who(trigger.subject, voice)
                yield from self._responsible(reading, trigger, history, found, voice)

        yield from self._killed_in_it(reading, history)

    def _killed_in_it(self, reading: Reading, history: Sequence[Occurrence]) -> Iterator[Responsibility]:
        """As in "the Front killed ten people in the attack": who killed there, did it."""
        within = self.knowledge.words("light", "in_the_course")
        for harm in reading.triggers:
            clause = reading.clauses[harm.clause] if harm.clause >= 0 else None
            if (
                clause is None
                or harm.noun is not None
                or not (harm.frame.effect_first and harm.subject and harm.object)
            ):
                continue
            nouns = [n for p in clause.after if p.low in within for n in p.nouns]
            told = next((o for o in reading.triggers if o.reference and any(o.noun is n for n in nouns)), None)
            if told is not None and not self._is_denied(reading, harm.clause):
                voice = reading.attribution(harm.span.start)
                yield from self._responsible(reading, told, history, self._who(harm.subject, voice), voice)

    def _is_denied(self, reading: Reading, number: int) -> bool:
        return number < 0 or bool(self.polarity.of_clause(reading.sentence.tokens, reading.clauses, number))

    def _blamed(self, clause: Clause) -> list[Noun]:
        """Whoever a clause blames: "blamed the Front for it", "the Front was blamed", "it was blamed on the Front"."""
        verb = clause.verb
        before = dict(self.knowledge.section("cues", "speech", "charged")).get(verb.lemma)
        charges = [n for p in clause.after if p.low in self._with for n in p.nouns]
        if before is None or any(n.event is None and n.pronoun not in self._body for n in charges):
            return []  # "blamed the Front for delays"
        on = [n for p in clause.after if p.low == before for n in p.nouns]
        spoken = [n for n in clause.subject if n.event is not None or n.pronoun in self._body]
        if on and spoken and len(spoken) == len(clause.subject):
            return on
        if spoken and verb.passive:
            return []
        return clause.subject if verb.passive else clause.objects

    @property
    def _with(self) -> frozenset[str]:
        """Before what somebody is blamed for: "for"."""
        return self.knowledge.words("cues", "speech", "charged_with")

    @property
    def _body(self) -> frozenset[str]:
        return self.knowledge.words("cues", "speech", "body_pronouns")

    def _who(self, nouns: Sequence[Noun], voice: Attribution | None) -> list[Entity]:
        """Those that can have done it; "it", "they" and "its fighters" are those for whom one speaks."""
        found = [r for n in nouns if (r := self._one(n, voice)) is not None]
        return list(dict.fromkeys(r.entity for r in found))

    def _one(self, noun: Noun, voice: Attribution | None) -> Referent | None:
        speaker = voice.organization if voice is not None else None
        owned = bool(noun.words) and noun.words[0] in self.knowledge.section(WORDS, "possessives") and noun.bare
        if noun.pronoun or owned:
            return Referent(speaker) if speaker is not None else None
        if noun.event is not None or noun.group == CIVILIANS or not self._may_act(noun):
            return None
        return self.things.referent(noun, agent=True)

    def _may_act(self, noun: Noun) -> bool:
        named = noun.name is not None and not self.knowledge.is_kind(noun.name.cls, self.knowledge.places)
        return named or self.knowledge.is_kind(noun.cls, self.knowledge.actors)

    def _voice(self, reading: Reading, clause: Clause) -> Attribution | None:
        """Whoever blames, else whoever is said to say so."""
        speakers = [] if clause.verb.passive else [r.entity for n in clause.subject if (r := self._speaker(n))]
        words = reading.sentence.tokens[clause.verb.last - 1].text
        if speakers:
            return Attribution(tuple(speakers), words, (reading.sentence.span,))
        return reading.attribution(clause.verb.span.start)

    def _speaker(self, noun: Noun) -> Referent | None:
        return None if noun.pronoun or noun.event is not None else self.things.referent(noun, agent=True)

    def _responsible(
        self,
        reading: Reading,
        trigger: Trigger | None,
        history: Sequence[Occurrence],
        found: Sequence[Entity],
        voice: Attribution | None,
    ) -> Iterator[Responsibility]:
        about = spoken_of_by(trigger, history) if trigger is not None else history[-1]
        if about is None or about.polarity or reading.number - about.sentence > _RECENT:
            return
        keys = about.trigger.frame.subject
        done_to = {role.entity for role in about.roles if role.key not in keys}
        acting = {role.entity for role in about.roles if role.key in keys}
        new = [one for one in found if one not in done_to and one not in acting]
        if acting:  # "the fighters launched the attack": no other than those who are named already
            new = [one for one in new if not self.things.kinds.is_generic(one)]
        roles = tuple(Role(key, entity) for entity in new for key in keys)
        if roles:
            yield Responsibility(about, roles, reading.sentence.span, voice)
