"""Weights as one `.npz` file that any NumPy reads, the same bytes for the same weights."""

from __future__ import annotations

import io
import zipfile

import numpy as np
from numpy.typing import NDArray

from hyperbounty.errors import InvalidInput


def to_npz(weights: tuple[NDArray[np.float32], ...]) -> bytes:
    """The arrays as `weight_000`, `weight_001`, …, uncompressed, with the dates and flags of the archive fixed.

    >>> weights = (np.ones((2, 3), np.float32), np.zeros(3, np.float32))
    >>> [array.shape for array in from_npz(to_npz(weights))]
    [(2, 3), (3,)]
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for i, array in enumerate(weights):
            member = io.BytesIO()
            np.lib.format.write_array(member, np.ascontiguousarray(array), version=(1, 0), allow_pickle=False)
            info = zipfile.ZipInfo(f"weight_{i:03d}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            info.create_system = 3
            info.external_attr = 0o644 << 16
            archive.writestr(info, member.getvalue())
    return buffer.getvalue()


def from_npz(data: bytes) -> tuple[NDArray[np.float32], ...]:
    """The inverse of `to_npz`.

    Raises:
        InvalidInput: the bytes are not such an archive.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            names = sorted(archive.files)
            if names != [f"weight_{i:03d}" for i in range(len(names))]:
                raise InvalidInput(f"the weights' archive holds {names[:3]}", "fetch the file of weights again")
            return tuple(archive[name] for name in names)
    except (ValueError, OSError, EOFError, KeyError, zipfile.BadZipFile) as error:
        if isinstance(error, InvalidInput):
            raise
        raise InvalidInput("these bytes are not an archive of weights", "fetch the file of weights again") from error
