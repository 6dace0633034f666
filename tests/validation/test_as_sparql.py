"""
Relations as SPARQL give what the engine over dictionaries gives: on Oxigraph, on rdflib, and over HTTP on Jena Fuseki.

Spec: https://w3c.github.io/data-shapes/data-shapes-test-suite/
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import QuerySolutions, RdfFormat, Store, Triple, parse
from rdflib import RDF, XSD, Graph, Literal, Variable

from kg.endpoint.select import SparqlEndpoint
from kg.model.terms import XSD as XSD_TEXT
from kg.model.terms import Parts
from kg.validation.engine import SetEngine
from kg.validation.literals.comparison import compare
from kg.validation.literals.forms import well_formed
from kg.validation.plan import Check, checks, targets
from kg.validation.reference import _text as text_of_rdflib
from kg.validation.reference import to_graph
from kg.validation.remote.as_sparql import NotTranslatable, query_for
from kg.validation.remote.evaluator import Remote
from kg.validation.shapes.conditions import Compares, Condition, HasDatatype, HasLength, InLanguage, IsKind, Matches
from kg.validation.shapes.paths import Predicate
from kg.validation.shapes.sources import ShapesSource
from kg.validation.validate import in_memory
from tests.validation.sparql_server import from_store, of_triples, serving
from tests.validation.test_w3c import NUMBER_OF_TESTS, found_in

Rows = Counter[tuple[str, str, str]]
Ask = Callable[[Check], Rows]

CHECKS = {"core": 209, "sparql": 17}  # constraints over targets in the tests
NOT_TRANSLATABLE = {"sparql/pre-binding/shapesGraph-001": "its query looks into the shapes graph"}
# What differs, and why: a test whose reason has gone fails.
NUMBERS = "the store writes 4.0, a target of the shape, as 4"
REWRITTEN = {
    "oxigraph": {"core/node/maxExclusive-001": NUMBERS, "core/node/minExclusive-001": NUMBERS},
    "http": {"core/node/maxExclusive-001": NUMBERS, "core/node/minExclusive-001": NUMBERS},
    "rdflib": dict.fromkeys(
        ("sparql/pre-binding/pre-binding-003", "sparql/pre-binding/pre-binding-007"),
        "rdflib drops VALUES in a group where a group around it has the same",
    ),
    "fuseki": {},
}


def in_oxigraph(data: Sequence[Triple]) -> tuple[Sequence[Triple], Ask]:
    store = of_triples(data)

    def ask(check: Check) -> Rows:
        found = store.query(query_for(check))
        assert isinstance(found, QuerySolutions)
        names = {variable.value for variable in found.variables}
        return Counter(
            row_of(check, *(str(one[n]) if n in names and one[n] else "" for n in ("focus", "path", "value")))
            for one in found
        )

    return of_store(store), ask


def of_store(store: Store) -> list[Triple]:
    return [Triple(quad.subject, quad.predicate, quad.object) for quad in store]


def in_rdflib(data: Sequence[Triple]) -> tuple[Sequence[Triple], Ask]:
    graph = Graph()
    for s, p, o in to_graph(data):
        # To rdflib `"a"` and `"a"^^xsd:string` are two terms.
        graph.add((s, p, Literal(str(o)) if isinstance(o, Literal) and o.datatype == XSD.string else o))

    def ask(check: Check) -> Rows:
        rows = graph.query(query_for(check)).bindings
        texts = ([text_of_rdflib(row.get(Variable(n))) for n in ("focus", "path", "value")] for row in rows)
        return Counter(row_of(check, *text) for text in texts)

    return data, ask


def over(remote: Remote) -> Ask:
    """Blank nodes have labels of the server's own."""

    def ask(check: Check) -> Rows:
        rows = remote.rows(check.relation, "", check.within)
        return without_labels(Counter(row_of(check, row.focus, row.path, row.value) for row in rows))

    return ask


def without_labels(rows: Rows) -> Rows:
    found: Rows = Counter()
    for row, times in rows.items():
        focus, path, value = ("_:" if text.startswith("_:") else text for text in row)
        found[focus, path, value] += times
    return found


def row_of(check: Check, focus: str, path: str, value: str) -> tuple[str, str, str]:
    own = check.shape.path.iri if isinstance(check.shape.path, Predicate) else ""
    return focus, path if path.startswith("<") else own, value


def from_memory(engine: SetEngine, check: Check) -> Rows:
    rows = engine.evaluator.rows(check.relation, "", check.within)
    return Counter(row_of(check, row.focus, row.path, row.value) for row in rows)


