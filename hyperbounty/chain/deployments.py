"""Where a contract lives on each chain, and with which code: a small file that deployments write and commands read."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from eth_utils.crypto import keccak

from hyperbounty.chain.address import checked_address
from hyperbounty.chain.artifacts import load_artifact
from hyperbounty.errors import ChainError, InvalidInput
from hyperbounty.files import write_atomic
from hyperbounty.locks import locked
from hyperbounty.next_steps import Action, NextStep, Parameter

if TYPE_CHECKING:
    from hyperbounty.chain.connection import Chain, Receipt

_VERSION: Final = 1
_T = TypeVar("_T", str, int)


@dataclass(frozen=True)
class Deployment:
    """One contract that was put on a chain.

    Attributes:
        name: of the contract.
        chain_id: of the chain.
        address: of the contract.
        code_hash: Keccak-256 of the code that was there afterwards, 0x-hex (EXTCODEHASH, EIP-1052).
        block: that holds the deployment; None where it was there before this program looked.
        transaction: its hash, 0x-hex; None likewise.
    """

    name: str
    chain_id: int
    address: str
    code_hash: str
    block: int | None
    transaction: str | None


class WrongCode(ChainError):
    """What is at an address is not the contract that was expected there.

    Attributes:
        found: hash of the code that is there; None where there is none.
    """

    error_code = "wrong-code"

    def __init__(self, what: str, next_step: str, *, found: str | None) -> None:
        super().__init__(what, next_step)
        self.found = found


class Deployments:
    """`deployments.json` under the home folder. A later deployment is the one that counts; earlier ones stay on record,
    because contests with money in them stay where they were opened.

    Safe for use by several processes.
    """

    def __init__(self, home: Path) -> None:
        self._path = home / "deployments.json"

    def all(self) -> list[Deployment]:
        """Every known deployment, in the order of their recording.

        Raises:
            InvalidInput: the file is not what it should be.
        """
        return self._read()

    def find(self, name: str, chain_id: int) -> Deployment | None:
        """The latest deployment of `name` on `chain_id`.

        Raises:
            InvalidInput: the file is not what it should be.
        """
        found = [known for known in self._read() if (known.name, known.chain_id) == (name, chain_id)]
        return found[-1] if found else None

    def locate(self, chain: Chain, name: str, shared: str) -> str:
        """Where the contract `name` is on `chain`, once its code is checked.

        The latest deployment that is known here counts, if it is of this version; else the shared address, which needs
        no record.

        Args:
            chain: that it is looked for on.
            name: of the contract.
            shared: where it is on every chain with the usual factory, see `ContractClient.shared_address`.

        Raises:
            InvalidInput: it is at neither, or the file is not what it should be.
            WrongCode: what is there is something else.
        """
        known = self.find(name, chain.chain_id)
        is_wanted = known is not None and known.code_hash == code_hash(load_artifact(name).deployed_bytecode)
        # A development chain that began anew holds nothing of what was deployed on the one before.
        if known is not None and is_wanted and (not chain.is_development or chain.code(known.address)):
            self.check(chain, name, known.address)
            return known.address
        try:
            self.check(chain, name, shared)
        except WrongCode as wrong:
            if known is not None:
                # Says of which version it is, or that it is gone.
                self.check(chain, name, known.address)
            if wrong.found is not None:
                raise
            raise InvalidInput(
                f"no {name} is known on chain {chain.chain_id}, and none is at {shared}, where everybody shares one",
                NextStep("make one with {}, or pass {}", Action("deploy", (name,)), Parameter("contract", "ADDRESS")),
            ) from None
        return shared

    def record(self, chain: Chain, name: str, address: str, receipt: Receipt | None) -> Deployment:
        """Remember that `name` is at `address`, with the code that is there now.

        Args:
            chain: that it is on.
            name: of the contract.
            address: of the contract.
            receipt: of its deployment; None where it was there already.

        On a development chain that started anew, what was at this address before is forgotten.

        Raises:
            WrongCode: there is no code at the address.
        """
        code = chain.code(address)
        if not code:
            raise WrongCode(
                f"there is no contract at {address} on chain {chain.chain_id}", "look the deployment up", found=None
            )
        made = Deployment(
            name,
            chain.chain_id,
            checked_address(address),
            code_hash(code),
            None if receipt is None else receipt.block,
            None if receipt is None else receipt.hash,
        )
        with locked(self._path.with_name(f"{self._path.name}.lock"), exclusive=True):
            kept = [known for known in self._read() if (known.chain_id, known.address) != (made.chain_id, made.address)]
            content = {"version": _VERSION, "deployments": [asdict(known) for known in (*kept, made)]}
            write_atomic(self._path, json.dumps(content, indent=2).encode() + b"\n")
        return made

    def check(self, chain: Chain, name: str, address: str) -> None:
        """Raise unless the code at `address` is what was deployed there, and is the code that this package knows.

        Raises:
            InvalidInput: not an address.
            WrongCode: there is no contract, or one with other code. The message has the hashes.
        """
        expected = code_hash(load_artifact(name).deployed_bytecode)
        code = chain.code(address)
        found = code_hash(code) if code else None
        where = f"{address} on chain {chain.chain_id}"
        recorded = next(
            (k for k in self._read() if (k.chain_id, k.address) == (chain.chain_id, checked_address(address))), None
        )
        if recorded is not None and found != recorded.code_hash:
            has = f"has the code {found}" if found else "holds no contract"
            raise WrongCode(
                f"{where} {has}, and {name} was deployed there with the code {recorded.code_hash}",
                NextStep(
                    "deploy again if this is a development chain that was restarted; else check {}, and send no money",
                    Parameter("rpc"),
                ),
                found=found,
            )
        if found is None:
            raise WrongCode(
                f"there is no contract at {where}, where {name} with the code {expected} was expected",
                NextStep("name the right {} and {}", Parameter("contract"), Parameter("rpc")),
                found=None,
            )
        if found != expected:
            raise WrongCode(
                f"the contract at {where} has the code {found}, and {name} of this version has {expected}",
                NextStep(
                    "name the right {}, or install the version it was deployed with; money sent to a look-alike "
                    "is lost",
                    Parameter("contract"),
                ),
                found=found,
            )

    def _read(self) -> list[Deployment]:
        try:
            content = json.loads(self._path.read_text(encoding="utf-8"))
            if content["version"] != _VERSION:
                raise ValueError
            return [_deployment(entry) for entry in content["deployments"]]
        except FileNotFoundError:
            return []
        except (ValueError, KeyError, TypeError):
            raise InvalidInput(
                f"{self._path} is damaged, or of another version of this program",
                NextStep(
                    "move it away, then name the contract with {} or deploy one", Parameter("contract", "ADDRESS")
                ),
            ) from None


def code_hash(code: bytes) -> str:
    """Keccak-256 of a contract's code, 0x-hex.

    >>> code_hash(b"")
    '0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470'
    """
    return f"0x{keccak(code).hex()}"


def _deployment(entry: dict[str, Any]) -> Deployment:
    return Deployment(
        name=_typed(entry["name"], str),
        chain_id=_typed(entry["chain_id"], int),
        address=checked_address(_typed(entry["address"], str)),
        code_hash=_typed(entry["code_hash"], str),
        block=None if entry["block"] is None else _typed(entry["block"], int),
        transaction=None if entry["transaction"] is None else _typed(entry["transaction"], str),
    )


def _typed(value: object, kind: type[_T]) -> _T:
    if type(value) is not kind:
        raise TypeError
    return value
