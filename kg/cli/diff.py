"""`kg diff`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kg.cli.machine import text_or_json, to_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.pipeline.diff import Change


@click.command("diff")
@click.argument("old", default="HEAD")
@click.argument("new", default="")
@text_or_json
@click.option("--exit-code", is_flag=True, help="Exit with 1 where anything changed.")
@click.pass_context
def command(ctx: click.Context, old: str, new: str, form: str, exit_code: bool) -> None:
    r"""
    Show what changed between two builds or two git revisions.

    OLD and NEW are git revisions of the facts, folders of built projects, or .nq and .trig files. Without NEW the facts
    as they stand are compared; without OLD, with the last commit.

    \b
    Examples:
      kg diff
      kg diff v1.0 HEAD
      kg diff last-week.nq
    """
    from kg.pipeline.diff import diff

    changes = diff(ctx.obj.project(), old, new)
    if form == "json":
        click.echo(to_json(changes))
    else:
        _show(changes)
    ctx.exit(int(exit_code and bool(changes)))


def _show(changes: Sequence[Change]) -> None:
    document = ""
    for change in changes:
        if change.document != document:
            document = change.document
            click.echo(click.style(document, bold=True))
        colour = "green" if change.sign == "+" else "red"
        said = f"  ({change.speaker or 'registry entry'}{': ' + change.words if change.words else ''})"
        click.echo(click.style(f"  {change.sign} {change.thing}  {change.key}  {change.value}", fg=colour) + said)
    if not changes:
        click.echo("nothing changed", err=True)
