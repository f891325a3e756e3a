"""A model as one of scikit-learn that decides alike, for who goes on in Python.

It takes the model's samples, one a row: of a sparse model a column for each feature, 1 where it is active; of a dense
one the int16 that the encoder gives. Its arithmetic is in floats, so where two classes are equally good to the last bit
it may say the other one.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from hyperbounty.errors import InvalidInput
from hyperbounty.extras import require
from hyperbounty.models.kinds import Model
from hyperbounty.models.kinds.classed import Classed
from hyperbounty.models.kinds.dense_perceptron import ONE, DensePerceptron
from hyperbounty.models.kinds.naive_bayes import NaiveBayes
from hyperbounty.models.kinds.perceptron import Perceptron


def estimator_of(model: Model, class_names: tuple[str, ...]) -> Any:
    """The Perceptron, MultinomialNB or NearestCentroid that decides as `model` does.

    Args:
        model: to be copied.
        class_names: of each of its classes, from class 0. Where two are the same or one is empty, the estimator says
            numbers.

    Raises:
        MissingExtra: scikit-learn is not installed.
        InvalidInput: no class of the model has a sample.
    """
    require("sklearn")
    names = list(class_names)
    classes = np.array(names) if len({*names, ""}) == len(names) + 1 else np.arange(model.shape.classes)
    if isinstance(model, Perceptron):
        return _perceptron(model, classes)
    assert isinstance(model, Classed)
    with_samples = [label for label in range(model.shape.classes) if model.samples[label]]
    if not with_samples:
        raise InvalidInput("the model has learned nothing, which no estimator says", "export it without an estimator")
    return _naive_bayes(model, classes) if isinstance(model, NaiveBayes) else _centroid(model, classes, with_samples)


def write_estimator(estimator: Any, path: Path) -> None:
    """Write it as `joblib.load` reads it, into a file that was not there."""
    import joblib

    with path.open("xb") as file:
        joblib.dump(estimator, file)


def _perceptron(model: Perceptron, classes: Any) -> Any:
    from sklearn.linear_model import Perceptron as Estimator

    # Of a dense one the bias counts for 2**15, which is what a value of 1 is.
    unit = ONE if isinstance(model, DensePerceptron) else 1
    made = Estimator()
    made.coef_ = np.array([model.weights], np.float64)
    made.intercept_ = np.array([model.bias * unit], np.float64)
    made.classes_ = classes
    made.n_features_in_ = model.shape.features
    return made


def _naive_bayes(model: NaiveBayes, classes: Any) -> Any:
    from sklearn.naive_bayes import MultinomialNB

    shape = model.shape
    made = MultinomialNB(alpha=shape.alpha / 16)
    counts = np.array(model.numbers[: shape.classes], np.float64)
    of_class = np.array(model.samples[: shape.classes], np.float64)
    made.feature_count_, made.class_count_ = counts, of_class
    made.classes_, made.n_features_in_ = classes, shape.features
    smoothed = counts + made.alpha
    made.feature_log_prob_ = np.log(smoothed) - np.log(smoothed.sum(axis=1, keepdims=True))
    with np.errstate(divide="ignore"):
        made.class_log_prior_ = np.log(of_class) - np.log(of_class.sum())
    return made


def _centroid(model: Classed, classes: Any, with_samples: list[int]) -> Any:
    from sklearn.neighbors import NearestCentroid

    made = NearestCentroid()
    means = [[number / model.samples[label] for number in model.numbers[label]] for label in with_samples]
    made.centroids_ = np.array(means)
    made.classes_ = classes[with_samples]
    made.n_features_in_ = model.shape.features
    made.class_prior_ = np.full(len(with_samples), 1 / len(with_samples))
    return made
