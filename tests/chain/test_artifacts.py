"""Compiled contracts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hyperbounty.chain import artifacts
from hyperbounty.chain.artifacts import load_artifact
from hyperbounty.errors import ChainError, InvalidInput


def test_the_contract_of_the_checkout_is_found() -> None:
    artifact = load_artifact("HyperparameterBounty")
    assert "settle" in {entry.get("name") for entry in artifact.abi}
    assert artifact.deployed_bytecode in artifact.bytecode


def test_a_contract_that_is_not_compiled_is_named() -> None:
    with pytest.raises(ChainError, match="compiled contract Nothing is missing") as caught:
        load_artifact("Nothing")
    assert caught.value.next_step


@pytest.mark.parametrize("name", ["", "../secret", "a/b", "a.json"])
def test_what_is_no_name_is_not_looked_for(name: str) -> None:
    with pytest.raises(InvalidInput, match="not the name of a contract"):
        load_artifact(name)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        json.dumps({"abi": [], "bytecode": "0xzz", "deployedBytecode": "0x"}),
        '{"abi": 5, "bytecode": ""}',
    ],
)
def test_a_damaged_file_is_an_error(content: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "Broken.json").write_text(content)
    monkeypatch.setattr(artifacts, "_folders", lambda: (tmp_path,))
    with pytest.raises(ChainError, match="compiled contract Broken is damaged"):
        load_artifact("Broken")
