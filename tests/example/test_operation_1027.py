"""The worked example says what the gold says, in the right voice, and nothing that the report does not say."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import yaml
from pyoxigraph import DefaultGraph, Literal, NamedNode, QueryBoolean, Store

from kg.ontology import Ontology
from kg.ontology import vocabulary as v
from kg.ontology.reader import local_name
from kg.pipeline.build import build
from kg.pipeline.project import Project
from kg.stores.generations import Generations
from kg.stores.oxigraph import open_store

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "operation-1027"
GOLD = ROOT / "tests" / "cases" / "gold"
REPORT = "2023-11-03-irrawaddy.yaml"
DOCUMENT = "irrawaddy-2023-11-03"

ALONE = ("places.yaml", "places-more.yaml", "towns.csv", "towns.document.yaml", "actors.yaml", REPORT)
"""The registries and the report of 3 November, without the follow-ups and the briefing."""

FLAGS = ("about", "voice", "speaker", "speakerInferred", "verb", "quote", "nowhere")
"""What a line of `coverage.yaml` says of the claim; its other keys are what the claim says."""

Line: TypeAlias = dict[str, Any]
Term: TypeAlias = NamedNode | Literal


def project(tmp: Path, names: Iterable[str]) -> Path:
    """A copy of the example with some of its facts files."""
    root = tmp / "example"
    (root / "facts").mkdir(parents=True)
    shutil.copy(EXAMPLE / "kg.toml", root)
    for name in names:
        shutil.copy(EXAMPLE / "facts" / name, root / "facts" / name)
    return root


def built(root: Path) -> Store:
    """Build without a single finding, and open what was built."""
    result = build(Project.open(root))
    assert [str(finding) for finding in result.findings] == []
    assert result.written
    generation = Generations(Project.open(root).store).current()
    assert generation is not None
    return open_store(generation)


def read_cases(name: str) -> dict[str, Any]:
    cases: dict[str, Any] = yaml.load((GOLD / name).read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
    return cases


# ── Where a line of coverage stands in the graph ────────────────────────────────────────────────────────────────────


class Graph:
    """The built example, asked for statements with the keys of the facts format."""

    def __init__(self, store: Store, base: str, ontology: Ontology) -> None:
        self.store = store
        self.base = base
        self.ontology = ontology
        self.by_key = {key: prop for prop in ontology.properties.values() for key in prop.keys}

    def claims(self, line: Line) -> list[NamedNode]:
        """The claims, or for `voice: document` the document, that hold all that a line states."""
        stated = {key: value for key, value in line.items() if key not in FLAGS}
        return [graph for graph in self.graphs(line) if self.holds(graph, self.thing(line["about"]), stated)]

    def graphs(self, line: Line) -> Iterator[NamedNode]:
        if line.get("voice") == "document":
            yield self.thing(DOCUMENT)
            return
        graphs = {quad.graph_name for quad in self.store.quads_for_pattern(self.thing(line["about"]), None, None)}
        for claim in sorted((graph for graph in graphs if isinstance(graph, NamedNode)), key=str):
            if line.get("nowhere") or self.of_voice(claim, line):
                yield claim

    def of_voice(self, claim: NamedNode, line: Line) -> bool:
        """Whether a claim is of the report, and of the voice that the line asks for and no other."""
        voice = line.get("voice", "speaker" if "speaker" in line else "writer")
        if voice == "registry":
            return self.values(claim, v.BASIS) == {v.REGISTRY_ENTRY}
        speakers = {self.thing(name) for name in listed(line.get("speaker", []))}
        said = self.values(claim, self.by_key["verb"].iri) if "verb" in line else set()
        return (
            self.values(claim, v.DOCUMENT_OF) == {self.thing(DOCUMENT)}
            and self.values(claim, v.SPEAKER) == speakers
            and bool(self.values(claim, v.WRITERS_VOICE)) == (voice == "writer")
            and bool(self.values(claim, v.ANALYST)) == bool(self.values(claim, v.BECAUSE)) == (voice == "analyst")
            and bool(self.values(claim, self.by_key["speakerInferred"].iri)) == ("speakerInferred" in line)
            and {term.value for term in said} == set(listed(line.get("verb", [])))
        )

    def holds(self, graph: NamedNode, subject: NamedNode, stated: Line) -> bool:
        """Whether one graph holds every statement, those of nested things included."""
        for key, wanted in stated.items():
            predicate = v.RDF_TYPE if key == v.WORD_TYPE else self.by_key[key].iri
            found = [quad.object for quad in self.store.quads_for_pattern(subject, predicate, None, graph)]
            if not all(any(self.fits(graph, term, one, key) for term in found) for one in listed(wanted)):
                return False
        return True

    def fits(self, graph: NamedNode, term: Any, wanted: Any, key: str) -> bool:
        if isinstance(wanted, dict):
            return isinstance(term, NamedNode) and self.holds(graph, term, wanted)
        if wanted == "*":
            return True
        if isinstance(term, Literal):
            return bool(term.value == wanted)
        return term in (self.thing(wanted), *self.named(wanted, key))

    def named(self, word: str, key: str) -> Iterator[NamedNode]:
        """What a word names that is no thing of the facts: a class, a value of a class's list, a property."""
        if word in self.ontology.classes:
            yield self.ontology.classes[word].iri
        if key != v.WORD_TYPE:
            cls = self.ontology.value_class(self.by_key[key])
            if cls is not None and word in cls.individuals:
                yield cls.individuals[word]
        if word in self.by_key:
            yield self.by_key[word].iri

    def values(self, subject: NamedNode, predicate: NamedNode) -> set[Term]:
        quads = self.store.quads_for_pattern(subject, predicate, None, DefaultGraph())
        return {quad.object for quad in quads if isinstance(quad.object, NamedNode | Literal)}

    def quotes(self, claim: NamedNode) -> set[str]:
        return {term.value for term in self.values(claim, v.QUOTE)}

    def thing(self, name: str) -> NamedNode:
        return NamedNode(self.base + name)


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """The registries and the report of 3 November, built."""
    root = project(tmp_path_factory.mktemp("alone"), ALONE)
    opened = Project.open(root)
    return Graph(built(root), opened.settings.base, opened.ontology)


