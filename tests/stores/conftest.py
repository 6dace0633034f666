from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from pyoxigraph import Store

from kg.endpoint.faults import PASSWORD, TOKEN, USER
from kg.stores.embedded import EmbeddedStore
from kg.stores.protocol import GraphStore
from kg.stores.remote.addresses import NO_QUADS, Addresses
from kg.stores.remote.store import EndpointStore
from tests.stores import servers

_numbers = count()


@pytest.fixture(autouse=True)
def _nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (USER, PASSWORD, TOKEN, "http_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)


@dataclass(frozen=True)
class Place:
    """Where stores are: the kind of server, its address, and a base that no other test has."""

    kind: str
    url: str
    base: str

    @property
    def quads(self) -> str:
        """`fuseki-updates` is a server that takes no N-Quads."""
        return NO_QUADS if self.kind.endswith("updates") else ""

    def opened(self) -> GraphStore:
        if not self.url:
            return EmbeddedStore(Store())
        return EndpointStore(Addresses(self.url, quads=self.quads), self.base)


@pytest.fixture(scope="session")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """Starts a server when it is first asked for; its address."""
    addresses: dict[str, str] = {}
    with ExitStack() as running:

        def address(kind: str) -> str:
            if kind not in addresses:
                addresses[kind] = running.enter_context(_server(kind, tmp_path_factory.mktemp(kind)))
            return addresses[kind]

        yield address


def _server(kind: str, folder: Path) -> servers.Running:
    match kind:
        case "virtuoso":
            return servers.virtuoso(folder)
        case "fuseki":
            return servers.fuseki(folder)
        case _:
            return servers.oxigraph()


REMOTE = [
    "oxigraph",
    "oxigraph-updates",
    pytest.param("virtuoso", marks=pytest.mark.integration),
    pytest.param("fuseki", marks=pytest.mark.integration),
    pytest.param("fuseki-updates", marks=pytest.mark.integration),
]


@pytest.fixture(params=REMOTE)
def remote(request: pytest.FixtureRequest, started: Callable[[str], str]) -> Iterator[Place]:
    """Every kind of endpoint, with nothing of ours in it."""
    yield from _place(request.param, started)


@pytest.fixture(params=["embedded", *REMOTE])
def place(request: pytest.FixtureRequest, started: Callable[[str], str]) -> Iterator[Place]:
    """Every kind of store, with nothing in it."""
    yield from _place(request.param, started)


def _place(kind: str, started: Callable[[str], str]) -> Iterator[Place]:
    url = "" if kind == "embedded" else started(kind.partition("-")[0])
    found = Place(kind, url, f"https://example.org/t{next(_numbers)}/")
    yield found
    if url:
        found.opened().replace(lambda: ())


@pytest.fixture
def store(place: Place) -> Iterator[GraphStore]:
    opened = place.opened()
    yield opened
    opened.close()
