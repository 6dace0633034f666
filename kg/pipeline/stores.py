"""Which store answers: the local build, or an endpoint that `kg.toml` or the command line names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from kg.pipeline.cache import compiled_file
from kg.pipeline.project import Project
from kg.sparql.limits import Limits
from kg.stores.columnar import ColumnarStore, QueryOptions
from kg.stores.generations import Generations
from kg.stores.protocol import GraphStore

if TYPE_CHECKING:
    from kg.stores.remote.store import EndpointStore


def endpoint_of(project: Project) -> EndpointStore | None:
    """The endpoint that answers for the project; None where the local build does."""
    if not project.endpoint:
        return None
    from kg.stores.remote.addresses import Addresses
    from kg.stores.remote.store import EndpointStore

    settings = project.settings
    # What kg.toml says of updates is of the store that it names.
    named = project.endpoint == settings.store
    update, quads = (settings.store_update, settings.store_graphs) if named else ("", "")
    return EndpointStore(Addresses(project.endpoint, update, quads), settings.base)


@contextmanager
def store_of(project: Project, options: QueryOptions | None = None) -> Iterator[GraphStore]:
    """
    The store to ask, with its columns where the build has some. A local build stays in place until the block ends.

    Raises:
        UsageError: Nothing is built yet.
        EnvironmentFault: The store cannot be opened.
    """
    remote = endpoint_of(project)
    if remote is not None:
        with closing(remote):
            yield remote
        return
    with (
        Generations(project.store).reading() as generation,
        closing(ColumnarStore(generation, options or options_of(project), compiled_file())) as store,
    ):
        yield store


def options_of(project: Project, engine: str = "auto", timeout: float | None = None) -> QueryOptions:
    """How a project's queries are answered; `timeout` in seconds stands in for that of `kg.toml`."""
    seconds = float(timeout or project.settings.query_timeout or 0)
    return QueryOptions(engine, Limits(seconds, project.settings.query_memory))


def warning_of(project: Project) -> str:
    """
    What to tell whoever reads the store: that a load has not ended. Empty where all is well.

    Raises:
        EnvironmentFault: The endpoint does not answer.
    """
    remote = endpoint_of(project)
    return remote.warning() if remote else ""
