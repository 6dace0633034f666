"""Reports on their way out: the option `--format`, and the files and streams that it names."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple

import click

from kg.exports.files import whole_file
from kg.model.errors import EnvironmentFault
from kg.model.findings import Finding
from kg.reports.formats import FORMATS, WITH_RULES, begin
from kg.reports.report import Outcome, Report, Run, Tally, Write, tell
from kg.reports.text import Text

_REPOSITORY = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")
"""Variables in which services say where the top of the repository is."""


class Wanted(NamedTuple):
    """A report that was asked for. Without a file, text goes to standard error, all else to standard output."""

    form: str
    file: Path | None = None

    @property
    def to_output(self) -> bool:
        """Whether it goes to standard output."""
        return self.file is None and self.form != "text"


def _wanted(_ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]) -> tuple[Wanted, ...]:
    """What the values of `--format` ask for; text where there are none."""
    found = tuple(map(_one, values)) or (Wanted("text"),)
    if sum(wanted.to_output for wanted in found) > 1:
        raise click.BadParameter("only one can go to standard output: name a file for the others, as FORMAT=FILE.")
    places = [wanted.file.resolve() if wanted.file else wanted.to_output for wanted in found]
    if len(set(places)) < len(places):
        raise click.BadParameter("two reports would go to the same place.")
    return found


def _one(value: str) -> Wanted:
    form, equals, file = value.partition("=")
    if form not in FORMATS:
        raise click.BadParameter(f"'{form}' is none of {', '.join(FORMATS)}.")
    if equals and not file:
        raise click.BadParameter(f"'{value}' names no file.")
    if not Path(file).parent.is_dir():
        # Said now, and not when all is checked.
        raise click.BadParameter(f"there is no folder '{Path(file).parent}'.")
    return Wanted(form, Path(file) if file else None)


formats = click.option(
    "--format",
    "wanted",
    multiple=True,
    callback=_wanted,
    metavar="FORMAT[=FILE]",
    help=f"{', '.join(FORMATS[:-1])} or {FORMATS[-1]}; several times, with files.  [default: text]",
)


def report(
    findings: Iterable[Finding], wanted: Sequence[Wanted], run: Run, outcome: Callable[[], Outcome] = Outcome
) -> Tally:
    """
    Write all reports in one walk over the findings, and tell how many there were.

    `outcome` is asked when the findings are through. A file is replaced when its report is whole.

    Raises:
        EnvironmentFault: A file cannot be written.
        BrokenPipeError: Nobody reads standard output any more; reports that go to files are written.
    """
    output = _Output(keep_on=any(one.file for one in wanted))
    with ExitStack() as files:
        reports = [_begin(one, run, files, output) for one in wanted]
        tally = tell(findings, reports)
        ended = outcome()
        notes = [note for one in reports for note in one.end(ended)]
    for note in notes:
        click.echo(note, err=True)
    if output.broken is not None:
        raise output.broken
    return tally


def needs_rules(wanted: Iterable[Wanted]) -> bool:
    """Whether a report says something of rules beside their names."""
    return any(one.form in WITH_RULES for one in wanted)


def prefix_of(root: Path) -> str:
    """
    The path of a folder from the top of its repository, with a slash at its end; empty where there is none.

    The services that read reports know files by their paths from there.
    """
    named = (Path(value).resolve() for name in _REPOSITORY if (value := os.environ.get(name)))
    top = next((folder for folder in named if root.is_relative_to(folder)), None)
    top = top or next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), root)
    relative = root.relative_to(top).as_posix()
    return "" if relative == "." else f"{relative}/"


def text_to_terminal(run: Run) -> Text:
    """Text on standard error: in colour where that is a terminal, unless `NO_COLOR` is set."""
    if sys.stderr.isatty():
        return Text(lambda text: click.echo(text, err=True, nl=False), run, colour=not os.environ.get("NO_COLOR"))
    return Text(_to_error, run)


def _to_error(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


class _Output:
    """Standard output, always in UTF-8. When its reader has gone it takes what comes, if there are files to finish."""

    def __init__(self, *, keep_on: bool) -> None:
        self.broken: BrokenPipeError | None = None
        self._keep_on = keep_on
        self._watched = sys.stdout.isatty()

    def __call__(self, text: str) -> None:
        if self.broken is not None:
            return
        try:
            sys.stdout.buffer.write(text.encode(errors="backslashreplace"))
            if self._watched:
                sys.stdout.buffer.flush()
        except BrokenPipeError as error:
            if not self._keep_on:
                raise
            self.broken = error


def _begin(wanted: Wanted, run: Run, files: ExitStack, output: Write) -> Report:
    if wanted.file is None and wanted.form == "text":
        return text_to_terminal(run)
    write = output if wanted.file is None else _writer(files.enter_context(whole_file(wanted.file)))
    if wanted.form == "github" and (path := os.environ.get("GITHUB_STEP_SUMMARY")):
        from kg.reports.github import GitHub

        return GitHub(write, run, _writer(files.enter_context(_appended(Path(path)))))
    return begin(wanted.form, write, run)


def _writer(file: BinaryIO) -> Write:
    return lambda text: file.write(text.encode(errors="backslashreplace"))


@contextmanager
def _appended(path: Path) -> Iterator[BinaryIO]:
    """The summary of a job, which other steps write to as well."""
    try:
        file = path.open("ab")
    except OSError as error:
        raise EnvironmentFault(
            f"the summary {path} cannot be written: {(error.strerror or str(error)).lower()}"
        ) from error
    with file:
        yield file
