"""
How much of the time of a view is the store's: a view of many events, asked of the embedded store and written as GEXF.

    python benchmarks/views.py [--engine oxigraph|both|columns] [EVENTS] [VIEW ...]

Times are of processors. The store's is what the same questions take when they are asked again by themselves and all
their rows are fetched. With `both` the store has its columns beside it, as builds of this size have, and answers by
them where it can; with `columns` it has nothing else, which spares the loading of tens of millions of quads.
The data are made up: two actors, a place, a day with its time node and a claim for each event, 18 statements in all.
"""

from __future__ import annotations

import argparse
import re
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
from pyoxigraph import QuerySolutions, RdfFormat, Store

from kg.columns import dataset
from kg.columns.connection import connect
from kg.columns.terms import quoted
from kg.exports.gexf import write_gexf
from kg.exports.losses import Losses
from kg.ontology.vocabulary import ONTOLOGY_GRAPH
from kg.pipeline.export_wanted import Wanted
from kg.pipeline.project import Project
from kg.pipeline.sources import Reading
from kg.pipeline.views.graph import shown
from kg.stores.columnar import ColumnarStore
from kg.stores.oxigraph import COLUMNS
from kg.stores.protocol import GraphStore, RowsFile

ROOT = Path(__file__).resolve().parents[1]
BASE = "https://example.org/operation-1027/"
KG = "https://w3id.org/conflict-kg/ontology#"
XSD = "http://www.w3.org/2001/XMLSchema#"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
LABEL = "<http://www.w3.org/2004/02/skos/core#prefLabel>"
PAPERS = 50


