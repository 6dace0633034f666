"""A dossier shows any text as it is, and leads from each statement to the words it rests on."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from hypothesis import given
from markdown_it import MarkdownIt

from kg import Project, Wanted, build, export
from kg.exports.dossier import Dossier, Part, Said, Source, Words, plain, write_dossier
from kg.model.errors import UsageError
from tests.exports.strategies import TEXT

ROOT = Path(__file__).parents[2]
MARKDOWN = MarkdownIt("commonmark").enable("table")


def shown(text: str) -> str:
    """The characters that a reader sees of HTML made from Markdown."""
    import html

    return html.unescape(re.sub("<[^>]*>", "", text))


def page_of(text: str) -> str:
    said = Said(text, text, (1,))
    dossier = Dossier(
        id=text,
        name=text,
        kinds=(text,),
        also=(text,),
        graph=text,
        said=(said,),
        said_by_others=(Said(text, text, (1,), text),),
        parts=(Part(text, (text,), ((text,),)),),
        sources=(Source(text, text, text, "https://example.org/a", (Words(1, text, (text,), (text,), text),)),),
    )
    out = io.BytesIO()
    write_dossier(dossier, out)
    return out.getvalue().decode()


@given(text=TEXT)
def test_markdown_shows_a_text_as_it_is(text: str) -> None:
    expected = re.sub(r"[\s\x00-\x1f\x7f\x85\u2028\u2029]+", " ", text).strip()
    assert shown(MARKDOWN.render(f"a {plain(text)} b")).split() == f"a {expected} b".split()


@given(text=TEXT)
def test_no_text_becomes_markup(text: str) -> None:
    html = MARKDOWN.render(page_of(text))
    tags = set(re.findall(r"<([a-z0-9]+)", html))
    assert tags <= {
        "h1",
        "h2",
        "h3",
        "p",
        "em",
        "code",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "a",
        "ul",
        "li",
        "blockquote",
    }
    links = re.findall(r'href="([^"]*)"', html)
    assert set(links) <= {"#claim-1", "https://example.org/a"}
    assert html.count("<table>") == 3


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    import shutil

    folder = tmp_path_factory.mktemp("dossier") / "operation-1027"
    shutil.copytree(ROOT / "examples/operation-1027", folder, ignore=shutil.ignore_patterns(".kg"))
    found = Project.open(folder)
    build(found)
    return found


def of(project: Project, thing: str) -> str:
    out = io.BytesIO()
    export(project, "dossier", out, Wanted(thing=thing))
    return out.getvalue().decode()


@pytest.mark.parametrize(
    ("thing", "lines"),
    [
        ("kawlin-pdf", ["# Kawlin People’s Defense Force", "*armed group*; also Kawlin PDF"]),
        ("kawlin-town", ["# Kawlin Town", "## What is held, and by whom"]),
        ("attack-on-kawlin-bases", ["## Figures, as each source tells them", "| time | predawn |"]),
        ("tripartite-alliance", ["## Who belongs to it, and what it belongs to", "| has the member |"]),
    ],
)
def test_it_tells_of_actors_events_and_places(project: Project, thing: str, lines: list[str]) -> None:
    page = of(project, thing)
    for line in lines:
        assert line in page
    numbers = set(re.findall(r"\(#claim-(\d+)\)", page))
    assert numbers
    assert numbers <= set(re.findall(r'<a id="claim-(\d+)">', page))
    assert page == of(project, thing)


def test_the_place_in_the_facts_is_told(project: Project) -> None:
    assert re.search(r"`facts/2023-11-03-irrawaddy\.yaml:\d+:\d+`", of(project, "kawlin-pdf"))


def test_what_nobody_tells_of_has_no_dossier(project: Project) -> None:
    with pytest.raises(UsageError, match="no claim tells of 'kawlin-pfd'") as raised:
        of(project, "kawlin-pfd")
    assert "did you mean 'kawlin-pdf'" in raised.value.hint
