"""Models that were trained with scikit-learn, in whole numbers, and what the rounding costs.

Linear models become perceptrons, naive Bayes and centroids what they are. Sparse models look only at whether a feature
is there, so their scikit-learn model should have learned from zeros and ones. Dense ones scale each value to int16
first; the scale is part of the manifest.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from hyperbounty.errors import InvalidInput
from hyperbounty.extras import require
from hyperbounty.models.encoders import Scale
from hyperbounty.models.kinds import Kind, Model, Shape
from hyperbounty.models.kinds.counts import MAX_COUNT
from hyperbounty.models.kinds.dense_centroid import DenseCentroid
from hyperbounty.models.kinds.dense_perceptron import ONE, DensePerceptron
from hyperbounty.models.kinds.naive_bayes import NaiveBayes
from hyperbounty.models.kinds.shape import CAPACITIES
from hyperbounty.models.kinds.sparse_centroid import SparseCentroid
from hyperbounty.models.kinds.sparse_perceptron import SparsePerceptron
from hyperbounty.models.samples import MAX_FEATURES
from hyperbounty.statistics.ppm import PPM

Numbers: TypeAlias = NDArray[np.float64]

LARGEST_WEIGHT: Final = 2**13
"""What the largest weight becomes: three quarters of int16 are left to learn."""

LARGEST_VALUE: Final = 2**14
"""What the largest value of the samples becomes: as much again is left for others."""

SAMPLES_OF_A_CENTROID: Final = 1_000
"""How many samples a mean counts for, where scikit-learn does not say it: the more, the slower it moves."""


class NotImportable(InvalidInput):
    """A scikit-learn model that is none of the kinds here, or that has not learned anything."""

    error_code = "estimator"


@dataclass(frozen=True)
class Imported:
    """A model in whole numbers.

    Attributes:
        model: what it has become.
        classes: the names of its classes.
        encoder: how values become int16; None for a sparse model, whose samples are the features that are not zero.
    """

    model: Model
    classes: tuple[str, ...]
    encoder: Scale | None

    def sample(self, row: Sequence[float]) -> tuple[int, ...]:
        """The sample of a row of the values that scikit-learn takes."""
        if self.encoder is None:
            return tuple(feature for feature, value in enumerate(row) if value)
        return self.encoder.scaled(row)


@dataclass(frozen=True)
class Rounding:
    """What whole numbers cost, on samples that the reader chose.

    Attributes:
        samples: how many were compared.
        before_ppm, after_ppm: share that scikit-learn's model said right, and the one in whole numbers.
        differing: of how many the two say different classes.
    """

    samples: int
    before_ppm: int
    after_ppm: int
    differing: int

    def __str__(self) -> str:
        return (
            f"right before rounding {self.before_ppm / 10_000:.2f} %, after it {self.after_ppm / 10_000:.2f} %; "
            f"{self.differing:,} of {self.samples:,} samples differ"
        )


def imported(
    estimator: Any,
    values: Any = None,
    *,
    step: int | None = None,
    capacity: int | None = None,
    samples: int = SAMPLES_OF_A_CENTROID,
) -> Imported:
    """What a trained model of scikit-learn becomes.

    Args:
        estimator: Perceptron or SGDClassifier of two classes, MultinomialNB, or NearestCentroid.
        values: float [samples, features], from which the scale of a dense model follows. Left out for a sparse one.
        step: of a sparse perceptron; left out, what the estimator's own rate comes to, at most 255.
        capacity: how many classes there is room for; left out, the fewest that hold those of the estimator.
        samples: how many a class of a NearestCentroid counts for.

    Raises:
        MissingExtra: scikit-learn is not installed.
        NotImportable: it is no such model, or its numbers do not fit.
    """
    require("sklearn")
    from sklearn.linear_model import Perceptron, SGDClassifier
    from sklearn.naive_bayes import MultinomialNB
    from sklearn.neighbors import NearestCentroid

    if not isinstance(estimator, Perceptron | SGDClassifier | MultinomialNB | NearestCentroid):
        raise NotImportable(
            f"a {type(estimator).__name__} is no kind of model here",
            "take a Perceptron, an SGDClassifier, a MultinomialNB or a NearestCentroid",
        )
    if not hasattr(estimator, "classes_"):
        raise NotImportable(f"the {type(estimator).__name__} has not learned anything", "fit it first")
    classes = tuple(map(str, estimator.classes_.tolist()))
    rows = None if values is None else _finite(values)
    if isinstance(estimator, MultinomialNB):
        if rows is not None:
            raise NotImportable("naive Bayes counts features, and has no scale", "leave the values out")
        return Imported(_naive_bayes(estimator, _room(classes, capacity)), classes, None)
    if isinstance(estimator, NearestCentroid):
        model, encoder = _centroid(estimator, rows, _room(classes, capacity), samples)
        return Imported(model, classes, encoder)
    if len(classes) != 2:
        raise NotImportable(f"a perceptron has two classes, and this has {len(classes)}", "take another kind of model")
    model, encoder = _perceptron(estimator, rows, step)
    return Imported(model, classes, encoder)


def rounding(estimator: Any, made: Imported, values: Any, labels: Sequence[Any]) -> Rounding:
    """How much accuracy the whole numbers cost.

    Args:
        estimator: as it was imported.
        made: what it has become.
        values: float [samples, features]; rows of zeros, which are no samples of a sparse model, are left out.
        labels: the right classes, as the estimator names them.

    Raises:
        NotImportable: no sample is left.
    """
    rows = _finite(values)
    kept = [place for place, row in enumerate(rows) if made.encoder is not None or row.any()]
    if not kept:
        raise NotImportable("there are no samples to compare on", "give some with at least one feature")
    names = estimator.classes_.tolist()
    right = [names.index(label) if label in names else -1 for label in np.asarray(labels)[kept].tolist()]
    before = [names.index(name) for name in estimator.predict(rows[kept]).tolist()]
    after = [made.model.predict(made.sample(rows[place].tolist())) for place in kept]
    return Rounding(
        samples=len(kept),
        before_ppm=_share(before, right),
        after_ppm=_share(after, right),
        differing=sum(one != other for one, other in zip(before, after, strict=True)),
    )


def read_estimator(file: Path) -> Any:
    """A model of scikit-learn out of a file that `joblib.dump` or `pickle` wrote.

    Such a file is a program: reading it runs what is in it. Read only files of your own.

    Raises:
        MissingExtra: scikit-learn is not installed.
        NotImportable: the file cannot be read.
    """
    require("sklearn")
    import joblib

    try:
        return joblib.load(file)
    # What a pickle raises depends on what is in it.
    except Exception as error:
        raise NotImportable(f"{file} holds no model that can be read", "write it anew with joblib.dump") from error


def _perceptron(estimator: Any, rows: Numbers | None, step: int | None) -> tuple[Model, Scale | None]:
    weights, bias = _finite(estimator.coef_)[0], float(_finite([estimator.intercept_])[0][0])
    features = _features(len(weights))
    if rows is None:
        factor = _factor(weights, LARGEST_WEIGHT)
        if step is None:
            step = min(max(round(float(getattr(estimator, "eta0", 0.0) or 1.0) * factor), 1), 255)
        shape = Shape(Kind.SPARSE_PERCEPTRON, features, step=step)
        return SparsePerceptron(shape, _whole(weights * factor), _bias(bias * factor)), None
    scale = scale_of(rows, features)
    offsets, factors = np.asarray(scale.offsets), np.asarray(scale.factors)
    of_scaled = weights / factors
    factor = _factor(of_scaled, LARGEST_WEIGHT)
    whole = _bias((bias + float(weights @ offsets)) * factor / ONE)
    return DensePerceptron(Shape(Kind.DENSE_PERCEPTRON, features), _whole(of_scaled * factor), whole), scale


def _naive_bayes(estimator: Any, capacity: int) -> Model:
    counts, features = _finite(estimator.feature_count_), _features(estimator.feature_count_.shape[1])
    largest = float(counts.max())
    # Counts stay what they are where they are whole and small enough to go on counting.
    is_whole = bool((counts == np.floor(counts)).all()) and largest <= MAX_COUNT // 2
    factor = 1.0 if is_whole or not largest else MAX_COUNT / 4 / largest
    if np.ndim(estimator.alpha) or not math.isfinite(estimator.alpha):
        raise NotImportable("each feature has another alpha", "fit with one number as alpha")
    alpha = min(max(round(float(estimator.alpha) * 16 * factor), 1), 65_535)
    prior = np.exp(_finite([estimator.class_log_prior_])[0])
    of_class = [max(round(float(share) * float(estimator.class_count_.sum())), 1) for share in prior]
    shape = Shape(Kind.NAIVE_BAYES, features, len(of_class), capacity, alpha=alpha)
    return NaiveBayes(shape, [_whole(row * factor) for row in counts], of_class)


def _centroid(estimator: Any, rows: Numbers | None, capacity: int, samples: int) -> tuple[Model, Scale | None]:
    if estimator.metric != "euclidean":
        raise NotImportable(f"the metric is {estimator.metric}", "fit with the metric euclidean")
    if not 1 <= samples <= MAX_COUNT:
        raise NotImportable(f"a class cannot count for {samples:,} samples", f"take 1 to {MAX_COUNT:,}")
    means = _finite(estimator.centroids_)
    features, of_class = _features(means.shape[1]), [samples] * len(means)
    if rows is None:
        if means.min() < 0 or means.max() > MAX_COUNT / samples:
            raise NotImportable("the means are not those of features that are there or not", "give the values, too")
        shape = Shape(Kind.SPARSE_CENTROID, features, len(means), capacity)
        return SparseCentroid(shape, [_whole(mean * samples) for mean in means], of_class), None
    # One factor for all features, or other distances would decide.
    own = scale_of(rows, features)
    scale = Scale(offsets=own.offsets, factors=(min(own.factors),))
    scaled = (means - np.asarray(scale.offsets)) * scale.factors[0]
    shape = Shape(Kind.DENSE_CENTROID, features, len(means), capacity)
    return DenseCentroid(shape, [_whole(mean * samples) for mean in scaled], of_class), scale


def scale_of(rows: Numbers, features: int) -> Scale:
    """Puts the middle of each feature's values at zero, and the largest at `LARGEST_VALUE`."""
    if rows.shape[1] != features:
        raise NotImportable(
            f"the values have {rows.shape[1]:,} features, and the model {features:,}", "give those that it learned from"
        )
    low, high = rows.min(axis=0), rows.max(axis=0)
    half = np.where(high > low, (high - low) / 2, 1.0)
    return Scale(offsets=tuple(((low + high) / 2).tolist()), factors=tuple((LARGEST_VALUE / half).tolist()))


