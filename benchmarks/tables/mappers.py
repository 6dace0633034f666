"""The tools that make quads of the table: where each comes from, and the command that runs it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
import ged_rows
import pyoxigraph

# Measuring, pages and environments are those of the other benchmark. Whoever needs them imports this module first.
sys.path.append(str(Path(__file__).resolve().parents[1] / "shacl"))

from peers import HOME, ROOT, Environment, NotThere, Place, Venv

HERE = Path(__file__).resolve().parent
WORK = HOME / "tables"
PROJECT = WORK / "project"
COLUMNS = WORK / "project-columns"

# ── Ours: the one place that says how kg is called ──────────────────────────────────────────────────────────────────

KG = ("{python}", "-m", "kg", "-C", str(PROJECT))
TO_NQUADS = (*KG, "build", "--out", "{output}")
TO_STORE = (*KG, "build", "--fresh")
COUNT = (*KG, "query", str(HERE / "count.rq"), "--format", "csv")
"""Says how many clashes there are: the store of TO_STORE must answer."""


@dataclass(frozen=True, slots=True)
class Checkout:
    """This checkout, with the Python that runs the benchmark; its `kg build` must know this option."""

    option: str

    def set_up(self, home: Path) -> Place:  # noqa: ARG002 -- it stands where it is
        shown = subprocess.run(
            [sys.executable, "-m", "kg", "build", "--help"], capture_output=True, text=True, cwd=ROOT, check=False
        )
        if self.option not in shown.stdout:
            raise NotThere(f"not there yet: `kg build` has no {self.option}")
        import kg

        revision = subprocess.run(
            ["git", "describe", "--always", "--dirty"], capture_output=True, text=True, cwd=ROOT, check=False
        )
        return Place({"python": sys.executable}, f"{kg.__version__} {revision.stdout.strip()}".strip())


def lay_out_project(table: Path) -> None:
    """The projects that kg builds, one with columns alone: this table, and registries of actors and places it names."""
    for project in (PROJECT, COLUMNS):
        shutil.rmtree(project, ignore_errors=True)
        shutil.copytree(HERE / "project", project)
        for name in ("facts", "tables"):
            (project / name).mkdir()
        (project / "tables" / "ged.csv").hardlink_to(table)
    ged_rows.write_registries(table, PROJECT / "facts")
    shutil.copytree(PROJECT / "facts", COLUMNS / "facts", dirs_exist_ok=True)
    with (COLUMNS / "kg.toml").open("a", encoding="utf-8") as settings:
        settings.write('columns = "only"\n')


# ── All ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Here:
    """The Python that runs the benchmark, with a library that kg itself stands on."""

    version: str

    def set_up(self, home: Path) -> Place:  # noqa: ARG002 -- it stands where it is
        return Place({"python": sys.executable}, self.version)


@dataclass(frozen=True, slots=True)
class Mapper:
    """
    One way of making the quads: a command that writes `{output}`, a file or a folder.

    `triples` says that it cannot name a graph by row; it is then compared, and shown, as one that writes triples.
    """

    name: str
    title: str
    environment: Environment
    command: tuple[str, ...]
    triples: bool = False

    def line(self, place: Place, table: Path) -> list[str]:
        """The command, filled in."""
        words = place.words | {"drivers": str(HERE / "drivers"), "table": str(table), "output": str(self.output)}
        return [word.format_map(words) for word in self.command]

    @property
    def output(self) -> Path:
        return WORK / f"{self.name}.{'nt' if self.triples else 'nq'}"


def _driver(name: str) -> tuple[str, ...]:
    return ("{python}", f"{{drivers}}/{name}.py", "{table}", "{output}")


MAPPERS = (
    Mapper("kg", "kg build", Checkout("--out"), TO_NQUADS),
    Mapper("duckdb", "DuckDB, bare SQL", Here(duckdb.__version__), _driver("duckdb_sql")),
    Mapper("oxigraph", "pyoxigraph, a loop", Here(pyoxigraph.__version__), _driver("oxigraph_loop")),
    Mapper("maplib", "maplib", Venv("maplib", "maplib", "polars"), _driver("maplib_map"), triples=True),
    Mapper("morph", "Morph-KGC, two processes", Venv("morph-kgc", "morph-kgc"), _driver("morph_rml")),
    Mapper("rdflib", "rdflib, a loop", Venv("rdflib", "rdflib"), _driver("rdflib_loop")),
)
