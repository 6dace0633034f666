"""
SARIF 2.1.0, for code hosts and editors.

Spec: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, Final
from urllib.parse import quote

from kg.model.findings import Finding, Severity
from kg.model.positions import Position
from kg.reports.fingerprints import NAME, Fingerprints
from kg.reports.report import Outcome, Rule, Run, Write

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
HOME: Final = "https://w3id.org/conflict-kg/"
_TOP: Final = "%SRCROOT%"

_LEVELS: Final = {
    Severity.error: "error",
    Severity.violation: "error",
    Severity.warning: "warning",
    Severity.info: "note",
}

# What a viewer would take for a link, or for the place of an argument.
# Spec: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html#_Toc34317459
_LINK = re.compile(r"\[([^\[\]]*)\]\(")
_PLACEHOLDER = re.compile(r"\{(\d+)\}")

_json = json.JSONEncoder(ensure_ascii=False).encode


class Sarif:
    """
    One run. Results are written as they come, so the rules and the tool stand behind them.

    Paths are relative to `%SRCROOT%`, the top of the repository. Suppressed findings are kept, with the reason.
    """

    def __init__(self, write: Write, run: Run) -> None:
        self._write = write
        self._run = run
        self._rules = dict(run.rules)
        self._numbers = {name: number for number, name in enumerate(self._rules)}
        self._fingerprints = Fingerprints()
        self._before = "\n"
        write(f'{{\n"$schema": {_json(SCHEMA)},\n"version": "2.1.0",\n"runs": [{{\n"results": [')

    def add(self, finding: Finding) -> None:
        """See `Report.add`."""
        self._write(self._before + _json(self._result(finding)))
        self._before = ",\n"

    def end(self, outcome: Outcome) -> Sequence[str]:
        """See `Report.end`."""
        driver = {
            "name": "kg",
            "semanticVersion": self._run.version,
            "informationUri": HOME,
            "rules": [_rule(rule) for rule in self._rules.values()],
        }
        if not self._run.version:
            del driver["semanticVersion"]
        rest = {
            "tool": {"driver": driver},
            "invocations": [_invocation(outcome)],
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": {_TOP: {"description": {"text": "The top of the repository."}}},
        }
        members = ",\n".join(f"{_json(name)}: {_json(value)}" for name, value in rest.items())
        self._write(f"\n],\n{members}\n}}]\n}}\n")
        return ()

    def _result(self, finding: Finding) -> dict[str, Any]:
        if finding.code not in self._numbers:
            self._numbers[finding.code] = len(self._numbers)
            self._rules[finding.code] = Rule(finding.code, finding.severity)
        result: dict[str, Any] = {
            "ruleId": finding.code,
            "ruleIndex": self._numbers[finding.code],
            "level": _LEVELS[finding.severity],
            "message": {"text": literal("\n".join(_message(finding)))},
            "locations": [self._location(finding.position)],
            "partialFingerprints": {NAME: self._fingerprints.of(finding)},
            # In all results or in none, the standard says.
            "suppressions": [_suppression(finding)] if finding.suppressed else [],
        }
        if finding.related:
            result["relatedLocations"] = [
                {"id": number, **self._location(position), "message": {"text": literal(text)}}
                for number, (text, position) in enumerate(finding.related, 1)
            ]
        if finding.baseline:
            result["baselineState"] = finding.baseline
        known = {
            "severity": finding.severity.name,
            "focus": finding.focus,
            "path": finding.path,
            "value": finding.value,
            "shape": finding.shape,
            "component": finding.component,
        }
        result["properties"] = {name: value for name, value in known.items() if value}
        return result

    def _location(self, position: Position) -> dict[str, Any]:
        file, line, column, sheet = position
        place: dict[str, Any] = {"artifactLocation": {"uri": _uri(self._run.prefix + file), "uriBaseId": _TOP}}
        if not line:
            return {"physicalLocation": place}
        if sheet:  # a workbook has no lines
            cell = str(position).removeprefix(f"{file}:")
            return {"physicalLocation": place, "logicalLocations": [{"fullyQualifiedName": cell, "kind": "element"}]}
        place["region"] = {"startLine": line, **({"startColumn": column} if column else {})}
        return {"physicalLocation": place}


@lru_cache(maxsize=1_024)
def _uri(path: str) -> str:
    # A name that is no UTF-8 comes as surrogates, and its bytes belong in the URI.
    return quote(path, errors="surrogateescape")


def literal(text: str) -> str:
    r"""
    A text that a viewer shows as it is: nothing in it is a link or a placeholder.

    >>> literal("see [here](https://example.org/) {0}")
    'see \\[here\\](https://example.org/) {{0}}'
    """
    return _PLACEHOLDER.sub(r"{{\1}}", _LINK.sub(r"\\[\1\\](", text))


def _message(finding: Finding) -> Iterator[str]:
    yield finding.message or finding.code
    yield from finding.details
    if finding.hint:
        yield f"hint: {finding.hint}"


def _suppression(finding: Finding) -> dict[str, str]:
    kind = "external" if finding.baseline == "unchanged" else "inSource"
    return {"kind": kind, "justification": finding.suppressed}


def _rule(rule: Rule) -> dict[str, Any]:
    described: dict[str, Any] = {
        "id": rule.name,
        "shortDescription": {"text": literal(rule.title or rule.name)},
        "fullDescription": {"text": literal(rule.why or rule.title or rule.name)},
    }
    if rule.page or rule.advice:
        text = rule.advice or rule.why or rule.title or rule.name
        described["help"] = {"text": literal(text), **({"markdown": rule.page} if rule.page else {})}
    if rule.uri:
        described["helpUri"] = rule.uri
    described["defaultConfiguration"] = {"level": _LEVELS[rule.severity]}
    return described


def _invocation(outcome: Outcome) -> dict[str, Any]:
    # The check itself ran, whatever it found.
    invocation: dict[str, Any] = {"executionSuccessful": True}
    if not outcome.shapes_checked:
        message = {"text": "The shapes were not checked: mend the errors first."}
        invocation["toolExecutionNotifications"] = [{"level": "warning", "message": message}]
    return invocation
