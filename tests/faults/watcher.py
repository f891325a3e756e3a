"""A watch of several accounts in a process of its own: what is killed and started again."""

from __future__ import annotations

from pathlib import Path

from hyperbounty.accounts import devnet_account
from hyperbounty.bounty.contract import BountyContract
from hyperbounty.chain.connection import Chain
from hyperbounty.watching.loop import Watch
from hyperbounty.watching.turns import Turns
from participant.bounty.entries import EntryBook
from participant.bounty.watching import ParticipantRoster


def watch_once(url: str, home: Path, contract: str, numbers: list[int]) -> None:
    """Do all that is due for these accounts."""
    with Chain.connect(url, journal=home / "journal", sleep=_no_pause) as chain:
        accounts = {f"devnet-{number}": devnet_account(f"devnet-{number}", chain) for number in numbers}
        roster = ParticipantRoster(BountyContract.at(chain, contract), EntryBook(home / "entries"))
        with Turns(home / "watching", "bounty-participant") as turns:
            watch = Watch(chain, roster, accounts, lambda _: None, may_act=turns.take, sleep=_no_pause)
            assert not watch.once().failed


def _no_pause(_: float) -> None:
    """The devnet mines at once."""
