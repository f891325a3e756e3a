"""Many samples: taken, kept, read back, and refused where a file holds something else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.errors import InvalidInput
from hyperbounty.models.simulation.labelled import Labelled

SAMPLES = st.lists(st.lists(st.integers(-(2**15), 2**16 - 1), max_size=5), max_size=12)


@given(SAMPLES, st.data())
def test_those_that_are_taken_are_those_that_were_given(samples: list[list[int]], data: st.DataObject) -> None:
    labels = list(range(len(samples)))
    whole = Labelled.of(samples, labels)
    places = data.draw(st.lists(st.sampled_from(labels), max_size=20)) if samples else []
    taken = whole.take(places)
    assert [taken.sample(place) for place in range(len(taken))] == [tuple(samples[place]) for place in places]
    assert taken.labels.tolist() == places


def test_samples_come_back_from_their_file(tmp_path: Path) -> None:
    whole = Labelled.of([[0, 5], [], [7]], [1, 0, 1])
    whole.write(tmp_path / "samples.npz")
    read = Labelled.read(tmp_path / "samples.npz")
    assert [read.sample(place) for place in range(3)] == [(0, 5), (), (7,)]
    assert read.labels.tolist() == [1, 0, 1]


def test_files_that_hold_something_else_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "samples.npz"
    whole = Labelled.of([[0, 5], [7]], [1, 0])
    parts: dict[str, Any] = {"starts": whole.starts, "features": whole.features, "labels": whole.labels}
    wrong: list[dict[str, Any]] = [
        {"starts": np.array([0, 3, 2])},
        {"starts": np.array([0, 2])},
        {"starts": np.array([1, 2, 3])},
        {"features": whole.features.astype(np.float64)},
        {"labels": np.array([object(), None])},
    ]
    for change in wrong:
        held = parts | change
        np.savez(path, starts=held["starts"], features=held["features"], labels=held["labels"])
        with pytest.raises(InvalidInput, match="holds no samples"):
            Labelled.read(path)
    for content in (b"", b"PK\x03\x04", b"nothing", b"\x80\x04N."):
        path.write_bytes(content)
        with pytest.raises(InvalidInput, match="holds no samples"):
            Labelled.read(path)
    with path.open("wb") as file:
        np.save(file, whole.labels)
    with pytest.raises(InvalidInput, match="holds no samples"):
        Labelled.read(path)
    with pytest.raises(FileNotFoundError):
        Labelled.read(tmp_path / "none.npz")
