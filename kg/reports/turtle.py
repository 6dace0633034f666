"""
The validation report of the W3C, in Turtle.

Spec: https://www.w3.org/TR/shacl/#validation-report
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from pyoxigraph import Literal, NamedNode

from kg.model.findings import Finding
from kg.ontology.vocabulary import PREFIXES
from kg.reports.paths import path_triples
from kg.reports.report import Outcome, Run, Write

_SH: Final = PREFIXES["sh"]
_HEAD: Final = f"@prefix sh: <{_SH}> .\n\n_:report a sh:ValidationReport .\n"
_SEVERITIES: Final = ("", "sh:Info", "sh:Warning", "sh:Violation", "sh:Violation")


class Turtle:
    """
    One `sh:ValidationReport`, result by result: terms are N-Triples texts already, and those are Turtle.

    Errors while reading are no results of shapes and have no place in it. Suppressed findings are left out as well; of
    both it is told how many there were.
    """

    def __init__(self, write: Write, run: Run) -> None:  # noqa: ARG002 - the same for all reports
        self._write = write
        self._results = self._others = self._suppressed = 0
        write(_HEAD)

    def add(self, finding: Finding) -> None:
        """See `Report.add`."""
        if not (finding.focus or finding.shape):
            self._others += 1
        elif finding.suppressed:
            self._suppressed += 1
        else:
            self._results += 1
            self._write(_result(finding, self._results))

    def end(self, outcome: Outcome) -> Sequence[str]:
        """See `Report.end`."""
        # What was not checked does not conform.
        conforms = outcome.shapes_checked and not self._results
        self._write(f"_:report sh:conforms {'true' if conforms else 'false'} .\n")
        left_out = {"of no shape": self._others, "suppressed": self._suppressed}
        told = ", ".join(f"{count:,} {which}" for which, count in left_out.items() if count)
        return [f"findings that the validation report leaves out: {told}"] if told else []


def _result(finding: Finding, number: int) -> str:
    lines = [
        f"_:report sh:result [\n    a sh:ValidationResult ;\n    sh:resultSeverity {_SEVERITIES[finding.severity]} ;\n"
    ]
    described = ""
    if finding.focus:
        lines.append(f"    sh:focusNode {_term(finding.focus)} ;\n")
    if finding.path:
        path, described = _path(finding.path, number)
        lines.append(f"    sh:resultPath {path} ;\n")
    if finding.value:
        lines.append(f"    sh:value {_term(finding.value)} ;\n")
    if finding.component:
        lines.append(f"    sh:sourceConstraintComponent {_named(finding.component)} ;\n")
    if finding.shape:
        lines.append(f"    sh:sourceShape {_named(finding.shape)} ;\n")
    if finding.message:
        message = "\n".join([finding.message, *finding.details]).encode(errors="replace").decode()
        lines.append(f"    sh:resultMessage {Literal(message)} ;\n")
    return f"{''.join(lines)}] .\n{described}"


def _path(text: str, number: int) -> tuple[str, str]:
    if text[0] == "<" and text.find(">") == len(text) - 1:
        return text, ""
    node, triples = path_triples(text, f"path-{number}")
    return str(node), "".join(f"{triple} .\n" for triple in triples)


def _term(text: str) -> str:
    # The data's blank nodes must not meet those of the report.
    return f"_:data-{text[2:]}" if text[0] == "_" else text


@lru_cache(maxsize=1_024)
def _named(text: str) -> str:
    """A shape or a component: a term, or the address of one."""
    if text[0] == "_":
        return _term(text)
    text = text.removeprefix("<").removesuffix(">")
    name = text.removeprefix(_SH)
    return f"sh:{name}" if name.isidentifier() else str(NamedNode(text))
