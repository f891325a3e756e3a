"""What a command writes for its user goes where nothing is."""

from __future__ import annotations

from pathlib import Path

import pytest

from hyperbounty.cli.targets import create_file, create_folder, require_free
from hyperbounty.errors import InvalidInput

OTHER = "another one"


def test_what_is_there_stays(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("mine")
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "nowhere")
    for path in (file, tmp_path, link):
        with pytest.raises(InvalidInput, match="nothing is overwritten; name another one"):
            require_free(path, OTHER)
    with pytest.raises(InvalidInput, match="exists already"):
        create_file(file, b"theirs", OTHER)
    assert file.read_text() == "mine"


def test_a_folder_is_there_with_all_that_is_in_it_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "new"

    def fails() -> None:
        with create_folder(target, OTHER) as folder:
            (folder / "half").write_text("half")
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        fails()
    assert not target.exists()
    assert list(target.parent.iterdir()) == []
    for path in (target, tmp_path / "empty"):
        (tmp_path / "empty").mkdir(exist_ok=True)
        with create_folder(path, OTHER) as folder:
            (folder / "whole").write_text("whole")
        assert [each.name for each in path.iterdir()] == ["whole"]


def test_what_came_there_meanwhile_stays(tmp_path: Path) -> None:
    target = tmp_path / "new"

    def works() -> None:
        with create_folder(target, OTHER) as folder:
            (folder / "whole").write_text("whole")
            target.mkdir()
            (target / "mine").write_text("mine")

    with pytest.raises(InvalidInput, match="is a folder that is not empty"):
        works()
    assert [each.name for each in target.iterdir()] == ["mine"]
