"""What a report shows, as plain values: who gathers them knows chain and store, who draws them knows neither."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hyperbounty.statistics.metrics import Confusion
from participant.workbench.stated import Statement


@dataclass(frozen=True)
class Missing:
    """Why something cannot be shown, and what would help, as a sentence."""

    reason: str


@dataclass(frozen=True)
class Standing:
    """A scored spec on the leaderboard.

    Attributes:
        place: None where no report tells it.
        shared: whether the holdout cannot tell it from another spec.
        spec: in words.
        who: its participant's address.
        own: of the account of the report.
        fate: whether it is paid, and why; a few words.
        prize: what it gets if these scores stand, in words; empty where nothing.
        note: what is to be said of its score; may be empty.
    """

    place: int | None
    shared: bool
    spec: str
    who: str
    own: bool
    score_ppm: int
    interval_ppm: tuple[int, int] | None
    fate: str
    prize: str = ""
    note: str = ""


@dataclass(frozen=True)
class Run:
    """One training of a spec, as the evaluator's report has it.

    Attributes:
        losses, scores_ppm: after each epoch; None stands for what was not finite.
        confusion: how its predictions fell; None where it has none.
        recomputed_ppm: the score of the published predictions, made here; None where there are none.
    """

    number: int
    seed: int
    score_ppm: int
    diverged_at: int | None
    seconds: float
    losses: tuple[float | None, ...]
    scores_ppm: tuple[int, ...]
    confusion: Confusion | None
    recomputed_ppm: int | None


@dataclass(frozen=True)
class Strategy:
    """What following the predictions would have made; see `hyperbounty.statistics.strategy`.

    Attributes:
        times: of the points, unix seconds.
        strategy, hold: what 1 became, costs taken off.
        cost_ppm: of each trade, of what is traded.
        free_ppm: what the strategy would have won without costs.
        invested: share of the money in the asset, on average.
        turnover: bought and sold in all, as a multiple of the money.
        strategy_fall, hold_fall: the deepest fall of each.
    """

    coin: str
    periods: int
    interval: int
    times: Sequence[int]
    strategy: Sequence[float]
    hold: Sequence[float]
    cost_ppm: int
    free_ppm: int
    invested: float
    turnover: float
    strategy_fall: float
    hold_fall: float


@dataclass(frozen=True)
class Block:
    """Rows that were predicted: a fold's, or the holdout.

    Attributes:
        scores_ppm: of its trainings.
        rises: share of windows after which the price rose.
        volatility: standard deviation of the change from row to row.
        change: of the price from the first row to the last.
    """

    name: str
    first_time: int
    last_time: int
    training_windows: int
    windows: int
    scores_ppm: tuple[int, ...]
    rises: float
    volatility: float
    change: float

    @property
    def mean_ppm(self) -> int:
        """Of its trainings."""
        return sum(self.scores_ppm) // len(self.scores_ppm)


@dataclass(frozen=True)
class Blocks:
    """The folds that were trained at home, and the holdout."""

    folds: tuple[Block, ...]
    holdout: Block


@dataclass(frozen=True)
class Entry:
    """One slot of the account.

    Attributes:
        slot: from 0.
        state: in words.
        spec: in words; None while it is sealed.
        standing: None while no scores stand.
    """

    slot: int
    state: str
    spec: str | None
    standing: Standing | None
    runs: tuple[Run, ...] | Missing
    strategy: Strategy | Missing
    blocks: Blocks | Missing
    stated: Statement | Missing


@dataclass(frozen=True)
class Receipt:
    """A transaction about the account.

    Attributes:
        what: it did.
        transaction: hash, 0x-hex.
        timestamp: of its block, unix seconds.
        cost: gas and fee in words.
        sender: who sent it, where that was somebody else; may be empty.
    """

    what: str
    transaction: str
    block: int
    timestamp: int
    cost: str
    sender: str = ""


@dataclass(frozen=True)
class Report:
    """All of it.

    Attributes:
        title, source: of the manifest; texts of a stranger.
        where: contest, contract and chain in words.
        made_at: by the chain's clock, unix seconds.
        state: of the contest in words.
        metric: its name; `metric_says` what it is.
        skilless_ppm: what a constant model scores.
        board: every scored spec by place.
        receipts_total: what all transactions cost that the account paid for, in words.
        documents: name and CID of what it is made from.
        remarks: what could not be read, and what else is to be said.
    """

    title: str
    source: str
    synthetic: bool
    where: str
    account: str
    made_at: int
    block: int
    state: str
    metric: str
    metric_says: str
    minimum_ppm: int
    skilless_ppm: int
    board: tuple[Standing, ...] | Missing
    entries: tuple[Entry, ...]
    receipts: tuple[Receipt, ...] | Missing
    receipts_total: str
    documents: tuple[tuple[str, str], ...]
    remarks: tuple[str, ...]
