"""`kg check`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli import check_data, triage
from kg.cli import findings as shown
from kg.cli.outputs import Wanted, formats, needs_rules, prefix_of, report
from kg.facts.reporting import count
from kg.model.findings import Severity

if TYPE_CHECKING:
    from kg.cli.start import Start
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
def command(ctx: click.Context, /, **options: Any) -> None:
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
    from kg.cli.interrupting import stopping_at_once

    ctx.with_resource(stopping_at_once())
    asked = _Asked(**options)
    if asked.watching and asked.update_baseline:
        raise click.UsageError("--watch and --update-baseline do not go together")
    if asked.graph and not asked.store:
        raise click.UsageError("--graph goes with --store")
    if asked.store:
        code = _of_store(ctx.obj, asked)
    else:
        code = _of_files(asked) if asked.data or asked.files else _of_project(ctx.obj, asked)
    ctx.exit(0 if asked.exit_zero else code)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the options ask for."""

    wanted: tuple[Wanted, ...]
    fail_on: str
    exit_zero: bool
    statistics: bool
    baseline: Path | None
    update_baseline: bool
    changed_since: str
    watching: bool
    files: tuple[Path, ...]
    data: tuple[Path, ...]
    shapes: tuple[Path, ...]
    store: str | None
    graph: str | None


def _of_store(start: Start, asked: _Asked) -> int:
    if asked.data or asked.files or asked.watching or asked.changed_since:
        raise click.UsageError("--store goes with none of files, --data, --watch and --changed-since")
    shapes = asked.shapes or tuple(start.project().folders("shapes"))
    check = check_data.Check((), shapes, asked.wanted, Severity[asked.fail_on], statistics=asked.statistics)
    return check.of_store(asked.store or "", asked.graph, asked.baseline, update=asked.update_baseline)


def _of_files(asked: _Asked) -> int:
    data = (*asked.data, *asked.files)
    check = check_data.Check(data, asked.shapes, asked.wanted, Severity[asked.fail_on], statistics=asked.statistics)
    return check.run(asked.baseline, asked.changed_since, update=asked.update_baseline, watching=asked.watching)


def _of_project(start: Start, asked: _Asked) -> int:
    if asked.shapes:
        raise click.UsageError(
            "--shapes goes with RDF files: kg check --shapes shapes.ttl data.ttl. "
            "A project has its shapes in a folder: kg --set shapes=FOLDER check"
        )
    if not asked.watching:
        from kg.pipeline.check import check

        return _once(start.project(), check, asked)
    from kg.pipeline.check import check as anew
    from kg.pipeline.recheck import Recheck
    from kg.pipeline.tables import mapping_files

    # A table is read as a whole, and so is everything where there is one.
    again = anew if mapping_files(start.project()) else Recheck().check
    reports = [one.file for one in asked.wanted if one.file]
    return triage.watched(start.project(), lambda: _once(start.project(), again, asked), asked.baseline, reports)


def _once(project: Project, check: Callable[[Project], Checked], asked: _Asked) -> int:
    from kg.pipeline.triage import Triage

    prepared = Triage.prepare(project.root, asked.baseline, asked.changed_since, update=asked.update_baseline)
    return int(_check(project, check, prepared, asked).reaches(Severity[asked.fail_on]))


def _check(project: Project, check: Callable[[Project], Checked], prepared: Triage, asked: _Asked) -> Tally:
    from kg.reports.report import Outcome

    run = _run(project, asked.wanted, asked.fail_on)
    checked = check(project)
    run = replace(run, tables=checked.tables)
    outcome = Outcome(checked.shapes_checked, checked.statistics)
    triaged = prepared.of(project, checked.findings, complete=checked.shapes_checked)
    tally = report(triaged.findings, asked.wanted, run, lambda: outcome)
    if asked.statistics:
        click.echo(shown.statistics_table(tally, outcome.statistics), err=True)
    click.echo(f"checked {checked.statements:,} statements from {count(checked.files, 'file')}: {tally}", err=True)
    shown.tell_waiting(checked.waiting)
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
