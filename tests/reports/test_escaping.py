"""Whatever stands in a finding, a report stays what it is, and says what the finding says."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from kg.model.findings import Finding, Severity
from kg.model.positions import Position
from kg.reports.fingerprints import fingerprint
from kg.reports.formats import begin
from kg.reports.github import command
from kg.reports.report import Outcome, Rule, Run, tell
from kg.reports.source import tamed, token_length, visible, width
from kg.reports.text import Text
from tests.reports.test_formats import sarif_schema

NOWHERE = Path("/nonexistent")

# Any text, and often one with what means something in a format; a lone surrogate is what is left of a bad file name.
PIECES = st.sampled_from(
    [
        *("\n", "\r", "\r\n", "\t", " ", "\0", "\x1b[31m", "\x85", "\u202e", "\ufffe", "\udc80"),
        *("%", "%0A", "::", "::error ::", ",", ":", "]]>", "<a>", "&", '"', "\\"),
        *("|", "`", "[a](b)", "{0}", "é", "မြို့", "😀"),
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=5), max_size=8).map("".join)
NAMES = TEXTS.filter(bool)
POSITIONS = st.builds(Position, NAMES, st.integers(0, 9), st.integers(0, 9), st.sampled_from(["", "Sheet 1", "a\nb"]))
TERMS = st.sampled_from(["", "_:report", "<urn:a>"]) | st.text(max_size=5).map(lambda text: str(Literal(text)))
FINDINGS = st.builds(
    Finding,
    code=NAMES,
    severity=st.sampled_from(list(Severity)),
    message=TEXTS,
    position=POSITIONS,
    hint=TEXTS,
    related=st.lists(st.tuples(TEXTS, POSITIONS), max_size=2).map(tuple),
    focus=TERMS,
    path=st.sampled_from(["", "<urn:p>", "^<urn:p>", "<urn:p>/(<urn:q>|<urn:r>)*"]),
    value=TERMS,
    component=st.sampled_from(["", "http://www.w3.org/ns/shacl#OrConstraintComponent", "<urn:c/1>"]),
    shape=st.sampled_from(["", "urn:shape", "_:b0"]),
    details=st.lists(TEXTS, max_size=2).map(tuple),
    suppressed=st.just("") | NAMES,
    baseline=st.sampled_from(["new", "unchanged"]),
)
SOME = st.lists(FINDINGS, max_size=4)


def written(form: str, findings: list[Finding], run: Run | None = None) -> str:
    """The report as it lies in a file."""
    pieces: list[str] = []
    report = begin(form, pieces.append, run or Run(NOWHERE))
    tell(findings, [report])
    report.end(Outcome())
    return "".join(pieces).encode(errors="backslashreplace").decode()


def file_text(text: str) -> str:
    """A text as it stands in a file."""
    return text.encode(errors="backslashreplace").decode()


@given(SOME)
def test_json(findings: list[Finding]) -> None:
    listed = json.loads(written("json", findings))
    lines = written("jsonl", findings).split("\n")
    assert lines.pop() == ""
    assert [json.loads(line) for line in lines] == listed
    for one, finding in zip(listed, findings, strict=True):
        assert (one["code"], one["message"], one["file"]) == (finding.code, finding.message, finding.position.file)
        assert tuple(one.get("details", ())) == finding.details
        assert one.get("suppressed", "") == finding.suppressed
        assert [text["message"] for text in one.get("related", ())] == [text for text, _ in finding.related]


@settings(max_examples=25)  # the schema is large
@given(SOME, TEXTS)
def test_sarif(findings: list[Finding], page: str) -> None:
    rules = {"r": Rule("r", title=page, why=page, advice=page, page=page)}
    log = json.loads(written("sarif", findings, Run(NOWHERE, rules=rules)))
    assert [error.message for error in sarif_schema().iter_errors(log)] == []
    results = log["runs"][0]["results"]
    assert [result["ruleId"] for result in results] == [finding.code for finding in findings]
    assert len({result["partialFingerprints"]["conflictKg/v1"] for result in results}) == len(findings)
    for result in results:
        assert re.fullmatch(r"[\w.~%/-]*", result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])
        assert not re.search(r"(?<!\\)\[[^\[\]]*(?<!\\)\]\(", result["message"]["text"])


@given(SOME)
def test_junit(findings: list[Finding]) -> None:
    suites = ET.fromstring(written("junit", findings))  # noqa: S314 - we wrote it
    assert len(suites.findall("testsuite/testcase")) == len({finding.code for finding in findings})
    failed = suites.findall("testsuite/testcase/failure") + suites.findall("testsuite/testcase/error")
    worse = [f for f in findings if f.severity >= Severity.violation and not f.suppressed]
    assert len(failed) == len({finding.code for finding in worse})


@given(FINDINGS)
def test_a_workflow_command_is_one_line_and_says_what_the_finding_says(finding: Finding) -> None:
    line = command("error", finding)
    assert re.findall("[\r\n]", line) == ["\n"]
    head, message = re.fullmatch("::error (.*?)::(.*)\n", line, re.DOTALL).groups()  # type: ignore[union-attr]
    properties = dict(pair.split("=", 1) for pair in head.split(","))
    assert unescaped(properties["file"]) == tamed(finding.position.file)
    assert unescaped(properties["title"]) == tamed(finding.code)
    assert tamed(finding.message or finding.code) in unescaped(message)


def unescaped(text: str) -> str:
    """As the runner does it."""
    for escape, meant in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escape, meant)
    return text


@given(SOME)
def test_turtle(findings: list[Finding]) -> None:
    quads = list(parse(written("turtle", findings), format=RdfFormat.TURTLE))
    told = [f for f in findings if (f.focus or f.shape) and not f.suppressed]
    messages = [str(q.object) for q in quads if q.predicate == NamedNode("http://www.w3.org/ns/shacl#resultMessage")]
    expected = ["\n".join([f.message, *f.details]) for f in told if f.message]
    assert messages == [str(Literal(text.encode(errors="replace").decode())) for text in expected]


@given(SOME)
def test_gitlab(findings: list[Finding]) -> None:
    issues = json.loads(written("gitlab", findings))
    standing = [finding for finding in findings if not finding.suppressed]
    assert [issue["check_name"] for issue in issues] == [finding.code for finding in standing]
    assert all(len(issue["description"].splitlines()) <= 1 for issue in issues)


@given(FINDINGS)
def test_a_finding_in_markdown_stays_in_its_list_and_its_table(finding: Finding) -> None:
    finding = replace(finding, suppressed="")
    lines = file_text(written("markdown", [finding])).split("\n")
    table = [line for line in lines if line.startswith("|")]
    assert len(table) == 3
    assert [len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) for line in table] == [4, 4, 4]
    assert sum(line.startswith("- ") for line in lines) == 1
    further = len(finding.details) + len(finding.related) + bool(finding.hint)
    assert sum(line.startswith("  - ") for line in lines) == further
    assert sum(line.startswith("#") for line in lines) == 2
    assert not re.search(r"(?<!\\)(?:\\\\)*<", "\n".join(lines))


@given(SOME)
def test_text_moves_no_cursor_and_fakes_no_finding(findings: list[Finding]) -> None:
    pieces: list[str] = []
    text = Text(pieces.append, Run(NOWHERE))
    tell(findings, [text])
    text.flush()
    shown = "".join(pieces)
    assert not set(shown) & {chr(code) for code in (*range(9), *range(11, 32), 0x7F, *range(0x80, 0xA0), 0x202E)}
    lines = [line for line in shown.split("\n") if line and not line.startswith("  ")]
    # A file's name may begin with spaces; the rest of its line is ours.
    assert len(lines) <= sum(not finding.suppressed for finding in findings)


@given(TEXTS.map(lambda text: text.replace("\n", " ")), st.integers(1, 40))
def test_a_token_begins_at_its_column_and_ends_in_its_line(line: str, column: int) -> None:
    length = token_length(line, column)
    assert length >= 1
    assert length == 1 or column - 1 + length <= len(line)


@given(TEXTS)
def test_what_is_visible_is_as_wide_as_it_is_long_at_most(text: str) -> None:
    assert width(visible(text)) <= 2 * len(visible(text))


@given(FINDINGS, st.integers(1, 99), st.integers(1, 99))
def test_a_fingerprint_does_not_know_lines(finding: Finding, line: int, column: int) -> None:
    moved = replace(finding, position=finding.position._replace(line=line, column=column))
    assert fingerprint(moved) == fingerprint(finding)


@given(FINDINGS, st.sampled_from(["focus", "path", "value", "shape"]))
def test_a_fingerprint_knows_shape_focus_path_and_value(finding: Finding, field: str) -> None:
    finding = replace(finding, focus="<urn:a>", shape="urn:s")
    assert fingerprint(replace(finding, **{field: "<urn:other>"})) != fingerprint(finding)  # type: ignore[arg-type]
