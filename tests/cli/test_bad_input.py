"""
Whatever lies in a project, `kg` says what is wrong with it, soon, and goes with the right exit code.

The cases are in `tests/cases/bad-input`; `files.yaml` there tells their form. None may end in a traceback, hang, or
drop something without a word. A case that does names its `fault`, and is a strict xfail until that is mended.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import yaml

from tests.transcripts import Stage

CASES = Path(__file__).parents[1] / "cases/bad-input"
SECONDS = 10  # on a quiet machine, and four times that on a busy one

TOML = 'base = "https://example.org/bad/"\ntimezone = "UTC"\n'
DOCUMENT = "{id: report, type: NewsArticle, publisher: Kestria Post, issued: 2023-11-03}"
TEXT = "{id: report, type: NewsArticle, text: report.txt}"
TOWN = "{id: halden, type: Town, name: Halden, quote: in Halden}"
PREFIXES = "".join(
    f"@prefix {prefix}: <{namespace}> .\n"
    for prefix, namespace in (
        ("kg", "https://w3id.org/conflict-kg/ontology#"),
        ("own", "urn:x-own#"),
        ("owl", "http://www.w3.org/2002/07/owl#"),
        ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
        ("sh", "http://www.w3.org/ns/shacl#"),
    )
)
SHAPES = "own:town a sh:NodeShape ; sh:targetClass own:Town ; sh:property [ sh:path rdfs:label ; sh:minCount 1 ] ."
Files = dict[str, str | bytes]
FINDING = re.compile(r"^\S+: (?:error|violation|warning|info): ", re.MULTILINE)


def facts(*entries: str, document: str = DOCUMENT) -> str:
    """A facts file; the first entry stands in line 3."""
    return f"document: {document}\nclaims:\n" + "".join(f"  - {entry}\n" for entry in entries)


def numbered(word: str, count: int) -> str:
    return " ".join(f"{word}{n}" for n in range(count))


def zip_bomb() -> bytes:
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", bytes(200_000_000))
    return file.getvalue()


def laughs() -> str:
    more = (", ".join(["a", *[f"*a{n - 1}"] * 9 * (n > 0)]) for n in range(12))
    return facts(*(f"{{id: p{n}, type: Town, quote: q{n}, also: &a{n} [{names}]}}" for n, names in enumerate(more)))


def town(**keys: str) -> str:
    return facts(f"{{id: halden, type: Town, {', '.join(f'{key}: {value}' for key, value in keys.items())}}}")


def towns(count: int, entry: str) -> str:
    return facts(*(f"{{id: place-{n}, type: Town, {entry.replace('#', str(n))}}}" for n in range(count)))


def quoted(text: str, quote: str) -> Files:
    return {
        "facts/report.txt": text,
        "facts/a.yaml": facts(f"{{id: halden, type: Town, quote: {quote}}}", document=TEXT),
    }


# Case → its files, where these are too large or no text.
MADE: dict[str, Callable[[], Files]] = {
    "50 MB in one line": lambda: {"facts/a.yaml": town(description="x" * 50_000_000)},
    "a bomb of aliases": lambda: {"facts/a.yaml": laughs()},
    "10,000 lists inside each other": lambda: {"facts/a.yaml": town(also="[" * 10_000 + "]" * 10_000)},
    "10,000 mappings inside each other": lambda: {"facts/a.yaml": town(also="{a: " * 10_000 + "b" + "}" * 10_000)},
    "10,000 indented blocks": lambda: {"facts/a.yaml": facts() + "".join(" " * n + "a:\n" for n in range(1, 10_000))},
    "10,000 dashes in a line": lambda: {"facts/a.yaml": facts("- " * 10_000)},
    "10,000 lists in JSON": lambda: {"facts/a.json": '{"document": ' + "[" * 10_000 + "]" * 10_000 + "}"},
    "bytes that are no UTF-8": lambda: {"facts/a.yaml": facts("{id: haldén}").encode("latin-1")},
    "a byte order mark": lambda: {"facts/a.yaml": b"\xef\xbb\xbf" + facts(TOWN).encode()},
    "a zip bomb": lambda: {"facts/a.xlsx": zip_bomb()},
    "more mistakes than anybody reads": lambda: {"facts/a.yaml": towns(3000, "nme: T, quote: a#")},
    "names that nobody introduces, without end": lambda: {
        "facts/a.yaml": towns(2500, "name: T, quote: a#, within: palce-#")
    },
    "an id of 100,000 letters": lambda: {"facts/a.yaml": facts(f"{{id: {'a' * 100_000}, type: Town, quote: a}}")},
    "a type of 20,000 letters": lambda: {"facts/a.yaml": facts(f"{{id: halden, type: {'T' * 20_000}, quote: a}}")},
    "a quote of 1 MB": lambda: quoted(numbered("word", 100_000), numbered("word", 99_000)),
    "a quote of 1 MB that is not there": lambda: quoted(numbered("word", 100_000), numbered("world", 99_000)),
    "a quote that stands there two million times": lambda: quoted("a" * 2_000_000, "a"),
    "settings with a byte order mark": lambda: {"kg.toml": b"\xef\xbb\xbf" + TOML.encode()},
    "settings of other bytes": lambda: {"kg.toml": b'base = "\xff"'},
    "a value of 17 MB": lambda: {"data.ttl": f'<urn:a> <urn:b> "{"x" * 17_000_000}" .'},
    "data in UTF-16": lambda: {"data.ttl": "<urn:a> a <urn:b> .".encode("utf-16")},
    "data in Latin-1": lambda: {"data.ttl": '<urn:a> <urn:b> "é" .'.encode("latin-1")},
    "a null byte in Turtle": lambda: {"data.ttl": "<urn:a> a <urn:b> .\n\0"},
    "a query file of other bytes": lambda: {"queries/own.rq": b"ASK { \xff }"},
}


def cases() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path in sorted(
        path for path in CASES.glob("*.yaml") if path.stem != "tables"
    ):  # these have a test of their own
        for name, case in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            yield path.stem, name, case


def files_of(kind: str, name: str, case: dict[str, Any]) -> Files:
    files: Files = {"kg.toml": TOML}
    if kind in ("projects", "commands"):
        files["facts/a.yaml"] = facts(TOWN)
    elif "document" in case or "claims" in case:
        files["facts/a.yaml"] = facts(*case.get("claims", [TOWN]), document=case.get("document", DOCUMENT))
    if kind == "rdf":
        data, shapes = case.get("data", "<urn:a> a own:Town ."), case.get("shapes", SHAPES)
        return {"data.ttl": PREFIXES + data, "shapes.ttl": PREFIXES + shapes, **case.get("files", {}), **made(name)}
    for folder in ("ontology", "shapes"):
        if folder in case:
            files[f"{folder}/own.ttl"] = PREFIXES + case[folder]
    files.update(case.get("files", {}))
    return files | made(name)


def made(name: str) -> Files:
    return MADE[name]() if name in MADE else {}


@contextmanager
def in_time(seconds: int) -> Iterator[None]:
    """Fails what takes much too long, where the system has alarms."""

    def stop(*_: object) -> None:
        raise AssertionError(f"it takes much more than {seconds} seconds")

    if not hasattr(signal, "setitimer"):
        yield
        return
    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, 4 * seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def run(folder: Path, files: Files, command: str, seconds: int = SECONDS) -> tuple[str, int]:
    """What a command prints in a project of these files, and its exit code."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
    stage = Stage(folder, folder)
    with in_time(seconds):
        printed = stage.run(command)
    return printed, stage.exit_code