# ── The example itself ──────────────────────────────────────────────────────────────────────────────────────────────


def test_the_whole_example_builds_without_a_finding(tmp_path: Path) -> None:
    root = tmp_path / "example"
    shutil.copytree(EXAMPLE, root, ignore=shutil.ignore_patterns(".kg"))
    assert len(built(root)) > 0


@pytest.mark.slow
def test_the_whole_example_keeps_all_rules(tmp_path: Path) -> None:
    from kg.pipeline.check import check

    root = tmp_path / "example"
    shutil.copytree(EXAMPLE, root, ignore=shutil.ignore_patterns(".kg"))
    checked = check(Project.open(root))
    assert checked.shapes_checked
    assert [str(finding) for finding in checked.findings] == []


def test_the_report_names_nobody_that_only_the_follow_ups_name(alone: Graph) -> None:
    assert alone.holds(alone.thing(DOCUMENT), alone.thing(DOCUMENT), {"publisher": "The Irrawaddy"})
    assert not list(alone.store.quads_for_pattern(alone.thing("kawlin-revolution-team"), None, None))


# ── Against the report's text and the gold ──────────────────────────────────────────────────────────────────────────


def test_every_quote_of_the_report_stands_in_its_text(tmp_path: Path, shared: Path) -> None:
    """Each quote is found once and letter for letter: the build finds nothing to say, and every span has its place."""
    root = project(tmp_path, ALONE)
    text = shared / "seed" / "2023-11-03.txt"
    (root / "sources").mkdir()
    shutil.copy(text, root / "sources" / "report.txt")
    facts = root / "facts" / REPORT
    with_text = f"document:\n  text: ../sources/report.txt\n  sha256: {hashlib.sha256(text.read_bytes()).hexdigest()}\n"
    facts.write_text(facts.read_text(encoding="utf-8").replace("document:\n", with_text, 1), encoding="utf-8")
    store = built(root)
    characters = text.read_text(encoding="utf-8")
    spans = [quad.subject for quad in store.quads_for_pattern(None, v.QUOTE_START, None, DefaultGraph())]
    assert len(spans) == len(list(store.quads_for_pattern(None, v.HAS_SPAN, None, DefaultGraph()))) > 40
    for span in spans:
        found = {q.predicate: q.object for q in store.quads_for_pattern(span, None, None, DefaultGraph())}
        start, end, words = (str(getattr(found[p], "value", "")) for p in (v.QUOTE_START, v.QUOTE_END, v.EXACT_TEXT))
        assert characters[int(start) : int(end)] == words


