"""The clock of a development chain: which timestamp the next block gets."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class ClockSetting:
    """How a clock was moved.

    Attributes:
        offset: seconds that it is ahead of the real time; where it stands still, of the parent.
        forced: the timestamp of the next block, if one was given.
    """

    offset: int = 0
    forced: int | None = None


class BlockClock:
    """Timestamps of coming blocks, in unix seconds, always later than the parent's.

    Args:
        wall: seconds since the epoch; blocks follow it, plus what the clock was moved by. Without one the clock stands
            still: each block is one second after its parent, so a run does not depend on how long it computes.
    """

    def __init__(self, wall: Callable[[], float] | None = None) -> None:
        self._wall = wall
        self._setting = ClockSetting()

    def start(self) -> int:
        """The time of the first block: now."""
        return int((self._wall or time.time)())

    def next_timestamp(self, parent: int) -> int:
        """What a block on top of one with timestamp `parent` would get now."""
        if self._setting.forced is not None:
            return max(self._setting.forced, parent + 1)
        if self._wall is None:
            return parent + 1 + self._setting.offset
        return max(parent + 1, int(self._wall()) + self._setting.offset)

    @property
    def is_running(self) -> bool:
        """Whether time passes by itself, and no timestamp waits for the next block."""
        return self._wall is not None and self._setting.forced is None

    def move(self, seconds: int) -> int:
        """Move the clock forward; returns the whole distance it was moved by and not yet used up."""
        self._setting = replace(self._setting, offset=self._setting.offset + seconds)
        return self._setting.offset

    def force(self, timestamp: int) -> None:
        """Give exactly this timestamp to the next block; the clock runs on from there."""
        self._setting = replace(self._setting, forced=timestamp)

    def mined(self, timestamp: int) -> None:
        """A block got this timestamp."""
        if self._wall is None:
            self._setting = ClockSetting()
        elif self._setting.forced is not None:
            self._setting = ClockSetting(offset=timestamp - int(self._wall()))

    @property
    def setting(self) -> ClockSetting:
        """How it was moved; set it to go back, or to go on with a clock of before."""
        return self._setting

    @setting.setter
    def setting(self, setting: ClockSetting) -> None:
        self._setting = setting
