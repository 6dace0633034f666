"""
Every finding code has a page, and what the page shows is what happens.

A page's wrong example gives one finding, of its code, at the line marked `# <- here`, and the words of that finding
stand in `tests/cases/findings/CODE/expected.txt`. Its right example gives none. Further cases of a code are the folders
beside `expected.txt`: facts as they lie in a project, or none where `MADE` makes them.

`KG_WRITE_CASES=1` writes what is expected anew.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from kg.model.findings import CODES, Finding
from kg.pipeline.explain import explain, names
from kg.pipeline.project import Project
from kg.pipeline.reading import context_of, facts_files, map_files
from kg.pipeline.reading_findings import reading_findings
from kg.pipeline.suppressions import project_files, suppress
from kg.pipeline.tables import mapped_tables
from kg.validation.shapes.pages import load_shapes

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs/reference/findings").glob("*.md"))
CASES = ROOT / "tests/cases/findings"
COMMON = {"facts/common.yaml": CASES / "common.yaml", "sources/report.txt": CASES / "report.txt"}
FOLDERS = sorted(path.parent for path in CASES.glob("*/*/expected.txt"))

HERE = "# <- here"
CODE = re.compile(r"[a-z]+(?:-[a-z]+)+")

# What a page's list of entries stands in.
DOCUMENT = """\
document:
  id: kestria-post-2023-11-03
  type: NewsArticle
  publisher: Kestria Post
  issued: 2023-11-03
  text: ../sources/report.txt

claims:
"""
TABLE = "document: {id: kestria-towns, type: Registry}\n"


class Example(NamedTuple):
    """A fenced block of a page."""

    language: str
    text: str

    def files(self) -> dict[str, str]:
        """The files that the example is about, by their names in a project."""
        if self.language == "csv":
            return {"facts/report.csv": self.text, "facts/report.document.yaml": TABLE}
        return {"facts/report.yaml": DOCUMENT + self.text if self.text.startswith("- ") else self.text}


def example(page: Path, heading: str) -> Example:
    section = page.read_text(encoding="utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    found = re.search(r"^```(\w+)\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    assert found, f"{page.name} has no example under '{heading}'"
    return Example(found[1], found[2])


def shown(page: Path) -> bool:
    """Whether a page's examples are facts; else they are a picture, and folders of cases stand for them."""
    return example(page, "Wrong").language != "text"


SHOWN = [page for page in PAGES if shown(page)]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """One project for all tests, because it keeps the ontology once that is read."""
    folder = tmp_path_factory.mktemp("kestria")
    (folder / "kg.toml").write_text('base = "https://example.org/kestria/"\n')
    return Project.open(folder)


def findings(project: Project, files: Mapping[str, str | bytes | Path]) -> tuple[Finding, ...]:
    """What reading finds in these files and what the pages have in common; the project holds nothing else."""
    for folder in ("facts", "mappings", "sources", "tables"):
        shutil.rmtree(project.root / folder, ignore_errors=True)
    for name, content in {**COMMON, **files}.items():
        path = project.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Path):
            shutil.copy(content, path)
        else:
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
    context = context_of(project)
    mapped = list(map_files(facts_files(project), context))
    with mapped_tables(project, context, (s.quad for m in mapped for s in m.statements)) as tables:
        found = reading_findings(project, mapped, tables)
    marked = suppress(found, project_files(project), lambda: CODES)
    return tuple(finding for finding in marked if not finding.suppressed)


def compare(case: Path, found: tuple[Finding, ...]) -> None:
    expected = case / "expected.txt"
    result = "".join(f"{finding}\n" for finding in found)
    if os.environ.get("KG_WRITE_CASES"):
        expected.parent.mkdir(exist_ok=True)
        expected.write_text(result, encoding="utf-8", newline="\n")
    assert expected.read_text(encoding="utf-8") == result


# ── The set of codes ────────────────────────────────────────────────────────────────────────────────────────────────


def codes_in_source() -> set[str]:
    """The codes that the source names where it reports: a text like a code, as the first argument or as `code=`."""
    found = set()
    for path in (ROOT / "kg").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call):
                named = [*call.args[:1], *(word.value for word in call.keywords if word.arg == "code")]
                texts = {part.value for one in named for part in ast.walk(one) if isinstance(part, ast.Constant)}
                found |= {text for text in texts if isinstance(text, str) and CODE.fullmatch(text)}
    return found


def test_codes_are_what_the_source_reports() -> None:
    assert codes_in_source() == CODES


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    assert {page.stem for page in PAGES} == CODES
    assert len(PAGES) == 45


