"""The rows of a holdout that lies in the future, from a price source of one's own, and what is scored with them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from hyperbounty.bounty.gathering import gather, require_due
from hyperbounty.bounty.manifest import Manifest
from hyperbounty.bounty.published import fetch_manifest
from hyperbounty.bounty.scoring import Scoring
from hyperbounty.bounty.types import Contest
from hyperbounty.errors import InvalidInput
from hyperbounty.next_steps import NextStep, Parameter
from hyperbounty.prices.fetched import FetchedPrices
from hyperbounty.prices.replay import come_to_be
from hyperbounty.prices.sample import SampleSource
from hyperbounty.prices.table import PriceTable
from hyperbounty.store import ContentStore

if TYPE_CHECKING:
    from hyperbounty.bounty.contract import BountyContract
    from hyperbounty.chain.connection import Chain


class PriceChoice(Protocol):
    """A price source that somebody may have named."""

    @property
    def name(self) -> str | None:
        """Which one; None where none is named."""
        ...

    @property
    def chosen(self) -> bool:
        """Whether one was named at all."""
        ...

    def fetch(self, home: Path, coins: Sequence[str]) -> FetchedPrices:
        """Its prices of `coins`, cleaned; what is kept of them is under `home`."""
        ...


def gather_with(contract: BountyContract, store: ContentStore, number: int, source: PriceChoice, home: Path) -> Scoring:
    """What the scores of contest `number` are made from; see `gather` for what it raises.

    Args:
        contract, store: where it is read.
        source: of the prices to come, where the holdout lies in the future.
        home: where what was fetched is kept.
    """
    found = contract.contest(number)
    require_due(found)
    manifest = fetch_manifest(store, found.manifest)
    is_future = manifest.holdout.mode == "future"
    future = prices_to_come(contract.chain, found, manifest, source, home) if is_future else None
    return gather(contract, store, number, future)


def require_own_prices(chain: Chain, contest: Contest, manifest: Manifest, source: PriceChoice, home: Path) -> None:
    """Refuse to judge an evaluator by the test window that it has published itself.

    Raises:
        InvalidInput: the holdout of `contest` lies in the future, and no source of the user's own has it.
    """
    is_future = manifest.holdout.mode == "future"
    if is_future and not source.chosen and prices_to_come(chain, contest, manifest, source, home) is None:
        raise InvalidInput(
            "a member of the panel does not take the test window from the evaluator that it judges",
            NextStep("name a source for the prices after revealEnds ({}, {})", Parameter("source"), Parameter("csv")),
        )


def prices_to_come(
    chain: Chain, contest: Contest, manifest: Manifest, source: PriceChoice, home: Path
) -> PriceTable | None:
    """The prices of the user's own source that reach past the reveals of `contest`; None where none is named.

    On a development chain, the end of the bundled sample plays them for a contest on the sample.
    """
    on_sample = manifest.source == SampleSource().description and chain.is_development
    plays = on_sample and (not source.chosen or source.name == "sample")
    if not source.chosen and not plays:
        return None
    coins = sorted({column.split(".")[0] for column in manifest.columns})
    table = source.fetch(home, coins).table
    if not plays or contest.reveal_ends is None:
        return table
    return come_to_be(table, contest.reveal_ends, chain.timestamp())
