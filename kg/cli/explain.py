"""`kg explain`."""

from __future__ import annotations

import click


@click.command("explain")
@click.argument("name", required=False)
@click.pass_context
def command(ctx: click.Context, name: str | None) -> None:
    r"""
    Explain a finding, a shape, a query, a class or a key.

    Without a NAME everything that can be explained is listed. Works outside a project too.

    \b
    Examples:
      kg explain unknown-reference
      kg explain NonEvent
    """
    from kg.pipeline.explain import explain, names

    project = ctx.obj.project_or_bare()
    if name is not None:
        click.echo(explain(project, name))
        return
    known = names(project)
    width = max(map(len, known))
    for word, what in known.items():
        click.echo(f"{word:<{width}}  {what}")
