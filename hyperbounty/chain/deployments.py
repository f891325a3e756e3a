"""Where a contract lives on each chain: a small file that `devnet` and `deploy` write and every command reads."""

from __future__ import annotations

import json
from pathlib import Path

from hyperbounty.errors import InvalidInput
from hyperbounty.files import write_atomic


class Deployments:
    """`deployments.json` under the home folder: {chain id: {contract name: address}}."""

    def __init__(self, home: Path) -> None:
        self._path = home / "deployments.json"

    def address(self, name: str, chain_id: int) -> str:
        """The address of `name` on `chain_id`.

        Raises:
            InvalidInput: none is known, or the file is not what it should be.
        """
        known = self._read().get(str(chain_id), {}).get(name)
        if known is None:
            raise InvalidInput(
                f"no {name} is known on chain {chain_id}",
                "pass --contract ADDRESS, or make one with `hyperbounty deploy`",
            )
        return known

    def record(self, name: str, chain_id: int, address: str) -> None:
        """Remember that `name` lives at `address` on `chain_id`."""
        known = self._read()
        known.setdefault(str(chain_id), {})[name] = address
        write_atomic(self._path, json.dumps(known, indent=2, sort_keys=True).encode() + b"\n")

    def _read(self) -> dict[str, dict[str, str]]:
        try:
            known: dict[str, dict[str, str]] = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except ValueError as error:
            raise InvalidInput(
                f"{self._path} is not JSON", "delete it and deploy or name the contract again"
            ) from error
        return known
