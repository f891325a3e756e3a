"""The decision of both centroids, which differ in what they add up."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(classes: Iterable[tuple[int, int]]) -> int:
    """The class with the smallest d / N², where `classes` has (N, d) for each in order.

    d / N² is the squared distance of the sample to the mean of a class, less the sample's own squared norm, which is
    the same for all. A class with N = 0 has no mean and is not chosen, unless all are such: then class 0 is.

    >>> nearest([(0, -5), (2, -4), (4, -16)])
    1
    """
    best, best_samples, best_distance = 0, 0, 0
    for label, (samples, distance) in enumerate(classes):
        if samples and (not best_samples or distance * best_samples**2 < best_distance * samples**2):
            best, best_samples, best_distance = label, samples, distance
    return best
