"""What is asked of a file, and the first place where it is answered."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, RdfFormat, parse

from kg.model.errors import Bug
from kg.syntax.blanks import stable_blanks, stable_texts
from kg.syntax.places import Wanted, find, focus_places, numbered, places, written

TURTLE = """\
@prefix : <http://e/> .
:s :p :o , :o ;
   :q [ :r "deep" ] .
:s :p :o .
:other :p :s , :only-object .
:only-object2 :p 1 .
"""
IRI = "<http://e/{}>".format


@pytest.fixture
def turtle(tmp_path: Path) -> Path:
    path = tmp_path / "a.ttl"
    path.write_text(TURTLE, encoding="utf-8")
    return path


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    path = tmp_path / "a.nt"
    path.write_text(
        "<http://e/s> <http://e/p> <http://e/o> .\n"
        "<http://e/\\u0073>  <http://e/p> <http://e/late> .\n"
        "\t<http://e/indented><http://e/p> _:b1 .\n"
        "<http://e/s> <http://e/p> <http://e/o> .\n"
        '_:b1 <http://e/p> "x"@EN .\n'
        "<http://e/s>\t<http://e/q> <http://e/s2> .\n",
        encoding="utf-8",
    )
    return path


def test_a_triple_stands_where_it_is_written_first(turtle: Path) -> None:
    triple = (IRI("s"), IRI("p"), IRI("o"))
    absent = (IRI("s"), IRI("p"), IRI("absent"))
    found = places(turtle, RdfFormat.TURTLE, [triple, absent])
    assert list(found) == [triple]
    assert found[triple][4:] == ((2, 1), (2, 4), (2, 7))


def test_blank_nodes_of_another_parse_are_found(turtle: Path) -> None:
    quads = list(stable_blanks(parse(path=turtle, format=RdfFormat.TURTLE)))
    triples = {(str(q.subject), str(q.predicate), str(q.object)) for q in quads}
    found = places(turtle, RdfFormat.TURTLE, triples)
    assert set(found) == triples
    assert found["_:anon0", IRI("r"), '"deep"'].object_at == (3, 12)
    assert found[IRI("s"), IRI("q"), "_:anon0"].object_at == (3, 7)


def test_a_term_stands_where_it_is_a_subject_or_else_an_object(turtle: Path) -> None:
    wanted = {IRI("other"), IRI("s"), IRI("only-object"), '"deep"', IRI("absent"), "_:anon0"}
    assert focus_places(turtle, RdfFormat.TURTLE, wanted) == {
        IRI("other"): (5, 1),
        IRI("s"): (2, 1),
        IRI("only-object"): (5, 16),
        '"deep"': (3, 12),
        "_:anon0": (3, 7),
    }


def test_a_subject_with_a_predicate(turtle: Path) -> None:
    found = find(turtle, RdfFormat.TURTLE, Wanted(pairs=[(IRI("s"), IRI("q")), (IRI("other"), IRI("q"))]))
    assert {pair: quad.predicate_at for pair, quad in found.pairs.items()} == {(IRI("s"), IRI("q")): (3, 4)}
    assert not found.triples
    assert not found.terms


def test_in_lines_whatever_their_layout(lines: Path) -> None:
    triples = [
        (IRI("s"), IRI("p"), IRI("o")),
        (IRI("s"), IRI("p"), IRI("late")),
        (IRI("indented"), IRI("p"), "_:b1"),
        ("_:b1", IRI("p"), '"x"@en'),
    ]
    wanted = Wanted(triples, [(IRI("s"), IRI("q"))], [IRI("late"), IRI("indented"), "_:b1", IRI("s"), IRI("absent")])
    found = find(lines, RdfFormat.N_TRIPLES, wanted)
    assert [found.triples[triple].subject_at for triple in triples] == [(1, 1), (2, 1), (3, 2), (5, 1)]
    assert found.pairs[IRI("s"), IRI("q")].predicate_at == (6, 14)
    assert found.terms == {IRI("late"): (2, 33), IRI("indented"): (3, 2), "_:b1": (5, 1), IRI("s"): (1, 1)}


@pytest.mark.parametrize("name", ["turtle", "lines"])
def test_find_and_written_agree(name: str, request: pytest.FixtureRequest) -> None:
    path = request.getfixturevalue(name)
    form = RdfFormat.TURTLE if name == "turtle" else RdfFormat.N_TRIPLES
    every = list(written(path, form))
    first = {quad[:3]: quad for quad in reversed(every)}
    assert find(path, form, Wanted(triples=first.keys())).triples == first
    assert numbered(path, form, [1, len(every), len(every) + 1]) == {1: every[0], len(every): every[-1]}
    assert numbered(path, form, []) == {}


@pytest.mark.parametrize("form", [RdfFormat.JSON_LD, RdfFormat.RDF_XML])
def test_other_syntaxes_have_no_places(form: RdfFormat, tmp_path: Path) -> None:
    path = tmp_path / "not-even-there"
    assert list(written(path, form)) == []
    assert find(path, form, Wanted([("a", "b", "c")], [("a", "b")], ["a"])).terms == {}


def test_deep_nesting(tmp_path: Path) -> None:
    path = tmp_path / "deep.ttl"
    path.write_text(f"<urn:s> <urn:p> {'[ <urn:p> ( ' * 5000}1{' ) ]' * 5000} .", encoding="utf-8")
    assert sum(1 for _ in written(path, RdfFormat.TURTLE)) == 5000 * 3 + 1


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("a.nt", "<urn:s> <urn:p> <urn:o> .\n<urn:s> <urn:p> .\n", 2),
        ("a.nq", "\n\n<urn:s> <urn:p> <urn:o> <urn:g> <urn:h> .\n", 3),
        ("a.ttl", "<urn:s> <urn:p> <urn:o> .\n<urn:s>\r\n<urn:p> <urn:o>", 3),
        ("a.ttl", "<urn:s> <urn:p>\n 'open .", 2),
        ("a.ttl", "\nno:prefix <urn:p> <urn:o> .", 2),
        ("a.ttl", "<urn:s> <urn:p> 'x'^^no:prefix .", 1),
        ("a.ttl", "<urn:s> <urn:p> [ <urn:q> 1 .", 1),
        ("a.ttl", "<urn:s> <urn:p> ( 1 ; 2 ) .", 1),
        ("a.ttl", "<urn:s> <urn:p> 1 ] .", 1),
        ("a.ttl", "'x' <urn:p> 1 .", 1),
        ("a.ttl", "@prefix a <urn:a> .", 1),
        ("a.ttl", "@prefix a: a:b .", 1),
        ("a.ttl", "@base 'x' .", 1),
        ("a.ttl", "VERSION <urn:x>", 1),
        ("a.ttl", "@unknown <urn:x> .", 1),
        ("a.ttl", "UNKNOWN <urn:x> .", 1),
        ("a.ttl", "<urn:s> <urn:p> << <urn:s> <urn:p> 1 >> .", 1),
        ("a.ttl", ") <urn:p> 1 .", 1),
        ("a.trig", "GRAPH 'x' { }", 1),
        ("a.trig", "<urn:g> { <urn:s> <urn:p> 1 .", 1),
    ],
)
def test_what_cannot_be_read_is_a_bug_with_its_line(name: str, text: str, line: int, tmp_path: Path) -> None:
    form = {"nt": RdfFormat.N_TRIPLES, "nq": RdfFormat.N_QUADS, "ttl": RdfFormat.TURTLE, "trig": RdfFormat.TRIG}
    path = tmp_path / name
    path.write_text(text, encoding="utf-8", newline="")
    with pytest.raises(Bug) as caught:
        list(written(path, form[path.suffix[1:]]))
    assert str(caught.value).startswith(f"{path}:{line}: ")


def test_stable_quads_and_stable_texts_say_the_same() -> None:
    text = "_:a <urn:p> [ <urn:q> ( 1 'x' ) ] . [] { [] <urn:p> _:a } _:g { _:a <urn:p> <urn:o> }"
    quads = stable_blanks(parse(text, format=RdfFormat.TRIG))
    texts = [tuple("" if term == DefaultGraph() else str(term) for term in quad) for quad in quads]
    assert texts == list(stable_texts(parse(text, format=RdfFormat.TRIG)))
    assert {text for quad in texts for text in quad if text[:1] == "_"} == {
        "_:a", "_:g", *(f"_:anon{number}" for number in range(5)),
    }  # fmt: skip
