"""
Each folder of `tests/cases/reports` holds findings and what every format makes of them.

`findings.yaml` has `findings`, each with the fields of a `Finding`; beside them `files` (name → content), `rules`,
`prefix`, `fail_on`, `shapes_checked`, `statistics` (rule → focus nodes, seconds), and `repeat`, how many times the
findings come. Other files are what is expected. `KG_WRITE_CASES=1` writes them anew: read what changed before you
believe it.
"""

from __future__ import annotations

import json
import os
import re
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree as ET

import jsonschema  # type: ignore[import-untyped]
import pytest
import yaml
from pyoxigraph import RdfFormat, parse

from kg.model.findings import Finding, Severity
from kg.model.positions import Position
from kg.reports.formats import FORMATS, begin
from kg.reports.github import LIMIT, GitHub
from kg.reports.report import Outcome, Report, Rule, Run, Tally, tell
from kg.reports.text import Text

CASES = Path(__file__).parents[1] / "cases/reports"
FOLDERS = sorted(path.parent for path in CASES.glob("*/findings.yaml"))
SH = "http://www.w3.org/ns/shacl#"

# Format → the file of what is expected; `terminal` and `summary` are further sides of text and github.
EXPECTED = {
    "text": "text.txt",
    "terminal": "terminal.txt",
    "json": "report.json",
    "jsonl": "report.jsonl",
    "sarif": "report.sarif",
    "junit": "junit.xml",
    "github": "github.txt",
    "summary": "summary.md",
    "gitlab": "gitlab.json",
    "markdown": "report.md",
    "turtle": "report.ttl",
    "notes": "notes.txt",
}


class Took(NamedTuple):
    focus_nodes: int
    seconds: float


class Case(NamedTuple):
    run: Run
    findings: list[Finding]
    outcome: Outcome


def load(folder: Path, root: Path) -> Case:
    case = yaml.safe_load((folder / "findings.yaml").read_text(encoding="utf-8"))
    for name, content in case.get("files", {}).items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content, encoding="utf-8", newline="")
    rules = [
        Rule(**{**rule, "severity": Severity[rule.get("severity", "violation")]}) for rule in case.get("rules", [])
    ]
    run = Run(
        root=root,
        prefix=case.get("prefix", ""),
        version="1.2.3",
        rules={rule.name: rule for rule in rules},
        fail_on=Severity[case.get("fail_on", "violation")],
    )
    statistics = {name: Took(*took) for name, took in case.get("statistics", {}).items()}
    outcome = Outcome(case.get("shapes_checked", True), statistics)
    return Case(run, [finding(one) for one in case["findings"]] * case.get("repeat", 1), outcome)


def finding(fields: dict[str, Any]) -> Finding:
    return Finding(
        **{
            **fields,
            "severity": Severity[fields["severity"]],
            "position": Position(*fields["position"]),
            "related": tuple((text, Position(*position)) for text, position in fields.get("related", ())),
            "details": tuple(fields.get("details", ())),
        }
    )


def written(case: Case) -> dict[str, str]:
    """What every format makes of a case, in one walk over the findings."""
    pieces: dict[str, list[str]] = {name: [] for name in EXPECTED}
    reports: dict[str, Report] = {name: begin(name, pieces[name].append, case.run) for name in FORMATS}
    reports["terminal"] = Text(pieces["terminal"].append, case.run, colour=True)
    reports["github"] = GitHub(pieces["github"].append, case.run, pieces["summary"].append)
    tell(case.findings, reports.values())
    for name, report in reports.items():
        pieces["notes"].extend(f"{name}: {note}\n" for note in report.end(case.outcome))
    texts = {name: "".join(parts) for name, parts in pieces.items()}
    texts["terminal"] = texts["terminal"].replace("\x1b", "ESC")
    return texts


@cache
def sarif_schema() -> jsonschema.Draft4Validator:
    schema = json.loads((CASES / "schemas/sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8"))
    return jsonschema.Draft4Validator(schema, format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER)


def by_name(folder: Path) -> str:
    return folder.name


each_case = pytest.mark.parametrize("folder", FOLDERS, ids=by_name)


def test_all_cases_are_found() -> None:
    assert len(FOLDERS) == 8
    assert set(EXPECTED) == {*FORMATS, "terminal", "summary", "notes"}


@each_case
def test_what_is_written(folder: Path, tmp_path: Path) -> None:
    texts = written(load(folder, tmp_path))
    for name, text in texts.items():
        path = folder / EXPECTED[name]
        if os.environ.get("KG_WRITE_CASES"):
            path.unlink(missing_ok=True)
            if text:
                path.write_bytes(text.encode())
        assert text == (path.read_bytes().decode() if path.exists() else ""), name
    assert {path.name for path in folder.iterdir()} - {"findings.yaml"} == {EXPECTED[n] for n, t in texts.items() if t}


