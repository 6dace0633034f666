"""
The findings that a team knows of: a file of fingerprints. What stands in it is marked, what does not is new.

A fingerprint leaves out the line, so that an entry may move within its file. How often it occurs is counted: one more
finding like those known is a new one.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, NamedTuple

from kg.exports.files import whole_file
from kg.model.errors import UsageError
from kg.model.findings import Finding, Severity

NEW: Final = "new"
UNCHANGED: Final = "unchanged"

_VERSION = 1
_WRITE_ANEW = "write it anew with --update-baseline"


class Fingerprint(NamedTuple):
    """
    What makes a finding the same as one of another day. Fields as in `Finding`, but for `value`.

    Findings of reading have neither focus node nor value: for them `value` is the message, without which all of one
    file would be the same. Blank nodes have other labels at each reading, and are all `_:`.
    """

    file: str
    code: str
    focus: str
    path: str
    value: str


def fingerprint(finding: Finding) -> Fingerprint:
    """
    The fingerprint of a finding.

    >>> from kg.model.positions import Position
    >>> at = Position("f.yaml", 7, 1)
    >>> fingerprint(Finding("event-of-no-day", Severity.warning, "when?", at, focus="_:b0", path="<https://e.org/p>"))
    Fingerprint(file='f.yaml', code='event-of-no-day', focus='_:', path='<https://e.org/p>', value='')
    """
    terms = (finding.focus, finding.path, finding.value)
    focus, path, value = ("_:" if term.startswith("_:") else term for term in terms)
    return Fingerprint(finding.position.file, finding.code, focus, path, value if focus else finding.message)


@dataclass(frozen=True, slots=True)
class Baseline:
    """How often each fingerprint may occur; `name` is what findings and messages call the file."""

    name: str
    counts: Mapping[Fingerprint, int]


class Compared(NamedTuple):
    """
    Findings held against a baseline.

    `findings` are all of them, in their order, the known ones marked. `known` is how many those are, `gone` how many
    findings of the baseline do not occur any more.
    """

    findings: tuple[Finding, ...]
    known: int
    gone: int


def baseline_of(findings: Iterable[Finding], name: str) -> Baseline:
    """
    The baseline in which these findings stand.

    Left out are findings that a comment in the data silences, and errors: what they are about is not in the graph, and
    nothing can make up for that.
    """
    standing = (f for f in findings if f.baseline == UNCHANGED or not f.suppressed)
    return Baseline(name, Counter(fingerprint(f) for f in standing if f.severity is not Severity.error))


def compare(findings: Iterable[Finding], baseline: Baseline) -> Compared:
    """Mark what stands in a baseline as suppressed. Of more findings of a kind than it has, the last ones are new."""
    left = dict(baseline.counts)
    compared = []
    for finding in findings:
        if finding.suppressed or finding.severity is Severity.error or not left.get(fingerprint(finding)):
            compared.append(replace(finding, baseline=NEW))
            continue
        left[fingerprint(finding)] -= 1
        compared.append(replace(finding, suppressed=f"it stands in {baseline.name}", baseline=UNCHANGED))
    gone = sum(left.values())
    return Compared(tuple(compared), sum(baseline.counts.values()) - gone, gone)


# ── The file ────────────────────────────────────────────────────────────────────────────────────────────────────────


def write_baseline(path: Path, baseline: Baseline) -> None:
    """
    Write a baseline, whole or not at all: JSON, sorted, one fingerprint a line, the same bytes for the same findings.

    Raises:
        EnvironmentFault: The file cannot be written.
    """
    lines = [
        json.dumps({**{k: v for k, v in key._asdict().items() if v}, "times": times}, ensure_ascii=False)
        for key, times in sorted(baseline.counts.items())
    ]
    listed = "[\n" + ",\n".join(lines) + "\n]" if lines else "[]"
    with whole_file(path) as file:
        file.write(f'{{"version": {_VERSION}, "findings": {listed}}}\n'.encode())


def read_baseline(path: Path) -> Baseline:
    """
    Read a baseline.

    Raises:
        UsageError: There is none, or it is not what `write_baseline` writes; the message begins with file and line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        content = json.loads(text)
    except FileNotFoundError:
        raise UsageError(f"there is no baseline {path}", "--update-baseline writes it") from None
    except OSError as error:
        raise UsageError(f"the baseline {path} cannot be read: {error.strerror}") from error
    except json.JSONDecodeError as error:
        raise UsageError(
            f"{path}:{error.lineno}: not readable as JSON: {error.msg.removesuffix(' at')}", _WRITE_ANEW
        ) from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"{path}: not readable as JSON: {error}", _WRITE_ANEW) from error
    listed = content.get("findings") if isinstance(content, dict) else None
    if not isinstance(listed, list):
        raise UsageError(f"{path}:1: this is no baseline: it holds no list of findings", _WRITE_ANEW)
    if content.get("version") != _VERSION:
        hint = f"this kg reads version {_VERSION}: {_WRITE_ANEW}"
        raise UsageError(f"{path}:1: a baseline of version {content.get('version')}", hint)
    counts: dict[Fingerprint, int] = {}
    for number, entry in enumerate(listed):
        if fault := _fault(entry):
            raise UsageError(f"{path}:{_line(text, number)}: {fault}", _WRITE_ANEW)
        key = Fingerprint(**{name: entry.get(name, "") for name in Fingerprint._fields})
        # Twice the same line is what merging two branches leaves behind, not twice as many findings.
        counts[key] = max(counts.get(key, 0), entry["times"])
    return Baseline(path.name, counts)


def _fault(entry: Any) -> str:
    """What is wrong with an entry; empty where nothing is."""
    if not isinstance(entry, dict):
        return "an entry of a baseline is an object"
    for name, value in entry.items():
        if name == "times":
            if type(value) is not int or value < 1:
                return f"'times' is a number from 1, not {json.dumps(value)}"
        elif name not in Fingerprint._fields:
            return f"'{name}' is no key of an entry"
        elif not isinstance(value, str):
            return f"'{name}' is a text"
    missing = next((name for name in ("file", "code", "times") if name not in entry), "")
    return f"'{missing}' is missing" if missing else ""


def _line(text: str, number: int) -> int:
    """The line of an entry, by its number from 0."""
    try:
        begin = next(at for n, at in enumerate(_entries(text)) if n == number)
    except ValueError:  # JSON that writes its keys in escapes
        return 1
    return text.count("\n", 0, begin) + 1


def _entries(text: str) -> Iterator[int]:
    """Where the entries of a baseline begin; for messages only, because the text is read once more."""
    decoder = json.JSONDecoder()
    at = text.index("[", text.index('"findings"')) + 1
    while True:
        at += len(text[at:]) - len(text[at:].lstrip(" \t\r\n,"))
        yield at
        _, at = decoder.raw_decode(text, at)
