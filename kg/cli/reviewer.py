"""Who reviews."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyoxigraph import NamedNode

    from kg.pipeline.project import Project
    from kg.pipeline.review import Proposed


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Who reviews a project, and when."""

    project: Project
    name: str
    day: str

    def decide(self, proposed: Proposed, status: NamedNode, **more: Any) -> str:
        """Write a decision into the file; the file's text as it was before."""
        from kg.pipeline.review import Decision, decide

        return decide(self.project, proposed, Decision(status, self.name, self.day, **more))
