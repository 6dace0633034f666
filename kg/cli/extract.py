"""`kg extract`."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli import findings
from kg.model.errors import UsageError

if TYPE_CHECKING:
    from kg.extraction.proposal import Engine
    from kg.pipeline.project import Project


@click.command("extract")
@click.argument("report", metavar="FILE", type=click.Path(dir_okay=False, allow_dash=True))
@click.option("--document", "about", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="A YAML file with keys of the document: publisher, issued, url …")  # fmt: skip
@click.option("--id", "identity", metavar="ID", help="The document's id; else made from the file's name.")
@click.option("--issued", metavar="DAY", help="The day it was published, YYYY-MM-DD; else that of its dateline.")
@click.option("-o", "--output", metavar="FILE", help="The facts file; `-` is standard output. Else facts/ID.yaml.")
@click.option("--force", is_flag=True, help="Write over files that are there.")
@click.option("--engine", type=click.Choice(["cascade", "llm"]), default="cascade", show_default=True,
              help="What proposes: rules on this machine, or a model that you have.")  # fmt: skip
@click.option("--base-url", default="", metavar="URL", help="With llm: where a model answers, as OpenAI's API does.")
@click.option("--model", default="", metavar="NAME", help="With llm: what the model is called there.")
@click.option("--timeout", default=120.0, metavar="SECONDS", help="With llm: how long to wait for it.")
@click.option("--no-cache", is_flag=True, help="With llm: ask again, whatever the model answered before.")
@click.pass_context
def command(
    ctx: click.Context, report: str, about: Path | None, identity: str | None, issued: str | None,
    output: str | None, force: bool, engine: str, base_url: str, model: str, timeout: float, no_cache: bool,
) -> None:  # fmt: skip
    r"""
    Propose facts from a report: text, Markdown, a saved web page, a PDF, or `-` for standard input.

    The facts file holds events, actors and places, each with its quote, marked as proposed. Nothing of it is in the
    graph until somebody accepts it. Where the facts file is there already, what it does not know yet is added.

    With --engine llm the report is sent to the model at --base-url; its key stands in KG_LLM_KEY. What the model says
    passes the same gate: without a quote that stands in the report there is no proposal.

    \b
    Example:
      kg extract report.txt --issued 2023-11-03
    """
    from kg.pipeline.extract import Extraction, extract

    project = ctx.obj.project_or_bare()
    given = _given(project, about, identity, issued)
    to_screen = output == "-" or (output is None and not project.root.is_dir())
    path = None if report == "-" else Path(report)
    content = sys.stdin.buffer.read() if path is None else b""
    target = Path(output) if output and not to_screen else None
    asked = Extraction(path, content, given, target, force, screen=to_screen)
    done = extract(project, asked, _model(project, base_url, model, timeout, no_cache) if engine == "llm" else None)
    if done.findings:
        findings.show(done.findings, project.root)
    if to_screen:
        click.echo(done.facts, nl=False)
    for file in done.written:
        click.echo(f"wrote {_short(file)}", err=True)
    click.echo(_told(len(done.proposals), done.report.issued), err=True)
    if known := len(done.proposals) - done.new:
        click.echo(f"{known:,} of them stand in the file already, and stay as they are", err=True)


def _model(project: Project, base_url: str, model: str, timeout: float, no_cache: bool) -> Engine:
    from kg.pipeline.extraction_engine import ModelOptions, model_engine

    return model_engine(project, ModelOptions(base_url, model, timeout, cached=not no_cache))


def _given(project: Project, about: Path | None, identity: str | None, issued: str | None) -> dict[str, str]:
    """The keys of the document that the command gives, checked against the ontology."""
    from kg.pipeline.extract import document_keys

    given = dict(_from_file(about)) if about is not None else {}
    return document_keys(project, given, identity, issued)


def _from_file(path: Path) -> Mapping[str, str]:
    import yaml

    try:
        found = yaml.load(path.read_bytes(), yaml.BaseLoader)  # noqa: S506 (it makes texts only)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise UsageError(f"{path}:{line}: not readable as YAML: {error.problem}") from error
    if isinstance(found, dict) and isinstance(found.get("document"), dict):
        found = found["document"]
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise UsageError(f"{path} holds no keys of a document", "write lines such as `publisher: The Irrawaddy`")
    return found


def _short(path: Path) -> str:
    try:
        return path.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)


def _told(count: int, issued: str) -> str:
    what = f"{count:,} proposal{'s' * (count != 1)}"
    if not count:
        return f"{what}: the report tells of no event that the frames know"
    return what if issued else f"{what}; no day was inferred, as the report has no date: give it with --issued"
