"""The way in: a profile of the configuration, and the contests on its chain."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Self

from hyperbounty.bounty.access import contract_of
from hyperbounty.config.places import HOME_VARIABLE, usual_home
from hyperbounty.errors import ChainError
from hyperbounty.next_steps import NextStep, Parameter
from hyperbounty.session import Session

if TYPE_CHECKING:
    from hyperbounty.api.contest import Contest
    from hyperbounty.bounty.contract import BountyContract


def connect(
    profile: str | None = None,
    *,
    home: str | Path | None = None,
    config: str | Path | None = None,
    rpc: str | None = None,
    contract: str | None = None,
    ipfs: str | None = None,
    account: str | None = None,
    password_file: str | Path | None = None,
) -> Connection:
    """The connection of a profile. Nobody is asked anything before something is wanted of it.

    What is left out comes from where the command line has it: the environment, `hyperbounty.toml` in the working folder
    or in the home, the profile (docs/configuration.md).

    >>> connection = connect("anvil", home=tmp_path, account="ada")
    >>> connection
    Connection(profile='anvil', home='...')
    >>> connection.session.settings.account
    'ada'
    >>> connect("sepolai", home=tmp_path).session.settings
    Traceback (most recent call last):
    hyperbounty.errors.InvalidInput: there is no profile 'sepolai' (profile); ...

    Args:
        profile: of the configuration file, or devnet, anvil.
        home: folder with keystores, journals, the embedded store and trainings that were done.
        config: configuration file.
        rpc: URL of the node.
        contract: address of the bounty contract.
        ipfs: address of an IPFS node, or "embedded".
        account: that signs, where something of `participant.api` is called: keystore name, or devnet-0 … devnet-9.
        password_file: with the keystore's password; without it somebody is asked.

    Raises:
        InvalidInput: at first use, where one of these or a setting does not fit.
    """
    said = os.environ.get(HOME_VARIABLE)
    named = {"rpc": rpc, "contract": contract, "ipfs": ipfs, "account": account, "password_file": _path(password_file)}
    return Connection(
        Session(
            _path(home) or (Path(said) if said else usual_home()),
            options={key: str(value) for key, value in named.items() if value is not None},
            config=_path(config),
            profile=profile,
        )
    )


class Connection:
    """A profile, and the contests on its chain. `connect` makes one; as a context it closes itself at the end.

    Attributes:
        session: settings, chain, store and account, each made at first use.
    """

    def __init__(self, session: Session) -> None:
        self.session = session

    def __repr__(self) -> str:
        return f"Connection(profile={self.session.settings.profile!r}, home={str(self.session.home)!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close what was opened to the node."""
        self.session.close()

    @property
    def contract(self) -> BountyContract:
        """The client of the bounty contract.

        Raises:
            InvalidInput, WrongCode: there is no such contract on this chain.
            ChainUnavailable: no node answers.
        """
        return contract_of(self.session)

    def contest(self, number: int, *, manifest: str | None = None) -> Contest:
        """Contest `number` as it stands now.

        Args:
            number: from 1.
            manifest: CID that it must have, so that a contest of this number on another chain is not taken for it.

        Raises:
            InvalidInput: there is no such contest.
            ChainError: it has another manifest.
            ChainUnavailable: no node answers.
        """
        from hyperbounty.api.contest import Contest

        found = Contest(self.session, self.contract.contest(number))
        if manifest not in (None, found.manifest_cid):
            raise ChainError(
                f"contest {number} of {self.contract.address} on chain {self.contract.chain.chain_id} is another one: "
                f"its manifest is {found.manifest_cid}",
                NextStep("name the chain of the one that you mean as {} or {}", Parameter("profile"), Parameter("rpc")),
            )
        return found

    def contests(self) -> list[Contest]:
        """Every contest of the contract, oldest first, all as they stand at one block."""
        from hyperbounty.api.contest import Contest

        return [Contest(self.session, terms) for terms in self.contract.contests()]


def _path(given: str | Path | None) -> Path | None:
    return None if given is None else Path(given).expanduser()
