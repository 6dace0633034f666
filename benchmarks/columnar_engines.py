"""
Which engine should hold the columnar form of the dataset? DuckDB and polars with numpy on the three uses it has.

    python benchmarks/columnar_engines.py [MILLIONS_OF_TRIPLES]

needs `duckdb polars numpy pyarrow` in the environment. Both engines do the same four things on the same file and must
give the same numbers before a time is printed:

    encode   N-Quads text → a dictionary of terms (lexical forms kept) and quads as ids
    shapes   twelve ordinary SHACL constraints over all events, each as one pass over columns
    mapping  a table of coded events → encoded quads, without a detour through text
    alliance which alliance members acted in the same township within seven days

Each runs in a process of its own, so that memory is its own too; medians of three runs.
"""

from __future__ import annotations

import json
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

BASE, KG = "https://example.org/", "https://w3id.org/conflict-kg/ontology#"
XSD = "http://www.w3.org/2001/XMLSchema#"
RUNS = 3
TRIPLES_PER_EVENT = 15
ACTORS, TOWNSHIPS, ALLIANCE = 300, 330, 12


# ── The data ────────────────────────────────────────────────────────────────────────────────────────────────────────


def write_quads(path: Path, triples: int) -> None:
    """Events of 15 triples, one claim graph each; about one in a hundred breaks each of the shapes."""
    choose = random.Random(1027)
    with path.open("w", encoding="utf-8") as out:
        for a in range(ACTORS):
            out.write(f"<{BASE}actor-{a}> <{KG}type> <{KG}Actor> <{BASE}registry> .\n")
        for number in range(triples // TRIPLES_PER_EVENT):
            for predicate, value in _event(number, choose):
                out.write(f"<{BASE}event-{number}> <{KG}{predicate}> {value} <{BASE}claim-{number}> .\n")


def _event(number: int, choose: random.Random) -> list[tuple[str, str]]:
    def broken() -> bool:
        return choose.random() < 0.01

    day = 19_000 + choose.randrange(700)
    low = choose.randrange(30)
    attacker, defender = choose.randrange(ACTORS), choose.randrange(ACTORS)
    rows = [
        ("type", f"<{KG}Event>"),
        ("type", f"<{KG}{choose.choice(['ArmedClash', 'Shelling', 'AirStrike'])}>"),
        ("attacker", f"<{BASE}actor-{attacker}>" if not broken() else f"<{BASE}township-1>"),
        ("defender", f"<{BASE}actor-{defender}>"),
        ("place", f"<{BASE}township-{choose.randrange(TOWNSHIPS)}>" if not broken() else '"Kawlin"'),
        ("low", f'"{low}"^^<{XSD}integer>'),
        ("high", f'"{low + choose.randrange(5) if not broken() else low - 1}"^^<{XSD}integer>'),
        ("precision", f"<{KG}{choose.choice(['day', 'week'])}>" if not broken() else f"<{KG}daily>"),
        ("label", f'"Clash {number} at Hill"@en' if not broken() else '""@en'),
        ("code", f'"MMR{number % 1_000_000:06d}"' if not broken() else '"mmr-1"'),
        ("source", f'"paper {number % 97}"'),
        ("quote", f'"They clashed for the {number}th time"'),
        ("dayNumber", f'"{day}"^^<{XSD}integer>'),
    ]
    if not broken():
        rows.append(("day", f'"2023-{1 + number % 12:02d}-{1 + number % 28:02d}"^^<{XSD}date>'))
    rows.append(("status", '"coded"' if not broken() else '"7"^^<' + XSD + "byte>"))
    return rows


def write_table(path: Path, rows: int) -> None:
    """A coded table in the manner of a conflict data set, half of it repeated names."""
    choose = random.Random(7)
    with path.open("w", encoding="utf-8") as out:
        out.write("id,side_a,side_b,adm_1,adm_2,latitude,longitude,date_start,date_end,low,best,high,source\n")
        for number in range(rows):
            low = choose.randrange(9)
            out.write(
                f"{number},Actor {choose.randrange(300)},Actor {choose.randrange(300)},Region {choose.randrange(15)},"
                f"Township {choose.randrange(330)},{choose.random() * 20:.5f},{choose.random() * 90:.5f},"
                f"2023-{1 + number % 12:02d}-01,2023-{1 + number % 12:02d}-02,{low},{low + 1},{low + 2},"
                f"Paper {number % 50} of day {number}\n"
            )


# ── DuckDB ──────────────────────────────────────────────────────────────────────────────────────────────────────────


class DuckDB:
    """Everything as SQL over two tables, `term(id, text)` and `quad(s, p, o, g)`."""

    def __init__(self, quads: Path, table: Path) -> None:
        import duckdb

        self.db = duckdb.connect()
        self.quads, self.table = quads, table

    def encode(self) -> int:
        # Split at blanks: three times faster than a regular expression with four groups.
        self.db.execute(
            """
            CREATE TEMP TABLE line AS SELECT s, p, '<' || split_part(rest[:-3], ' <', -1) AS g,
              rest[1 : length(rest) - 3 - length(g)] AS o FROM (
                SELECT split_part(line, ' ', 1) AS s, split_part(line, ' ', 2) AS p,
                  line[length(s) + length(p) + 3 :] AS rest
                FROM read_csv(?, columns = {'line': 'VARCHAR'}, delim = chr(1), header = false, quote = '',
                  escape = ''))
            """,
            [str(self.quads)],
        )
        self.db.execute(
            """
            CREATE TABLE term AS SELECT row_number() OVER ()::INTEGER AS id, text FROM (
              SELECT s AS text FROM line UNION SELECT p FROM line UNION SELECT o FROM line UNION SELECT g FROM line);
            CREATE TABLE quad AS SELECT a.id AS s, b.id AS p, c.id AS o, d.id AS g FROM line
              JOIN term a ON a.text = line.s JOIN term b ON b.text = line.p
              JOIN term c ON c.text = line.o JOIN term d ON d.text = line.g ORDER BY p;
            """
        )
        return self._one("SELECT count(*) FROM quad") * 1_000_000_007 + self._one("SELECT count(*) FROM term")

    def shapes(self) -> dict[str, int]:
        # The few terms that a plan names are looked up once, when it is made.
        known = self.db.execute(f"SELECT text, id FROM term WHERE starts_with(text, '<{KG}')").fetchall()
        self.db.execute("CREATE TEMP TABLE vocabulary (name VARCHAR, id INTEGER)")
        self.db.executemany("INSERT INTO vocabulary VALUES (?, ?)", [(t[len(KG) + 1 : -1], i) for t, i in known])
        self.db.execute(
            """
            CREATE OR REPLACE MACRO iri(term) AS (SELECT id FROM vocabulary WHERE name = term);
            CREATE OR REPLACE MACRO values_of(term) AS TABLE SELECT s, o FROM quad WHERE p = iri(term);
            CREATE OR REPLACE TEMP TABLE event AS SELECT s FROM values_of('type') WHERE o = iri('Event');
            """
        )
        number = r"try_cast(regexp_extract(text, '^\"(-?\d+)\"', 1) AS BIGINT)"
        bad_values = {
            "datatype": ("day", f"NOT ends_with(text, '^^<{XSD}date>')"),
            "nodeKind": ("place", "NOT starts_with(text, '<')"),
            "in": ("precision", f"text NOT IN ('<{KG}day>', '<{KG}week>')"),
            "minLength": ("label", "length(regexp_extract(text, '^\"(.*)\"', 1)) < 1"),
            "pattern": ("code", "NOT regexp_matches(text, '^\"[A-Z]{3}[0-9]+\"')"),
            "minInclusive": ("low", f"{number} < 0"),
            "languageIn": ("label", "NOT ends_with(text, '@en')"),
            "string": ("status", 'text NOT SIMILAR TO \'"[^"]*"\''),
        }
        found = {
            name: self._one(
                f"""WITH bad AS (SELECT id FROM term WHERE id IN (SELECT o FROM values_of('{key}')) AND {test})
                    SELECT count(*) FROM values_of('{key}') JOIN bad ON o = bad.id SEMI JOIN event USING (s)"""
            )
            for name, (key, test) in bad_values.items()
        }
        found["minCount"] = self._one("SELECT count(*) FROM event ANTI JOIN values_of('day') USING (s)")
        found["class"] = self._one(
            """SELECT count(*) FROM values_of('attacker') a SEMI JOIN event USING (s)
               WHERE a.o NOT IN (SELECT s FROM values_of('type') WHERE o = iri('Actor'))"""
        )
        found["disjoint"] = self._one(
            """SELECT count(*) FROM values_of('attacker') SEMI JOIN values_of('defender') USING (s, o)
               SEMI JOIN event USING (s)"""
        )
        found["lessThanOrEquals"] = self._one(
            f"""WITH n AS (SELECT id, {number} AS n FROM term WHERE text LIKE '"%integer>')
                SELECT count(*) FROM values_of('low') l JOIN values_of('high') h USING (s) SEMI JOIN event USING (s)
                JOIN n a ON a.id = l.o JOIN n b ON b.id = h.o WHERE NOT a.n <= b.n"""
        )
        return found

    def mapping(self) -> dict[str, int]:
        columns = [(f"'<{KG}{name}>'", f"'\"' || {name} || '\"'") for name in ("low", "best", "high", "source")]
        columns += [(f"'<{KG}{name}>'", f"'\"' || {name} || '\"^^<{XSD}date>'") for name in ("date_start", "date_end")]
        columns += [
            (f"'<{KG}{name}>'", f"'<{BASE}' || replace(lower({name}), ' ', '-') || '>'")
            for name in ("side_a", "side_b", "adm_1", "adm_2")
        ]
        rows = " UNION ALL ".join(f"SELECT '<{BASE}row-' || id || '>' s, {p} p, {o} o FROM csv" for p, o in columns)
        self.db.execute(
            f"""
            CREATE TEMP TABLE csv AS FROM read_csv('{self.table}', all_varchar = true);
            CREATE TEMP TABLE triple AS {rows};
            CREATE TEMP TABLE mapped_term AS SELECT row_number() OVER ()::INTEGER id, text FROM
              (SELECT s AS text FROM triple UNION SELECT p FROM triple UNION SELECT o FROM triple);
            CREATE TEMP TABLE mapped AS SELECT a.id s, b.id p, c.id o FROM triple
              JOIN mapped_term a ON a.text = s JOIN mapped_term b ON b.text = p JOIN mapped_term c ON c.text = o;
            """
        )
        return {
            "quads": self._one("SELECT count(*) FROM mapped"),
            "terms": self._one("SELECT count(*) FROM mapped_term"),
        }

    def alliance(self) -> dict[str, int]:
        members = ", ".join(f"'<{BASE}actor-{a}>'" for a in range(ALLIANCE))
        return {
            "pairs": self._one(
                rf"""
                WITH acted AS (
                  SELECT a.o AS member, pl.o AS township,
                    try_cast(regexp_extract(t.text, '"(\d+)"', 1) AS INTEGER) AS day
                  FROM values_of('attacker') a JOIN values_of('place') pl USING (s)
                  JOIN values_of('dayNumber') d USING (s)
                  JOIN term t ON t.id = d.o WHERE a.o IN (SELECT id FROM term WHERE text IN ({members})))
                SELECT count(*) FROM (SELECT DISTINCT x.member, y.member, x.township FROM acted x JOIN acted y
                  ON x.township = y.township AND x.member < y.member AND abs(x.day - y.day) <= 7)
                """
            )
        }

    def _one(self, sql: str) -> int:
        row = self.db.execute(sql).fetchone()
        assert row is not None
        return int(row[0])


# ── polars ──────────────────────────────────────────────────────────────────────────────────────────────────────────


class Polars:
    """The same as expressions over two data frames, and numpy for what is one evaluation per distinct value."""

    def __init__(self, quads: Path, table: Path) -> None:
        self.quads, self.table = quads, table

    def encode(self) -> int:
        import polars as pl

        lines = pl.scan_csv(self.quads, separator="\x01", has_header=False, quote_char=None, new_columns=["line"])
        parts = (
            lines.select(pl.col("line").str.extract_groups(r"^(?<s>\S+) (?<p>\S+) (?<o>.*) (?<g>\S+) \.$"))
            .unnest("line")
            .collect()
        )
        self.term = pl.concat([parts[c].unique() for c in "spog"]).unique().to_frame("text").with_row_index("id")
        self.quad = self._encoded(parts, self.term, "spog").sort("p")
        return len(self.quad) * 1_000_000_007 + len(self.term)

    @staticmethod
    def _encoded(texts, term, columns: str):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN205
        """Texts by their ids: one join per column, the order of rows kept."""
        import polars as pl

        return pl.DataFrame(
            {
                c: texts.select(c).join(term, left_on=c, right_on="text", how="left", maintain_order="left")["id"]
                for c in columns
            }
        )

    def _iri(self, name: str) -> int:
        import polars as pl

        found = self.term.filter(pl.col("text") == f"<{KG}{name}>")["id"]
        return int(found[0]) if len(found) else -1

    def _values(self, name: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
        import polars as pl

        return self.quad.filter(pl.col("p") == self._iri(name)).select("s", "o")

    def shapes(self) -> dict[str, int]:
        import polars as pl

        types = self._values("type")
        event = types.filter(pl.col("o") == self._iri("Event")).select("s")
        text = pl.col("text")
        number = text.str.extract(r'^"(-?\d+)"', 1).cast(pl.Int64)
        bad_values = {
            "datatype": ("day", ~text.str.ends_with(f"^^<{XSD}date>")),
            "nodeKind": ("place", ~text.str.starts_with("<")),
            "in": ("precision", ~text.is_in([f"<{KG}day>", f"<{KG}week>"])),
            "minLength": ("label", text.str.extract(r'^"(.*)"', 1).str.len_chars() < 1),
            "pattern": ("code", ~text.str.contains(r'^"[A-Z]{3}[0-9]+"')),
            "minInclusive": ("low", number < 0),
            "languageIn": ("label", ~text.str.ends_with("@en")),
            "string": ("status", ~text.str.contains(r'^"[^"]*"$')),
        }
        found = {}
        for name, (key, test) in bad_values.items():
            values = self._values(key)
            distinct = values.select(pl.col("o").unique()).join(self.term, left_on="o", right_on="id")
            bad = distinct.filter(test).select("o")
            found[name] = len(values.join(bad, on="o", how="semi").join(event, on="s", how="semi"))
        found["minCount"] = len(event.join(self._values("day"), on="s", how="anti"))
        attacker, defender = self._values("attacker"), self._values("defender")
        actor = types.filter(pl.col("o") == self._iri("Actor")).select(pl.col("s").alias("o"))
        found["class"] = len(attacker.join(event, on="s", how="semi").join(actor, on="o", how="anti"))
        found["disjoint"] = len(attacker.join(defender, on=["s", "o"], how="semi").join(event, on="s", how="semi"))
        numbers = self.term.filter(text.str.ends_with("integer>")).select("id", number.alias("n"))
        low, high = (self._values(k).join(numbers, left_on="o", right_on="id") for k in ("low", "high"))
        both = low.join(high, on="s", suffix="_high").join(event, on="s", how="semi")
        found["lessThanOrEquals"] = len(both.filter(~(pl.col("n") <= pl.col("n_high"))))
        return found

    def mapping(self) -> dict[str, int]:
        import polars as pl

        csv = pl.read_csv(self.table, infer_schema=False)
        subject = pl.format(f"<{BASE}row-{{}}>", "id").alias("s")
        objects = {name: pl.format('"{}"', name) for name in ("low", "best", "high", "source")}
        objects |= {name: pl.format(f'"{{}}"^^<{XSD}date>', name) for name in ("date_start", "date_end")}
        objects |= {
            name: pl.format(f"<{BASE}{{}}>", pl.col(name).str.to_lowercase().str.replace_all(" ", "-"))
            for name in ("side_a", "side_b", "adm_1", "adm_2")
        }
        triple = pl.concat(
            [csv.select(subject, pl.lit(f"<{KG}{name}>").alias("p"), o.alias("o")) for name, o in objects.items()]
        )
        term = pl.concat([triple[c].unique() for c in "spo"]).unique().to_frame("text").with_row_index("id")
        mapped = self._encoded(triple, term, "spo")
        return {"quads": len(mapped), "terms": len(term)}

    def alliance(self) -> dict[str, int]:
        import polars as pl

        members = self.term.filter(pl.col("text").is_in([f"<{BASE}actor-{a}>" for a in range(ALLIANCE)])).select(
            pl.col("id").alias("member")
        )
        days = self.term.select(
            "id", pl.col("text").str.extract(r'"(\d+)"', 1).cast(pl.Int32, strict=False).alias("day")
        )
        acted = (
            self._values("attacker")
            .rename({"o": "member"})
            .join(members, on="member", how="semi")
            .join(self._values("place").rename({"o": "township"}), on="s")
            .join(self._values("dayNumber").join(days, left_on="o", right_on="id").select("s", "day"), on="s")
            .select("member", "township", "day")
        )
        pairs = (
            acted.lazy()
            .join(acted.lazy(), on="township", suffix="_y")
            .filter((pl.col("member") < pl.col("member_y")) & ((pl.col("day") - pl.col("day_y")).abs() <= 7))
        )
        return {"pairs": len(pairs.select("member", "member_y", "township").unique().collect())}


# ── The comparison ──────────────────────────────────────────────────────────────────────────────────────────────────

USES = ("encode", "shapes", "mapping", "alliance")
ENGINES: dict[str, Callable[[Path, Path], DuckDB | Polars]] = {"duckdb": DuckDB, "polars": Polars}


def one_run(engine: str, quads: Path, table: Path) -> None:
    """All uses in this process; prints times, answers and peak memory as JSON."""
    start = time.perf_counter()
    made = ENGINES[engine](quads, table)
    times, answers = {}, {}
    for use in USES:
        answers[use] = getattr(made, use)()
        times[use], start = time.perf_counter() - start, time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"times": times, "answers": answers, "peak": peak}))