def statements(events: int) -> str:
    """SQL for the quads of named graphs, as N-Triples writes terms. Numbers are hashes, and the same each time."""
    actors, places = max(20, events // 500), max(10, events // 1000)
    things = [(f"actor-{n}", "ArmedGroup Organization Actor") for n in range(actors)]
    things += [(f"place-{n}", "Township Place Location") for n in range(places)]
    rows = [("doc", TYPE, f"<{KG}Document>", "doc")]
    for name, classes in things:
        claim = f"doc/claim/{name}"
        rows += [(*row, claim) for row in _described(name, classes)]
        rows += [(*row, "doc") for row in _claimed(claim, name, "registryEntry", "doc")]
    for paper in range(PAPERS):
        rows.append((f"paper-{paper}", TYPE, f"<{KG}Document>", f"paper-{paper}"))
    fixed = ", ".join(
        f"({quoted(f'<{BASE}{s}>')}, {quoted(p)}, {quoted(o)}, {quoted(f'<{BASE}{g}>')})" for s, p, o, g in rows
    )
    of_event = [(*row, "doc/claim/{n}") for row in _of_event()]
    of_event += [
        (*row, "paper-{paper}") for row in _claimed("doc/claim/{n}", "event-{n}", "quotation", "paper-{paper}")
    ]
    told = ", ".join(
        f"{{'s': {_made(f'<{BASE}{s}>')}, 'p': {quoted(p)}, 'o': {_made(o)}, 'g': {_made(f'<{BASE}{g}>')}}}"
        for s, p, o, g in of_event
    )
    return f"""
        SELECT * FROM (VALUES {fixed}) AS rows(s, p, o, g) UNION ALL
        SELECT row.s, row.p, row.o, row.g FROM (
          SELECT unnest([{told}]) AS row FROM (
            SELECT n, n % {PAPERS} AS paper, one, (one + 1 + hash(n, 2) % {actors - 1}) % {actors} AS other,
              hash(n, 3) % {places} AS place,
              strftime(DATE '2023-01-01' + (hash(n, 4) % 365)::INTEGER, '%Y-%m-%d') AS day
            FROM (SELECT n, hash(n, 1) % {actors} AS one FROM range({events}) AS numbers(n))))
        """


def _of_event() -> list[tuple[str, str, str]]:
    """What is told of one event, with the names of numbers in braces."""
    event = "event-{n}"
    rows = _described(event, "ArmedClash Event Occurrence")
    rows += [(event, f"<{KG}{role}>", f"<{BASE}actor-{{one}}>") for role in ("attacker", "agent", "participant")]
    rows += [(event, f"<{KG}{role}>", f"<{BASE}actor-{{other}}>") for role in ("defender", "participant")]
    rows += [(event, f"<{KG}place>", f"<{BASE}place-{{place}}>"), (event, f"<{KG}when>", f"<{BASE}{event}/time>")]
    rows.append((event, f"<{KG}day>", f'"{{day}}"^^<{XSD}date>'))
    for bound, hour in (("earliest", "00:00:00"), ("latest", "23:59:59")):
        rows.append((f"{event}/time", f"<{KG}{bound}>", f'"{{day}}T{hour}+06:30"^^<{XSD}dateTime>'))
    return rows


def _described(name: str, classes: str) -> list[tuple[str, str, str]]:
    return [(name, LABEL, f'"{name}"@en'), *((name, TYPE, f"<{KG}{cls}>") for cls in classes.split())]


def _claimed(claim: str, about: str, basis: str, paper: str) -> list[tuple[str, str, str]]:
    said = [("document", BASE + paper), ("isAbout", BASE + about), ("basis", KG + basis)]
    return [(claim, TYPE, f"<{KG}Claim>"), *((claim, f"<{KG}{key}>", f"<{value}>") for key, value in said)]


def _made(text: str) -> str:
    """SQL for a text with the values of columns where their names stand in braces."""
    parts = [part if number % 2 else quoted(part) for number, part in enumerate(re.split(r"[{}]", text)) if part]
    return " || ".join(parts)


class Recorder:
    """A store that keeps the questions it was asked; a view asks nothing else of it."""

    def __init__(self, store: GraphStore) -> None:
        self._store = store
        self.questions: list[str] = []

    def answer(self, query: str) -> Any:
        self.questions.append(query)
        return self._store.answer(query)

    def rows_file(self, query: str, place: Path) -> RowsFile:
        self.questions.append(query)
        return self._store.rows_file(query, place)


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


def write_columns(events: int, folder: Path) -> None:
    """The columns of the data."""
    db = connect(folder / COLUMNS, folder / "spilt", memory="4GB")
    dataset.write_dataset(db, [statements(events)], apart=str(ONTOLOGY_GRAPH))
    db.close()


def load(events: int, folder: Path) -> None:
    """The embedded store of the data, each statement in its graph and in the merge."""
    lines = folder / "quads.nq"
    with duckdb.connect() as db:
        db.execute(f"CREATE TABLE quad AS {statements(events)}")
        db.execute(
            f"""
            COPY (SELECT s || ' ' || p || ' ' || o || ' ' || g || ' .' FROM quad
                  UNION ALL SELECT s || ' ' || p || ' ' || o || ' .' FROM quad)
            TO {quoted(str(lines))} (FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\t')
            """
        )
    store = Store(str(folder / "store"))
    store.bulk_load(path=lines, format=RdfFormat.N_QUADS)
    store.flush()
    lines.unlink()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--engine", choices=["oxigraph", "both", "columns"], default="both")
    parser.add_argument("events", nargs="?", type=int, default=100_000)
    parser.add_argument("views", nargs="*", default=["attacks", "actors-and-events"])
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, began = Path(name), time.perf_counter()
        if chosen.engine != "oxigraph":
            write_columns(chosen.events, folder)
        if chosen.engine != "columns":
            load(chosen.events, folder)
        print(f"{chosen.events:,} events, made in {time.perf_counter() - began:.0f} s", flush=True)

        def opened() -> GraphStore:
            return ColumnarStore(folder)

        project = Project.open(ROOT / "examples/operation-1027")
        for view in chosen.views:
            measure(project, opened, view, folder / "g.gexf")


if __name__ == "__main__":
    main()
