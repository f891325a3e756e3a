"""The branch trees of the Foundry tests say what their tests do: one branch, one test beside it, in the same order."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from contracts.build import Deployed, deployed_contracts

CONTRACTS: Final = Path(__file__).parents[2] / "contracts"
TREES: Final = sorted((CONTRACTS / "test").glob("*/calls/*/*.tree"))
TEST: Final = re.compile(r"^    function (test\w*)\(", re.MULTILINE)
LINE: Final = re.compile(r"^((?:│  |   )*)[├└]── (given|when|it should) (.+)$")


@dataclass(frozen=True)
class Branch:
    """`given …` or `when …`, and what should follow."""

    word: str
    condition: str
    leaves: tuple[str, ...]

    @property
    def refuses(self) -> bool:
        return self.leaves[0].startswith("revert")

    @property
    def test(self) -> str:
        """The name of its test, after `test` or `testFuzz`: words run together, a refusal marked as one."""
        words = re.sub(r"[^A-Za-z0-9 ]", "", self.condition).split()
        camel = "".join(word[0].upper() + word[1:] for word in words)
        return f"Revert{self.word.capitalize()}_{camel}" if self.refuses else f"{self.word.capitalize()}{camel}"


def read_tree(path: Path) -> tuple[str, list[Branch]]:
    """The name of the test contract and the branches that have leaves; a line of any other form fails."""
    name, *lines = path.read_text(encoding="utf-8").splitlines()
    branches: list[Branch] = []
    depths: list[int] = []
    for line in lines:
        parts = LINE.match(line)
        assert parts, f"{path.name}: not a branch and not a leaf: {line!r}"
        depth = len(parts[1])
        if parts[2] == "it should":
            last = branches[-1]
            assert depth == depths[-1] + 3, f"{path.name}: this leaf hangs on nothing: {line!r}"
            branches[-1] = Branch(last.word, last.condition, (*last.leaves, parts[3]))
            continue
        if branches and depth > depths[-1]:
            assert not branches[-1].leaves, f"{path.name}: leaves beside branches: {line!r}"
            # What only holds other branches has no test of its own.
            branches.pop()
            depths.pop()
        branches.append(Branch(parts[2], parts[3], ()))
        depths.append(depth)
    assert all(b.leaves for b in branches), f"{path.name}: a branch says nothing"
    return name, branches


@pytest.mark.parametrize("contract", deployed_contracts(), ids=lambda contract: contract.name)
def test_every_call_has_a_folder_with_its_tree(contract: Deployed) -> None:
    artifact = json.loads((CONTRACTS / contract.artifact).read_text(encoding="utf-8"))
    functions = [item for item in artifact["abi"] if item["type"] == "function"]
    calls = {item["name"] for item in functions if item["stateMutability"] not in ("view", "pure")}
    folder = CONTRACTS / contract.tests / "calls"
    assert {path.parent.name for path in TREES if path.is_relative_to(folder)} >= calls | {"views"}


def test_every_file_of_calls_has_its_tree() -> None:
    assert {path.with_suffix(".t.sol") for path in TREES} == set((CONTRACTS / "test").glob("*/calls/*/*.t.sol"))


@pytest.mark.parametrize("path", TREES, ids=lambda path: path.stem)
def test_a_tree_and_the_tests_beside_it_are_in_step(path: Path) -> None:
    contract, branches = read_tree(path)
    source = path.with_suffix(".t.sol").read_text(encoding="utf-8")
    assert re.search(rf"^contract {contract} is ", source, re.MULTILINE)
    written = [re.sub(r"^test(Fuzz)?_", "", name) for name in TEST.findall(source)]
    assert written == [b.test for b in branches]


@pytest.mark.parametrize("path", TREES, ids=lambda path: path.stem)
def test_the_errors_and_events_of_a_tree_are_checked_beside_it(path: Path) -> None:
    """The error or event that a leaf names is compared in the file, or in the helper for phases."""
    _, branches = read_tree(path)
    source = path.with_suffix(".t.sol").read_text(encoding="utf-8")
    shared = "".join(p.read_text(encoding="utf-8") for p in path.parents[2].glob("foundry/*.sol"))
    for branch in branches:
        for leaf in branch.leaves:
            error = re.match(r"revert with (\w+)", leaf)
            event = re.match(r"emit (\w+)", leaf)
            if error and error[1] != "WrongPhase":
                assert re.search(rf"\bI\w+\.{error[1]}\.selector", source), leaf
            elif error:
                assert "expectWrongPhase(" in source or ".WrongPhase.selector" in source, leaf
            elif event:
                assert re.search(rf"emit I\w+\.{event[1]}\(", source + shared), leaf
