"""
Functions, operators, casts and set functions over a table of literals: the same in columns as in Oxigraph.

`tests/cases/sparql/values.yaml` has the table, and the known differences with the sentences of the standards.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from pyoxigraph import Quad, QuerySolutions, RdfFormat, Store, parse

from kg.sparql.algebra import NotCompiled
from kg.sparql.running import ColumnEngine
from tests.sparql.engines import columns_of, oxigraph_of
from tests.sparql.w3c import value_of

TABLE: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parents[1] / "cases/sparql/values.yaml").read_text(encoding="utf-8")
)


AS_WRITTEN = frozenset(("written", "outside"))
"""Of all others the literals are stored as Oxigraph prints them, so that a difference is one of the answer."""


class Question(NamedTuple):
    """An expression, where the values of its variables are, and whether these are computed before, or never there."""

    expression: str
    classes: tuple[str, ...]
    computed: bool = False
    grouped: bool = False
    absent: bool = False

    def text(self) -> str:
        names = ("?x", "?y")[: len(self.classes)]
        patterns = " ".join(
            f"?s{name[1:]} <urn:{'ij'[place]}/{one}> {'?stored' if self.computed else name} ."
            for place, (name, one) in enumerate(zip(names, self.classes, strict=True))
        )
        if self.absent:
            patterns = f"VALUES ?sx {{ <urn:nothing> }} OPTIONAL {{ {patterns} }}"
        # A value of which the types are known no more, as it comes out of an expression.
        made = " BIND(IF(isIRI(?sx), ?stored, 1) AS ?x)" if self.computed else ""
        keys = "" if self.grouped else " ".join(f"?s{name[1:]}" for name in names)
        return f"{TABLE['prefix']} SELECT {keys} ({self.expression} AS ?answer) {{ {patterns}{made} }}"


@dataclass(frozen=True, slots=True)
class Engines:
    columns: ColumnEngine
    store: Store


def stored() -> list[Quad]:
    """The literals of the table, each in two places."""
    quads: list[Quad] = []
    for kind, literals in TABLE["literals"].items():
        for number, literal in enumerate(literals):
            lines = (f"<urn:{kind}/{number}> <urn:{place}/{kind}> {literal} ." for place in "ij")
            found = list(parse(f"{TABLE['prefix']}\n{' '.join(lines)}", format=RdfFormat.TURTLE))
            quads += found if kind in AS_WRITTEN else oxigraph_of(found)
    return quads


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    quads = stored()
    made = columns_of(quads, tmp_path_factory.mktemp("values"))
    yield Engines(made, oxigraph_of(quads))
    made.close()


def questions() -> list[Question]:
    kinds = list(TABLE["literals"])
    alone = [Question(one, (kind,)) for one, kind in product(TABLE["expressions"], kinds)]
    # Through an expression each value takes the same way, so that some of them will do.
    computed = [
        Question(one, (kind,), computed=True)
        for one, kind in product(TABLE["expressions"], ("text", "other", "beyond"))
    ]
    absent = [
        Question(one, (kind,), absent=True)
        for one, kind in product(TABLE["expressions"], ("integer", "string", "text", "dateTime"))
    ]
    pairs = [
        Question(one, (left, right))
        for kinds in TABLE["pairs"]
        for one, left, right in product(TABLE["operators"], kinds, kinds)
    ]
    sets = [Question(one, (kind,), grouped=True) for one, kind in product(TABLE["set functions"], kinds)]
    return [*alone, *computed, *absent, *pairs, *sets]


@cache
def _same_value(text: str) -> str:
    return value_of(text)


def answers(found: object) -> dict[tuple[str, ...], str]:
    """The answers by the subjects of the literals; `none` where there is an error."""
    assert isinstance(found, QuerySolutions)
    keys = [variable.value for variable in found.variables if variable.value != "answer"]
    return {
        tuple(str(row[key]) for key in keys): "none" if row["answer"] is None else _same_value(str(row["answer"]))
        for row in found
    }


def _literal(subject: str) -> str:
    kind, _, number = subject.removeprefix("<urn:").removesuffix(">").partition("/")
    return str(TABLE["literals"][kind][int(number)]) if number else "no value"


def _matches(known: dict[str, Any], question: Question, terms: list[str], here: str, there: str) -> bool:
    return (
        (question.expression in known["of"] if "of" in known else True)
        and any(re.fullmatch(known.get("term", ".*"), term) for term in terms or question.classes)
        and re.fullmatch(known.get("here", ".*"), here) is not None
        and re.fullmatch(known.get("there", ".*"), there) is not None
    )


@pytest.mark.slow
def test_values_are_those_of_oxigraph(engines: Engines) -> None:
    counted: Counter[str] = Counter()
    used: Counter[int] = Counter()
    unknown: list[str] = []
    for question in questions():
        try:
            mine = answers(engines.columns.answer(engines.columns.compiled(question.text())))
        except NotCompiled:
            counted["not compiled"] += 1
            continue
        counted["compiled"] += 1
        theirs = answers(engines.store.query(question.text()))
        assert mine.keys() == theirs.keys(), question
        counted["answers"] += len(mine)
        counted["values"] += sum(one != "none" for one in mine.values())
        for subjects, here in mine.items():
            there = theirs[subjects]
            if here == there:
                continue
            terms = [_literal(one) for one in subjects]
            of = [
                number
                for number, known in enumerate(TABLE["differences"])
                if _matches(known, question, terms, here, there)
            ]
            used.update(of[:1])
            if not of:
                unknown.append(f"{question.expression} of {terms or question.classes}: {here} is not {there}")
    assert not unknown, f"{len(unknown)} differences:\n" + "\n".join(unknown)
    unused = [known["spec"] for number, known in enumerate(TABLE["differences"]) if number not in used]
    assert not unused, unused
    assert dict(counted) == TABLE["counts"]
