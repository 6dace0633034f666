"""A facts file is changed at the place, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.facts import from_yaml
from kg.facts.amending import FactsText, written
from kg.model.errors import UsageError
from kg.model.records import Limits, Listing, Mapping, Scalar

ROOT = Path(__file__).parents[2]
FILES = sorted(p for p in (ROOT / "examples/operation-1027/facts").glob("*.yaml") if ".document" not in p.name)
KEYS = {"review": "accepted", "reviewer": "M. A.", "reviewedOn": "2023-11-05", "rejectedBecause": "no: # 'x'"}


def texts(node: object) -> object:
    """A tree without its places."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Listing):
        return [texts(item) for item in node.items]
    assert isinstance(node, Mapping)
    return {key.text: texts(value) for key, value in node.entries}


def read(text: str) -> list[dict[str, object]]:
    (sheet,) = from_yaml.read(text.encode(), "f.yaml", Limits()).sheets
    claims = texts(sheet.root)["claims"]  # type: ignore[index]
    assert isinstance(claims, list)
    return claims


def test_the_example_has_entries_to_change() -> None:
    assert sum(len(FactsText(path.read_text(encoding="utf-8")).entries) for path in FILES) == 185


@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["unix", "windows"])
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_keys_are_set_in_one_entry_and_all_else_stays(path: Path, line_end: str) -> None:
    text = path.read_text(encoding="utf-8").replace("\n", line_end)
    before, facts = read(text), FactsText(text)
    for number in range(0, len(facts.entries), 5):
        changed = facts.with_keys(number, KEYS)
        after = read(changed.whole)
        assert after[number] == {**before[number], **KEYS}
        assert after[:number] + after[number + 1 :] == before[:number] + before[number + 1 :]
        start, end = facts.entries[number].start, facts.entries[number].end
        assert changed.whole.startswith(text[:start])
        assert changed.whole.endswith(text[end:].partition("\n")[2])
        back = changed.with_keys(number, dict.fromkeys(KEYS, ""))
        assert read(back.whole) == before
        assert facts.replaced(number, facts.of(number)).whole.replace("\r", "") == text.replace("\r", "")


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029\ufeff"), min_size=1))
def test_any_text_is_written_so_that_it_is_read_again(text: str) -> None:
    for facts in ("claims:\n  - about: x\n    review: proposed\n", "claims:\n  - {about: x, review: proposed}\n"):
        changed = FactsText(facts).with_keys(0, {"review": "rejected", "rejectedBecause": text})
        assert read(changed.whole)[0] == {"about": "x", "review": "rejected", "rejectedBecause": text}


@pytest.mark.parametrize("text", ["null", "~", "- a", "a: b", "a #b", " a", "a ", "", "[a]", "yes", "12"])
def test_no_text_turns_into_something_else(text: str) -> None:
    assert read(f"claims:\n  - about: x\n    note: {written(text)}\n")[0]["note"] == text


def test_comments_blank_lines_and_the_mark_of_a_file_stay() -> None:
    entry = "  - about: x   # this\n    review: proposed   # that\n\n    note: |\n      a\n\n"
    text = f"\ufeff# top\nclaims:\n  # one\n{entry}  # two\n"
    changed = FactsText(text).with_keys(0, {"review": "accepted", "reviewer": "A"})
    assert changed.whole == text.replace("proposed   # that", "accepted   # that\n    reviewer: A")


@pytest.mark.parametrize(
    "claims", ["claims: []\n", "claims:\n  - about: x\n    note: a\n# end\n", "claims:\n- about: x\n"]
)
def test_entries_are_added_at_the_end(claims: str) -> None:
    more = "  - about: y\n    note:\n      - b\n"
    changed = FactsText(claims).with_entries(more)
    assert read(changed.whole) == [*(read(claims)), {"about": "y", "note": ["b"]}]
    assert changed.whole.count("# end") == claims.count("# end")


def test_an_entry_cannot_be_edited_into_two() -> None:
    with pytest.raises(UsageError, match=r"readable as YAML|no longer one entry"):
        FactsText("claims:\n  - about: x\n").replaced(0, "about: x\n- about: y")
