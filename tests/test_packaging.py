from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SHIPPED = {
    "ontology": ROOT / "ontology",
    "shapes": ROOT / "shapes",
    "queries": ROOT / "queries",
    "views": ROOT / "views",
    "findings": ROOT / "docs" / "reference" / "findings",
}


def run(*arguments: object, cwd: Path) -> str:
    environment = {**os.environ, "KG_PAGE": "no"}  # the page is bundled from the network, and tested in tests/exports
    done = subprocess.run(
        [sys.executable, *map(str, arguments)], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from the checkout with the build backend of this environment, so that nothing is downloaded."""
    folder = tmp_path_factory.mktemp("wheel")
    run("-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index", "-w", folder, ROOT, cwd=folder)
    (path,) = folder.glob("*.whl")
    return path


@pytest.mark.slow
@pytest.mark.integration
def test_an_installed_wheel_finds_what_it_ships(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    run("-m", "pip", "install", "--no-deps", "--no-index", "--target", site, wheel, cwd=tmp_path)
    code = (
        f"import sys; sys.path.insert(0, {str(site)!r})\n"
        "from kg.model.shipped import shipped\n"
        f"for kind in {list(SHIPPED)!r}: print(shipped(kind))"
    )
    folders = [Path(line) for line in run("-c", code, cwd=tmp_path).splitlines()]
    assert folders == [site / "kg" / "shipped" / kind for kind in SHIPPED]
    for folder, source in zip(folders, SHIPPED.values(), strict=True):
        assert files(folder) == files(source) != set()


@pytest.mark.slow
@pytest.mark.integration
def test_the_wheel_holds_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0].split("-")[0] for name in names} == {"kg", "conflict_kg"}
    assert "kg/py.typed" in names
