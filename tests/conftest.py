from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# A busy machine is slow: time is measured in benchmarks/, never in a test.
settings.register_profile("kg", deadline=None)
settings.load_profile("kg")


@pytest.fixture(scope="session", autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A cache of their own for all tests: they neither read nor write the user's, and share it as builds do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


def _folder_from_env(variable: str, missing: str, must_hold: tuple[str, ...]) -> Path:
    """Skips where nobody set the variable; fails where somebody did and the folder is not what it should be."""
    value = os.environ.get(variable)
    if not value:
        pytest.skip(f"{variable} is not set: {missing}")
    folder = Path(value).resolve()
    absent = [name for name in must_hold if not (folder / name).is_dir()]
    if absent:
        pytest.fail(f"{variable} is {value}, but there is no folder {' or '.join(absent)} in it", pytrace=False)
    return folder


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the real report (`seed/`) and real tables (`data/`)."""
    return _folder_from_env("KG_SHARED", "the real report and tables are not at hand", ("seed", "data"))


@pytest.fixture(scope="session")
def conformance() -> Path:
    """The folder whose `w3c/` holds the W3C test suites and the GEXF schema."""
    return _folder_from_env("KG_CONFORMANCE", "the W3C test suites are not at hand", ("w3c",))