def test_follow_ups_quote_nothing() -> None:
    """Their texts are not ours to quote; what they say is told in our words."""
    for path in (EXAMPLE / "facts").glob("2023-*.yaml"):
        if path.name != REPORT:
            assert not re.search(r"^\s*-?\s*quote:", path.read_text(encoding="utf-8"), re.MULTILINE), path.name


@cache
def gold_rows(shared: Path) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Each row of the gold that facts must bear: its basis and the quotes that gold gives for it."""
    tables: dict[str, Any] = json.loads((shared / "seed" / "gold.json").read_text(encoding="utf-8"))
    rows = {}
    for name, table in tables.items():
        if name == "sentences":
            continue
        for row in table:
            # Of places gold says on what their hierarchy rests; that the text names them is what their quotes show.
            basis = row.get("basis", "I" if row.get("basis of “within”") == "I" else "T")
            rows[row["id"]] = (basis, tuple(quote["quote"] for quote in row["quotes"]))
    for line in (shared / "seed" / "gold.md").read_text(encoding="utf-8").splitlines():
        if re.match(r"\| D\d+ \|", line):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            rows[cells[0]] = (cells[3], tuple(re.findall("“([^”]+)”", cells[4])))
    return {id_: row for id_, row in rows.items() if set(row[0]) & {"T", "I"}}


def overlap(text: str, one: str, other: str) -> int:
    """How many characters of a text two of its passages share; -1 where one of them is not in it."""
    start, other_start = text.find(one), text.find(other)
    if min(start, other_start) < 0:
        return -1
    return min(start + len(one), other_start + len(other)) - max(start, other_start)


def test_every_row_of_the_gold_has_its_statements(shared: Path) -> None:
    rows, covered = gold_rows(shared), read_cases("coverage.yaml")
    assert len(rows) > 150
    assert sorted(rows.keys() - covered.keys()) == [], "rows of the gold that nothing represents"
    assert sorted(covered.keys() - rows.keys()) == [], "rows that the gold does not have, or does not ask for"
    for id_, (basis, _) in rows.items():
        lines = [line for line in covered[id_] if "nowhere" not in line]
        assert lines, f"{id_} has no statement that must be there"
        if id_.startswith("D"):
            continue
        inferred = [line for line in lines if line.get("voice") == "analyst" or "speakerInferred" in line]
        said = [line for line in lines if line.get("voice") in (None, "writer")]
        assert said or not basis.startswith("T"), f"{id_} is in the text, and nothing of it in the text's voice"
        assert inferred or not basis.startswith("I"), f"{id_} is inferred, and nothing of it in the analyst's voice"


def test_every_line_of_the_coverage_stands_in_a_claim_of_its_voice(alone: Graph, shared: Path) -> None:
    text = (shared / "seed" / "2023-11-03.txt").read_text(encoding="utf-8")
    rows = gold_rows(shared)
    wrong = []
    for id_, lines in read_cases("coverage.yaml").items():
        for line in lines:
            found = alone.claims(line)
            if "nowhere" in line:
                if found:
                    wrong.append(f"{id_}: {line}: stands in {[local_name(claim.value) for claim in found]}")
            elif not found:
                wrong.append(f"{id_}: {line}: no claim says so")
            elif line.get("voice") in (None, "writer") and not any(
                rests_on(alone.quotes(claim), line, rows[id_][1], text) for claim in found
            ):
                wrong.append(f"{id_}: {line}: rests on {[alone.quotes(claim) for claim in found]}")
    assert not wrong, "\n".join(wrong)


def rests_on(quotes: set[str], line: Line, of_gold: tuple[str, ...], text: str) -> bool:
    """Whether a claim's quotes hold the words that the line asks for, or cover half of a quote that gold gives."""
    if "quote" in line:
        return any(line["quote"] in quote for quote in quotes)
    return any(2 * sum(max(0, overlap(text, one, quote)) for quote in quotes) >= len(one) for one in of_gold)


