"""What a parse of positions yields."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

Place: TypeAlias = tuple[int, int]
"""Line and column, from 1, in Unicode code points. A byte order mark takes no column; CR, LF and CR LF end a line."""


class Written(NamedTuple):
    """
    A triple and where its terms stand in the file.

    Terms are canonical N-Triples texts as pyoxigraph prints them, `graph` is empty for the default graph. A subject
    or a predicate that several triples share stands where it was written, once, before `;` and `,`. A node of a
    collection stands at its item, the first at `(`; so does its `rdf:rest`, the last at `)`.
    """

    subject: str
    predicate: str
    object: str
    graph: str
    subject_at: Place
    predicate_at: Place
    object_at: Place
