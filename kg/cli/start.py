"""Where a command starts from: the folder and the settings of this one call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.pipeline.project import Project


@dataclass(frozen=True, slots=True)
class Start:
    """The folder to look for a project from, and what stands in for settings of `kg.toml`."""

    folder: str
    settings: Mapping[str, str]

    def project(self) -> Project:
        """The project, or a `UsageError` that says there is none."""
        from kg.pipeline.project import Project

        return Project.find(self.folder, self.settings)

    def project_or_bare(self) -> Project:
        """The project, or one with nothing of its own."""
        from kg.pipeline.project import Project

        return Project.find_or_bare(self.folder, self.settings)
