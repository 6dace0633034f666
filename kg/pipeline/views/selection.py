"""Which view, and how it is narrowed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Selection:
    """
    A view by its name, and what of it is wanted.

    `where` are conditions such as `day >= 2023-10-27`, all of which hold. `as_of` is a day: what was told by then, in
    documents issued until that day. `min_sources` is from how many sources an edge must be told. `claimed_by` is an
    actor (who says it, or for whom it is said) or a document, by id. `measures` are names of `kg.exports.measures`.
    """

    view: str
    where: tuple[str, ...] = ()
    as_of: str = ""
    min_sources: int = 0
    claimed_by: str = ""
    measures: tuple[str, ...] = ()

    @property
    def is_of_claims(self) -> bool:
        """Whether only some claims count."""
        return bool(self.as_of or self.claimed_by)