def each_test(folder: Path, part: str) -> Iterator[tuple[str, list[Triple], ShapesSource]]:
    files = sorted(path for path in (folder / "w3c" / "shacl" / "tests" / part).rglob("*.ttl"))
    found = [test for file in files if file.name != "manifest.ttl" for test in found_in(file)]
    assert len(found) == NUMBER_OF_TESTS[part]
    for name, data, shapes, expected in found:
        if expected is not None:
            yield name, data, ShapesSource.of_triples(shapes)


def differing(
    tests: Iterator[tuple[str, list[Triple], ShapesSource]],
    load: Callable[[Sequence[Triple]], tuple[Sequence[Triple], Ask]],
    prepared: Callable[[Rows], Rows] = lambda rows: rows,
) -> tuple[int, set[str], dict[str, str]]:
    """How many constraints were asked, the tests with a difference, and those that SPARQL cannot say."""
    asked, different, unsaid = 0, set(), {}
    for name, data, shapes in tests:
        stored, ask = load(data)
        engine = in_memory(stored, shapes)
        for shape in shapes.plan.with_targets():
            for check in checks(shapes.plan, shape, targets(shape)):
                try:
                    found = ask(check)
                except NotTranslatable as error:
                    unsaid[name] = str(error)
                    continue
                asked += 1
                if found != prepared(from_memory(engine, check)):
                    different.add(name)
    return asked, different, unsaid


def known(engine: str, part: str) -> set[str]:
    return {name for name in REWRITTEN[engine] if name.startswith(part)}


@pytest.mark.parametrize("part", ["core", "sparql"])
@pytest.mark.parametrize("name", ["oxigraph", "rdflib"])
def test_w3c(name: str, part: str, conformance: Path) -> None:
    load = in_oxigraph if name == "oxigraph" else in_rdflib
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # rdflib's, of literals that are ill-formed on purpose
        asked, different, unsaid = differing(each_test(conformance, part), load)
    assert asked == CHECKS[part]
    assert different == known(name, part)
    assert unsaid == {test: why for test, why in NOT_TRANSLATABLE.items() if test.startswith(part)}


def test_over_http(conformance: Path) -> None:
    current: list[Store] = []

    def answer(handler: BaseHTTPRequestHandler, query: str) -> None:
        from_store(current[-1])(handler, query)

    with serving(answer) as url:

        def load(data: Sequence[Triple]) -> tuple[Sequence[Triple], Ask]:
            current.append(of_triples(data))
            return of_store(current[-1]), over(Remote(SparqlEndpoint(url)))

        asked, different, _ = differing(each_test(conformance, "core"), load, without_labels)
    assert asked == CHECKS["core"]
    assert different == known("http", "core")


# ── Conditions of one term ──────────────────────────────────────────────────────────────────────────────────────────

FORMS = [
    "", "0", "1", "-0", "+5", "05", "127", "128", "-128", "-129", "255", "256", "65536", "2147483648", "-2147483648",
    "18446744073709551615", "18446744073709551616", "-9223372036854775808", "9223372036854775808", "1.", ".5", "1.50",
    "1e5", "1E-5", "INF", "-INF", "+INF", "NaN", "nan", "true", "false", "TRUE", " 5", "5 ", "5\n", "a b", "a  b", " a",
    "2024-02-29", "2023-02-29", "1900-02-29", "2000-02-29", "-0004-02-29", "12000-02-29", "02000-02-29", "2023-04-31",
    "2023-11-03Z", "2023-11-03+14:00", "2023-11-03+14:01", "2023-11-03-05:30", "0000-01-01", "2023-1-1", "2023-11-03\n",
    "2023-11-03T24:00:00", "2023-11-03T24:00:01", "2023-11-03T12:00:00.5Z", "2023-11-03T25:00:00", "12:00:00",
    "24:00:00", "12:00:00-14:00", "12:60:00", "2023", "23", "2023-11", "2023-13", "--02", "--02-29", "--02-30", "--13",
    "---31", "---32", "P", "PT", "P1Y", "P1M", "P1D", "PT1H", "P1YT", "P1Y2M3DT4H5M6.5S", "-P1D", "P1DT1.S", "PT1M1H",
    "0f", "0F1", "YQ==", "YWI=", "YW Jj", "Y", "en", "en-GB", "toolonglanguage", "a:b", "a-b", "1a", "é", "a\tb",
    "a\nb",
]  # fmt: skip
DATATYPES = [
    XSD_TEXT + name
    for name in (  # noqa: SIM905 # names read best as text
        "string boolean decimal integer double float date time dateTime dateTimeStamp gYear gMonth gDay gYearMonth "
        "gMonthDay duration yearMonthDuration dayTimeDuration byte short int long unsignedByte unsignedShort "
        "unsignedInt unsignedLong nonNegativeInteger positiveInteger nonPositiveInteger negativeInteger hexBinary "
        "base64Binary anyURI language normalizedString token NMTOKEN Name NCName"
    ).split()
]


