"""`kg review`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli.machine import text_or_json, to_json
from kg.model.errors import UsageError

if TYPE_CHECKING:
    from pyoxigraph import NamedNode

    from kg.pipeline.project import Project
    from kg.pipeline.review import Proposed


@click.command("review")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
@click.option("--list", "listing", is_flag=True, help="List what waits, and change nothing.")
@click.option("--all", "every", is_flag=True, help="With --list: also what was accepted, edited or rejected.")
@click.option("--accept", multiple=True, metavar="ID", help="Accept this proposal, without a dialogue.")
@click.option("--reject", multiple=True, metavar="ID", help="Reject this proposal, without a dialogue.")
@click.option("--reason", default="", metavar="TEXT", help="Why it is rejected.")
@click.option("--reviewer", metavar="NAME", help="Who reviews; else the `analyst` of kg.toml.")
@click.option("--on", "day", metavar="DAY", help="The day of the review, YYYY-MM-DD; else today.")
@text_or_json
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> None:
    r"""
    Look at what a machine proposed, one entry at a time: accept, edit, reject.

    The status, the reviewer and the day are written into the facts file; nothing else in it changes. What is accepted
    or edited is part of the graph from the next build on. What is rejected stays, and is not proposed again.

    \b
    Examples:
      kg review
      kg review --list
      kg review --list --all
    """
    from kg.pipeline.review import proposals

    asked = _Asked(**options)
    project = ctx.obj.project()
    reviewer = Reviewer(project, asked.reviewer or project.settings.analyst, _day(asked.day))
    found = proposals(project, asked.files, waiting=not asked.every and not asked.reject and not asked.accept)
    if asked.accept or asked.reject:
        _decide(reviewer, found, asked)
    elif asked.listing:
        _show_list(found, asked.form)
    else:
        from kg.cli.review_dialogue import Dialogue

        Dialogue(reviewer, found).run()


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the options ask for."""

    files: tuple[Path, ...]
    listing: bool
    every: bool
    accept: tuple[str, ...]
    reject: tuple[str, ...]
    reason: str
    reviewer: str | None
    day: str | None
    form: str


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Who reviews a project, and when."""

    project: Project
    name: str
    day: str

    def decide(self, proposed: Proposed, status: NamedNode, **more: Any) -> str:
        """Write a decision into the file; the file's text as it was before."""
        from kg.pipeline.review import Decision, decide

        return decide(self.project, proposed, Decision(status, self.name, self.day, **more))


def _day(given: str | None) -> str:
    if given is None:
        return date.today().isoformat()  # noqa: DTZ011 (the day where the reviewer sits)
    try:
        return date.fromisoformat(given).isoformat()
    except ValueError:
        raise UsageError(f"'{given}' is no day", "write it as 2023-11-03") from None


def _decide(reviewer: Reviewer, found: list[Proposed], asked: _Asked) -> None:
    from kg.ontology import vocabulary as v
    from kg.pipeline.review import found_by

    chosen = [
        *((found_by(found, name), v.ACCEPTED, "") for name in asked.accept),
        *((found_by(found, name), v.REJECTED, asked.reason) for name in asked.reject),
    ]
    if twice := next((one for n, (one, *_) in enumerate(chosen) if one in [c[0] for c in chosen[:n]]), None):
        raise UsageError(f"'{twice.key}' is named twice", "accept it or reject it")
    for proposed, status, reason in chosen:
        reviewer.decide(proposed, status, reason=reason)
        click.echo(f"{'accepted' if status == v.ACCEPTED else 'rejected'} {proposed.key}: {proposed.place}", err=True)


def _show_list(found: list[Proposed], form: str) -> None:
    if form == "json":
        shown = [
            {"id": one.key, "status": one.status, "file": one.file.name, "line": one.line, "about": one.about}
            | {"quotes": [passage.quote for passage in one.passages], "entry": one.text}
            | {"findings": [str(finding) for finding in one.findings]}
            for one in found
        ]
        click.echo(to_json(shown))
        return
    for one in found:
        marks = "" if not one.findings else f"  ({len(one.findings)} findings)" if one.findings[1:] else "  (1 finding)"
        quote = " … ".join(" ".join(passage.quote.split()) for passage in one.passages)
        click.echo(f"{one.key}  {one.status:<9} {one.place}  {one.about}{marks}")
        click.echo(f"    “{quote[:140]}{'…' if len(quote) > 140 else ''}”")
    if not found:
        click.echo("nothing waits for review", err=True)
