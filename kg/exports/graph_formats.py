"""The formats that a view can be written in: the one list that the command line, docs and tests read."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Final

from kg.exports.property_graph import Write


@dataclass(frozen=True, slots=True)
class GraphFormat:
    """A format by its name on the command line. Its function is a `Write`, in a module of `kg.exports`."""

    name: str
    summary: str
    module: str
    function: str

    def write(self) -> Write:
        """The function that writes it; its module is imported now."""
        found: Write = getattr(import_module(f"kg.exports.{self.module}"), self.function)
        return found


_ALL = (GraphFormat("gexf", "GEXF 1.3, for Gephi: times, colours, positions, lists.", "gexf", "write_gexf"),)
GRAPH_FORMATS: Final = {form.name: form for form in _ALL}
