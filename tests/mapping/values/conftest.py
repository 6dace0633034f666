"""Cases are data: `tests/cases/values/NAME.yaml`, NAME being `CASES` of the module that asks for a `case`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

import pyoxigraph
import pytest
import yaml

from kg.mapping.values.problem import ValueProblem
from kg.mapping.values.wording import Wording
from kg.model.shipped import shipped

T = TypeVar("T")

FOLDER = Path(__file__).parents[2] / "cases" / "values"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "case" not in metafunc.fixturenames:
        return
    path = FOLDER / f"{metafunc.module.CASES}.yaml"
    # BaseLoader types nothing: a case holds the text that a facts file would.
    cases = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506
    assert len(cases) == metafunc.module.NUMBER_OF_CASES, f"{path.name} holds {len(cases)} cases: were some lost?"
    names = [f"{number}:{case['text'][:40]!a}" for number, case in enumerate(cases, 1)]
    metafunc.parametrize("case", cases, ids=names)


@pytest.fixture(scope="session")
def wording() -> Wording:
    return Wording.from_triples(pyoxigraph.parse(path=shipped("ontology") / "wording.ttl"))


class Attempt(Protocol):
    """Calls a reader; None where it refuses, which must say what is wrong and what to write."""

    def __call__(self, read: Callable[..., T], *arguments: object) -> T | None: ...


@pytest.fixture(scope="session")
def attempt() -> Attempt:
    def call(read: Callable[..., T], *arguments: object) -> T | None:
        try:
            return read(*arguments)
        except ValueProblem as problem:
            told = problem.message, problem.hint
        assert all(told), told
        return None

    return call
