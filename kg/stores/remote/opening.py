"""How a server is to be written to, asked once before a load."""

from __future__ import annotations

from kg.endpoint.http import Client
from kg.stores.remote.addresses import Addresses, quads_address, update_address
from kg.stores.remote.marks import Marks
from kg.stores.remote.writing import Limits, Ways, Writer, may_write

_PROBE = "<https://w3id.org/conflict-kg/store#probe>"
_OF_QUADS = Limits(20_000, 4 << 20)


def opened_writer(addresses: Addresses, client: Client, marks: Marks, server: str, begun: str) -> Writer:
    """
    A writer for the server, after `begun`, the update that marks a load, has been run.

    Raises:
        EnvironmentFault: The server cannot be written to.
    """
    update = update_address(addresses, server, client)
    writer = Writer(client, Ways(update))
    may_write(writer, begun)
    writer.update(f'INSERT DATA {{ GRAPH {marks.graph} {{ {_PROBE} {_PROBE} "update" }} }}')
    union = _is_there(marks, f'{_PROBE} {_PROBE} "update"')
    quad = f'{_PROBE} {_PROBE} "n-quads"'
    quads = quads_address(addresses, server, client, f"{quad} {marks.graph} .\n".encode())
    # A page that says "welcome" to whatever is sent to it takes no quads.
    if not addresses.quads and quads and not _is_there(marks, f"GRAPH {marks.graph} {{ {quad} }}"):
        quads = ""
    writer.update(f"DELETE WHERE {{ GRAPH {marks.graph} {{ {_PROBE} {_PROBE} ?way }} }}")
    limits = Limits(_OF_QUADS.quads, _OF_QUADS.bytes) if quads else Limits()
    return Writer(client, Ways(update, quads, union), limits)


def _is_there(marks: Marks, pattern: str) -> bool:
    return any(True for _ in marks.endpoint.select(f"SELECT (1 AS ?found) WHERE {{ {pattern} }} LIMIT 1"))
