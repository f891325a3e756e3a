"""Many reads: the same answers as one by one, of one block, from nodes that take batches and from those that do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass

NOBODY = "0x" + "11" * 20
