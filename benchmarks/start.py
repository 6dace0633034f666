"""
How long `kg --help` takes beside importing click, and `kg check` beside importing pySHACL and validating with it.

    python benchmarks/start.py [PROJECT]

Whole processes, in turn A B A B …, medians. The peer of the check validates the very triples that the check validates,
read from N-Triples, against the same shapes and ontology; both must come to the same verdict before a time is printed.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyoxigraph as ox

import kg
from kg.model.shipped import shipped
from kg.pipeline.reading import context_of, facts_files, map_files

RUNS = 5

PEER = """
import sys
import pyshacl, rdflib
data, ontology, *shapes = sys.argv[1:]
graph = rdflib.Graph().parse(data, format="nt")
shacl = rdflib.Graph()
for path in shapes:
    shacl.parse(path, format="turtle")
conforms, *_ = pyshacl.validate(
    graph, shacl_graph=shacl, ont_graph=rdflib.Graph().parse(ontology, format="nt"), inference="none", inplace=True
)
sys.exit(not conforms)
"""


def seconds(command: list[str]) -> tuple[float, int]:
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, check=False)
    return time.perf_counter() - start, done.returncode


def compare(title: str, ours: list[str], theirs: list[str], limit: float) -> None:
    pairs = [(seconds(ours), seconds(theirs)) for _ in range(RUNS)]
    verdicts = {(a[1], b[1]) for a, b in pairs}
    if len(verdicts) != 1 or len(set(next(iter(verdicts)))) != 1:
        sys.exit(f"{title}: exit codes differ: {verdicts}")
    ratio = statistics.median(a[0] / b[0] for a, b in pairs)
    a, b = (statistics.median(pair[i][0] for pair in pairs) for i in (0, 1))
    print(f"{title}: {a:.2f} s against {b:.2f} s, ratio {ratio:.2f} (at most {limit})")


def main() -> None:
    root = Path(sys.argv[1] if len(sys.argv) > 1 else "examples/operation-1027").resolve()
    python = sys.executable
    compare("kg --help", [python, "-m", "kg", "--help"], [python, "-c", "import click"], 2.5)
    project = kg.Project.open(root)
    merge = {
        ox.Triple(s.quad.subject, s.quad.predicate, s.quad.object)
        for mapped in map_files(facts_files(project), context_of(project))
        for s in mapped.statements
    }
    with tempfile.TemporaryDirectory() as folder:
        data, ontology = Path(folder, "data.nt"), Path(folder, "ontology.nt")
        ox.serialize(merge, str(data), ox.RdfFormat.N_TRIPLES)
        ox.serialize(project.ontology.triples, str(ontology), ox.RdfFormat.N_TRIPLES)
        shapes = [str(path) for path in sorted(shipped("shapes").glob("*.ttl"))]
        ours = [python, "-m", "kg", "-C", str(root), "check"]
        compare("kg check", ours, [python, "-c", PEER, str(data), str(ontology), *shapes], 2.0)


if __name__ == "__main__":
    main()
