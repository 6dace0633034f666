from __future__ import annotations

import re
import unicodedata
import warnings
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.validation.literals.characters import LAST, category, complement, escaped, union, with_case_variants
from kg.validation.literals.patterns import compiled, re2

CASES = Path(__file__).parents[1] / "cases" / "validation" / "literals"
NUMBER_OF_PATTERNS = 78
NUMBER_OF_BAD_PATTERNS = 29


def load(name: str) -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = yaml.safe_load((CASES / name).read_text(encoding="utf-8"))
    return cases


def name(case: dict[str, Any]) -> str:
    return f"{case['pattern']!a} {case.get('flags', '')}"


def test_no_case_was_lost() -> None:
    found = len(load("patterns.yaml")), len(load("bad_patterns.yaml"))
    assert found == (NUMBER_OF_PATTERNS, NUMBER_OF_BAD_PATTERNS)


@pytest.mark.parametrize("case", load("patterns.yaml"), ids=name)
def test_patterns(case: dict[str, Any]) -> None:
    matches = compiled(case["pattern"], case.get("flags", ""))
    wanted = dict.fromkeys(case["matches"], True) | dict.fromkeys(case["fails"], False)
    assert {text: matches(text) for text in wanted} == wanted


@pytest.mark.parametrize("case", load("patterns.yaml"), ids=name)
def test_patterns_in_duckdb(case: dict[str, Any]) -> None:
    pattern = re2(case["pattern"], case.get("flags", ""))
    assert (pattern is not None) is case.get("re2", True)
    if pattern is not None:
        wanted = dict.fromkeys(case["matches"], True) | dict.fromkeys(case["fails"], False)
        assert in_duckdb(pattern, list(wanted)) == list(wanted.values())


@pytest.mark.parametrize("read", [compiled, re2])
@pytest.mark.parametrize("case", load("bad_patterns.yaml"), ids=name)
def test_bad_patterns(case: dict[str, Any], read: Any) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(case['error'])}$"):
        read(case["pattern"], case.get("flags", ""))


def test_groups_within_groups_have_a_bound() -> None:
    with pytest.raises(ValueError, match="too deep"):
        compiled("(" * 100_000)


@pytest.mark.parametrize("pattern", ["a{1001}", "(?:a{40}){40}", r"\w{60}"])
def test_what_may_be_too_large_for_re2_is_left_to_python(pattern: str) -> None:
    assert re2(pattern) is None
    assert compiled(f"^{pattern}$")("a") is False


@pytest.mark.parametrize(
    "pattern", [r"\w{28}", r"(?:\w\W\p{L}){8}", r"[^\p{L}]{25}", r"(?:a{31}b){32}", r".{0,1000}", r"\S{1000}"]
)
def test_what_is_almost_too_large_is_not(pattern: str) -> None:
    found = re2(pattern)
    texts = ["", "a" * 30, "é.x" * 400, " " * 30]
    assert found is None or in_duckdb(found, texts) == [compiled(pattern)(text) for text in texts]


# --- characters ------------------------------------------------------------------------------------------------------


def test_every_character_has_its_category() -> None:
    """Planes that Unicode has not filled are not looked at: should it fill one, this fails."""
    names = {unicodedata.category(chr(code)) for code in range(LAST + 1)}
    spans = {name: category(name) for name in names}
    assert sum(high - low + 1 for ranges in spans.values() for low, high in ranges) == LAST + 1
    wrong = [
        code
        for name, ranges in spans.items()
        for low, high in ranges
        for code in range(low, high + 1)
        if unicodedata.category(chr(code)) != name
    ]
    assert wrong == []


def test_cased_letters_are_all_known() -> None:
    beyond = [code for code in range(0x20000, LAST + 1) if chr(code).lower() != chr(code).upper()]
    assert beyond == []


def test_digits_are_those_of_python() -> None:
    r"""`compiled` hands `\d` on as it is."""
    python = re.compile(r"\d")
    digits = {code for low, high in escaped("d") for code in range(low, high + 1)}
    assert {code for code in range(LAST + 1) if python.match(chr(code))} == digits


@given(st.sets(st.integers(0, 40)), st.sets(st.integers(0, 40)))
def test_ranges_are_sets(some: set[int], more: set[int]) -> None:
    ranges = union((code, code) for code in some)
    assert {code for low, high in ranges for code in range(low, high + 1)} == some
    assert complement(complement(ranges)) == ranges
    assert union([*ranges, *((code, code) for code in more)]) == union((code, code) for code in some | more)


@given(st.characters(), st.characters())
def test_case_variants_are_those_of_the_specification(one: str, other: str) -> None:
    """Spec: https://www.w3.org/TR/xpath-functions-31/#flags."""
    for candidate in (other, one.lower(), one.upper(), one.swapcase()):
        if len(candidate) == 1:
            is_variant = one.lower() == candidate.lower() or one.upper() == candidate.upper()
            found = with_case_variants(((ord(one), ord(one)),))
            assert any(low <= ord(candidate) <= high for low, high in found) is is_variant


# --- other engines ---------------------------------------------------------------------------------------------------

