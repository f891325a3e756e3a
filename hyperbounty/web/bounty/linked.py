"""What the documents of a contest link: how specs were trained, and the prices. It is in the store, not in the index.

    linked = Linked(site)
    linked.curves(contest, index)   # how one spec was trained, from the details that the report names
    linked.prices(contest)          # closes of the coin: training, and the holdout once it is open

Both take an `IndexedContest`. The first who asks has it fetched, checked against its CID and cut down to what is drawn;
see `hyperbounty.web.site.fetched` for how long that may take and where it is kept. Both raise `NotHere` where there is
nothing yet, `NotUsable` where something else was published, and `NotYet` (503) where it is not here in time. A page
draws what it has, and says what it has not.
"""

from __future__ import annotations

import hashlib
import json
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from hyperbounty.bounty.holdout import HoldoutKey
from hyperbounty.bounty.manifest import Manifest, PricePart, SealedHoldout
from hyperbounty.bounty.published import fetch_details, fetch_prices, open_holdout
from hyperbounty.errors import InvalidInput, StoreError
from hyperbounty.prices.table import PriceTable
from hyperbounty.web.bounty.facts import IndexedContest
from hyperbounty.web.site.errors import NotHere, NotUsable, NotYet
from hyperbounty.web.site.fetched import PAUSE_S, Fetched
from hyperbounty.web.site.site import Site

if TYPE_CHECKING:
    from hyperbounty.store import ContentStore

MOST_POINTS: Final = 2_000
"""Of a line of prices that is drawn."""

MOST_TABLE_BYTES: Final = 32 * 1024 * 1024
"""A table of prices that can need more is not fetched: it would take the memory of all that look at the site."""

_log = logging.getLogger(__name__)

_FORM: Final = "1"
"""Of what is kept; raised with each change of it."""

_RETRY_S: Final = int(PAUSE_S)


@dataclass(frozen=True)
class RunCurves:
    """One training of a spec. Curves have one entry an epoch; None stands for a number that was not finite.

    Attributes:
        diverged_at: the epoch in which training broke down, from 0; None where it did not.
        seconds: that it took.
        losses, accuracies: on the training windows.
        holdout_scores_ppm: by the contest's metric.
    """

    run: int
    seed: int
    score_ppm: int
    diverged_at: int | None
    seconds: float
    losses: Sequence[float | None]
    accuracies: Sequence[float | None]
    holdout_scores_ppm: Sequence[int]


@dataclass(frozen=True)
class Curves:
    """How a spec was trained, as the evaluator's report says.

    Attributes:
        index: of the spec in the contract.
        spec: the word, 0x-hex.
    """

    index: int
    spec: str
    runs: Sequence[RunCurves]


