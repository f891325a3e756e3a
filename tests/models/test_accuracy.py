"""How good the kinds become on real texts: the figures of docs/models.md."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from hyperbounty.models.datasets import DataSet, imdb, mail, movie_snippets
from hyperbounty.models.encoders import HashedWords, vocabulary_of
from hyperbounty.models.kinds import Kind, Model, Shape, empty, restored
from hyperbounty.models.simulation.labelled import Labelled
from hyperbounty.models.simulation.pretraining import pretrained

REAL = Path(__file__).parents[3] / "shared" / "data"

NAIVE_BAYES = Shape(Kind.NAIVE_BAYES, 1_000, alpha=16)
CENTROID = Shape(Kind.SPARSE_CENTROID, 1_000)
PERCEPTRON = Shape(Kind.SPARSE_PERCEPTRON, 1_000, step=4)

Encoded = tuple[list[tuple[int, ...]], list[int]]


def of_words(learned: DataSet, asked: DataSet) -> tuple[Encoded, Encoded]:
    """Both by the 1,000 words that most examples of the first have."""
    encode = vocabulary_of(map(str, learned.raws), 1_000).ready(CENTROID, None)  # type: ignore[arg-type]  # no store
    return learned.encoded(encode), asked.encoded(encode)


def taught(model: Model, samples: Sequence[Sequence[int]], labels: Sequence[int]) -> Model:
    for sample, label in zip(samples, labels, strict=True):
        model.learn(sample, label)
    return model


def accuracy(model: Model, samples: Sequence[Sequence[int]], labels: Sequence[int]) -> float:
    return sum(model.predict(sample) == label for sample, label in zip(samples, labels, strict=True)) / len(labels)


@cache
def mails() -> tuple[Encoded, Encoded]:
    return of_words(mail().part(0, 5_000), mail().part(5_000, 6_046))


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("shape", "least"), [(NAIVE_BAYES, 0.96), (CENTROID, 0.91), (PERCEPTRON, 0.97)], ids=lambda each: str(each)[:40]
)
def test_mails_are_told_apart_after_5000_of_them(shape: Shape, least: float) -> None:
    learned, asked = mails()
    found = accuracy(taught(empty(shape), *learned), *asked)
    assert found >= least


@pytest.mark.heavy
def test_hashes_of_words_do_without_a_vocabulary() -> None:
    encode = HashedWords(seed=0, modulus=1_000).ready(NAIVE_BAYES, None)  # type: ignore[arg-type]  # it needs no store
    learned = mail().part(0, 5_000).encoded(encode)
    assert accuracy(taught(empty(NAIVE_BAYES), *learned), *mail().part(5_000, 6_046).encoded(encode)) >= 0.96


@cache
def reviews() -> tuple[Encoded, Encoded]:
    folder = REAL / "imdb"
    if not folder.is_dir():
        pytest.skip("the film reviews are not in ../shared/data")
    return of_words(imdb(folder / "train.jsonl.gz"), imdb(folder / "test.jsonl.gz"))


@pytest.mark.real_data
@pytest.mark.parametrize(("shape", "least"), [(NAIVE_BAYES, 0.833), (CENTROID, 0.746)], ids=["bayes", "centroid"])
def test_film_reviews_after_all_25000(shape: Shape, least: float) -> None:
    learned, asked = reviews()
    assert len(learned[0]) == len(asked[0]) == 25_000
    assert accuracy(taught(empty(shape), *learned), *asked) >= least


@pytest.mark.real_data
def test_film_reviews_one_at_a_time_after_2000_that_were_averaged() -> None:
    learned, asked = reviews()
    first = Labelled.of(learned[0][:2_000], learned[1][:2_000])
    # One review later moves a sixteenth of what it moved then.
    model = restored(PERCEPTRON, pretrained(PERCEPTRON, first, passes=5, step=16 * PERCEPTRON.step))
    assert accuracy(model, *asked) >= 0.8
    taught(model, learned[0][2_000:], learned[1][2_000:])
    assert accuracy(model, *asked) >= 0.825


@pytest.mark.real_data
def test_snippets_of_film_reviews() -> None:
    file = REAL / "movie-snippets" / "movieReviewSnippets_GroundTruth.txt"
    if not file.exists():
        pytest.skip("the snippets are not in ../shared/data")
    snippets = movie_snippets(file)
    assert len(snippets) == 10_605
    learned, asked = of_words(snippets.part(0, 8_000), snippets.part(8_000, 10_605))
    assert accuracy(taught(empty(NAIVE_BAYES), *learned), *asked) >= 0.73
