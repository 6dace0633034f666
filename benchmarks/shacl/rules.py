"""
The project's own rules on a large graph of the project's own kind, against the time that reading the graph takes.

    python benchmarks/shacl/rules.py [--copies 176] [--runs 3] [--write PAGE.md]

The graph is the worked example many times over: each copy has reports, claims and events of its own, and all copies
share the registries of actors and places and the ontology. Labels of a copy's own things end with its number: a rule
asks about organizations of one name. So every copy is as valid as the example is.
"""

from __future__ import annotations

import argparse
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from measure import Run, measured
from page import machine, put_between
from peers import HOME, ROOT

EXAMPLE = ROOT / "examples" / "operation-1027"
BASE = "https://example.org/operation-1027/"
REGISTRIES = ("actors", "mimu-places", "mimu-towns", "places-more")
ONTOLOGY = "https://w3id.org/conflict-kg/ontology"
OURS = (sys.executable, "-m", "kg", "check", "--data", "{data}", "--shapes", str(ROOT / "shapes"), "--format", "jsonl")
LABELS = ("prefLabel>", "altLabel>", "label>")
MARK = "\0"  # stands where each copy's name goes


# ── The graph ───────────────────────────────────────────────────────────────────────────────────────────────────────


def write_copies(path: Path, copies: int) -> int:
    """Write the graph as N-Quads; returns how many quads it has."""
    quads = _example().splitlines(keepends=True)
    shared_graphs = tuple(f"<{BASE}{name}{end}" for name in REGISTRIES for end in (">", "/claim/"))
    shared: list[str] = []
    own: list[str] = []
    for quad in quads:
        graph = quad.rsplit(" ", 2)[1]
        (shared if graph.startswith((*shared_graphs, f"<{ONTOLOGY}>")) else own).append(quad)
    things = {quad.split(" ", 1)[0] for quad in shared}
    template = "".join(_marked(quad, things) for quad in own)
    with path.open("w", encoding="utf-8") as out:
        out.writelines(shared)
        for number in range(copies):
            out.write(template.replace(MARK, f"copy-{number}"))
    return len(shared) + copies * len(own)


def _example() -> str:
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "project"
        shutil.copytree(EXAMPLE, project)
        kg = [sys.executable, "-m", "kg"]
        subprocess.run([*kg, "build"], cwd=project, check=True, capture_output=True)
        subprocess.run([*kg, "export", "--ontology", "nquads", "-o", "all.nq"], cwd=project, check=True)
        return (project / "all.nq").read_text(encoding="utf-8")


def _marked(quad: str, shared: set[str]) -> str:
    """
    The quad with a mark in each IRI of the example that no registry has, nor stands below one that it has.

    So too in what such a thing is called.
    """

    def mark(found: re.Match[str]) -> str:
        parts = found[1].split("/")
        above = {f"<{BASE}{'/'.join(parts[:length])}>" for length in range(1, len(parts) + 1)}
        return found[0] if above & shared else f"<{BASE}{MARK}/{found[1]}>"

    subject, predicate, rest = re.sub(rf"<{re.escape(BASE)}([^>]*)>", mark, quad).split(" ", 2)
    if MARK in subject and predicate.endswith(LABELS):
        head, quote, tail = rest.rpartition('"')
        rest = f"{head}, {MARK}{quote}{tail}"
    return f"{subject} {predicate} {rest}"


# ── What is measured ────────────────────────────────────────────────────────────────────────────────────────────────


def parse(path: Path) -> int:
    """Read each quad and forget it."""
    import pyoxigraph as ox

    return sum(1 for _ in ox.parse(path=path, format=ox.RdfFormat.N_QUADS))


def bulk_load(path: Path) -> int:
    """Into a store on disk, as the build does."""
    import pyoxigraph as ox

    with tempfile.TemporaryDirectory() as folder:
        store = ox.Store(folder)
        store.bulk_load(path=path, format=ox.RdfFormat.N_QUADS)
        return len(store)


def bulk_load_memory(path: Path) -> int:
    """Into a store in memory."""
    import pyoxigraph as ox

    store = ox.Store()
    store.bulk_load(path=path, format=ox.RdfFormat.N_QUADS)
    return len(store)


def load(path: Path) -> int:
    """Into the columns that our rules run over."""
    from pyoxigraph import RdfFormat

    from kg.columns.encode import Columns

    with Columns() as columns:
        columns.load([(path, RdfFormat.N_QUADS)])
        return columns.count()


LOADS: dict[str, Callable[[Path], int]] = {
    "pyoxigraph: parse": parse,
    "pyoxigraph: bulk_load, in memory": bulk_load_memory,
    "pyoxigraph: bulk_load, on disk": bulk_load,
    "kg: load": load,
}


def main() -> None:
    """Write the graph, measure each in turn, print the medians."""
    options = _options()
    if options.load:
        print(LOADS[options.load](options.data))
        return
    (HOME / "data").mkdir(parents=True, exist_ok=True)
    (HOME / "reports").mkdir(exist_ok=True)
    data = HOME / "data" / "rules.nq"
    quads = write_copies(data, options.copies)
    print(f"{quads:,} quads, {data.stat().st_size / 2**20:.0f} MB")
    commands = {
        name: [sys.executable, __file__, "--load", name, "--data", str(data)]
        for name, function in LOADS.items()
        if function is not load or _is_filled()
    }
    if "--data" in subprocess.run([*OURS[:4], "--help"], capture_output=True, text=True, cwd=ROOT, check=True).stdout:
        commands["kg check"] = [word.format(data=data) for word in OURS]
    else:
        print("kg check: not there yet, it has no --data")
    text = _table(f"{quads:,} quads, {options.copies} copies", _measure(commands, options.runs))
    print(f"\n{text}")
    if options.write:
        put_between(options.write, "rules", f"{text}\n\n{machine()}; median of {options.runs}.")


def _is_filled() -> bool:
    try:
        load(Path("/nowhere"))
    except NotImplementedError:
        return False
    except Exception:  # noqa: BLE001 -- it is filled, and there is no such file
        return True
    return True


def _measure(commands: dict[str, list[str]], runs: int) -> dict[str, list[Run]]:
    measurements: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            report = HOME / "reports" / "rules.report"
            run = measured(command, report, 600, ROOT)
            if run.code not in {0, 1} or (run.code and not report.stat().st_size):
                errors = report.with_suffix(".stderr").read_text(encoding="utf-8")
                sys.exit(f"{name} failed with {run.code}:\n{errors[-2000:]}")
            measurements[name].append(run)
            with report.open("rb") as lines:
                print(f"  {name:34}{run.wall:8.2f} s {run.peak:8.0f} MB  {sum(1 for _ in lines):,} lines", flush=True)
    return measurements


def _table(title: str, measurements: dict[str, list[Run]]) -> str:
    unit = "kg: load" if "kg: load" in measurements else "pyoxigraph: bulk_load, on disk"
    walls = {name: statistics.median(run.wall for run in runs) for name, runs in measurements.items()}
    lines = [f"**{title}**", "", f"| what | seconds | × {unit} | peak, MB |", "|---|--:|--:|--:|"]
    for name, runs in measurements.items():
        peak = statistics.median(run.peak for run in runs)
        lines.append(f"| {name} | {walls[name]:.2f} | {walls[name] / walls[unit]:.2f} | {peak:,.0f} |")
    return "\n".join(lines)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--copies", type=int, default=176, help="176 give a million quads")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--write", type=Path, metavar="PAGE.md", help="put the table between the page's marks")
    parser.add_argument("--load", choices=LOADS, help=argparse.SUPPRESS)
    parser.add_argument("--data", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
