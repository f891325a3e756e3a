"""The samples of a simulation: a data set of examples, encoded for a kind of model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from hyperbounty.errors import InvalidInput
from hyperbounty.models import datasets
from hyperbounty.models.encoders import Encode, Scale, vocabulary_of
from hyperbounty.models.encoders.encoder import numbers_of, text_of
from hyperbounty.models.kinds import KINDS, Kind
from hyperbounty.models.samples import INT16
from hyperbounty.models.simulation.labelled import Labelled
from organizer.models.examples import BUNDLED

READ: Final[Mapping[str, Callable[[Path], datasets.DataSet]]] = {
    "imdb": datasets.imdb,
    "movie-snippets": datasets.movie_snippets,
}
"""Data sets whose file has to be named."""

OWN: Final = "own"
"""Samples that somebody encoded: a file of `Labelled.write`."""

_DEVIATION: Final = INT16.stop // 8
"""What the standard deviation of a value becomes, so that hardly one leaves int16."""


@dataclass(frozen=True)
class Samples:
    """What a design is run on.

    Attributes:
        train: what is learned before and after the model goes live.
        test: what it is measured on.
        features, classes: of a model that takes them.
    """

    train: Labelled
    test: Labelled
    features: int
    classes: int


def read_samples(name: str, file: Path | None, kind: Kind, *, words: int, tests: int, most: int | None) -> Samples:
    """Read a data set and encode it.

    Texts become the words that most of those have that are learned from, numbers int16 of one deviation.

    Args:
        name: of `BUNDLED` or `READ`, or `OWN`.
        file: of a set that does not come along.
        kind: of the model.
        words: most features of texts.
        tests: how many of the last examples the model is measured on.
        most: of the others; None for all.

    Raises:
        InvalidInput: there are no such samples, too few of them, or the kind of model takes others.
        MissingExtra: scikit-learn is not installed.
    """
    if (file is None) is not (name in BUNDLED):
        needs = "comes along: leave its file out" if name in BUNDLED else "does not come along: name its file"
        raise InvalidInput(f"the data {name!r} {needs}", "correct the table [data]")
    if name == OWN:
        assert file is not None
        return _own(Labelled.read(file), kind, tests, most)
    data = BUNDLED[name]() if file is None else READ[name](file)
    learned, asked = _parts(len(data), tests, most)
    train, test = data.part(0, learned), data.part(*asked)
    encode, features = _encoder(kind, train, words)
    return Samples(Labelled.of(*train.encoded(encode)), Labelled.of(*test.encoded(encode)), features, len(data.classes))


def _own(held: Labelled, kind: Kind, tests: int, most: int | None) -> Samples:
    learned, asked = _parts(len(held), tests, most)
    widths = np.diff(held.starts)
    features = int(held.features.max(initial=0)) + 1 if KINDS[kind].sparse else int(widths.max(initial=1))
    classes = max(int(held.labels.max(initial=0)) + 1, 2)
    return Samples(held.take(range(learned)), held.take(range(*asked)), features, classes)


def _parts(count: int, tests: int, most: int | None) -> tuple[int, tuple[int, int]]:
    """How many of the first are learned from, and from where to where is asked."""
    if count <= tests:
        raise InvalidInput(
            f"there are {count:,} samples, and {tests:,} are to be measured on", "measure on fewer, with test in [data]"
        )
    rest = count - tests
    return (rest if most is None else min(most, rest)), (rest, count)


def _encoder(kind: Kind, train: datasets.DataSet, words: int) -> tuple[Encode, int]:
    """What encodes an example, and to how many features."""
    is_text = bool(train.raws) and isinstance(train.raws[0], str)
    if is_text is not KINDS[kind].sparse:
        fitting = ", ".join(facts.name for facts in KINDS.values() if facts.sparse is is_text)
        raise InvalidInput(
            f"the data {train.name!r} has {'texts' if is_text else 'numbers'}, which no {KINDS[kind].name} takes",
            f"choose another kind of model: {fitting}",
        )
    if not is_text:
        scale = _scale(train)
        return lambda raw: scale.scaled(numbers_of(raw)), len(scale.offsets)
    vocabulary = vocabulary_of(map(text_of, train.raws), words)
    return vocabulary.encoding(), len(vocabulary.words)


def _scale(train: datasets.DataSet) -> Scale:
    values = np.array([numbers_of(raw) for raw in train.raws], np.float64)
    deviations = values.std(axis=0)
    factors = _DEVIATION / np.where(deviations > 0, deviations, 1)
    return Scale(offsets=tuple(values.mean(axis=0).tolist()), factors=tuple(factors.tolist()))
