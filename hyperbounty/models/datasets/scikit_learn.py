"""Data sets that come with scikit-learn."""

from __future__ import annotations

from typing import Any

from hyperbounty.extras import require
from hyperbounty.models.datasets.dataset import DataSet


def breast_cancer() -> DataSet:
    """569 tumours with 30 measurements each; class 1 is benign, as 357 are.

    Raises:
        MissingExtra: scikit-learn is not installed.
    """
    require("sklearn")
    from sklearn.datasets import load_breast_cancer

    return _made("breast cancer", "Wisconsin diagnostic breast cancer data, from scikit-learn", load_breast_cancer())


def digits() -> DataSet:
    """1,797 written digits in 8 x 8 points of 17 shades. Class 1: the digit is 5 or more.

    A model has up to eight classes, so ten digits are two.

    Raises:
        MissingExtra: scikit-learn is not installed.
    """
    require("sklearn")
    from sklearn.datasets import load_digits

    found = load_digits()
    return DataSet(
        name="digits",
        source="optical recognition of handwritten digits, from scikit-learn",
        classes=("0 to 4", "5 to 9"),
        raws=tuple(map(tuple, found.data.tolist())),
        labels=tuple(int(digit >= 5) for digit in found.target.tolist()),
    )


def _made(name: str, source: str, found: Any) -> DataSet:
    return DataSet(
        name=name,
        source=source,
        classes=tuple(map(str, found.target_names)),
        raws=tuple(map(tuple, found.data.tolist())),
        labels=tuple(found.target.tolist()),
    )
