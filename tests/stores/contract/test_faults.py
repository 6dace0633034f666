"""What goes wrong between kg and an endpoint: nothing is lost, nothing is doubled, and the message is clear."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions

from kg.endpoint.http import Retries
from kg.model.errors import EnvironmentFault
from kg.stores.lines import lines_of
from kg.stores.remote.addresses import Addresses
from kg.stores.remote.store import EndpointStore
from kg.stores.remote.writing import Limits
from tests.stores import proxy as broken
from tests.stores.conftest import Place
from tests.stores.proxy import Fault, Proxy

CLAIMS = "https://example.org/claims"


def data(place: Place, claims: int = 12, said: str = "once") -> list[Quad]:
    """Claims with five statements each, of which two are in all of them."""
    return [
        Quad(
            NamedNode(f"{CLAIMS}/{number if telling > 1 else 'all'}"),
            NamedNode(f"urn:x:tells{telling}"),
            Literal(said),
            NamedNode(f"{place.base}{number}"),
        )
        for number in range(claims)
        for telling in range(5)
    ]


@pytest.fixture
def proxy(remote: Place) -> Iterator[Proxy]:
    with broken.before(remote.url) as found:
        yield found


def opened(place: Place, proxy: Proxy, attempts: int = 4, timeout: float = 60.0) -> EndpointStore:
    retries = Retries(attempts, 0, 0)
    addresses = Addresses(proxy.url, quads=place.quads)
    return EndpointStore(addresses, place.base, timeout, (retries, retries), Limits(quads=20))


def whole(place: Place, expected: list[Quad]) -> bool:
    """A reader who knows of nothing finds exactly this, and that it is finished."""
    store = place.opened()
    assert isinstance(store, EndpointStore)
    assert sorted(map(str, store.quads())) == sorted(map(str, expected))
    assert not store.warning()
    merge = store.answer(f"SELECT DISTINCT ?s ?p ?o WHERE {{ ?s ?p ?o FILTER(STRSTARTS(STR(?s), '{CLAIMS}')) }}")
    assert isinstance(merge, QuerySolutions)
    assert len(list(merge)) == len({(q.subject, q.predicate, q.object) for q in expected})
    return True


PASSING: dict[str, list[Fault]] = {
    "dropped on the way": [broken.drops_the_request],
    "dropped on the way back": [broken.drops_the_answer],
    "cut": [broken.cuts_the_answer],
    "busy twice": [broken.says(503, Retry_After="0"), broken.says(503)],
    "too many": [broken.says(429)],
    "a gateway": [broken.says(502), broken.says(504)],
    "all in a row": [broken.drops_the_answer, broken.says(503), broken.cuts_the_answer],
    "half a batch": [broken.takes_half],
    "half of the half": [broken.takes_half, broken.takes_half],
}


@pytest.mark.parametrize("faults", PASSING)
def test_what_passes_does_no_harm(remote: Place, proxy: Proxy, faults: str) -> None:
    proxy.faults += [broken.passes, *PASSING[faults]]
    opened(remote, proxy).replace(lambda: lines_of(data(remote)))
    assert proxy.faults == []
    assert whole(remote, data(remote))


ENDING: dict[str, tuple[Fault, str, str]] = {
    "busy": (broken.says(503, "overloaded"), "503 Service Unavailable: overloaded", "too busy"),
    "dropped": (broken.drops_the_request, "broke off before the end", "may have stopped"),
    "slow": (broken.is_slow, "nothing came for 1 seconds", "wait longer"),
    "password": (broken.says(401), "401 Unauthorized: it wants to know who asks", "KG_STORE_PASSWORD"),
    "forbidden": (broken.says(403), "403 Forbidden: who asks may not", "KG_STORE_PASSWORD"),
    "gone": (broken.says(404), "404 Not Found", "address"),
}


@pytest.mark.parametrize("fault", ENDING)
def test_what_stays_stops_the_load_and_the_next_one_ends_it(remote: Place, proxy: Proxy, fault: str) -> None:
    what, message, hint = ENDING[fault]
    opened(remote, proxy).replace(lambda: lines_of(data(remote, said="before")))
    store = opened(remote, proxy, attempts=2)
    proxy.faults += [broken.passes, *[what] * 4]
    store._begun()
    store._writing.timeout = 1 if fault == "slow" else 60
    with pytest.raises(EnvironmentFault, match=message) as raised:
        store.replace(lambda: lines_of(data(remote)))
    assert hint in raised.value.hint
    proxy.faults.clear()
    reader = remote.opened()
    assert isinstance(reader, EndpointStore)
    assert "is under way or broke off" in reader.warning()
    opened(remote, proxy).replace(lambda: lines_of(data(remote)))
    assert whole(remote, data(remote))


def test_a_statement_that_the_server_refuses_is_named(remote: Place, proxy: Proxy) -> None:
    bad = Quad(NamedNode(CLAIMS), NamedNode("urn:x:p"), Literal("unsayable"), NamedNode(remote.base + "7"))
    proxy.faults += [broken.refuses("unsayable")] * 100
    with pytest.raises(EnvironmentFault) as raised:
        opened(remote, proxy).replace(lambda: lines_of([*data(remote), bad]))
    assert "400 Bad Request: cannot take unsayable" in raised.value.message
    assert f'it refuses this statement: <{CLAIMS}> <urn:x:p> "unsayable" <{remote.base}7>' in raised.value.message
    assert "half-written" in raised.value.hint
    proxy.faults.clear()
    opened(remote, proxy).replace(lambda: lines_of(data(remote)))
    assert whole(remote, data(remote))


def test_what_the_server_loses_is_missed(remote: Place, proxy: Proxy) -> None:
    proxy.faults += [broken.passes, broken.says(200, "done")]
    with pytest.raises(EnvironmentFault, match=r"of 5 statements sent to the graph <.*> it holds [0-4]; it lacks <"):
        opened(remote, proxy).replace(lambda: lines_of(data(remote)))
    opened(remote, proxy).replace(lambda: lines_of(data(remote)))
    assert whole(remote, data(remote))


def test_graphs_of_others_stay(remote: Place, proxy: Proxy) -> None:
    other = EndpointStore(Addresses(remote.url, quads=remote.quads), remote.base + "other/")
    theirs = [Quad(q.subject, q.predicate, q.object, NamedNode(f"{remote.base}other/1")) for q in data(remote, 1)]
    other.replace(lambda: lines_of(theirs))
    store = opened(remote, proxy)
    store.replace(lambda: lines_of(data(remote)))
    store.replace(lambda: ())
    assert sorted(map(str, other.quads())) == sorted(map(str, theirs))
    other.replace(lambda: ())


def test_an_answer_that_breaks_off_is_asked_for_again(remote: Place, proxy: Proxy) -> None:
    store = opened(remote, proxy)
    store.replace(lambda: lines_of(data(remote)))
    proxy.harms = lambda request: "tells3" in request.text
    proxy.faults += [broken.cuts_the_answer, broken.drops_the_request, broken.says(503)]
    answer = store.answer("SELECT DISTINCT ?s WHERE { ?s <urn:x:tells3> ?o }")
    assert isinstance(answer, QuerySolutions)
    assert len(list(answer)) == 12
    assert proxy.faults == []


def test_nothing_listens(remote: Place, proxy: Proxy) -> None:
    store = EndpointStore(Addresses("http://127.0.0.1:1/sparql"), remote.base)
    with pytest.raises(EnvironmentFault, match="nothing listens there"):
        store.replace(lambda: lines_of(data(remote)))


def test_a_server_that_may_not_be_written_to_says_so(remote: Place, proxy: Proxy) -> None:
    proxy.harms = lambda request: "update=" in request.body.decode()[:7]
    proxy.faults += [broken.says(500, "No permission to write")] * 9
    with pytest.raises(EnvironmentFault, match="No permission to write") as raised:
        opened(remote, proxy).replace(lambda: lines_of(data(remote)))
    assert "store-update" in raised.value.hint


def test_a_server_whose_name_a_gateway_hides(remote: Place, proxy: Proxy) -> None:
    proxy.harms = lambda _: True
    proxy.faults += [broken.passes_without_name] * 1_000
    store = opened(remote, proxy)
    store.replace(lambda: lines_of(data(remote)))
    answer = store.answer("SELECT DISTINCT ?s WHERE { ?s ?p ?o FILTER(!STRSTARTS(STR(?s), 'https://example.org/')) }")
    assert isinstance(answer, QuerySolutions)
    assert list(answer) == []
    assert whole(remote, data(remote))
