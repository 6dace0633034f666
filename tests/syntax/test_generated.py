"""Graphs and documents made up by hypothesis."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import NamedTuple

import rdflib
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple, parse, serialize

from kg.syntax.blanks import stable_texts
from kg.syntax.places import written

XSD = "http://www.w3.org/2001/XMLSchema#"
TEXTS = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("\"'\\\n\r\t .#<>@^😀")), max_size=8
)
NAMES = st.text(st.sampled_from("abZ09_é-.😀"), min_size=1, max_size=5)
IRIS = NAMES.map(lambda name: NamedNode(f"http://e.x/{name}#{name}"))
BLANKS = st.from_regex(r"[a-z0-9]([a-z0-9.-]{0,3}[a-z0-9])?", fullmatch=True).map(BlankNode)
LITERALS = st.one_of(
    st.builds(Literal, TEXTS),
    st.builds(lambda text, tag: Literal(text, language=tag), TEXTS, st.sampled_from(["en", "zh-hant-tw", "my"])),
    st.builds(lambda text, kind: Literal(text, datatype=kind), TEXTS, IRIS),
    st.integers().map(Literal),
    st.builds(lambda text: Literal(text, datatype=NamedNode(f"{XSD}decimal")), st.sampled_from(["1.50", "-.5", "1"])),
    st.booleans().map(Literal),
)
QUADS = st.lists(
    st.builds(
        Quad,
        st.one_of(IRIS, BLANKS),
        IRIS,
        st.one_of(IRIS, BLANKS, LITERALS),
        st.one_of(st.just(DefaultGraph()), IRIS, BLANKS),
    ),
    max_size=8,
)
PREFIXES = {"": "http://e.x/", "ex": "http://e.x/a#", "xsd": XSD}


def read_back(raw: bytes, form: RdfFormat) -> list[tuple[str, ...]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(raw)
        return [quad[:4] for quad in written(path, form)]


def serialized(quads: list[Quad] | list[Triple], form: RdfFormat, prefixes: dict[str, str] | None = None) -> bytes:
    return serialize(quads, format=form, prefixes=prefixes) or b""


def texts(quad: Quad) -> tuple[str, ...]:
    return tuple("" if term == DefaultGraph() else str(term) for term in quad)


@given(QUADS, st.sampled_from([RdfFormat.N_QUADS, RdfFormat.TRIG]), st.booleans())
def test_datasets_written_by_pyoxigraph(quads: list[Quad], form: RdfFormat, has_prefixes: bool) -> None:  # noqa: FBT001
    raw = serialized(quads, form, PREFIXES if has_prefixes else None)
    assert read_back(raw, form) == list(map(texts, parse(raw, format=form)))
    if form == RdfFormat.N_QUADS:
        assert read_back(raw, form) == list(map(texts, quads))


@given(QUADS)
def test_graphs_written_by_pyoxigraph(quads: list[Quad]) -> None:
    triples = [Triple(quad.subject, quad.predicate, quad.object) for quad in quads]
    lines = serialized(triples, RdfFormat.N_TRIPLES)
    assert read_back(lines, RdfFormat.N_TRIPLES) == [(*map(str, triple), "") for triple in triples]
    turtle = serialized(triples, RdfFormat.TURTLE, PREFIXES)
    assert read_back(turtle, RdfFormat.TURTLE) == [(*map(str, triple), "") for triple in triples]


@given(QUADS, st.lists(st.lists(IRIS | LITERALS, max_size=3), max_size=2))
def test_graphs_written_by_rdflib(quads: list[Quad], collections: list[list[NamedNode | Literal]]) -> None:
    """With its `[ ]`, `( )` and whatever else it thinks pretty."""
    graph = rdflib.Graph()
    for prefix, iri in PREFIXES.items():
        graph.bind(prefix, iri)
    lines = serialized([Triple(q.subject, q.predicate, q.object) for q in quads], RdfFormat.N_TRIPLES)
    graph.parse(data=lines, format="nt11")
    for number, items in enumerate(collections):
        head = rdflib.BNode() if items else rdflib.RDF.nil
        terms = [rdflib.util.from_n3(str(item)) for item in items]
        rdflib.collection.Collection(graph, head, terms)  # type: ignore[arg-type]
        graph.add((rdflib.URIRef("http://e.x/s"), rdflib.URIRef(f"http://e.x/p{number}"), head))
    raw = graph.serialize(format="turtle", encoding="utf-8")
    assert read_back(raw, RdfFormat.TURTLE) == list(stable_texts(parse(raw, format=RdfFormat.TURTLE)))


class Token(NamedTuple):
    """How a term is written, and its N-Triples text."""

    written: str
    text: str


SPACES = st.sampled_from([" ", "  ", "\n", "\r\n", "\r", "\t", " # a comment: <x> 'y' .\n", "\n#😀\n  "])
MAYBE_SPACES = SPACES | st.just("")
IRI_TOKENS = st.sampled_from([
    Token("<http://e/a>", "<http://e/a>"),
    Token("<http://e/\\u00e9😀>", "<http://e/é😀>"),
    Token(":a.b", "<http://p/a.b>"),
    Token(":😀\\,%20", "<http://p/😀,%20>"),
    Token("e.x:", "<http://q/>"),
])  # fmt: skip
NODE_TOKENS = st.one_of(IRI_TOKENS, st.sampled_from([Token("_:a", "_:a"), Token("_:b.1", "_:b.1")]))
OBJECT_TOKENS = st.one_of(
    NODE_TOKENS,
    st.sampled_from([
        Token('"x"', '"x"'),
        Token("'''a\r\n'b\"\n😀'''@EN-gb", '"a\\r\\n\'b\\"\\n😀"@en-gb'),
        Token('"""# \\""" """^^:t', '"# \\"\\"\\" "^^<http://p/t>'),
        Token('"."^^<http://www.w3.org/2001/XMLSchema#string>', '"."'),
        Token("-1.5E3", f'"-1.5E3"^^<{XSD}double>'),
        Token("true", f'"true"^^<{XSD}boolean>'),
    ]),
)  # fmt: skip
STATEMENTS = st.lists(
    st.tuples(
        NODE_TOKENS,
        st.lists(st.tuples(IRI_TOKENS, st.lists(OBJECT_TOKENS, min_size=1, max_size=3)), min_size=1, max_size=3),
    ),
    max_size=4,
)


