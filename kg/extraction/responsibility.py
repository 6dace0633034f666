"""Who claims to have done what was told before: "A and B claimed responsibility for the attack"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from kg.extraction.attribution import Attribution
from kg.extraction.blame import Blame
from kg.extraction.hosts import spoken_of_by
from kg.extraction.knowledge import Knowledge
from kg.extraction.occurrence import Occurrence, Responsibility, Role
from kg.extraction.polarity import Polarity
from kg.extraction.sentence_reading import Reading
from kg.extraction.things import Things


@dataclass(frozen=True)
class Claims:
    """Finds such claims, by the verbs of `cues.yaml`."""

    knowledge: Knowledge
    things: Things
    polarity: Polarity

    def find(
        self, reading: Reading, history: Sequence[Occurrence], last: Occurrence | None
    ) -> Iterator[Responsibility]:
        """The claims of a sentence, each about the event that it speaks of: one of `history`, else the last."""
        for number, clause in enumerate(reading.clauses):
            if not self.claims(reading, number):
                continue
            noun = next((t for t in reading.triggers if t.noun is not None and t.clause == number), None)
            about = spoken_of_by(noun, history) if noun is not None else last
            found = [r.entity for n in clause.subject if (r := self.things.referent(n, agent=True)) is not None]
            if about is None or not found:
                continue
            roles = tuple(Role(key, entity) for entity in found for key in about.trigger.frame.subject)
            words = reading.sentence.tokens[clause.verb.last - 1].text
            said = Attribution(tuple(found), words, (reading.sentence.span,))
            yield Responsibility(about, roles, reading.sentence.span, said)
        yield from self._blame.find(reading, history)

    @cached_property
    def _blame(self) -> Blame:
        return Blame(self.knowledge, self.things, self.polarity)

    def claims(self, reading: Reading, number: int) -> bool:
        """Whether a clause says that its subject claims to have done something."""
        said = self.speaks_of_claim(reading, number)
        return said and not self.polarity.of_clause(reading.sentence.tokens, reading.clauses, number)

    def speaks_of_claim(self, reading: Reading, number: int) -> bool:
        """Whether a clause speaks of such a claim, made or not: "nobody claimed the attack"."""
        clause = reading.clauses[number]
        if not clause.objects:
            return False
        phrases = (phrase.split() for phrase in self.knowledge.section("cues", "speech", "responsibility"))
        words = {lemma: noun for lemma, noun, *_ in phrases}
        first = clause.objects[0]
        told = first.event is not None and first.article == "definite"
        claimed = told and clause.verb.lemma in self.knowledge.words("cues", "speech", "claims_event")
        return claimed or words.get(clause.verb.lemma) == first.words[-1]