ALPHABET = "aAbkKsSiIzZ019_-.,^$[](){}|*+?\\ :\t\n\r\v\x00\x85\xa0µßẞéÉİıſKσςΣ٠ก\u2028Ǆǅǆﬅﬆ😀𐐀𐐨"
characters = st.sampled_from(ALPHABET)
literals = characters.map(lambda character: "\\" + character if character in r".^$[](){}|*+?\-" else character)
common_sets = st.sampled_from([r"\d", r"\p{L}", r"\p{Lu}", r"\p{IsThai}", r"\n"])
all_sets = common_sets | st.sampled_from(
    [r"\D", r"\w", r"\W", r"\s", r"\S", r"\i", r"\I", r"\c", r"\C", r"\P{L}", r"\p{Cn}", r"\p{Cs}", r"\P{Cs}", r"\x41"]
)
ranges = st.tuples(characters, characters).map(
    lambda pair: "-".join("\\" + end if end in r"[]\^-" else end for end in sorted(pair))
)


def classes(sets: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    items = st.lists(literals | ranges | sets, min_size=1, max_size=3).map("".join)
    simple = st.builds("[{}{}]".format, st.sampled_from(["", "^"]), items)
    return simple | st.builds(lambda one, less: f"{one[:-1]}-{less}]", simple, simple)


def expressions(
    sets: st.SearchStrategy[str], atoms: st.SearchStrategy[str], groups: list[str]
) -> st.SearchStrategy[str]:
    quantifiers = st.sampled_from(["", "", "", "*", "+", "?", "{2}", "{1,2}", "{0}", "{2,}", "*?", "??"])
    single = literals | sets | classes(sets) | atoms

    def grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        pieces = st.builds(str.__add__, inner, quantifiers)
        branches = st.lists(pieces, max_size=3).map("".join)
        choices = st.lists(branches, min_size=1, max_size=2).map("|".join)
        return st.builds("{}{})".format, st.sampled_from(groups), choices)

    pieces = st.builds(str.__add__, st.recursive(single, grown, max_leaves=6), quantifiers)
    branches = st.lists(pieces, max_size=4).map("".join)
    return st.lists(branches, min_size=1, max_size=2).map("|".join)


texts = st.lists(st.text(characters, max_size=4), min_size=1, max_size=20)
flags = st.sets(st.sampled_from("imsx")).map(lambda chosen: "".join(sorted(chosen)))
anything = expressions(
    all_sets, st.sampled_from(["^", "$", ".", r"\A", r"\Z", "{", "]"]), ["(", "(?:", "(?i:", "(?s:", "(?-i:"]
)
plain = expressions(common_sets, st.sampled_from(["^", "$", "."]), ["(", "(?:"])


def in_duckdb(pattern: str, values: list[str]) -> list[bool]:
    duckdb = pytest.importorskip("duckdb", reason="duckdb, which has RE2, is not installed")
    with duckdb.connect() as connection:
        # A constant pattern over a column, as the engine asks: DuckDB rewrites such patterns.
        query = "SELECT regexp_matches(value, ?) FROM (SELECT unnest(?) AS value)"
        return [row[0] for row in connection.execute(query, [pattern, values]).fetchall()]


@settings(max_examples=300)
@given(anything | st.text(characters, max_size=8), flags, texts)
def test_duckdb_finds_what_python_finds(pattern: str, flags: str, values: list[str]) -> None:
    try:
        matches = compiled(pattern, flags)
    except ValueError:
        with pytest.raises(ValueError, match=r"."):
            re2(pattern, flags)
        return
    translated = re2(pattern, flags)
    if translated is not None:
        assert in_duckdb(translated, values) == [matches(value) for value in values]


def test_re2_is_certain_of_ordinary_patterns() -> None:
    """So that the test above does not pass because nothing is ever certain."""
    patterns = [r"^\d{4}-\d{2}$", r"^[A-Z]{2,3}$", r"^\w+@\w+\.\w+$", r"\p{L}", "^https?://", "a|b", r"^\S.*\S$"]
    assert [pattern for pattern in patterns if re2(pattern) is None] == []
    assert [pattern for pattern in patterns if re2(pattern, "i") is None] == []


@settings(max_examples=100)
@given(plain, st.sampled_from(["", "s"]), texts)
def test_elementpath_finds_the_same(pattern: str, flags: str, values: list[str]) -> None:
    r"""
    elementpath translates XPath's patterns too.

    It is asked where it keeps the specification. It leaves `\w` and `\s` outside of classes to Python, which knows
    others (https://www.w3.org/TR/xmlschema11-2/#regexs); has no characters beyond U+FFFF in `\i` and `\c`; reads
    `[^\P{L}]` wrongly; and with `m`, `$` matches after a newline that ends the text, and with `i` Python's idea of
    case (https://www.w3.org/TR/xpath-functions-31/#flags).
    """
    elementpath = pytest.importorskip("elementpath.regex", reason="elementpath is not installed")
    re_flags = re.DOTALL if flags else 0
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its translation of a [ in a class makes Python wonder
            search = re.compile(elementpath.translate_pattern(pattern, re_flags, "1.1"), re_flags).search
    except (elementpath.RegexError, re.error, KeyError, IndexError):
        return  # stricter than Python: - and ] must be escaped
    matches = compiled(pattern, flags)
    assert [matches(value) for value in values] == [search(value) is not None for value in values]


@given(st.text(), st.text(max_size=20), flags | st.text("imsxqy", max_size=3))
def test_any_text_is_read_or_refused(value: str, pattern: str, flags: str) -> None:
    problem = ""
    try:
        compiled(pattern, flags)(value)
    except ValueError as error:
        problem = str(error)
    assert re.match("$|character [0-9]+: .|flag '.': .|pattern: .", problem)


@given(st.text(), st.text(), st.text())
def test_q_finds_the_text_itself(before: str, pattern: str, after: str) -> None:
    matches = compiled(pattern, "q")
    assert matches(before + pattern + after)
    assert matches(before) is (pattern in before)
