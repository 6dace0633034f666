"""`kg query`."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli.given import given

if TYPE_CHECKING:
    from kg.pipeline.project import Project
    from kg.pipeline.query import Asked
    from kg.queries.catalogue import Query

_FORMATS = ("table", "csv", "tsv", "json", "xml", "ttl", "nt")


@click.command("query")
@click.argument("question", required=False)
@click.option(
    "-p", "--param", "params", multiple=True, metavar="NAME=VALUE", help="A parameter; again for several values."
)
@click.option(
    "-f", "--format", "form", type=click.Choice(_FORMATS), help="How to write the answer; a table on a terminal."
)
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="Write the answer to this file.")
@click.option("--store", metavar="URL", help="Ask this SPARQL endpoint in place of the project's store.")
@click.option(
    "--engine",
    type=click.Choice(("auto", "columns", "oxigraph", "spark")),
    default="auto",
    help="Which engine answers; auto takes columns where the build has some and the query is compiled.",
)
@click.option(
    "--columns",
    "folder",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="What --engine spark reads: a folder of `kg export columns`, which all of Spark's machines see.",
)
@click.option(
    "--master", default="local[*]", show_default=True, metavar="URL", help="Where Spark runs: spark://host:7077."
)
@click.option("--timeout", metavar="SECONDS", type=click.FloatRange(min=0.001), help="Stop a query that takes longer.")
@click.option("--explain", is_flag=True, help="Print which engine answers, SQL, plan, rows and times, and no rows.")
@click.option("--show", is_flag=True, help="Print the query as it would be run, and do not run it.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    question: str | None,
    params: tuple[str, ...],
    form: str | None,
    output: str | None,
    store: str | None,
    explain: bool,
    show: bool,
    **chosen: Any,
) -> None:
    r"""
    Ask the graph: a named query, a file that ends in .rq, or - for standard input.

    Without a QUESTION the named queries are listed. `kg explain QUERY` tells what one takes and gives.

    \b
    Examples:
      kg query who-acted-where
      kg query events-in-place --param place=kawlin-township --format csv
      kg query my-question.rq -o answer.json --format json
    """
    from kg.cli.explaining import tell_how
    from kg.cli.interrupting import stopping_at_once
    from kg.cli.solutions import write_answer
    from kg.queries.parameters import bind

    ctx.with_resource(stopping_at_once())
    project = ctx.obj.project(store)
    if question is None:
        _list(project.folders("queries"))
        return
    parameters = given(params)
    query = _named(project, question)
    if show:
        click.echo(bind(query, parameters, project.settings.base).rstrip())
        return
    with _asking(ctx, project, query, parameters, **chosen) as asked:
        if explain:
            tell_how(asked)
        else:
            write_answer(asked.answer, form, output, project.settings.base)


def _asking(
    ctx: click.Context,
    project: Project,
    query: Query,
    parameters: Mapping[str, Sequence[str]],
    *,
    engine: str,
    folder: Path | None,
    master: str,
    timeout: float | None,
) -> AbstractContextManager[Asked]:
    """The query, asked when the block begins."""
    from kg.cli.start import tell_of_store
    from kg.pipeline.query import ask
    from kg.pipeline.stores import options_of

    if project.endpoint and (timeout is not None or engine != "auto"):
        raise click.UsageError("--engine and --timeout are for the project's own build: an endpoint has its own", ctx)
    options = options_of(project, "auto" if engine == "spark" else engine, timeout)
    if engine == "spark":
        from kg.pipeline.query_spark import SparkQueryOptions, ask_spark

        if folder is None:
            raise click.UsageError("--engine spark reads a folder: --columns FOLDER, of `kg export columns`", ctx)
        return ask_spark(project, query, parameters, SparkQueryOptions(folder, master, options.limits))
    if folder is not None or ctx.get_parameter_source("master") == click.core.ParameterSource.COMMANDLINE:
        raise click.UsageError("--columns and --master are for --engine spark", ctx)
    tell_of_store(project)
    return ask(project, query, parameters, options)


def _named(project: Project, question: str) -> Query:
    """The query of a name, of a file, or of standard input."""
    from kg.queries.catalogue import Query, find_query, load_query

    if question == "-":
        return Query("standard input", _from_input())
    if question.endswith((".rq", ".sparql")):
        return load_query(Path(question))
    return find_query(project.folders("queries"), question)


def _from_input() -> str:
    from kg.model.errors import UsageError

    try:
        return sys.stdin.buffer.read().decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"standard input is no UTF-8: byte {error.start}") from error


def _list(folders: list[Path]) -> None:
    from kg.queries.catalogue import load_queries

    queries = load_queries(folders).values()
    width = max((len(query.name) for query in queries), default=0)
    for query in queries:
        click.echo(f"{query.name:<{width}}  {query.summary}")
