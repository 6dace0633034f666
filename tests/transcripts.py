"""
Runs what a page of documentation shows, and compares what is printed with what the page says is printed.

A comment before a fenced block says what the block is; without one it is only text:

    <!-- in: starter -->           begin anew, in a fresh folder of this kind (see `Stage`); another comment may follow
    <!-- continue -->              a console or a Python block that goes on in the folder where the page is
    <!-- printed -->               what the Python block above printed
    <!-- file: facts/x.yaml -->    write this file
    <!-- change: facts/x.yaml -->  a diff: replace the lines with `-` by those with `+`, exactly once

In what a console prints, `…` stands for anything within a line, and a line of it for any lines. `$ echo $?` prints the
exit code of the command before. `kg` runs in this process, all else in a shell.

`KG_WRITE=1` makes the pages say what is printed, but for blocks with `…`.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from difflib import unified_diff
from pathlib import Path

ROOT = Path(__file__).parents[1]
ANY = "…"

_MARK = re.compile(r"^<!-- ([a-z]+)(?:: (.+?))? -->$")
_FENCE = re.compile(r"^( *)(```+)(\w*)$")
_KNOWN = {"in", "continue", "printed", "file", "change"}
_GIT = ("AUTHOR_NAME", "AUTHOR_EMAIL", "COMMITTER_NAME", "COMMITTER_EMAIL")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language, the comments before it, its text without the fences, and the line of the fence."""

    language: str
    marks: dict[str, str]
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Step:
    """A command of a console block, what should be printed, and on which lines of the page that stands."""

    command: str
    expected: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Mismatch:
    """What a step printed instead."""

    step: Step
    printed: str

    def __str__(self) -> str:
        compared = unified_diff(
            self.step.expected.splitlines(), self.printed.splitlines(), "the page", "printed", lineterm=""
        )
        return "\n".join([f"line {self.step.first - 1}: $ {self.step.command}", *compared])


def blocks(text: str) -> Iterator[Block]:
    """All fenced blocks of a page, in order."""
    marks: dict[str, str] = {}
    lines = enumerate(text.splitlines(), 1)
    for number, line in lines:
        if mark := _MARK.match(line):
            if mark[1] not in _KNOWN:
                raise ValueError(f"line {number}: there is no mark '{mark[1]}'")
            marks[mark[1]] = mark[2] or ""
        elif fence := _FENCE.match(line):
            indent = len(fence[1])
            inside = []
            for _, further in lines:
                if further.strip() == fence[2]:
                    break
                inside.append(further[indent:])
            yield Block(fence[3], marks, "".join(f"{line}\n" for line in inside), number)
            marks = {}
        elif line.strip() and marks:
            raise ValueError(f"line {number}: a block should follow the comment")


def steps(block: Block) -> Iterator[Step]:
    """The commands of a console block. A line that ends in a backslash goes on in the next."""
    lines = block.text.splitlines()
    at = 0
    while at < len(lines):
        if not lines[at].startswith("$ "):
            raise ValueError(f"line {block.line + 1 + at}: a console block begins with `$ `")
        command = lines[at][2:]
        at += 1
        while command.endswith("\\"):
            command = command[:-1].rstrip() + " " + lines[at].strip()
            at += 1
        start = at
        while at < len(lines) and not lines[at].startswith("$ "):
            at += 1
        expected = "\n".join(line.rstrip() for line in lines[start:at]).strip("\n")
        yield Step(command, expected, block.line + 1 + start, block.line + 1 + at)


def matches(expected: str, printed: str) -> bool:
    """Whether a text is what a page expects, wildcards considered."""
    pattern = "".join(
        r"(?:.*\n)*?" if line.strip() == ANY else ".*".join(map(re.escape, line.split(ANY))) + r"\n"
        for line in expected.splitlines()
    )
    return re.fullmatch(pattern, f"{printed}\n" if printed else "") is not None


