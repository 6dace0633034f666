"""The graph → a file."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from kg.exports.files import whole_file
from kg.exports.formats import FORMATS, Content, Format
from kg.exports.losses import Losses
from kg.model.errors import Bug, UsageError
from kg.ontology.model import nearest
from kg.pipeline.export_wanted import Counted, Exported, Files, Wanted
from kg.pipeline.project import Project

Writer = Callable[[Project, Format, Wanted, Files, Losses], tuple[int, str] | Counted]


def export(project: Project, form: str, output: Path | BinaryIO, wanted: Wanted | None = None) -> Exported:
    """
    Write the graph in one of `kg.exports.formats.FORMATS`, and tell what the format could not hold.

    RDF formats that hold graphs get every claim and document graph, and with `merge` the default graph too; Turtle
    gets the merge. A file is written whole or not at all. Formats of two files take a folder.

    Raises:
        UsageError: Nothing is built yet; there is no such format, table, view or thing; two files were to be a stream.
        EnvironmentFault: The file cannot be written, the store does not answer, or a library is absent.
    """
    known = FORMATS.get(form)
    if known is None:
        raise UsageError(f"there is no format '{form}'", nearest(form, FORMATS) or f"formats: {', '.join(FORMATS)}")
    if known.content == Content.COLUMNS:
        return _columns(project, output)
    losses = Losses()
    with ExitStack() as stack:
        done = _writer(known)(project, known, wanted or Wanted(), _opened(stack, known, output), losses)
    count, noun, notes = Counted(*done)
    return Exported(count, noun, tuple(losses), notes)


def _opened(stack: ExitStack, form: Format, output: Path | BinaryIO) -> Files:
    """The files of a format, which stay only if all is well."""
    if not form.files:
        if isinstance(output, Path) and output.is_dir():
            raise UsageError(f"{output} is a folder", f"{form.name} is one file: name it")
        return (stack.enter_context(whole_file(output)) if isinstance(output, Path) else output,)
    if not isinstance(output, Path):
        raise UsageError(f"{form.name} is two files: {' and '.join(form.files)}", "-o FOLDER says where they go")
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"{output} is no folder and cannot become one", f"{form.name} is two files in a folder"
        ) from error
    return tuple(stack.enter_context(whole_file(output / name)) for name in form.files)


def _columns(project: Project, output: Path | BinaryIO) -> Exported:
    from kg.pipeline.export_columns import export_columns

    if not isinstance(output, Path):
        raise UsageError("columns are a folder of files", "-o FOLDER says where they go")
    return Exported(export_columns(project, output), "quads")


def _writer(form: Format) -> Writer:
    """What writes a content; loaded for the one that is asked for."""
    match form.content:
        case Content.QUADS:
            from kg.pipeline.export_quads import export_quads

            return export_quads
        case Content.TABLE:
            from kg.pipeline.export_tables import export_tables

            return export_tables
        case Content.VIEW:
            from kg.pipeline.export_networks import export_network

            return export_network
        case Content.THING:
            return _dossier
    raise Bug(f"no writer of {form.name}")


def _dossier(project: Project, _: Format, wanted: Wanted, files: Files, __: Losses) -> tuple[int, str]:
    from kg.exports.dossier import write_dossier
    from kg.pipeline.dossier import dossier

    if not wanted.thing:
        raise UsageError("a dossier is about one thing", "kg export dossier ID; `kg stats` tells what is in the graph")
    found = dossier(project, wanted.thing)
    write_dossier(found, files[0])
    return sum(len(source.claims) for source in found.sources), "claims"


def views(project: Project) -> dict[str, str]:
    """
    What each view shows, by its name.

    Raises:
        OntologyError: A view's file cannot be used.
    """
    from kg.queries.view_files import load_view, view_paths

    paths = view_paths(project.folders("views"))
    return {name: load_view(path, project.ontology).summary for name, path in paths.items()}
