"""
One question asked of one engine: how long the answer takes until its last row is read, and the rows.

    python ask.py columns|oxigraph|virtuoso WHERE QUESTION RUNS ROWS-FILE

WHERE is a build's folder, or an address. The engine is open already when the time begins, and has answered once, unless
that took more than SLOW seconds: then this one time counts. Prints JSON.
"""

from __future__ import annotations

import csv
import io
import json
import resource
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal, NamedNode, QuerySolutions

if TYPE_CHECKING:
    from kg.stores.protocol import GraphStore

SLOW = 10.0
Ask = Callable[[str], Iterable[Any]]


def columns(where: str) -> Ask:
    from kg.stores.columnar import ColumnarStore

    return _asked(ColumnarStore(Path(where)))


def oxigraph(where: str) -> Ask:
    from kg.stores.embedded import EmbeddedStore

    return _asked(EmbeddedStore.of_generation(Path(where)))


def _asked(store: GraphStore) -> Ask:
    def ask(text: str) -> Iterable[Any]:
        found = store.answer(text)
        assert isinstance(found, QuerySolutions)
        return found

    return ask


def virtuoso(where: str) -> Ask:
    def ask(text: str) -> Iterable[Any]:
        body = urllib.parse.urlencode({"query": text}).encode()
        # The quickest of the formats that it writes, by a factor of ten.
        request = urllib.request.Request(where, body, {"Accept": "text/csv"})
        with urllib.request.urlopen(request) as answer:
            return list(csv.reader(io.TextIOWrapper(answer, "utf-8")))[1:]

    return ask


ENGINES: dict[str, Callable[[str], Ask]] = {"columns": columns, "oxigraph": oxigraph, "virtuoso": virtuoso}


def by_value(term: object) -> str:
    """A number by its value: engines write it in different ways, and give it different datatypes."""
    text = term.value if isinstance(term, Literal | NamedNode) else "" if term is None else str(term)
    try:
        return f"{Decimal(text).normalize():f}"
    except InvalidOperation:
        return text


def main(engine: str, where: str, question: str, runs: str, out: str) -> None:
    """Ask, time, and write the rows in order."""
    ask, text = ENGINES[engine](where), Path(question).read_text(encoding="utf-8")
    seconds: list[float] = []
    for turn in range(int(runs) + 1):
        start = time.perf_counter()
        rows = list(ask(text))
        seconds.append(time.perf_counter() - start)
        if turn == 0 and seconds[0] > SLOW:
            break
    lines = sorted("\t".join(by_value(term) for term in row) for row in rows)
    Path(out).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds[1:] or seconds, "rows": len(rows), "peak": peak}))


if __name__ == "__main__":
    main(*sys.argv[1:])
