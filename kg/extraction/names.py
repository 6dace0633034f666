"""Names in a sentence: those of the registry, those that the report introduces, and those that look like one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

from kg.extraction.entities import Entities, Entity
from kg.extraction.introductions import ACRONYM, Introductions
from kg.extraction.knowledge import WORDS, Knowledge
from kg.extraction.mention import Mention
from kg.extraction.name_patterns import Patterns
from kg.extraction.name_words import LEADS, bracketed, one_letter_apart, only_joined, same_case, words_of
from kg.extraction.proposal import Span
from kg.extraction.registry import Known, Registry, key_of
from kg.extraction.tokens import Sentence, Token
from kg.ontology import vocabulary as v

_POSSESSIVE = frozenset({"'s", "'", "’"})
_BRANCH = re.compile(r"[A-Z]{2,6}-[A-Z][a-z]+")
"""A group with its home: "CDF-Hakha"."""
_LONGEST_NAME = 14
_LONG_ENOUGH = 5
"""Letters: in a shorter word one letter may make all the difference."""


class Names:
    """Finds the names of one report. Sentences are given in order; what one introduces the later ones know."""

    def __init__(self, knowledge: Knowledge, registry: Registry, entities: Entities, patterns: Patterns) -> None:
        self.knowledge = knowledge
        self.registry = registry
        self.entities = entities
        self.patterns = patterns
        self.acronyms: set[str] = set()
        self._seen: set[str] = set()
        self._keys_of: dict[str, tuple[tuple[str, ...], ...]] = {}
        self._introductions = Introductions(knowledge, registry, entities, patterns)

    def survey(self, sentences: Sequence[Sentence]) -> None:
        """Learn which words stand with a capital in the middle of sentences, and which acronyms are introduced."""
        for sentence in sentences:
            for token in sentence.tokens[1:]:
                if token.capital:
                    self._seen.add(token.text)
            for at, token in enumerate(sentence.tokens):
                if bracketed(sentence.tokens, at) and ACRONYM.fullmatch(token.text):
                    self.acronyms.add(token.text)

    def find(self, sentence: Sentence) -> list[Mention]:
        """The names of a sentence, in order, none over another."""
        tokens = sentence.tokens
        found: list[Mention] = []
        at = 0
        while at < len(tokens):
            mention = self._at(tokens, at)
            if mention is None:
                at += 1
                continue
            mention = self._introductions.of(tokens, mention)
            entity = mention.entity
            if entity.first is None:
                entity.first = Span(tokens[mention.first].start, tokens[mention.last - 1].end)
            found.append(mention)
            at = mention.last
        return self._with_shared_kinds(tokens, found)

    # ── One name ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _at(self, tokens: Sequence[Token], at: int) -> Mention | None:
        """The name that begins at a token."""
        token = tokens[at]
        if not token.capital and token.low not in self.registry.first_words and not token.text[0].isdigit():
            return None
        known = self._known(tokens, at)
        if not token.capital:
            return self._known_mention(tokens, at, known) if known else self._numbered(tokens, at)
        run = self._run(tokens, at)
        pattern = self._patterned(tokens, at, run)
        if pattern and (not known or pattern.last > known[0]):
            return pattern
        if known:
            return self._known_mention(tokens, at, known)
        return self._plain(tokens, at, run)

    def _numbered(self, tokens: Sequence[Token], at: int) -> Mention | None:
        """As in "the 13th Brigade": a unit whose number stands first."""
        following = tokens[at + 1] if at + 1 < len(tokens) else None
        if not self.patterns.is_ordinal(tokens[at].text) or following is None or not following.capital:
            return None
        for end in range(self._run(tokens, at + 1), at + 1, -1):
            words = tuple(token.text for token in tokens[at + 1 : end])
            if any(words[-len(unit) :] == unit for unit in self.patterns.units):
                cls = self.knowledge.section("names", "numbered_units", "class")
                return Mention(at, end, self.entities.named(words_of(tokens, at, end), cls))
        return None

    def _known(self, tokens: Sequence[Token], at: int) -> tuple[int, tuple[Known, ...]] | None:
        """The longest name of the registry that begins here: where it ends, and whose it is."""
        longest = self.registry.first_words.get(tokens[at].low, 0)
        for length in range(min(longest, len(tokens) - at), 0, -1):
            part = tokens[at : at + length]
            things = self.registry.by_name.get(tuple(t.low for t in part))
            if things and same_case(part, things):
                return at + length, things
        return None

    def _known_mention(self, tokens: Sequence[Token], at: int, known: tuple[int, tuple[Known, ...]]) -> Mention:
        last, things = known
        kind, end, plural = self._kind_after(tokens, last)
        if kind and not plural:
            named = self._with_kind(tokens, at, last, kind)
            if named:
                return Mention(at, end, named, explicit_kind=True)
            if all(self.knowledge.is_kind(t.cls, self.knowledge.places) for t in things):
                name = words_of(tokens, at, last)
                return Mention(
                    at, end, self._new_place(f"{name} {words_of(tokens, last, end)}", kind, name), explicit_kind=True
                )
        before = self._kind_before(tokens, at)
        fitting = [t for t in things if before and t.cls == before] or list(things)
        return Mention(at, last, self.entities.of_known(fitting[0]), explicit_kind=bool(before))

    def _with_kind(self, tokens: Sequence[Token], at: int, last: int, kind: str) -> Entity | None:
        """The place of that name which is of that kind: "Kale" is a town, "Kale townships" are not."""
        name = words_of(tokens, at, last)
        short = tuple(t.low for t in tokens[at:last])
        for thing in self.registry.known.values():
            if thing.cls == kind and any(
                key[: len(short)] == short and len(key) <= len(short) + 1 for key in self._keys(thing)
            ):
                return self.entities.of_known(thing)
        entity = self.entities.by_name(name)
        return entity if entity and entity.cls == kind else None

    def _keys(self, thing: Known) -> tuple[tuple[str, ...], ...]:
        if thing.id not in self._keys_of:
            self._keys_of[thing.id] = tuple(key_of(name) for name in thing.names)
        return self._keys_of[thing.id]

    def _run(self, tokens: Sequence[Token], at: int) -> int:
        """Where the words with capitals end that begin here; small words inside a name are passed over."""
        end = at + 1
        while end < len(tokens) and end - at < _LONGEST_NAME:
            token = tokens[end]
            if token.capital or (token.text.isdigit() and tokens[end - 1].capital):
                end += 1
                continue
            step = end
            while (
                step < len(tokens)
                and step - end < 3
                and (tokens[step].low in self.patterns.inside or tokens[step].low in _POSSESSIVE)
            ):
                step += 1
            two = step - end > 1 and tokens[end].low in self._listing  # "S23 and the Hill Army"
            if end < step < len(tokens) and tokens[step].capital and not two:
                end = step + 1
                continue
            break
        return end

    def _patterned(self, tokens: Sequence[Token], at: int, run: int) -> Mention | None:
        """The longest name in a run that ends like that of an organization, a unit, an operation or a place."""
        owned = at + 2 < run and tokens[at + 1].low in _POSSESSIVE  # "People's Defence Force"
        plain = tokens[at].text in self.patterns.no_names and tokens[at].text not in self.patterns.operations
        if plain and tokens[at].text in self.patterns.may_begin and run - at == 2 and not owned:
            return self._organization(tokens, at, run)  # "Resistance Committee"
        if plain and not owned:
            return None
        for end in range(run, at + 1, -1):
            mention = self._organization(tokens, at, end)
            if mention:
                return mention
        return self._operation(tokens, at)

    def _organization(self, tokens: Sequence[Token], at: int, end: int) -> Mention | None:
        name = words_of(tokens, at, end)
        entity = self.entities.by_name(name)
        if entity is not None:
            return Mention(at, end, entity)
        words = tuple(t.text for t in tokens[at:end])
        if self._breaks(tokens, at, end):
            return None
        for length in range(min(4, len(words) - 1), 0, -1):
            cls = self.patterns.ends.get(words[-length:])
            if cls and not (words[-length:] in self.patterns.place_kinds and words[0] not in self.patterns.no_places):
                return Mention(at, end, self.entities.named(name, cls))
        if words[-1] in self.acronyms or (words[-1].isdigit() and words[-2:-1] and (words[-2],) in self.patterns.units):
            unit = words[-1].isdigit()
            cls = (
                self.knowledge.section("names", "numbered_units", "class")
                if unit
                else self._class_of_acronym(words[-1])
            )
            made = self._spelled(name, cls)
            if unit:
                made.owner = self._owner(tokens, at, end)
            return Mention(at, end, made)
        return None

    def _spelled(self, name: str, cls: str) -> Entity:
        """
        The entity of a group that is named after a place, under the place's right name.

        "Kyunha PDF" is Kyunhla PDF where no place is called Kyunha and Kyunhla is named in the report.
        """
        first, _, rest = name.partition(" ")
        if len(first) < _LONG_ENOUGH or (first.lower(),) in self.registry.by_name or not rest:
            return self.entities.named(name, cls)
        meant = [place for place in self._short_places if place in self._seen and one_letter_apart(first, place)]
        if len(meant) != 1:
            return self.entities.named(name, cls)
        entity = self.entities.named(f"{meant[0]} {rest}", cls)
        self.entities.alias(name, entity)
        entity.also = [other for other in entity.also if other != name]
        entity.misspelled = name
        return entity

    @cached_property
    def _short_places(self) -> tuple[str, ...]:
        """Names of places of one word, as the registry has them."""
        places = self.knowledge.places
        known = (k for k in self.registry.known.values() if self.knowledge.is_kind(k.cls, places))
        return tuple(dict.fromkeys(name for k in known for name in k.names if " " not in name))

    def _class_of_acronym(self, acronym: str) -> str:
        entity = self.entities.by_name(acronym)
        group = self.knowledge.section("names", "organizations")[-1]["class"]
        return entity.cls if entity and entity.cls else str(group)

    def _owner(self, tokens: Sequence[Token], at: int, end: int) -> Entity | None:
        known = self._known(tokens, at)
        if known and known[0] < end:
            return self.entities.of_known(known[1][0])
        return next(
            (e for last in range(end - 1, at, -1) if (e := self.entities.by_name(words_of(tokens, at, last)))), None
        )

    @cached_property
    def _listing(self) -> frozenset[str]:
        return self.knowledge.words(WORDS, "listing")

    def _breaks(self, tokens: Sequence[Token], at: int, end: int) -> bool:
        """Whether a stretch holds two names: "Sagaing's Kawlin Front" may be one, "Kachin and Shan" is not."""
        for place in range(at + 1, end - 1):
            if tokens[place].low in self._listing and tokens[place - 1].capital:
                left = tuple(t.text for t in tokens[at:place])
                if any(left[-n:] in self.patterns.ends for n in (1, 2, 3)) or ACRONYM.fullmatch(tokens[place - 1].text):
                    return True
            kinds = (tokens[place].text,) in self.patterns.place_kinds and tokens[place].capital
            if kinds and place + 1 < end and tokens[place + 1].low in _POSSESSIVE:
                return True
        return False

    def _operation(self, tokens: Sequence[Token], at: int) -> Mention | None:
        if tokens[at].text not in self.patterns.operations:
            return None
        end = at + 1
        while end < len(tokens) and (tokens[end].capital or tokens[end].text.isdigit()) and end - at < 5:
            end += 1
        if end == at + 1:
            return None
        cls = self.knowledge.section("names", "operations", "class")
        return Mention(at, end, self.entities.named(words_of(tokens, at, end), cls))

    def _plain(self, tokens: Sequence[Token], at: int, run: int) -> Mention | None:
        """Words with capitals that no pattern knows: a place by its neighbours, else a name without a class."""
        token = tokens[at]
        if token.text in self.patterns.no_names or self.patterns.is_title(tokens, at, run):
            return None
        end = next((i for i in range(at + 1, run) if not (tokens[i].capital or tokens[i].text.isdigit())), run)
        end = next((i for i in range(at + 1, end) if tokens[i].text in self.patterns.no_names), end)
        if at == 0 and end == 1 and token.text not in self.patterns.nationalities and not self._is_name(tokens):
            return None
        if token.text in self.patterns.nationalities and end == at + 1:
            return self._nationality(tokens, at)
        name = words_of(tokens, at, end)
        shaped = self._by_shape(name)
        if shaped is not None:
            return Mention(at, end, shaped, explicit_kind=True)
        kind, kind_end, plural = self._kind_after(tokens, end)
        for last in range(end - 1, at, -1):  # "Min Ywar Village" is in the run already
            inner = self.patterns.place_kinds.get((tokens[last].text,))
            if inner and not inner[1]:
                place = self._new_place(words_of(tokens, at, last + 1), inner[0], words_of(tokens, at, last))
                return Mention(at, last + 1, place, explicit_kind=True)
        if kind and not plural:
            return Mention(
                at,
                kind_end,
                self._new_place(f"{name} {words_of(tokens, end, kind_end)}", kind, name),
                explicit_kind=True,
            )
        before = self._kind_before(tokens, at)
        entity = self.entities.by_name(name)
        if entity is None:
            person = self.knowledge.cls(v.PERSON) if self.patterns.follows_person(tokens, at, end) else ""
            entity = self._new_place(name, before, name) if before else self.entities.named(name, person)
        return Mention(at, end, entity, explicit_kind=bool(before))

    def _by_shape(self, name: str) -> Entity | None:
        """What a name alone says: a country, "Ward 6", the branch of a group such as "CDF-Hakha"."""
        if name in self.patterns.countries:
            return self.entities.named(name, self.knowledge.cls(v.COUNTRY))
        first, _, number = name.partition(" ")
        head = self.knowledge.heads.get(name.lower()) if number else None
        if head is not None and self.knowledge.is_kind(head.cls, self.knowledge.facilities):
            return self.entities.named(name, head.cls)  # "the Forward Operating Base": a noun, written large
        kind = self.patterns.place_kinds.get((first,))
        if kind and number.isdigit():
            return self._new_place(name, kind[0], name)
        if _BRANCH.fullmatch(name):
            return self.entities.named(name, self._class_of_acronym(name.partition("-")[0]))
        return None

    def _is_name(self, tokens: Sequence[Token]) -> bool:
        """Whether the first word of a sentence is a name, and no common word with a capital."""
        word = tokens[0].text
        if word in self._seen or word in self.patterns.countries or ACRONYM.fullmatch(word):
            return True
        low = tokens[0].low
        labels = len(tokens) > 2 and tokens[1].text in LEADS and not low.endswith(self._label_endings)
        common = low in self.knowledge.heads or low in self.knowledge.forms.verbs or low in self.knowledge.common
        return not common and (labels or self.entities.by_name(word) is not None or self._says(tokens[1:2]))

    @cached_property
    def _label_endings(self) -> tuple[str, ...]:
        """How words end that are no names before a colon: "Interception: …"."""
        return tuple(self.knowledge.section("places", "label_endings"))

    def _says(self, tokens: Sequence[Token]) -> bool:
        """As in "Baku says that": a verb of saying follows."""
        forms = self.knowledge.forms.verbs.get(tokens[0].low, ()) if tokens else ()
        return any(form.lemma in self.knowledge.words("cues", "speech", "verbs") for form in forms)

    def _nationality(self, tokens: Sequence[Token], at: int) -> Mention:
        land = self.patterns.nationalities[tokens[at].text]
        known = self.registry.by_name.get(tuple(w.lower() for w in land.split()))
        country = self.knowledge.cls(v.COUNTRY)
        entity = self.entities.of_known(known[0]) if known else self.entities.named(land, country)
        return Mention(at, at + 1, entity)

    # ── Places ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _new_place(self, name: str, kind: str, short: str) -> Entity:
        entity = self.entities.by_name(name) or self.entities.by_name(short)
        if entity is not None and (entity.cls in ("", kind)):
            entity.cls = entity.cls or kind
            return entity
        entity = self.entities.named(name, kind)
        if short != name:
            self.entities.alias(short, entity)
        return entity

    def _kind_after(self, tokens: Sequence[Token], at: int) -> tuple[str, int, bool]:
        """The kind of place that the words after a name tell, where they end, and whether of several."""
        for length in (2, 1):
            found = self.patterns.place_kinds.get(tuple(t.text for t in tokens[at : at + length]))
            if found and at + length <= len(tokens):
                return found[0], at + length, found[1]
        return "", at, False

    def _kind_before(self, tokens: Sequence[Token], at: int) -> str:
        for length in (3, 2, 1):
            if at >= length:
                found = self.patterns.kinds_before.get(tuple(t.text for t in tokens[at - length : at]))
                if found:
                    return found
        return ""

    def _with_shared_kinds(self, tokens: Sequence[Token], found: list[Mention]) -> list[Mention]:
        """As in "Kale and Tamu townships": the word for several places says of each before it what it is."""
        made = list(found)
        for number, mention in enumerate(found):
            kind, end, plural = self._kind_after(tokens, mention.last)
            if not plural:
                continue
            made[number] = self._of_kind(tokens, mention, kind, end)
            back = number
            while back and only_joined(tokens, found[back - 1].last, found[back].first, self._listing):
                back -= 1
                made[back] = self._of_kind(tokens, found[back], kind, found[back].last)
        return made

    def _of_kind(self, tokens: Sequence[Token], mention: Mention, kind: str, end: int) -> Mention:
        if mention.entity.cls == kind:
            return Mention(mention.first, end, mention.entity, explicit_kind=True)
        if mention.entity.cls and not self.knowledge.is_kind(mention.entity.cls, self.knowledge.places):
            return mention
        entity = self._with_kind(tokens, mention.first, mention.last, kind)
        if entity is None:
            name = words_of(tokens, mention.first, mention.last)
            entity = self._new_place(name, kind, name)
            if entity.cls != kind:
                entity = mention.entity
        if entity.first is None:
            entity.first = Span(tokens[mention.first].start, tokens[mention.last - 1].end)
        return Mention(mention.first, end, entity, explicit_kind=True)