def main() -> None:
    if len(sys.argv) > 2:
        one_run(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
        return
    millions = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    folder = Path("build/columnar")
    folder.mkdir(parents=True, exist_ok=True)
    quads, table = folder / f"quads-{millions}.nq", folder / f"table-{millions}.csv"
    write_quads(quads, int(millions * 1_000_000))
    write_table(table, int(millions * 400_000))
    runs: dict[str, list[dict]] = {name: [] for name in ENGINES}  # type: ignore[type-arg]
    for _ in range(RUNS):
        for name in ENGINES:
            command = [sys.executable, __file__, name, str(quads), str(table)]
            runs[name].append(json.loads(subprocess.run(command, check=True, capture_output=True).stdout))
    answers = {json.dumps(run["answers"], sort_keys=True) for each in runs.values() for run in each}
    if len(answers) != 1:
        sys.exit("the answers differ:\n" + "\n".join(sorted(answers)))
    print(f"{millions} million triples, {int(millions * 400_000):,} rows; medians of {RUNS} runs")
    print(f"{'':10}" + "".join(f"{use:>10}" for use in USES) + f"{'peak MB':>10}")
    for name, each in runs.items():
        cells = [statistics.median(run["times"][use] for run in each) for use in USES]
        print(
            f"{name:10}"
            + "".join(f"{cell:>9.2f}s" for cell in cells)
            + f"{statistics.median(r['peak'] for r in each):>10.0f}"
        )


if __name__ == "__main__":
    main()
