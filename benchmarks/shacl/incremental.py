"""
How long the project's own rules take after a change of a large graph, of which everything else is known.

    python benchmarks/shacl/incremental.py [--copies 176] [--claims 100] [--write PAGE.md]

The graph is that of `rules.py`. Of random claims, with what the graph says of the claim and of what it is about, one
literal is taken out, put back and changed; then all of it is taken out and put back. Before anything is printed the
results that are known are compared with those of a full validation.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from page import put_between
from peers import HOME, ROOT
from rules import write_copies
from run import machine

if TYPE_CHECKING:
    from kg.validation.incremental import Incremental

sys.path.insert(0, str(ROOT))

IS_ABOUT = "<https://w3id.org/conflict-kg/ontology#isAbout>"
CHANGES = (
    "a literal is taken out",
    "it is put back",
    "a literal is changed",
    "it is changed back",
    "a claim and what it is about is taken out",
    "all of it is put back",
)

Statement = tuple[str, str, str]


def main() -> None:
    """Write the graph, load it, change it, print how long each change took."""
    from kg.validation.incremental import Incremental
    from kg.validation.shapes.sources import ShapesSource

    options = _options()
    data = HOME / "data" / "rules.nq"
    data.parent.mkdir(parents=True, exist_ok=True)
    write_copies(data, options.copies)
    triples = _read(data)
    shapes = ShapesSource.of_folders([ROOT / "shapes"])
    start = time.perf_counter()
    graph = Incremental(triples, shapes)
    print(f"{len(triples):,} triples, loaded and validated in {time.perf_counter() - start:.1f} s")
    times = _measure(graph, triples, options.claims)
    if graph.results != Incremental(triples, shapes).results:
        sys.exit("after all changes the results are not those of a full validation")
    text = _table(f"{len(triples):,} triples, {options.claims} claims", times)
    print(f"\n{text}")
    if options.write:
        put_between(options.write, "incremental", f"{text}\n\n{machine()}.")


def _read(path: Path) -> list[Statement]:
    import pyoxigraph as ox

    quads = ox.parse(path=path, format=ox.RdfFormat.N_QUADS)
    return list(dict.fromkeys((str(quad.subject), str(quad.predicate), str(quad.object)) for quad in quads))


def _measure(graph: Incremental, triples: Iterable[Statement], claims: int) -> dict[str, list[float]]:
    """Milliseconds of each change, by its kind."""
    about: defaultdict[str, list[Statement]] = defaultdict(list)
    for triple in triples:
        about[triple[0]].append(triple)
    times: dict[str, list[float]] = {name: [] for name in CHANGES}
    those = [subject for subject, found in about.items() if any(one[1] == IS_ABOUT for one in found)]
    for claim in random.Random(1).sample(those, claims):
        events = [value for _, predicate, value in about[claim] if predicate == IS_ABOUT]
        whole = list(dict.fromkeys([*about[claim], *(triple for event in events for triple in about[event])]))
        literal = next(one for one in whole if one[2].startswith('"'))
        other = (literal[0], literal[1], '"something else"@en')
        changes = (
            ([literal], []),
            ([], [literal]),
            ([literal], [other]),
            ([other], [literal]),
            (whole, []),
            ([], whole),
        )
        for name, change in zip(CHANGES, changes, strict=True):
            start = time.perf_counter()
            graph.update(*change)
            times[name].append((time.perf_counter() - start) * 1000)
    return times


def _table(title: str, times: dict[str, list[float]]) -> str:
    lines = [f"**{title}**", "", "| change | median, ms | 90 %, ms | longest, ms |", "|---|--:|--:|--:|"]
    for name, found in times.items():
        most = statistics.quantiles(found, n=10)[-1]
        lines.append(f"| {name} | {statistics.median(found):.1f} | {most:.1f} | {max(found):.1f} |")
    return "\n".join(lines)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--copies", type=int, default=176, help="176 give a million quads")
    parser.add_argument("--claims", type=int, default=100)
    parser.add_argument("--write", type=Path, metavar="PAGE.md", help="put the table between the page's marks")
    return parser.parse_args()


if __name__ == "__main__":
    main()
