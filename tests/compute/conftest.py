"""Windows on which a training takes a moment."""

from __future__ import annotations

import pytest

from hyperbounty.training.windows import Dataset, Windows
from tests.compute.stub_training import small_dataset


@pytest.fixture(scope="session")
def dataset() -> Dataset:
    return small_dataset()


@pytest.fixture
def windows(dataset: Dataset) -> tuple[Windows, Windows]:
    assert dataset.holdout is not None
    return dataset.train, dataset.holdout
