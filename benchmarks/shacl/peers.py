"""The tools: where each comes from, how its own documents say to run it, and what reads its report."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

import reports

ROOT = Path(__file__).resolve().parents[2]
DRIVERS = Path(__file__).resolve().parent / "drivers"
HOME = Path(os.environ.get("KG_BENCH_HOME") or Path.home() / ".cache" / "conflict-kg-benchmarks")

# Ours. The findings go to standard output, one a line, as soon as they are known.
OURS = ("{python}", "-m", "kg", "check", "--data", "{data}", "--shapes", "{shapes}", "--format", "jsonl")


class NotThere(Exception):
    """The tool cannot run on this machine; the text says why."""


class Place(NamedTuple):
    """Where an environment stands: what to put into a command, and the version that is there."""

    words: dict[str, str]
    version: str


class Environment(Protocol):
    """What a tool needs beside itself, apart from the environments of the other tools."""

    def set_up(self, home: Path) -> Place:
        """Make it below `home` where it is not there yet. Raises NotThere."""


@dataclass(frozen=True, slots=True)
class Venv:
    """
    A virtual environment with the newest version of a package.

    `companion` is taken in the version that the package's own tests name: the two share native memory, and the
    newest ones need not be built from the same sources.
    """

    name: str
    package: str
    companion: str = ""

    def set_up(self, home: Path) -> Place:
        folder = home / self.name
        python = folder / "bin" / "python"
        if not (folder / "ready").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            _run([sys.executable, "-m", "venv", str(folder)])
            install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            _run([*install, self.package])
            if self.companion:
                _run([*install, self._companion(python)])
            (folder / "ready").touch()
        return Place({"python": str(python), "bin": str(folder / "bin")}, self._version(python))

    def _companion(self, python: Path) -> str:
        code = "import importlib.metadata as m, sys; print(*(m.requires(sys.argv[1]) or ()), sep='\\n')"
        for line in _run([str(python), "-c", code, self._distribution()]).splitlines():
            requirement = line.partition(";")[0].strip()
            if requirement.startswith(self.companion):
                return requirement
        return self.companion

    def _version(self, python: Path) -> str:
        code = "import importlib.metadata as m, sys; print(*map(m.version, sys.argv[1:]), sep=' + ')"
        names = [self._distribution(), *([self.companion] if self.companion else [])]
        return _run([str(python), "-c", code, *names]).strip()

    def _distribution(self) -> str:
        return self.package.partition("[")[0]


@dataclass(frozen=True, slots=True)
class Maven:
    """The newest version of an artifact with all it needs, and one compiled class of drivers/ that calls it."""

    name: str
    group: str
    artifact: str
    main: str
    needs_java: int

    def set_up(self, home: Path) -> Place:
        version, java = newest_java()
        if version < self.needs_java:
            raise NotThere(f"needs Java {self.needs_java} with its compiler; the newest here is {version or 'none'}")
        folder = home / self.name
        if not (folder / "ready").exists():
            if not shutil.which("mvn"):
                raise NotThere("needs Maven (mvn) for its set-up")
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            (folder / "pom.xml").write_text(self._project(), encoding="utf-8")
            copy = ["dependency:copy-dependencies", "-DoutputDirectory=lib", "-DincludeScope=runtime"]
            _run(["mvn", "--batch-mode", "--quiet", *copy], cwd=folder)
            source = str(DRIVERS / f"{self.main}.java")
            _run([str(java / "bin" / "javac"), "-cp", "lib/*", "-d", "classes", source], cwd=folder)
            (folder / "ready").touch()
        words = {"java": str(java / "bin" / "java"), "classes": f"{folder}/lib/*{os.pathsep}{folder}/classes"}
        jar = next((folder / "lib").glob(f"{self.artifact}-[0-9]*.jar"))
        return Place(words, jar.stem.removeprefix(f"{self.artifact}-"))

    def _project(self) -> str:
        wanted = f"<groupId>{self.group}</groupId><artifactId>{self.artifact}</artifactId><version>[0,)</version>"
        return (
            "<project><modelVersion>4.0.0</modelVersion><groupId>benchmark</groupId><artifactId>peer</artifactId>"
            f"<version>1</version><dependencies><dependency>{wanted}</dependency></dependencies></project>\n"
        )


@dataclass(frozen=True, slots=True)
class Checkout:
    """This checkout, with the Python that runs the benchmark."""

    def set_up(self, home: Path) -> Place:  # noqa: ARG002 -- it stands where it is
        shown = subprocess.run(
            [sys.executable, "-m", "kg", "check", "--help"], capture_output=True, text=True, cwd=ROOT, check=False
        )
        if "--data" not in shown.stdout:
            raise NotThere("not there yet: `kg check` has no --data")
        import kg

        revision = subprocess.run(
            ["git", "describe", "--always", "--dirty"], capture_output=True, text=True, cwd=ROOT, check=False
        )
        return Place({"python": sys.executable}, f"{kg.__version__} {revision.stdout.strip()}".strip())


@dataclass(frozen=True, slots=True)
class Tool:
    """One way of validating: a command that writes its report to standard output."""

    name: str
    title: str
    environment: Environment
    command: tuple[str, ...]
    read: reports.Reader

    def line(self, place: Place, data: Path, shapes: Path) -> list[str]:
        """The command, filled in."""
        words = place.words | {"drivers": str(DRIVERS), "data": str(data), "shapes": str(shapes)}
        return [word.format_map(words) for word in self.command]


def newest_java() -> tuple[int, Path]:
    """The newest Java with a compiler: its main version and its folder. (0, …) where there is none."""
    on_path = shutil.which("javac")
    folders = [Path(os.environ.get("JAVA_HOME", "/nowhere")), *Path("/usr/lib/jvm").glob("*")]
    folders += [Path(on_path).resolve().parents[1]] if on_path else []
    found = [(0, Path("/nowhere"))]
    for folder in folders:
        release = folder / "release"
        if release.is_file() and (folder / "bin" / "javac").exists():
            version = re.search(r'JAVA_VERSION="(\d+)', release.read_text(encoding="utf-8"))
            found.append((int(version[1]) if version else 0, folder))
    return max(found)


def _run(command: list[str], cwd: Path | None = None) -> str:
    done = subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False)
    if done.returncode:
        raise NotThere(f"its set-up failed: {' '.join(command)}\n{(done.stdout + done.stderr)[-2000:]}")
    return done.stdout


_java = ("{java}", "-cp", "{classes}")
_shifty = Venv("pyshifty", "pyshifty[rdflib]")
_shifty_line = ("{python}", "{drivers}/shifty_report.py")

TOOLS = (
    Tool("kg", "kg check", Checkout(), OURS, reports.from_jsonl),
    Tool(
        "shifty",
        "pyshifty, `validate_algebra`",
        _shifty,
        (*_shifty_line, "validate_algebra", "{data}", "{shapes}"),
        reports.from_algebra,
    ),
    Tool(
        "shifty-w3c",
        "pyshifty, `validate`",
        _shifty,
        (*_shifty_line, "validate", "{data}", "{shapes}"),
        reports.from_text,
    ),
    Tool(
        "rudof",
        "pyrudof",
        Venv("pyrudof", "pyrudof"),
        ("{python}", "{drivers}/rudof_report.py", "{data}", "{shapes}"),
        reports.from_triples,
    ),
    Tool(
        "turbo",
        "pyshacl-turbo, its command",
        Venv("pyshacl-turbo", "pyshacl-turbo"),
        ("{bin}/pyshacl-turbo", "{data}", "-s", "{shapes}"),
        reports.from_text,
    ),
    Tool(
        "turbo-rdflib",
        "pyshacl-turbo on rdflib-turbo",
        Venv("pyshacl-turbo-rdflib", "pyshacl-turbo", companion="rdflib-turbo"),
        ("{python}", "{drivers}/turbo_report.py", "{data}", "{shapes}"),
        reports.from_text,
    ),
    Tool(
        "jena",
        "Apache Jena SHACL",
        Maven("jena", "org.apache.jena", "jena-shacl", "JenaReport", needs_java=21),
        (*_java, "JenaReport", "{data}", "{shapes}"),
        reports.from_triples,
    ),
    Tool(
        "topbraid",
        "TopBraid SHACL",
        Maven("topbraid", "org.topbraid", "shacl", "TopBraidReport", needs_java=17),
        (*_java, "TopBraidReport", "{data}", "{shapes}"),
        reports.from_triples,
    ),
    Tool(
        "pyshacl",
        "pySHACL, its command",
        Venv("pyshacl", "pyshacl"),
        ("{bin}/pyshacl", "-s", "{shapes}", "-df", "nt", "{data}"),
        reports.from_text,
    ),
)
