"""`kg check` as it writes reports: where they go, what they are called, and what it exits with."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result

from kg.cli import cli
from kg.cli.findings import statistics_table
from kg.cli.outputs import prefix_of, text_to_terminal
from kg.model.findings import CODES, Finding, Severity
from kg.model.positions import Position
from kg.model.shipped import shipped
from kg.reports.report import Run, Tally
from kg.validation.shapes.pages import load_shapes
from tests.reports.test_formats import Took, sarif_schema

KESTRIA = Path(__file__).parents[1] / "cases/cli/kestria"
WARNING = "probable-double-count"
"""What there is to find in Kestria: one warning."""


@pytest.fixture
def kestria(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "repository/data/kestria"
    shutil.copytree(KESTRIA, folder)
    monkeypatch.chdir(folder)
    return folder


def kg_check(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["check", *arguments])


def test_each_report_goes_to_its_file(kestria: Path) -> None:
    files = {"json": "a.json", "sarif": "a.sarif", "junit": "a.xml", "text": "a.txt", "turtle": "a.ttl"}
    done = kg_check("--format", "jsonl", *(f"--format={form}={file}" for form, file in files.items()))
    assert done.exit_code == 0
    (line,) = done.stdout.splitlines()
    assert [json.loads(line)] == json.loads((kestria / "a.json").read_text(encoding="utf-8"))
    assert WARNING not in done.stderr
    assert f"warning: {WARNING}: " in (kestria / "a.txt").read_text(encoding="utf-8")
    assert "sh:conforms false" in (kestria / "a.ttl").read_text(encoding="utf-8")
    assert not list(kestria.glob(".*.part"))


def test_text_goes_to_standard_error_beside_another_format(kestria: Path) -> None:
    done = kg_check("--format", "text", "--format", "json")
    assert [one["code"] for one in json.loads(done.stdout)] == [WARNING]
    assert f"warning: {WARNING}: " in done.stderr


def test_sarif_knows_every_rule(kestria: Path) -> None:
    done = kg_check("--format", "sarif")
    log = json.loads(done.stdout)
    assert [error.message for error in sarif_schema().iter_errors(log)] == []
    rules = {rule["id"]: rule for rule in log["runs"][0]["tool"]["driver"]["rules"]}
    assert set(rules) == {*CODES, *load_shapes([shipped("shapes")])}
    for rule in rules.values():
        assert rule["help"]["markdown"].startswith(f"# {rule['id']}\n")
        assert rule["shortDescription"]["text"]
        assert rule["fullDescription"]["text"]


def test_junit_has_a_test_case_for_each_rule(kestria: Path) -> None:
    suites = ET.fromstring(kg_check("--format", "junit", "--fail-on", "warning").stdout)  # noqa: S314 - we wrote it
    cases = suites.findall("testsuite/testcase")
    assert {case.attrib["name"] for case in cases} == {*CODES, *load_shapes([shipped("shapes")])}
    assert [case.attrib["name"] for case in cases if len(case)] == [WARNING]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--format", "json", "--format", "jsonl"], "only one can go to standard output"),
        (["--format", "json=a", "--format", "sarif=./a"], "two reports would go to the same place"),
        (["--format", "text", "--format", "text"], "two reports would go to the same place"),
        (["--format", "yaml"], "'yaml' is none of text, json"),
        (["--format", "json="], "'json=' names no file"),
        (["--format", "json=nowhere/a.json"], "there is no folder 'nowhere'"),
    ],
    ids=["two-to-output", "same-file", "text-twice", "unknown", "no-file", "no-folder"],
)
def test_what_cannot_be_written(kestria: Path, arguments: list[str], message: str) -> None:
    done = kg_check(*arguments)
    assert done.exit_code == 2
    assert message in done.stderr
    assert not (kestria / "a").exists()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [([], 0), (["--fail-on", "warning"], 1), (["--fail-on", "warning", "--exit-zero"], 0), (["--fail-on", "info"], 1)],
    ids=["default", "warning", "exit-zero", "info"],
)
def test_exit_codes(kestria: Path, arguments: list[str], code: int) -> None:
    assert kg_check(*arguments).exit_code == code


def test_statistics_count_the_findings_of_each_rule(kestria: Path) -> None:
    lines = [line.split() for line in kg_check("--statistics").stderr.splitlines()]
    head = next(number for number, line in enumerate(lines) if line[:2] == ["rule", "findings"])
    assert [WARNING, "1"] in [line[:2] for line in lines[head:]]


def test_the_table_of_statistics_begins_with_the_slowest() -> None:
    table = statistics_table(Tally(by_rule={"a": 1_000, "c": 2}), {"a": Took(5, 0.1), "b": Took(12_345, 2.0)})
    assert table.splitlines() == [
        "rule  findings  focus nodes  seconds",
        "b            0       12,345    2.000",
        "a        1,000            5    0.100",
        "c            2",
    ]


def test_github_appends_a_summary_and_names_files_from_the_top(kestria: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    summary = kestria / "summary.md"
    summary.write_text("# Of the step before\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    monkeypatch.setenv("GITHUB_WORKSPACE", str(kestria.parents[1]))
    done = kg_check("--format", "github")
    assert done.stdout.startswith(
        "::warning file=data/kestria/facts/army.yaml,line=12,col=5,title=probable-double-count::"
    )
    text = summary.read_text(encoding="utf-8")
    assert text.startswith("# Of the step before\n# kg check: 1 warning\n")
    assert "## data/kestria/facts/army.yaml\n" in text


def test_the_top_of_a_repository(kestria: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert prefix_of(kestria) == ""
    (kestria.parents[1] / ".git").mkdir()
    assert prefix_of(kestria) == "data/kestria/"
    assert prefix_of(kestria.parents[1]) == ""
    monkeypatch.setenv("CI_PROJECT_DIR", str(tmp_path))
    assert prefix_of(kestria) == "repository/data/kestria/"
    monkeypatch.setenv("CI_PROJECT_DIR", str(tmp_path / "elsewhere"))
    assert prefix_of(kestria) == "data/kestria/"


class _Terminal:
    """What `sys.stderr` is at a terminal."""

    def __init__(self) -> None:
        self.written = ""

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.written += text
        return len(text)

    def flush(self) -> None:
        pass


@pytest.mark.parametrize("no_color", [False, True], ids=["colour", "no-color"])
def test_colour_at_a_terminal_unless_it_is_not_wanted(
    kestria: Path, monkeypatch: pytest.MonkeyPatch, *, no_color: bool
) -> None:
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    if no_color:
        monkeypatch.setenv("NO_COLOR", "1")
    else:
        monkeypatch.delenv("NO_COLOR", raising=False)
    report = text_to_terminal(Run(kestria))
    report.add(Finding("r", Severity.warning, "m", Position("facts/army.yaml", 12, 5)))
    report.flush()
    assert ("\x1b[" in terminal.written) != no_color
    assert terminal.written.count("^") == (1 if no_color else len("killed"))


@pytest.mark.skipif(os.name == "nt", reason="pipes close otherwise on Windows")
def test_who_reads_no_more_does_not_keep_the_file_from_being_written(kestria: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "kg", "check", "--format", "json", "--format", "sarif=a.sarif"]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writing)
    assert "Traceback" not in done.stderr
    assert json.loads((kestria / "a.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"
