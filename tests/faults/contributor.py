"""A watch of models, and a batch of samples, each in a process of its own: what is killed and started again."""

from __future__ import annotations

from pathlib import Path

from hyperbounty.accounts import devnet_account
from hyperbounty.chain.connection import Chain
from hyperbounty.models.contract import ModelsContract
from hyperbounty.watching.loop import Watch
from hyperbounty.watching.turns import Turns
from participant.models import batching
from participant.models.batching import Adding, Labelled
from participant.models.watching import ModelsRoster


def watch_once(url: str, home: Path, contract: str, numbers: list[int]) -> None:
    """Do all that is due for these accounts."""
    with Chain.connect(url, journal=home / "journal", sleep=_no_pause) as chain:
        accounts = {f"devnet-{number}": devnet_account(f"devnet-{number}", chain) for number in numbers}
        roster = ModelsRoster(ModelsContract.at(chain, contract))
        with Turns(home / "watching", "models") as turns:
            watch = Watch(chain, roster, accounts, lambda _: None, may_act=turns.take, sleep=_no_pause)
            assert not watch.once().failed


def add_all(url: str, home: Path, contract: str, model: int, account: int, samples: list[Labelled]) -> None:
    """Add these samples, three a call, as `batch` does."""
    batching.MOST_A_CALL = 3  # type: ignore[misc]
    with Chain.connect(url, journal=home / "journal", sleep=_no_pause) as chain:
        client = ModelsContract.at(chain, contract)
        signer = devnet_account(f"devnet-{account}", chain)
        adding = Adding(client, signer, client.model(model), samples, "1", wait_until=chain.advance_to)
        calls = list(adding.before())
        done = sum(len(each.entries) for each in calls)
        for _ in adding.send(done, sum(each.staked for each in calls)):
            pass


def _no_pause(_: float) -> None:
    """The devnet mines at once."""
