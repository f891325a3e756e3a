"""A contest's folder is made, repaired and never taken from its owner; also where making it was broken off."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.errors import InvalidInput
from participant.workbench.folder import MARK, Place, lay_out, read_place

PLACE = Place(contest=3, chain_id=31337, contract="0x" + "ab" * 20, manifest="bafk")
PUBLISHED = {"manifest.json": b"{}", "training.csv": b"time\n"}
OWN = {"spec.toml": b"epochs = 10\n"}


@given(st.sets(st.sampled_from(sorted(PUBLISHED))), st.booleans(), st.sets(st.sampled_from(sorted(PUBLISHED))))
def test_whatever_of_it_is_lost_or_changed_comes_back_and_the_rest_stays(
    tmp_path_factory: pytest.TempPathFactory, lost: set[str], spec_lost: bool, changed: set[str]
) -> None:
    folder = tmp_path_factory.mktemp("at-home") / "contest-3"
    lay_out(folder, PLACE, PUBLISHED, OWN)
    (folder / "spec.toml").write_bytes(b"mine")
    for name in changed:
        (folder / name).write_bytes(b"other")
    for name in lost | ({"spec.toml"} if spec_lost else set()):
        (folder / name).unlink()
    states = lay_out(folder, PLACE, PUBLISHED, OWN)
    for name, content in PUBLISHED.items():
        assert (folder / name).read_bytes() == content
        assert states[name] == ("written" if name in lost else "repaired" if name in changed else "kept")
    assert (folder / "spec.toml").read_bytes() == (OWN["spec.toml"] if spec_lost else b"mine")
    assert states["spec.toml"] == ("written" if spec_lost else "yours")


def test_one_that_was_only_begun_is_completed(tmp_path: Path) -> None:
    lay_out(tmp_path, PLACE, {}, {})
    assert read_place(tmp_path) == PLACE
    states = lay_out(tmp_path, PLACE, PUBLISHED, OWN)
    assert set(states.values()) == {"kept", "written"}


@pytest.mark.parametrize("other", [{"contest": 4}, {"chain_id": 1}, {"contract": "0x00"}, {"manifest": "bafy"}])
def test_the_folder_of_another_contest_is_left_alone(tmp_path: Path, other: dict[str, object]) -> None:
    lay_out(tmp_path, PLACE, PUBLISHED, OWN)
    with pytest.raises(InvalidInput, match="for another contest: 3 of 0xab"):
        lay_out(tmp_path, replace(PLACE, **other), {"training.csv": b"other"}, {})  # type: ignore[arg-type]
    assert (tmp_path / "training.csv").read_bytes() == PUBLISHED["training.csv"]


def test_what_is_no_folder_of_a_contest_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    for taken in (tmp_path, tmp_path / "notes.txt"):
        with pytest.raises(InvalidInput, match="no folder of a contest"):
            lay_out(taken, PLACE, PUBLISHED, OWN)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize(
    "mark", [b"", b"[]", b"{}", b"null", b'{"contest": 1}', b"[" * 100_000, b"\xff", b'{"contest": 1, "x": 2}']
)
def test_a_damaged_mark_is_named(tmp_path: Path, mark: bytes) -> None:
    (tmp_path / MARK).write_bytes(mark)
    with pytest.raises(InvalidInput, match="does not say which contest"):
        read_place(tmp_path)
    wrong = b'{"contest": true, "chain_id": 1, "contract": "0x", "manifest": "b"}'
    (tmp_path / MARK).write_bytes(wrong)
    with pytest.raises(InvalidInput, match="does not say which contest"):
        read_place(tmp_path)
