"""A build is whole or not at all, and the same whatever the order and whatever was built before."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, NamedNode, Quad

import kg.pipeline.build as building
from kg import Project, Wanted, build, export, opened
from kg.model.errors import EnvironmentFault, UsageError
from kg.ontology import vocabulary as v
from tests.pipeline.conftest import REPORT, MakeProject

BASE = "https://example.org/t/"


def quads(project: Project) -> Counter[str]:
    with opened(project) as store:
        return Counter(map(str, store))


def exported(project: Project, form: str = "nquads") -> bytes:
    out = BytesIO()
    export(project, form, out, Wanted(merge=True))
    return out.getvalue()


def test_the_merge_holds_each_statement_of_any_graph_once(make_project: MakeProject) -> None:
    project = make_project({})
    assert build(project).written
    with opened(project) as store:
        merge = {(q.subject, q.predicate, q.object) for q in store.quads_for_pattern(None, None, None, DefaultGraph())}
        graphs = [q for q in store if q.graph_name not in (DefaultGraph(), v.ONTOLOGY_GRAPH)]
        attacker = Quad(
            NamedNode(BASE + "attack"), project.ontology.thing_keys["attacker"].iri, NamedNode(BASE + "red")
        )
        told_by = [
            q
            for q in graphs
            if (q.subject, q.predicate, q.object) == (attacker.subject, attacker.predicate, attacker.object)
        ]
    assert merge == {(q.subject, q.predicate, q.object) for q in graphs}
    assert len(told_by) == 2


def test_superclasses_superproperties_and_inverses_stand_in_the_claims_graph(make_project: MakeProject) -> None:
    project = make_project({})
    build(project)
    ontology = project.ontology
    with opened(project) as store:
        (told,) = {q.graph_name for q in store.quads_for_pattern(NamedNode(BASE + "attack"), v.WHEN, None)} - {
            DefaultGraph()
        }
        inside = {
            (str(q.subject), str(q.predicate), str(q.object)) for q in store.quads_for_pattern(None, None, None, told)
        }
    attack, red = f"<{BASE}attack>", f"<{BASE}red>"
    event, participant = ontology.classes["Event"].iri, ontology.thing_keys["participant"].iri
    assert (attack, str(v.RDF_TYPE), str(event)) in inside
    assert (attack, str(participant), red) in inside
    back = str(ontology.thing_keys["effectOf"].iri)
    assert any(p == back and o == attack for _, p, o in inside)


def test_a_build_with_an_error_leaves_the_old_store_answering(make_project: MakeProject) -> None:
    project = make_project({})
    build(project)
    before = exported(project)
    make_project({"facts/report.yaml": REPORT.replace("attacker: red", "attacker: rad")})
    refused = build(project)
    assert not refused.written
    assert [f.code for f in refused.findings] == ["unknown-reference", "unknown-reference"]
    assert "did you mean 'red'?" in refused.findings[0].hint
    assert exported(project) == before


def test_a_build_that_cannot_write_leaves_the_old_store_answering(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = make_project({})
    build(project)
    before = exported(project)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(building, "write_store", full)
    with pytest.raises(EnvironmentFault, match="the disk is full"):
        build(project, fresh=True)
    assert exported(project) == before
    assert len(list(project.store.glob("g*"))) == 1


_SLOW_BUILD = """
import sys, time
import kg.pipeline.build as building
from kg import Project, build
write = building.write_store
def slow(*args):
    write(*args)
    print("written", flush=True)
    time.sleep(60)
