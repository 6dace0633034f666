"""Who says what: direct and indirect speech, "according to", "he added"; by `cues.yaml`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from kg.extraction import tags as t
from kg.extraction.attribution import Attribution, Speakers
from kg.extraction.clause import Clause
from kg.extraction.entities import Entities, Entity
from kg.extraction.kinds import SPEAKERS, Kinds
from kg.extraction.knowledge import WORDS, Knowledge
from kg.extraction.phrase import Link, Noun, Phrase
from kg.extraction.proposal import Span
from kg.extraction.things import Things
from kg.extraction.tokens import Sentence
from kg.ontology import vocabulary as v


@dataclass
class Speech:
    """Finds attributions in the sentences of one report."""

    knowledge: Knowledge
    kinds: Kinds
    things: Things
    entities: Entities
    speakers: Speakers = field(default_factory=Speakers)
    persons: Speakers = field(default_factory=Speakers)
    acted: Speakers = field(default_factory=Speakers)
    """The body that the sentence before is about: "it" in the next one."""
    _offices: dict[str, Entity] = field(default_factory=dict)

    @cached_property
    def _verbs(self) -> frozenset[str]:
        return self.knowledge.words("cues", "speech", "verbs") | self._denials

    @cached_property
    def _denials(self) -> frozenset[str]:
        return self.knowledge.words("cues", "speech", "denial")

    @cached_property
    def _to_somebody(self) -> frozenset[str]:
        return self.knowledge.words("cues", "speech", "to_somebody")

    @cached_property
    def _of_events(self) -> frozenset[str]:
        return self.knowledge.words("cues", "speech", "of_events")

    @cached_property
    def _denied(self) -> frozenset[str]:
        return self.knowledge.with_plurals("cues", "speech", "denied_nouns")

    @cached_property
    def _phrases(self) -> frozenset[str]:
        return self.knowledge.words("cues", "speech", "phrases")

    @cached_property
    def _heads(self) -> frozenset[str]:
        return self.knowledge.with_plurals("cues", "speech", "speakers")

    @cached_property
    def _papers(self) -> frozenset[str]:
        """What says something and is nobody: "the statement"."""
        return self.knowledge.with_plurals("cues", "speech", "lead_ins")

    @cached_property
    def _for(self) -> frozenset[str]:
        return self.knowledge.words("cues", "speech", "speaks_for")

    def find(
        self, sentence: Sentence, number: int, phrases: Sequence[Phrase], clauses: Sequence[Clause]
    ) -> list[Attribution]:
        """The attributions of a sentence; the narrowest first."""
        found = [*self._according(sentence, phrases)]
        for at, _clause in enumerate(clauses):
            attribution = self._said(sentence, number, phrases, clauses, at)
            if attribution is not None:
                found.append(attribution)
        for attribution in found:
            if attribution.speakers:
                self.speakers = Speakers(attribution.speakers, attribution.support or sentence.span, number)
                if any(e.extra.get("person") and (" " in e.name or e.extra.get("full")) for e in attribution.speakers):
                    self.persons = self.speakers
        self._note_subject(sentence, number, clauses)
        return sorted(found, key=lambda a: sum(s.end - s.start for s in a.scope))

    def _note_subject(self, sentence: Sentence, number: int, clauses: Sequence[Clause]) -> None:
        """Remember a body that is the first subject of a sentence: "The junta has not commented"."""
        first = next((c for c in clauses if c.subject and c.subject_of < 0), None)
        noun = first.subject[0] if first is not None else None
        entity = noun.name or self.things.common(noun) if noun is not None else None
        if entity is not None and self.knowledge.is_kind(entity.cls, self.knowledge.organizations):
            self.acted = Speakers((entity,), sentence.span, number)

    # ── "according to" ──────────────────────────────────────────────────────────────────────────────────────────────

    def _according(self, sentence: Sentence, phrases: Sequence[Phrase]) -> list[Attribution]:
        for at, phrase in enumerate(phrases[:-1]):
            following = phrases[at + 1]
            if isinstance(phrase, Link) and phrase.low in self._phrases and isinstance(following, Noun):
                speaker = self._speaker(phrases, at + 1, following)
                if speaker:
                    return [Attribution(speaker, phrase.low, (sentence.span,))]
        return []

    # ── "said" ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _said(
        self, sentence: Sentence, number: int, phrases: Sequence[Phrase], clauses: Sequence[Clause], at: int
    ) -> Attribution | None:
        clause = clauses[at]
        lemma = clause.verb.lemma
        if lemma not in self._verbs or clause.verb.infinitive or any(self._inside(sentence, clause) for _ in "1"):
            return None
        if clause.objects and not self._may_say(clause):
            return None
        scope = self._scope(sentence, phrases, clauses, at)
        if not scope:
            return None
        words = " ".join(self._words(sentence, clause))
        inverted = not clause.subject and clause.objects
        turned, denies = clause.verb.finite and clause.objects, lemma in self._denials
        subject = clause.objects if inverted else clause.subject
        if (
            clause.subject_of >= 0
            and clauses[clause.subject_of].verb.lemma not in self._verbs
            and clause.joined_by == ","
            and not (denies and clauses[clause.subject_of].joined_kind == t.RELATIVE)
        ):
            subject = clause.objects if turned else clause.subject
        if not clause.verb.finite and clause.joined_by == ",":
            subject = self._said_before(clauses, at) or subject  # "denied that it fell, saying": who denied
        if clause.verb.passive:
            return None
        if not subject:
            return None
        noun = subject[0]
        if noun.pronoun:
            return self._by_pronoun(noun, number, Attribution((), words, scope, denies=denies, clause=at))
        if not self._can_speak(noun):
            return None
        place = next((i for i, p in enumerate(phrases) if p.first == noun.first), 0)
        speakers = self._speaker(phrases, place, noun)
        self.things.name_alike(speakers, subject[1:])
        more = tuple(e for n in subject[1:] if (e := self.things.actor(n, agent=True)))
        return Attribution((*speakers, *more), words, scope, denies=denies, clause=at) if speakers else None

    def _said_before(self, clauses: Sequence[Clause], at: int) -> list[Noun]:
        """The subject of the verb of saying before a clause."""
        return next((c.subject for c in reversed(clauses[:at]) if c.verb.lemma in self._verbs and c.verb.finite), [])

    def _inside(self, sentence: Sentence, clause: Clause) -> bool:
        """Whether the verb of saying stands in a quotation itself."""
        return any(q.start <= clause.verb.span.start < q.end for q in sentence.quoted)

    def _may_say(self, clause: Clause) -> bool:
        """Verbs such as "report" and "claim" also take things: "claimed responsibility", "reported casualties"."""
        noun = clause.objects[0]
        if clause.verb.lemma in self._to_somebody:
            return True
        if clause.verb.lemma in self._denials and noun.words[-1] in self._denied:
            return True  # "rejected claims that"
        if noun.event and clause.verb.lemma in self._of_events:
            return True  # "acknowledged clashes"
        return (
            not noun.event
            and noun.group != "nothing"
            and (
                self.kinds.is_actor(noun)
                or bool(noun.pronoun)
                or noun.head in self._heads
                or (noun.cls == "" and noun.name is not None)
                or not noun.cls
            )
        )

    def _words(self, sentence: Sentence, clause: Clause) -> list[str]:
        tokens = sentence.tokens[clause.verb.first : clause.verb.last]
        return [tokens[-1].text]

    def _can_speak(self, noun: Noun) -> bool:
        return (
            self.kinds.is_actor(noun)
            or noun.cls == self.knowledge.cls(v.COUNTRY)
            or noun.head in self._heads
            or noun.words[-1] in self._heads
            or (noun.name is not None and not self.kinds.is_place(noun) and not self.kinds.is_facility(noun))
            or self._is_unknown(noun)
        )

    def _is_unknown(self, noun: Noun) -> bool:
        """As in "a local emergency room said": of what says something nobody need know what it is."""
        return not (noun.cls or noun.group or noun.event or noun.name or noun.pronoun or noun.quantity)

    def _scope(
        self, sentence: Sentence, phrases: Sequence[Phrase], clauses: Sequence[Clause], at: int
    ) -> tuple[Span, ...]:
        """What is said: the quotations, what follows "said", or what precedes ", he said"."""
        clause = clauses[at]
        opened = self._opening(phrases, clauses, at)
        own = clause.subject and (clause.subject_of < 0 or opened != clause.start)
        start = clause.subject[0].span.start if own else clause.verb.span.start
        end = clause.verb.span.end
        before = Span(sentence.span.start, min(start, clause.verb.span.start))
        after = Span(end, _half_end(phrases, at, clauses, sentence))
        quoted_before = [q for q in sentence.quoted if q.start < before.end]
        trailing = self._trails(phrases, clauses, at)
        if trailing:
            return (before, *([after] if self._goes_on(phrases, clause) else []))
        if quoted_before and not [c for c in clauses[:at] if not self._in(sentence, c.verb.span.start)]:
            return (before, *[q for q in sentence.quoted if q.start >= end])
        if at + 1 < len(clauses) or clause.objects or sentence.quoted:
            return (after,)
        return ()

    def _in(self, sentence: Sentence, offset: int) -> bool:
        return any(q.start <= offset < q.end for q in sentence.quoted)

    def _trails(self, phrases: Sequence[Phrase], clauses: Sequence[Clause], at: int) -> bool:
        """Whether "he said" stands after what is said: a comma before it, and no complement after it."""
        clause = clauses[at]
        first = self._opening(phrases, clauses, at)
        if first == 0 or at == 0:
            return False
        sign = phrases[first - 1]
        if not (isinstance(sign, Link) and (sign.low == "," or sign.kind == t.QUOTE)):
            return False
        rest = [c for c in clauses[at + 1 :] if not c.verb.infinitive]
        return not rest or self._goes_on(phrases, clause) or self._stops(phrases, clause)

    def _opening(self, phrases: Sequence[Phrase], clauses: Sequence[Clause], at: int) -> int:
        """Where "residents reached by telephone said" begins: with the residents."""
        clause = clauses[at]
        source = clauses[clause.subject_of] if clause.subject_of >= 0 else None
        by = self.knowledge.words(WORDS, "done_by")
        reached = any(p.low in by for p in clause.before)
        reduced = clauses[at - 1] if at and clause.start == clause.at and not clause.joined_by else None
        if (
            reduced is not None
            and clause.subject_of < 0
            and clause.subject == reduced.subject
            and reduced.start < reduced.at
        ):
            source, reached = reduced, True
        if source is None or not clause.subject or ((source.verb.finite or source.joined_by) and not reached):
            return clause.start
        return next((i for i, p in enumerate(phrases) if p is clause.subject[0]), clause.start)

    def _stops(self, phrases: Sequence[Phrase], clause: Clause) -> bool:
        """As in ", residents said on Monday, in the worst attack": a comma right after the verb and its time."""
        after = (p for p in phrases[clause.at + 1 :] if not (isinstance(p, Link) and p.kind == t.MOMENT))
        following = next(after, None)
        return isinstance(following, Link) and following.low == ","

    def _goes_on(self, phrases: Sequence[Phrase], clause: Clause) -> bool:
        after = phrases[clause.end] if clause.end < len(phrases) else None
        last = phrases[min(clause.end, len(phrases)) - 1]
        return any(isinstance(one, Link) and one.low == "," for one in (after, last))

    def _by_pronoun(self, noun: Noun, number: int, said: Attribution) -> Attribution | None:
        if noun.pronoun in self._single and self.persons.last:
            return self._follows(noun, number, said, self.persons)
        if noun.pronoun in self._body and self.acted.sentence > self.speakers.sentence:
            return self._follows(noun, number, said, self.acted)
        if noun.pronoun in self._body and (not self.speakers.last or number - self.speakers.sentence > 1):
            named = self.things.last_named()
            if named is not None:
                entity, span = named
                reason = f"“{noun.text}” is taken to be {entity.name}, the last one that was named"
                return replace(said, speakers=(entity,), reason=reason, support=span)
        return self._follows(noun, number, said, self.speakers)

    def _follows(self, noun: Noun, number: int, said: Attribution, before: Speakers) -> Attribution | None:
        if not before.last or number - before.sentence > 4:
            return None
        names = ", ".join(e.name or e.id for e in before.last)
        reason = f"“{noun.text}” follows the words of {names}, and nobody else has spoken since"
        return replace(said, speakers=before.last, reason=reason, support=before.span)

    @cached_property
    def _single(self) -> frozenset[str]:
        """Pronouns for one person."""
        pronouns = self.knowledge.section(WORDS, "pronouns").items()
        return frozenset(word for word, how in pronouns if how["person"] == "single")

    @cached_property
    def _body(self) -> frozenset[str]:
        """Pronouns for a body that speaks: "it"."""
        return self.knowledge.words("cues", "speech", "body_pronouns")

    def _speaker(self, phrases: Sequence[Phrase], at: int, noun: Noun) -> tuple[Entity, ...]:
        """The speaker that a noun phrase names: a body, or a person and for whom it speaks."""
        organization = self._spoken_for(phrases, at, noun)
        if organization is not None:
            self._offices[noun.head] = organization
        elif noun.article == "definite":
            organization = self._offices.get(noun.head)  # "the spokesman" of before
        if noun.name is not None and self.kinds.is_organization(noun):
            return (noun.name,)
        if noun.name is not None and noun.cls == self.knowledge.cls(v.COUNTRY):
            return (self.things.state(noun.name),)
        person = self._named_person(phrases, at, noun)
        if person is None:
            again = self.things.again(noun)
            if again is not None:
                return (again.entity,)
            person = self._described(noun, self._full_text(phrases, at, noun))
        if person is None:
            return ()
        if person.cls in self._persons or (organization is not None and person.known is None):
            self._speaks_for(person, organization)
        return (person,)

    def _named_person(self, phrases: Sequence[Phrase], at: int, noun: Noun) -> Entity | None:
        """The person whose name is the noun, or stands beside it."""
        if noun.name is not None and noun.name.cls in {"", self.knowledge.cls(v.PERSON)}:
            short = noun.name.cls == "" and noun.name.name.isupper() and " " not in noun.name.name
            noun.name.cls = self.knowledge.cls(v.ORGANIZATION if short else v.PERSON)
            noun.name.extra.setdefault("full", "yes" if len(noun.words) > 1 else "")
            return noun.name
        return self._apposed(phrases, at)

    def _described(self, noun: Noun, text: str) -> Entity | None:
        """A speaker without a name, by the whole description: "a representative of Kawlin PDF"."""
        unknown = self._is_unknown(noun) and noun.words[-1] not in self._papers
        entity = None if unknown else self.things.actor(noun, agent=True)
        if entity is None and (noun.head in self._heads or noun.words[-1] in self._heads or unknown):
            cls = v.PERSON if noun.group == SPEAKERS or noun.article == "indefinite" else v.ORGANIZATION
            plain = text if cls is v.PERSON else self.things.label(noun)
            entity = self.entities.named(plain, self.knowledge.cls(cls))
            entity.first = entity.first or noun.span
        elif entity is not None and entity.known is None and entity.cls in self._persons:
            told_before = self.entities.by_name(text)
            if told_before is not None:
                return told_before
            entity.name = text
            self.entities.alias(text, entity)
        return entity

    @cached_property
    def _persons(self) -> frozenset[str]:
        return frozenset({self.knowledge.cls(v.PERSON), self.knowledge.cls(v.PERSON_GROUP)})

    def _full_text(self, phrases: Sequence[Phrase], at: int, noun: Noun) -> str:
        """As in "a representative of Kawlin PDF", as printed."""
        link, following = phrases[at + 1 : at + 3] if at + 2 < len(phrases) else (None, None)
        if isinstance(link, Link) and link.low in self._for and isinstance(following, Noun):
            return f"{noun.text} {link.low} {following.text}"
        return noun.text

    def _spoken_for(self, phrases: Sequence[Phrase], at: int, noun: Noun) -> Entity | None:
        """For whom a person speaks: "a representative of Kawlin PDF", "AA spokesman Khaing Thukha"."""
        for entity in noun.modifiers:
            if self.knowledge.is_kind(entity.cls, self.knowledge.organizations):
                return entity
        for place in range(at + 1, min(at + 6, len(phrases) - 1)):
            link, following = phrases[place], phrases[place + 1]
            if isinstance(link, Link) and link.low in self._for and isinstance(following, Noun):
                referent = self.things.referent(following, agent=True)
                found = referent.entity if referent else None
                if found is not None and self.knowledge.is_kind(found.cls, self.knowledge.organizations):
                    return found
                if following.modifiers and self.knowledge.is_kind(
                    following.modifiers[0].cls, self.knowledge.organizations
                ):
                    return following.modifiers[0]
            elif not isinstance(link, Noun | Link):
                break
        return None

    def _apposed(self, phrases: Sequence[Phrase], at: int) -> Entity | None:
        """As in "the spokesman, Khaing Thukha,": the name beside the noun."""
        if at + 2 < len(phrases) and isinstance(phrases[at + 1], Link) and phrases[at + 1].low == ",":  # type: ignore[union-attr]
            following = phrases[at + 2]
            if (
                isinstance(following, Noun)
                and following.name is not None
                and following.name.cls in ("", self.knowledge.cls(v.PERSON))
            ):
                following.name.cls = self.knowledge.cls(v.PERSON)
                return following.name
        return None

    def _speaks_for(self, person: Entity, organization: Entity | None) -> None:
        person.extra["person"] = "yes"
        if organization is not None and organization != person and person.known is None:
            person.extra.setdefault("speaks", organization)


def _half_end(phrases: Sequence[Phrase], at: int, clauses: Sequence[Clause], sentence: Sentence) -> int:
    """Where the half of a sentence ends that a clause stands in: at the next semicolon, else with the sentence."""
    rest = phrases[clauses[at].at :]
    return next((p.span.start for p in rest if isinstance(p, Link) and p.low == ";"), sentence.span.end)