@dataclass(frozen=True)
class PriceLine:
    """Closes of a coin, one for each row.

    Attributes:
        times: [rows] unix seconds.
        closes: [rows].
    """

    times: NDArray[np.int64]
    closes: NDArray[np.float64]

    def between(self, start: int | None, end: int | None) -> PriceLine:
        """The part from `start` up to, not including, `end`; None for no bound."""
        low, high = (
            place if bound is None else int(np.searchsorted(self.times, bound))
            for place, bound in ((0, start), (len(self.times), end))
        )
        return PriceLine(self.times[low:high], self.closes[low:high])

    def thinned(self, most: int = MOST_POINTS) -> list[tuple[int, float]]:
        """At most so many of its points, in order: where there are more, the lowest and the highest of each stretch.

        >>> line = PriceLine(np.arange(6), np.array([1.0, 5.0, 2.0, 2.0, 9.0, 3.0]))
        >>> line.thinned(4)
        [(0, 1.0), (1, 5.0), (3, 2.0), (4, 9.0)]
        """
        places = np.arange(len(self.times))
        if len(places) > most:
            parts = np.array_split(places, most // 2)
            ends = [(part[np.argmin(self.closes[part])], part[np.argmax(self.closes[part])]) for part in parts]
            places = np.unique(np.array(ends))
        return list(zip(self.times[places].tolist(), self.closes[places].tolist(), strict=True))


@dataclass(frozen=True)
class Prices:
    """The prices of a contest.

    Attributes:
        coin: whose closes they are.
        interval: seconds between neighbouring rows; a larger step is a gap.
        training: what everybody trains on.
        holdout: what scores are made on; None while it is not open, and where it cannot be shown.
        holdout_fault: why it cannot be shown though it is open; empty where it can, or is not open.
        is_waiting: whether it may be shown in a moment.
    """

    coin: str
    interval: int
    training: PriceLine
    holdout: PriceLine | None
    holdout_fault: str
    is_waiting: bool = False


class Linked:
    """See the module.

    Args:
        site: with its store, and the folder where things are kept.
        fetched: left out, one of its own.
        wait_s: how long who asks waits for each thing; left out, as `Fetched` does.
    """

    def __init__(self, site: Site, fetched: Fetched | None = None, wait_s: float | None = None) -> None:
        self._store = site.store
        self._fetched = fetched or Fetched(site.kept)
        self._wait_s = wait_s
        # A table takes some ten times the memory of what is kept of it.
        self._one_table = threading.Lock()

    def curves(self, contest: IndexedContest, index: int) -> Curves:
        """How the spec with this index was trained.

        Raises:
            NotHere: nothing is said of it.
            NotUsable: what is published as its details is something else.
            NotYet: it is not here in time.
        """
        manifest, report = contest.manifest, contest.report
        number = contest.contest.number
        if not 0 <= index < len(contest.specs):
            raise NotHere(f"contest {number} has no revealed spec {index}", "see its entries")
        if manifest is None or report is None or report.specs[index].details is None:
            raise NotHere(
                f"nobody has published how spec {index} of contest {number} was trained",
                "wait for the report of the scores; its details are optional",
            )
        scored = report.specs[index]
        form = f"{scored.spec} {manifest.runs} {manifest.holdout_windows}"

        def fetch(store: ContentStore) -> bytes:
            details = fetch_details(store, scored, manifest)
            assert details is not None
            names = RunCurves.__dataclass_fields__
            runs = [{name: getattr(run, name) for name in names} for run in details.runs]
            return json.dumps(runs, allow_nan=False, separators=(",", ":")).encode()

        kept = self._get(f"the runs of spec {index}", "curves", f"{scored.details} {form}", fetch)
        return Curves(index, scored.spec, [RunCurves(**run) for run in json.loads(kept)])

    def prices(self, contest: IndexedContest) -> Prices:
        """The closes of the contest's coin.

        Raises:
            NotHere: there is no manifest that names prices.
            NotUsable: what is published as training prices is something else, or too large.
            NotYet: the training prices are not here in time.
        """
        manifest = contest.manifest
        if manifest is None:
            raise NotHere(
                f"contest {contest.contest.number} has no manifest here, which names its prices",
                "see its documents: the site asks for them again",
            )
        training = self._line("the training prices", manifest, manifest.training, _plain(manifest, manifest.training))
        holdout, fault, is_waiting = None, "", False
        try:
            holdout = self._holdout(contest, manifest)
        except (NotUsable, NotYet) as error:
            fault, is_waiting = error.what, error.is_unavailable
        return Prices(manifest.task.coin, manifest.interval, training, holdout, fault, is_waiting)

    def _holdout(self, contest: IndexedContest, manifest: Manifest) -> PriceLine | None:
        name, holdout = "the holdout", manifest.holdout
        if isinstance(holdout, SealedHoldout):
            secret = contest.key
            if secret is None:
                return None
            part = PricePart(cid=holdout.cid, rows=holdout.rows)
            key = HoldoutKey(secret)
            return self._line(name, manifest, part, lambda store: open_holdout(store, manifest, key), secret.hex())
        if contest.report is None:
            return None
        part = contest.report.holdout.prices
        return self._line(name, manifest, part, _plain(manifest, part, "the report"))

    def _line(
        self,
        name: str,
        manifest: Manifest,
        part: PricePart,
        table: Callable[[ContentStore], PriceTable],
        key: str = "",
    ) -> PriceLine:
        if PriceTable.largest_csv(part.rows, manifest.columns) > MOST_TABLE_BYTES:
            raise NotUsable(
                f"{name}: {part.rows:,} rows of {len(manifest.columns)} columns are too many to be shown here",
                f"fetch them from the store: {part.cid}",
            )

        def fetch(store: ContentStore) -> bytes:
            with self._one_table:
                read = table(store)
                closes = read.column(f"{manifest.task.coin}.close")
                return read.times.astype("<i8").tobytes() + closes.astype("<f8").tobytes()

        columns = ",".join(manifest.columns)
        form = f"{part.cid} {part.rows} {columns} {manifest.interval} {manifest.task.coin} {key}"
        kept = self._get(name, "closes", form, fetch)
        half = len(kept) // 2
        return PriceLine(
            np.frombuffer(kept[:half], "<i8").astype(np.int64), np.frombuffer(kept[half:], "<f8").astype(np.float64)
        )

    def _get(self, what: str, kind: str, form: str, fetch: Callable[[ContentStore], bytes]) -> bytes:
        """What `fetch` makes of the store, under the name of all that it depends on."""
        open_store = self._store
        if open_store is None:
            raise NotUsable("this site reads no store", "ask another site, or the store itself")

        def from_store() -> bytes:
            try:
                return fetch(open_store())
            except InvalidInput as error:
                raise NotUsable(f"{what}: {error.what}", error.next_step or "ask who published it") from error
            except (StoreError, OSError) as error:
                # What it says names places of the site's own, such as folders.
                _log.warning("%s cannot be had: %s", what, error)
                raise NotYet(
                    f"{what} cannot be had from the store now", "ask again later", retry_after_s=_RETRY_S
                ) from error

        digest = hashlib.sha256(f"{_FORM} {form}".encode()).hexdigest()
        return self._fetched.get(f"{kind}-{digest}", from_store, self._wait_s)


def _plain(manifest: Manifest, part: PricePart, author: str = "the manifest") -> Callable[[ContentStore], PriceTable]:
    return lambda store: fetch_prices(store, part, manifest, author)
