"""The page of attacks says what the tests of attacks do, all of them, and notices when they change."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Final

import pytest

from contracts.tools.attacks import PAGE, ROOT, main, words

LIST: Final = Path("contracts") / "contracts.toml"
FOLDER: Final = Path("contracts") / "test" / "bounty" / "attacks"
PYTHON: Final = re.compile(r'"(tests/[^"]+\.py)::')
WAYS: Final = 20  # those that worked against the first contract
TEST: Final = re.compile(r"function test(?:Fuzz)?_\w+\(")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for folder in (ROOT / "contracts" / "test").glob("*/attacks"):
        shutil.copytree(folder, tmp_path / folder.relative_to(ROOT))
    for name in PYTHON.findall((ROOT / FOLDER / "strategies.toml").read_text(encoding="utf-8")):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / LIST, tmp_path / LIST)
    (tmp_path / PAGE).parent.mkdir()
    shutil.copy(ROOT / PAGE, tmp_path / PAGE)
    return tmp_path


def test_the_committed_page_has_a_line_for_every_attack() -> None:
    assert main(["--check"]) == 0
    files = (ROOT / "contracts" / "test").glob("*/attacks/*.t.sol")
    count = sum(len(TEST.findall(file.read_text(encoding="utf-8"))) for file in files)
    about = (ROOT / FOLDER / "about.md").read_text(encoding="utf-8").splitlines()
    page = (ROOT / PAGE).read_text(encoding="utf-8").splitlines()
    lines = [line for line in page if line.startswith("| ") and line not in about[1:]]
    headings = sum(line == "| Tried | Came of it |" for line in lines)
    strategies = sum(line.count(" | ") == 2 for line in lines)
    assert len(lines) - headings - strategies == count > 100


def test_every_way_to_win_is_listed_with_a_test() -> None:
    text = (ROOT / FOLDER / "strategies.toml").read_text(encoding="utf-8")
    assert text.count("[[strategy]]") >= WAYS
    assert text.count("tests = []") == 0


def test_a_strategy_without_its_test_is_an_error(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = root / FOLDER / "places.t.sol"
    file.write_text(file.read_text(encoding="utf-8").replace("SevenNearEqual", "EightNearEqual"), encoding="utf-8")
    assert main([], root) == 1
    assert "no test places.t.sol SevenNearEqualSpecsOfOneAddress" in capsys.readouterr().err


def test_a_new_outcome_makes_the_page_stale(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = root / FOLDER / "twice.t.sol"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("ASecondClaim_IsRefused", "ASecondClaim_IsPaid"), encoding="utf-8")
    assert main(["--check"], root) == 1
    assert "run `python -m contracts.tools.attacks`" in capsys.readouterr().err
    assert main([], root) == 0
    assert main(["--check"], root) == 0
    assert "| A second claim * | is paid |" in (root / PAGE).read_text(encoding="utf-8")


@pytest.mark.parametrize(("old", "new"), [("ASecondClaim_IsRefused", "ASecondClaim"), ("/// @dev Doing", "// Doing")])
def test_an_attack_that_says_too_little_is_an_error(
    old: str, new: str, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = root / FOLDER / "twice.t.sol"
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    assert main([], root) == 1
    assert "twice.t.sol" in capsys.readouterr().err


def test_a_name_is_read_as_words() -> None:
    assert words("APayeeThatRejectsIn2Ways") == "a payee that rejects in2 ways"
