"""From prices to a manifest in the store: split, encrypt the holdout, estimate, pin."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from hyperbounty.bounty.estimates import estimates_of, lottery_of
from hyperbounty.bounty.holdout import HoldoutKey, commitment, encrypt
from hyperbounty.bounty.manifest import FutureHoldout, Manifest, PricePart, PriceRises, SealedHoldout
from hyperbounty.errors import InvalidInput
from hyperbounty.next_steps import NextStep, Parameter
from hyperbounty.prices.fetched import SAMPLE, FetchedPrices
from hyperbounty.prices.replay import KEPT_BACK
from hyperbounty.prices.table import PriceTable
from hyperbounty.spec.cost import seconds
from hyperbounty.spec.shape import TaskShape
from hyperbounty.spec.spec import Spec
from hyperbounty.store import ContentStore
from hyperbounty.training.arithmetic import Arithmetic, check_lanes
from organizer.bounty.task import TaskSettings

LARGEST_USUAL_SPEC: Final = Spec(recurrent_units=(128, 128), dense_units=(32,), epochs=30)
"""What the default budget of a run has room for."""

FUTURE_ROWS: Final = 2_000
FUTURE_SECONDS: Final = 30 * 24 * 3600
"""Most rows of a future holdout where the organizer says nothing, and the longest that they take to come."""


@dataclass(frozen=True)
class Publication:
    """A manifest in the store, and in `sealed` mode the key that opens its holdout, unless that is kept already."""

    manifest: Manifest
    digest: bytes
    key: HoldoutKey | None

    @property
    def holdout_commitment(self) -> bytes:
        """The 32 bytes that fix the key on chain; zero in `future` mode."""
        holdout = self.manifest.holdout
        return bytes.fromhex(holdout.key_commitment[2:]) if isinstance(holdout, SealedHoldout) else bytes(32)


def publish(
    prices: FetchedPrices,
    settings: TaskSettings,
    store: ContentStore,
    versions: Mapping[str, str],
    *,
    entries: int,
    make_key: Callable[[], HoldoutKey] = HoldoutKey.new,
) -> Publication:
    """Pin training prices, holdout and manifest in `store`.

    In `sealed` mode the tail of the series leaves this machine encrypted only. That hides nothing where others can have
    the same prices: with manifest and source anybody makes the holdout, byte for byte. So it is refused there.

    Args:
        entries: most that the contest takes; the more, the higher the bar that keeps luck from being paid.
        make_key: of a sealed holdout, which no other contest may have.

    Raises:
        InvalidInput: settings that make no contest of these prices (a coin that is not there, too few future rows, a
            sealed holdout of prices that others have), or a bar that luck passes.
        PriceDataError: the prices leave no window for training, or none in the holdout.
        TrainingError: more lanes than the backend has.
    """
    arithmetic = Arithmetic(lanes=settings.lanes)
    check_lanes(arithmetic, settings.backend)
    table = prices.table
    training, tail = parts_of(table, settings)
    if settings.coin not in table.coins:
        raise InvalidInput(f"{settings.coin} is not among the coins", f"choose one of {', '.join(table.coins)}")
    training_csv, tail_csv = prices.csv, b""
    if tail is not None:
        _require_secret(prices, settings)
        training_csv, tail_csv = PriceTable.split_csv(prices.csv, len(training))
    task = PriceRises(
        coin=settings.coin, future_periods=settings.future_periods, sequence_length=settings.sequence_length
    )
    dataset = task.dataset(training, tail)
    key: HoldoutKey | None = None
    holdout: SealedHoldout | FutureHoldout
    if tail is None:
        rows = _future_rows(prices, settings)
        windows = rows - task.sequence_length - task.future_periods
        if windows < 1:
            raise InvalidInput(
                f"{rows} future rows leave no window",
                NextStep("choose more with {}", Parameter("future_rows")),
            )
        holdout = FutureHoldout(rows=rows, source=prices.source)
    else:
        assert dataset.holdout is not None
        windows = len(dataset.holdout)
        key = make_key()
        encrypted = store.add(encrypt(tail_csv, key))
        holdout = SealedHoldout(
            cid=str(encrypted), rows=len(tail), windows=windows, key_commitment="0x" + commitment(key).hex()
        )
    lottery = lottery_of(settings.metric, dataset.train, windows, task.future_periods, entries)
    minimum = settings.minimum_for(lottery)
    manifest = Manifest(
        title=settings.title or f"Does {settings.coin} rise within {settings.future_periods} periods?",
        source=prices.source,
        synthetic=prices.synthetic,
        training=PricePart(cid=str(store.add(training_csv)), rows=len(training)),
        columns=training.columns,
        interval=table.interval,
        task=task,
        holdout=holdout,
        metric=settings.metric,
        minimum_score_ppm=minimum,
        runs=settings.runs,
        run_seconds=settings.run_seconds or _default_run_seconds(training, holdout.rows, settings),
        backend=settings.backend,
        versions=dict(versions),
        arithmetic=arithmetic,
        tolerance_ppm=settings.tolerance_ppm,
        estimates=estimates_of(lottery, minimum),
    )
    cid = store.add_block(manifest.canonical())
    return Publication(manifest, cid.digest, key)


def parts_of(table: PriceTable, settings: TaskSettings) -> tuple[PriceTable, PriceTable | None]:
    """The prices to train on, and those that are kept for a sealed holdout."""
    return table.split(settings.holdout_fraction) if settings.holdout == "sealed" else (table, None)


def _require_secret(prices: FetchedPrices, settings: TaskSettings) -> None:
    future = NextStep("score on prices that nobody has yet: {}", Parameter("holdout", "future"))
    if prices.public:
        raise InvalidInput(f"anybody can have these prices, and with them the holdout: {prices.source}", future)
    if not settings.private_data:
        raise InvalidInput(
            "a sealed holdout is a secret only while nobody else has the prices",
            NextStep("say that nobody has: {}; else {}", Parameter("private_data"), Parameter("holdout", "future")),
        )


def _future_rows(prices: FetchedPrices, settings: TaskSettings) -> int:
    if prices.name != SAMPLE:
        return settings.future_rows or min(FUTURE_ROWS, FUTURE_SECONDS // prices.table.interval)
    kept = round(len(prices.table) * KEPT_BACK / (1 - KEPT_BACK))
    rows = settings.future_rows or kept
    if rows > kept:
        raise InvalidInput(
            f"the sample has {kept} rows to come, not {rows}",
            NextStep("choose fewer with {}", Parameter("future_rows")),
        )
    return rows


def _default_run_seconds(training: PriceTable, holdout_rows: int, settings: TaskSettings) -> int:
    """The next of 1, 2, 5, 10, 20, 50, … seconds that `LARGEST_USUAL_SPEC` fits into."""
    shape = TaskShape(len(training.columns), len(training), settings.sequence_length, holdout_rows)
    usual = seconds(LARGEST_USUAL_SPEC, shape)
    power: int = 10 ** (len(str(usual)) - 1)
    return next(step * power for step in (1, 2, 5, 10) if step * power >= usual)
