"""Who says a stretch of a text, and who spoke or acted last."""

from __future__ import annotations

from dataclasses import dataclass

from kg.extraction.entities import Entity
from kg.extraction.proposal import Span


@dataclass(frozen=True, slots=True)
class Attribution:
    """
    Somebody says something: whom it is put to, with which verb, and for which stretch of text.

    `scope` lists the stretches that are said. `denies` says that the speaker denies it. `reason` is empty where the
    speaker is named; `introduces` are entries of speakers without a name that speak for somebody.
    """

    speakers: tuple[Entity, ...]
    verb: str
    scope: tuple[Span, ...]
    reason: str = ""
    support: Span | None = None
    denies: bool = False
    direct: bool = False
    clause: int = -1

    def covers(self, offset: int) -> bool:
        """Whether what stands at an offset is said."""
        return any(s.start <= offset < s.end for s in self.scope)

    @property
    def organization(self) -> Entity | None:
        """For whom the first speaker speaks: "we" are they."""
        if not self.speakers:
            return None
        first = self.speakers[0]
        speaks_for = first.extra.get("speaks")
        if isinstance(speaks_for, Entity):
            return speaks_for
        return None if first.extra.get("person") else first


@dataclass(slots=True)
class Speakers:
    """Who spoke last, for "he added"; and a quotation that goes on over several sentences."""

    last: tuple[Entity, ...] = ()
    span: Span | None = None
    sentence: int = -10
