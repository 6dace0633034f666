"""`kg build`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kg.cli import findings as shown
from kg.cli.progress import progress_bar
from kg.facts.reporting import count

if TYPE_CHECKING:
    from kg.pipeline.engines import EngineOptions
    from kg.pipeline.project import Project


@click.command("build")
@click.option("--fresh", is_flag=True, help="Read every file again, whatever the last build knew.")
@click.option("--store", metavar="URL", help="Bring this SPARQL endpoint to the state of the build too.")
@click.option(
    "--out",
    metavar="FILE",
    help="Write quads there, and no store: .nq, .nq.gz, .nq.zst, .parquet or FOLDER/. Also s3://…",
)
@click.option("--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", help="What makes quads of tables.")
@click.option("--master", metavar="URL", default="local[*]", help="Where Spark's master is: spark://host:7077.")
@click.option("--packages", metavar="NAMES", default="", help="Maven packages that Spark loads, for s3a:// and others.")
@click.option("--work", metavar="FOLDER", default="", help="A folder that all of Spark's machines see.")
@shown.fail_on
@click.pass_context
def command(
    ctx: click.Context,
    fresh: bool,
    store: str | None,
    out: str | None,
    engine: str,
    master: str,
    packages: str,
    work: str,
    fail_on: str,
) -> None:
    r"""
    Build the graph from the facts, and from the tables that mappings name.

    Reads the facts that changed since the last build, and replaces the store in one step. Errors leave the old store
    as it is. Where --store or kg.toml names an endpoint, what has changed is then sent there.

    With --out the quads are written to a file, or by Spark to a folder, to be loaded elsewhere.

    \b
    Examples:
      kg build
      kg build --out quads.nq.gz
    """
    from kg.pipeline.engines import EngineOptions

    project = ctx.obj.project(store)
    loaded = tuple(name for name in packages.split(",") if name)
    options = EngineOptions(engine, master, loaded, work)
    if out is not None:
        _write(ctx, project, out, options, fail_on)
    if engine != "duckdb":
        raise click.UsageError("--engine spark writes quads: say where with --out", ctx)
    _build(ctx, project, fail_on, fresh=fresh)


def _build(ctx: click.Context, project: Project, fail_on: str, *, fresh: bool) -> None:
    """Build the store, and tell what it holds."""
    from kg.pipeline.build import build

    with progress_bar() as progress:
        built = build(project, fresh=fresh, progress=progress)
    shown.show(built.findings, project.root)
    if not built.written:
        read = count(built.files + built.tables, "file")
        click.echo(f"nothing was built: {shown.counted(built.findings)} in {read}", err=True)
        ctx.exit(1)
    if not built.files and not built.tables:
        click.echo(f"there are no facts in {project.root / project.settings.facts}", err=True)
    again = "" if built.read == built.files else f" ({built.read} of them read again)"
    rows = _rows(built.rows, built.seen)
    of = f"{count(built.files, 'file')}{again}{rows}"
    click.echo(f"built {built.quads:,} quads from {of}: {shown.counted(built.findings)}", err=True)
    shown.tell_waiting(built.waiting)
    _publish(project)
    ctx.exit(shown.exit_code(built.findings, fail_on))


def _write(ctx: click.Context, project: Project, out: str, options: EngineOptions, fail_on: str) -> None:
    """Write quads to a file, or by Spark to a folder, and end."""
    from kg.pipeline.quads import write_quads

    with progress_bar() as progress:
        written = write_quads(project, out, options, progress)
    shown.show(written.findings, project.root)
    files = count(written.files, "file")
    if not written.written:
        click.echo(f"nothing was written: {shown.counted(written.findings)} in {files}", err=True)
        ctx.exit(1)
    rows = _rows(written.rows, written.seen)
    of = f"{files}{rows}" if written.files else rows.removeprefix(" and ") or "no file"
    size = f", {written.size / 1e6:,.1f} MB" if written.size > 100_000 else f", {written.size:,} bytes"
    size = size if written.size else ""  # of what Spark writes it is not known
    click.echo(f"wrote the quads of {of} to {out}{size}: {shown.counted(written.findings)}", err=True)
    ctx.exit(shown.exit_code(written.findings, fail_on))


def _rows(taken: int, seen: int) -> str:
    """
    How many rows gave something, in a sentence.

    >>> _rows(1, 1), _rows(2, 3), _rows(0, 0)
    (' and 1 row', ' and 2 of 3 rows', '')
    """
    if not seen:
        return ""
    return f" and {count(seen, 'row')}" if taken == seen else f" and {taken:,} of {count(seen, 'row')}"


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
