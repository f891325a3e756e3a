"""What one profile of the configuration leads to: settings, chain, store, contracts and account, each at first use.

The command line and the Python interface both work through a session, so both read `hyperbounty.toml` alike. The
command line has one of its own, which asks for passwords and puts remarks into its own words.
"""

from __future__ import annotations

import getpass
import logging
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from hyperbounty.durations import format_duration
from hyperbounty.errors import AccountError, ChainError
from hyperbounty.format import moment
from hyperbounty.next_steps import Action, NextStep, Parameter

if TYPE_CHECKING:  # loaded at first use: a help should not pay for web3
    from eth_account.signers.local import LocalAccount

    from hyperbounty.accounts import Keyring
    from hyperbounty.chain.client import ContractClient
    from hyperbounty.chain.connection import Chain
    from hyperbounty.chain.deployments import Deployments
    from hyperbounty.config.settings import Settings
    from hyperbounty.store import Access, ContentStore

Client = TypeVar("Client", bound="ContractClient")

_LOG: Final = logging.getLogger("hyperbounty")


@dataclass
class Session:
    """The settings that somebody named, and what they lead to.

    Attributes:
        home: folder for everything that is kept.
        options: settings named here, by their key in the configuration file; they count before all others.
        config: configuration file named here.
        profile: named here.
        is_quiet: nothing is said of waits for node and store; whoever works through it says it in another way.
    """

    home: Path
    options: Mapping[str, object] = field(default_factory=dict, repr=False)
    config: Path | None = None
    profile: str | None = None
    is_quiet: bool = False
    _clients: dict[str, ContractClient] = field(default_factory=dict, init=False, repr=False)

    def called(self, parameter: Parameter) -> str:
        """What the user calls a parameter."""
        return parameter.name

    def remark(self, line: str) -> None:
        """Tell the user something that is part of no result, such as that a node is waited for."""
        _LOG.warning(line)

    def keep_secret(self, settings: Settings) -> None:
        """Never print what is secret in the addresses of `settings`. Here nothing is printed at all."""

    def keep_credentials_secret(self, access: Access) -> None:
        """Never print the credentials of `access`. Here nothing is printed at all."""

    def ask_password(self, name: str) -> str:
        """The password of the keystore `name`, from whoever sits there.

        Raises:
            AccountError: nobody does.
        """
        # A notebook has no terminal, and a field of its own in the place of getpass.
        if not os.isatty(0) and "ipykernel" not in sys.modules:
            raise AccountError(
                f"the password of {name} cannot be asked for without a terminal",
                NextStep("pass {}", Parameter("password_file", "FILE")),
            )
        return getpass.getpass(f"Password of {name}: ")

    @cached_property
    def config_file(self) -> Path | None:
        """The configuration file that counts; None where there is none."""
        from hyperbounty.config.places import find_file

        return find_file(self.config, os.environ, self.home, Path.cwd(), called=self.called)

    @cached_property
    def settings(self) -> Settings:
        """What options, environment, configuration file and profile come to.

        Raises:
            InvalidInput: one of them holds what does not fit.
        """
        from hyperbounty.config.file import read_file
        from hyperbounty.config.settings import resolve

        file = read_file(self.config_file) if self.config_file else None
        found = resolve(self.options, os.environ, file, profile=self.profile, folder=Path.cwd(), called=self.called)
        self.keep_secret(found)
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
            on_outage=lambda seconds, reason: self._show_wait("node", seconds, reason),
        )
        if settings.chain_id not in (None, chain.chain_id):
            found = chain.chain_id
            chain.close()
            raise ChainError(
                f"{chain.name} is a node of chain {found}, and the profile {settings.profile} is for chain "
                f"{settings.chain_id} ({settings.origins['chain_id']})",
                NextStep("check {} and {}; nothing was signed or sent", Parameter("rpc"), Parameter("profile")),
            )
        self._show_beginning(chain)
        chain.tell_when_sent(lambda sent: self.remark(f"sent transaction {sent}; it is to be mined"))
        return chain

    @cached_property
    def store(self) -> ContentStore:
        """The IPFS node of the settings, or the embedded store under `home`."""
        from hyperbounty.store import open_store

        return open_store(self.settings.ipfs, self.home / "store", self.settings.gateways, self.store_access)

    @cached_property
    def store_access(self) -> Access:
        """Patience and credentials for an IPFS node and gateways."""
        from hyperbounty.store import Access

        access = Access.from_environment(
            os.environ,
            self.settings.outage_seconds,
            lambda seconds, reason: self._show_wait("store", seconds, reason),
        )
        self.keep_credentials_secret(access)
        return access

    @cached_property
    def deployments(self) -> Deployments:
        """The contracts known under `home`."""
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
        """The keystores under `home`."""
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
                self.remark(
                    NextStep(
                        "Signing as {} with the bare key in {}: every program you start can read it. An encrypted "
                        "keystore ({}) is safer.",
                        str(signer.address),
                        KEY_VARIABLE,
                        Action("account.new"),
                    )
                )
                return signer
        if name is None:
            raise AccountError(
                "no account is named",
                NextStep("pass {} ({} has them)", Parameter("account", "NAME"), Action("account.list")),
            )
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

    def password(self, name: str) -> str:
        """The keystore's password, from the password file of the settings, or from whoever is asked."""
        from hyperbounty.accounts import read_password_file

        file = self.settings.password_file_for(name)
        return self.ask_password(name) if file is None else read_password_file(file)

    def close(self) -> None:
        """Close the connections that were opened."""
        if "chain" in vars(self):
            self.chain.close()

    def _show_beginning(self, chain: Chain) -> None:
        from hyperbounty.chain.beginnings import Beginnings

        if Beginnings(self.home).is_another(chain):
            self.remark(
                NextStep(
                    "another chain than before answers at {}: it began {}. Contests, balances and entries of the one "
                    "before are not on it; {} keeps a chain",
                    chain.name,
                    moment(chain.began()),
                    Action("devnet", (Parameter("state", "FILE"),)),
                )
            )

    def _show_wait(self, what: str, seconds: float, reason: str) -> None:
        if not self.is_quiet:
            self.remark(f"waiting for the {what} for {format_duration(round(seconds))}: {reason}")
