"""The forms of verbs and nouns, made from lemmas by the rules of `word-classes.yaml`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypeAlias

Tense: TypeAlias = Literal["base", "third", "past", "participle", "progressive"]


class Form(NamedTuple):
    """One reading of a word as a verb."""

    lemma: str
    tense: Tense


@dataclass(frozen=True, slots=True)
class Forms:
    """Verb forms by word, and the rules for plurals."""

    verbs: Mapping[str, tuple[Form, ...]]
    plural_rules: tuple[tuple[re.Pattern[str], int, str], ...]
    plurals: Mapping[str, str]

    @staticmethod
    def of(words: Mapping[str, Any], lemmas: Iterable[str]) -> Forms:
        """The forms of the lemmas, by the rules of a words file."""
        rules = [(re.compile(rule["ends"] + "$"), rule) for rule in words["inflection"]]
        verbs: dict[str, list[Form]] = {}
        for lemma in lemmas:
            for word, tense in _forms(lemma, words, rules):
                form = Form(lemma, tense)
                if form not in verbs.setdefault(word, []):
                    verbs[word].append(form)
        for word, lemma in words.get("variants", {}).items():
            for tense in ("past", "participle"):
                form = Form(lemma, tense)
                if form not in verbs.setdefault(word, []):
                    verbs[word].append(form)
        plural = tuple((re.compile(r["ends"] + "$"), int(r["drop"]), r["add"]) for r in words["plural"])
        return Forms({word: tuple(found) for word, found in verbs.items()}, plural, words["plurals"])

    def plural(self, noun: str) -> str:
        """The plural of a noun, of its last word where it has several."""
        start, _, last = noun.rpartition(" ")
        made = self.plurals.get(last) or next(
            (last[: len(last) - drop] + add for ends, drop, add in self.plural_rules if ends.search(last)), last
        )
        return f"{start} {made}".strip()


def _forms(
    lemma: str, words: Mapping[str, Any], rules: list[tuple[re.Pattern[str], Any]]
) -> Iterable[tuple[str, Tense]]:
    yield lemma, "base"
    rule = next((rule for ends, rule in rules if ends.search(lemma)), None)
    if rule is None:
        return
    irregular = words["irregular"].get(lemma)
    yield _made(lemma, rule, "third"), "third"
    yield (irregular[0] if irregular else _made(lemma, rule, "past")), "past"
    yield (irregular[1] if irregular else _made(lemma, rule, "past")), "participle"
    progressive = words["progressive"].get(lemma) or _made(lemma, rule, "progressive")
    yield progressive, "progressive"


def _made(lemma: str, rule: Mapping[str, str], tense: str) -> str:
    ending = rule[tense]
    drop = 0 if tense == "progressive" and "keep" in rule else int(rule["drop"])
    if "keep" in rule and tense == "progressive":
        return lemma + ending.removeprefix("y")
    if tense == "third" and drop and ending == "es" and lemma.endswith("e"):
        return lemma + "s"
    stem = lemma[: len(lemma) - drop]
    return stem + (lemma[-1] + ending[1:] if ending.startswith("=") else ending)
