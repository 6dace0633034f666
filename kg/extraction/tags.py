"""Words → what each is in its sentence: verb, noun, preposition … by word lists, forms and neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from kg.extraction.forms import Tense
from kg.extraction.knowledge import WORDS, Knowledge
from kg.extraction.tokens import Token
from kg.extraction.verb_patterns import acts, counts_on, is_beside, is_done_by, stands_alone

ARTICLE, NUMBER, ADJECTIVE, NOUN, NAME, POSSESSIVE = "article", "numeral", "adjective", "noun", "proper", "possessive"
PRONOUN, AUXILIARY, MODAL, VERB, NEGATION = "pronoun", "auxiliary", "modal", "content verb", "negation"
PREPOSITION, CONJUNCTION, SUBORDINATOR, RELATIVE = "preposition", "conjunction", "subordinator", "relative"
ADVERB, INFINITIVE = "adverb", "infinitive"
SIGN, QUOTE, MOMENT, ASIDE, BRACKET = "sign", "quotes", "moment", "aside", "bracket"

QUOTES: Final = frozenset('“”"«»„')
DASHES: Final = frozenset("-‐‑–—/")
NOMINAL: Final = frozenset({NOUN, NAME})
_OPENS: Final = frozenset({SIGN, QUOTE, CONJUNCTION, SUBORDINATOR, RELATIVE, "", ASIDE, MOMENT})
_FOLLOWING: Final = frozenset({ARTICLE, PRONOUN, NAME, NUMBER, PREPOSITION})
_ELLIPSIS: Final = (NUMBER, VERB, CONJUNCTION)
_MODIFIERS: Final = frozenset({ARTICLE, POSSESSIVE, NUMBER, ADJECTIVE})


@dataclass(frozen=True)
class Tagger:
    """The word lists of a language, compiled once."""

    knowledge: Knowledge

    @cached_property
    def _lists(self) -> dict[str, str]:
        """Words of one reading → that reading."""
        words = self.knowledge.files[WORDS]
        found: dict[str, str] = {}
        for name, tag in (
            ("adjectives", ADJECTIVE), ("adverbs", ADVERB), ("prepositions", PREPOSITION), ("relatives", RELATIVE),
            ("subordinators", SUBORDINATOR), ("conjunctions", CONJUNCTION), ("negations", NEGATION), ("modals", MODAL),
            ("be", AUXILIARY), ("have", AUXILIARY), ("do", AUXILIARY), ("get", AUXILIARY), ("pronouns", PRONOUN),
        ):  # fmt: skip
            for word in words[name]:
                found[word.lower()] = tag
        for group in words["articles"].values():
            found.update({word.lower(): ARTICLE for word in group})
        return found

    @cached_property
    def prepositions(self) -> dict[str, tuple[tuple[str, ...], ...]]:
        """Prepositions of several words, by the first, the longest first."""
        found: dict[str, list[tuple[str, ...]]] = {}
        for phrase in self.knowledge.section(WORDS, "prepositions"):
            parts = tuple(phrase.split())
            if len(parts) > 1:
                found.setdefault(parts[0], []).append(parts)
        return {first: tuple(sorted(all_, key=lambda p: (-len(p), p))) for first, all_ in found.items()}

    @cached_property
    def _either(self) -> frozenset[str]:
        """Words that are prepositions before a noun and subordinators before a sentence."""
        return self.knowledge.words(WORDS, "prepositions") & self.knowledge.words(WORDS, "subordinators")

    def _opens_either(self, tokens: Sequence[Token], at: int, long: Sequence[tuple[str, ...]]) -> bool:
        """As in "a day after the army shelled": words that end in one that a sentence may follow too."""
        parts = next(parts for parts in long if tuple(k.low for k in tokens[at : at + len(parts)]) == parts)
        return parts[-1] in self._either

    @cached_property
    def _nouns(self) -> frozenset[str]:
        """Single nouns that may be verbs by their form: attack, shelling, strikes."""
        forms = self.knowledge.forms
        events = {noun.split()[-1].lower() for frame in self.knowledge.frames for noun in frame.nouns}
        return frozenset(
            {form for noun in events for form in (noun, forms.plural(noun))}
            | {head.split()[-1] for head in self.knowledge.heads}
            | {head.split()[0] for head in self.knowledge.heads if " " in head}
        )

    @cached_property
    def _endings(self) -> tuple[str, ...]:
        return tuple(self.knowledge.section(WORDS, "adverb_endings"))

    @cached_property
    def _no_adverbs(self) -> frozenset[str]:
        return self.knowledge.words(WORDS, "not_adverbs")

    def _says_last(self, tokens: Sequence[Token], tags: list[str], at: int) -> bool:
        """As in ", several sources in the area report.": a verb of saying ends the sentence."""
        ends = at + 2 >= len(tokens) and all(not k.text[0].isalnum() for k in tokens[at + 1 :])
        comma = next((i for i in range(at - 1, 0, -1) if tokens[i].text == ","), 0)
        saying = self.knowledge.words("cues", "speech", "verbs")
        says = any(form.lemma in saying for form in self.knowledge.forms.verbs[tokens[at].low])
        return ends and comma > 0 and says and VERB not in tags[comma:at] and VERB in tags[:comma]

    def _lacks_verb(self, tokens: Sequence[Token], tags: list[str], at: int) -> bool:
        """Whether no verb but one of saying stands between a word and the beginning of its clause."""
        for place in range(at - 1, -1, -1):
            if tags[place] in (SUBORDINATOR, RELATIVE, SIGN, QUOTE, CONJUNCTION):
                return True
            if tags[place] == VERB:
                forms = self.knowledge.forms.verbs.get(tokens[place].low, ())
                return any(f.lemma in self.knowledge.words("cues", "speech", "verbs") for f in forms)
        return True

    @cached_property
    def _told_verbs(self) -> frozenset[str]:
        """Past forms of the verbs of frames: "AA captured two bases" has no captured bases."""
        lemmas = {verb for frame in self.knowledge.frames for verb in frame.verbs if " " not in verb}
        forms = self.knowledge.forms.verbs.items()
        return frozenset(word for word, all_ in forms if any(f.lemma in lemmas and f.tense == "past" for f in all_))

    @cached_property
    def _infinitive(self) -> str:
        return str(self.knowledge.section(WORDS, "infinitive"))

    def tag(self, tokens: Sequence[Token], given: Sequence[str]) -> list[str]:
        """The reading of each token; `given` holds those that are known already, empty for the others."""
        tags = list(given)
        for at, token in enumerate(tokens):
            if not tags[at]:
                tags[at] = self._one(tokens, tags, at, token)
        return tags

    def _one(self, tokens: Sequence[Token], tags: list[str], at: int, token: Token) -> str:
        low = token.low
        if not (token.text[0].isalnum() or token.text[0] in "'’"):
            return self._sign(tokens, tags, at)
        if low in {"'s", "'", "’"}:
            return _apostrophe(tokens, tags, at)
        if low == self._infinitive:
            return INFINITIVE if self._before_base(tokens, at) else PREPOSITION
        long = self.prepositions.get(low)
        if long and any(tuple(k.low for k in tokens[at : at + len(parts)]) == parts for parts in long):
            return self._preposition_or_not(tokens, tags, at) if self._opens_either(tokens, at, long) else PREPOSITION
        if low in self._either:
            return self._preposition_or_not(tokens, tags, at)
        if low in self._complement:
            return self._that(tokens, tags, at)
        listed = self._lists.get(low, "")
        return self._listed(tokens, tags, at, listed) if listed else self._unlisted(tokens, tags, at)

    def _sign(self, tokens: Sequence[Token], tags: list[str], at: int) -> str:
        text = tokens[at].text
        if text == "," and at and tags[at - 1] == ADJECTIVE and self._is_adjective(tokens, tags, at + 1):
            return BRACKET  # "a major, well-organized operation"
        joined = 0 < at < len(tokens) - 1 and tags[at - 1] == tags[at + 1] == NAME and text in DASHES
        if joined and tokens[at - 1].end == tokens[at].start and tokens[at].end == tokens[at + 1].start:
            return BRACKET  # "the Halden–Merrow road"
        return QUOTE if text in QUOTES else BRACKET if text in "[]" else SIGN

    def _listed(self, tokens: Sequence[Token], tags: list[str], at: int, listed: str) -> str:
        """The reading of a word that a list has: it may have another beside its neighbours."""
        low, before = tokens[at].low, _previous(tags, at)
        if listed == PRONOUN and low in self._lists_of_articles and self._starts_noun(tokens, tags, at + 1):
            return ARTICLE
        either = listed == CONJUNCTION and low in self.knowledge.words(WORDS, "adverbs")
        moves = either and VERB not in tags[:at] and before in (*NOMINAL, PRONOUN)  # "The rebels then shelled Halden"
        if moves or (listed == PREPOSITION and stands_alone(tokens, at, self.knowledge)):
            return ADVERB
        if listed == ADJECTIVE and low in self.knowledge.forms.verbs:
            bare = self._starts_noun(tokens, tags, at + 1, bare=True)
            ends = (not bare and counts_on(tags, at, _ELLIPSIS)) or tags[max(0, at - 2) : at] == [VERB, CONJUNCTION]
            if ends and low in self._told_verbs:
                return VERB  # "killed and wounded soldiers", "7 killed and 35 injured"
            joined = before == CONJUNCTION and VERB in tags[:at] and self._starts_noun(tokens, tags, at + 1)
            acts = before == NAME or (before == NOUN and tokens[at - 1].low.endswith(self._plural_endings))
            opens = acts and low in self._told_verbs and self._lacks_verb(tokens, tags, at)
            inside = before == SIGN and NAME in tags[:at] and low in self._told_verbs
            if (
                opens
                or (inside and self._starts_noun(tokens, tags, at + 1) and self._lacks_verb(tokens, tags, at))
                or (joined and not bare)
                or before in (AUXILIARY, PRONOUN, RELATIVE)
                or (before in NOMINAL and not bare)
                or self._is_aside(tokens, tags, at)
            ):
                return VERB
        return listed

    def _is_aside(self, tokens: Sequence[Token], tags: list[str], at: int) -> bool:
        """As in "a raid, planned for the night, was scrapped": a participle between commas, no adjective."""
        opened = 1 < at < len(tokens) - 1 and tokens[at - 1].text == "," and tags[at - 2] in NOMINAL
        return opened and self._lists.get(tokens[at + 1].low) == PREPOSITION

    def _unlisted(self, tokens: Sequence[Token], tags: list[str], at: int) -> str:
        low = tokens[at].low
        before_comma = at + 1 < len(tokens) and tokens[at + 1].text == ","
        if before_comma and _previous(tags, at) == ARTICLE and self._is_adjective(tokens, tags, at + 2):
            return ADJECTIVE
        if low in self.knowledge.forms.verbs:
            return self._verb_or_not(tokens, tags, at)
        if self._is_unknown_verb(tokens, tags, at):
            return VERB
        return ADVERB if low.endswith(self._endings) and low not in self._no_adverbs else NOUN

    def _is_unknown_verb(self, tokens: Sequence[Token], tags: list[str], at: int) -> bool:
        """As in "a hill overlooking the road" and "was manned by": a verb by its ending and its neighbours."""
        tenses = {form.tense for form in self.knowledge.guessed(tokens[at].low)}
        before = _previous(tags, at)
        if not tenses or tokens[at].capital:
            return False
        if before in (AUXILIARY, PRONOUN, RELATIVE):
            return True
        if "progressive" not in tenses:
            return before in NOMINAL or before == MOMENT
        opened = tags[at - 1] in (SUBORDINATOR, PREPOSITION) if at else False
        return (opened or before in NOMINAL) and self._is_followed(tokens, tags, at + 1)

    def _is_followed(self, tokens: Sequence[Token], tags: list[str], at: int) -> bool:
        """Whether an article, a pronoun, a name, a number or a preposition comes next."""
        return at < len(tokens) and (tags[at] or self._lists.get(tokens[at].low, "")) in _FOLLOWING

    def _is_adjective(self, tokens: Sequence[Token], tags: list[str], at: int) -> bool:
        return at + 1 < len(tokens) and not tags[at] and self._lists.get(tokens[at].low) == ADJECTIVE

    @cached_property
    def _lists_of_articles(self) -> frozenset[str]:
        return frozenset(w.lower() for group in self.knowledge.section(WORDS, "articles").values() for w in group)

    def _before_base(self, tokens: Sequence[Token], at: int) -> bool:
        for token in tokens[at + 1 : at + 3]:
            low = token.low
            if any(form.tense == "base" for form in self.knowledge.forms.verbs.get(low, ())) or low in self._bases:
                return not token.capital
            if not low.endswith(self._endings) and self._lists.get(low) != ADVERB:
                return False
        return False

    def _preposition_or_not(self, tokens: Sequence[Token], tags: list[str], at: int) -> str:
        """Tell them apart: "after" a noun phrase alone is a preposition, before a sentence a subordinator."""
        for place in range(at + 1, min(len(tokens), at + 14)):
            given = tags[place]
            low = tokens[place].low
            if low in ",;." or given == QUOTE:
                return PREPOSITION
            if given in (NAME, MOMENT, NUMBER):
                continue
            listed = self._lists.get(low)
            if listed in (AUXILIARY, MODAL):
                return SUBORDINATOR
            forms = self.knowledge.forms.verbs.get(low, ())
            if (
                any(f.tense in {"past", "third"} for f in forms)
                and low not in self._nouns
                and (listed != ADJECTIVE or self._is_followed(tokens, tags, place + 1))
                and place > at + 1
            ):
                return SUBORDINATOR
            if place == at + 1 and any(f.tense == "progressive" for f in forms):
                return SUBORDINATOR if low not in self._nouns else PREPOSITION
        return PREPOSITION

    def _that(self, tokens: Sequence[Token], tags: list[str], at: int) -> str:
        before = tags[at - 1] if at else ""
        after = tokens[at + 1].low if at + 1 < len(tokens) else ""
        if before in NOMINAL:
            forms = self.knowledge.forms.verbs.get(after, ())
            told = bool(forms) and (after not in self._nouns or any(form.tense == "past" for form in forms))
            verbal = self._lists.get(after) in (AUXILIARY, MODAL, NEGATION) or told
            return RELATIVE if verbal else SUBORDINATOR
        return ARTICLE if before in (PREPOSITION, "") else SUBORDINATOR

    def _verb_or_not(self, tokens: Sequence[Token], tags: list[str], at: int) -> str:
        tenses = {form.tense for form in self.knowledge.forms.verbs[tokens[at].low]}
        noun = tokens[at].low in self._nouns
        before = _previous(tags, at)
        if before in (MODAL, INFINITIVE, PRONOUN) or self._governs_pronoun(tokens, at, tenses):
            return VERB
        if before == AUXILIARY:
            base = "base" in tenses and (not noun or self._after_do(tokens, tags, at))
            return VERB if base or tenses & {"past", "participle", "progressive"} else NOUN
        if before in _MODIFIERS:
            return self._after_modifier(tokens, tags, at, tenses)
        if before == PREPOSITION:
            if "progressive" in tenses:
                return NOUN if noun and not self._starts_noun(tokens, tags, at + 1) else VERB
            return NOUN if "base" in tenses or "third" in tenses or noun else ADJECTIVE
        if before in NOMINAL or before == MOMENT:
            return self._after_noun(tokens, tags, at, tenses, noun=noun)
        if before == VERB:
            return self._after_verb(tokens, tags, at, tenses, noun=noun)
        return self._at_opening(tokens, tags, at, tenses, noun=noun)

    def _governs_pronoun(self, tokens: Sequence[Token], at: int, tenses: set[Tense]) -> bool:
        """As in "those who stayed behind told us": only a verb stands before "us"."""
        following = tokens[at + 1].low if at + 1 < len(tokens) else ""
        return following in self.knowledge.words(WORDS, "object_pronouns") and bool(tenses & {"past", "third"})

    def _after_verb(self, tokens: Sequence[Token], tags: list[str], at: int, tenses: set[Tense], *, noun: bool) -> str:
        if "progressive" in tenses and self._starts_noun(tokens, tags, at + 1):
            return VERB  # "denied shelling the camp"
        return NOUN if noun or "base" in tenses else VERB if "progressive" in tenses else ADJECTIVE

    @cached_property
    def _plural_endings(self) -> tuple[str, ...]:
        return tuple(self.knowledge.section(WORDS, "plural_endings"))

    @cached_property
    def _complement(self) -> frozenset[str]:
        """Words before a sentence that is said: "that"."""
        return self.knowledge.words("cues", "complement")

    @cached_property
    def _bases(self) -> frozenset[str]:
        """The helpers as they are listed first: "be", "have"."""
        return frozenset(str(self.knowledge.section(WORDS, name)[0]) for name in ("be", "have"))

    def _after_do(self, tokens: Sequence[Token], tags: list[str], at: int) -> bool:
        """Whether the helper before is "did": "did not attack"."""
        place = next((i for i in range(at - 1, -1, -1) if tags[i] == AUXILIARY), -1)
        return place >= 0 and tokens[place].low in self.knowledge.words(WORDS, "do")

    def _before_infinitive(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether "to attack" follows: then "plans" is a verb."""
        return at + 1 < len(tokens) and tokens[at + 1].low == self._infinitive and self._before_base(tokens, at + 1)

    def _after_modifier(self, tokens: Sequence[Token], tags: list[str], at: int, tenses: set[Tense]) -> str:
        crowd = tags[at - 1] == NUMBER and tokens[at - 1].low.endswith(self._plural_endings)  # "thousands fled"
        if tenses & {"past", "participle"} and ("base" not in tenses or counts_on(tags, at, _ELLIPSIS)):
            if self._starts_noun(tokens, tags, at + 1, bare=True) and not crowd:
                return ADJECTIVE
            more = tags[max(0, at - 2) : at] == [NUMBER, ARTICLE] or _previous(tags, at) in (NUMBER, ADJECTIVE)
            return VERB if more else NOUN  # "two more died"
        return NOUN

    def _after_noun(self, tokens: Sequence[Token], tags: list[str], at: int, tenses: set[Tense], *, noun: bool) -> str:
        if tenses & {"past", "participle"}:
            return VERB
        if noun and f"{tokens[at - 1].low} {tokens[at].low}" in self.knowledge.heads:
            return NOUN  # "special forces members"
        starts = self._starts_noun(tokens, tags, at + 1)
        if "progressive" in tenses:
            relative = starts and tokens[at + 1].low in self._complement  # "the bombing that killed"
            return NOUN if noun and (relative or not starts) else VERB
        if "base" in tenses and self._says_last(tokens, tags, at):
            return VERB
        plural = tokens[at - 1].low.endswith(self._plural_endings)  # "border guards detained a man"
        if self._before_infinitive(tokens, at) and (plural or "base" not in tenses or tags[at - 1] == NAME):
            return VERB  # "rebels plan to", but "a major assault to"
        starts = starts and not (tokens[at + 1].low in self._told_verbs or is_done_by(tokens, at + 1, self.knowledge))
        if "base" in tenses:
            told = starts or not noun or acts(tokens, at, self.knowledge)  # "warplanes raid on Halden"
            return VERB if plural and told and tags[at - 1] != NAME else NOUN
        return VERB if not noun or (starts and not plural) else NOUN

    def _at_opening(self, tokens: Sequence[Token], tags: list[str], at: int, tenses: set[Tense], *, noun: bool) -> str:
        particles = self.knowledge.words(WORDS, "particles")  # "burning down 30 homes"
        apart = at + 1 < len(tokens) and tokens[at + 1].low in particles
        starts = self._starts_noun(tokens, tags, at + 1 + apart)
        before = tags[at - 1] if at else ""
        if tenses & {"past", "participle"} and "base" not in tenses:
            if before == CONJUNCTION and at > 1 and tags[at - 2] in (ADJECTIVE, *_MODIFIERS):
                return ADJECTIVE
            bare = self._starts_noun(tokens, tags, at + 1, bare=True)
            return ADJECTIVE if bare and not at and tokens[at + 1].low not in self._lists else VERB
        if "progressive" in tenses:
            return NOUN if noun and not starts and not is_beside(tokens, at, self.knowledge) else VERB
        if before == RELATIVE or (before == CONJUNCTION and (starts and not noun)):
            return VERB
        if before == CONJUNCTION and self._before_infinitive(tokens, at):
            return VERB
        if "past" in tenses and VERB in tags[:at] and starts:  # "hit", "cut": base and past in one
            return VERB
        return VERB if not noun and "third" in tenses else NOUN

    def _starts_noun(self, tokens: Sequence[Token], tags: list[str], at: int, *, bare: bool = False) -> bool:
        """Whether a noun phrase begins at a token; `bare`: one without an article."""
        if at >= len(tokens):
            return False
        if tags[at]:
            return tags[at] in ((NAME,) if bare else (NAME, NUMBER))
        low = tokens[at].low
        listed = self._lists.get(low, "")
        if listed:
            return listed == ADJECTIVE or (not bare and listed in (ARTICLE, PRONOUN))
        if not tokens[at].text[0].isalnum():
            return tokens[at].text == "["
        verbal = low in self.knowledge.forms.verbs and low not in self._nouns
        adverb = low.endswith(self._endings) and low not in self._no_adverbs
        return not verbal and not adverb


def _previous(tags: Sequence[str], at: int) -> str:
    """The tag before, past adverbs and negations and brackets."""
    place = at - 1
    while place >= 0 and tags[place] in (ADVERB, NEGATION, BRACKET):
        place -= 1
    return tags[place] if place >= 0 else ""


def _apostrophe(tokens: Sequence[Token], tags: Sequence[str], at: int) -> str:
    before = tags[at - 1] if at else ""
    owns = at and tokens[at - 1].end == tokens[at].start and (tokens[at].low == "'s" or tokens[at - 1].low[-1] == "s")
    if before in NOMINAL and owns:
        return POSSESSIVE
    return AUXILIARY if tokens[at].low == "'s" and before == PRONOUN else SIGN
