"""For programs: an object for each finding, in a JSON list or one on each line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from json.encoder import encode_basestring as text

from kg.model.findings import Finding
from kg.model.positions import Position
from kg.reports.report import SEVERITIES, Outcome, Run, Write

_AT_ONCE = 256

# For what many findings share.
_shared = lru_cache(maxsize=4_096)(text)


class JsonLines:
    """
    One object on each line, with `code`, `severity`, `message` and place, and whatever else the finding has.

    Suppressed findings are there too: they have `suppressed`, the reason.
    """

    def __init__(self, write: Write, run: Run) -> None:  # noqa: ARG002 - the same for all reports
        self._write = write
        self._lines: list[str] = []

    def add(self, finding: Finding) -> None:
        """See `Report.add`."""
        self._lines.append(f"{{{', '.join(_members(finding))}}}\n")
        if len(self._lines) >= _AT_ONCE:
            self._flush()

    def end(self, outcome: Outcome) -> Sequence[str]:  # noqa: ARG002 - the same for all reports
        """See `Report.end`."""
        self._flush()
        return ()

    def _flush(self) -> None:
        self._write("".join(self._lines))
        self._lines.clear()


class Json:
    """A list of the objects that `JsonLines` writes, in lines that a person can read."""

    def __init__(self, write: Write, run: Run) -> None:  # noqa: ARG002 - the same for all reports
        self._write = write
        self._before = "["

    def add(self, finding: Finding) -> None:
        """See `Report.add`."""
        members = ",\n    ".join(_members(finding, indent=4))
        self._write(f"{self._before}\n  {{\n    {members}\n  }}")
        self._before = ","

    def end(self, outcome: Outcome) -> Sequence[str]:  # noqa: ARG002 - the same for all reports
        """See `Report.end`."""
        self._write("[]\n" if self._before == "[" else "\n]\n")
        return ()


def _members(finding: Finding, indent: int = 0) -> list[str]:
    """The members of the object; lists in it are on lines of their own where there is an indent."""
    file, line, column, sheet = finding.position
    members = [
        f'"code": {_shared(finding.code)}',
        f'"severity": "{SEVERITIES[finding.severity]}"',
        f'"message": {text(finding.message)}',
        f'"file": {_shared(file)}',
        f'"line": {line}',
        f'"column": {column}',
        f'"sheet": {_shared(sheet)}',
    ]
    if finding.hint:
        members.append(f'"hint": {_shared(finding.hint)}')
    if finding.related:
        members.append(f'"related": {_list((_related(*one, indent) for one in finding.related), indent)}')
    if finding.focus or finding.shape:
        members.extend(_of_result(finding))
    if finding.details:
        members.append(f'"details": {_list(map(text, finding.details), indent)}')
    if finding.suppressed:
        members.append(f'"suppressed": {text(finding.suppressed)}')
    if finding.baseline:
        members.append(f'"baseline": {text(finding.baseline)}')
    return members


def _of_result(finding: Finding) -> Iterator[str]:
    if finding.focus:
        yield f'"focus": {text(finding.focus)}'
    if finding.path:
        yield f'"path": {_shared(finding.path)}'
    if finding.value:
        yield f'"value": {text(finding.value)}'
    if finding.component:
        yield f'"component": {_shared(finding.component)}'
    if finding.shape:
        yield f'"shape": {_shared(finding.shape)}'


def _related(message: str, position: Position, indent: int) -> str:
    file, line, column, sheet = position
    members = (
        f'"message": {text(message)}',
        f'"file": {text(file)}',
        f'"line": {line}',
        f'"column": {column}',
        f'"sheet": {_shared(sheet)}',
    )
    if not indent:
        return f"{{{', '.join(members)}}}"
    inner = "\n" + " " * (indent + 4)
    return f"{{{inner}{(',' + inner).join(members)}\n{' ' * (indent + 2)}}}"


def _list(items: Iterable[str], indent: int) -> str:
    if not indent:
        return f"[{', '.join(items)}]"
    inner = "\n" + " " * (indent + 2)
    return f"[{inner}{(',' + inner).join(items)}\n{' ' * indent}]"
