"""Virtuoso with the triples of a build: loaded once into a folder, then served from it."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import duckdb

GRAPH = "urn:war"
_STARTS = 120
_INI = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
FileExtend = 2000
[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
[Parameters]
ServerPort = {sql}
DirsAllowed = {folder}
NumberOfBuffers = 340000
MaxDirtyBuffers = 250000
ServerThreads = 10
ThreadsPerQuery = 2
AsyncQueueMaxThreads = 2
MaxQueryMem = 1G
[HTTPServer]
ServerPort = {http}
ServerRoot = {folder}
ServerThreads = 10
[SPARQL]
DefaultGraph = urn:war
"""


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
    http, sql = _free_port(), _free_port()
    (folder / "virtuoso.ini").write_text(_INI.format(folder=folder, http=http, sql=sql), encoding="utf-8")
    with (folder / "output.txt").open("wb") as output:
        process = subprocess.Popen(
            ["virtuoso-t", "-f", "-c", str(folder / "virtuoso.ini")], cwd=folder, stdout=output, stderr=output
        )
    try:
        _wait_for(process, f"http://127.0.0.1:{http}/sparql", folder)
        yield f"http://127.0.0.1:{http}/sparql", sql
    finally:
        process.terminate()
        process.wait()


def _wait_for(process: subprocess.Popen[bytes], address: str, folder: Path) -> None:
    for _ in range(_STARTS * 2):
        if process.poll() is not None:
            raise SystemExit(f"Virtuoso ended: {(folder / 'output.txt').read_text(errors='replace')[-800:]}")
        try:
            with urlopen(address, timeout=5):
                return
        except HTTPError:
            return
        except (URLError, OSError):
            time.sleep(0.5)
    raise SystemExit("Virtuoso did not start")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
