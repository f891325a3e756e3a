"""Many samples with their right labels, in the form that whole runs go through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Self
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from hyperbounty.errors import InvalidInput
from hyperbounty.files import write_atomic
from hyperbounty.models.kinds import Shape
from hyperbounty.models.samples import Sample, check_label


@dataclass(frozen=True)
class Labelled:
    """Samples one after the other.

    Attributes:
        starts: int64 [samples + 1], where each begins in `features`, and the end.
        features: int32, the samples as `hyperbounty.models.samples` has them: indices, or values.
        labels: int64 [samples], from 0.

    >>> reviews = Labelled.of([[0, 2], [1]], [1, 0])
    >>> len(reviews), reviews.sample(0), reviews.take([1, 0]).labels.tolist()
    (2, (0, 2), [0, 1])
    """

    starts: NDArray[np.int64]
    features: NDArray[np.int32]
    labels: NDArray[np.int64]

    @classmethod
    def of(cls, samples: Sequence[Sample], labels: Sequence[int]) -> Self:
        """Of samples as sequences, sparse or dense."""
        lengths = np.fromiter((len(sample) for sample in samples), np.int64, len(samples))
        starts = np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
        features = np.empty(int(starts[-1]), np.int32)
        for place, sample in enumerate(samples):
            features[starts[place] : starts[place + 1]] = sample
        return cls(starts, features, np.asarray(labels, np.int64).reshape(len(samples)))

    def __len__(self) -> int:
        return len(self.labels)

    def sample(self, place: int) -> tuple[int, ...]:
        """The features of one."""
        return tuple(self.features[self.starts[place] : self.starts[place + 1]].tolist())

    def take(self, places: Sequence[int] | NDArray[np.int64]) -> Self:
        """Those at these places, in this order."""
        order = np.asarray(places, np.int64)
        lengths = (self.starts[1:] - self.starts[:-1])[order]
        starts = np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
        # Each feature lies as far from the start of its sample as before.
        within = np.arange(starts[-1]) - np.repeat(starts[:-1], lengths)
        features = self.features[np.repeat(self.starts[:-1][order], lengths) + within]
        return type(self)(starts, features, self.labels[order])

    def write(self, path: Path) -> None:
        """Keep them in a file, which `read` reads hundreds of times as fast as texts are encoded.

        >>> reviews = Labelled.of([[0, 2], [1]], [1, 0])
        >>> reviews.write(tmp_path / "reviews.npz")
        >>> Labelled.read(tmp_path / "reviews.npz").sample(0)
        (0, 2)
        """
        held = BytesIO()
        np.savez(held, starts=self.starts, features=self.features, labels=self.labels)
        write_atomic(path, held.getvalue())

    @classmethod
    def read(cls, path: Path) -> Self:
        """What `write` wrote.

        Raises:
            FileNotFoundError: there is no such file.
            InvalidInput: it holds something else.
        """
        try:
            # From its bytes: where they are no archive, NumPy leaves the file open.
            held = np.load(BytesIO(path.read_bytes()), allow_pickle=False)
            if not isinstance(held, np.lib.npyio.NpzFile):
                raise _not_samples(path)
            made = cls(held["starts"], held["features"], held["labels"])
        except (ValueError, KeyError, EOFError, BadZipFile) as error:
            raise _not_samples(path) from error
        kinds = [each.dtype.name for each in (made.starts, made.features, made.labels)]
        if kinds != ["int64", "int32", "int64"] or len(made.starts) != len(made.labels) + 1:
            raise _not_samples(path)
        ends = int(made.starts[0]), int(made.starts[-1])
        if ends != (0, len(made.features)) or (np.diff(made.starts) < 0).any():
            raise _not_samples(path)
        return made

    def check(self, shape: Shape) -> None:
        """Refuse samples and labels that a model of this shape does not take.

        Raises:
            InvalidInput: the first that it does not, with its place.
        """
        for place, label in enumerate(self.labels.tolist()):
            try:
                check_label(label, shape.classes)
                shape.encode(self.sample(place))
            except InvalidInput as error:
                raise InvalidInput(f"sample {place}: {error.what}", error.next_step) from None


def _not_samples(path: Path) -> InvalidInput:
    return InvalidInput(f"{path} holds no samples", "write them anew")
