"""What plans make of hostile tables is what the reference makes of them, row by row."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.mapping.agreement import Prepared, assert_agree, prepared

pytest.importorskip("ibis")
pytest.importorskip("duckdb")

FOLDER = Path(__file__).parents[1] / "cases" / "mappings" / "engines"
MAPPINGS = sorted(path.stem for path in (FOLDER / "generated").glob("*.yaml"))

# Texts that some step, engine or mark of ours could take for something else.
HOSTILE = (
    "", "x", "y", "x1", "town", "village", "clash", "strike", "both", "none", "rebel", "state", "skip", "unknown", "Unknown",
    'say "so"', "it's", "back\\slash", "\\", '"', '""', "line\nfeed", "tab\tstop", "cr\rhere", "bell\x07", "del\x7f", "nul\x00",
    "café", "cafe\u0301", "ကသာ", "မြို့", "😀", "a\u2028b", "\ufeffx", "\ufffe", "\u202eabc", "ß", "İ", "ﬁ",
    "a/b", "/a", "a//b", "kawlin/place/coded", "a b", "a;b", "x;y;x", 'x;"a;b";', "x,y", "a|b", "{a}", "{{a}}", "${x}", "%s",
    "0", "00", "007", "7", "1", "2", "11", "12", "99", "100", "1e3", "12.50", "12.5", "-0.0", "-0", "+5", "-7", "0.0", "1.0", ".5", "5.",
    "1,234", "1 234", "99999999999999999999", "999999999999999999", "1234567890123456789", "٣", "Infinity", "nan",
    "at least 20", "10–15", "dozens", "several", "none reported", "21.5, 95.25", "90.1, 181", "21.5", "95.25", "-77.16180", "89.9",
    "90.5", "179.75", "180.5", "2023-11-03", "03/11/2023", "3 November 2023", "2023-11", "2023-02-30", "11/03/2023", "predawn", "since Oct. 27",
    "~x0~", "~x1~", "~X0~", "urn:x-kg-subject:", "urn:x-kg-claim:", "urn:x-kg-subject:0:", "x-kg-nested", "named",
    "qZx7QK1a", "qYw8WJ1b", "qZx7 QK1a", "qYw8 WJ1b", "2718281821", "5772156641", "3141592651.5", "-14142135621.75", "31.41592651",
    "-57.7215661", "121.271822", "-77.161802", "8:qZx7QK1a", "Merrow", "mérrow township", "Oakfield", "North", "South Region", "Hill Front",
    "hill–front", "Army of Kestria", "ArmedClash", "Town", "true", "false", "townPrecision", "actual", "x" * 81, "x" * 82, "x" * 201, "-a", "a.", "_",
)  # fmt: skip
CELLS = st.one_of(
    st.sampled_from(HOSTILE),
    st.sampled_from(("", "x", "y", "7", "12", "2023-11-03")),
    st.text(max_size=8).map(str.strip),
    st.integers(-(10**20), 10**20).map(str),
    st.decimals(allow_nan=False, allow_infinity=False, places=3).map(str),
)
ROWS = st.fixed_dictionaries({column: CELLS for column in "abc"})


@cache
def mapping(name: str) -> Prepared:
    return prepared(
        (FOLDER / "generated" / f"{name}.yaml").read_text(encoding="utf-8"),
        (FOLDER / "register.yaml").read_text(encoding="utf-8"),
    )


def test_all_mappings_are_collected() -> None:
    assert len(MAPPINGS) == 8


@pytest.mark.parametrize("name", MAPPINGS)
def test_every_hostile_text_in_every_place(name: str) -> None:
    """Each text in each column, with names that are all right beside it, and as all that a row has."""
    rows = []
    for number, text in enumerate(HOSTILE):
        rows += [
            {"a": text, "b": "x", "c": "y"},
            {"a": f"r{number}", "b": text, "c": "12"},
            {"a": f"s{number}", "b": "12", "c": text},
            {"a": f"t{number}", "b": text, "c": text},
            {"a": text, "b": text, "c": text},
        ]
    assert_agree(mapping(name), rows)


@pytest.mark.parametrize("name", MAPPINGS)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROWS, max_size=12))
@example(rows=[])
def test_any_table_in_any_mapping(name: str, rows: list[dict[str, str]]) -> None:
    assert_agree(mapping(name), [*rows, *rows[:2]])
