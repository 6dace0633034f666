"""`kg check FILE…` and `kg check --store URL`: any data against shapes, without facts of a project."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from kg.cli import findings as shown
from kg.cli.outputs import Wanted, needs_rules, prefix_of, report
from kg.model.findings import Finding, Severity

if TYPE_CHECKING:
    from kg.pipeline.check_files import FileCheck
    from kg.pipeline.check_store import StoreCheck
    from kg.reports.report import Run, Tally

_Decorated = TypeVar("_Decorated", bound=Callable[..., object])

_FACTS = {".yaml", ".yml", ".csv", ".tsv", ".xlsx"}


def _no_facts(_ctx: click.Context, _param: click.Parameter, files: tuple[Path, ...]) -> tuple[Path, ...]:
    """The files, none of which holds facts: of a project's facts nobody can check one file alone."""
    for file in files:
        if file.suffix in _FACTS:
            raise click.UsageError(f"{file} is no RDF; the facts of a project are checked all together: kg check")
    return files


_OPTIONS = (
    click.argument(
        "files", nargs=-1, type=click.Path(path_type=Path, readable=False), metavar="[FILE]...", callback=_no_facts
    ),
    click.option(
        "--data",
        multiple=True,
        type=click.Path(path_type=Path, readable=False),
        metavar="FILE",
        help="The same as FILE: an RDF file, or a folder of them; several times for more.",
    ),
    click.option(
        "-s",
        "--shapes",
        multiple=True,
        type=click.Path(path_type=Path, readable=False),
        metavar="FILE",
        help="For RDF files and stores: the shapes, files or folders.  [default: those in the data; the project's]",
    ),
    click.option(
        "--store", metavar="URL", help="Check what a SPARQL 1.1 endpoint holds; see KG_STORE_USER and others."
    ),
    click.option("--graph", metavar="IRI", help="With --store: this graph.  [default: the endpoint's default graph]"),
)


def options(command: _Decorated) -> _Decorated:
    """Give a command the arguments `files`, and the options `data`, `shapes`, `store` and `graph`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True)
class Check:
    """One check of RDF files, as the command line asks for it."""

    data: Sequence[Path]
    shapes: Sequence[Path]
    wanted: Sequence[Wanted]
    fail_on: Severity
    statistics: bool = False

    def run(self, baseline: Path | None, since: str, *, update: bool, watching: bool) -> int:
        """Check, report, and give the exit code."""
        if not watching:
            return self._once(baseline, since, update=update)
        from kg.cli.triage import watched_paths

        paths = {*self.data, *self.shapes, *([baseline] if baseline else [])}
        written = {one.file.resolve() for one in self.wanted if one.file}
        return watched_paths(paths, lambda: self._once(baseline, since, update=update), written)

    def _once(self, baseline: Path | None, since: str, *, update: bool) -> int:
        from kg.pipeline.check_files import FileCheck

        check = FileCheck(self.data, self.shapes)
        notes: list[str] = []
        tally = report(self._findings(check, baseline, since, notes, update=update), self.wanted, self._run(check))
        if self.statistics:
            click.echo(shown.statistics_table(tally, check.statistics), err=True)
        self._tell(check, tally, notes)
        return int(tally.reaches(self.fail_on))

    def _findings(
        self, check: FileCheck, baseline: Path | None, since: str, notes: list[str], *, update: bool
    ) -> Iterator[Finding]:
        """The findings, as they come where nothing has to be known of all of them."""
        from kg.pipeline.mentions import mentioned

        files = [(path.as_posix(), path) for path in (*check.data_files, *check.shapes_files)]
        if baseline is None and not update and not since and not mentioned(path for _, path in files):
            yield from check.findings()
            return
        from kg.pipeline.triage import Triage

        triage = Triage.prepare(Path.cwd(), baseline, since, update=update)
        triaged = triage.of_files(list(check.findings()), files, check.codes)
        notes.extend(triaged.notes)
        yield from triaged.findings

    def _tell(self, check: FileCheck, tally: Tally, notes: Sequence[str]) -> None:
        from kg.facts.reporting import count

        click.echo(
            f"checked {count(check.triples, 'triple')} from {count(len(check.data_files), 'file')}: {tally}", err=True
        )
        for note in (*check.notes, *notes):
            click.echo(note, err=True)

    def of_store(self, url: str, graph: str | None, baseline: Path | None, *, update: bool) -> int:
        """Check what an endpoint holds, report, and give the exit code."""
        from kg.pipeline.check_store import StoreCheck
        from kg.pipeline.triage import Triage

        check = StoreCheck(url, self.shapes, graph)
        findings, notes = check.findings(), check.notes
        if baseline is not None or update:
            triage = Triage.prepare(Path.cwd(), baseline, update=update)
            triaged = triage.of_files(list(findings), (), check.codes)
            findings, notes = iter(triaged.findings), [*check.notes, *triaged.notes]
        tally = report(findings, self.wanted, self._run(check))
        if self.statistics:
            click.echo(shown.statistics_table(tally, check.statistics), err=True)
        click.echo(f"checked {url}: {tally}", err=True)
        for note in notes:
            click.echo(note, err=True)
        return int(tally.reaches(self.fail_on))

    def _run(self, check: FileCheck | StoreCheck) -> Run:
        from kg import __version__
        from kg.reports.report import Run

        root, rules = Path.cwd(), {}
        if needs_rules(self.wanted):
            from kg.pipeline.rules import rules_of_shapes

            rules = {rule.name: rule for rule in rules_of_shapes(check.shapes_files)}
        return Run(root=root, prefix=prefix_of(root), version=__version__, rules=rules, fail_on=self.fail_on)
