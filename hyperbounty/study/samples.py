"""The texts of a study as samples: encoded once, and cut to any number of words and of texts.

A feature of a sample is the place of a word among the most frequent words of all training texts. So the samples of
fewer words are those of more, without the features beyond, and a text need not be read again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hyperbounty.errors import InvalidInput
from hyperbounty.files import write_atomic
from hyperbounty.models import datasets
from hyperbounty.models.datasets import DataSet
from hyperbounty.models.encoders import Raw, vocabulary_of
from hyperbounty.models.encoders.encoder import text_of
from hyperbounty.models.samples import NoFeatures
from hyperbounty.models.simulation.draws import order
from hyperbounty.models.simulation.labelled import Labelled
from hyperbounty.next_steps import NextStep, Parameter

_MAIL_TESTS: Final = 1_200


@dataclass(frozen=True)
class Texts:
    """A data set in its two parts.

    Attributes:
        train: what is learned, before the model goes live and after.
        test: what accuracy is measured on.
    """

    train: DataSet
    test: DataSet


def _imdb(folder: Path) -> Texts:
    return Texts(*(datasets.imdb(folder / "imdb" / f"{part}.jsonl.gz") for part in ("train", "test")))


def _mail(_: Path) -> Texts:
    mails = datasets.mail()
    learned = len(mails) - _MAIL_TESTS
    return Texts(mails.part(0, learned), mails.part(learned, len(mails)))


SETS: Final[Mapping[str, Callable[[Path], Texts]]] = {"imdb": _imdb, "mail": _mail}
"""Data sets by their names: each is read from a folder, or comes along."""

BUNDLED: Final = ("mail",)
"""Those that come along."""


def read_texts(name: str, folder: Path | None) -> Texts:
    """The texts of a data set.

    Args:
        name: of `SETS`.
        folder: that has the sets which do not come along.

    Raises:
        InvalidInput: they are not there.
    """
    if name in BUNDLED:
        return SETS[name](Path())
    if folder is None:
        raise InvalidInput(
            f"the data {name!r} does not come along", NextStep("name its folder: {}", Parameter("data", "FOLDER"))
        )
    return SETS[name](folder)


@dataclass(frozen=True)
class Encoded:
    """The samples of a data set, with as many words as any run needs.

    Attributes:
        train, test: a sample for each text, which may have no feature.
        words: how many words there are.
    """

    train: Labelled
    test: Labelled
    words: int

    @classmethod
    def of(cls, texts: Texts, words: int) -> Encoded:
        """Encode texts by the `words` most frequent words of the training texts."""
        vocabulary = vocabulary_of(map(text_of, texts.train.raws), words)
        encode = vocabulary.encoding()

        def sample(raw: Raw) -> tuple[int, ...]:
            try:
                return encode(raw)
            except NoFeatures:
                return ()

        def encoded(data: DataSet) -> Labelled:
            return Labelled.of([sample(raw) for raw in data.raws], list(data.labels))

        return cls(encoded(texts.train), encoded(texts.test), len(vocabulary.words))

    def write(self, path: Path) -> None:
        """Keep them in a folder, from which other processes read them."""
        self.train.write(path / "train.npz")
        self.test.write(path / "test.npz")
        write_atomic(path / "words", str(self.words).encode())

    @classmethod
    def read(cls, path: Path) -> Encoded:
        """What `write` wrote."""
        train, test = (Labelled.read(path / f"{part}.npz") for part in ("train", "test"))
        return cls(train, test, int((path / "words").read_text()))

    def chosen(self, words: int, reviews: int, seed: int) -> tuple[Labelled, Labelled]:
        """Training and test samples of a run, without those that have no feature: no model takes them.

        Args:
            words: features are these most frequent words.
            reviews: training texts, the first of the order that the seed gives all of them.
            seed: of the run.

        Raises:
            InvalidInput: there are not so many words or texts.
        """
        if words > self.words:
            raise InvalidInput(f"{words:,} words are wanted, and there are {self.words:,}", "take fewer words")
        if reviews > len(self.train):
            raise InvalidInput(
                f"{reviews:,} training texts are wanted, and there are {len(self.train):,}", "take fewer reviews"
            )
        train = self.train.take(order(seed, len(self.train))[:reviews])
        return _of_words(train, words), _of_words(self.test, words)


def _of_words(samples: Labelled, words: int) -> Labelled:
    """The samples without features from `words` on, and without those that have none then."""
    kept = samples.features < words
    before: NDArray[np.int64] = np.concatenate(([0], np.cumsum(kept))).astype(np.int64)
    cut = Labelled(before[samples.starts], samples.features[kept], samples.labels)
    return cut.take(np.flatnonzero(np.diff(cut.starts)))
