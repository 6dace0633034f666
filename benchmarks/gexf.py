"""
GEXF of many edges: time, memory and whether the file is valid; networkx's writer beside it, in the same run.

    python benchmarks/gexf.py [EDGES] [--schema gexf.rng]

1,000,000 edges where no number is given; each writer in a process of its own. With the RELAX NG schema of GEXF 1.3 the
whole file is held against it by Jing, which reads it as a stream; Java is needed, and Maven or KG_JING_JAR.

The graph has a node for each ten edges, and each edge a kind, a weight, a day, two claims and a list of places. Ours is
timed from making the first edge to the last byte, and what the making takes by itself is told; networkx is timed with
its graph at hand, for the writing alone.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from kg.exports.gexf import write_gexf
from kg.exports.losses import Losses
from kg.exports.property_graph import Attribute, Edge, Node, PropertyGraph, Survey, Type, scalars

_KINDS = ("attacked", "acted with", "member of")


class _Edges:
    """Edges that are made as they are gone through."""

    def __init__(self, count: int) -> None:
        self.count = count

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[Edge]:
        nodes = self.count // 10
        for number in range(self.count):
            source, target = number * 7919 % nodes, number * 104_729 % nodes
            day = f"2023-{number % 12 + 1:02d}-{number % 28 + 1:02d}"
            yield Edge(
                f"e{number:08d}", f"n{source:07d}", f"n{target:07d}", _KINDS[number % 3], weight=1 + number % 5,
                spells=((day, day),), attributes={"places": ("Kawlin", "Tigyaing")}, sources=2,
                claims=(f"urn:claim:{number}", f"urn:claim:{number}b"),
            )  # fmt: skip


def graph_of(count: int) -> PropertyGraph:
    """A graph of so many edges, with what a view says of them before they are gone through."""
    nodes = tuple(
        Node(f"n{n:07d}", f"Group {n}", "armed group", side="x", colour="#1f5f8b", size=9.5) for n in range(count // 10)
    )
    survey = Survey()
    for edge in _Edges(count):  # a view knows this from when it made the edges
        survey.take_edge(edge)
    return PropertyGraph(
        "", nodes, _Edges(count), (), (Attribute("places", Type.STRING, is_list=True),), edge_survey=survey
    )


def _of_kg(count: int, path: Path) -> float:
    graph = graph_of(count)
    began = time.process_time()
    with path.open("wb") as file:
        write_gexf(graph, file, Losses())
    took = time.process_time() - began
    for _ in graph.edges:
        pass
    print(f"kg: of its time {time.process_time() - began - took:.1f} s are the making of the edges")
    return took


def _of_networkx(count: int, path: Path) -> float:
    import networkx as nx

    graph, made = nx.MultiDiGraph(), graph_of(count)
    for node in made.nodes:
        graph.add_node(node.id, label=node.label, kind=node.kind, side=node.side)
    for edge in made.edges:
        told = {"kind": edge.kind, "weight": edge.weight, "day": edge.begin, "sources": edge.sources}
        lists = {"places": "; ".join(map(str, scalars(edge.attributes["places"]))), "claims": "; ".join(edge.claims)}
        graph.add_edge(edge.source, edge.target, edge.id, **told, **lists)
    began = time.process_time()
    nx.write_gexf(graph, path, version="1.2draft")
    return time.process_time() - began


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


_JING = "20241231"


def jing() -> Path:
    """The validator, where it is or from Maven."""
    if named := os.environ.get("KG_JING_JAR"):
        return Path(named)
    kept = Path.home() / f".m2/repository/org/relaxng/jing/{_JING}/jing-{_JING}.jar"
    if not kept.is_file():
        if shutil.which("mvn") is None:
            sys.exit("Jing is not here: set KG_JING_JAR, or install Maven to get it with")
        command = ["mvn", "--batch-mode", "-q", "dependency:get", f"-Dartifact=org.relaxng:jing:{_JING}"]
        subprocess.run([*command, "-Dtransitive=false"], check=True)
    return kept


def validate(schema: Path, path: Path) -> str:
    """What a validator that streams says of a file; its memory is bounded, so that a tree would not fit."""
    began = time.perf_counter()
    command = ["java", "-Xmx256m", "-DentityExpansionLimit=0", "-jar", str(jing()), str(schema), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    told = "valid" if done.returncode == 0 else f"NOT VALID: {(done.stdout + done.stderr)[:1000]}"
    return f"{told}, in {time.perf_counter() - began:.0f} s and at most 256 MB"


def write(writer: str, count: int, path: Path) -> None:
    """Write a file, and tell what it took."""
    before = _peak()
    took = (_of_kg if writer == "kg" else _of_networkx)(count, path)
    memory = f"peak {_peak():.0f} MB ({before:.0f} before)"
    size = path.stat().st_size / 1e6
    print(f"{writer}: {count:,} edges, {took:.1f} s of a processor, {memory}, {size:.0f} MB", flush=True)


def main() -> None:
    """Run each writer in a process of its own, or one of them in this."""
    parser = argparse.ArgumentParser()
    parser.add_argument("edges", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--schema", type=Path, help="the RELAX NG schema that our file is held against")
    parser.add_argument("--only", choices=["kg", "networkx"])
    parser.add_argument("--output", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.output:
        write(chosen.only, chosen.edges, chosen.output)
        return
    with TemporaryDirectory() as folder:
        for writer in [chosen.only] if chosen.only else ["kg", "networkx"]:
            path = Path(folder) / f"{writer}.gexf"
            told = ["--only", writer, "--output", str(path)]
            subprocess.run([sys.executable, __file__, str(chosen.edges), *told], check=True)
            if chosen.schema and writer == "kg":
                print(f"against {chosen.schema.name}: {validate(chosen.schema, path)}", flush=True)


if __name__ == "__main__":
    main()
