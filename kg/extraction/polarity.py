"""Whether something happened: negations, plans, attempts, fears; by `cues.yaml`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kg.extraction import tags as t
from kg.extraction.clause import Clause
from kg.extraction.false_news import FalseNews
from kg.extraction.knowledge import WORDS, Knowledge
from kg.extraction.phrase import Noun
from kg.extraction.tokens import Token
from kg.extraction.triggers import Trigger


@dataclass(frozen=True)
class Polarity:
    """The cues of a language, compiled once. An answer is a key of the ontology's polarities; empty: it happened."""

    knowledge: Knowledge

    @cached_property
    def _rules(self) -> tuple[Mapping[str, Any], ...]:
        return tuple(self.knowledge.section("cues", "unreal"))

    @property
    def came_to_nothing(self) -> str:
        """The key of what was made safe or fought off."""
        return str(self.knowledge.section("cues", "came_to_nothing"))

    @cached_property
    def _verbs(self) -> dict[str, str]:
        """Verbs whose complement did not, or not yet, happen → the key."""
        return {words[-1]: key for words, key in self._governors if words[0] not in self._be}

    @cached_property
    def _only_verbs(self) -> dict[str, str]:
        """The same for what is told by a verb alone: "escaped being held", but "escaped the attack"."""
        return {verb: rule["key"] for rule in self._rules for verb in rule.get("governs", ())}

    @cached_property
    def _states(self) -> dict[str, str]:
        """The same for what stands after "be": "be set to"."""
        return {words[-1]: key for words, key in self._governors if words[0] in self._be}

    @property
    def _governors(self) -> list[tuple[list[str], str]]:
        return [(p.split(), rule["key"]) for rule in reversed(self._rules) for p in rule.get("governor", ())]

    @cached_property
    def _be(self) -> frozenset[str]:
        return self.knowledge.words(WORDS, "be")

    @cached_property
    def _phrases(self) -> dict[tuple[str, ...], str]:
        return {
            tuple(phrase.split()): rule["key"] for rule in reversed(self._rules) for phrase in rule.get("before", ())
        }

    @cached_property
    def _yet(self) -> tuple[frozenset[str], str]:
        rule = next(rule for rule in self._rules if "with_negation" in rule)
        return frozenset(rule["with_negation"]), rule["key"]

    @cached_property
    def _negation(self) -> str:
        first = str(self.knowledge.section(WORDS, "negations")[0])
        return next(key for words, key in self._phrases.items() if words == (first,))

    @property
    def agent(self) -> frozenset[str]:
        """Prepositions before whoever does what a passive verb tells: "by"."""
        return self.knowledge.words(WORDS, "done_by")

    @property
    def _listing(self) -> frozenset[str]:
        return self.knowledge.words(WORDS, "listing")

    @property
    def denial(self) -> str:
        """The key of what somebody denies."""
        return self._negation

    @cached_property
    def _predicates(self) -> dict[str, str]:
        return dict(self.knowledge.section("cues", "predicates"))

    def _singular(self, noun: str) -> str:
        """The verb that a noun in the plural is made of: "plans"."""
        forms = self.knowledge.forms.verbs.get(noun, ())
        return next((form.lemma for form in forms), noun)

    @cached_property
    def _negations(self) -> frozenset[str]:
        return frozenset(words[0] for words, key in self._phrases.items() if key == self._negation and len(words) == 1)

    @cached_property
    def _lifts(self) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(phrase.split()) for phrase in self.knowledge.section("cues", "lifts"))

    @cached_property
    def _noun_words(self) -> tuple[tuple[tuple[str, ...], str], ...]:
        rules = self.knowledge.section("cues", "nouns")
        pairs = [(tuple(words.split()), rule["key"]) for rule in rules for words in rule["beside"]]
        return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))

    @cached_property
    def _noun_words_ending(self) -> dict[str, list[tuple[int, tuple[str, ...], str]]]:
        """The same with their rank, by their last word."""
        found: dict[str, list[tuple[int, tuple[str, ...], str]]] = {}
        for rank, (phrase, key) in enumerate(self._noun_words):
            found.setdefault(phrase[-1], []).append((rank, phrase, key))
        return found

    def of_clause(self, tokens: Sequence[Token], clauses: Sequence[Clause], number: int) -> str:
        """In which way what the verb of a clause tells did not happen; empty where it did."""
        clause = clauses[number]
        own = self._of_group(tokens, clause)
        own = own or self._before_verb(tokens, clause)
        if own:
            return own
        if clause.joined_by in self._negations:
            return self._negation
        joined = clause.joined_by in self._listing and clause.subject_of >= 0
        said = self.news.of(tokens, clauses, clause.subject_of if joined else number) or self._under_that(
            tokens, clauses, number
        )
        if said:
            return said
        if number == 1 and not clause.joined_by and clauses[0].at == 0 and tokens[0].low in self._inverted:
            return self._conditional
        if clause.joined_by in self._conditions:
            return self._conditions[clause.joined_by]
        if clause.joined_by in self._until and clause.verb.tense in ("third", "base") and not clause.verb.helpers:
            return self._to_come  # "until the last column leaves"
        depends = clause.depends_on
        if depends >= 0 and (clause.verb.infinitive or not clause.verb.finite or clause.joined_kind == t.PREPOSITION):
            return self._of_governor(tokens, clauses, depends)
        if clause.joined_by in self.knowledge.words("cues", "without"):
            return self._negation
        if (
            (clause.joined_by == "," or clause.joined_by in self._listing)
            and clause.subject_of >= 0
            and not clause.verb.finite
            and number
        ):
            return self.of_clause(tokens, clauses, clause.subject_of)  # "plans to attack and seize"
        return ""

    @cached_property
    def _inverted(self) -> frozenset[str]:
        return self.knowledge.words("cues", "inverted")

    @cached_property
    def _conditional(self) -> str:
        return next(iter(self._conditions.values()))

    def _under_that(self, tokens: Sequence[Token], clauses: Sequence[Clause], number: int) -> str:
        """What a verb says of the sentence after it: "suspect that they took him", "it would be the first time"."""
        clause = clauses[number]
        if number == 0 or not clause.verb.finite:
            return ""
        before = clauses[number - 1]
        is_time = before.verb.lemma in self._be and clause.joined_by in self._that
        if is_time and self._of_group(tokens, before) == self._conditional:
            return self._conditional
        if clause.start > before.at + 2 or (clause.joined_by and clause.joined_by not in self._that):
            return ""
        key = self._verbs.get(before.verb.lemma, "")
        return key if key in (self._negation, self._conditional) else ""

    @cached_property
    def news(self) -> FalseNews:
        """What sentences say of reports that they quote."""
        return FalseNews(self.knowledge)

    def _before_verb(self, tokens: Sequence[Token], clause: Clause) -> str:
        """As in "for fear of being arrested" and "nearly sank": what the words right before a verb say."""
        before = tuple(k.low for k in tokens[max(0, clause.verb.first - 4) : clause.verb.first])
        near: Mapping[str, str] = self.knowledge.section("cues", "just_before")
        if before and before[-1] in near:
            return near[before[-1]]
        named = before[:-1] if before[-1:] == (":",) else before  # "Their mission: to kidnap a teacher"
        if clause.verb.infinitive and named and (aim := self._of_aim(named[-1])):
            return aim
        if clause.verb.finite or clause.joined_kind != t.PREPOSITION:
            return ""
        return next((key for phrase, key in self._noun_words if len(phrase) > 1 and _ends_with(before, phrase)), "")

    def _of_aim(self, noun: str) -> str:
        """What the word before an infinitive says: "a plan to bomb the town was found", "in a bid to seize it"."""
        keys = self.knowledge.section("cues", "before_to")
        found = (key for key in keys if noun in self.knowledge.with_plurals("cues", "before_to", key))
        return next(found, "") or self._verbs.get(self._singular(noun), "")

    @cached_property
    def _that(self) -> frozenset[str]:
        return self.knowledge.words("cues", "complement")

    @cached_property
    def _conditions(self) -> dict[str, str]:
        words = frozenset(self.knowledge.section(WORDS, "subordinators"))
        return {phrase[0]: key for phrase, key in self._phrases.items() if len(phrase) == 1 and phrase[0] in words}

    def _of_governor(self, tokens: Sequence[Token], clauses: Sequence[Clause], number: int) -> str:
        governor = clauses[number]
        own = self._of_group(tokens, governor)
        found = self._verbs.get(governor.verb.lemma) or self._only_verbs.get(governor.verb.lemma, "")
        if governor.joined_by in self._conditions:
            return self._conditions[governor.joined_by]  # "if rebels take advantage of this to attack"
        if self._is_to_be(clauses, number):
            return own or self._to_come
        if governor.verb.passive:
            found = self._states.get(tokens[governor.verb.last - 1].low, found)
        if not found and governor.verb.lemma == self.knowledge.copula:
            window = tokens[governor.verb.last : governor.verb.last + 2]
            found = next((self._states[k.low] for k in window if k.low in self._states), "")
        if not found and governor.objects:
            found = self._verbs.get(self._singular(governor.objects[-1].words[-1]), "")
        if found:
            return found
        if own:
            return own
        if not governor.verb.finite and governor.depends_on >= 0:
            return self._of_governor(tokens, clauses, governor.depends_on)
        return (
            self._of_governor(tokens, clauses, governor.depends_on)
            if governor.depends_on >= 0 and governor.verb.infinitive
            else ""
        )

    def _is_to_be(self, clauses: Sequence[Clause], number: int) -> bool:
        """As in "the prisoners are to be released": "be" with nothing but an infinitive after it."""
        governor = clauses[number]
        following = clauses[number + 1] if number + 1 < len(clauses) else None
        bare = governor.verb.lemma == self.knowledge.copula and not governor.objects and not governor.after
        return bare and following is not None and following.verb.infinitive and following.at == governor.at + 1

    @property
    def _to_come(self) -> str:
        return str(self.knowledge.section("cues", "to_come", "key"))

    @property
    def _until(self) -> frozenset[str]:
        return self.knowledge.words("cues", "to_come", "until")

    def _of_group(self, tokens: Sequence[Token], clause: Clause) -> str:
        """What the helpers of a verb, the words right after it and a "no" in its subject say."""
        words = tuple(clause.verb.helpers)
        window = tuple(k.low for k in tokens[max(0, clause.verb.first - 3) : clause.verb.last + 2])
        if any(_holds(window, lift) for lift in self._lifts):
            return ""
        negated = any(w in self._negations or w.endswith(self._negative_endings) for w in words)
        yet, key = self._yet
        if clause.verb.infinitive:
            forms = self.knowledge.forms.verbs.get(tokens[clause.verb.first - 1].low, ())
            governed = any(f.tense == "participle" for f in forms)  # "has not begun to withdraw": of its governor
            words = tuple(k.low for k in tokens[max(0, clause.verb.first - (1 if governed else 2)) : clause.verb.last])
        after = " ".join(k.low for k in tokens[clause.verb.first : clause.verb.last + 12])
        if negated and any(f" {word} " in f" {after} " for word in yet):
            return key
        told = next((key for phrase, key in self._phrases.items() if phrase[0] in words and _holds(words, phrase)), "")
        return told or (self._negation if negated or self._no_one(tokens, clause) else "")

    def _no_one(self, tokens: Sequence[Token], clause: Clause) -> bool:
        """Whether subject or object say that there was nobody or nothing: "no soldiers", "neither side", "nobody"."""
        first = clause.subject[0].first if clause.subject else 0
        if first and clause.subject_of < 0 and tokens[first - 1].low in self._negations:
            return True
        if clause.subject and clause.subject[0].pronoun in self._nobody:
            return True
        heads = [*clause.subject[:1], *clause.objects[:1]]
        return any(noun.quantity is not None and noun.quantity.none for noun in heads)

    @cached_property
    def _negative_endings(self) -> tuple[str, ...]:
        """As in "didn't"."""
        return tuple(self.knowledge.section(WORDS, "negative_endings"))

    @cached_property
    def _nobody(self) -> frozenset[str]:
        pronouns = self.knowledge.section(WORDS, "pronouns")
        return frozenset(word for word, how in pronouns.items() if how["person"] == "nobody")

    def of_noun(self, tokens: Sequence[Token], noun: Noun) -> str:
        """What the words in and right before the noun of an event say."""
        words = tuple(noun.words)
        before = tuple(k.low for k in tokens[max(0, noun.first - 4) : noun.first])
        if any(_holds([k.low for k in tokens[max(0, noun.first - 1) : noun.last]], lift) for lift in self._lifts):
            return ""  # "no fewer than 60 air strikes"
        if noun.quantity is not None and noun.quantity.none:
            return self._negation
        near = {*before[-3:], *words[:-1]}
        for _, phrase, key in sorted(one for word in near for one in self._noun_words_ending.get(word, ())):
            if len(phrase) == 1 and phrase[0] in words[:-1]:
                return key
            if _ends_with(before, phrase):
                return key
        return ""

    def under(self, tokens: Sequence[Token], clauses: Sequence[Clause], number: int) -> str:
        """What a verb says of the event that is its object: "planned an attack", "denied the attack"."""
        clause = clauses[number]
        own = self.of_subject(tokens, clauses, number)
        bare = bool(clause.objects) and not clause.objects[0].article  # "evaded arrest", but "escaped the attack"
        return own or self._verbs.get(clause.verb.lemma, "") or (bare and self._only_verbs.get(clause.verb.lemma)) or ""

    def of_bystander(self, tokens: Sequence[Token], clauses: Sequence[Clause], number: int) -> str:
        """Of a noun somewhere in a clause of what may be or is to come: "would use the same mix of siege and fire"."""
        own = self._of_group(tokens, clauses[number])
        return own if own in (self._conditional, self._to_come) else ""

    def of_suffered(self, tokens: Sequence[Token], clauses: Sequence[Clause], trigger: Trigger) -> str:
        """Of a noun beside a verb: only where the verb is what it is suffered by, "did not come under attack"."""
        suffers = trigger.rule.endswith("/suffers")
        clause = clauses[trigger.clause]
        stands = clause.verb.lemma in self._be or clause.verb.lemma in self._verbs
        return self.under(tokens, clauses, trigger.clause) if suffers or (stands and not trigger.reference) else ""

    def of_subject(self, tokens: Sequence[Token], clauses: Sequence[Clause], number: int) -> str:
        """What a verb says of the event that is its subject: "no attack happened", "an attack is unlikely"."""
        clause = clauses[number]
        own = self.of_clause(tokens, clauses, number)
        if not own and clause.verb.lemma in self._be:
            window = [k.low for k in tokens[clause.verb.last : clause.verb.last + 3]]
            own = next((self._predicates[w] for w in window if w in self._predicates), "")
        return own


def _holds(words: Sequence[str], phrase: Sequence[str]) -> bool:
    """
    Whether the phrase stands in the words.

    >>> _holds(["had", "not", "yet"], ["not", "yet"])
    True
    """
    size = len(phrase)
    return any(tuple(words[i : i + size]) == tuple(phrase) for i in range(len(words) - size + 1))


def _ends_with(words: Sequence[str], phrase: Sequence[str]) -> bool:
    """Whether the words end with the phrase, an article after it passed over."""
    size = len(phrase)
    last, most = len(words), 3 if size > 1 else 2  # "troops for an early offensive"
    ends = (last - passed for passed in range(min(most, last - size + 1)))
    return any(words[end - 1] == phrase[-1] and tuple(words[end - size : end]) == tuple(phrase) for end in ends)
