"""Tagged words → phrases: noun phrases with what they stand for, verb groups, and what stands between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from kg.extraction import tags as t
from kg.extraction.asides import inside_noun, mark_ages, mark_titles
from kg.extraction.counts import Numbers, Quantity
from kg.extraction.dates import When
from kg.extraction.entities import Entity
from kg.extraction.frame import Frame
from kg.extraction.knowledge import WORDS, Head, Knowledge
from kg.extraction.known_words import known_words
from kg.extraction.mention import Mention
from kg.extraction.phrase import AIRBORNE, CIVILIANS, COUNTED, FIGHTERS, Link, Noun, Phrase, Verb
from kg.extraction.proposal import Span
from kg.extraction.tags import Tagger
from kg.extraction.tokens import Sentence, Token

_NOT_FINITE = frozenset({"being", "having", "been"})
_IN_NOUN = frozenset({t.ARTICLE, t.NUMBER, t.ADJECTIVE, t.NOUN, t.NAME, t.POSSESSIVE, t.BRACKET})


@dataclass(frozen=True, slots=True)
class _Line:
    """The words of one sentence, tagged, and the times, names and numbers that they are part of."""

    text: str
    tokens: Sequence[Token]
    tags: list[str]
    moments: dict[int, When]
    named: dict[int, Mention]
    counted: dict[int, Quantity]


@dataclass(frozen=True)
class Chunker:
    """Makes the phrases of sentences, by one language's knowledge."""

    knowledge: Knowledge
    tagger: Tagger = field(init=False)
    numbers: Numbers = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "tagger", Tagger(self.knowledge))
        object.__setattr__(self, "numbers", Numbers(self.knowledge.ontology, self.knowledge.section(WORDS, "counting")))

    @cached_property
    def event_nouns(self) -> dict[str, Frame]:
        """Nouns of events, singular and plural → their frame; the first frame that lists one has it."""
        found: dict[str, Frame] = {}
        for frame in self.knowledge.frames:
            for noun in frame.nouns:
                for form in (noun.lower(), self.knowledge.forms.plural(noun.lower())):
                    found.setdefault(form, frame)
        return found

    @cached_property
    def _articles(self) -> dict[str, str]:
        groups = self.knowledge.section(WORDS, "articles")
        return {word.lower(): kind for kind in groups for word in groups[kind]}

    @cached_property
    def _be(self) -> frozenset[str]:
        return self.knowledge.words(WORDS, "be") | self.knowledge.words(WORDS, "get")

    @cached_property
    def _genitive(self) -> frozenset[str]:
        return self.knowledge.words(WORDS, "genitive")

    @cached_property
    def _infinitive(self) -> str:
        return str(self.knowledge.section(WORDS, "infinitive"))

    def phrases(
        self, text: str, sentence: Sentence, mentions: Sequence[Mention], times: Sequence[When]
    ) -> list[Phrase]:
        """The phrases of a sentence, in order; together they hold all its words but asides in brackets."""
        tokens = sentence.tokens
        found = known_words(sentence, mentions, times, self.numbers.find(text, sentence.span))
        mark_ages(tokens, found.given, self._listing)
        mark_titles(tokens, found.given, self._titles)
        nouns = (self.knowledge.heads, self.event_nouns)
        for at in [i for i in found.moments if inside_noun(tokens, found.given, i, self._articles, nouns)]:
            found.given[at] = t.ADJECTIVE  # "a predawn attack"
        tags = self.tagger.tag(tokens, found.given)
        line = _Line(text, tokens, tags, found.moments, found.named, found.counted)
        made: list[Phrase] = []
        at = 0
        while at < len(tokens):
            phrase = self._at(line, at)
            if phrase is not None:
                made.append(phrase)
                at = phrase.last
                self._merge(line, made)
            else:
                at += 1
        return made

    def _at(self, line: _Line, at: int) -> Phrase | None:
        tokens, tags, moments = line.tokens, line.tags, line.moments
        tag = tags[at]
        if tag == t.ASIDE:
            return None
        if tag == t.MOMENT:
            last = at + 1
            while last < len(tokens) and moments.get(last) is moments[at]:
                last += 1
            return Link(at, last, moments[at].span, tag, "", moments[at])
        if tag in (t.AUXILIARY, t.MODAL, t.VERB, t.INFINITIVE, t.NEGATION):
            verb = self._verb(line, at)
            if verb:
                return verb
        if tag == t.ADJECTIVE and at + 1 < len(tags) and tags[at + 1] == t.ARTICLE:
            return self._link(tokens, t.ADVERB, at)  # "shot dead a farmer"
        if tag == t.BRACKET and (at + 1 == len(tags) or tags[at + 1] not in _IN_NOUN):
            return None  # the mark that closes a quoted word
        if tag in (t.ARTICLE, t.NUMBER, t.ADJECTIVE, t.NOUN, t.NAME, t.PRONOUN, t.POSSESSIVE, t.BRACKET):
            return self._noun(line, at)
        return self._link(tokens, tag, at)

    def _link(self, tokens: Sequence[Token], tag: str, at: int) -> Link:
        if tag in (t.PREPOSITION, t.SUBORDINATOR):
            for parts in self.tagger.prepositions.get(tokens[at].low, ()):
                if tuple(k.low for k in tokens[at : at + len(parts)]) == parts:
                    last = at + len(parts)
                    low = " ".join(parts) if tag == t.PREPOSITION else parts[-1]  # "a day after the army shelled"
                    return Link(at, last, Span(tokens[at].start, tokens[last - 1].end), tag, low)
        genitive = tokens[at].low in self._genitive
        span, listing = Span(tokens[at].start, tokens[at].end), tokens[at].low in self._listing
        return Link(at, at + 1, span, tag, tokens[at].low, genitive=genitive, listing=listing)

    def _merge(self, line: _Line, made: list[Phrase]) -> None:
        """Join "a section of" and "fighters of" with the noun after them."""
        if len(made) < 3:
            return
        first, link, second = made[-3:]
        if (
            not (isinstance(first, Noun) and isinstance(link, Link) and isinstance(second, Noun))
            or first.name is not None
        ):
            return
        named = (*first.words[-1:], link.low, *second.words)
        frame = self.event_nouns.get(" ".join(named))
        if frame is not None and (first.event is None or first.event.noun_needs_object):
            span = Span(first.span.start, second.span.end)
            whole = replace(first, last=second.last, span=span, text=line.text[span.start : span.end])
            made[-3:] = [replace(whole, words=(*first.words[:-1], *named), event=frame)]  # "an exchange of fire"
            return
        counted = first.quantity is not None and first.quantity.span == first.span
        span = Span(first.span.start, second.span.end)
        first = replace(first, last=second.last, span=span, text=line.text[span.start : span.end])
        if link.genitive and (counted or first.head in self._partitives or bool(self._of_many & set(first.words[-1:]))):
            if second.pronoun:
                made[-3:] = [replace(first, group=COUNTED)]  # "four of them"
                return
            if first.group == FIGHTERS and self._owns(second):
                made[-3:] = [replace(first, modifiers=(second.name,) if second.name else (), bare=True)]
                return
            if (
                first.group == FIGHTERS
                and not second.group
                and not self.knowledge.is_kind(second.cls, self.knowledge.actors)
            ):
                made[-3:] = [first]  # "members of the front"
                return
            quantity, article = first.quantity or second.quantity, first.article or second.article
            joined = replace(second, first=first.first, quantity=quantity, article=article)
            made[-3:] = [replace(joined, span=span, text=first.text)]
        elif link.genitive and second.group == COUNTED and not first.quantity and first.group in (CIVILIANS, FIGHTERS):
            made[-3:] = [replace(first, quantity=second.quantity)]  # "a family of five"
        elif not first.modifiers and self._owns(second) and self._may_belong(first, link):
            owner = second.name
            made[-3:] = [
                replace(first, modifiers=(owner,) if owner else (), bare=first.bare or first.group == FIGHTERS)
            ]

    def _may_belong(self, noun: Noun, link: Link) -> bool:
        """As in "soldiers from Battalion 12", "a jet of the army", "armed men of the Front": whose they are."""
        facility = self.knowledge.is_kind(noun.cls, self.knowledge.facilities)
        owned = link.genitive and (noun.group in (FIGHTERS, AIRBORNE) or facility)
        return noun.event is None and (owned or (noun.bare and link.low in self._possessed))

    def _owns(self, noun: Noun) -> bool:
        return noun.name is not None and self.knowledge.is_kind(noun.name.cls, self.knowledge.organizations)

    @cached_property
    def _partitives(self) -> frozenset[str]:
        return self.knowledge.with_plurals(WORDS, "partitives")

    @cached_property
    def _of_many(self) -> frozenset[str]:
        return self.knowledge.words(WORDS, "partitives_of_many")

    @cached_property
    def _listing(self) -> frozenset[str]:
        return self.knowledge.words(WORDS, "listing")

    @cached_property
    def _titles(self) -> frozenset[str]:
        return frozenset(self.knowledge.section(WORDS, "titles"))

    @cached_property
    def _possessed(self) -> frozenset[str]:
        return self.knowledge.words(WORDS, "possessed_by")

    # ── Verb groups ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _verb(self, line: _Line, at: int) -> Verb | None:
        tokens, tags = line.tokens, line.tags
        end = at
        content = -1
        while end < len(tokens) and tags[end] in (t.AUXILIARY, t.MODAL, t.VERB, t.INFINITIVE, t.NEGATION, t.ADVERB):
            if tags[end] == t.INFINITIVE and end > at:
                break
            if tags[end] == t.VERB:
                content = end
                end += 1
                break
            end += 1
        while content < 0 and end > at and tags[end - 1] in (t.ADVERB, t.NEGATION) and end - 1 > at:
            end -= 1
        if content < 0 and tags[at] == t.NEGATION:
            return None
        last = content if content >= 0 else end - 1
        helpers = tuple(k.low for k in tokens[at : last if content >= 0 else end])
        return self._group(line, at, last, helpers, content=content >= 0)

    def _group(self, line: _Line, at: int, last: int, helpers: tuple[str, ...], *, content: bool) -> Verb:
        tokens, tags = line.tokens, line.tags
        forms = self.knowledge.forms.verbs.get(tokens[last].low) or self.knowledge.guessed(tokens[last].low)
        auxiliaries = [h for h, tag in zip(helpers, tags[at : at + len(helpers)], strict=False) if tag == t.AUXILIARY]
        by_be = bool(auxiliaries) and auxiliaries[-1] in self._be and content
        tenses = {f.tense for f in forms}
        passive = by_be and "participle" in tenses and "progressive" not in tenses
        infinitive = bool(helpers) and helpers[0] == self._infinitive
        wanted = ("participle",) if passive else ("past", "third", "base", "participle", "progressive")
        form = next((f for w in wanted for f in forms if f.tense == w), None)
        tense = form.tense if form else ""
        finite = not infinitive and (
            (bool(auxiliaries) and auxiliaries[0] not in _NOT_FINITE)
            or tags[at] == t.MODAL
            or (tense in {"past", "third", "base"} and not (auxiliaries and auxiliaries[0] in _NOT_FINITE))
        )
        lemma = form.lemma if form else self._plain_form(tokens[last].low)
        span = Span(tokens[at].start, tokens[last].end)
        ambiguous = {"past", "participle"} <= tenses and "base" not in tenses
        return Verb(at, last + 1, span, lemma, tense, passive, infinitive, finite, helpers, ambiguous)

    def _plain_form(self, word: str) -> str:
        """The lemma of a helper that stands alone: "were" is "be"."""
        lists = (self.knowledge.section(WORDS, name) for name in ("be", "have", "do"))
        return next((str(words[0]) for words in lists if word in words), word)

    # ── Noun phrases ────────────────────────────────────────────────────────────────────────────────────────────────

    def _noun(self, line: _Line, at: int) -> Noun:
        tokens, tags, named, counted = line.tokens, line.tags, line.named, line.counted
        if tags[at] == t.PRONOUN:
            span = Span(tokens[at].start, tokens[at].end)
            low = tokens[at].low
            return Noun(at, at + 1, span, tokens[at].text, pronoun=low, head=low, words=(low,))
        end = self._noun_end(tokens, tags, at, named)
        while end - 1 > at and tags[end - 1] in (t.POSSESSIVE, t.BRACKET):
            end -= 1
        span = Span(tokens[at].start, tokens[end - 1].end)
        words = tuple([k.low for k in tokens[at:end]])
        quantity = next((counted[i] for i in range(at, end) if i in counted), None) if counted else None
        article = self._articles.get(words[0], "")
        text = line.text[span.start : span.end]
        noun = Noun(at, end, span, text, words=words, article=article, quantity=quantity)
        return self._headed(tokens, noun, named)

    def _noun_end(self, tokens: Sequence[Token], tags: list[str], at: int, named: dict[int, Mention]) -> int:
        end = at + 1
        open_head = tags[at] in t.NOMINAL
        while end < len(tokens):
            tag = tags[end]
            if tag in (t.NOUN, t.NAME):
                open_head = True
            elif (tag == t.NUMBER and open_head and end not in named and tags[end - 1] != t.POSSESSIVE) or (
                tag == t.ARTICLE and open_head and tags[end - 1] != t.POSSESSIVE
            ):
                break
            elif tag == t.ADJECTIVE and open_head and tags[end - 1] not in (t.POSSESSIVE, t.NAME):
                if not (end + 1 < len(tokens) and tags[end + 1] in t.NOMINAL):
                    break
            elif tag not in (t.ARTICLE, t.NUMBER, t.ADJECTIVE, t.POSSESSIVE, t.BRACKET, t.ASIDE):
                break
            end += 1
        while end - 1 > at and tags[end - 1] == t.ASIDE:
            end -= 1
        return end

    def _headed(self, tokens: Sequence[Token], noun: Noun, named: dict[int, Mention]) -> Noun:
        """The noun phrase with what its head stands for."""
        last = noun.last - 1
        mention = named.get(last)
        if mention is not None:
            before = _before(noun, named, mention.first)
            head_span = Span(tokens[mention.first].start, tokens[last].end)
            head = " ".join(k.low for k in tokens[mention.first : mention.last])
            short = mention.entity.cls == "" and mention.entity.name.isupper()
            found = self.knowledge.heads.get(tokens[last].low)
            other = not self.knowledge.is_kind(mention.entity.cls, self.knowledge.organizations)
            return replace(
                noun, name=mention.entity, cls=mention.entity.cls, head=head, modifiers=before, head_span=head_span,
                group=found.group if found and other else noun.group,
                sort="who" if short else self._sort(mention.entity.cls),
            )  # fmt: skip
        counted = noun.quantity is not None and noun.quantity.span == noun.span
        people = (
            counted and noun.quantity is not None and noun.quantity.vague and noun.words[-1] in self.knowledge.heads
        )
        if people:
            noun = replace(noun, quantity=None)  # "a couple": two people, and no number of others
        elif counted:
            return replace(noun, head=noun.words[-1], group=COUNTED, head_span=noun.span)  # "killing 12"
        length, frame, kind = self._longest(noun)
        start = noun.last - length
        words = " ".join(noun.words[len(noun.words) - length :]) if length else noun.words[-1]
        modifiers = _before(noun, named, start)
        head_span = Span(tokens[min(start, last)].start, tokens[last].end)
        cls, group, bare = (kind.cls, kind.group, kind.bare) if kind is not None else ("", "", False)
        return Noun(
            noun.first, noun.last, noun.span, noun.text, words, cls, group, bare, None, modifiers, noun.quantity,
            noun.article, noun.pronoun, frame, noun.words, self._sort(cls), head_span,
        )  # fmt: skip

    def _sort(self, cls: str) -> str:
        if self.knowledge.is_kind(cls, self.knowledge.places):
            return "where"
        return "who" if self.knowledge.is_kind(cls, self.knowledge.actors) else ""

    def _longest(self, noun: Noun) -> tuple[int, Frame | None, Head | None]:
        """How many of its last words the longest known noun has, and what that is."""
        for length in range(min(len(noun.words), 5), 0, -1):
            words = " ".join(noun.words[-length:])
            frame, head = self.event_nouns.get(words), self.knowledge.heads.get(words)
            if frame or head:
                return length, frame, head
        return 0, None, None


def _before(noun: Noun, named: dict[int, Mention], stop: int) -> tuple[Entity, ...]:
    if not named:
        return ()
    return tuple(dict.fromkeys(named[i].entity for i in range(noun.first, stop) if i in named))