@pytest.mark.parametrize(
    "line",
    [
        {"about": "attack-on-kawlin-bases", "attacker": "kawlin-pdf"},  # Kawlin PDF says so, not the writer
        {"about": "attack-on-kawlin-bases", "speaker": "kyunhla-pdf", "attacker": "kawlin-pdf"},
        {"about": "attack-on-kawlin-bases", "speaker": "kawlin-pdf", "verb": "added", "attacker": "kawlin-pdf"},
        {"about": "attack-on-kawlin-bases", "speaker": "kawlin-pdf", "day": "2023-11-03"},  # the analyst's
        {"about": "capture-of-min-ywar-police-station", "killed": {"count": {"low": "21"}}},
        {"about": "police-station-not-seized", "speaker": "kawlin-pdf-representative", "polarity": "notYet"},  # "he"
    ],
)
def test_the_coverage_would_see_a_wrong_voice_or_value(alone: Graph, line: Line) -> None:
    assert alone.claims(line) == []


# ── What must not be asserted ───────────────────────────────────────────────────────────────────────────────────────

TRAPS = read_cases("traps.yaml")
SPRUNG = "facts/sprung.yaml"


def asked(store: Store, base: str, ask: str) -> bool:
    prefixes = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in v.PREFIXES.items())
    answer = store.query(f"{prefixes}PREFIX : <{base}>\n{ask}")
    assert isinstance(answer, QueryBoolean)
    return bool(answer)


def test_there_is_a_trap_for_every_row_of_the_gold(shared: Path) -> None:
    text = (shared / "seed" / "gold.md").read_text(encoding="utf-8")
    assert list(TRAPS) == re.findall(r"^\| (X\d+) \|", text, re.MULTILINE)


@pytest.mark.parametrize("name", TRAPS)
def test_a_trap_stays_shut_on_the_report_alone(alone: Graph, name: str) -> None:
    assert not asked(alone.store, alone.base, TRAPS[name]["ask"]), TRAPS[name]["why"]


