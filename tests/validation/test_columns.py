"""Columns hold what the parser reads, of files written by others and as nobody would; broken files are refused."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    parse,
    serialize,
)

from kg.columns.encode import Columns
from kg.columns.files import FILE_BITS
from kg.model.errors import UsageError
from kg.model.terms import XSD, term_of
from kg.syntax.blanks import stable_blanks
from kg.validation.reference import to_graph

TRIPLES, QUADS = RdfFormat.N_TRIPLES, RdfFormat.N_QUADS
LINE = "<urn:a> <urn:p> <urn:o> .\n"
SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large)


@pytest.fixture(scope="module")
def columns() -> Any:
    with Columns(threads=1) as made:
        yield made


def loaded(columns: Columns, *texts: str | bytes, form: RdfFormat = TRIPLES) -> list[tuple[str, str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for number, text in enumerate(texts):
            path = Path(folder) / f"{number}.{form.file_extension}"
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
            files.append((path, form))
        columns.load(files)
        return list(columns.triples())


def canonical(triples: Sequence[tuple[Any, Any, Any]]) -> set[str]:
    graph = Dataset(Quad(s, p, o) for s, p, o in triples)
    graph.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return {str(quad) for quad in graph}


def as_terms(rows: Sequence[tuple[str, str, str]]) -> list[tuple[Any, Any, Any]]:
    return [(term_of(s), term_of(p), term_of(o)) for s, p, o in rows]


def as_parsed(text: str | bytes, form: RdfFormat) -> list[tuple[Any, Any, Any]]:
    quads = parse(text.encode() if isinstance(text, str) else text, format=form)
    return [(quad.subject, quad.predicate, quad.object) for quad in quads]


# ── Graphs, and ways to write them ──────────────────────────────────────────────────────────────────────────────────

characters = st.one_of(
    st.characters(codec="utf-8"),
    st.sampled_from(list(' "\\\t\r\n\x00\x01\x7f\x85\u2028\ufffe\uffff<>.#_:@^𝄞\u0301')),
)
texts = st.one_of(
    st.text(characters, max_size=12),
    st.sampled_from(["a <urn:g>", "_:g", " <urn:g> .", '" .', "# no comment", '"@en', '"^^<urn:d>', " .", "\\u0041"]),
)
hosts = st.sampled_from(["", "//", "//h", "//h:", "//h:80", "//é.example", "/", "/x", "x"])
tails = st.text(st.sampled_from("aZ0:/?@!$&'()*+,;=._~-é\u00a0\ud7ff\uf900\U00010000\U000e1000"), max_size=8)


def readable(address: str) -> bool:
    try:
        return list(parse(f"<{address}> <urn:p> <urn:o> .", format=TRIPLES)) != []
    except SyntaxError:
        return False


addresses = st.one_of(
    st.sampled_from(["urn:a", "urn:b", "http://example.org/a#b", "urn:", "http://example.org/%C3%A9", "a:'"]),
    st.builds(
        lambda host, tail, end: f"x:{host}{tail}{end}", hosts, tails, st.sampled_from(["", "#", "#f", "?q"])
    ).filter(readable),
)
iris = st.builds(NamedNode, addresses)
blanks = st.builds(BlankNode, st.sampled_from(["a", "b", "f1_a", "0", "a.b", "é", "abcdef0123456789abcdef0123456789"]))
languages = st.sampled_from(
    ["en", "EN-gb", "zh-Hant-TW", "x-private", "de-1996", "abcdefgh", "en-a-bc", "i-klingon", "es-419"]
)
literals = st.one_of(
    st.builds(Literal, texts),
    st.builds(lambda text, tag: Literal(text, language=tag), texts, languages),
    st.builds(lambda text, kind: Literal(text, datatype=kind), texts, iris),
    st.builds(lambda text: Literal(text, datatype=NamedNode(XSD + "string")), texts),
)
subjects = st.one_of(iris, blanks)
triples = st.tuples(subjects, iris, st.one_of(iris, blanks, literals))
graphs = st.lists(triples, max_size=8)


def by_pyoxigraph(graph: list[tuple[Any, Any, Any]]) -> str:
    return (serialize((Quad(*triple) for triple in graph), format=TRIPLES) or b"").decode()


def by_rdflib(graph: list[tuple[Any, Any, Any]]) -> str:
    return str(to_graph(Quad(*triple).triple for triple in graph).serialize(format="nt"))


def hostile(graph: list[tuple[Any, Any, Any]], seed: int, form: RdfFormat) -> str:
    """Each triple as N-Triples allows it to be written, and nobody writes it."""
    chance = random.Random(seed)  # noqa: S311 - hypothesis gives the seed
    lines = [chance.choice(["", "\ufeff"])]
    for triple in graph:
        lines.append(
            chance.choice(["", "", "\n", "\r\n", "# a comment\n", " # <urn:a> <urn:p> <urn:o> .\n", " \t\n", "#\n"])
        )
        terms = [disguised(term, chance) for term in triple]
        if form == QUADS and chance.random() < 0.5:
            terms.append(chance.choice(["<urn:g>", "_:g", "<urn:\\u0067>"]))
        blank = chance.choice([" ", " ", "\t", "  ", ""])
        lines.append(chance.choice(["", " ", "\t"]) + (blank or " ").join(terms) + blank + ".")
        lines.append(
            chance.choice(["", "", " ", "\t", "# end .", " # end ."]) + chance.choice(["\n", "\n", "\r\n", "\r"])
        )
    return "".join(lines).rstrip(chance.choice(["", "\n"]))


def disguised(term: Any, chance: random.Random) -> str:
    if isinstance(term, NamedNode):
        return f"<{escaped(term.value, chance, '')}>"
    if isinstance(term, BlankNode):
        return f"{term}"
    text = f'"{escaped(term.value, chance, chr(34))}"'
    if term.language:
        return f"{text}@{chance.choice([str.upper, str.lower, str.title])(term.language)}"
    if term.datatype.value == XSD + "string" and chance.random() < 0.5:
        return text
    return f"{text}^^<{escaped(term.datatype.value, chance, '')}>"


SHORT = {"\t": "\\t", "\b": "\\b", "\n": "\\n", "\r": "\\r", "\f": "\\f", '"': '\\"', "\\": "\\\\", "'": "\\'"}


def escaped(text: str, chance: random.Random, quote: str) -> str:
    return "".join(one_escaped(one, chance, quote) for one in text)


def one_escaped(one: str, chance: random.Random, quote: str) -> str:
    needed = bool(quote) and one in '"\\\n\r'
    if not needed and chance.random() < 0.8:
        return one
    if quote and one in SHORT and chance.random() < 0.5:
        return SHORT[one]
    return f"\\u{ord(one):04X}" if ord(one) < 0x10000 and chance.random() < 0.5 else f"\\U{ord(one):08x}"


# ── The same triples ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("write", [by_pyoxigraph, by_rdflib])
@settings(max_examples=30, suppress_health_check=[*SLOW, HealthCheck.function_scoped_fixture])
@given(graphs)
def test_what_others_write(
    columns: Columns, write: Callable[[list[tuple[Any, Any, Any]]], str], graph: list[tuple[Any, Any, Any]]
) -> None:
    text = write(graph)
    assert canonical(as_terms(loaded(columns, text))) == canonical(as_parsed(text, TRIPLES))
    assert write is by_rdflib or canonical(as_parsed(text, TRIPLES)) == canonical(graph)


@settings(max_examples=60, suppress_health_check=SLOW)
@given(graphs, st.integers(0, 2**32), st.sampled_from([TRIPLES, QUADS]))
def test_what_nobody_writes(graph: list[tuple[Any, Any, Any]], seed: int, form: RdfFormat) -> None:
    text = hostile(graph, seed, form)
    note(text)
    with Columns(threads=1) as columns:
        assert canonical(as_terms(loaded(columns, text, form=form))) == canonical(graph)


@settings(max_examples=60, suppress_health_check=SLOW)
@given(graphs, st.integers(0, 2**32), st.sampled_from([TRIPLES, QUADS]), st.data())
def test_one_character_off_is_what_the_parser_says(
    graph: list[tuple[Any, Any, Any]], seed: int, form: RdfFormat, data: Any
) -> None:
    text = data.draw(st.sampled_from([by_pyoxigraph(graph) or LINE, hostile(graph, seed, form).lstrip("\ufeff")]))
    at = data.draw(st.integers(0, len(text)))
    more = data.draw(
        st.sampled_from(
            ["", " ", "\n", "\r", '"', "<", ">", ".", "\\", "#", "_:", "@", "^", "x", "-", "%", "\x01", ":"]
        )
    )
    agrees(text[:at] + more + text[at + (not more) :], form)


def agrees(text: str | bytes, form: RdfFormat) -> None:
    """The same triples, or an error in the same place."""
    note(repr(text))
    with Columns(threads=1) as columns:
        where = error_in(text, form)
        if where:
            with pytest.raises(UsageError, match=where):
                loaded(columns, text, form=form)
        else:
            assert canonical(as_terms(loaded(columns, text, form=form))) == canonical(as_parsed(text, form))


def error_in(text: str | bytes, form: RdfFormat) -> str:
    try:
        as_parsed(text, form)
    except SyntaxError as error:
        return f":{error.lineno}:{error.offset}: "
    return ""


BROKEN = {
    "no full stop": "<urn:a> <urn:p> <urn:o>\n",
    "two full stops": "<urn:a> <urn:p> <urn:o> . .\n",
    "two statements in a line": "<urn:a> <urn:p> <urn:o> . <urn:a> <urn:p> <urn:o> .\n",
    "half a line": LINE + "<urn:a> <urn:p",
    "literal subject": '"a" <urn:p> <urn:o> .\n',
    "literal predicate": '<urn:a> "p" <urn:o> .\n',
    "blank predicate": "<urn:a> _:p <urn:o> .\n",
    "relative": "<a> <urn:p> <urn:o> .\n",
    "empty address": "<urn:a> <urn:p> <> .\n",
    "blank in an address": "<urn:a> <urn:p> <urn:o o> .\n",
    "bad port": "<urn:a> <urn:p> <http://example.org:port/> .\n",
    "two ports": "<urn:a> <urn:p> <http://h:1:2/> .\n",
    "two fragments": "<urn:a> <urn:p> <urn:o#a#b> .\n",
    "bad percent": "<urn:a> <urn:p> <urn:%zz> .\n",
    "private use character": "<urn:a> <urn:p> <urn:\ue000> .\n",
    "control character": "<urn:a> <urn:p> <urn:\x80> .\n",
    "long language": '<urn:a> <urn:p> "x"@englishlanguage .\n',
    "one letter": '<urn:a> <urn:p> "x"@e .\n',
    "empty extension": '<urn:a> <urn:p> "x"@en-a .\n',
    "two regions": '<urn:a> <urn:p> "x"@en-us-us .\n',
    "language string without one": '<urn:a> <urn:p> "x"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#langString> .\n',
    "no end quote": '<urn:a> <urn:p> "x .\n',
    "line end in a text": '<urn:a> <urn:p> "x\ny" .\n',
    "unknown escape": '<urn:a> <urn:p> "\\q" .\n',
    "half a surrogate": '<urn:a> <urn:p> "\\uD800" .\n',
    "column end for a line end": "<urn:a> <urn:p> <urn:o> .\x01\n",
    "column end for a line": "\x01\n",
    "no UTF-8": b'<urn:a> <urn:p> "\xff" .\n',
    "prefixed": "@prefix a: <urn:a> .\n",
    "graph name in triples": "<urn:a> <urn:p> <urn:o> <urn:g> .\n",
    "two byte order marks": "\ufeff\ufeff" + LINE,
}  # fmt: skip
BROKEN_QUADS = {
    "relative graph name": "<urn:a> <urn:p> <urn:o> <g> .\n",
    "empty graph name": '<urn:a> <urn:p> "x" <> .\n',
    "bar in a graph name": "<urn:a> <urn:p> <urn:o> <urn:g|> .\n",
    "literal graph name": '<urn:a> <urn:p> <urn:o> "g" .\n',
    "two graph names": "<urn:a> <urn:p> <urn:o> <urn:g> <urn:h> .\n",
    "only two terms": "<urn:a> <urn:p> .\n",
    "dash for a graph name": "<urn:a> <urn:p> <urn:o> _:- .\n",
}


@pytest.mark.parametrize("after", ["", LINE * 3])
@pytest.mark.parametrize(
    ("text", "form"),
    [
        *(pytest.param(text, TRIPLES, id=name) for name, text in BROKEN.items()),
        *(pytest.param(text, QUADS, id=name) for name, text in BROKEN_QUADS.items()),
    ],
)
def test_broken_files_are_refused_in_their_place(
    columns: Columns, text: str | bytes, form: RdfFormat, after: str
) -> None:
    broken = text if isinstance(text, bytes) else text.encode()
    for before in (b"", LINE.encode() * 2):
        whole = before + broken + after.encode()
        if broken.startswith("\ufeff".encode()) and not before:
            broken = broken[3:]  # one mark is allowed
        with pytest.raises(SyntaxError) as parser:
            as_parsed(before + broken + after.encode(), form)
        with pytest.raises(UsageError) as raised:
            loaded(columns, whole, form=form)
        assert f":{parser.value.lineno}:{parser.value.offset}: not readable as " in str(raised.value)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("<urn:a> <urn:p> <<( <urn:a> <urn:p> <urn:o> )>> .\n", "triple term"),
        ('<urn:a> <urn:p> <<( <urn:a> <urn:p> "o" )>> .\n', "triple term"),
        ('<urn:a> <urn:p> "x"@en--ltr .\n', "text with a direction"),
        ('<urn:a> <urn:p> "x"@ar--rtl .\n', "text with a direction"),
    ],
)
@pytest.mark.parametrize("form", [TRIPLES, QUADS])
def test_what_is_new_in_rdf_1_2_is_refused(columns: Columns, text: str, what: str, form: RdfFormat) -> None:
    with pytest.raises(UsageError, match=rf"is a {what} of RDF 1\.2"):
        loaded(columns, LINE + text, form=form)


@pytest.mark.parametrize("text", ["", "\n", "\ufeff", "# only\n# comments", "# a comment", " \n\t\r\n", "\r", "\n\n\n"])
@pytest.mark.parametrize("form", [TRIPLES, QUADS])
def test_files_with_nothing_in_them(columns: Columns, text: str, form: RdfFormat) -> None:
    assert loaded(columns, text, form=form) == []
    assert loaded(columns, text, LINE, text, form=form) == [("<urn:a>", "<urn:p>", "<urn:o>")]


def test_no_file_at_all(columns: Columns, tmp_path: Path) -> None:
    columns.load([])
    assert columns.count() == 0
    for name in ("absent.nt", "absent.ttl"):
        with pytest.raises(UsageError, match=r"absent\.\w+: No such file"):
            columns.load([(tmp_path / name, TRIPLES if name.endswith("nt") else RdfFormat.TURTLE)])
    with pytest.raises(UsageError, match="directory"):
        columns.load([(tmp_path, TRIPLES)])


@pytest.mark.parametrize(
    "value", ['"a <urn:g>"', '"_:g"', '" _:g"', '"a" <urn:g>', '"b"@en _:g', "<urn:g>", "_:g <urn:g>"]
)
def test_graph_names_and_what_looks_like_them(columns: Columns, value: str) -> None:
    text = f"<urn:a> <urn:p> {value} .\n"
    [(_, _, read)] = loaded(columns, text, form=QUADS)
    assert read == str(as_parsed(text, QUADS)[0][2])
    assert columns.by_line == [True]


def test_a_statement_in_two_graphs_is_one_triple(columns: Columns) -> None:
    text = "<urn:a> <urn:p> <urn:o> <urn:g> .\n" + LINE + "<urn:a> <urn:p> <urn:o> <urn:h> .\n"
    assert len(loaded(columns, text, form=QUADS)) == 1
    assert places(columns) == [(0, 1)]


# ── Places, labels, names ───────────────────────────────────────────────────────────────────────────────────────────


def places(columns: Columns) -> list[tuple[int, int]]:
    found = [place for (place,) in columns.db.execute("SELECT place FROM triple ORDER BY place").fetchall()]
    return [(place >> FILE_BITS, place & ((1 << FILE_BITS) - 1)) for place in found]


def test_places_are_lines(columns: Columns) -> None:
    lines = [f"<urn:a> <urn:p{number % 3}> <urn:o{number}> .\n" for number in range(4)]
    first = "# head\n\n" + lines[0] + "\n# between\n" + lines[1]
    second = lines[2] + "\n\n\n" + lines[3].rstrip("\n")
    loaded(columns, first, second)
    assert columns.by_line == [True, True]
    assert places(columns) == [(0, 3), (0, 6), (1, 1), (1, 5)]


def test_places_are_lines_of_a_long_file() -> None:
    """Many blocks of the reader: lines are counted in the order of the file."""
    number_of_lines = 200_000
    text = "".join(f"<urn:{number}> <urn:p> <urn:o> .\n" for number in range(1, number_of_lines + 1))
    with Columns(threads=2) as parallel:
        loaded(parallel, text)
        wrong = parallel.one("SELECT count(*) FROM triple JOIN term ON id = s WHERE text <> '<urn:' || place || '>'")
        assert (wrong, parallel.count()) == (0, number_of_lines)


def test_places_are_numbers_of_triples_where_lines_are_not_plain(columns: Columns) -> None:
    loaded(columns, "\t" + LINE + "\n# between\n" + LINE.replace("urn:o", "urn:o2"))
    assert columns.by_line == [False]
    assert places(columns) == [(0, 1), (0, 2)]


@pytest.mark.parametrize(
    "labels", [("a", "a", "a"), ("f1_a", "a", "f1_a"), ("f1_a", "f2_a", "a"), ("f0_a", "a", "f1_f1_a")]
)
@pytest.mark.parametrize("end", ["", " "])
def test_labels_hold_for_one_file(columns: Columns, labels: tuple[str, ...], end: str) -> None:
    """Whatever the label is: those that we make of others are labels, too."""
    texts = [f"_:{label} <urn:p> _:{label} .{end}\n<urn:s> <urn:p> _:{label} .\n" for label in labels]
    nodes = {subject for subject, _, _ in loaded(columns, *texts) if subject.startswith("_:")}
    assert len(nodes) == len(labels)
    assert columns.count() == 2 * len(labels)


@pytest.mark.parametrize(
    "name", ["a*.nt", "a[1].nt", "a?.nt", "a b.nt", "é'\".nt", "{a}.nt", "year=2020.nt", "a\\*.nt"]
)
def test_a_name_is_one_file(columns: Columns, tmp_path: Path, name: str) -> None:
    (tmp_path / "a1.nt").write_text("<urn:other> <urn:p> <urn:o> .\n", encoding="utf-8")
    (tmp_path / name).write_text(LINE, encoding="utf-8")
    columns.load([(tmp_path / name, TRIPLES)])
    assert list(columns.triples()) == [("<urn:a>", "<urn:p>", "<urn:o>")]


@pytest.mark.parametrize("extra", ["", "\\u0041"])
def test_a_line_of_five_megabytes(columns: Columns, extra: str) -> None:
    [(_, _, value)] = loaded(columns, f'<urn:a> <urn:p> "{"é" * 2_500_000}{extra}" .\n{LINE}# {"x" * 5_000_000}\n')[:1]
    assert len(value) == 2_500_002 + bool(extra)
    assert columns.count() == 2


def test_ids_are_given_once(columns: Columns) -> None:
    loaded(columns, LINE)
    first = columns.ids(["<urn:a>", "<urn:new>", "<urn:new>"])
    assert columns.ids(["<urn:new>", "<urn:a>"]) == first
    assert columns.ids([]) == {}
    assert columns.one("SELECT count(*) - count(DISTINCT id) FROM term") == 0


@pytest.mark.parametrize(
    ("form", "text"),
    [
        (RdfFormat.TURTLE, "[] <urn:p> [ <urn:q> ( 1 2 ) ] , _:anon0 , _:a41f2af43aafa309c10db5dc30d3a5c8 ."),
        (RdfFormat.TURTLE, "_:anon1 <urn:p> [] . [] <urn:p> _:anon1 ."),
        (RdfFormat.TRIG, "<urn:g> { [] <urn:p> [] } _:g { [] <urn:p> 1 }"),
        (RdfFormat.TRIG, "[] { <urn:a> <urn:p> [] . <urn:a> <urn:p> [] }"),
    ],
)
def test_drawn_labels_are_those_of_every_parse(columns: Columns, form: RdfFormat, text: str) -> None:
    expected = [(str(q.subject), str(q.object)) for q in stable_blanks(parse(text.encode(), format=form))]
    assert [(s, o) for s, _, o in loaded(columns, text, form=form)] == expected
    again = [(s, o) for s, _, o in loaded(columns, LINE, text, form=form)][1:]
    assert again == [tuple(one.replace("_:", "_:f1_") for one in pair) for pair in expected]
