"""`kg build`."""

from __future__ import annotations

import click

from kg.cli import findings as shown
from kg.cli.progress import progress_bar


@click.command("build")
@click.option("--fresh", is_flag=True, help="Read every file again, whatever the last build knew.")
@shown.fail_on
@click.pass_context
def command(ctx: click.Context, fresh: bool, fail_on: str) -> None:
    r"""
    Build the graph from the facts.

    Reads the facts that changed since the last build, and replaces the store in one step. Errors leave the old store
    as it is.

    \b
    Example:
      kg build
    """
    from kg.pipeline.build import build

    project = ctx.obj.project()
    with progress_bar("reading facts") as progress:
        built = build(project, fresh=fresh, progress=progress)
    shown.show(built.findings, project.root)
    if not built.written:
        click.echo(f"nothing was built: {shown.counted(built.findings)} in {built.files} files", err=True)
        ctx.exit(1)
    if not built.files:
        click.echo(f"there are no facts in {project.root / project.settings.facts}", err=True)
    again = "" if built.read == built.files else f" ({built.read} of them read again)"
    click.echo(
        f"built {built.quads:,} quads from {built.files} files{again}: {shown.counted(built.findings)}", err=True
    )
    ctx.exit(shown.exit_code(built.findings, fail_on))
