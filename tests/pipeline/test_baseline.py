"""
What a baseline knows, and what is new.

A case is a broken file of `tests/cases/baseline`; what is said of it stands beside it in `NAME.txt`.
`KG_WRITE_CASES=1` writes what is expected anew.
"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.model.errors import EnvironmentFault, UsageError
from kg.model.findings import Finding, Severity
from kg.model.positions import Position
from kg.pipeline.baseline import NEW, UNCHANGED, Baseline, baseline_of, compare, read_baseline, write_baseline

CASES = sorted((Path(__file__).parents[1] / "cases/baseline").glob("*.json"))
NONE = Baseline("known.json", {})


def finding(code: str = "event-of-no-day", line: int = 1, **others: Any) -> Finding:
    return replace(Finding(code, Severity.violation, "when?", Position("f.yaml", line, 3), focus="<urn:a>"), **others)


def stored(tmp_path: Path, *findings: Finding) -> Baseline:
    path = tmp_path / "known.json"
    write_baseline(path, baseline_of(findings, path.name))
    return read_baseline(path)


def test_all_cases_are_found() -> None:
    assert len(CASES) == 13


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_broken_file_is_refused_with_its_line(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(case.parent)
    with pytest.raises(UsageError) as refused:
        read_baseline(Path(case.name))
    said = f"{refused.value}\nhint: {refused.value.hint}\n"
    expected = case.with_suffix(".txt")
    if os.environ.get("KG_WRITE_CASES"):
        expected.write_text(said, encoding="utf-8", newline="\n")
    assert said == expected.read_text(encoding="utf-8")
    assert said.startswith(f"{case.name}:")


def test_a_file_that_is_not_there_is_refused_with_how_to_write_it(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no baseline") as refused:
        read_baseline(tmp_path / "known.json")
    assert "--update-baseline" in refused.value.hint
    with pytest.raises(UsageError, match="cannot be read"):
        read_baseline(tmp_path)


def test_what_stands_in_it_is_marked_and_what_does_not_is_new(tmp_path: Path) -> None:
    old, new = finding(), finding(focus="<urn:b>")
    compared = compare([old, new], stored(tmp_path, old))
    assert compared.findings == (
        replace(old, suppressed="it stands in known.json", baseline=UNCHANGED),
        replace(new, baseline=NEW),
    )
    assert (compared.known, compared.gone) == (1, 0)


@pytest.mark.parametrize(
    "moved",
    [
        {"position": Position("f.yaml", 90, 1)},
        {"message": "put otherwise"},
        {"hint": "other"},
        {"severity": Severity.warning},
    ],
)
def test_it_is_the_same_finding_on_another_line_and_in_other_words(tmp_path: Path, moved: dict[str, Any]) -> None:
    old = finding()
    assert compare([replace(old, **moved)], stored(tmp_path, old)).known == 1


@pytest.mark.parametrize(
    "other",
    [
        {"code": "event-of-no-place"},
        {"focus": "<urn:b>"},
        {"path": "<urn:p>"},
        {"value": '"1"'},
        {"position": Position("g.yaml", 1, 3)},
    ],
)
def test_it_is_another_finding_with_another_code_focus_path_value_or_file(
    tmp_path: Path, other: dict[str, Any]
) -> None:
    old = finding()
    compared = compare([replace(old, **other)], stored(tmp_path, old))
    assert (compared.known, compared.gone) == (0, 1)


def test_findings_of_reading_are_told_apart_by_their_words(tmp_path: Path) -> None:
    old = finding("unexpected-key", focus="")
    known = stored(tmp_path, old)
    assert compare([replace(old, position=Position("f.yaml", 9, 1))], known).known == 1
    assert compare([replace(old, message="'x' is no key of a town")], known).known == 0


def test_blank_nodes_have_other_labels_at_each_reading(tmp_path: Path) -> None:
    old = finding(focus="_:b1", value="_:b2")
    assert compare([finding(focus="_:c1", value="_:c2")], stored(tmp_path, old)).known == 1


def test_one_more_of_a_kind_is_new(tmp_path: Path) -> None:
    known = stored(tmp_path, finding(line=1), finding(line=2))
    compared = compare([finding(line=n) for n in (1, 2, 3)], known)
    assert [f.baseline for f in compared.findings] == [UNCHANGED, UNCHANGED, NEW]
    assert compare([finding()], known).gone == 1


def test_an_error_never_stands_in_it(tmp_path: Path) -> None:
    error = finding("unknown-reference", severity=Severity.error)
    assert baseline_of([error], "known.json") == NONE
    by_hand = stored(tmp_path, replace(error, severity=Severity.violation))
    assert compare([error], by_hand).findings == (replace(error, baseline=NEW),)


def test_what_a_comment_silences_does_not_stand_in_it() -> None:
    assert baseline_of([finding(suppressed="as printed")], "known.json") == NONE


def test_writing_it_anew_keeps_what_it_knows(tmp_path: Path) -> None:
    known = stored(tmp_path, finding())
    marked = compare([finding(), finding("event-of-no-place")], known).findings
    assert compare([finding(), finding("event-of-no-place")], stored(tmp_path, *marked)).known == 2


def test_the_file_is_json_sorted_with_a_line_for_each(tmp_path: Path) -> None:
    path = tmp_path / "known.json"
    findings = [finding("z", line=4), finding("a", value='"ဟိ"'), finding("z", line=2)]
    write_baseline(path, baseline_of(findings, path.name))
    assert path.read_text(encoding="utf-8").splitlines() == [
        '{"version": 1, "findings": [',
        r'{"file": "f.yaml", "code": "a", "focus": "<urn:a>", "value": "\"ဟိ\"", "times": 1},',
        '{"file": "f.yaml", "code": "z", "focus": "<urn:a>", "times": 2}',
        "]}",
    ]
    before = path.read_bytes()
    write_baseline(path, baseline_of(reversed(findings), path.name))
    assert path.read_bytes() == before
    write_baseline(path, NONE)
    assert json.loads(path.read_text()) == {"version": 1, "findings": []}


def test_a_line_that_came_twice_out_of_a_merge_counts_once(tmp_path: Path) -> None:
    path = tmp_path / "known.json"
    entries = [{"file": "f.yaml", "code": "a", "times": times} for times in (2, 1)]
    path.write_text(json.dumps({"version": 1, "findings": entries}))
    assert list(read_baseline(path).counts.values()) == [2]


def test_it_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(EnvironmentFault):
        write_baseline(tmp_path / "folder", NONE)
    with pytest.raises(EnvironmentFault):
        write_baseline(tmp_path / "none" / "known.json", NONE)
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


_FINDINGS = st.lists(
    st.builds(
        finding,
        code=st.sampled_from(["a-code", "b-code"]),
        line=st.integers(1, 3),
        focus=st.sampled_from(["", "<urn:a>", "_:b"]),
        value=st.text(max_size=3).map(lambda text: json.dumps(text, ensure_ascii=False)),
    ),
    max_size=8,
)


@given(old=_FINDINGS, new=_FINDINGS)
def test_what_is_known_gone_and_new_adds_up(
    tmp_path_factory: pytest.TempPathFactory, old: list[Finding], new: list[Finding]
) -> None:
    known = stored(tmp_path_factory.getbasetemp(), *old)
    assert known == baseline_of(old, "known.json")
    compared = compare(new, known)
    assert compared.known == sum(f.baseline == UNCHANGED for f in compared.findings)
    assert compared.known + compared.gone == len(old)
    again = compare(old, known)
    assert (again.known, again.gone) == (len(old), 0)
