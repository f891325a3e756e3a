"""The committed artifacts are what the sources give, and hold what a chain accepts."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any, Final

import pytest

from contracts.build import Deployed, deployed_contracts, difference, main, write_artifacts

CONTRACTS: Final = Path(__file__).parents[2] / "contracts"
ARTIFACTS: Final = sorted((CONTRACTS / "artifacts").rglob("*.json"))
LICENSE: Final = "// SPDX-License-Identifier: MIT\n"
needs_compiler = pytest.mark.skipif(
    not (CONTRACTS / "node_modules" / "solc").is_dir() or shutil.which("node") is None,
    reason="no compiler here: run `npm ci --ignore-scripts` in contracts/",
)


def load(path: Path) -> dict[str, Any]:
    artifact: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return artifact


@pytest.mark.parametrize("path", ARTIFACTS, ids=lambda p: p.stem)
def test_an_artifact_was_made_of_the_sources_that_are_here(path: Path) -> None:
    own = {unit: digest for unit, digest in load(path)["sources"].items() if not unit.startswith("@")}
    assert own == {unit: hashlib.sha256((CONTRACTS / unit).read_bytes()).hexdigest() for unit in own}
    assert own


@pytest.mark.parametrize("path", ARTIFACTS, ids=lambda p: p.stem)
def test_an_artifact_is_canonical_and_names_its_compiler(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    artifact = json.loads(text)
    assert text == json.dumps(artifact, indent=1, sort_keys=True) + "\n"
    package = json.loads((CONTRACTS / "package.json").read_text(encoding="utf-8"))
    assert artifact["compiler"].startswith(package["dependencies"]["solc"] + "+commit.")


def test_a_list_that_says_too_little_is_refused_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "contracts.toml").write_text('[[contract]]\nname = "Nameless"\n', encoding="utf-8")
    assert main([], tmp_path) == 1
    assert capsys.readouterr().err.startswith("build: contracts.toml does not list contracts by name and family: ")


@pytest.mark.parametrize("contract", deployed_contracts(), ids=lambda contract: contract.name)
def test_a_contract_has_all_that_belongs_to_it(contract: Deployed) -> None:
    assert all((CONTRACTS / path).exists() for path in (contract.unit, contract.interface, contract.tests))
    assert all((CONTRACTS.parent / path).exists() for path in (contract.page, contract.gas))


@pytest.mark.parametrize("contract", deployed_contracts(), ids=lambda contract: contract.name)
def test_a_contract_can_be_deployed_and_takes_no_plain_transfer(contract: Deployed) -> None:
    artifact = load(CONTRACTS / contract.artifact)
    assert len(artifact["deployedBytecode"]) // 2 - 1 <= 23_500
    assert not [f for f in artifact["abi"] if f["type"] in ("receive", "fallback")]


@pytest.mark.parametrize("contract", deployed_contracts(), ids=lambda contract: contract.name)
def test_every_custom_error_and_event_names_its_arguments(contract: Deployed) -> None:
    """Clients show them by name."""
    artifact = load(CONTRACTS / contract.artifact)
    named = [i["name"] for item in artifact["abi"] if item["type"] in ("error", "event") for i in item["inputs"]]
    assert named
    assert all(named)


def test_check_names_what_differs_and_a_build_mends_it(tmp_path: Path) -> None:
    built = {p.relative_to(CONTRACTS / "artifacts").as_posix(): p.read_text(encoding="utf-8") for p in ARTIFACTS}
    write_artifacts(tmp_path, built)
    assert difference(tmp_path, built) == []

    folder = tmp_path / "artifacts"
    stale = built["HyperparameterBounty.json"].replace('"bytecode": "0x60', '"bytecode": "0x61')
    (folder / "HyperparameterBounty.json").write_text(stale, encoding="utf-8")
    (folder / "Gone.json").write_text("{}\n", encoding="utf-8")
    (folder / "test" / "Wallet.json").unlink()
    (folder / "test" / "FeeToken.json").write_text(built["test/FeeToken.json"] + "\n", encoding="utf-8")
    (folder / "test" / "PlainToken.json").write_text("half a fi", encoding="utf-8")
    assert difference(tmp_path, built) == [
        "artifacts/Gone.json has no source",
        "artifacts/HyperparameterBounty.json differs in bytecode",
        "artifacts/test/FeeToken.json differs in layout only",
        "artifacts/test/PlainToken.json differs in everything: it is not JSON",
        "artifacts/test/Wallet.json is missing",
    ]

    write_artifacts(tmp_path, built)
    assert difference(tmp_path, built) == []


@pytest.mark.heavy
@needs_compiler
@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("pragma solidity 0.8.37; contract Broken { uint256 x = ; }", "the compiler refuses the sources: ParserError"),
        ("pragma solidity 0.8.37; contract Idle { function f(uint256 x) external pure {} }", "the compiler warns: "),
        (
            "// SPDX-License-Identifier: MIT\npragma solidity 0.8.37; contract Other {}",
            "src/one/Broken.sol holds no contract Broken; ",
        ),
        ('import "./Nowhere.sol";', "the source src/one/Nowhere.sol is not there; correct the import"),
        ('import "@nobody/x.sol";', "the source @nobody/x.sol is not there; run `npm ci --ignore-scripts`"),
    ],
    ids=["a parser error", "a warning", "another contract", "a missing file", "a missing package"],
)
def test_sources_that_cannot_be_built_are_refused_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], source: str, expected: str
) -> None:
    (tmp_path / "contracts.toml").write_text('[[contract]]\nname = "Broken"\nfamily = "one"\n', encoding="utf-8")
    (tmp_path / "src" / "one").mkdir(parents=True)
    (tmp_path / "src" / "one" / "Broken.sol").write_text(source, encoding="utf-8")
    (tmp_path / "node_modules").symlink_to(CONTRACTS / "node_modules")
    shutil.copy(CONTRACTS / "solc", tmp_path / "solc")
    assert main([], tmp_path) == 1
    said = capsys.readouterr().err
    assert said.startswith(f"build: {expected}")
    assert said.count("\n") == 1
    assert not (tmp_path / "artifacts").exists()