def parameters() -> list[Any]:
    return [
        pytest.param(
            *found,
            id=f"{found[0]}: {found[1]}",
            marks=[pytest.mark.xfail(reason=found[2]["fault"], strict=True)] if "fault" in found[2] else [],
        )
        for found in cases()
    ]


def test_all_cases_are_found() -> None:
    found = list(cases())
    assert len(found) == 197
    assert set(MADE) <= {name for _, name, _ in found}
    known = {
        "files",
        "claims",
        "document",
        "ontology",
        "shapes",
        "data",
        "command",
        "says",
        "exit",
        "findings",
        "seconds",
        "fault",
    }
    assert not [name for _, name, case in found if set(case) - known or "says" not in case]


@pytest.mark.parametrize(("kind", "name", "case"), parameters())
def test_it_is_said_what_is_wrong(kind: str, name: str, case: dict[str, Any], tmp_path: Path) -> None:
    command = case.get("command", "kg check -s shapes.ttl data.ttl" if kind == "rdf" else "kg build")
    if kind == "commands":
        command = f"kg build && {command}"
    printed, code = run(tmp_path, files_of(kind, name, case), command, case.get("seconds", SECONDS))
    shown = printed if len(printed) < 5000 else f"{printed[:5000]} … {len(printed):,} characters"
    assert "Traceback" not in printed, shown
    assert code == case.get("exit", 2 if kind == "rdf" else 1), shown
    for line in [case["says"]] if isinstance(case["says"], str) else case["says"]:
        assert re.search(f"^{line}$", printed, re.MULTILINE), f"{line}\n\n{shown}"
    if kind not in ("projects", "commands", "rdf"):
        assert len(FINDING.findall(printed)) == case.get("findings", 1), shown


# ── Values are read as they were written ────────────────────────────────────────────────────────────────────────────

WRITTEN = ["11:00", "no", "012", "1e3", "0x1F", "yes", "2023-11-03", "1_000", ".5", "+1", "NaN", "Null"]
"""What YAML, JSON or a spreadsheet would turn into something else."""


