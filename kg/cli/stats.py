"""`kg stats`."""

from __future__ import annotations

import click

from kg.cli.machine import text_or_json, to_json


@click.command("stats")
@text_or_json
@click.pass_context
def command(ctx: click.Context, form: str) -> None:
    r"""
    Count what is in the graph.

    \b
    Example:
      kg stats
    """
    from kg.pipeline.stats import stats

    found = stats(ctx.obj.project())
    if form == "json":
        click.echo(to_json(found))
        return
    for name in ("documents", "claims", "statements", "quads"):
        click.echo(f"{getattr(found, name):>8,}  {name}")
    titled = [("claims by what they rest on", found.bases), ("things by class", found.classes)]
    for title, counts in [*titled, *([("entries that were proposed", found.reviews)] if found.reviews else [])]:
        click.echo(f"\n{title}")
        for name, count in counts:
            click.echo(f"{count:>8,}  {name}")