@pytest.fixture(scope="module")
def sprung(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = project(tmp_path_factory.mktemp("sprung"), ALONE)
    build(Project.open(root))
    return root


@pytest.mark.parametrize("name", TRAPS)
def test_a_trap_shuts_on_what_it_is_for(sprung: Path, name: str) -> None:
    document = {"id": "sprung", "type": "NewsArticle", "publisher": "nobody", "issued": "2023-11-04"}
    claims = [entry if "voice" in entry else {**entry, "paraphrase": "made up"} for entry in TRAPS[name]["fires"]]
    (sprung / SPRUNG).write_text(yaml.safe_dump({"document": document, "claims": claims}), encoding="utf-8")
    assert asked(built(sprung), Project.open(sprung).settings.base, TRAPS[name]["ask"])


# ── What only the follow-ups add ────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """All of the example, built."""
    root = tmp_path_factory.mktemp("whole") / "example"
    shutil.copytree(EXAMPLE, root, ignore=shutil.ignore_patterns(".kg"))
    opened = Project.open(root)
    return Graph(built(root), opened.settings.base, opened.ontology)


def answered(graph: Graph, query: str) -> set[tuple[str, ...]]:
    """The first columns of a shipped question's answer, as ids."""
    text = (ROOT / "queries" / f"{query}.rq").read_text(encoding="utf-8")
    solutions: Any = graph.store.query(text)
    names = [variable.value for variable in solutions.variables]
    return {
        tuple(f"{name}={row[name].value.removeprefix(graph.base)}" for name in names if row[name] is not None)
        for row in solutions
    }


def has(rows: set[tuple[str, ...]], *cells: str) -> bool:
    return any(set(cells) <= set(row) for row in rows)


def test_on_the_report_alone_no_member_of_the_alliance_acts_or_coordinates_in_a_township(alone: Graph) -> None:
    assert answered(alone, "who-acted-where") == set()
    assert answered(alone, "who-coordinated-where") == set()


@pytest.mark.parametrize(
    ("member", "township"),
    [
        ("tnla", "nawnghkio-township"),
        ("tnla", "namhkan-township"),
        ("tnla", "kutkai-township"),
        ("tnla", "lashio-township"),
        ("mndaa", "laukkaing-township"),
        ("arakan-army", "tigyaing-township"),
        ("arakan-army", "kawlin-township"),
    ],
)
def test_with_the_follow_ups_members_act_in_townships(whole: Graph, member: str, township: str) -> None:
    rows = answered(whole, "who-acted-where")
    assert has(rows, f"member={member}", f"township={township}")
    assert all(any(cell.startswith("firstDay=") for cell in row) for row in rows)


@pytest.mark.parametrize(
    ("township", "partner", "first", "last"),
    [
        ("tigyaing-township", "kia", "2023-10-26", "2023-11-09"),
        ("tigyaing-township", "peoples-defence-forces", "2023-10-26", "2023-11-09"),
        ("kawlin-township", "kia", "2023-11-03", "2023-11-06"),
        ("kawlin-township", "kawlin-pdf", "2023-11-03", "2023-11-06"),
    ],
)
def test_with_the_follow_ups_the_arakan_army_coordinates(
    whole: Graph, township: str, partner: str, first: str, last: str
) -> None:
    wanted = (
        "member=arakan-army",
        f"township={township}",
        f"partner={partner}",
        f"firstDay={first}",
        f"lastDay={last}",
    )
    assert has(answered(whole, "who-coordinated-where"), "kind=one event", *wanted)


def test_the_follow_ups_contradict_and_leave_standing(whole: Graph) -> None:
    four, eight = (
        whole.thing(f"{document}/claim/{key}")
        for document, key in ((DOCUMENT, "four-townships"), ("irrawaddy-2023-11-09", "eight-townships"))
    )
    assert {four} <= whole.values(eight, NamedNode(v.NAMESPACE + "contradicts"))
    assert {eight} <= whole.values(four, NamedNode(v.NAMESPACE + "contradicts"))
    wave = whole.thing("wave-of-3-november")
    assert whole.holds(four, wave, {"unlistedCount": {"low": "4"}})
    assert whole.holds(eight, wave, {"place": ["homalin-township", "gangaw-township"]})


def test_the_capture_of_the_police_station_comes_after_what_had_not_happened(whole: Graph) -> None:
    capture, not_yet = (whole.thing(name) for name in ("capture-of-kawlin-police-station", "police-station-not-seized"))
    assert not_yet in whole.values(capture, whole.by_key["after"].iri)
    assert whole.values(capture, v.DAY) == {Literal("2023-11-05", datatype=v.XSD_DATE)}
    assert NamedNode(v.NAMESPACE + "Event") not in whole.values(not_yet, v.RDF_TYPE)
