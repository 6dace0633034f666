"""
Rows with the columns of UCDP GED 25.1, made up from a fixed seed, or real rows repeated with ids of their own.

    python benchmarks/tables/ged_rows.py FILE.csv ROWS

The same arguments give the same bytes. Numbers are written in the canonical form of their datatype, for not every peer
rewrites them; texts hold commas, quotes, and letters beyond ASCII, and one in three rows names no original source.
"""

from __future__ import annotations

import csv
import random
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

COLUMNS = (  # noqa: SIM905 -- 49 names are read best so
    "id relid year active_year code_status type_of_violence conflict_dset_id conflict_new_id conflict_name "
    "dyad_dset_id dyad_new_id dyad_name side_a_dset_id side_a_new_id side_a side_b_dset_id side_b_new_id side_b "
    "number_of_sources source_article source_office source_date source_headline source_original where_prec "
    "where_coordinates where_description adm_1 adm_2 latitude longitude geom_wkt priogrid_gid country country_id "
    "region event_clarity date_prec date_start date_end deaths_a deaths_b deaths_civilians deaths_unknown best high "
    "low gwnoa gwnob"
).split()
SEED = 1027
FIRST_ID, ACTORS, PLACES, FIRST_PLACE = 100_000, 300, 600, 150_000
NAMES = (
    "Hazelbrück",
    "Oakfield",
    "Nørrevik",
    "Санково",
    "Merrow",
    "São Tomar",
    "Kyun Hla",
    "ကျွန်းလှ",
    "Al-Qasr",
    "Đồng Hạ",
)
KINDS = ("town", "village", "district", "hills", "camp")
SOURCES = (
    "police",
    "state television, rebel sources",
    'a "local" official',
    "l'armée",
    "témoin",
    "Reuters; AP",
    "SOHR",
)
OFFICES = ("Reuters", "Agence France Presse", "Northern Courier", "El Diario")
TEXT = "forces attacked the post near a bridge and withdrew at night after heavy shelling; two villages were burnt"
WORDS = TEXT.split()


def made_up(rows: int, seed: int = SEED) -> Iterator[list[str]]:
    """Rows without end of the same kind, the first `rows` of them; ids count up."""
    choose = random.Random(seed)
    for number in range(rows):
        yield list(_row(FIRST_ID + number, choose).values())


def _row(number: int, choose: random.Random) -> dict[str, str]:
    row = dict.fromkeys(COLUMNS, "")
    day = date(1990, 1, 1) + timedelta(days=choose.randrange(12_000))
    row |= {"id": str(number), "relid": f"KST-{day.year}-1-{number % 997}-{number % 89}", "year": str(day.year)}
    row |= {"active_year": "True", "code_status": "Clear", "type_of_violence": "1"}
    row |= _sides(choose) | _deaths(choose) | _place(choose) | _sources(choose, day)
    row |= {"event_clarity": "1", "date_prec": str(choose.randrange(1, 6))}
    row |= {
        "date_start": day.isoformat(),
        "date_end": (day + timedelta(days=choose.choice((0, 0, 0, 1, 6)))).isoformat(),
    }
    return row


def _sides(choose: random.Random) -> dict[str, str]:
    a, b = choose.sample(range(1, ACTORS + 1), 2)
    side_a, side_b = f"Government of Kestria ({a})", f"Front {b}"
    conflict = {"conflict_new_id": str(a), "conflict_name": f"Kestria, north: {a}", "dyad_new_id": f"{a}{b}"}
    sides = {"side_a_new_id": str(a), "side_a": side_a, "side_b_new_id": str(b), "side_b": side_b}
    return conflict | {"dyad_name": f"{side_a} - {side_b}", "gwnoa": str(a)} | sides


def _deaths(choose: random.Random) -> dict[str, str]:
    sides = [choose.choice((0, 0, 0, 1, 2, 7, 34)) for _ in range(4)]
    best, low = sum(sides), choose.randrange(sum(sides) + 1)
    names = ("deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown")
    counts = {"best": best, "high": best + choose.randrange(9), "low": low}
    return {name: str(count) for name, count in [*zip(names, sides, strict=True), *counts.items()]}


def _place(choose: random.Random) -> dict[str, str]:
    name, kind = choose.choice(NAMES), choose.choice(KINDS)
    latitude, longitude = (
        f"{choose.randrange(*r)}.{choose.randrange(100_000)}{choose.randrange(1, 10)}" for r in ((9, 29), (92, 102))
    )
    where = choose.choice(
        (f"{name} {kind}", f'{name} (near, at "{name}" {kind})', f"{kind} of {name}, {choose.randrange(99)}")
    )
    return {
        "where_prec": str(choose.randrange(1, 8)),
        "where_coordinates": where,
        "where_description": f"{where}: {' '.join(choose.choices(WORDS, k=6))}",
        "adm_1": f"{name} state",
        "adm_2": choose.choice(("", f"{name} district")),
        "latitude": latitude,
        "longitude": longitude,
        "geom_wkt": f"POINT ({longitude} {latitude})",
        "priogrid_gid": str(FIRST_PLACE + choose.randrange(PLACES)),
        "country": "Kestria",
        "country_id": "999",
        "region": "Asia",
    }


def _sources(choose: random.Random, day: date) -> dict[str, str]:
    office, headline = choose.choice(OFFICES), " ".join(choose.choices(WORDS, k=9))
    article = f'"{office},{day.isoformat()},{headline}"'
    return {
        "number_of_sources": "1",
        "source_article": ";".join([article] * choose.randrange(1, 4)),
        "source_office": office,
        "source_date": day.isoformat(),
        "source_headline": headline,
        "source_original": "" if choose.random() < 1 / 3 else choose.choice(SOURCES),
    }


def repeated(tables: list[Path], rows: int) -> Iterator[list[str]]:
    """The rows of these tables, over and over with new ids, `rows` in all."""
    number = FIRST_ID
    while True:
        for table in tables:
            with table.open(encoding="utf-8", newline="") as lines:
                for row in islice(csv.DictReader(lines), rows - (number - FIRST_ID)):
                    yield [str(number), *(row[name] for name in COLUMNS[1:])]
                    number += 1
        if number - FIRST_ID >= rows:
            return


def write_table(path: Path, rows: Iterator[list[str]]) -> None:
    """Write the header and the rows, one at a time."""
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)


def write_registries(table: Path, folder: Path) -> None:
    """Facts that introduce the actors and the places that the table names."""
    actors: set[str] = set()
    places: set[str] = set()
    with table.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            actors |= {row["side_a_new_id"], row["side_b_new_id"]}
            places.add(row["priogrid_gid"])
    for name, kind, ids in (("actor", "ArmedGroup", actors), ("place", "Place", places)):
        (folder / f"{name}s.document.yaml").write_text(f"document: {{id: {name}s, type: Registry}}\n", encoding="utf-8")
        lines_out = [f"{name}-{number},{kind},{name} {number}\n" for number in sorted(ids)]
        (folder / f"{name}s.csv").write_text("id,type,name\n" + "".join(lines_out), encoding="utf-8")


if __name__ == "__main__":
    write_table(Path(sys.argv[1]), made_up(int(sys.argv[2])))
