"""Numbers as options: click's ranges, in words that need no knowledge of click."""

from __future__ import annotations

import math
from typing import Any

import click


class Number(click.ParamType[float]):
    """A number from `lowest` to `highest`, each None for no bound; a whole one where `whole`.

    >>> Number(1, None, whole=True).convert("3", None, None)
    3
    >>> Number(1, 100, whole=True).convert("zero", None, None)
    Traceback (most recent call last):
        ...
    click.exceptions.BadParameter: 'zero' is not a whole number from 1 to 100.
    """

    name = "number"

    def __init__(self, lowest: float | None, highest: float | None, *, whole: bool) -> None:
        self.lowest, self.highest, self.whole = lowest, highest, whole

    @property
    def meaning(self) -> str:
        """What fits, in words."""
        kind = "whole number" if self.whole else "number"
        if self.lowest is None and self.highest is None:
            return kind
        if self.highest is None:
            return f"{kind} of at least {_plain(self.lowest)}"
        if self.lowest is None:
            return f"{kind} of at most {_plain(self.highest)}"
        return f"{kind} from {_plain(self.lowest)} to {_plain(self.highest)}"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number in `value`."""
        try:
            number = int(value) if self.whole else float(value)
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is not a {self.meaning}.", param, ctx)
        low = -math.inf if self.lowest is None else self.lowest
        high = math.inf if self.highest is None else self.highest
        if not low <= number <= high:
            self.fail(f"{value} is not a {self.meaning}.", param, ctx)
        return number


def plain(kind: click.ParamType[Any]) -> click.ParamType[Any]:
    """`kind`, or in the place of a number or a range of click the `Number` that means the same.

    >>> plain(click.IntRange(1)).meaning, plain(click.FLOAT).meaning, plain(click.STRING) is click.STRING
    ('whole number of at least 1', 'number', True)
    """
    if isinstance(kind, click.IntRange | click.FloatRange):
        if kind.min_open or kind.max_open or kind.clamp:
            raise TypeError(f"no number in words stands for {kind}")
        return Number(kind.min, kind.max, whole=isinstance(kind, click.IntRange))
    if kind in (click.INT, click.FLOAT):
        return Number(None, None, whole=kind is click.INT)
    return kind


def _plain(bound: float | None) -> str:
    return f"{bound:,}"
