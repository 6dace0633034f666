"""How a query was answered: which engine, why, the SQL, its plan, rows and times."""

from __future__ import annotations

import time

import click
from pyoxigraph import QueryBoolean, QuerySolutions

from kg.pipeline.query import Asked
from kg.stores.columnar import ColumnarStore
from kg.stores.spark import SparkStore


def tell_how(asked: Asked) -> None:
    """Read an answer to its end, and print how it came about in place of it."""
    began = time.perf_counter()
    answer = asked.answer
    count = 1 if isinstance(answer, QueryBoolean) else sum(1 for _ in answer)
    seconds = time.perf_counter() - began
    what = "rows" if isinstance(answer, QuerySolutions) else "answer" if isinstance(answer, QueryBoolean) else "triples"
    store = asked.store
    if not isinstance(store, ColumnarStore | SparkStore):
        click.echo(f"engine   the endpoint\n{what:<9}{count:,}\nread in  {seconds:.3f} s")
        return
    told = store.told
    click.echo(f"engine   {told.engine}{f', because {told.why}' if told.why else ''}")
    click.echo(f"{what:<9}{count:,}")
    if told.sql:
        click.echo(f"compiled {told.seconds:.3f} s")
    click.echo(f"begun in {told.first:.3f} s\nread in  {seconds:.3f} s")
    if told.sql:
        click.echo(f"\nSQL\n{told.sql}\n\nplan\n{store.plan()}")
