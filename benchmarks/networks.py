"""
Every format of networks, many edges that are made as they are gone through: time and peak of memory, the page left out.

    python benchmarks/networks.py [EDGES]        (200,000 where none is given; each format in a process of its own)

The graph is that of benchmarks/gexf.py. Its nodes are held, as those of a view are; what a format adds is its own.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from gexf import graph_of

from kg.exports.cytoscape import write_cytoscape
from kg.exports.gexf import write_gexf
from kg.exports.graph_csv import write_gephi_tables, write_neo4j_tables
from kg.exports.graph_ml import write_graph_ml
from kg.exports.losses import Losses

WRITERS: dict[str, tuple[Callable[..., None], int]] = {
    "gexf": (write_gexf, 1),
    "graphml": (write_graph_ml, 1),
    "cyjs": (write_cytoscape, 1),
    "gephi-csv": (write_gephi_tables, 2),
    "neo4j-csv": (write_neo4j_tables, 2),
}
"""How each format is written, and how many files it has."""


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def write(form: str, count: int) -> None:
    writer, many = WRITERS[form]
    graph: Any = graph_of(count)
    before, began = peak(), time.process_time()
    with TemporaryDirectory() as folder, ExitStack() as stack:
        paths = [Path(folder) / str(number) for number in range(many)]
        writer(graph, *(stack.enter_context(path.open("wb")) for path in paths), Losses())
        stack.close()
        size = sum(path.stat().st_size for path in paths) / 1e6
    took = time.process_time() - began
    memory = f"peak {peak():.0f} MB ({before:.0f} before)"
    print(f"{form}: {count:,} edges, {took:.1f} s of a processor, {memory}, {size:.0f} MB")


def main() -> None:
    """Write each format in a process of its own, or one of them in this."""
    count = sys.argv[1] if len(sys.argv) > 1 else "200000"
    if len(sys.argv) == 3:
        write(sys.argv[2], int(count))
        return
    for form in WRITERS:
        subprocess.run([sys.executable, __file__, count, form], check=True)


if __name__ == "__main__":
    main()
