"""Jars that tests run: named by the environment, kept by Maven, or fetched by it; alone, or with all that they need."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest


def jar(group: str, artifact: str, version: str, variable: str, classifier: str = "") -> Path:
    """The jar that an environment variable names, else Maven's; skips the test where there is no Java or no jar."""
    if named := os.environ.get(variable):
        return Path(named)
    if shutil.which("java") is None:
        pytest.skip(f"there is no Java to run {artifact} with")
    behind = f"-{classifier}" if classifier else ""
    folder = Path.home() / ".m2/repository" / group.replace(".", "/") / artifact / version
    kept = folder / f"{artifact}-{version}{behind}.jar"
    if kept.is_file():
        return kept
    if shutil.which("mvn") is None:
        pytest.skip(f"{artifact} is not here: there is no Maven to get it with, and {variable} is not set")
    named = f"{group}:{artifact}:{version}" + (f":jar:{classifier}" if classifier else "")
    command = ["mvn", "--batch-mode", "-q", "dependency:get", f"-Dartifact={named}", "-Dtransitive=false"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode or not kept.is_file():
        pytest.skip(f"Maven could not get {artifact}: {done.stdout[-300:]}")
    return kept


_PROJECT = """<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>x</groupId><artifactId>x</artifactId><version>1</version><dependencies><dependency>
<groupId>{}</groupId><artifactId>{}</artifactId><version>{}</version></dependency></dependencies></project>"""


def class_path(group: str, artifact: str, version: str, variable: str, folder: Path) -> str:
    """A jar with all that it needs; `folder` takes what Maven writes. Skips the test where they cannot be had."""
    if named := os.environ.get(variable):
        return named
    for program in ("java", "mvn"):
        if shutil.which(program) is None:
            pytest.skip(f"there is no {program} to get and run {artifact} with, and {variable} is not set")
    (folder / "pom.xml").write_text(_PROJECT.format(group, artifact, version), encoding="utf-8")
    command = ["mvn", "--batch-mode", "-q", "dependency:build-classpath", "-Dmdep.outputFile=path"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600, check=False)
    if done.returncode or not (folder / "path").is_file():
        pytest.skip(f"Maven could not get {artifact}: {done.stdout[-300:]}")
    return (folder / "path").read_text(encoding="utf-8").strip()