building.write_store = slow
build(Project.open(sys.argv[1]), fresh=True)
"""


def test_a_killed_build_leaves_the_old_store_answering_and_is_cleaned_up(make_project: MakeProject) -> None:
    project = make_project({})
    build(project)
    before = exported(project)
    process = subprocess.Popen([sys.executable, "-c", _SLOW_BUILD, str(project.root)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"written\n"
    with pytest.raises(EnvironmentFault, match=f"another build .* {process.pid}"):
        build(project)
    assert exported(project) == before
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert exported(project) == before
    assert build(project, fresh=True).written
    assert exported(project) == before
    assert len(list(project.store.glob("g*"))) == 1


def test_a_reader_reads_on_while_a_build_replaces_the_store(make_project: MakeProject) -> None:
    project = make_project({})
    build(project)
    with opened(project) as store:
        before = len(store)
        make_project(
            {"facts/report.yaml": REPORT.replace("claims:", "claims:\n  - {id: green, type: ArmedGroup, quote: x}")}
        )
        assert build(project).written
        assert len(store) == before
        assert len(list(store)) == before
    with opened(project) as store:
        assert len(store) > before
    assert build(project, fresh=True).written
    assert len(list(project.store.glob("g*"))) == 1


def test_without_a_build_a_question_says_what_to_do(make_project: MakeProject) -> None:
    with pytest.raises(UsageError, match="nothing is built yet"), opened(make_project({})):
        pass


def test_only_what_changed_is_read_again(make_project: MakeProject) -> None:
    project = make_project({})
    assert build(project).read == 2
    assert build(project).read == 0
    make_project({"facts/report.yaml": REPORT + "\n# a comment\n"})
    assert build(project).read == 1
    make_project(
        {"ontology/more.ttl": "@prefix x: <https://example.org/o#> . x:A a <http://www.w3.org/2002/07/owl#Class> ."}
    )
    assert build(Project.open(project.root)).read == 2


def test_a_changed_text_is_read_again(make_project: MakeProject) -> None:
    report = REPORT.replace("timezone: UTC", "timezone: UTC, text: ../sources/report.txt")
    said = "Red attacked Hill on 13 May 2024 and killed at least 3 of Blue. Red again."
    files = {"facts/report.yaml": report, "sources/report.txt": said}
    project = make_project(files)
    assert build(project).written
    make_project({**files, "sources/report.txt": said.replace("Hill", "the Hill")})
    assert [f.code for f in build(project).findings] == ["quote-not-found"]


_ENTRIES = st.lists(
    st.tuples(
        st.sampled_from(["red", "blue"]),
        st.sampled_from(
            ["attacker: red", "defender: blue", "place: hill", "killed: 3", "time: 2024-05-13", "time: predawn"]
        ),
        st.booleans(),
    ),
    max_size=5,
)


def _report(name: str, entries: list[tuple[str, str, bool]]) -> str:
    lines = [f"document: {{id: {name}, type: NewsArticle, publisher: test}}", "claims:"]
    lines.append(f"  - {{id: {name}-clash, type: ArmedClash, quote: x, place: hill}}")
    for speaker, key, shared in entries:
        about = "shared" if shared else f"{name}-clash"
        lines.append(f"  - {{about: {about}, quote: q, speaker: {speaker}, {key}}}")
    return "\n".join(lines)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(states=st.lists(st.dictionaries(st.sampled_from(["a", "b", "c"]), _ENTRIES, max_size=3), min_size=2, max_size=3))
def test_a_build_from_an_older_one_equals_one_from_nothing(
    make_project: MakeProject, states: list[dict[str, list[tuple[str, str, bool]]]]
) -> None:
    """Whatever files come, change and go, and whichever statements several of them share."""
    shared = "document: {id: base, type: Registry}\nclaims:\n  - {id: shared, type: ArmedClash}\n"
    project = make_project({"facts/shared.yaml": shared})
    for state in states:
        for path in (project.root / "facts").glob("r-*.yaml"):
            path.unlink()
        make_project({f"facts/r-{name}.yaml": _report(name, entries) for name, entries in state.items()})
        assert build(project).written
    incremental, bytes_before = quads(project), exported(project)
    assert build(project, fresh=True).read == len(states[-1]) + 3
    assert quads(project) == incremental
    assert exported(project) == bytes_before


@pytest.mark.parametrize("form", ["nquads", "trig", "turtle", "jsonld"])
def test_the_same_facts_give_the_same_bytes(make_project: MakeProject, tmp_path: Path, form: str) -> None:
    """Whatever the hash seed, the names (and so the order) of the files, and the folder."""
    project = make_project({})
    build(project)
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "facts").mkdir(parents=True)
    (elsewhere / "kg.toml").write_text((project.root / "kg.toml").read_text())
    for old, new in (("registry", "z"), ("report", "a")):
        (elsewhere / f"facts/{new}.yaml").write_text((project.root / f"facts/{old}.yaml").read_text())
    script = (
        "import kg, sys; project = kg.Project.open(sys.argv[1]); kg.build(project);"
        "kg.export(project, sys.argv[2], sys.stdout.buffer, kg.Wanted(merge=True))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script, str(elsewhere), form],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone},
            capture_output=True,
            check=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Yangon"))
    }
    assert outputs == {exported(project, form)}


def test_old_generations_go_where_nobody_reads_them(make_project: MakeProject) -> None:
    project = make_project({})
    for number in range(4):
        make_project({"facts/more.yaml": f"document: {{id: d{number}, type: Report}}\nclaims: []\n"})
        build(project)
    assert len(list(project.store.glob("g*"))) == 1
