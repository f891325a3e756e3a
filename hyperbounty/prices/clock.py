"""One clock for rows that follow the clocks of a zone, which summer time moves by an hour.

A day that begins at midnight of a zone has 23 or 25 hours when its clocks change, so that its rows have two places in a
day of UTC. The table has one interval. So rows of summer are set an hour later, where those of winter have their place.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

SUMMER: Final = 3600
_YEAR: Final = 365 * 24 * 3600
# Rows with neither place are faults, and leave it open whether the two places are summer and winter.
_SHARE: Final = 0.95
# Clocks change twice a year. A file that goes to and fro more often follows no zone.
_CHANGES: Final = 2


def on_one_clock(times: NDArray[np.int64], interval: int) -> NDArray[np.int64]:
    """The times with those of summer set an hour later; unchanged where they do not follow a zone's clocks.

    Args:
        times: [rows] unix seconds, increasing.
        interval: seconds between most rows.

    >>> day = 86_400
    >>> winter, summer = 5 * 3600 + day * np.arange(40), 4 * 3600 + day * np.arange(40, 80)
    >>> moved = on_one_clock(np.concatenate([winter, summer]), day)
    >>> np.unique(moved % day).tolist(), int((moved != np.concatenate([winter, summer])).sum())
    ([18000], 40)
    """
    if interval <= SUMMER or interval % SUMMER:
        return times
    places = times % interval
    values, counts = np.unique(places, return_counts=True)
    common = int(values[np.argmax(counts)])
    later, earlier = (common + SUMMER) % interval, (common - SUMMER) % interval
    of_later, of_earlier = int((places == later).sum()), int((places == earlier).sum())
    if not of_later and not of_earlier:
        return times
    winter = later if of_later > of_earlier else common
    summer = (winter - SUMMER) % interval
    known = (places == winter) | (places == summer)
    changes = int(np.count_nonzero(np.diff((places[known] == summer).astype(np.int8))))
    years = (int(times[-1]) - int(times[0])) / _YEAR
    if known.mean() < _SHARE or changes > _CHANGES * (years + 1):
        return times
    moved = times + np.where(places == summer, SUMMER, 0)
    return moved if np.all(np.diff(moved) > 0) else times
