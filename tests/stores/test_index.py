"""The index of places: what is put in comes out, and a result is located by the value, else the key, else the entry."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from kg.model.findings import Finding, Severity
from kg.model.positions import Position
from kg.model.statements import Introduction, Mapped, Reference, Statement
from kg.stores.index import Index
from kg.validation.locate import locate
from kg.validation.results import Origin, Result

A, P, Q, B, G = (NamedNode(f"https://example.org/{name}") for name in "apqbg")
WORDS = Literal('quotes " and \\ and\nlines', language="en")

ORIGIN = Origin("", "", "", Severity.violation, "")


def at(line: int, column: int = 1) -> Position:
    return Position("facts/f.yaml", line, column)


def mapped() -> Mapped:
    return Mapped(
        "facts/f.yaml",
        statements=[
            Statement(Quad(A, P, B, G), at(3, 9), at(3)),
            Statement(Quad(A, P, WORDS, G), at(4, 9), at(4)),
            Statement(Quad(B, P, A, G), Position("facts/f.xlsx", 7, 2, "Sheet"), at(1)),
        ],
        introductions=[Introduction(A, (B,), at(2, 7))],
        references=[Reference(B, (G,), "p", A, at(3, 9))],
        findings=[Finding("c", Severity.warning, "m", at(3), "h", (("see", at(9)),))],
        texts=[("sources/f.txt", "00")],
    )


def test_what_is_put_in_comes_out(tmp_path: Path) -> None:
    one = mapped()
    with Index.create(tmp_path) as index:
        index.add(one, "digest")
        index.set_setting("name", "value")
    with Index.open(tmp_path) as index:
        assert index.setting("name") == "value"
        assert index.setting("other") == ""
        assert index.files() == {"facts/f.yaml": ("digest", [("sources/f.txt", "00")])}
        assert list(index.introductions()) == one.introductions
        assert list(index.references()) == one.references
        assert list(index.findings()) == one.findings
        assert set(index.quads()) == {s.quad for s in one.statements}
        assert index.quad_places(Quad(B, P, A, G)) == [Position("facts/f.xlsx", 7, 2, "Sheet")]


def test_a_file_that_is_removed_gives_back_its_quads_and_leaves_nothing() -> None:
    with Index.create() as index:
        index.add(mapped(), "")
        other = Mapped("facts/g.yaml", statements=[Statement(Quad(A, P, B, G), at(1), at(1))])
        index.add(other, "")
        dropped = index.remove("facts/f.yaml")
        assert dropped == {s.quad for s in mapped().statements}
        assert index.has_quad(Quad(A, P, B, G))
        assert not index.has_quad(Quad(B, P, A, G))
        assert not index.has_triple(Quad(A, P, WORDS, G))
        assert list(index.introductions()) == []
        assert list(index.findings()) == []


@pytest.mark.parametrize(
    ("focus", "path", "value", "expected"),
    [
        (str(A), str(P), str(WORDS), ("value", at(4, 9))),
        (str(A), str(P), "", ("key", at(4))),
        (str(A), str(P), str(G), ("key", at(4))),
        (str(A), str(Q), "", ("entry", at(2, 7))),
        (str(A), "", "", ("entry", at(2, 7))),
        (str(B), str(Q), "", ("entry", Position("facts/f.xlsx", 1, 1, "Sheet"))),
        (str(G), "", "", ("nothing", Position("", 0, 0))),
    ],
)
def test_a_result_is_located(focus: str, path: str, value: str, expected: tuple[str, Position]) -> None:
    with Index.create() as index:
        index.add(mapped(), "")
        located = locate(Result(ORIGIN, focus, path, value, ""), index)
    assert (located.rule, located.position) == expected


def test_the_other_place_is_where_the_value_is_introduced() -> None:
    with Index.create() as index:
        index.add(mapped(), "")
        located = locate(Result(ORIGIN, str(B), str(P), str(A), ""), index)
    assert located.other == at(2, 7)
