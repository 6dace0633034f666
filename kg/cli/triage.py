"""Options that say which findings count, and `--watch`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from kg.model.errors import KgError

if TYPE_CHECKING:
    from kg.pipeline.project import Project

_Decorated = TypeVar("_Decorated", bound=Callable[..., object])

_OPTIONS = (
    click.option(
        "--baseline",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="Known findings; only others count.",
    ),
    click.option("--update-baseline", is_flag=True, help="Write what is found to the baseline."),
    click.option("--changed-since", metavar="REV", default="", help="Only what has changed since a revision of git."),
    click.option("--watch", "watching", is_flag=True, help="Check again on every save, until Ctrl-C."),
)


def options(command: _Decorated) -> _Decorated:
    """Give a command the options `baseline`, `update_baseline`, `changed_since` and `watching`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def watched(project: Project, once: Callable[[], int], baseline: Path | None, written: Collection[Path]) -> int:
    """Watch a project; see `watched_paths`."""
    own = {path.resolve() for path in (*written, project.store)}
    return watched_paths(_inputs(project, baseline), once, own)


def watched_paths(paths: Collection[Path], once: Callable[[], int], own: Collection[Path]) -> int:
    """
    Check now and on every save until Ctrl-C; gives the exit code of the last check.

    What stops a single check (a `kg.toml` half typed) is told, and the watch goes on. `own` are files that the check
    itself writes: a change of those is none.
    """
    from kg.pipeline.watch import watch

    code = 0

    def check(_changed: frozenset[Path]) -> None:
        nonlocal code
        if sys.stderr.isatty():
            click.echo("\033[2J\033[3J\033[H", err=True, nl=False)
        click.echo(f"── {datetime.now().astimezone():%H:%M:%S}", err=True)
        try:
            code = once()
        except KgError as error:
            code = error.exit_code
            click.echo(f"kg: {error.message}", err=True)
            if error.hint:
                click.echo(f"  hint: {error.hint}", err=True)

    watch(paths, check, skip=lambda path: path.resolve() in own)
    return code


def _inputs(project: Project, baseline: Path | None) -> set[Path]:
    """
    What a check reads: `kg.toml`, the baseline, and whatever lies in a folder, because facts name texts anywhere.

    Other files at the top are left out: output may go there (`kg check --watch > log`), and would start the next check.
    """
    from kg.pipeline.project import CONFIGURATION

    settings = project.settings
    named = {project.root / folder for folder in (settings.facts, settings.ontology, settings.shapes)}
    folders = {path for path in project.root.iterdir() if path.is_dir() and not path.name.startswith(".")}
    return {project.root / CONFIGURATION, *named, *folders, *([baseline] if baseline else [])}