def test_values_are_read_as_they_were_written(tmp_path: Path) -> None:
    files: Files = {
        "kg.toml": TOML,
        "facts/a.yaml": facts(
            f"{{id: halden, type: Town, quote: a, description: [{', '.join(WRITTEN[:-1])}, 'Null']}}"
        ),
        "facts/b.csv": "id,type,description\n" + "".join(f"place-{n},Town,{text}\n" for n, text in enumerate(WRITTEN)),
        "facts/b.document.yaml": "document: {id: towns, type: Registry}\n",
        "descriptions.rq": "SELECT ?text { ?place <https://w3id.org/conflict-kg/ontology#description> ?text }",
    }
    printed, code = run(tmp_path, files, "kg build && kg query descriptions.rq --format csv")
    assert code == 0, printed
    assert sorted(printed.splitlines()[2:]) == sorted(WRITTEN * 2)


# ── Files that may not be read or written ───────────────────────────────────────────────────────────────────────────


@contextmanager
def as_nobody(folder: Path) -> Iterator[None]:
    """The administrator may read everything: then the test is nobody for a while."""
    if os.geteuid() != 0:
        yield
        return
    if any(not part.stat().st_mode & 0o001 for part in CASES.parents):
        pytest.skip("nobody may not read the checkout")
    for path in (folder, *folder.parents):
        if path.is_relative_to(tempfile.gettempdir()) and not path.stat().st_mode & 0o001:
            path.chmod(path.stat().st_mode | 0o055)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


FORBIDDEN = {
    "a facts file": ("facts/a.yaml", "kg check", 1, r"facts/a.yaml: error: unreadable-file: .*permission denied"),
    "a folder of facts": ("facts/more", "kg check", 1, r"facts/more: error: unreadable-file: .*"),
    "a text": (
        "facts/report.txt",
        "kg check",
        1,
        r"facts/a.yaml:1:\d+: error: text-not-found: .*[Pp]ermission denied.*",
    ),
    "the settings": ("kg.toml", "kg build", 2, r"kg: .*/kg.toml.*[Pp]ermission denied.*"),
    "an ontology": ("ontology/own.ttl", "kg build", 2, r"kg: .*/ontology/own.ttl.*[Pp]ermission denied.*"),
    "a query": ("queries/own.rq", "kg query own", 2, r"kg: .*/queries/own.rq.*[Pp]ermission denied.*"),
    "a query of one's own": ("own.rq", "kg query own.rq", 2, r"kg: own.rq cannot be read: Permission denied"),
    "an RDF file": ("data.ttl", "kg check -s shapes.ttl data.ttl", 2, r"kg: data.ttl: [Pp]ermission denied"),
    "shapes": ("shapes.ttl", "kg check -s shapes.ttl data.ttl", 2, r"kg: shapes.ttl: [Pp]ermission denied"),
    "a folder of RDF": ("rdf", "kg check -s shapes.ttl rdf/a.ttl", 2, r"kg: rdf/a.ttl: permission denied"),
    "the place of a report": (
        ".",
        "kg check -s shapes.ttl data.ttl --format json=out.json",
        3,
        r"kg: out.json cannot be written: permission denied",
    ),
    "the place of the store": (".", "kg build", 3, r"kg: cannot write to .*/\.kg: Permission denied"),
}


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="this system has other permissions")
@pytest.mark.parametrize("name", FORBIDDEN)
def test_what_may_not_be_read_is_named(name: str, tmp_path: Path) -> None:
    path, command, expected, says = FORBIDDEN[name]
    files: Files = {
        "kg.toml": TOML,
        "facts/a.yaml": facts(TOWN, document=TEXT),
        "facts/report.txt": "in Halden",
        "facts/more/b.yaml": "document: {id: more, type: NewsArticle}",
        "ontology/own.ttl": "",
        "queries/own.rq": "ASK {}",
        "own.rq": "ASK {}",
        "data.ttl": "<urn:a> a <urn:x-own#Town> .",
        "rdf/a.ttl": "",
        "shapes.ttl": PREFIXES + SHAPES,
    }
    folder = tmp_path / "project"
    assert run(folder, files, command)[1] in (0, 1, 2)  # loads what is imported late, as long as it may be read
    shutil.rmtree(folder / ".kg", ignore_errors=True)
    (folder / path).chmod(0o555 if path == "." else 0)
    try:
        with as_nobody(tmp_path):
            printed, code = run(folder, {}, command)
    finally:
        (folder / path).chmod(0o755)
    assert "Traceback" not in printed, printed
    assert code == expected, printed
    assert re.search(f"^{says}$", printed, re.MULTILINE), printed


# ── Many entries ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("count", [5_000, pytest.param(100_000, marks=pytest.mark.slow)])
def test_a_file_of_many_entries_is_built(count: int, tmp_path: Path) -> None:
    files: Files = {"kg.toml": TOML, "facts/a.yaml": towns(count, "name: Town #, quote: a#")}
    printed, code = run(tmp_path, files, "kg build", count // 250)
    assert re.fullmatch(r"built [\d,]+ quads from 1 file: no findings", printed)
    assert code == 0
