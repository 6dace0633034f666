"""Virtuoso with the triples of a build: loaded once into a folder, then served from it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

sys.path.append(str(Path(__file__).resolve().parents[2]))

from tests.stores.servers import virtuoso_over

GRAPH = "urn:war"
# 2.6 GiB of buffers, and both cores for one query.
PARAMETERS = """NumberOfBuffers = 340000
MaxDirtyBuffers = 250000
ThreadsPerQuery = 2
AsyncQueueMaxThreads = 2
MaxQueryMem = 1G"""


def load(build: Path, folder: Path) -> float:
    """Load the default graph of a build's columns; returns the seconds of the bulk load."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "lines").mkdir(parents=True)
    with duckdb.connect(str(build / "columns.duckdb"), read_only=True) as db:
        db.execute(
            "COPY (SELECT a.text || ' ' || b.text || ' ' || c.text || ' .' FROM triple "
            "JOIN term a ON a.id = s JOIN term b ON b.id = p JOIN term c ON c.id = o) "
            f"TO '{folder}/lines/war.nt' (FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER E'\\x01')"
        )
    with serving(folder) as (_, sql):
        start = time.perf_counter()
        commands = f"ld_dir('{folder}/lines', '*.nt', '{GRAPH}'); rdf_loader_run(); checkpoint;"
        subprocess.run(["isql-vt", str(sql), "dba", "dba", f"exec={commands}"], check=True, capture_output=True)
        seconds = time.perf_counter() - start
        failed = "SELECT COUNT(*) FROM DB.DBA.load_list WHERE ll_error IS NOT NULL;"
        told = subprocess.run(
            ["isql-vt", str(sql), "dba", "dba", "VERBOSE=OFF", "BANNER=OFF", f"exec={failed}"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        if "0" not in told.split():
            raise SystemExit(f"Virtuoso did not load all: {told}")
    shutil.rmtree(folder / "lines")
    return seconds


@contextmanager
def serving(folder: Path) -> Iterator[tuple[str, int]]:
    """The address to ask, and the port for its own SQL."""
    with virtuoso_over(folder, PARAMETERS, f"DefaultGraph = {GRAPH}") as (http, sql):
        yield f"http://127.0.0.1:{http}/sparql", sql
