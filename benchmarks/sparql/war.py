"""
A project of a made-up war: a table of events, and who fights, in which alliance, and where the places lie.

    python benchmarks/sparql/war.py FOLDER ROWS

The same arguments give the same bytes. 300 actors on six sides, two alliances of eight; 600 places in 330 townships, 75
districts and 15 states.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tables"))

import ged_rows  # noqa: E402 -- of the folder beside

SIDES, STATES, DISTRICTS, TOWNSHIPS = 6, 15, 75, 330
ALLIANCES = {"north": range(1, 9), "south": range(101, 109)}


def lay_out(folder: Path, rows: int) -> None:
    """Write the project anew, with a table of so many rows."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(HERE / "project", folder)
    for name in ("tables", "facts"):
        (folder / name).mkdir()
    ged_rows.write_table(folder / "tables" / "ged.csv", ged_rows.made_up(rows))
    _registry(folder, "actors", "id,type,name,side", _actors())
    _registry(folder, "places", "id,type,name,within", _places())
    (folder / "facts" / "alliances.yaml").write_text("\n".join(_alliances()) + "\n", encoding="utf-8")


def _registry(folder: Path, name: str, head: str, rows: list[str]) -> None:
    document = f"document: {{id: {name}, type: Registry, title: {name}}}\n"
    (folder / "facts" / f"{name}.document.yaml").write_text(document, encoding="utf-8")
    (folder / "facts" / f"{name}.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")


def _actors() -> list[str]:
    sides = [f"side-{number},Side,Side {number}," for number in range(SIDES)]
    groups = range(1, ged_rows.ACTORS + 1)
    # The members of an alliance, and most others around them, are on one side.
    return sides + [f"actor-{number},ArmedGroup,Front {number},side-{number // 10 % SIDES}" for number in groups]


def _places() -> list[str]:
    states = [f"state-{number},StateOrRegion,State {number},country" for number in range(STATES)]
    districts = [f"district-{number},District,District {number},state-{number % STATES}" for number in range(DISTRICTS)]
    townships = [f"township-{n},Township,Township {n},district-{n % DISTRICTS}" for n in range(TOWNSHIPS)]
    first, last = ged_rows.FIRST_PLACE, ged_rows.FIRST_PLACE + ged_rows.PLACES
    villages = [
        f"place-{number},Village,Village {number},township-{number % TOWNSHIPS}" for number in range(first, last)
    ]
    return ["country,Country,Kestria,", *states, *districts, *townships, *villages]


def _alliances() -> list[str]:
    lines = ["document: {id: alliances, type: Registry, title: Alliances}", "claims:"]
    for name, members in ALLIANCES.items():
        lines += [f"  - id: alliance-{name}", "    type: Alliance", f"    name: The {name}", "    members:"]
        lines += [f"      - {{member: actor-{number}, from: 1990-01-01}}" for number in members]
    return lines


if __name__ == "__main__":
    lay_out(Path(sys.argv[1]), int(sys.argv[2]))
