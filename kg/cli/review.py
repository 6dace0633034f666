"""`kg review`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli.machine import text_or_json, to_json
from kg.cli.reviewer import Reviewer
from kg.model.errors import UsageError
from kg.ontology import vocabulary as v

if TYPE_CHECKING:
    from kg.exports.annotations import Decided
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
@click.option("--to-brat", type=click.Path(path_type=Path), metavar="FOLDER", help="Write what waits for brat.")
@click.option("--from-brat", type=click.Path(path_type=Path), metavar="FOLDER", help="Take over what brat decided.")
@click.option("--to-label-studio", type=click.Path(path_type=Path), metavar="FILE", help="Write tasks to import there.")
@click.option("--from-label-studio", type=click.Path(path_type=Path), metavar="FILE", help="Take over its JSON export.")
@text_or_json
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> None:
    r"""
    Look at what a machine proposed, one entry at a time: accept, edit, reject.

    The status, the reviewer and the day are written into the facts file; nothing else in it changes. What is accepted
    or edited is part of the graph from the next build on. What is rejected stays, and is not proposed again.

    Teams that annotate in brat or Label Studio can decide there: a proposal is a mark on its report's text, its
    decision an attribute or a choice. A mark that was deleted is a rejection.

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
    if asked.elsewhere:
        _elsewhere(reviewer, found, asked)
    elif asked.accept or asked.reject:
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
    to_brat: Path | None
    from_brat: Path | None
    to_label_studio: Path | None
    from_label_studio: Path | None
    form: str

    @property
    def elsewhere(self) -> bool:
        """Whether another tool is asked, or has answered."""
        return any((self.to_brat, self.from_brat, self.to_label_studio, self.from_label_studio))


def _day(given: str | None) -> str:
    from kg.pipeline.days import day_of

    if given is None:
        return date.today().isoformat()  # noqa: DTZ011 (the day where the reviewer sits)
    return day_of(given).isoformat()


def _decide(reviewer: Reviewer, found: list[Proposed], asked: _Asked) -> None:
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


def _elsewhere(reviewer: Reviewer, found: list[Proposed], asked: _Asked) -> None:
    from kg.pipeline import review_elsewhere as elsewhere

    project, files = reviewer.project, asked.files
    if asked.to_brat:
        click.echo(f"wrote {elsewhere.hand_to_brat(project, files, asked.to_brat)} marks to {asked.to_brat}", err=True)
    if asked.to_label_studio:
        count = elsewhere.hand_to_label_studio(project, files, asked.to_label_studio)
        click.echo(f"wrote {count} marks to {asked.to_label_studio}", err=True)
    if asked.from_brat:
        _take_over(reviewer, found, elsewhere.back_from_brat(project, files, asked.from_brat))
    if asked.from_label_studio:
        _take_over(reviewer, found, elsewhere.back_from_label_studio(project, files, asked.from_label_studio))


def _take_over(reviewer: Reviewer, found: list[Proposed], decided: list[Decided]) -> None:
    from kg.pipeline.review import found_by

    words = reviewer.project.ontology.by_iri[v.REVIEW_STATUS_CLASS].individuals
    for one in decided:
        reviewer.decide(found_by(found, one.key), words[one.status], reason=one.reason)
    accepted = sum(words[one.status] == v.ACCEPTED for one in decided)
    click.echo(f"{accepted} accepted, {len(decided) - accepted} rejected", err=True)


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