@each_case
def test_sarif_is_valid_and_its_rules_are_found(folder: Path, tmp_path: Path) -> None:
    case = load(folder, tmp_path)
    log = json.loads(written(case)["sarif"])
    assert [error.message for error in sarif_schema().iter_errors(log)] == []
    (run,) = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(set(rules)) == len(rules)
    assert [rules[result["ruleIndex"]] for result in run["results"]] == [one.code for one in case.findings]
    fingerprints = [result["partialFingerprints"]["conflictKg/v1"] for result in run["results"]]
    assert len(set(fingerprints)) == len(fingerprints)


@each_case
def test_json_and_json_lines_say_the_same(folder: Path, tmp_path: Path) -> None:
    case = load(folder, tmp_path)
    texts = written(case)
    listed = json.loads(texts["json"])
    assert listed == [json.loads(line) for line in texts["jsonl"].split("\n")[:-1]]
    assert [one["message"] for one in listed] == [one.message for one in case.findings]


@each_case
def test_junit_is_valid_and_counts_right(folder: Path, tmp_path: Path) -> None:
    text = written(load(folder, tmp_path))["junit"]
    suites = ET.fromstring(text)  # noqa: S314 - we wrote it
    (suite,) = suites
    for kind, element in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        assert int(suite.attrib[kind]) == len(suite.findall(f"testcase/{element}"))
    assert int(suite.attrib["tests"]) == len(suite.findall("testcase"))
    xmlschema = pytest.importorskip("xmlschema", reason="xmlschema is not installed: no validation against the XSD")
    assert [str(error) for error in xmlschema.XMLSchema(CASES / "schemas/junit-10.xsd").iter_errors(text)] == []


@each_case
def test_each_annotation_of_github_is_one_line(folder: Path, tmp_path: Path) -> None:
    case = load(folder, tmp_path)
    lines = re.split(r"\r\n|\r|\n", written(case)["github"])
    assert lines.pop() == ""
    standing = [one for one in case.findings if not one.suppressed]
    levels = [("notice", "warning", "error", "error")[one.severity - 1] for one in standing]
    expected = sum(min(levels.count(level), LIMIT) for level in set(levels))
    assert sum(line.startswith("::") for line in lines) == expected
    told = sum(int(line.split()[0]) for line in lines if not line.startswith("::"))
    assert told == len(standing) - expected


@each_case
def test_gitlab_has_what_gitlab_asks_for(folder: Path, tmp_path: Path) -> None:
    case = load(folder, tmp_path)
    issues = json.loads(written(case)["gitlab"])
    assert len(issues) == sum(not one.suppressed for one in case.findings)
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    for issue in issues:
        assert set(issue) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert issue["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert "\n" not in issue["description"]
        assert issue["location"]["lines"]["begin"] >= 1


@each_case
def test_turtle_is_a_validation_report(folder: Path, tmp_path: Path) -> None:
    case = load(folder, tmp_path)
    quads = list(parse(written(case)["turtle"], format=RdfFormat.TURTLE))

    def objects(predicate: str) -> list[str]:
        return [str(quad.object) for quad in quads if quad.predicate.value == SH + predicate]

    results = [one for one in case.findings if (one.focus or one.shape) and not one.suppressed]
    assert len(objects("result")) == len(set(objects("result"))) == len(results)
    conforms = "true" if case.outcome.shapes_checked and not results else "false"
    assert objects("conforms") == [f'"{conforms}"^^<http://www.w3.org/2001/XMLSchema#boolean>']
    for name in ("focusNode", "value", "resultPath", "sourceShape", "sourceConstraintComponent"):
        field = {"focusNode": "focus", "resultPath": "path", "sourceShape": "shape"}.get(name, name)
        field = {"sourceConstraintComponent": "component"}.get(name, field)
        assert len(objects(name)) == sum(bool(getattr(one, field)) for one in results)


@each_case
def test_suppressed_findings_do_not_count(folder: Path, tmp_path: Path) -> None:
    findings = load(folder, tmp_path).findings
    tally: Tally = tell(findings, [])
    standing = [one for one in findings if not one.suppressed]
    assert sum(tally.by_severity) == sum(tally.by_rule.values()) == len(standing)
    assert tally.suppressed == len(findings) - len(standing)
    for severity in Severity:
        assert tally.reaches(severity) == any(one.severity >= severity for one in standing)
