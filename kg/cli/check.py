"""`kg check`."""

from __future__ import annotations

import click

from kg.cli import findings as shown
from kg.cli.machine import text_or_json


@click.command("check")
@text_or_json
@shown.fail_on
@click.pass_context
def command(ctx: click.Context, form: str, fail_on: str) -> None:
    r"""
    Check the facts: while reading, then against the shapes.

    Needs no store and changes none. Every finding names file, line and column.

    \b
    Example:
      kg check --fail-on warning
    """
    from kg.pipeline.check import check

    project = ctx.obj.project()
    checked = check(project)
    if form == "json":
        click.echo(shown.as_json(checked.findings))
    else:
        shown.show(checked.findings, project.root)
    total = f"checked {checked.statements:,} statements from {checked.files} files: {shown.counted(checked.findings)}"
    click.echo(total, err=True)
    if not checked.shapes_checked:
        click.echo("the shapes were not checked: mend the errors first", err=True)
    ctx.exit(shown.exit_code(checked.findings, fail_on))
