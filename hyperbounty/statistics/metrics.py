"""What a score is: one table of metrics, each an exact whole number of parts per million, rounded down.

A model gives a logit for every window; it predicts a rise where that is above 0. With TP, FP, TN and FN the counts of
right and wrong predictions of rises and of falls, P = TP + FN rises and N = TN + FP falls:

    balanced_accuracy   (TP / P + TN / N) / 2, the mean of both classes' recalls (Brodersen et al. 2010, eq. 4)
    accuracy            (TP + TN) / (P + N)
    auc                 the chance that a rise has a higher logit than a fall, ties by half: the Mann-Whitney statistic
                        over P N (Hanley and McNeil 1982)
    mcc                 (1 + r) / 2 with r = (TP TN - FP FN) / √((TP + FP)(TP + FN)(TN + FP)(TN + FN)), the correlation
                        of predictions and labels (Matthews 1975)

A holdout of one class tells nothing of a model, so there the first, third and fourth are one half, and so is `mcc` for
a model that predicts one class (Chicco and Jurman 2020). A constant model therefore has exactly one half by each of
them, whatever the prices do. By `accuracy` it has the share of the class that it names.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from hyperbounty.statistics.ppm import PPM

if TYPE_CHECKING:  # every command line knows the names of the metrics, and few compute one
    import numpy as np
    from numpy.typing import NDArray

MetricName = Literal["balanced_accuracy", "accuracy", "auc", "mcc"]
"""A metric as the manifest names it."""

DEFAULT_METRIC: Final[MetricName] = "balanced_accuracy"

HALF_PPM: Final = PPM // 2


class Confusion(NamedTuple):
    """How many windows were predicted to rise and did (`tp`) or fell (`fp`), or to fall and did (`tn`) or rose (`fn`).

    >>> import numpy as np
    >>> Confusion.of(np.array([True, True, False]), np.array([0.3, -0.1, 0.2], np.float32))
    Confusion(tp=1, fp=1, tn=0, fn=1)
    """

    tp: int
    fp: int
    tn: int
    fn: int

    @classmethod
    def of(cls, rises: NDArray[np.bool_], logits: NDArray[np.float32]) -> Confusion:
        """The counts over `rises` [windows] and `logits` [windows]."""
        predicted = logits > 0
        tp = int((predicted & rises).sum())
        predicted_rises = int(predicted.sum())
        true_rises = int(rises.sum())
        return cls(tp, predicted_rises - tp, len(rises) - true_rises - predicted_rises + tp, true_rises - tp)


def balanced_accuracy_ppm(counts: Confusion) -> int:
    """The mean of both recalls.

    >>> balanced_accuracy_ppm(Confusion(tp=3, fp=2, tn=2, fn=1))  # (3/4 + 2/4) / 2
    625000
    """
    positives, negatives = counts.tp + counts.fn, counts.tn + counts.fp
    if not positives or not negatives:
        return HALF_PPM
    return PPM * (counts.tp * negatives + counts.tn * positives) // (2 * positives * negatives)


def accuracy_ppm(counts: Confusion) -> int:
    """The share of windows predicted right.

    >>> accuracy_ppm(Confusion(tp=3, fp=2, tn=2, fn=1))
    625000
    """
    return PPM * (counts.tp + counts.tn) // sum(counts)


def mcc_ppm(counts: Confusion) -> int:
    """Matthews' correlation from -1 to 1, scaled to 0 to 1.

    >>> mcc_ppm(Confusion(tp=3, fp=2, tn=2, fn=1))  # r = (3·2 - 2·1) / √(5·4·4·3) = 0.2582
    629099
    """
    tp, fp, tn, fn = counts
    square = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    if not square:
        return HALF_PPM
    difference = tp * tn - fp * fn
    scaled = (PPM * difference) ** 2
    # ⌊(PPM + PPM r) / 2⌋ = ⌊(PPM + ⌊PPM r⌋) / 2⌋, and the root's floor and ceiling are exact in whole numbers.
    r_ppm = math.isqrt(scaled // square) if difference >= 0 else -_ceiled_root(scaled, square)
    return (PPM + r_ppm) // 2


def auc_ppm(rises: NDArray[np.bool_], logits: NDArray[np.float32]) -> int:
    """The area under the ROC curve.

    >>> import numpy as np
    >>> auc_ppm(np.array([True, False, True, False]), np.array([0.9, 0.1, 0.5, 0.5], np.float32))  # (2 + 1 + 0.5) / 4
    875000
    """
    positives = int(rises.sum())
    negatives = len(rises) - positives
    if not positives or not negatives:
        return HALF_PPM
    import numpy as np

    falls = np.sort(logits[~rises])
    won = np.searchsorted(falls, logits[rises], "left")
    not_lost = np.searchsorted(falls, logits[rises], "right")
    return PPM * int(won.sum() + not_lost.sum()) // (2 * positives * negatives)


@dataclass(frozen=True)
class Metric:
    """A way to score predictions.

    Attributes:
        what: it is, in a line.
        score: ppm of `rises` [windows] and finite `logits` [windows].
        swing: how far luck carries it at most, as a multiple of what it does for a share of hits: see `luck`.
        follows_base_rate: a constant model's score is the share of the class it names, not one half.
    """

    what: str
    score: Callable[[NDArray[np.bool_], NDArray[np.float32]], int]
    swing: float = 1.0
    follows_base_rate: bool = False


METRICS: Final[Mapping[MetricName, Metric]] = {
    "balanced_accuracy": Metric(
        "mean of the share of rises and the share of falls predicted right",
        lambda rises, logits: balanced_accuracy_ppm(Confusion.of(rises, logits)),
    ),
    "accuracy": Metric(
        "share of windows predicted right",
        lambda rises, logits: accuracy_ppm(Confusion.of(rises, logits)),
        follows_base_rate=True,
    ),
    "auc": Metric("chance that a rise is given a higher logit than a fall", auc_ppm, swing=2 / math.sqrt(3)),
    "mcc": Metric(
        "Matthews' correlation of predictions and labels, scaled from [-1, 1] to [0, 1]",
        lambda rises, logits: mcc_ppm(Confusion.of(rises, logits)),
        swing=1.15,
    ),
}
"""Every metric there is."""


def score_ppm(runs_ppm: Sequence[int]) -> int:
    """The score of a spec: the mean of its runs' scores, rounded down.

    >>> score_ppm([620_000, 619_999])
    619999
    """
    return sum(runs_ppm) // len(runs_ppm)


def _ceiled_root(numerator: int, denominator: int) -> int:
    """The least whole number whose square is at least `numerator` / `denominator`, which is above 0."""
    return math.isqrt(-(-numerator // denominator) - 1) + 1
