"""
How many there were: the bounds that a text bears, and no more than those.

| written                                  | qualifier    | low | high | central |
|------------------------------------------|--------------|-----|------|---------|
| `20`, `two dozen men`, `a woman`         | exact        | n   | n    |         |
| `at least 20`, `20+`; `more than 20`     | atLeast      | n; n + 1 |  |       |
| `up to 5`; `fewer than 5`                | atMost       |     | n; n − 1 |     |
| `around 10`                              | around       |     |      | n       |
| `10–15`, `between 10 and 15`, `2 or 3`   | range        | n   | m    |         |
| `several`, `dozens`                      | vague        |     |      |         |
| `no casualties have been reported`       | noneReported |     |      |         |
| `unknown`                                | unknown      |     |      |         |

A number stands at the head of the text, with or without its noun. A second number is refused: a text that tells of two
counts is two values. Of "at least 10 to 15" the lower number is the bound, of "up to 10–15" the higher one, and
"around 10 to 15" is the range. "No soldiers" is nought, since it is said; "no soldiers reported" is no number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from pyoxigraph import NamedNode

from kg.mapping.values.numerals import Numeral, counted, template
from kg.mapping.values.problem import ValueProblem, bounded, quoted
from kg.mapping.values.wording import HOLE, Quantifier, Wording, fold, phrase_pattern
from kg.model.errors import OntologyError
from kg.ontology import vocabulary as v

_FORMS = "write 20 or 0, 'at least 20', 'up to 20', 'around 20', '10–20', 'several', 'none reported' or 'unknown'"
_ONE_COUNT = "write the one count that is meant, and keep the whole wording beside it"
_WORDLESS = (v.VAGUE, v.NONE_REPORTED, v.UNKNOWN_COUNT)
_SPACED_DASH = re.compile(r"\s*([–—])\s*|\s(-)\s")
_PLAIN = re.compile(r"0|[1-9][0-9]{0,17}")
_SKIPPED = re.compile(r"[\s,:]*")


@dataclass(frozen=True, slots=True)
class CountReading:
    """What a text says of how many; bounds are absent where it bears none."""

    qualifier: NamedNode
    low: int | None = None
    high: int | None = None
    central: int | None = None


def read_count(text: str, wording: Wording) -> CountReading:
    """
    Read a count as an analyst or a report writes it.

    >>> import pyoxigraph
    >>> from kg.model.shipped import shipped
    >>> wording = Wording.from_triples(pyoxigraph.parse(path=shipped("ontology") / "wording.ttl"))
    >>> reading = read_count("more than two dozen soldiers", wording)
    >>> print(reading.low, reading.high)
    25 None

    Raises:
        ValueProblem: The text is no count, names two counts, or contradicts itself.
    """
    if _PLAIN.fullmatch(text):  # most cells of a table
        return CountReading(v.EXACT, int(text), int(text))
    folded = _SPACED_DASH.sub(lambda m: m[1] or m[2], fold(bounded(text, "a count")))
    grammar = _grammar(wording)
    told = _told(folded, wording, grammar)
    for read in (_none_at_head, _headed, _wordless, _none_anywhere, _determined):
        if reading := read(told, grammar, text):
            return reading
    raise ValueProblem(f"{quoted(text)} is no count", _FORMS)


class _Told(NamedTuple):
    """A folded text; its template, where a range is one hole too; what stands in the holes: a number, or two."""

    folded: str
    template: str
    numbers: list[tuple[Numeral, ...]]

    @property
    def is_nought(self) -> bool:
        """Whether it names no number but nought."""
        return all(numeral.value == 0 for numerals in self.numbers for numeral in numerals)


@dataclass(frozen=True, slots=True)
class _Grammar:
    """The phrases of counts, compiled; labels are without their hole."""

    wording: Wording
    ranges: re.Pattern[str]
    before: re.Pattern[str]
    behind: re.Pattern[str]
    said_before: dict[str, Quantifier]
    said_behind: dict[str, Quantifier]
    wordless: tuple[tuple[re.Pattern[str], NamedNode], ...]
    vague: re.Pattern[str]
    none_reported: re.Pattern[str]
    determiner: re.Pattern[str]
    further: re.Pattern[str]
    proportion: re.Pattern[str]


@lru_cache(maxsize=16)
def _grammar(wording: Wording) -> _Grammar:
    labels = {label: q for label, q in wording.quantifiers.items() if q.qualifier not in _WORDLESS}
    ranges = [label for label, q in labels.items() if q.qualifier == v.RANGE and label.count(HOLE) == 2]
    single = {label: q for label, q in labels.items() if q.qualifier != v.RANGE}
    for label in single:
        if label.count(HOLE) != 1 or not (label.startswith(HOLE) or label.endswith(HOLE)):
            raise OntologyError(f"the phrase {label!r}: its one number stands before it or behind it")
    before = {label.removesuffix(HOLE).strip(): q for label, q in single.items() if label.endswith(HOLE)}
    behind = {label.removeprefix(HOLE).strip(): q for label, q in single.items() if label.startswith(HOLE)}
    determiner = phrase_pattern(label for label, word in wording.numbers.items() if word.determines)
    wordless = {label: q.qualifier for label, q in wording.quantifiers.items() if q.qualifier in _WORDLESS}
    return _Grammar(
        wording=wording,
        ranges=phrase_pattern(ranges),
        before=phrase_pattern(before),
        behind=phrase_pattern(behind),
        said_before=before,
        said_behind=behind,
        wordless=tuple((_with_gaps([label]), qualifier) for label, qualifier in wordless.items()),
        vague=_with_gaps(label for label, qualifier in wordless.items() if qualifier == v.VAGUE),
        none_reported=_with_gaps(label for label, qualifier in wordless.items() if qualifier == v.NONE_REPORTED),
        determiner=determiner,
        further=re.compile(rf"(?:,|{phrase_pattern(wording.joiners).pattern}) (?:{determiner.pattern})"),
        proportion=phrase_pattern(wording.proportions),
    )


def _with_gaps(labels: Iterable[str]) -> re.Pattern[str]:
    """A pattern for wordless phrases: their holes stand for any words, and for no number in digits."""
    return re.compile(phrase_pattern(labels).pattern.replace(re.escape(HOLE), r"[^0-9]*?"))


def _told(folded: str, wording: Wording, grammar: _Grammar) -> _Told:
    found = template(folded, wording)
    numbers: list[tuple[Numeral, ...]] = []
    parts: list[str] = []
    at = taken = 0
    for match in grammar.ranges.finditer(found.text):
        singles = found.text.count(HOLE, at, match.start())
        numbers += [(n,) for n in found.numbers[taken : taken + singles]]
        taken += singles
        numbers.append(found.numbers[taken : taken + 2])
        taken += 2
        parts += [found.text[at : match.start()], HOLE]
        at = match.end()
    numbers += [(n,) for n in found.numbers[taken:]]
    return _Told(folded, "".join([*parts, found.text[at:]]), numbers)


def _heads(told: _Told, grammar: _Grammar) -> tuple[list[Quantifier], list[int]]:
    """The phrases before the number ("a total of", "at least"), and the places where they end, the start included."""
    said: list[Quantifier] = []
    places = [0]
    while found := grammar.before.match(told.template, places[-1]):
        said.append(grammar.said_before[found[0]])
        places.append(_skip(told.template, found.end()))
    return said, places


def _headed(told: _Told, grammar: _Grammar, text: str) -> CountReading | None:
    """The reading of a text with a number at its head; None where none stands there."""
    said, places = _heads(told, grammar)
    at = places[-1]
    if told.template.startswith((f"-{HOLE}", f"–{HOLE}"), at):
        raise ValueProblem(f"{quoted(text)} is below nought", "write a count of 0 or more")
    if not told.template.startswith(HOLE, at):
        return None
    at += 1
    if found := grammar.behind.match(told.template, _skip(told.template, at)):
        said.append(grammar.said_behind[found[0]])
        at = found.end()
    _check_rest(told.template[at:], len(told.numbers) > 1, grammar, text)
    return _reading(_agreed(said, text), told.numbers[0], text)


def _wordless(told: _Told, grammar: _Grammar, text: str) -> CountReading | None:
    """The reading of "several", "unknown" and the like, also behind "at least"; None where none stands there."""
    for place in reversed(_heads(told, grammar)[1]):
        for pattern, qualifier in grammar.wordless:
            if found := pattern.match(told.folded, place):  # before its first number the template is the text
                rest = told.folded[found.end() :]
                _check_rest(rest, bool(template(rest, grammar.wording).numbers), grammar, text)
                return CountReading(qualifier)
    return None


def _none_at_head(told: _Told, grammar: _Grammar, _text: str) -> CountReading | None:
    """The reading of "no one was reported killed", which is not the number nought."""
    return CountReading(v.NONE_REPORTED) if told.is_nought and grammar.none_reported.match(told.folded) else None


def _none_anywhere(told: _Told, grammar: _Grammar, _text: str) -> CountReading | None:
    """The reading of "so far no casualties have been reported", where the text names no number."""
    return CountReading(v.NONE_REPORTED) if not told.numbers and grammar.none_reported.search(told.folded) else None


def _determined(told: _Told, grammar: _Grammar, text: str) -> CountReading | None:
    """The reading of "a woman" and "no soldiers"."""
    found = grammar.determiner.match(told.folded)
    if found is None:
        return None
    _check_rest(told.folded[found.end() :], bool(told.numbers), grammar, text)
    number = grammar.wording.numbers[found[0]].number
    return CountReading(v.EXACT, number, number)


def _skip(text: str, at: int) -> int:
    found = _SKIPPED.match(text, at)
    return found.end() if found else at


def _check_rest(rest: str, has_number: bool, grammar: _Grammar, text: str) -> None:  # noqa: FBT001
    """What follows a count may be its noun, not a second count and not what makes it a share."""
    rest = rest.lstrip(" -")
    if has_number or grammar.further.search(rest):
        raise ValueProblem(f"{quoted(text)} names more than one number", _ONE_COUNT)
    if grammar.vague.match(rest):
        raise ValueProblem(f"{quoted(text)} names a number and a vague one", _ONE_COUNT)
    away = grammar.behind.search(rest)
    if away and grammar.said_behind[away[0]].qualifier != v.EXACT:
        raise ValueProblem(f"{quoted(text)}: '{away[0]}' stands away from its number", f"write '{away[0]}' beside it")
    if grammar.proportion.match(rest):
        raise ValueProblem(f"{quoted(text)} is a share, not a count", "write the number, or keep it as wording alone")


def _agreed(said: list[Quantifier], text: str) -> Quantifier:
    """What the phrases around a number say together: "a total of at least" is at least."""
    meant = dict.fromkeys(quantifier for quantifier in said if quantifier.qualifier != v.EXACT)
    if len(meant) > 1:
        raise ValueProblem(f"{quoted(text)} says two things of one number", _ONE_COUNT)
    return next(iter(meant), Quantifier(v.EXACT))


def _reading(quantifier: Quantifier, numerals: tuple[Numeral, ...], text: str) -> CountReading:
    low, high = counted(numerals[0]), counted(numerals[-1])
    if low > high:
        raise ValueProblem(f"{quoted(text)} runs from the higher number to the lower", f"write {high}–{low}")
    qualifier, exclusive = quantifier
    if qualifier == v.AT_LEAST:
        return CountReading(qualifier, low=low + exclusive)
    if qualifier == v.AT_MOST:
        if high < exclusive:
            raise ValueProblem(f"{quoted(text)} is below nought", "write a count of 0 or more")
        return CountReading(qualifier, high=high - exclusive)
    if len(numerals) > 1:
        return CountReading(v.RANGE, low, high)
    if qualifier == v.AROUND:
        return CountReading(qualifier, central=low)
    return CountReading(v.EXACT, low, high)
