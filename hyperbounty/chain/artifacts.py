"""Compiled contracts: from the installed package, or from the checkout."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hyperbounty.errors import ChainError, InvalidInput

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


@dataclass(frozen=True)
class Artifact:
    """One compiled contract.

    Attributes:
        name: of the contract.
        abi: the entries of its ABI, as the compiler writes them.
        bytecode: what a deployment runs, without constructor arguments.
        deployed_bytecode: what is at the address afterwards, immutables still zero.
    """

    name: str
    abi: tuple[dict[str, Any], ...]
    bytecode: bytes
    deployed_bytecode: bytes


def load_artifact(name: str) -> Artifact:
    """The compiled contract `name`.

    Raises:
        ChainError: it is neither in the package nor in the checkout, or its file is damaged.

    >>> from hyperbounty.chain.registry import contract_names
    >>> name = contract_names()[0]
    >>> load_artifact(name).name == name
    True
    """
    if not name.isidentifier():
        raise InvalidInput(f"{name!r} is not the name of a contract", "name one of contracts/artifacts")
    for folder in _folders():
        file = folder / f"{name}.json"
        if file.is_file():
            return _read(name, file.read_text(encoding="utf-8"))
    raise ChainError(f"the compiled contract {name} is missing", "compile the contracts, or reinstall the package")


def _folders() -> tuple[Traversable | Path, ...]:
    return (
        files("hyperbounty") / "_bundled" / "artifacts",
        Path(__file__).resolve().parents[2] / "contracts" / "artifacts",
    )


def _read(name: str, text: str) -> Artifact:
    try:
        content = json.loads(text)
        return Artifact(
            name=name,
            abi=tuple(content["abi"]),
            bytecode=bytes.fromhex(content["bytecode"].removeprefix("0x")),
            deployed_bytecode=bytes.fromhex(content["deployedBytecode"].removeprefix("0x")),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ChainError(
            f"the compiled contract {name} is damaged ({type(error).__name__}: {error})",
            "compile the contracts, or reinstall the package",
        ) from error
