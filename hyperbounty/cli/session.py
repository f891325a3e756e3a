"""What a command works with: the chain, the store, the contract and the account its options name, made at first use."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hyperbounty.cli.output import note
from hyperbounty.errors import AccountError

if TYPE_CHECKING:  # loaded at first use: `--help` should not pay for web3
    from eth_account.signers.local import LocalAccount

    from hyperbounty.accounts import Keyring
    from hyperbounty.bounty.contract import BountyContract
    from hyperbounty.chain.connection import Chain
    from hyperbounty.store import ContentStore


@dataclass
class Session:
    """The options shared by commands, and what they lead to."""

    home: Path
    as_json: bool
    rpc: str
    contract_address: str | None
    ipfs: str | None
    account_name: str | None
    password_file: Path | None

    @cached_property
    def chain(self) -> Chain:
        """The node at `--rpc`."""
        from hyperbounty.chain.connection import Chain

        return Chain.connect(self.rpc)

    @cached_property
    def store(self) -> ContentStore:
        """The IPFS node at `--ipfs`, or the embedded store under `--home`."""
        from hyperbounty.store import open_store

        return open_store(self.ipfs, self.home / "store")

    @cached_property
    def contract(self) -> BountyContract:
        """The bounty contract at `--contract`, or the one known for this chain; its code is checked."""
        from hyperbounty.bounty.contract import BountyContract
        from hyperbounty.chain.deployments import Deployments

        address = self.contract_address or Deployments(self.home).address("HyperparameterBounty", self.chain.chain_id)
        return BountyContract.at(self.chain, address)

    @cached_property
    def keyring(self) -> Keyring:
        """The keystores under `--home`."""
        from hyperbounty.accounts import Keyring

        return Keyring(self.home / "keystores")

    @cached_property
    def account(self) -> LocalAccount:
        """The account that signs: `--account`, or a raw key from the environment.

        Raises:
            AccountError: none is named, or it cannot be unlocked.
        """
        from hyperbounty.accounts import account_from_environment, devnet_account

        if self.account_name is None:
            found = account_from_environment()
            if found is None:
                raise AccountError("no account is named", "pass --account NAME (`hyperbounty account list` has them)")
            signer, warning = found
            note(warning)
            return signer
        if self.account_name.startswith("devnet-"):
            return devnet_account(self.account_name, self.chain)
        return self.keyring.unlock(self.account_name, self.password(self.account_name))

    def password(self, name: str, *, confirm: bool = False) -> str:
        """The keystore's password, from `--password-file` or a hidden prompt."""
        if self.password_file is not None:
            return self.password_file.read_text(encoding="utf-8").rstrip("\r\n")
        if not os.isatty(0):
            raise AccountError(
                f"the password of {name} cannot be asked for without a terminal", "pass --password-file FILE"
            )
        answer: str = click.prompt(f"Password of {name}", hide_input=True, confirmation_prompt=confirm, err=True)
        return answer
