"""The branch trees of the Foundry tests say what their tests do.

A branch that has leaves has a test beside it, in the same order. A branch that holds other branches is what these
share: a modifier, which every test below it carries.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pytest

from contracts.build import Deployed, deployed_contracts

CONTRACTS: Final = Path(__file__).parents[2] / "contracts"
TREES: Final = sorted((CONTRACTS / "test").glob("*/calls/*/*.tree"))
TEST: Final = re.compile(r"^    function (test\w*)\([^{;]*\)\s+external([^{;]*)\{", re.MULTILINE)
MODIFIER: Final = re.compile(r"^    modifier (\w+)\(\) \{", re.MULTILINE)
LINE: Final = re.compile(r"^((?:│  |   )*)[├└]── (given|when|it should) (.+)$")


@dataclass(frozen=True)
class Branch:
    """`given …` or `when …`, the modifiers of the branches that hold it, and what should follow."""

    word: str
    condition: str
    under: tuple[str, ...]
    leaves: tuple[str, ...] = ()

    @property
    def refuses(self) -> bool:
        return self.leaves[0].startswith("revert")

    @property
    def run_together(self) -> str:
        """The condition as names have it."""
        words = re.sub(r"[^A-Za-z0-9 ]", "", self.condition).split()
        return "".join(word[0].upper() + word[1:] for word in words)

    @property
    def modifier(self) -> str:
        """The name of what the branches below share."""
        return f"{self.word}{self.run_together}"

    @property
    def test(self) -> str:
        """The name of its test, after `test` or `testFuzz`; a refusal is marked as one."""
        return (
            f"Revert{self.word.capitalize()}_{self.run_together}"
            if self.refuses
            else (f"{self.word.capitalize()}{self.run_together}")
        )


def read_tree(path: Path) -> tuple[str, list[Branch]]:
    """The name of the test contract and the branches that have leaves; a line of any other form fails."""
    name, *lines = path.read_text(encoding="utf-8").splitlines()
    branches: list[Branch] = []
    above: list[Branch] = []  # from the root to the branch that was read last
    held: set[str] = set()
    for line in lines:
        parts = LINE.match(line)
        assert parts, f"{path.name}: not a branch and not a leaf: {line!r}"
        depth, word, text = len(parts[1]) // 3, parts[2], parts[3]
        assert depth <= len(above), f"{path.name}: this hangs on nothing: {line!r}"
        if word != "it should":
            above = above[:depth]
            assert not any(branch.leaves for branch in above), f"{path.name}: a branch beside leaves: {line!r}"
            above.append(Branch(word, text, tuple(branch.modifier for branch in above)))
            held.add(above[-1].modifier)
            continue
        assert depth == len(above), f"{path.name}: this leaf hangs on nothing: {line!r}"
        last = above[-1]
        if last.leaves:
            branches.pop()
        above[-1] = replace(last, leaves=(*last.leaves, text))
        branches.append(above[-1])
    said = {modifier for branch in branches for modifier in (*branch.under, branch.modifier)}
    assert held == said, f"{path.name}: {held - said} say nothing"
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
    written = [
        (re.sub(r"^test(Fuzz)?_", "", name), tuple(word for word in after.split() if word not in ("view", "pure")))
        for name, after in TEST.findall(source)
    ]
    assert written == [(branch.test, branch.under) for branch in branches]


@pytest.mark.parametrize("family", sorted({path.parents[2] for path in TREES}), ids=lambda path: path.name)
def test_every_modifier_is_a_branch_that_holds_others(family: Path) -> None:
    modifiers = family / "foundry" / "Modifiers.sol"
    source = modifiers.read_text(encoding="utf-8") if modifiers.exists() else ""
    trees = [path for path in TREES if path.is_relative_to(family)]
    used = {modifier for path in trees for branch in read_tree(path)[1] for modifier in branch.under}
    assert sorted(MODIFIER.findall(source)) == sorted(used)


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
