"""What a command works with: settings, chain, store, contracts and account, each made at first use."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from hyperbounty.cli.output import note
from hyperbounty.cli.redaction import keep_secret, keep_secret_text
from hyperbounty.cli.wording import option
from hyperbounty.durations import format_duration
from hyperbounty.errors import AccountError, ChainError
from hyperbounty.format import moment

if TYPE_CHECKING:  # loaded at first use: `--help` should not pay for web3
    from eth_account.signers.local import LocalAccount

    from hyperbounty.accounts import Keyring
    from hyperbounty.chain.client import ContractClient
    from hyperbounty.chain.connection import Chain
    from hyperbounty.chain.deployments import Deployments
    from hyperbounty.config.settings import Settings
    from hyperbounty.patience import OnOutage
    from hyperbounty.store import Access, ContentStore

Client = TypeVar("Client", bound="ContractClient")


@dataclass
class Session:
    """The options shared by commands, and what they lead to.

    Attributes:
        home: folder for everything that is kept.
        as_json: the result is to be printed as JSON.
        options: settings given on the command line, by their key in the configuration file.
        config: configuration file named on the command line.
        profile: named on the command line.
        on_outage: is told, again and again, for how many seconds the node has not answered, and why.
    """

    home: Path
    as_json: bool
    options: Mapping[str, object] = field(default_factory=dict, repr=False)
    config: Path | None = None
    profile: str | None = None
    on_outage: OnOutage = field(default_factory=lambda: _show_outage, repr=False)
    _clients: dict[str, ContractClient] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def config_file(self) -> Path | None:
        """The configuration file that counts; None where there is none."""
        from hyperbounty.config.places import find_file

        return find_file(self.config, os.environ, self.home, Path.cwd(), called=option)

    @cached_property
    def settings(self) -> Settings:
        """What options, environment, configuration file and profile come to.

        Raises:
            InvalidInput: one of them holds what does not fit.
        """
        from hyperbounty.config.file import read_file
        from hyperbounty.config.settings import resolve

        file = read_file(self.config_file) if self.config_file else None
        found = resolve(self.options, os.environ, file, profile=self.profile, folder=Path.cwd(), called=option)
        for address in (found.rpc, found.ipfs, *found.gateways):
            keep_secret(address)
        return found

    @cached_property
    def chain(self) -> Chain:
        """The node of the profile, once it is of the profile's chain."""
        from hyperbounty.chain.connection import Chain

        settings = self.settings
        chain = Chain.connect(
            settings.node(),
            policy=settings.policy,
            journal=self.home / "journal",
            on_outage=self.on_outage,
        )
        if settings.chain_id not in (None, chain.chain_id):
            found = chain.chain_id
            chain.close()
            raise ChainError(
                f"{chain.name} is a node of chain {found}, and the profile {settings.profile} is for chain "
                f"{settings.chain_id} ({settings.origins['chain_id']})",
                "check --rpc and --profile; nothing was signed or sent",
            )
        _show_beginning(chain, self.home)
        chain.tell_when_sent(lambda sent: note(f"sent transaction {sent}; it is to be mined"))
        return chain

    @cached_property
    def store(self) -> ContentStore:
        """The IPFS node of the settings, or the embedded store under `--home`."""
        from hyperbounty.store import open_store

        return open_store(self.settings.ipfs, self.home / "store", self.settings.gateways, self.store_access)

    @cached_property
    def store_access(self) -> Access:
        """Patience and credentials for an IPFS node and gateways."""
        from hyperbounty.store import Access

        access = Access.from_environment(os.environ, self.settings.outage_seconds, _show_busy_store)
        for credentials in (access.node, *access.gateways.values()):
            if credentials is not None:
                keep_secret_text(credentials.header, credentials.header.split()[-1])
        return access

    @cached_property
    def deployments(self) -> Deployments:
        """The contracts known under `--home`."""
        from hyperbounty.chain.deployments import Deployments

        return Deployments(self.home)

    def client(self, kind: type[Client]) -> Client:
        """The client of a contract: the one of the settings, the latest known on this chain, or the one all share.

        Its code is checked before it is used for the first time.

        Args:
            kind: of the client, for example the class that a family has registered for its contract.

        Raises:
            InvalidInput: there is no such contract.
            WrongCode: what is at its address is something else.
        """
        found = self._clients.get(kind.NAME)
        if isinstance(found, kind):
            return found
        named = self.settings.contract_of(kind.NAME)
        if named is None:
            address = self.deployments.locate(self.chain, kind.NAME, kind.shared_address())
        else:
            address = named[0]
            self.deployments.check(self.chain, kind.NAME, address)
        client = kind(self.chain, address)
        self._clients[kind.NAME] = client
        return client

    @cached_property
    def keyring(self) -> Keyring:
        """The keystores under `--home`."""
        from hyperbounty.accounts import Keyring

        return Keyring(self.home / "keystores")

    @cached_property
    def account(self) -> LocalAccount:
        """The account that signs: that of the settings, or of a raw key in the environment.

        The raw key comes before an account that only the configuration file names, as every variable does.

        Raises:
            AccountError: none is named, or it cannot be unlocked.
        """
        from hyperbounty.accounts import KEY_VARIABLE, account_from_environment, refuse_public_key
        from hyperbounty.config.settings import Source

        name = self.settings.account
        origin = self.settings.origins["account"]
        if origin.source not in (Source.OPTION, Source.VARIABLE):
            signer = account_from_environment()
            if signer is not None:
                refuse_public_key(signer, self.chain)
                note(
                    f"Signing as {signer.address} with the bare key in {KEY_VARIABLE}: every program you start can "
                    "read it. An encrypted keystore (`hyperbounty account new`) is safer."
                )
                return signer
        if name is None:
            raise AccountError("no account is named", "pass --account NAME (`hyperbounty account list` has them)")
        return self.unlocked(name)

    def unlocked(self, name: str) -> LocalAccount:
        """The account `name`, ready to sign: of a keystore, or of a devnet.

        Raises:
            AccountError: there is none of this name, or its password is wrong.
        """
        from hyperbounty.accounts import devnet_account

        if name.startswith("devnet-"):
            return devnet_account(name, self.chain)
        # An account that is not there is told before anybody types a password.
        self.keyring.address(name)
        return self.keyring.unlock(name, self.password(name))

    @property
    def open_account(self) -> LocalAccount | None:
        """`account`, where no password protects it: a devnet's, or that of a raw key in the environment; else None."""
        from hyperbounty.accounts import account_from_environment, devnet_account
        from hyperbounty.config.settings import Source

        name = self.settings.account
        if self.settings.origins["account"].source not in (Source.OPTION, Source.VARIABLE):
            signer = account_from_environment()
            if signer is not None:
                return signer
        return devnet_account(name, self.chain) if name is not None and name.startswith("devnet-") else None

    @property
    def address(self) -> str | None:
        """The address of the account that the settings name; needs no password. None where they name none.

        Raises:
            AccountError: there is no account of this name.
        """
        from hyperbounty.accounts import account_from_environment, resolve_address
        from hyperbounty.config.settings import Source

        name = self.settings.account
        if self.settings.origins["account"].source not in (Source.OPTION, Source.VARIABLE):
            signer = account_from_environment()
            if signer is not None:
                return str(signer.address)
        return None if name is None else resolve_address(name, self.keyring, self.chain)

    def password(self, name: str, *, confirm: bool = False) -> str:
        """The keystore's password, from the password file of the settings or a hidden prompt."""
        from hyperbounty.accounts import read_password_file

        file = self.settings.password_file_for(name)
        if file is not None:
            return read_password_file(file)
        if not os.isatty(0):
            raise AccountError(
                f"the password of {name} cannot be asked for without a terminal", "pass --password-file FILE"
            )
        answer: str = click.prompt(f"Password of {name}", hide_input=True, confirmation_prompt=confirm, err=True)
        return answer


def _show_beginning(chain: Chain, home: Path) -> None:
    from hyperbounty.chain.beginnings import Beginnings

    if Beginnings(home).is_another(chain):
        began = moment(chain.began())
        note(
            f"another chain than before answers at {chain.name}: it began {began}. Contests, balances and entries of "
            "the one before are not on it; `hyperbounty devnet --state FILE` keeps a chain"
        )


def _show_outage(seconds: float, reason: str) -> None:
    note(f"waiting for the node for {format_duration(round(seconds))}: {reason}")


def _show_busy_store(seconds: float, reason: str) -> None:
    note(f"waiting for the store for {format_duration(round(seconds))}: {reason}")
