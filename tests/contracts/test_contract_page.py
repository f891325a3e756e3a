"""The contract's page says what the interface says, all of it, and notices when the interface changes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any, Final

import pytest
from web3 import Web3

from contracts.tools.page import NatSpec, main

ROOT: Final = Path(__file__).parents[2]
CONTRACTS: Final = ROOT / "contracts"
WHERE: Final = Path("docs") / "contracts" / "HyperparameterBounty.md"
PAGE: Final = (ROOT / WHERE).read_text(encoding="utf-8")
ABI: Final[list[dict[str, Any]]] = json.loads((CONTRACTS / "artifacts" / "HyperparameterBounty.json").read_text())[
    "abi"
]
# Of OpenZeppelin's guard and libraries; the rest is the interface's.
OUTSIDE: Final = {"ReentrancyGuardReentrantCall", "SafeERC20FailedOperation", "AddressEmptyCode", "FailedCall"}
needs_compiler = pytest.mark.skipif(
    not (CONTRACTS / "node_modules" / "solc").is_dir() or shutil.which("node") is None,
    reason="no compiler here: run `npm ci --ignore-scripts` in contracts/",
)


def canonical(parameter: dict[str, Any]) -> str:
    """The type as a selector has it: a struct is the list of its members."""
    kind = str(parameter["type"])
    if not kind.startswith("tuple"):
        return kind
    return f"({','.join(map(canonical, parameter['components']))}){kind.removeprefix('tuple')}"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A copy of what the page is made of."""
    home = tmp_path / "contracts"
    shutil.copytree(CONTRACTS / "src", home / "src")
    for name in ("contracts.toml", "solc"):
        shutil.copy(CONTRACTS / name, home / name)
    (home / "node_modules").symlink_to(CONTRACTS / "node_modules")
    (tmp_path / WHERE).parent.mkdir(parents=True)
    (tmp_path / WHERE).write_text(PAGE, encoding="utf-8")
    return home


@pytest.mark.parametrize("kind", ["function", "event", "error"])
def test_everything_a_client_can_meet_is_on_the_page_with_its_selector(kind: str) -> None:
    items = [item for item in ABI if item["type"] == kind and item["name"] not in OUTSIDE]
    assert items
    for item in items:
        digest = Web3.keccak(text=f"{item['name']}({','.join(map(canonical, item['inputs']))})")
        selector = (digest if kind == "event" else digest[:4]).hex()
        lines = [line for line in PAGE.splitlines() if f"`0x{selector.removeprefix('0x')}`" in line]
        assert len(lines) == 1, item["name"]
        if kind == "function":
            assert f"#### `{item['name']}`" in PAGE
        else:
            assert lines[0].startswith(f"| `{item['name']}(")
            assert all(i["name"] in lines[0] for i in item["inputs"])


@needs_compiler
def test_the_committed_page_is_what_the_sources_give() -> None:
    assert main(["--check"]) == 0


@pytest.mark.heavy
@needs_compiler
def test_a_changed_interface_makes_the_page_stale_until_it_is_written_again(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    interface = home / "src" / "bounty" / "IHyperparameterBounty.sol"
    text = interface.read_text(encoding="utf-8")
    assert "function settle(" in text
    interface.write_text(text.replace("function settle(", "function conclude("), encoding="utf-8")
    assert main(["--check"], home) == 1
    assert "run `python -m contracts.tools.page`" in capsys.readouterr().err
    assert main([], home) == 0
    assert main(["--check"], home) == 0
    assert "#### `conclude`" in (home.parent / WHERE).read_text(encoding="utf-8")


@needs_compiler
def test_a_source_that_does_not_compile_is_said_in_one_line(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "src" / "bounty" / "BountyTypes.sol").write_text("pragma solidity 0.8.37; nonsense", encoding="utf-8")
    assert main([], home) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_a_comment_is_taken_apart_by_its_tags() -> None:
    natspec = NatSpec.read(
        "@notice Does it\n for sure.\n@dev Beware:\n - of one\n   thing;\n - of another.\n@param a the\n first"
    )
    assert natspec.notice == "Does it for sure."
    assert natspec.details == "Beware:\n\n- of one thing;\n- of another."
    assert natspec.parts == (("a", "the first"),)
    assert NatSpec.read("Plain words.").notice == "Plain words."
