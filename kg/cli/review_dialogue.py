"""The dialogue of `kg review`: one entry at a time, one key for each decision."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import click

from kg.cli.reviewer import Reviewer
from kg.model.errors import UsageError
from kg.ontology import vocabulary as v

if TYPE_CHECKING:
    from kg.pipeline.review import Passage, Proposed

_HELP: Final = """\
a  accept: it becomes part of the graph as it stands
e  edit: in $EDITOR, or without one key by key; it becomes part of the graph as you write it
r  reject, with a reason: it stays in the file and is not proposed again
s  skip: leave it for later
u  undo the last decision
q  quit; what was decided is written already"""
_STOP: Final = ("q", "\x03", "\x04", "")
_DONE: Final = ("accepted", "edited", "rejected", "skipped")


class Dialogue:
    """Goes through proposals; decisions are written at once, and can be undone while it runs."""

    def __init__(self, reviewer: Reviewer, found: Sequence[Proposed]) -> None:
        self.reviewer = reviewer
        self.found = found
        self.at = 0
        self.done: list[tuple[int, str, str, bytes]] = []

    def run(self) -> None:
        """Ask until all is decided or the reviewer quits."""
        if not self.found:
            click.echo("nothing waits for review")
            return
        while self._goes_on():
            pass
        self._tell()

    def _goes_on(self) -> bool:
        """Ask for the next entry; behind the last one, whether that is all."""
        if self.at < len(self.found):
            _show(self.found[self.at], self.at + 1, len(self.found))
            return self._decided()
        click.echo("\nthat was the last one: [u]ndo  [q]uit ", nl=False)
        key = _key()
        click.echo()
        return key == "u" and self._undone()

    def _decided(self) -> bool:
        """Ask until this entry is decided; False where the reviewer quits."""
        while True:
            click.echo("[a]ccept  [e]dit  [r]eject  [s]kip  [u]ndo  [q]uit  [?] ", nl=False)
            key = _key()
            click.echo()
            if key in _STOP:
                return False
            try:
                if self._obeyed(key):
                    return True
            except UsageError as error:
                click.secho(f"not written: {error.message}", fg="red")
                if error.hint:
                    click.echo(f"  hint: {error.hint}")

    def _obeyed(self, key: str) -> bool:
        """Whether what a key asks for leads to another entry."""
        proposed = self.found[self.at]
        match key:
            case "a":
                self._note("accepted", self.reviewer.decide(proposed, v.ACCEPTED))
            case "r":
                reason = click.prompt("why", default="", show_default=False).strip()
                self._note("rejected", self.reviewer.decide(proposed, v.REJECTED, reason=reason))
            case "e":
                return self._edited(proposed)
            case "s":
                self._note("skipped", "")
            case "u":
                return self._undone()
            case _:
                click.echo(_HELP)
                return False
        return True

    def _note(self, what: str, before: str) -> None:
        path = self.found[self.at].file.path
        self.done.append((self.at, what, before, path.read_bytes() if before else b""))
        self.at += 1

    def _edited(self, proposed: Proposed) -> bool:
        if os.environ.get("VISUAL") or os.environ.get("EDITOR"):
            text = click.edit(proposed.text + "\n", extension=".yaml")
            if text is None or text.strip("\n") == proposed.text:
                click.echo("nothing changed")
                return False
            before = self.reviewer.decide(proposed, v.EDITED, text=text)
        else:
            keys = _keys()
            if not keys:
                click.echo("nothing changed")
                return False
            before = self.reviewer.decide(proposed, v.EDITED, keys=keys)
        self._note("edited", before)
        return True

    def _undone(self) -> bool:
        from kg.pipeline.review import rewrite

        if not self.done:
            click.echo("there is nothing to undo")
            return False
        at, what, before, after = self.done[-1]
        path = self.found[at].file.path
        if before and path.read_bytes() != after:
            raise UsageError(f"{path} has changed since", "take the decision back in the file itself")
        if before:
            rewrite(path, before)
        self.done.pop()
        self.at = at
        click.echo(f"no longer {what}")
        return True

    def _tell(self) -> None:
        counts = Counter(what for _, what, *_ in self.done)
        left = len(self.found) - sum(counts[what] for what in _DONE[:3])
        told = [f"{counts[what]} {what}" for what in _DONE[:3] if counts[what]] or ["nothing decided"]
        click.echo(f"{', '.join(told)}; {left} left")


def _key() -> str:
    """One key on a terminal; else the first letter of a line, empty where there are no more."""
    if sys.stdin.isatty():
        try:
            return click.getchar().lower()
        except (KeyboardInterrupt, EOFError):
            return "q"
    line = sys.stdin.readline()
    return (line.strip() or "?")[:1].lower() if line else ""


def _keys() -> dict[str, str]:
    """Keys and texts, a line each, until an empty line."""
    click.echo("write `key: text`, a line each; `key:` takes a key away; an empty line ends")
    keys: dict[str, str] = {}
    while line := sys.stdin.readline().strip():
        key, colon, text = line.partition(":")
        if colon and key.strip():
            keys[key.strip()] = text.strip()
        else:
            click.echo(f"'{line}' is no `key: text`")
    return keys


def _show(proposed: Proposed, number: int, of: int) -> None:
    click.echo()
    click.secho(f"{number} of {of}  {proposed.about}  {proposed.place}  {proposed.key}", bold=True)
    click.echo()
    for passage in proposed.passages:
        click.echo(_context(passage))
        click.echo()
    click.echo("\n".join(f"    {line}" for line in proposed.text.splitlines()))
    for finding in proposed.findings:
        click.secho(f"    ! {finding.code}: {finding.message}", fg="yellow")
    click.echo()


def _context(passage: Passage) -> str:
    """A quote in its context: in reverse on a terminal, else between marks."""
    quote = click.style(passage.quote, reverse=True) if sys.stdout.isatty() else f"»{passage.quote}«"
    return f"  {passage.before}{quote}{passage.behind.rstrip()}"