def answers(condition: Condition, literals: Sequence[str]) -> list[bool]:
    """Of each term whether the condition holds, as Oxigraph answers; terms in VALUES are not rewritten."""
    rows = " ".join(f"({number} {text})" for number, text in enumerate(literals))
    found = Store().query(f"SELECT ?n {{ VALUES (?n ?v) {{ {rows} }} FILTER({condition.sparql('?v')}) }}")
    assert isinstance(found, QuerySolutions)
    held = {int(row["n"].value) for row in found}
    return [number in held for number in range(len(literals))]


@pytest.mark.parametrize("datatype", DATATYPES)
def test_lexical_forms(datatype: str) -> None:
    from kg.validation.remote.as_sparql_terms import in_lexical_space, literal

    test = in_lexical_space("?v", datatype)
    rows = " ".join(literal(form) for form in FORMS)
    found = Store().query(f"SELECT ?v {{ VALUES ?v {{ {rows} }} FILTER({test or 'true'}) }}")
    assert isinstance(found, QuerySolutions)
    assert {row["v"].value for row in found} == {form for form in FORMS if well_formed(form, datatype)}


TERMS = [
    "<urn:a>", '"a"', '"a"@en', '"hill"@en-GB', '"x"@de', '""', '"𝄞"', '"5"^^<urn:own>', '"abc\\ndef"', "<urn:ABC>",
    *(f'"{form}"^^<{XSD_TEXT}{name}>' for form, name in (
        ("5", "integer"), ("-5", "integer"), ("5.5", "decimal"), ("1.5", "double"),
        ("NaN", "double"), ("INF", "double"),
        ("x", "integer"), ("5", "string"), ("true", "boolean"), ("false", "boolean"), ("2023-11-03", "date"),
        ("2023-11-03Z", "date"), ("2023-11-03+14:00", "date"), ("2023-11-04", "date"), ("2023-11-05Z", "date"),
        ("2023-11-03T12:00:00", "dateTime"), ("2023-11-03T12:00:00Z", "dateTime"),
        ("2023-11-03T12:00:00-14:00", "dateTime"),
        ("2023-11-05T00:00:00Z", "dateTime"), ("12:00:00", "time"), ("12:00:00Z", "time"), ("24:00:00", "time"),
        ("2023", "gYear"), ("2024Z", "gYear"), ("2023-11", "gYearMonth"), ("--11", "gMonth"), ("--11-03", "gMonthDay"),
        ("---03", "gDay"), ("---04", "gDay"), ("2023-02-30", "date"), ("abc", "token"),
    )),
]  # fmt: skip
CONDITIONS: list[Condition] = [
    *(Compares(operator, bound) for operator in ("<", "<=", ">", ">=") for bound in TERMS if bound.startswith('"')),
    *(HasDatatype(datatype) for datatype in (*DATATYPES, "urn:own", str(RDF.langString))),
    *(IsKind(frozenset(kinds)) for kinds in ({"iri"}, {"literal"}, {"blank"}, {"iri", "literal"})),
    HasLength(1, None), HasLength(None, 1), HasLength(0, 3), InLanguage(("en",)), InLanguage(("*",)), InLanguage(()),
    Matches("^a"), Matches("B", "i"), Matches("c$", "m"), Matches("a.c", "s"), Matches("a.", "q"), Matches(r"^\d$"),
]  # fmt: skip


# Not by their texts: those of sets are others in each process.
@pytest.mark.parametrize("condition", CONDITIONS, ids=[f"{type(c).__name__}-{n}" for n, c in enumerate(CONDITIONS)])
def test_conditions(condition: Condition) -> None:
    from kg.model.terms import parts_of

    assert answers(condition, TERMS) == [condition.holds(parts_of(term)) for term in TERMS]


@pytest.mark.parametrize(
    "condition",
    [
        Matches("(?<=a)b"),
        Matches(r"\bhill"),
        Matches("(?i)a"),
        Matches("a", "qi"),
        Compares("<", f'"P1D"^^<{XSD_TEXT}duration>'),
    ],
    ids=str,
)  # fmt: skip
def test_what_sparql_cannot_say(condition: Condition) -> None:
    with pytest.raises(NotTranslatable):
        condition.sparql("?v")


moments = st.builds(
    "{:04}-{:02}-{:02}T{:02}:00:00{}".format,
    st.integers(2020, 2021),
    st.sampled_from([1, 12]),
    st.sampled_from([1, 2, 31]),
    st.integers(0, 23),
    st.sampled_from(["", "Z", "+14:00", "-14:00", "-05:30"]),
)


@given(st.lists(moments, min_size=2, max_size=8, unique=True), st.sampled_from(["<", "<="]))
def test_order_of_moments(texts: list[str], operator: str) -> None:
    name = XSD_TEXT + "dateTime"
    condition = Compares(operator, f'"{texts[0]}"^^<{name}>')
    wanted = {-1} if operator == "<" else {-1, 0}
    expected = [compare(Parts("literal", one, name), Parts("literal", texts[0], name)) in wanted for one in texts]
    assert answers(condition, [f'"{one}"^^<{name}>' for one in texts]) == expected


