"""`kg check`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli import check_data, triage
from kg.cli import findings as shown
from kg.cli.outputs import Wanted, formats, needs_rules, prefix_of, report
from kg.model.findings import Severity

if TYPE_CHECKING:
    from kg.pipeline.check import Checked
    from kg.pipeline.project import Project
    from kg.pipeline.triage import Triage
    from kg.reports.report import Run, Tally


@click.command("check")
@formats
@shown.fail_on
@click.option("--exit-zero", is_flag=True, help="Exit with 0 whatever is found.")
@click.option("--statistics", is_flag=True, help="Count the findings of each rule, and tell what checking it took.")
@triage.options
@check_data.options
@click.pass_context
def command(
    ctx: click.Context,
    wanted: tuple[Wanted, ...],
    fail_on: str,
    exit_zero: bool,
    statistics: bool,
    baseline: Path | None,
    update_baseline: bool,
    changed_since: str,
    watching: bool,
    files: tuple[Path, ...],
    data: tuple[Path, ...],
    shapes: tuple[Path, ...],
) -> None:
    r"""
    Check the facts: while reading, then against the shapes.

    Needs no store and changes none. Every finding names file, line and column. Text goes to standard error, another
    format to standard output or to its file. Given RDF files or folders of them it checks those, and needs no project.

    \b
    Examples:
      kg check --fail-on warning
      kg check --format text --format sarif=kg.sarif --format junit=kg.xml
      kg check --baseline known.json --update-baseline
      kg check --changed-since HEAD
      kg check --shapes shapes.ttl graph.ttl
    """
    if data := (*data, *files):
        checked = check_data.Check(data, shapes, wanted, Severity[fail_on], statistics=statistics)
        code = checked.run(baseline, changed_since, update=update_baseline, watching=watching)
        ctx.exit(0 if exit_zero else code)
    if shapes:
        raise click.UsageError("--shapes goes with RDF files; a project's are in its folder: kg --set shapes=FOLDER")
    if watching and update_baseline:
        raise click.UsageError("--watch and --update-baseline do not go together")
    from kg.pipeline.check import check

    project = ctx.obj.project()

    def once(project: Project) -> int:
        from kg.pipeline.triage import Triage

        prepared = Triage.prepare(project.root, baseline, changed_since, update=update_baseline)
        tally = _check(project, check, prepared, wanted, fail_on, statistics=statistics)
        return 0 if exit_zero else int(tally.reaches(Severity[fail_on]))

    if watching:
        from kg.pipeline.recheck import Recheck

        check = Recheck().check
        reports = [one.file for one in wanted if one.file]
        ctx.exit(triage.watched(project, lambda: once(ctx.obj.project()), baseline, reports))
    ctx.exit(once(project))


def _check(
    project: Project,
    check: Callable[[Project], Checked],
    prepared: Triage,
    wanted: Sequence[Wanted],
    fail_on: str,
    *,
    statistics: bool,
) -> Tally:
    from kg.reports.report import Outcome

    run = _run(project, wanted, fail_on)
    checked = check(project)
    outcome = Outcome(checked.shapes_checked, checked.statistics)
    triaged = prepared.of(project, checked.findings, complete=checked.shapes_checked)
    tally = report(triaged.findings, wanted, run, lambda: outcome)
    if statistics:
        click.echo(shown.statistics_table(tally, outcome.statistics), err=True)
    click.echo(f"checked {checked.statements:,} statements from {checked.files} files: {tally}", err=True)
    for note in triaged.notes:
        click.echo(note, err=True)
    if not checked.shapes_checked:
        click.echo("the shapes were not checked: mend the errors first", err=True)
    return tally


def _run(project: Project, wanted: Sequence[Wanted], fail_on: str) -> Run:
    from kg import __version__
    from kg.pipeline.rules import rules_of
    from kg.reports.report import Run

    return Run(
        root=project.root,
        prefix=prefix_of(project.root),
        version=__version__,
        rules=rules_of(project) if needs_rules(wanted) else {},
        fail_on=Severity[fail_on],
    )
