"""Builds side by side: one is always whole, and nothing that is not ours is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.model.errors import EnvironmentFault, UsageError
from kg.stores.generations import Generations


def fill(generations: Generations, text: str) -> None:
    with generations.writing() as new:
        (new / "content").write_text(text)


def content(generations: Generations) -> str:
    with generations.reading() as generation:
        return (generation / "content").read_text()


def test_what_was_written_last_is_read(tmp_path: Path) -> None:
    generations = Generations(tmp_path / "store")
    for text in ("one", "two", "three"):
        fill(generations, text)
        assert content(generations) == text


def test_nothing_is_read_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nothing is built yet"), Generations(tmp_path).reading():
        pass


def test_an_error_while_writing_changes_nothing(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    fill(generations, "one")
    with pytest.raises(UnicodeEncodeError), generations.writing() as new:
        (new / "content").write_text("\ud800", encoding="utf-8")
    with pytest.raises(EnvironmentFault, match="the disk is full"), generations.writing():
        raise OSError(28, "No space left on device")
    assert content(generations) == "one"
    assert [path.name for path in tmp_path.glob("g*")] == ["g000001"]


def test_a_second_writer_is_told_so(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    second = Generations(tmp_path)
    with generations.writing(), pytest.raises(EnvironmentFault, match="another build is writing"), second.writing():
        pass
    fill(generations, "one")
    assert content(generations) == "one"


def test_a_reader_keeps_its_generation_until_it_has_read(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    fill(generations, "one")
    with generations.reading() as held:
        fill(generations, "two")
        assert (held / "content").read_text() == "one"
        assert content(generations) == "two"
    fill(generations, "three")
    assert not held.exists()


def test_other_folders_beside_the_generations_stay(tmp_path: Path) -> None:
    (tmp_path / "geodata").mkdir()
    (tmp_path / "g1").mkdir()
    generations = Generations(tmp_path)
    fill(generations, "one")
    fill(generations, "two")
    assert (tmp_path / "geodata").is_dir()
    assert (tmp_path / "g1").is_dir()


def test_a_folder_that_cannot_be_written_is_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EnvironmentFault, match="cannot write"), Generations(tmp_path / "file/store").writing():
        pass