def test_no_shape_has_the_name_of_a_code() -> None:
    assert not CODES & set(load_shapes([ROOT / "shapes"]))


# ── The pages ───────────────────────────────────────────────────────────────────────────────────────────────────────


def by_code(page: Path) -> str:
    return page.stem


@pytest.mark.parametrize("page", PAGES, ids=by_code)
def test_a_page_says_what_why_and_how_to_mend(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    title, what, _ = text.split("\n\n", 2)
    assert title == f"# {page.stem}"
    assert what.endswith(".")
    assert "\n" not in what
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == ["Why", "Wrong", "Right"]
    assert max(map(len, text.splitlines())) <= 120


def test_explain_knows_every_page_and_prints_it() -> None:
    project = Project.find_or_bare("/")
    assert {name for name, what in names(project).items() if what == "finding"} == CODES
    assert explain(project, PAGES[0].stem) == PAGES[0].read_text(encoding="utf-8").rstrip()


@pytest.mark.parametrize("page", SHOWN, ids=by_code)
def test_the_wrong_example_gives_the_finding_where_the_page_says(page: Path, project: Project) -> None:
    files = example(page, "Wrong").files()
    found = findings(project, files)
    assert [finding.code for finding in found] == [page.stem]
    name, text = next(iter(files.items()))
    marked = [number for number, line in enumerate(text.splitlines(), 1) if line.endswith(HERE)]
    assert len(marked) <= 1
    assert marked or "yaml" not in name or not found[0].position.line, "no line is marked"
    assert found[0].position[:2] == (name, marked[0] if marked else found[0].position.line)
    compare(CASES / page.stem, found)


@pytest.mark.parametrize("page", SHOWN, ids=by_code)
def test_the_right_example_gives_no_finding(page: Path, project: Project) -> None:
    assert [str(finding) for finding in findings(project, example(page, "Right").files())] == []


# ── What no page can show ───────────────────────────────────────────────────────────────────────────────────────────


def zipped(members: Mapping[str, bytes]) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return file.getvalue()


def long_line() -> bytes:
    return DOCUMENT.encode() + b"  - {id: outpost, type: Outpost, description: " + b"x" * 11_000_000 + b"}\n"


# "code/case" → the files of the case.
MADE: dict[str, dict[str, bytes]] = {
    "invalid-encoding/saved-as-windows-1252": {
        "facts/towns.csv": "id,type,name\nhaldén,Town,Haldén\n".encode("cp1252"),
        "facts/towns.document.yaml": TABLE.encode(),
    },
    "invalid-encoding/saved-as-utf-16": {"facts/report.yaml": DOCUMENT.encode("utf-16")},
    "invalid-encoding/null-byte": {"facts/report.yaml": DOCUMENT.encode() + b"  - {id: out\0post, type: Outpost}\n"},
    "invalid-encoding/text-saved-as-windows-1252": {
        "facts/report.yaml": DOCUMENT.encode(),
        "sources/report.txt": "“We hold the base,”".encode("cp1252"),
    },
    "too-large/zip-bomb": {"facts/places.xlsx": zipped({"xl/worksheets/sheet1.xml": bytes(100_000_000)})},
    "too-large/long-line": {"facts/report.yaml": long_line()},
    "too-large/text": {"facts/report.yaml": DOCUMENT.encode(), "sources/report.txt": bytes(65 << 20)},
    "unreadable-file/workbook-with-password": {"facts/places.xlsx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096)},
}


def by_folder(folder: Path) -> str:
    return folder.relative_to(CASES).as_posix()


def files_of(folder: Path) -> Iterator[tuple[str, bytes | Path]]:
    yield from MADE.get(by_folder(folder), {}).items()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != "expected.txt":
            yield path.relative_to(folder).as_posix(), path


def test_every_case_is_found() -> None:
    assert len(FOLDERS) == 48
    assert set(MADE) <= set(map(by_folder, FOLDERS))
    of_no_project = {"no-focus-nodes"}  # tests/pipeline/test_check_files.py
    untold = {page.stem for page in PAGES} - {page.stem for page in SHOWN} - of_no_project
    assert untold <= {folder.parent.name for folder in FOLDERS}


@pytest.mark.parametrize("folder", FOLDERS, ids=by_folder)
def test_a_case_gives_its_finding(folder: Path, project: Project) -> None:
    found = findings(project, dict(files_of(folder)))
    assert folder.parent.name in {finding.code for finding in found}
    compare(folder, found)
