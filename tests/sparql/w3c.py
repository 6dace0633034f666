"""The W3C's suites of query evaluation: what is asked of what data, and the results that are expected."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    parse,
    parse_query_results,
)

_MANIFEST = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
_QUERY = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
_RESULTS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_RDF = {
    ".ttl": RdfFormat.TURTLE, ".n3": RdfFormat.TURTLE, ".rdf": RdfFormat.RDF_XML, ".nt": RdfFormat.N_TRIPLES,
    ".trig": RdfFormat.TRIG,
}  # fmt: skip
_TABLES = {
    ".srx": QueryResultsFormat.XML, ".srj": QueryResultsFormat.JSON, ".csv": QueryResultsFormat.CSV,
    ".tsv": QueryResultsFormat.TSV,
}  # fmt: skip

Row = tuple[tuple[str, str], ...]
"""A solution: names of variables and N-Triples texts, sorted."""


class Case(NamedTuple):
    """One test; files are absolute."""

    name: str
    query: Path
    data: tuple[Path, ...]
    graphs: tuple[Path, ...]
    result: Path

    def text(self) -> str:
        return f"BASE <{self.query.as_uri()}>\n{self.query.read_text(encoding='utf-8')}"

    def quads(self) -> list[Quad]:
        found = [quad for path in self.data for quad in _read(path)]
        for path in self.graphs:
            found += [Quad(q.subject, q.predicate, q.object, NamedNode(path.as_uri())) for q in _read(path)]
        return found


def cases(root: Path) -> Iterator[Case]:
    for manifest in sorted(root.glob("*/manifest.ttl")):
        store = Store()
        store.load(path=str(manifest), format=RdfFormat.TURTLE, base_iri=manifest.as_uri())

        def files(node: object, name: str, store: Store = store) -> tuple[Path, ...]:
            found = store.quads_for_pattern(node, NamedNode(name), None)  # type: ignore[arg-type]
            return tuple(Path(q.object.value.removeprefix("file://")) for q in found if isinstance(q.object, NamedNode))

        for quad in store.quads_for_pattern(None, _TYPE, NamedNode(f"{_MANIFEST}QueryEvaluationTest")):
            action = next(store.quads_for_pattern(quad.subject, NamedNode(f"{_MANIFEST}action"), None)).object
            name = next(store.quads_for_pattern(quad.subject, NamedNode(f"{_MANIFEST}name"), None)).object
            assert isinstance(name, Literal)
            yield Case(
                f"{root.name}/{manifest.parent.name}/{name.value}",
                files(action, f"{_QUERY}query")[0],
                files(action, f"{_QUERY}data"),
                files(action, f"{_QUERY}graphData"),
                files(quad.subject, f"{_MANIFEST}result")[0],
            )


def _read(path: Path) -> list[Quad]:
    """The quads of a file; its blank nodes are those of no other."""
    parsed = parse(path=str(path), format=_RDF[path.suffix], base_iri=path.as_uri(), rename_blank_nodes=True)
    return list(parsed)


def expected(path: Path) -> list[Row]:
    """A result file: rows, the single row of an ASK, or triples as rows."""
    if path.suffix in _TABLES:
        return rows(parse_query_results(path=str(path), format=_TABLES[path.suffix]))
    quads = _read(path)
    store = Store()
    store.extend(quads)

    def one(node: object, name: str) -> object:
        return next((q.object for q in store.quads_for_pattern(node, NamedNode(_RESULTS + name), None)), None)  # type: ignore[arg-type]

    sets = [q.subject for q in store.quads_for_pattern(None, _TYPE, NamedNode(f"{_RESULTS}ResultSet"))]
    if not sets:
        return sorted((("s", str(q.subject)), ("p", str(q.predicate)), ("o", str(q.object))) for q in quads)
    truth = one(sets[0], "boolean")
    if isinstance(truth, Literal):
        return [(("", truth.value),)]
    found = []
    for solution in store.quads_for_pattern(sets[0], NamedNode(f"{_RESULTS}solution"), None):
        bindings = [q.object for q in store.quads_for_pattern(solution.object, NamedNode(f"{_RESULTS}binding"), None)]  # type: ignore[arg-type]
        cells = [(one(binding, "variable"), one(binding, "value")) for binding in bindings]
        found.append(tuple(sorted((getattr(name, "value", ""), str(value)) for name, value in cells)))
    return found


def rows(answer: object) -> list[Row]:
    """An answer of any kind as rows, in its order."""
    if isinstance(answer, QueryBoolean):
        return [(("", "true" if answer else "false"),)]
    if isinstance(answer, QuerySolutions):
        names = [variable.value for variable in answer.variables]
        return [tuple(sorted((n, str(row[n])) for n in names if row[n] is not None)) for row in answer]
    return sorted({(("s", str(t.subject)), ("p", str(t.predicate)), ("o", str(t.object))) for t in answer})  # type: ignore[attr-defined]


def by_value(found: list[Row]) -> list[Row]:
    """The rows in no order, numbers by their values, and blank nodes without their names."""
    return sorted(tuple((name, value_of(text) if name else text) for name, text in row) for row in found)


def value_of(text: str) -> str:
    """The text of a term as Oxigraph prints it, which keeps values; that of a blank node without its name."""
    if text.startswith("_:"):
        return "_:"
    term = next(iter(parse(f"<urn:s> <urn:p> {text} .".encode(), format=RdfFormat.N_TRIPLES))).object
    if not isinstance(term, Literal):
        return text
    store = Store()  # which keeps values
    store.add(Quad(BlankNode(), NamedNode("urn:p"), term))
    return str(next(iter(store)).object)