# ── What the test suite does not have ───────────────────────────────────────────────────────────────────────────────

CASES = yaml.safe_load(
    (Path(__file__).parents[1] / "cases/validation/as_sparql/shapes.yaml").read_text(encoding="utf-8")
)
SHAPES = {case["name"]: case["turtle"] for case in CASES["shapes"]}
NUMBER_OF_SHAPES = 13


def test_there_are_as_many_cases_as_somebody_wrote() -> None:
    assert len(CASES["shapes"]) == len(SHAPES) == NUMBER_OF_SHAPES


def triples_of(text: str) -> list[Triple]:
    quads = parse(CASES["prefixes"] + text, format=RdfFormat.TURTLE)
    return [Triple(quad.subject, quad.predicate, quad.object) for quad in quads]


@pytest.mark.parametrize("case", SHAPES)
@pytest.mark.parametrize("load", [in_oxigraph, in_rdflib])
def test_shapes(case: str, load: Callable[[Sequence[Triple]], tuple[Sequence[Triple], Ask]]) -> None:
    data, shapes = triples_of(CASES["data"]), triples_of(SHAPES[case])
    asked, different, unsaid = differing(iter([(case, data, ShapesSource.of_triples(shapes))]), load)
    assert asked
    assert not different
    assert not unsaid
    plan = ShapesSource.of_triples(shapes).plan
    found = [
        from_memory(in_memory(data, ShapesSource.of_triples(shapes)), c)
        for s in plan.with_targets()
        for c in checks(plan, s, targets(s))
    ]
    assert any(found), "the case finds nothing"


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("SELECT $this { $this ?p ?o } LIMIT 1", "LIMIT"),
        ("SELECT $this { GRAPH ?g { $this ?p ?o } }", "a graph"),
    ],
)
def test_queries_that_cannot_be_asked_at_once(query: str, reason: str) -> None:
    shapes = ShapesSource.of_triples(triples_of(f"ex:S sh:targetClass ex:T ; sh:sparql [ sh:select '{query}' ] ."))
    shape = shapes.plan.with_targets()[0]
    with pytest.raises(NotTranslatable, match=reason):
        query_for(next(checks(shapes.plan, shape, targets(shape))))


# ── A server of others ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def fuseki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    java, maven = shutil.which("java"), shutil.which("mvn")
    if not (java and maven):
        pytest.skip("java and mvn are not both there")
    folder = tmp_path_factory.mktemp("fuseki")
    copy = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy"
    artifact = "-Dartifact=org.apache.jena:jena-fuseki-server:5.2.0:jar"
    got = subprocess.run(
        [maven, "-q", "-B", copy, artifact, f"-DoutputDirectory={folder}"], capture_output=True, text=True, check=False
    )
    if got.returncode:
        pytest.skip(f"Maven has no Fuseki here: {got.stdout[-300:]}")
    with (folder / "log").open("w") as log:
        command = [java, "-Xmx900m", "-jar", str(next(folder.glob("*.jar"))), "--port=3137", "--mem", "--update", "/ds"]
        server = subprocess.Popen(
            command, cwd=folder, stdout=log, stderr=log, env={**os.environ, "FUSEKI_BASE": str(folder)}
        )
        try:
            _wait_for("http://127.0.0.1:3137/ds/query?query=ASK%7B%7D", server)
            yield "http://127.0.0.1:3137/ds"
        finally:
            server.terminate()
            server.wait()


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert server.poll() is None, "Fuseki ended"
        try:
            urlopen(url, timeout=5).close()  # noqa: S310 # our own server
        except (URLError, ConnectionError):
            time.sleep(0.2)
        else:
            return
    pytest.fail("Fuseki does not answer")


@pytest.mark.slow
@pytest.mark.integration
@pytest.mark.parametrize("part", ["core", "sparql"])
def test_fuseki(fuseki: str, part: str, conformance: Path) -> None:
    def load(data: Sequence[Triple]) -> tuple[Sequence[Triple], Ask]:
        text = "\n".join(f"{t.subject} {t.predicate} {t.object} ." for t in data)
        headers = {"Content-Type": "application/n-triples"}
        request = Request(f"{fuseki}/data?default", text.encode(), headers, method="PUT")  # noqa: S310 # our own
        urlopen(request).close()  # noqa: S310 # the same
        return data, over(Remote(SparqlEndpoint(f"{fuseki}/query")))

    asked, different, _ = differing(each_test(conformance, part), load, without_labels)
    assert asked == CHECKS[part]
    assert different == known("fuseki", part)
