"""How levels, means and differences read in the report of a study."""

from __future__ import annotations

import math
from collections.abc import Sequence

from hyperbounty.statistics.trends import Interval


def shown(level: str) -> str:
    """A level, with commas between its thousands.

    >>> shown("10000"), shown("0.5"), shown("10m"), shown("1000 true")
    ('10,000', '0.5', '10m', '1,000 true')
    """
    return " ".join(f"{int(part):,}" if part.isdecimal() else part for part in level.split(" "))


def joined(parts: Sequence[str]) -> str:
    """Parts as a sentence has them.

    >>> joined(["1", "2", "3"]), joined(["1"])
    ('1, 2 and 3', '1')
    """
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def among(some: Sequence[str], levels: Sequence[str], unit: str, noun: str) -> str:
    """Some levels of a part, in their order, as a sentence has them.

    Args:
        some: of `levels`.
        levels: of the part.
        unit: a level in it, such as `{} words`.
        noun: what a level is, such as `number of words`.

    >>> def said(*some: str) -> str:
    ...     return among(some, ["100", "200", "500", "1000", "2000"], "{} words", "number of words")
    >>> said("200"), said("100", "200"), said("100", "200", "500"), said("500", "1000", "2000")
    ('at 200 words', 'at 100 and 200 words', 'up to 500 words', 'from 500 words on')
    >>> said("100", "200", "500", "1000", "2000"), said("100", "200", "1000", "2000")
    ('at every number of words', 'at every number of words but 500')
    """
    others = [level for level in levels if level not in some]
    if not others:
        return f"at every {noun}"
    if len(some) > 2 and list(some) == list(levels[: len(some)]):
        return f"up to {unit.format(shown(some[-1]))}"
    if len(some) > 2 and list(some) == list(levels[-len(some) :]):
        return f"from {unit.format(shown(some[0]))} on"
    if len(some) > 2 and len(others) == 1:
        return f"at every {noun} but {shown(others[0])}"
    return f"at {unit.format(joined([shown(level) for level in some]))}"


def mean(each: Interval) -> str:
    """A mean, with half of its interval where there is one.

    >>> mean(Interval(80.04, 79.0, 81.08, 5)), mean(Interval(-0.04, -math.inf, math.inf, 1))
    ('80.0 ± 1.0', '0.0')
    """
    # Adding 0 takes the sign off a 0.
    return f"{round(each.mean, 1) + 0:.1f}{_half(each)}"


def points(each: Interval) -> str:
    """A difference, with its sign.

    >>> points(Interval(3.04, 2.0, 4.08, 5))
    '+3.0 ± 1.0'
    """
    return f"{each.mean:+.1f}{_half(each)}"


def probability(p: float) -> str:
    """Of a test: no smaller than that from which on its distribution is only an approximation.

    >>> probability(0.04213), probability(0.00041), probability(3e-9), probability(1.0)
    ('0.042', '4e-04', '< 1e-6', '1')
    """
    if p < 1e-6:
        return "< 1e-6"
    return "1" if p > 0.995 else f"{p:.0e}" if p < 0.001 else f"{p:.3f}"


def _half(each: Interval) -> str:
    return f" ± {each.half:.1f}" if math.isfinite(each.half) else ""
