"""Label Studio itself, started here, takes what `kg review` hands to it, and its export is read back."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.error import URLError

import pytest

from kg.exports.annotations import Decided
from kg.pipeline.project import Project
from kg.pipeline.review_elsewhere import back_from_label_studio, by_document, hand_to_label_studio

pytestmark = [pytest.mark.slow, pytest.mark.integration]

_TOKEN: Final = "0123456789abcdef" * 2 + "01234567"
_STARTS_WITHIN: Final = 240.0
_FACTS: Final = """\
document: {id: post, type: NewsArticle, text: post.txt}
claims:
  - {id: front, type: ArmedGroup, name: Hill Front, review: proposed, quote: Hill Front}
  - {id: base, type: Base, name: Halden base, place: unknown, review: proposed, quote: Halden base}
  - {id: attack, type: AttackOnFacility, attacker: front, review: proposed, quote: [Hill Front, Halden base]}
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program that KG_LABEL_STUDIO names; else one installed for this test alone: it brings a gigabyte along."""
    if named := os.environ.get("KG_LABEL_STUDIO"):
        return Path(named)
    folder = tmp_path_factory.mktemp("label-studio") / "venv"
    venv.create(folder, with_pip=True)
    programs = folder / ("Scripts" if sys.platform == "win32" else "bin")
    install: list[str | Path] = [programs / "python", "-m", "pip", "install", "-q", "label-studio>=1.23"]
    if subprocess.run(install, check=False, capture_output=True, timeout=600).returncode:
        pytest.skip("Label Studio cannot be installed here")
    return programs / "label-studio"


@pytest.fixture(scope="module")
def server(program: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of its API."""
    home = tmp_path_factory.mktemp("home")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command: list[str | Path] = [program, "start", "--no-browser", "--port", str(port), "--username", "a@example.org"]
    command += ["--password", "not-a-secret", "--user-token", _TOKEN, "--enable-legacy-api-token"]
    environment = {**os.environ, "HOME": str(home), "LABEL_STUDIO_BASE_DATA_DIR": str(home), "COLLECT_ANALYTICS": "0"}
    with (home / "log").open("wb") as log:
        running = subprocess.Popen(command, cwd=home, env=environment, stdout=log, stderr=log)
    try:
        _wait(f"http://127.0.0.1:{port}/health", running, home / "log")
        yield f"http://127.0.0.1:{port}/api/"
    finally:
        running.terminate()
        running.wait(30)


def _wait(address: str, running: subprocess.Popen[bytes], log: Path) -> None:
    last = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < last and running.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=5).close()  # noqa: S310 (an address of our own)
        except (URLError, OSError):
            time.sleep(0.5)
        else:
            return
    pytest.fail(f"Label Studio did not start:\n{log.read_text(encoding='utf-8', errors='replace')[-2000:]}")


def _ask(method: str, address: str, body: object = None) -> Any:
    headers = {"Authorization": f"Token {_TOKEN}", "Content-Type": "application/json"}
    given = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address, data=given, headers=headers, method=method)  # noqa: S310
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        return json.load(answer)


def _project(folder: Path, text: str) -> Project:
    (folder / "kg.toml").write_text('base = "https://example.org/"\n', encoding="utf-8")
    (folder / "facts").mkdir()
    (folder / "facts/post.yaml").write_text(_FACTS, encoding="utf-8")
    (folder / "facts/post.txt").write_text(text, encoding="utf-8")
    return Project.open(folder)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("It rained.\n\nHill Front fighters attacked\nHalden base on 3 November 2023.\n", id="plain"),
        pytest.param("🔥 Hill Front တပ် 🚩 attacked\r\nHalden base\u00a0again.\n", id="emoji, scripts and line ends"),
    ],
)
def test_marks_go_there_and_decisions_come_back(server: str, tmp_path: Path, text: str) -> None:
    project, tasks = _project(tmp_path, text), tmp_path / "tasks.json"
    assert hand_to_label_studio(project, (), tasks) == 3
    interface = tasks.with_suffix(".xml").read_text(encoding="utf-8")
    there = _ask("POST", f"{server}projects", {"title": "Review", "label_config": interface})["id"]
    imported = _ask("POST", f"{server}projects/{there}/import", json.loads(tasks.read_text(encoding="utf-8")))
    assert (imported["task_count"], imported["prediction_count"]) == (1, 1)

    (task,) = _ask("GET", f"{server}tasks?project={there}")["tasks"]
    regions = _ask("GET", f"{server}tasks/{task['id']}")["predictions"][0]["result"]
    first, second, _ = (mark.key for mark in by_document(project, ())["post"][1])
    kept = [region for region in regions if region["id"] != second]
    for region in kept:
        if region["type"] == "choices" and region["id"] == first:
            region["value"]["choices"] = ["accepted"]
    _ask("POST", f"{server}tasks/{task['id']}/annotations", {"result": kept})

    export = tmp_path / "export.json"
    export.write_text(json.dumps(_ask("GET", f"{server}projects/{there}/export?exportType=JSON")), encoding="utf-8")
    assert back_from_label_studio(project, (), export) == [Decided(first, "accepted"), Decided(second, "rejected")]


def test_its_own_reader_finds_nothing_wrong(program: Path, tmp_path: Path) -> None:
    """The server takes labels that its interface lacks; its library does not."""
    project, tasks = _project(tmp_path, "Hill Front attacked Halden base.\n"), tmp_path / "tasks.json"
    hand_to_label_studio(project, (), tasks)
    right = tasks.read_text(encoding="utf-8")
    assert _wrong(program, tasks) == []
    tasks.write_text(right.replace("AttackOnFacility", "NoSuchClass"), encoding="utf-8")
    assert _wrong(program, tasks) != []


_READ: Final = """
import json, sys
from label_studio_sdk.label_interface import LabelInterface
interface = LabelInterface(open(sys.argv[1], encoding="utf-8").read())
interface.validate()
(task,) = json.load(open(sys.argv[2], encoding="utf-8"))
(prediction,) = task.pop("predictions")
wrong = [] if interface.validate_task(task) else ["the task"]
print(json.dumps(wrong + [str(error) for error in interface.validate_prediction(prediction, return_errors=True)]))
"""


def _wrong(program: Path, tasks: Path) -> list[str]:
    command: list[str | Path] = [program.parent / "python", "-c", _READ, tasks.with_suffix(".xml"), tasks]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    found: list[str] = json.loads(done.stdout.splitlines()[-1])
    return found
