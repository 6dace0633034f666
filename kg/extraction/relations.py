"""What an event has to do with an operation that is named: "as part of Operation Dawn", "to support Operation Dawn"."""

from __future__ import annotations

from dataclasses import dataclass

from kg.extraction.knowledge import Knowledge
from kg.extraction.occurrence import Occurrence
from kg.extraction.phrase import Noun
from kg.extraction.sentence_reading import Reading
from kg.extraction.triggers import Trigger
from kg.ontology import vocabulary as v


@dataclass(frozen=True)
class Relations:
    """Finds it, by the words of `light.yaml`."""

    knowledge: Knowledge

    def fill(self, reading: Reading, trigger: Trigger, made: Occurrence) -> None:
        """What it has to do with an operation that is named: part of it, or in its support."""
        clause = reading.clauses[trigger.clause] if trigger.clause >= 0 else None
        related = self.knowledge.section("light", "related")
        for preposition in [*trigger.prepositions, *(clause.after if clause else ())]:
            if preposition.low in related:
                self._relate(preposition.nouns, related[preposition.low], made)
        supporting = self.knowledge.section("light", "supporting")
        for other in reading.clauses:
            if clause is not None and other.depends_on == trigger.clause and other.verb.lemma in supporting["verbs"]:
                self._relate(other.objects, supporting["key"], made)

    def _relate(self, nouns: list[Noun], key: str, made: Occurrence) -> None:
        events = (self.knowledge.cls(v.EVENT),)
        for noun in nouns:
            if (
                noun.name is not None
                and self.knowledge.is_kind(noun.name.cls, events)
                and (key, noun.name) not in made.relations
            ):
                made.relations.append((key, noun.name))
