"""`kg build`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kg.cli import findings as shown
from kg.cli.progress import progress_bar

if TYPE_CHECKING:
    from kg.pipeline.project import Project


@click.command("build")
@click.option("--fresh", is_flag=True, help="Read every file again, whatever the last build knew.")
@click.option("--store", metavar="URL", help="Bring this SPARQL endpoint to the state of the build too.")
@shown.fail_on
@click.pass_context
def command(ctx: click.Context, fresh: bool, store: str | None, fail_on: str) -> None:
    r"""
    Build the graph from the facts.

    Reads the facts that changed since the last build, and replaces the store in one step. Errors leave the old store
    as it is. Where --store or kg.toml names an endpoint, what has changed is then sent there.

    \b
    Example:
      kg build
    """
    from kg.pipeline.build import build

    project = ctx.obj.project(store)
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
    _publish(project)
    ctx.exit(shown.exit_code(built.findings, fail_on))


def _publish(project: Project) -> None:
    """Send the build to an endpoint, where there is one, and tell what was sent."""
    if not project.endpoint:
        return
    from kg.endpoint.http import without_password
    from kg.pipeline.publish import publish

    where = without_password(project.endpoint)
    loaded = publish(project)
    if loaded.graphs or loaded.dropped:
        dropped = f", and {loaded.dropped:,} graphs dropped" if loaded.dropped else ""
        click.echo(f"sent {loaded.quads:,} quads in {loaded.graphs:,} graphs to {where}{dropped}", err=True)
    else:
        click.echo(f"{where} holds them already", err=True)
    for note in loaded.notes:
        click.echo(note, err=True)
