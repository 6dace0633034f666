"""
The numbers in a text, in digits or in words, and the text with a hole in the place of each.

`at least two dozen men` is the template `at least … men` and the number 24: what stands around the holes is then
looked up among the phrases of the `Wording`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from kg.mapping.values.problem import ValueProblem, quoted
from kg.mapping.values.wording import HOLE, NumberWord, Wording, phrase_pattern

# Digits, in groups of three behind commas or single spaces, or with a fraction; wrong groups are found too, to be
# shown. What follows letters is part of a name: the 35 of Mi-35.
_FIGURES = re.compile(r"(?<![a-z0-9])(?<![a-z]-)(?:[0-9]{1,3}(?: [0-9]{3})+(?![0-9.,])|[0-9]+(?:[.,][0-9]+)*)")
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+")
_DECIMAL = re.compile(r"(?:0|[1-9][0-9]*)\.[0-9]+")
_STUCK = re.compile(r"[a-z]+[0-9]*")
_LARGEST = 18  # digits: the count fits into 64 bits in every engine


class Numeral(NamedTuple):
    """A number as written, and its value; None where it is none that can be counted."""

    written: str
    value: int | None


class Template(NamedTuple):
    """A folded text with a hole in the place of every number, and these numbers in order."""

    text: str
    numbers: tuple[Numeral, ...]


class _Token(NamedTuple):
    start: int
    end: int
    word: NumberWord | None
    figures: str = ""


def template(text: str, wording: Wording) -> Template:
    """Find the numbers of a folded text; words that are numbers only at the head of a phrase (a, no) stay."""
    parts: list[str] = []
    numbers: list[Numeral] = []
    at = 0
    for start, end, value in _numbers(text, wording):
        parts += [text[at:start], HOLE]
        numbers.append(Numeral(text[start:end], value))
        at = end
    return Template("".join([*parts, text[at:]]), tuple(numbers))


def counted(numeral: Numeral) -> int:
    """
    The value of a numeral.

    Raises:
        ValueProblem: It cannot be counted with; says what to write.
    """
    if numeral.value is not None:
        return numeral.value
    raise _uncountable(numeral.written)


def _uncountable(written: str) -> ValueProblem:
    said = quoted(written)
    if written.isdigit() and len(written) > _LARGEST:
        return ValueProblem(f"{said} is too large for a count", f"write a number of at most {_LARGEST} digits")
    if written.isdigit():
        return ValueProblem(f"{said} begins with a zero", f"write {written.lstrip('0') or '0'}")
    if _DECIMAL.fullmatch(written):
        digits = written.replace(".", "")
        thousands = len(written) - written.index(".") == 4 and not digits.startswith("0")  # 1.200, as many write it
        hint = f"write {digits} if that is meant" if thousands else "write a whole number, or a range like 1–2"
        return ValueProblem(f"{said} is no whole number", hint)
    if re.fullmatch(r"[0-9]+(?:[.,][0-9]+)+", written):
        return ValueProblem(
            f"{said} is no whole number: its digits are not in groups of three",
            "write the digits without a separator: 1200",
        )
    return ValueProblem(f"{said} is no number", "write it in digits alone, like 1200")


class _Grammar(NamedTuple):
    token: re.Pattern[str]
    words: dict[str, NumberWord]


@lru_cache(maxsize=16)
def _grammar(wording: Wording) -> _Grammar:
    words = {label: word for label, word in wording.numbers.items() if not word.determines}
    ones = [label for label, word in wording.numbers.items() if word.determines and word.number == 1]
    for label, factor in wording.numbers.items():
        if factor.multiplies:  # "a dozen" is the number 12, the "a" of "a woman" no number inside a text
            words |= {f"{one} {label}": factor for one in ones}
    return _Grammar(re.compile(f"(?P<w>{phrase_pattern(words).pattern})|{_FIGURES.pattern}"), words)


def _tokens(text: str, wording: Wording) -> Iterator[_Token]:
    grammar = _grammar(wording)
    for found in grammar.token.finditer(text):
        if word := found["w"]:
            yield _Token(found.start(), found.end(), grammar.words[word])
        else:
            stuck = _STUCK.match(text, found.end())
            end = stuck.end() if stuck else found.end()
            yield _Token(found.start(), end, None, text[found.start() : end])


def _numbers(text: str, wording: Wording) -> Iterator[tuple[int, int, int | None]]:
    """Start, end and value of each number."""
    phrases: list[list[_Token]] = []  # tokens with only a space or hyphen between them
    joined: list[bool] = []  # whether a word like "and" stands before the phrase
    end = 0
    for token in _tokens(text, wording):
        gap = text[end : token.start]
        if phrases and gap in (" ", "-") and not token.figures:
            phrases[-1].append(token)
        else:
            joined.append(bool(phrases) and gap.strip() in wording.joiners and not token.figures)
            phrases.append([token])
        end = token.end
    for phrase in _merged(phrases, joined):
        yield from _split(phrase)


def _merged(phrases: list[list[_Token]], joined: list[bool]) -> Iterator[list[_Token]]:
    """
    Phrases joined by a word, as one where they are one number: a hundred and five, and not a hundred and two hundred.

    Full hundreds must stand before the word, or "twenty and five hundred" would be 2500.
    """
    waiting: list[_Token] = []
    for phrase, is_joined in zip(phrases, joined, strict=True):
        before = _composed(waiting) if is_joined else None
        if before is not None and before % 100 == 0 and _composed([*waiting, *phrase]) is not None:
            waiting = [*waiting, *phrase]
            continue
        if waiting:
            yield waiting
        waiting = phrase
    if waiting:
        yield waiting


def _split(tokens: list[_Token]) -> Iterator[tuple[int, int, int | None]]:
    """A phrase cut where it cannot go on as one number: "two-three" are two."""
    at = 0
    while at < len(tokens):
        size = next((n for n in range(len(tokens) - at, 1, -1) if _composed(tokens[at : at + n]) is not None), 1)
        part = tokens[at : at + size]
        yield part[0].start, part[-1].end, _composed(part)
        at += size


def _composed(tokens: list[_Token]) -> int | None:
    """The value of words in a row, as English composes them; None where they are not one number."""
    total, current = Decimal(), None
    least_factor = Decimal("Infinity")
    for place, (_, _, word, figures) in enumerate(tokens):
        if word is None:
            current = _figures(figures)
            if current is None or (len(tokens) > 1 and not _multiplies(tokens[place + 1])):
                return None
        elif word.multiplies and word.number >= 1000:
            if word.number >= least_factor or (current is None and place):
                return None
            total, current = total + (1 if current is None else current) * word.number, None
            least_factor = Decimal(word.number)
        elif word.multiplies:
            if current is not None and not 0 < current < 100:
                return None
            current = (1 if current is None else current) * Decimal(word.number)
        elif current is None or _takes(current, word.number):
            current = (current or 0) + Decimal(word.number)
        else:
            return None
    value = total + (current or 0)
    return int(value) if value == value.to_integral_value() and value < 10**_LARGEST else None


def _multiplies(token: _Token) -> bool:
    return token.word is not None and token.word.multiplies


def _takes(current: Decimal, number: int) -> bool:
    """Whether a smaller number can follow: 5 after 20, 25 after 100; not 6 after 5."""
    return (current > 0 and current % 100 == 0 and 0 < number < 100) or (
        20 <= current % 100 <= 90 and current % 10 == 0 and 0 < number < 10
    )


def _figures(written: str) -> Decimal | None:
    if _GROUPED.fullmatch(written):
        written = written.replace(",", "").replace(" ", "")
    if _DECIMAL.fullmatch(written) and len(written) <= _LARGEST:
        return Decimal(written)
    if written.isdigit() and len(written) <= _LARGEST and (written == "0" or not written.startswith("0")):
        return Decimal(written)
    return None
