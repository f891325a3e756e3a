"""The unit of scores."""

from __future__ import annotations

from typing import Final

PPM: Final = 1_000_000
"""Parts per million of one: scores are whole numbers of them."""
