"""
Which comments silence what.

A case is a file of `tests/cases/suppressions`; what is found in it stands beside it in `NAME.txt`: for each comment its
place, the codes, the lines that it is for, and the reason. `KG_WRITE_CASES=1` writes what is expected anew.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from kg.model.findings import CODES, Finding, Severity
from kg.model.positions import Position
from kg.pipeline.reading import context_of, facts_files, map_files
from kg.pipeline.reading_findings import reading_findings
from kg.pipeline.suppressions import (
    Suppression,
    project_codes,
    project_files,
    suppress,
    suppressions_in,
    suppressions_of,
)
from tests.pipeline.conftest import MakeProject

FOLDER = Path(__file__).parents[1] / "cases/suppressions"
CASES = sorted(path for path in FOLDER.iterdir() if path.suffix != ".txt" and not path.name.startswith("."))

WARNED = Finding("quote-folded", Severity.warning, "it is", Position("f.yaml", 2, 8))
NAMES = frozenset({"quote-folded", "event-of-no-day", "syntax-error"})


def shown(one: Suppression) -> str:
    codes = ", ".join(f"{code} at {place.column}" for code, place in one.codes)
    return f"{one.position} [{codes}] lines {one.lines.start}-{one.lines.stop - 1}: {one.reason or '(no reason)'}\n"


def found(tmp_path: Path, text: str, *findings: Finding, complete: bool = True) -> list[str]:
    """The findings of a file f.yaml after its comments were heard; the silenced ones with their reason."""
    path = tmp_path / "f.yaml"
    path.write_text(text, encoding="utf-8")
    marked = suppress(findings, [("f.yaml", path)], lambda: NAMES, complete=complete)
    return [f"{f.position.line}: {f.code}" + (f" ({f.suppressed})" if f.suppressed else "") for f in marked]


def test_all_cases_are_found() -> None:
    assert len(CASES) == 11


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_comments_are_found_where_they_are_comments(case: Path) -> None:
    result = "".join(map(shown, suppressions_of(case, case.name)))
    expected = case.with_name(f"{case.name}.txt")
    if os.environ.get("KG_WRITE_CASES"):
        expected.write_text(result, encoding="utf-8", newline="\n")
    assert result == expected.read_text(encoding="utf-8")
    assert "[no" not in result


_TEXTS = st.text(st.sampled_from("a \n#'\"\\:|>-"), max_size=12)


@given(
    parts=st.lists(st.tuples(_TEXTS, _TEXTS), min_size=1, max_size=4),
    style=st.sampled_from(["'", '"', "|", ">", None]),
    flow=st.sampled_from([True, False, None]),
)
def test_no_text_of_yaml_is_a_comment(parts: list[tuple[str, str]], style: str | None, flow: bool | None) -> None:  # noqa: FBT001
    texts = {f"{n}{a}": f"{a} # kg: ignore[no] {b}" for n, (a, b) in enumerate(parts)}
    written = yaml.dump(texts, default_style=style, default_flow_style=flow)
    assert yaml.safe_load(written) == texts
    assert suppressions_in(written, "f.yaml") == ()
    behind = f"{written}# kg: ignore[yes] the only comment\n"
    if yaml.safe_load(behind) == texts:  # else it has become part of a last text
        assert [one.codes[0][0] for one in suppressions_in(behind, "f.yaml")] == ["yes"]


@given(texts=st.lists(_TEXTS, min_size=1, max_size=4), form=st.sampled_from([RdfFormat.TURTLE, RdfFormat.N_TRIPLES]))
def test_no_text_of_rdf_is_a_comment(texts: list[str], form: RdfFormat) -> None:
    iri = NamedNode("https://example.org/#kg:ignore")
    triples = [Triple(iri, iri, Literal(f"{text} # kg: ignore[no] {text}")) for text in texts]
    written = (serialize(triples, format=form) or b"").decode()
    assert suppressions_in(written, "f.ttl") == ()
    behind = f"{written.rstrip()} # kg: ignore[yes] the only comment\n"
    assert [one.codes[0][0] for one in suppressions_in(behind, "f.ttl")] == ["yes"]


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_lines_end_as_they_do_for_the_reader(tmp_path: Path, ends: str) -> None:
    path = tmp_path / "f.yaml"
    path.write_bytes(f"\ufeffa: 1{ends}b: 2  # kg: ignore[code] why{ends}".encode())
    (one,) = suppressions_of(path, "f.yaml")
    assert (one.position, one.reason) == (Position("f.yaml", 2, 7), "why")


@pytest.mark.parametrize("content", [b"", b"\xff # kg: ignore[code] why", b"a: 1 # no mark"])
def test_a_file_without_text_or_mark_has_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "f.yaml"
    path.write_bytes(content)
    assert suppressions_of(path, "f.yaml") == ()
    assert suppressions_of(tmp_path / "none.yaml", "none.yaml") == ()


def test_a_finding_on_the_line_is_silenced_and_stays_in_the_list(tmp_path: Path) -> None:
    assert found(tmp_path, "a: 1\nb: 2  # kg: ignore[quote-folded] as printed\n", WARNED) == [
        "2: quote-folded (as printed)"
    ]
    assert found(tmp_path, "a: 1\n# kg: ignore[quote-folded] as printed\n", WARNED) == [
        "2: quote-folded",
        "2: unused-suppression",
    ]


def test_a_comment_silences_every_finding_of_its_code_on_its_line_and_no_other(tmp_path: Path) -> None:
    other = Finding("event-of-no-day", Severity.violation, "when?", Position("f.yaml", 2, 1))
    elsewhere = Finding("quote-folded", Severity.warning, "it is", Position("g.yaml", 2, 8))
    text = "a: 1\nb: 2  # kg: ignore[quote-folded] as printed\n"
    assert found(tmp_path, text, other, WARNED, WARNED, elsewhere) == [
        "2: event-of-no-day",
        "2: quote-folded (as printed)",
        "2: quote-folded (as printed)",
        "2: quote-folded",
    ]


def test_two_comments_for_one_finding_are_both_used(tmp_path: Path) -> None:
    text = "# kg: ignore[quote-folded] above\n# kg: ignore[quote-folded] also\n"
    finding = Finding("quote-folded", Severity.warning, "it is", Position("f.yaml", 3, 8))
    assert found(tmp_path, text, finding) == ["3: quote-folded (above)"]


def test_an_error_is_never_silenced(tmp_path: Path) -> None:
    error = Finding("syntax-error", Severity.error, "no", Position("f.yaml", 2, 1))
    text = "a: 1\nb: 2  # kg: ignore[syntax-error] as it is\n"
    for complete in (True, False):
        assert found(tmp_path, text, error, complete=complete) == ["2: syntax-error", "2: invalid-suppression"]


def test_unused_is_what_nothing_matched_after_a_whole_check_only(tmp_path: Path) -> None:
    text = "a: 1\nb: 2  # kg: ignore[event-of-no-day, quote-folded] why\n"
    assert found(tmp_path, text, WARNED) == ["2: quote-folded (why)", "2: unused-suppression"]
    assert found(tmp_path, text, WARNED, complete=False) == ["2: quote-folded (why)"]


def test_a_name_that_a_finding_has_or_that_a_component_of_shacl_may_have_is_known(tmp_path: Path) -> None:
    own = Finding("of-no-list", Severity.info, "it is", Position("f.yaml", 1, 1))
    text = "a: 1 # kg: ignore[of-no-list, MinCountConstraintComponent, off-no-list] why\n"
    assert found(tmp_path, text, own, complete=False) == ["1: of-no-list (why)", "1: unknown-code"]


def test_what_is_said_of_comments_cannot_be_silenced(tmp_path: Path) -> None:
    text = "# kg: ignore[unused-suppression] why\na: 1 # kg: ignore[quote-folded] why\n"
    assert found(tmp_path, text) == ["1: unknown-code", "2: unused-suppression"]


def test_a_finding_that_is_marked_already_stays_as_it_is(tmp_path: Path) -> None:
    known = Finding("quote-folded", Severity.warning, "it is", Position("f.yaml", 1, 1), suppressed="known")
    assert found(tmp_path, "a: 1 # kg: ignore[quote-folded] why\n", known, complete=False) == [
        "1: quote-folded (known)"
    ]


def test_the_names_are_not_asked_for_without_a_comment(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_text("a: 1\n", encoding="utf-8")

    def names() -> frozenset[str]:
        raise AssertionError

    assert suppress([WARNED], [("f.yaml", path)], names) == (WARNED,)


QUOTING = """\
document: {id: report, type: NewsArticle, publisher: test, issued: 2024-05-14, text: ../sources/report.txt}
claims:
  - about: red
    name: Reds
    quote: It's held   # kg: ignore[quote-folded] as it is printed
  - about: blue
    name: Blues
    quote: It's held
"""


def test_the_files_of_a_project_are_looked_at_with_the_documents_beside_tables(make_project: MakeProject) -> None:
    project = make_project(
        {
            "facts/report.yaml": QUOTING,
            "sources/report.txt": "It’s held",
            "facts/towns.csv": "id,type,name\nford,Town,Ford\n",
            "facts/towns.document.yaml": "document: {id: towns, type: Registry}  # kg: ignore[missing-date]",
        }
    )
    found = reading_findings(project, list(map_files(facts_files(project), context_of(project))))
    marked = suppress(found, project_files(project), lambda: project_codes(project))
    assert [(str(f.position), f.code, f.suppressed) for f in marked] == [
        ("facts/report.yaml:5:12", "quote-folded", "as it is printed"),
        ("facts/report.yaml:8:12", "quote-folded", ""),
        ("facts/towns.document.yaml:1:40", "invalid-suppression", ""),
        ("facts/towns.document.yaml:1:53", "unknown-code", ""),
    ]


def test_the_names_of_a_project_are_codes_and_shapes(make_project: MakeProject) -> None:
    names = project_codes(make_project({}))
    assert names > CODES
    assert all("-" in name for name in names)
