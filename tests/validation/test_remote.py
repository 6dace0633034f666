"""A store behind an endpoint: what it holds is found in full, and what goes wrong is said in plain words."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, Store, parse

from kg.endpoint.faults import PASSWORD, TOKEN, USER
from kg.endpoint.select import SparqlEndpoint
from kg.model.errors import EnvironmentFault, UsageError
from kg.model.findings import Severity
from kg.pipeline.check_store import StoreCheck
from kg.pipeline.explain_sparql import shape_queries
from kg.validation.relations import Instances, Reached, SubjectsOf
from kg.validation.remote.evaluator import Remote
from kg.validation.shapes.paths import Predicate
from kg.validation.shapes.sources import ShapesSource
from tests.validation.sparql_server import JSON, Answer, from_store, send, serving, with_password

DATA = """
@prefix ex: <urn:x#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:raid a ex:Event ; ex:day "2023-11-31"^^xsd:date ; ex:by ex:army .
ex:clash a ex:Event ; ex:by "somebody", [ a ex:Group ] .
"""
SHAPES = """
@prefix ex: <urn:x#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix sh: <http://www.w3.org/ns/shacl#> .
ex:EventShape a sh:NodeShape ; sh:targetClass ex:Event ;
  sh:property [ sh:path ex:day ; sh:minCount 1 ; sh:datatype xsd:date ] ;
  sh:property [ sh:path ex:by ; sh:or ( [ sh:class ex:Group ] [ sh:nodeKind sh:IRI ] ) ] .
