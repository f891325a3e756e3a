"""The settings: their names in the file and in the environment, and how each is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from hyperbounty.chain.policy import SendingPolicy
from hyperbounty.config import readers

DEFAULT_RPC: Final = "http://127.0.0.1:8545"
DEFAULT_PROFILE: Final = "devnet"
EMBEDDED_PROFILE: Final = "embedded"

CONFIG_VARIABLE: Final = "HYPERBOUNTY_CONFIG"
PROFILE_VARIABLE: Final = "HYPERBOUNTY_PROFILE"

_POLICY: Final = SendingPolicy()


@dataclass(frozen=True)
class Setting:
    """One setting.

    Attributes:
        key: its name in the file, and of its parameter; `variable` follows from it.
        field: of `Settings`, with the unit.
        read: the value, from what TOML holds; raises `readers.Unfit`.
        default: where nobody says anything.
        shared: it may also stand above the profiles, for all of them; what belongs to one chain may not.
        from_text: turns the text of an option or a variable into what TOML would hold.
    """

    key: str
    field: str
    read: Callable[[object, Path], object]
    default: object = None
    shared: bool = False
    from_text: Callable[[str], object] = readers.as_written

    @property
    def variable(self) -> str:
        """Its name in the environment."""
        return f"HYPERBOUNTY_{self.key.upper()}"


SETTINGS: Final = (
    Setting("rpc", "rpc", readers.url),
    Setting("chain_id", "chain_id", readers.positive, from_text=readers.whole_number_in),
    Setting("contract", "contract", readers.address),
    Setting("contracts", "contracts", readers.contracts, {}, from_text=readers.named_parts_of),
    Setting(
        "confirmations", "confirmations", readers.positive, _POLICY.confirmations, from_text=readers.whole_number_in
    ),
    Setting("max_fee", "max_fee_wei", readers.fee, _POLICY.max_fee_wei),
    Setting("priority_fee", "priority_fee_wei", readers.fee, _POLICY.priority_fee_wei),
    Setting("replace_after", "replace_after_seconds", readers.seconds, _POLICY.replace_after_seconds),
    Setting("outage", "outage_seconds", readers.seconds, _POLICY.outage_seconds),
    Setting("account", "account", readers.text, shared=True),
    Setting("password_file", "password_file", readers.path, shared=True),
    Setting("ipfs", "ipfs", readers.text, shared=True),
    Setting("gateways", "gateways", readers.urls, (), shared=True, from_text=readers.parts_of),
)
BY_KEY: Final[Mapping[str, Setting]] = {setting.key: setting for setting in SETTINGS}


@cache
def built_in_profiles() -> Mapping[str, Mapping[str, Any]]:
    """The profiles that need no file, each with what it settles.

    >>> sorted(built_in_profiles())
    ['anvil', 'devnet', 'embedded']
    """
    # Brings in the library of accounts, which `--help` has no use for.
    from hyperbounty.chain.development import DEVELOPMENT_CHAIN_ID

    served = {"rpc": DEFAULT_RPC, "chain_id": DEVELOPMENT_CHAIN_ID}
    return {EMBEDDED_PROFILE: {"chain_id": DEVELOPMENT_CHAIN_ID}, "devnet": served, "anvil": served}
