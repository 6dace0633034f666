"""
Where a server takes queries, updates and quads: as it is told, else found by asking.

| server    | query                | update                          | N-Quads        |
|-----------|----------------------|---------------------------------|----------------|
| Fuseki    | `/ds/sparql`, `/ds`  | `/ds/update`, `/ds`             | `/ds/data`, `/ds` |
| Virtuoso  | `/sparql`            | `/sparql-auth`                  | no             |
| Oxigraph  | `/query`             | `/update`                       | `/store`       |
| RDF4J     | `/repositories/r`    | `/repositories/r/statements`    | the same       |
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from kg.endpoint.faults import NothingThere, QueryRefused
from kg.endpoint.http import Client, Message, without_password
from kg.model.errors import EnvironmentFault
from kg.stores.remote.writing import N_QUADS

NO_QUADS: Final = "none"
"""In the place of the address for N-Quads: not to be used."""
_OF_QUERIES: Final = frozenset({"sparql", "query", "select"})
_PROBE_SECONDS: Final = 20.0


@dataclass(frozen=True, slots=True)
class Addresses:
    """
    The addresses of one store; `query` may hold a name and password.

    An empty `update` or `quads` is found by asking; `quads` may be `NO_QUADS`.
    """

    query: str
    update: str = ""
    quads: str = ""


def is_virtuoso(server: str) -> bool:
    """Whether the server is one, by its `Server` header."""
    return server.lower().startswith("virtuoso")


def update_address(addresses: Addresses, server: str, client: Client) -> str:
    """
    Where updates go: the first address that takes one that does nothing.

    Raises:
        EnvironmentFault: None does, or the server cannot be reached.
    """
    if addresses.update:
        return addresses.update
    reason = ""
    candidates = _for_updates(without_password(addresses.query), server, known=client.is_known)
    for address in candidates:
        try:
            client.read(Message.form(address, "*/*", update="INSERT DATA {}"))
        except (NothingThere, QueryRefused) as error:
            reason = error.message.removeprefix(f"{address}: ")
            continue
        return address
    raise EnvironmentFault(
        f"{client.address}: it takes no updates at {' or '.join(candidates)}: {reason}",
        "may whoever asks write to it? `store-update` in kg.toml names the address for updates",
    )


def quads_address(addresses: Addresses, server: str, client: Client, probe: bytes) -> str:
    """Where N-Quads go: the first address that seems to take the probe, a line of them; empty where none does."""
    if addresses.quads or is_virtuoso(server):
        return "" if addresses.quads in {"", NO_QUADS} else addresses.quads
    for address in _for_quads(without_password(addresses.query)):
        try:
            client.read(Message(address, probe, kind=N_QUADS, timeout=_PROBE_SECONDS))
        except EnvironmentFault:
            continue
        return address
    return ""


def _for_updates(query: str, server: str, *, known: bool) -> Sequence[str]:
    path = urlsplit(query).path.rstrip("/")
    if is_virtuoso(server):
        return [_beside(query, "sparql-auth")] if known and path.endswith("/sparql") else [query]
    if "/repositories/" in path:
        return [f"{query.rstrip('/')}/statements"]
    if path.rpartition("/")[2] in _OF_QUERIES:
        return [_beside(query, "update"), query]
    return [query, f"{query.rstrip('/')}/update"]


def _for_quads(query: str) -> Sequence[str]:
    path = urlsplit(query).path.rstrip("/")
    if "/repositories/" in path:
        return [f"{query.rstrip('/')}/statements"]
    if path.rpartition("/")[2] in _OF_QUERIES:
        return [_beside(query, name) for name in ("data", "store") if path.count("/") > 1 or name == "store"]
    return [query]


def _beside(address: str, name: str) -> str:
    """
    The address whose last part is another.

    >>> _beside("http://localhost:3030/ds/sparql", "update")
    'http://localhost:3030/ds/update'
    """
    parts = urlsplit(address)
    return urlunsplit(parts._replace(path=parts.path.rstrip("/").rpartition("/")[0] + "/" + name))