@dataclass(slots=True)
class Stage:
    """
    Where commands run: folders of a kind are made once, and copied for whoever wants one.

    `empty` has nothing in it, `starter` is what `kg init` makes, an example's name a copy of it; both are built.
    """

    home: Path
    folder: Path = Path()
    exit_code: int = 0
    printed: str = ""
    count: int = 0
    templates: dict[str, Path] = field(default_factory=dict)

    def enter(self, kind: str) -> None:
        """Begin in a fresh folder of a kind."""
        if kind not in self.templates:
            self.templates[kind] = self._template(kind)
        self.count += 1
        self.folder = self.home / f"{self.count}" / self.templates[kind].name
        shutil.copytree(self.templates[kind], self.folder)

    def _template(self, kind: str) -> Path:
        folder = self.home / "templates" / kind
        if kind == "empty":
            folder.mkdir(parents=True)
            return folder
        if kind == "starter":
            self._kg(["init", str(folder), "--base", "https://example.org/kestria/"], self.home)
        else:
            shutil.copytree(ROOT / "examples" / kind, folder, ignore=shutil.ignore_patterns(".kg"))
        printed = self._kg(["build"], folder)
        if self.exit_code:
            raise AssertionError(f"{kind} cannot be built:\n{printed}")
        return folder

    def run(self, command: str) -> str:
        """What a command prints, standard error included, in the order in which it is printed."""
        words = shlex.split(command)
        if words[0] == "cd":
            self.folder = (self.folder / words[1]).resolve()
            return ""
        if command == "echo $?":
            return str(self.exit_code)
        if words[0] == "kg" and not {"|", ">", "&&", "<"} & set(words):
            printed = self._kg(words[1:], self.folder)
        else:
            printed = self._shell(command)
        return "\n".join(line.rstrip() for line in printed.splitlines()).strip("\n")

    def _kg(self, arguments: list[str], folder: Path) -> str:
        from kg.cli import main

        written = io.BytesIO()
        stream = io.TextIOWrapper(written, encoding="utf-8", write_through=True)
        self.exit_code = 0
        with _process(["kg", *arguments], folder), redirect_stdout(stream), redirect_stderr(stream):
            try:
                main()
            except SystemExit as done:
                self.exit_code = int(done.code or 0)
        return written.getvalue().decode()

    def python(self, block: Block) -> None:
        """Run a Python block; what it prints is kept for the block behind it."""
        code = compile(block.text, f"<line {block.line}>", "exec")
        with (
            _process(["example.py"], self.folder),
            redirect_stdout(io.StringIO()) as written,
            warnings.catch_warnings(action="ignore", category=DeprecationWarning),  # rdflib warns of itself
        ):
            exec(code, {"__name__": "__main__"})  # noqa: S102 - our own pages
        self.printed = "\n".join(line.rstrip() for line in written.getvalue().splitlines()).strip("\n")

    def _shell(self, command: str) -> str:
        environment = {
            **os.environ,
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "LC_ALL": "C.UTF-8",
            "GIT_CONFIG_GLOBAL": os.devnull,
            **{
                f"GIT_{who}_{what}": "docs@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
            },
        }
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.folder,
            env=environment,
            check=False,
            text=True,
            encoding="utf-8",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self.exit_code = done.returncode
        return done.stdout


@contextmanager
def _process(arguments: list[str], folder: Path) -> Iterator[None]:
    """This process as if it were another: its arguments, its folder, a terminal of 100 columns, no colours."""
    before, here, columns = sys.argv, Path.cwd(), os.environ.get("COLUMNS")
    sys.argv = arguments
    os.chdir(folder)
    os.environ["COLUMNS"] = "100"
    try:
        yield
    finally:
        sys.argv = before
        os.chdir(here)
        if columns is None:
            del os.environ["COLUMNS"]
        else:
            os.environ["COLUMNS"] = columns


def play(text: str, stage: Stage) -> list[Mismatch]:
    """Do what a page shows, in order; where it prints something else than the page says."""
    wrong: list[Mismatch] = []
    for block in blocks(text):
        try:
            wrong.extend(_play_block(block, stage))
        except (AssertionError, OSError) as error:
            raise AssertionError(f"line {block.line}: {error}") from error
    return wrong


def _play_block(block: Block, stage: Stage) -> Iterator[Mismatch]:
    marks = block.marks
    if "in" in marks:
        stage.enter(marks["in"])
    if "file" in marks:
        path = stage.folder / marks["file"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, encoding="utf-8")
    elif "change" in marks:
        _change(stage.folder / marks["change"], block.text)
    elif "printed" in marks:
        step = Step("python", block.text.rstrip(), block.line + 1, block.line + 1 + block.text.count("\n"))
        if not matches(step.expected, stage.printed):
            yield Mismatch(step, stage.printed)
    elif marks and block.language == "python":
        stage.python(block)
    elif marks or block.language == "console":
        yield from _play_console(block, stage)


def _play_console(block: Block, stage: Stage) -> Iterator[Mismatch]:
    if not block.marks:
        raise AssertionError("this console block is not run: say `<!-- in: … -->` or `<!-- continue -->` before it")
    for step in steps(block):
        printed = stage.run(step.command)
        if stage.exit_code == 70 or not matches(step.expected, printed):
            yield Mismatch(step, printed)


def _change(path: Path, difference: str) -> None:
    old, new = (
        "".join(f"{line[1:].removeprefix(' ')}\n" for line in difference.splitlines() if line[:1] in (sign, " "))
        for sign in "-+"
    )
    text = path.read_text(encoding="utf-8")
    if text.count(old) != 1:
        raise AssertionError(f"{path.name} holds these lines {text.count(old)} times:\n{old}")
    path.write_text(text.replace(old, new), encoding="utf-8")


def rewritten(text: str, wrong: list[Mismatch]) -> str:
    """The page with what was printed; blocks with wildcards stay."""
    lines = text.splitlines()
    for mismatch in reversed(wrong):
        if ANY not in mismatch.step.expected:
            lines[mismatch.step.first - 1 : mismatch.step.last - 1] = mismatch.printed.splitlines()
    return "\n".join(lines) + "\n"
