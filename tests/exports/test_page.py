"""The page is one file that holds what it was given, and in which no text can become code."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import Project, build, export
from kg.exports.html import Group, Page, PageClaim, PageDocument, PageEdge, PageNode, embedded, write_html
from kg.exports.layout import places
from kg.model.errors import EnvironmentFault
from kg.model.shipped import page_bundle
from tests.exports.strategies import HOSTILE, TEXT

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
BAD = '<img src=x onerror=alert(1)></script><script>alert(2)</script>" onload="alert(3)'


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    (tmp_path / "page.js").write_text("console.log(1)", encoding="utf-8")
    (tmp_path / "page.css").write_text("body{}", encoding="utf-8")
    return tmp_path


def page_of(text: str) -> Page:
    node = PageNode("a", text, 0, 0.0, 0.0, 5.0, side=0, also=(text,), attrs=((text, text),), claims=(0,))
    other = replace(node, id="b", x=10.0, begin="2023-11-03", end="2023-11-03", timed=True, lat=23.7, lon=95.6)
    return Page(
        title=text,
        language="en",
        kinds=(Group(text, "#123456"),),
        sides=(Group(text, "#654321"),),
        edge_kinds=(text,),
        nodes=(node, other),
        edges=(PageEdge(0, 1, 0, text, claims=(0,)),),
        claims=(PageClaim(0, text, (text,), (text,), text),),
        documents=(PageDocument(text, text, text, f"javascript:alert(4)//{text}"),),
    )


def written(page: Page, bundle: Path) -> str:
    out = io.BytesIO()
    write_html(page, bundle, out)
    return out.getvalue().decode()


def data_of(html: str) -> Any:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)
    assert found
    return json.loads(found[1])


@given(content=st.recursive(TEXT, lambda inner: st.lists(inner, max_size=3)))
def test_what_is_embedded_ends_no_element(content: Any) -> None:
    text = embedded(content).decode()
    assert json.loads(text) == content
    assert not set("<>&\u2028\u2029") & set(text)


@pytest.mark.parametrize("text", [*HOSTILE, BAD])
def test_no_text_becomes_markup(text: str, bundle: Path) -> None:
    html = written(page_of(text), bundle)
    assert html.lower().count("<script") == 2
    assert html.lower().count("</script>") == 2
    assert "<img" not in html
    assert data_of(html)["nodes"][0]["label"] == text


def test_the_policy_names_this_script_and_this_style_alone(bundle: Path) -> None:
    html = written(page_of("a"), bundle)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html)
    assert policy
    for text, kind in (("console.log(1)", "script"), ("body{}", "style")):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}';" in policy[1]
    assert policy[1].startswith("default-src 'none';")
    assert "http" not in policy[1]


def test_an_index_of_nought_is_kept(bundle: Path) -> None:
    edge = data_of(written(page_of("a"), bundle))["edges"][0]
    assert (edge["s"], edge["t"], edge["kind"]) == (0, 1, 0)


def test_without_a_bundle_it_says_how_to_build_one(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match="was not built") as raised:
        write_html(page_of("a"), tmp_path / "none", io.BytesIO())
    assert "make bundle" in raised.value.hint


@given(count=st.integers(0, 30), pairs=st.lists(st.tuples(st.integers(0, 29), st.integers(0, 29)), max_size=40))
def test_places_are_apart_and_the_same_each_time(count: int, pairs: list[tuple[int, int]]) -> None:
    edges = [(a % count, b % count) for a, b in pairs] if count else []
    found = places(count, edges)
    assert found == places(count, edges)
    assert len(set(found)) == count


# ── In a browser ────────────────────────────────────────────────────────────────────────────────────────────────────


def seen(file: Path, words: str, tmp_path: Path) -> dict[str, Any]:
    """What a browser sees of a page; skips where there is none."""
    driver = ROOT / "web/node_modules/playwright-core"
    if (
        CHROMIUM is None
        or shutil.which("node") is None
        or not driver.is_dir()
        or not (page_bundle() / "page.js").is_file()
    ):
        pytest.skip("needs chromium, node, and `make bundle` with its development dependencies")
    done = subprocess.run(
        ["node", ROOT / "tests/exports/page.mjs", CHROMIUM, file, words, tmp_path / "page.png"],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "page.png").stat().st_size > 10_000
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.slow
@pytest.mark.integration
def test_the_example_is_read_in_a_browser(tmp_path: Path) -> None:
    folder = tmp_path / "operation-1027"
    shutil.copytree(ROOT / "examples/operation-1027", folder, ignore=shutil.ignore_patterns(".kg"))
    project = Project.open(folder)
    build(project)
    file = tmp_path / "page.html"
    export(project, "html", file)
    found = seen(file, "kawlin pdf", tmp_path)
    assert (found["requests"], found["errors"], found["dialogs"]) == ([], [], 0)
    assert found["title"].startswith("Operation 1027")
    assert found["canvases"] > 0
    assert found["colors"] > 20  # the graph is drawn: an empty stage has one colour
    assert found["spots"] >= 10
    assert found["bars"] >= 40
    assert found["rows"] >= 120
    assert found["selected"] == "Kawlin People’s Defense Force"
    assert "“Kawlin People’s Defense Force (PDF)”" in found["quotes"]
    assert found["printed"] == ["details"]
    assert found["written"]
    assert (found["overlaps"], found["wider"]) == ([], False)
    assert any("The Irrawaddy, 2023-11-03" in text for text in found["documents"])


@pytest.mark.slow
@pytest.mark.integration
def test_names_in_any_script_and_places_at_the_date_line(tmp_path: Path) -> None:
    folder = tmp_path / "meridian"
    shutil.copytree(ROOT / "tests/cases/exports/meridian/project", folder)
    project = Project.open(folder)
    build(project)
    file = tmp_path / "page.html"
    export(project, "html", file)
    found = seen(file, "الفاشر", tmp_path)
    assert (found["requests"], found["errors"], found["dialogs"]) == ([], [], 0)
    assert found["selected"] == 'El "Fasher"'  # by its name in Arabic
    assert found["written"]
    assert (found["overlaps"], found["wider"]) == ([], False)
    at = {name.partition(":")[0]: (x, y) for name, x, y in found["places"]}
    assert abs(at["East Isle"][0] - at["West Isle"][0]) < 2  # 0.0002 degrees apart, on both sides of 180
    assert all(y > 50 for _, y in at.values())  # no pole lies under the head of the page


@pytest.mark.slow
@pytest.mark.integration
@pytest.mark.parametrize("text", ["</script><script>alert(1)</script>", BAD])
def test_hostile_texts_do_nothing_in_a_browser(text: str, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(
        written(page_of(text), page_bundle()) if (page_bundle() / "page.js").is_file() else "", encoding="utf-8"
    )
    found = seen(file, "alert", tmp_path)
    assert (found["requests"], found["errors"], found["dialogs"], found["injected"]) == ([], [], 0, 0)
    assert found["selected"] == text
    assert found["links"] == []


@pytest.mark.slow
@pytest.mark.integration
def test_five_thousand_nodes_open_and_answer(tmp_path: Path) -> None:
    if not (page_bundle() / "page.js").is_file():
        pytest.skip("needs `make bundle`")
    base = page_of("a")
    nodes = tuple(
        replace(
            base.nodes[n % 2], id=f"n{n}", label=f"Group {n} of Kestria", x=float(n % 71) * 40, y=n // 71 * 40.0,
            also=(), attrs=(), claims=(n,),
        )
        for n in range(5000)
    )  # fmt: skip
    edges = tuple(PageEdge(n, (n * 7919 + 1) % 5000, 0, "with", claims=(n,)) for n in range(5000))
    claims = tuple(
        PageClaim(0, "a speaker said", (f"Group {n} took the hill at noon on the third day",)) for n in range(5000)
    )
    file = tmp_path / "page.html"
    file.write_text(written(replace(base, nodes=nodes, edges=edges, claims=claims), page_bundle()), encoding="utf-8")
    assert file.stat().st_size < 3_000_000
    found = seen(file, "group 4711 of", tmp_path)
    assert (found["requests"], found["errors"]) == ([], [])
    assert found["selected"] == "Group 4711 of Kestria"
