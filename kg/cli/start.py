"""Where a command starts from: the folder and the settings of this one call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from kg.pipeline.project import Project


@dataclass(frozen=True, slots=True)
class Start:
    """The folder to look for a project from, and what stands in for settings of `kg.toml`."""

    folder: str
    settings: Mapping[str, str]

    def project(self, store: str | None = None) -> Project:
        """The project, with the store at this address if one is given; or a `UsageError` that says there is none."""
        from kg.pipeline.project import Project

        found = Project.find(self.folder, self.settings)
        return found.at(store) if store else found

    def project_or_bare(self) -> Project:
        """The project, or one with nothing of its own."""
        from kg.pipeline.project import Project

        return Project.find_or_bare(self.folder, self.settings)


def tell_of_store(project: Project) -> None:
    """Say so where the endpoint that answers is not whole."""
    if not project.endpoint:
        return
    from kg.pipeline.stores import warning_of

    if warning := warning_of(project):
        click.echo(warning, err=True)
