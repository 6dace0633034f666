#!/usr/bin/env python3
"""
Takes the picture of the page from the page itself: the worked example, built, exported and opened in Chromium.

    python docs/images/photograph.py       # write page.png

It needs Chromium, Node, and `make bundle`. Fonts differ from machine to machine, so no test compares the picture.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from kg import Project, build, export

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CHOSEN = "Kawlin People's Defense Force"
"""The group that is selected in the picture."""


def main() -> None:
    """Build, export, open, and take the picture."""
    browser, node = shutil.which("chromium") or shutil.which("google-chrome"), shutil.which("node")
    if browser is None or node is None or not (ROOT / "web/node_modules/playwright-core").exists():
        sys.exit("this needs Chromium, Node, and `make bundle`")
    with tempfile.TemporaryDirectory() as folder:
        example = Path(folder) / "example"
        shutil.copytree(ROOT / "examples/operation-1027", example, ignore=shutil.ignore_patterns(".kg"))
        project = Project.open(example)
        build(project)
        page = Path(folder) / "page.html"
        export(project, "html", page)
        command = [node, HERE / "photograph.mjs", browser, page, CHOSEN, HERE / "page.png"]
        subprocess.run(command, check=True)  # noqa: S603 # of programs that were looked up


if __name__ == "__main__":
    main()
