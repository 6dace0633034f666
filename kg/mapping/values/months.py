"""Names of months in languages other than English, which the formats of days do not know."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from kg.mapping.values.problem import ValueProblem, quoted

_SHORTEST: Final = 3
_WORD: Final = re.compile(r"[^\W\d_]+\.?")
_MONTH: Final = re.compile("%[Bbh]")


class _Language(NamedTuple):
    """The names of the months, from January on, and what may follow the 1 of a first day; all folded."""

    names: tuple[tuple[str, ...], ...]
    first: tuple[str, ...]


def languages() -> tuple[str, ...]:
    """
    The languages whose months are known, beside English.

    >>> languages()
    ('fr', 'es', 'pt')
    """
    return tuple(_known())


def with_number(text: str, language: str) -> str:
    """
    A day with its month as a number.

    >>> with_number("1er février 2023", "fr"), with_number("12 de mayo de 2024", "es"), with_number("2023", "es")
    ('1 02 2023', '12 de 05 de 2024', '2023')

    Raises:
        ValueProblem: A short form stands for several months.
    """
    own = _known()[language]
    first = "|".join(map(re.escape, own.first))
    text = re.sub(rf"\b1({first})(?!\w)", "1", text, flags=re.IGNORECASE)
    return _WORD.sub(lambda found: _number(found[0], own, text), text)


def format_with_number(form: str) -> str:
    """
    The format in which a day is written whose month is a number now.

    >>> format_with_number("%d de %B de %Y")
    '%d de %m de %Y'
    """
    return _MONTH.sub("%m", form)


def _number(word: str, language: _Language, whole: str) -> str:
    """The number of a month, two digits; the word itself where it is no month."""
    folded = _folded(word.removesuffix("."))
    if len(folded) < _SHORTEST:
        return word
    exact = [number for number, names in enumerate(language.names, 1) if folded in names]
    begun = {
        number: name for number, names in enumerate(language.names, 1) for name in names if name.startswith(folded)
    }
    if not exact and len(begun) > 1:
        months = " or ".join(begun.values())
        raise ValueProblem(f"{quoted(whole)} does not tell the month: {word} is {months}", "write the month in full")
    found = exact or list(begun)
    return f"{found[0]:02}" if found else word


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))


@cache
def _known() -> dict[str, _Language]:
    with Path(__file__).with_suffix(".toml").open("rb") as file:
        told = tomllib.load(file)
    return {
        language: _Language(
            tuple(tuple(map(_folded, names)) for names in own["names"]), tuple(map(str.casefold, own["first"]))
        )
        for language, own in told.items()
    }