"""


@pytest.fixture(autouse=True)
def _nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (USER, PASSWORD, TOKEN, "http_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def store() -> Store:
    store = Store()
    store.extend(Quad(q.subject, q.predicate, q.object) for q in parse(DATA, format=RdfFormat.TURTLE))
    return store


def shapes_in(folder: Path, text: str = SHAPES) -> Path:
    path = folder / "shapes.ttl"
    path.write_text(text, encoding="utf-8")
    return path


def test_findings(store: Store, tmp_path: Path) -> None:
    with serving(from_store(store)) as url:
        check = StoreCheck(url, [shapes_in(tmp_path)])
        found = sorted((f.code, f.focus, f.path, f.value, f.details) for f in check.findings())
        assert {str(f.position) for f in check.findings()} == {url}
    date = '"2023-11-31"^^<http://www.w3.org/2001/XMLSchema#date>'
    assert [one[:4] for one in found] == [
        ("EventShape", "<urn:x#clash>", "<urn:x#by>", '"somebody"'),
        ("EventShape", "<urn:x#clash>", "<urn:x#day>", ""),
        ("EventShape", "<urn:x#raid>", "<urn:x#day>", date),
    ]
    assert len(found[0][4]) == 2
    assert check.statistics["EventShape"].focus_nodes == 2
    assert check.notes


def test_a_graph_of_its_own(store: Store, tmp_path: Path) -> None:
    graph = NamedNode("urn:x#graph")
    store.add(
        Quad(
            NamedNode("urn:x#other"),
            NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"),
            NamedNode("urn:x#Event"),
            graph,
        )
    )
    with serving(from_store(store)) as url:
        found = list(StoreCheck(url, [shapes_in(tmp_path)], graph=graph.value).findings())
    assert [(finding.focus, finding.path) for finding in found] == [("<urn:x#other>", "<urn:x#day>")]


def test_nothing_to_check(tmp_path: Path) -> None:
    with serving(from_store(Store())) as url:
        found = list(StoreCheck(url, [shapes_in(tmp_path)]).findings())
    assert [finding.code for finding in found] == ["no-focus-nodes"]


def test_what_no_query_can_say_is_an_error(store: Store, tmp_path: Path) -> None:
    shapes = SHAPES + (
        "ex:Odd sh:targetClass ex:Event ; sh:pattern '(?<=a)b' ; sh:nodeKind sh:BlankNode . "
        "ex:Loop sh:targetClass ex:Event ; sh:property [ sh:path ex:by ; sh:node ex:Loop ] . "
    )
    with serving(from_store(store)) as url:
        found = list(StoreCheck(url, [shapes_in(tmp_path, shapes)]).findings())
    errors = [
        (finding.code, finding.message.partition(":")[0]) for finding in found if finding.severity is Severity.error
    ]
    assert errors == [("Odd", "Pattern is not checked"), ("Loop", "not checked")]
    assert sum(finding.code == "Odd" for finding in found) == 3


def test_a_query_that_the_endpoint_refuses_is_an_error(store: Store, tmp_path: Path) -> None:
    honest = from_store(store)

    def answer(handler: BaseHTTPRequestHandler, query: str) -> None:
        if "regex" in query:
            send(handler, b"cannot convert", "text/plain", 500)
        else:
            honest(handler, query)

    with serving(answer) as url:
        found = list(StoreCheck(url, [shapes_in(tmp_path)]).findings())
    assert [(finding.severity.name, finding.path) for finding in found] == [
        ("violation", "<urn:x#day>"),
        ("violation", "<urn:x#by>"),
        ("error", ""),
    ]
    assert "Datatype is not checked" in found[-1].message
    assert "500 Internal Server Error: cannot convert" in found[-1].message


def test_an_endpoint_that_refuses_all_is_a_fault(tmp_path: Path) -> None:
    with serving(says(b"no such data set", "text/plain", 400)) as url, pytest.raises(EnvironmentFault, match="no such"):
        list(StoreCheck(url, [shapes_in(tmp_path)]).findings())


# ── Caps ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def of_many(count: int) -> Store:
    store = Store()
    store.extend(Quad(NamedNode(f"urn:n{n}"), NamedNode("urn:p"), NamedNode(f"urn:v{n}")) for n in range(count))
    return store


@pytest.mark.parametrize("tells", [True, False])
@pytest.mark.parametrize(("count", "most"), [(250, 100), (300, 100), (99, 100), (100, 100), (0, 100)])
def test_capped_answers_are_fetched_page_by_page(count: int, most: int, *, tells: bool) -> None:
    nodes = SubjectsOf("<urn:p>")
    with serving(from_store(of_many(count), most, tells=tells)) as url:
        remote = Remote(SparqlEndpoint(url))
        rows = [(row.focus, row.value) for row in remote.rows(Reached(nodes, Predicate("<urn:p>")))]
        assert remote.count(nodes) == count
    assert sorted(rows) == sorted((f"<urn:n{n}>", f"<urn:v{n}>") for n in range(count))


def test_pages_that_do_not_come_are_a_fault() -> None:
    honest = from_store(of_many(250), 100)

    def answer(handler: BaseHTTPRequestHandler, query: str) -> None:
        if "OFFSET 100" in query:
            send(handler, b'{"head": {"vars": []}, "results": {"bindings": []}}')
        else:
            honest(handler, query)

    with serving(answer) as url, pytest.raises(EnvironmentFault, match="of 250 rows it gives only 100"):
        list(Remote(SparqlEndpoint(url)).rows(SubjectsOf("<urn:p>")))


# ── Faults ──────────────────────────────────────────────────────────────────────────────────────────────────────────

NODES = Instances("<urn:x#Event>")


def says(body: bytes, kind: str = JSON, status: int = 200) -> Answer:
    return lambda handler, _query: send(handler, body, kind, status)


def too_slow(_handler: BaseHTTPRequestHandler, _query: str) -> None:
    time.sleep(0.6)


def breaks_off(handler: BaseHTTPRequestHandler, _query: str) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", JSON)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(
        b'{"head": {"vars": ["focus"]}, "results": {"bindings": [{"focus": {"type": "uri", "value": "urn:a"}},'
    )
    handler.close_connection = True


def moved(handler: BaseHTTPRequestHandler, _query: str) -> None:
    send(handler, b"", "text/plain", 308, {"Location": "https://example.org/sparql"})


HALF = b'{"head": {"vars": ["focus"]}, "results": {"bindings": [{"focus": {"type": "uri", "val'


@pytest.mark.parametrize(
    ("answer", "message", "hint"),
    [
        (too_slow, "nothing came for 0.2 seconds", "wait longer"),
        (breaks_off, "broke off before the end", "try again"),
        (says(HALF), "broke off before the end", "try again"),
        (says(b"<html><body>Welcome</body></html>", "text/html"), "answers with text/html, .*: Welcome", "address"),
        (says(b"", JSON), "no SPARQL result: .it says nothing", "address"),
        (says(b'{"head": {}, "boolean": true}'), "no SPARQL result", "address"),
        (says(b'{"results": {"bindings": [{"focus": {"kind": "uri"}}]}}'), "no SPARQL result", "address"),
        (says(b'{"results": {"bindings": []}}', JSON, 206), "stopped before the end", "limits"),
        (says(b"Parse error: line 3", "text/plain", 400), "400 Bad Request: Parse error: line 3", "what is wrong"),
        (says(b"", "text/plain", 401), "401 Unauthorized", USER),
        (says(b"", "text/plain", 403), "403 Forbidden", USER),
        (says(b"", "text/plain", 404), "404 Not Found", "/sparql"),
        (says(b"Query timed out", "text/plain", 503), "503 Service Unavailable: Query timed out", "limit"),
        (moved, "308 Permanent Redirect", "https://example.org/sparql"),
    ],
    ids=["slow", "broken", "half", "html", "empty", "boolean", "term", "206", "400", "401", "403", "404", "503", "308"],
)
def test_faults(answer: Answer, message: str, hint: str) -> None:
    with serving(answer) as url, pytest.raises(EnvironmentFault, match=message) as raised:
        list(Remote(SparqlEndpoint(url, timeout=0.2)).rows(NODES))
    assert raised.value.message.startswith(f"{url}: ")
    assert hint in raised.value.hint


def test_nothing_listens() -> None:
    with serving(says(b"")) as url:
        pass
    with pytest.raises(EnvironmentFault, match="nothing listens there"):
        list(Remote(SparqlEndpoint(url)).rows(NODES))


def test_no_address() -> None:
    with pytest.raises(UsageError, match="no address of an endpoint"):
        list(Remote(SparqlEndpoint("file:///etc/passwd")).rows(NODES))


def in_environment(monkeypatch: pytest.MonkeyPatch, _url: str) -> str:
    monkeypatch.setenv(USER, "ana")
    monkeypatch.setenv(PASSWORD, "s:e/cret")
    return _url


def in_address(_monkeypatch: pytest.MonkeyPatch, url: str) -> str:
    return url.replace("//", "//ana:s%3Ae%2Fcret@")


@pytest.mark.parametrize("given", [in_environment, in_address])
def test_password(
    store: Store, monkeypatch: pytest.MonkeyPatch, given: Callable[[pytest.MonkeyPatch, str], str]
) -> None:
    with serving(with_password(from_store(store), "ana", "s:e/cret")) as url:
        assert Remote(SparqlEndpoint(given(monkeypatch, url))).count(NODES) == 2


def test_wrong_password_is_not_repeated_to_anybody(store: Store) -> None:
    with serving(with_password(from_store(store), "ana", "right")) as url, pytest.raises(EnvironmentFault) as raised:
        Remote(SparqlEndpoint(url.replace("//", "//ana:wrong@"))).count(NODES)
    assert "401" in raised.value.message
    assert "wrong@" not in raised.value.message + raised.value.hint
    assert raised.value.message.startswith(f"{url}: ")


def test_bearer_token(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(handler: BaseHTTPRequestHandler, query: str) -> None:
        if handler.headers.get("Authorization") == "Bearer t0k":
            from_store(store)(handler, query)
        else:
            send(handler, b"", "text/plain", 403)

    monkeypatch.setenv(TOKEN, "t0k")
    with serving(answer) as url:
        assert Remote(SparqlEndpoint(url)).count(NODES) == 2


def test_terms_come_in_pieces_and_as_they_are() -> None:
    """An answer longer than what is read at once, with characters of several bytes, and literals in odd forms."""
    texts = ["𝄞" * 9_000, "05", 'a "quote" \\ and ] } {', ""]
    bindings = [{"focus": {"type": "literal", "value": text, "datatype": "urn:own"}} for text in texts * 5]
    body = json.dumps({"results": {"bindings": bindings}}, ensure_ascii=False, indent=1).encode()
    with serving(says(body)) as url:
        found = [row["focus"] for row in SparqlEndpoint(url).select("SELECT")]
    assert len(body) > 2 * (1 << 16)
    assert [json.loads(text.removesuffix("^^<urn:own>")) for text in found] == texts * 5


# ── For people who read queries ─────────────────────────────────────────────────────────────────────────────────────


def test_queries_of_a_shape(tmp_path: Path) -> None:
    shapes = ShapesSource([shapes_in(tmp_path)])
    found = shape_queries(shapes, "EventShape")
    assert [title for title, _ in found] == [
        "day is to have at least 1 value",
        "day is to be a valid literal of xsd:date",
        "by is to conform to at least one of (is to be an instance of Group), (is to be an IRI)",
    ]
    for _, query in found:
        Store().query(query)
    assert "FILTER NOT EXISTS {\n    ?focus <urn:x#day> ?day ." in found[0][1]


def test_queries_of_no_shape(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no shape named 'EventShap'") as raised:
        shape_queries(ShapesSource([shapes_in(tmp_path)]), "EventShap")
    assert "EventShape" in raised.value.hint