def _finite(values: Any) -> Numbers:
    """A table of floats, also out of a sparse matrix."""
    table = np.asarray(values.toarray() if hasattr(values, "toarray") else values, np.float64)
    if table.ndim != 2 or not table.size or not np.isfinite(table).all():
        raise NotImportable("the numbers are no table, or not finite", "give one row a sample")
    return table


def _features(count: int) -> int:
    if count > MAX_FEATURES:
        raise NotImportable(
            f"a model has up to {MAX_FEATURES:,} features, and this has {count:,}", "use fewer features"
        )
    return count


def _room(classes: tuple[str, ...], capacity: int | None) -> int:
    enough = [room for room in CAPACITIES if room >= len(classes)]
    if not enough:
        raise NotImportable(f"a model has up to {CAPACITIES[-1]} classes, and this has {len(classes)}", "use fewer")
    return enough[0] if capacity is None else capacity


def _factor(weights: Numbers, largest: int) -> float:
    found = float(np.abs(weights).max())
    # Below that, the quotient is no number of a float any more.
    if 0 < found < sys.float_info.min * 2**20:
        raise NotImportable(f"the largest weight is {found}, which is nothing", "fit it on other data")
    return largest / found if found else 1.0


def _whole(numbers: Numbers) -> list[int]:
    """The nearest whole numbers, as Python's own."""
    return [int(number) for number in np.rint(numbers).tolist()]


def _bias(number: float) -> int:
    return min(max(round(number), -(2**31)), 2**31 - 1)


def _share(said: Sequence[int], right: Sequence[int]) -> int:
    return sum(one == other for one, other in zip(said, right, strict=True)) * PPM // len(right)
