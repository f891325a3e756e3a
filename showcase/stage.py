"""The stage and the cast of a whole contest: chain, store, contract, and who does what."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hyperbounty.accounts import devnet_account
from hyperbounty.bounty.contract import BountyContract
from hyperbounty.bounty.types import Contest
from hyperbounty.chain.connection import Chain
from hyperbounty.chain.payments import BURN
from hyperbounty.compute.choice import ExecutorChoice
from hyperbounty.compute.early import EarlyWorkers
from hyperbounty.prices.replay import come_to_be
from hyperbounty.prices.table import PriceTable
from hyperbounty.spec.spec import Spec
from hyperbounty.spec.word import SPEC_MAXIMA, pack, unpack
from hyperbounty.store import ContentStore, open_store
from showcase.timeline import Timeline

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

ETHER: Final = 10**18

HONEST: Final = "plays by the rules"
COPIES: Final = "copies Ada's commitment"
NEVER_REVEALS: Final = "never reveals"
OVERSIZED: Final = "seals a spec above the limits"

MOST_ENTRIES: Final = 16
"""That the contest takes. The more, the higher the bar has to be that keeps luck from being paid."""

PANEL: Final = ("Gil", "Hal", "Ida")


@dataclass(frozen=True)
class Participant:
    """One of the cast: what it submits, and what it does with it."""

    name: str
    account: LocalAccount
    spec: Spec
    act: str = HONEST


@dataclass
class Stage:
    """Everything a contest needs, and what happened so far.

    Attributes:
        executor: where is trained.
        early: workers for it that are started already.
        panel: its members by name; empty where nobody could dispute.
        prices: the whole series, whose end plays the prices that come.
    """

    chain: Chain
    store: ContentStore
    contract: BountyContract
    organizer: LocalAccount
    evaluator: LocalAccount
    cast: list[Participant]
    folder: Path
    timeline: Timeline
    executor: ExecutorChoice
    early: EarlyWorkers
    panel: dict[str, LocalAccount]
    prices: PriceTable

    @property
    def names(self) -> dict[str, str]:
        """Who stands behind an address."""
        return {
            self.organizer.address: "organizer",
            self.evaluator.address: "evaluator",
            self.contract.address: "contract",
            BURN: "burned",
            **{p.account.address: p.name for p in self.cast},
            **{member.address: name for name, member in self.panel.items()},
        }

    def reach(self, what: str, timestamp: int | None) -> None:
        """Move the chain's clock to a deadline, and note it."""
        assert timestamp is not None
        self.chain.advance_to(timestamp)
        self.timeline.clock(what, timestamp)

    def coming(self, contest: Contest) -> PriceTable | None:
        """The prices after the reveals of `contest` that are there by now."""
        assert contest.reveal_ends is not None
        return come_to_be(self.prices, contest.reveal_ends, self.chain.timestamp())


def limits() -> bytes:
    """What this contest allows: the whole table, but no layer above 128 units, batches to 1,024, 50 epochs."""
    maxima = unpack(SPEC_MAXIMA)
    units = {name: 128 for name in maxima if "_units_" in name}
    return pack({**maxima, **units, "batch_size": 1024, "epochs": 50})


def cast(accounts: list[LocalAccount]) -> list[Participant]:
    """Six participants: three honest ones, a copier, one that forgets, one whose spec is too large."""
    good = Spec(cell="LSTM", recurrent_units=(32,), learning_rate=0.002, batch_size=128, epochs=10, dropout=0.1)
    gru = Spec(cell="GRU", recurrent_units=(24,), dense_units=(16,), dense_activation="relu", learning_rate=0.002,
               batch_size=128, epochs=8)  # fmt: skip
    poor = Spec(cell="SimpleRNN", recurrent_units=(8,), optimizer="sgd", learning_rate=0.001, batch_size=128, epochs=3)
    return [
        Participant("Ada", accounts[0], good),
        Participant("Ben", accounts[1], gru),
        Participant("Cem", accounts[2], poor),
        Participant("Dot", accounts[3], good, COPIES),
        Participant("Eve", accounts[4], replace(gru, cell="LSTM"), NEVER_REVEALS),
        Participant("Fay", accounts[5], Spec(recurrent_units=(512,)), OVERSIZED),
    ]


def build_stage(
    folder: Path,
    rpc: str | None,
    ipfs: str | None,
    executor: ExecutorChoice,
    early: EarlyWorkers,
    prices: PriceTable,
    *,
    dispute: bool,
) -> Stage:
    """Chain, store, contract and cast, ready to play; with a panel of three where there is to be a dispute."""
    chain = Chain.connect(rpc) if rpc else Chain.embedded()
    store = open_store(ipfs, folder / "home" / "store")
    accounts = [devnet_account(f"devnet-{i}", chain) for i in range(10)]
    timeline = Timeline()
    contract, receipt = BountyContract.provide(chain, lambda: accounts[0])
    timeline.add("deploy", "organizer", f"the contract, at {contract.address}", receipt)
    everybody = cast(accounts[2:8])
    panel = {}
    if dispute:
        # Ten accounts have coins on a development chain: the panel takes Fay's place.
        everybody = everybody[:5]
        panel = dict(zip(PANEL, accounts[7:], strict=True))
    return Stage(
        chain, store, contract, accounts[0], accounts[1], everybody, folder, timeline, executor, early, panel, prices
    )
