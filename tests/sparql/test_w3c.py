"""
The W3C's suites of SPARQL 1.0 and 1.1, query evaluation: what is compiled gives the results that are expected.

`tests/cases/sparql/w3c.yaml` lists what is not compiled, and what differs from the expected results or from Oxigraph,
each with its reason. The lists are strict: what is listed and passes fails the test.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from kg.sparql.algebra import NotCompiled
from tests.sparql.engines import columns_of, oxigraph_of
from tests.sparql.w3c import Case, Row, by_value, cases, expected, rows

KNOWN = yaml.safe_load((Path(__file__).parents[1] / "cases/sparql/w3c.yaml").read_text(encoding="utf-8"))
COUNTS = {"sparql10": 284, "sparql11": 232}


@pytest.mark.slow
@pytest.mark.parametrize("suite", sorted(COUNTS))
def test_the_suite(conformance: Path, suite: str, tmp_path: Path) -> None:
    found: dict[str, dict[str, str]] = {"not compiled": {}, "not as expected": {}, "not as Oxigraph": {}}
    tried = list(cases(conformance / "w3c" / suite))
    assert len(tried) == COUNTS[suite]
    for case in tried:
        _try(case, tmp_path, found)
    for kind, differences in found.items():
        known = {name for name in KNOWN[kind] if name.startswith(f"{suite}/")}
        assert differences.keys() == known, "\n".join(
            [kind, *(f"{name}: {differences.get(name, 'passes')}" for name in sorted(differences.keys() ^ known))]
        )


def _try(case: Case, folder: Path, found: dict[str, dict[str, str]]) -> None:
    quads = case.quads()
    engine = columns_of(quads, folder)
    try:
        mine = rows(engine.answer(engine.compiled(case.text())))
    except NotCompiled as error:
        found["not compiled"][case.name] = error.message
        return
    finally:
        engine.close()
    wanted = expected(case.result)
    if not _same(case, mine, wanted):
        found["not as expected"][case.name] = f"{mine} is not {wanted}"
    try:
        theirs = rows(oxigraph_of(quads).query(case.text()))
    except SyntaxError as error:
        found["not as Oxigraph"][case.name] = str(error)
        return
    if by_value(mine) != by_value(theirs):
        found["not as Oxigraph"][case.name] = f"{mine} is not {theirs}"


def _same(case: Case, mine: list[Row], wanted: list[Row]) -> bool:
    if "REDUCED" in case.text().upper():
        return set(by_value(mine)) == set(by_value(wanted))
    return by_value(mine) == by_value(wanted)