class Writer:
    """Writes a document token by token and keeps its own count of lines and columns."""

    def __init__(self, data: st.DataObject) -> None:
        self.text, self.data, self.line, self.column = "", data, 1, 1

    def write(self, token: str, *, spaced: bool = True) -> tuple[int, int]:
        at = self.line, self.column
        self._advance(token)
        self._advance(self.data.draw(SPACES if spaced else MAYBE_SPACES))
        return at

    def _advance(self, text: str) -> None:
        self.text += text
        *full, rest = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        self.line += len(full)
        self.column = len(rest) + (1 if full else self.column)


@given(STATEMENTS, st.data())
def test_positions_are_those_of_the_writer(
    statements: list[tuple[Token, list[tuple[Token, list[Token]]]]], data: st.DataObject
) -> None:
    out = Writer(data)
    for word in ("@prefix", ":", "<http://p/>", ".", "PREFIX", "e.x:", "<http://q/>"):
        out.write(word)
    expected = []
    for subject, predicates in statements:
        subject_at = out.write(subject.written)
        for number, (predicate, objects) in enumerate(predicates):
            if number:
                out.write(";", spaced=False)
            predicate_at = out.write(predicate.written)
            for place, object_ in enumerate(objects):
                if place:
                    out.write(",", spaced=False)
                object_at = out.write(object_.written)
                expected.append((subject.text, predicate.text, object_.text, "", subject_at, predicate_at, object_at))
        out.write(".", spaced=False)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.ttl"
        path.write_text(out.text, encoding="utf-8", newline="")
        assert list(written(path, RdfFormat.TURTLE)) == expected


NESTED = st.recursive(
    st.sampled_from(["[]", "()", ":a", "1", '"x"', '"x"@en', "'x'^^:t", "_:anon1", "_:b"]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"({' '.join(items)})"),
        st.lists(st.lists(inner, min_size=1, max_size=2), min_size=1, max_size=2).map(
            lambda lists: "[ " + " ; ".join(":p " + " , ".join(objects) for objects in lists) + " ]"
        ),
    ),
    max_leaves=8,
)


@given(
    st.lists(st.tuples(NESTED.filter(lambda text: text[0] in "[(:_"), NESTED), max_size=4),
    st.sampled_from(["", ":g", "[]", "_:g"]),
)
def test_the_order_of_nested_triples_is_pyoxigraphs(pairs: list[tuple[str, str]], graph: str) -> None:
    block = " ".join(f"{subject} :p {value} ." for subject, value in pairs)
    document = f"@prefix : <http://e/> . {block} {graph} {{ {block} }} {block}".encode()
    assert read_back(document, RdfFormat.TRIG) == list(stable_texts(parse(document, format=RdfFormat.TRIG)))
