"""
How much of the time of a view is the store's: a view of many events, asked of the embedded store and written as GEXF.

    python benchmarks/views.py [--columns] [EVENTS] [VIEW ...]

Times are of processors. The store's is what the same questions take when they are asked again by themselves and all
their rows are fetched.
With `--columns` the store has its columns beside it, as builds of this size have, and answers by them where it can.
The data are made up from a seed: two actors, a place, a day with its time node and a claim for each event.
"""

from __future__ import annotations

import argparse
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pyoxigraph import QuerySolutions, RdfFormat, Store

from kg.columns import dataset
from kg.columns.connection import connect
from kg.exports.gexf import write_gexf
from kg.exports.losses import Losses
from kg.ontology.vocabulary import ONTOLOGY_GRAPH
from kg.pipeline.export_wanted import Wanted
from kg.pipeline.project import Project
from kg.pipeline.sources import Reading
from kg.pipeline.views.graph import shown
from kg.stores.columnar import ColumnarStore
from kg.stores.oxigraph import COLUMNS
from kg.stores.protocol import GraphStore

ROOT = Path(__file__).resolve().parents[1]
BASE = "https://example.org/operation-1027/"
KG = "https://w3id.org/conflict-kg/ontology#"
XSD = "http://www.w3.org/2001/XMLSchema#"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
LABEL = "<http://www.w3.org/2004/02/skos/core#prefLabel>"


def quads(events: int) -> Iterator[str]:
    """N-Quads: each statement in its claim's graph and in the merge."""
    chance = random.Random(1027)
    actors, places = max(20, events // 500), max(10, events // 1000)
    things = [(f"actor-{n}", "ArmedGroup Organization Actor") for n in range(actors)]
    things += [(f"place-{n}", "Township Place Location") for n in range(places)]
    yield from _both("doc", [("doc", TYPE, f"<{KG}Document>")])
    for name, classes in things:
        yield from _both(f"doc/claim/{name}", _described(name, classes))
        yield from _both("doc", _claimed(f"doc/claim/{name}", name, "registryEntry"))
    for number in range(events):
        event, claim, paper = f"event-{number}", f"doc/claim/{number}", f"paper-{number % 50}"
        one, other = chance.sample(range(actors), 2)
        day = f"2023-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
        rows = _described(event, "ArmedClash Event Occurrence")
        rows += [(event, f"<{KG}{role}>", f"<{BASE}actor-{one}>") for role in ("attacker", "agent", "participant")]
        rows += [(event, f"<{KG}{role}>", f"<{BASE}actor-{other}>") for role in ("defender", "participant")]
        rows += [(event, f"<{KG}place>", f"<{BASE}place-{chance.randrange(places)}>")]
        rows += [(event, f"<{KG}when>", f"<{BASE}{event}/time>"), (event, f"<{KG}day>", f'"{day}"^^<{XSD}date>')]
        for bound, hour in (("earliest", "00:00:00"), ("latest", "23:59:59")):
            rows.append((f"{event}/time", f"<{KG}{bound}>", f'"{day}T{hour}+06:30"^^<{XSD}dateTime>'))
        yield from _both(claim, rows)
        yield from _both(paper, [*_claimed(claim, event, "quotation", paper), (paper, TYPE, f"<{KG}Document>")])


def _described(name: str, classes: str) -> list[tuple[str, str, str]]:
    return [(name, LABEL, f'"{name}"@en'), *((name, TYPE, f"<{KG}{cls}>") for cls in classes.split())]


def _claimed(claim: str, about: str, basis: str, paper: str = "doc") -> list[tuple[str, str, str]]:
    said = [("document", BASE + paper), ("isAbout", BASE + about), ("basis", KG + basis)]
    return [(claim, TYPE, f"<{KG}Claim>"), *((claim, f"<{KG}{key}>", f"<{value}>") for key, value in said)]


def _both(graph: str, rows: list[tuple[str, str, str]]) -> Iterator[str]:
    for subject, predicate, value in rows:
        yield f"<{BASE}{subject}> {predicate} {value} <{BASE}{graph}> .\n"
        yield f"<{BASE}{subject}> {predicate} {value} .\n"


class Recorder:
    """A store that keeps the questions it was asked; `answer` is all that a view asks of it."""

    def __init__(self, store: GraphStore) -> None:
        self._store = store
        self.questions: list[str] = []

    def answer(self, query: str) -> Any:
        self.questions.append(query)
        return self._store.answer(query)


def alone(store: GraphStore, questions: list[str]) -> tuple[float, int]:
    """The seconds that the questions take by themselves, and how many rows they have."""
    start, rows = time.process_time(), 0
    for question in questions:
        answer = store.answer(question)
        if isinstance(answer, QuerySolutions):
            rows += sum(1 for _ in answer)
    return time.process_time() - start, rows


def measure(project: Project, opened: Callable[[], GraphStore], view: str, output: Path) -> None:
    recorder = Recorder(opened())
    start = time.process_time()
    with shown(Reading(project, recorder, None), Wanted(view=view)) as found:  # type: ignore[arg-type]
        gathered = time.process_time() - start
        with output.open("wb") as file:
            write_gexf(found.graph, file, Losses())
        total = time.process_time() - start
        nodes, edges = len(found.graph.nodes), len(found.graph.edges)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    own, rows = alone(opened(), recorder.questions)  # another one: it has read none of the questions yet
    print(
        f"{view}: {edges:,} edges, {nodes:,} nodes; {gathered:.1f} s to the edges, of which the store {own:.1f} s "
        f"({own / gathered:.0%}; {len(recorder.questions):,} questions, {rows:,} rows); "
        f"{total - gathered:.1f} s to write {output.stat().st_size / 1e6:,.0f} MB; peak {peak:,} MB"
    )


def columns_of(lines: Path, folder: Path) -> Path:
    """The columns of a file of N-Quads."""
    path = folder / COLUMNS
    db = connect(path, folder / "spilt")
    dataset.write_dataset(db, [dataset.of_lines([lines])], apart=str(ONTOLOGY_GRAPH))
    db.close()
    return path


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--columns", action="store_true")
    parser.add_argument("events", nargs="?", type=int, default=100_000)
    parser.add_argument("views", nargs="*", default=["attacks", "actors-and-events"])
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lines = folder / "quads.nq"
        with lines.open("w", encoding="utf-8") as file:
            file.writelines(quads(chosen.events))
        loaded = Store(str(folder / "store"))
        loaded.bulk_load(path=lines, format=RdfFormat.N_QUADS)
        print(f"{chosen.events:,} events, {len(loaded):,} quads")
        loaded.flush()
        del loaded
        if chosen.columns:
            columns_of(lines, folder)

        def opened() -> GraphStore:
            return ColumnarStore(folder)

        project = Project.open(ROOT / "examples/operation-1027")
        for view in chosen.views:
            measure(project, opened, view, folder / "g.gexf")


if __name__ == "__main__":
    main()
