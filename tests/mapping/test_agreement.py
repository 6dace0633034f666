"""What plans make of hostile tables is what the reference makes of them, row by row."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.mapping.plan.forms import DAY, DECIMAL, ID, LATITUDE, LONGITUDE, TEXT, WHOLE
from tests.answers import read_cases
from tests.mapping.agreement import Prepared, assert_agree, prepared

pytest.importorskip("ibis")
pytest.importorskip("duckdb")

FOLDER = Path(__file__).parents[1] / "cases" / "mappings" / "engines"
MAPPINGS = sorted(path.stem for path in (FOLDER / "generated").glob("*.yaml"))

FORMS = (DAY, ID, TEXT, WHOLE, DECIMAL, LATITUDE, LONGITUDE)
# Texts that some step, engine or mark of ours could take for something else.
HOSTILE = (
    "", "x", "y", "x1", "town", "village", "clash", "strike", "both", "none", "rebel", "state", "skip",
    "unknown", "Unknown", 'say "so"', "it's", "back\\slash", "\\", '"', '""', "line\nfeed", "tab\tstop",
    "cr\rhere", "bell\x07", "del\x7f", "nul\x00", "café", "cafe\u0301", "ကသာ", "မြို့", "😀", "a\u2028b",
    "\ufeffx", "\ufffe", "\u202eabc", "ß", "İ", "ﬁ", "a/b", "/a", "a//b", "kawlin/place/coded", "a b", "a;b",
    "x;y;x", 'x;"a;b";', "x,y", "a|b", "{a}", "{{a}}", "${x}", "%s", "0", "00", "007", "7", "1", "2", "11",
    "12", "99", "100", "1e3", "12.50", "12.5", "-0.0", "-0", "+5", "-7", "0.0", "1.0", ".5", "5.", "1,234",
    "1 234", "99999999999999999999", "999999999999999999", "1234567890123456789", "٣", "Infinity", "nan",
    "at least 20", "10–15", "dozens", "several", "none reported", "21.5, 95.25", "90.1, 181", "21.5", "95.25",
    "-77.16180", "89.9", "90.5", "179.75", "180.5", "2023-11-03", "03/11/2023", "3 November 2023", "2023-11",
    "2023-02-30", "11/03/2023", "predawn", "since Oct. 27", "~x0~", "~x1~", "~X0~", "urn:x-kg-subject:",
    "urn:x-kg-claim:", "urn:x-kg-subject:0:", "x-kg-nested", "named",
    *(form.sample(which, number) for form in FORMS for which in (0, 1) for number in (0, 1)), "8:qZx7QK1a",
    "Merrow", "mérrow township", "Oakfield", "North", "South Region", "Hill Front", "hill–front",
    "Army of Kestria", "ArmedClash", "Town", "true", "false", "townPrecision", "actual", "x" * 81, "x" * 82,
    "x" * 201, "-a", "a.", "_",
)  # fmt: skip
ANY_TEXT = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(max_size=8).map(str.strip),
    st.integers(-(10**20), 10**20).map(str),
    st.decimals(allow_nan=False, allow_infinity=False, places=3).map(str),
)


class Given(NamedTuple):
    """A mapping, and a row in which everything is right."""

    prepared: Prepared
    row: dict[str, str]


@cache
def mapping(name: str) -> Given:
    case = read_cases(FOLDER / "generated" / f"{name}.yaml")
    found = prepared(case["mapping"], (FOLDER / "register.yaml").read_text(encoding="utf-8"))
    assert case["row"].keys() == set(found.mapping.columns)
    return Given(found, case["row"])


def test_all_mappings_are_collected() -> None:
    assert len(MAPPINGS) == 10


@pytest.mark.parametrize("name", MAPPINGS)
def test_every_hostile_text_in_some_place(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each text in one column, beside what is all right."""
    monkeypatch.setattr("kg.mapping.engines.faults._MOST_FAULTY", 10_000)
    of, row = mapping(name)
    columns = list(row)
    rows = [{**row, columns[number % len(columns)]: text} for number, text in enumerate(HOSTILE)]
    done = assert_agree(of, [row, *rows])
    assert [str(finding) for odd in done.odd if odd.row == 0 for finding in odd.mapped.findings] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", MAPPINGS)
def test_every_hostile_text_in_every_place(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each text in each column, beside what is all right, and as all that a row has."""
    monkeypatch.setattr("kg.mapping.engines.faults._MOST_FAULTY", 10_000)
    of, row = mapping(name)
    rows = [{**row, column: text} for text in HOSTILE for column in row]
    assert_agree(of, [*rows, *(dict.fromkeys(row, text) for text in HOSTILE)])


@pytest.mark.slow
@pytest.mark.parametrize("name", MAPPINGS)
@settings(max_examples=10)
@given(data=st.data())
def test_any_table_in_any_mapping(name: str, data: st.DataObject) -> None:
    of, row = mapping(name)
    cells = {column: st.one_of(st.just(text), st.just(text), st.just(""), ANY_TEXT) for column, text in row.items()}
    rows = data.draw(st.lists(st.fixed_dictionaries(cells), max_size=8))
    assert_agree(of, [*rows, *rows[:2]])
