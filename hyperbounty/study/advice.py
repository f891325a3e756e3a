"""What a creator should choose by the rows of a study, and what stays unsafe: sentences by rules, none by heart.

Nothing is said of a difference whose interval has 0 in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from hyperbounty.study.analysis import COLLAPSE, PLATEAU, PRIMARY, PartRows, is_sure
from hyperbounty.study.wording import among, joined, mean, shown

_UNITS: Final[Mapping[str, str]] = {
    "words": "{} words",
    "reviews": "{} training reviews",
    "price": "{} times the base price",
}
_NOUNS: Final[Mapping[str, str]] = {"words": "number of words", "reviews": "number of reviews", "price": "price"}
_SAFE_LOSS: Final = 1.0
"""Percent of their money that honest agents may lose."""

_ALL: Final = 100


def advice(parts: Mapping[str, PartRows]) -> list[str]:
    """The first paragraph of a report, sentence by sentence.

    Args:
        parts: of a study; what it does not have, nothing is said of.
    """
    primary = [parts[name] for name in PRIMARY if name in parts and len(parts[name].rows[0]) > 1]
    said: list[str] = []
    choices = [_choice(part) for part in primary if len(part.levels) > 1]
    if choices:
        said.append(f"Choose {'; '.join(choices)}.")
    said += _lever(parts)
    said += _mechanisms(parts.get("mechanism"))
    unsafe = [*_worse(primary), *_spared(primary), *_shares(parts.get("bad-share")), *_crowds(parts.get("agents"))]
    said += [f"Unsafe: {each}." for each in unsafe]
    return said


def _choice(part: PartRows) -> str:
    """Which level to take, and what it brings beside the first one."""
    means = part.means("after")
    plateau = part.plateau("after")
    best = max(range(len(means)), key=lambda each: means[each].mean)
    place = best if plateau is None else part.levels.index(plateau)
    unit, first, taken = _UNITS[part.name], shown(part.levels[0]), shown(part.levels[place])
    grown = f"accuracy at the end is {means[0].mean:.1f} % at {first} and {means[place].mean:.1f} % at {taken}"
    if place == 0:
        last = f"{means[-1].mean:.1f} % at {shown(part.levels[-1])}"
        more = f"others differ by less than {PLATEAU:.0f} point" if plateau else f"{means[0].mean:.1f} %, and {last}"
        return f"{unit.format(taken)} ({more})"
    if not is_sure(part.between("after", 0, place)):
        return f"{unit.format(taken)} ({grown}, which may be chance)"
    if plateau is not None:
        return f"{unit.format(taken)} ({grown}; more changes less than {PLATEAU:.0f} point)"
    if place < len(means) - 1:
        return f"{unit.format(taken)} ({grown}, more than at any other)"
    rising = "still rising" if is_sure(part.between("after", place - 1, place)) else "and perhaps still rising"
    if part.name == "reviews":
        return f"as many training reviews as there are ({grown}, {rising})"
    return f"{unit.format(taken)} or more ({grown}, {rising})"


def _lever(parts: Mapping[str, PartRows]) -> Iterator[str]:
    """Which of the primary factors takes most of the damage away."""
    spans = {name: -parts[name].span("loss").mean for name in PRIMARY if name in parts and len(parts[name].levels) > 1}
    if len(spans) < 2:
        return
    name = max(spans, key=lambda each: spans[each])
    part = parts[name]
    if spans[name] <= 0 or not is_sure(part.span("loss")):
        return
    losses = part.means("loss")
    lever = "the price is" if name == "price" else f"the number of {_UNITS[name].format('').strip()} is"
    yield (
        f"Against bad agents {lever} the strongest lever: they cost {losses[0].mean:.1f} points of accuracy at "
        f"{shown(part.levels[0])}, and {losses[-1].mean:.1f} at {shown(part.levels[-1])}."
    )


def _mechanisms(part: PartRows | None) -> Iterator[str]:
    if part is None or not {"stake", "points"} <= set(part.levels):
        return
    loss = dict(zip(part.levels, part.means("loss"), strict=True))
    stake = part.levels.index("stake")
    market = f", and {mean(loss['market'])} in a market" if "market" in loss else ""
    without = part.between("loss", stake, part.levels.index("points"))
    yield (
        f"A bad agent costs {mean(loss['stake'])} points of accuracy with stakes, {mean(loss['points'])} without money"
        f"{market}{': points alone are no defence' if without.low > 0 else ''}."
    )
    if "market" not in loss or part.between("learned", stake, part.levels.index("market")).high >= 0:
        return
    learned = dict(zip(part.levels, part.means("learned"), strict=True))
    yield (
        f"But a market learns less: without the bad agent the model gains {mean(learned['market'])} points there, and "
        f"{mean(learned['stake'])} with stakes."
    )


def _worse(parts: list[PartRows]) -> Iterator[str]:
    """Where the model is surely worse than before."""
    found: list[str] = []
    for part in parts:
        worse = [level for level, gap in zip(part.levels, part.means("gap"), strict=True) if gap.high < 0]
        if worse:
            found.append(_among(worse, part))
    if found:
        yield f"the model surely ends worse than it began {'; '.join(found)}"


def _spared(parts: list[PartRows]) -> Iterator[str]:
    """Where a bad agent was not ruined, though there was the time for it."""
    found = [_among(part.spared, part) for part in parts if part.spared]
    if found:
        yield f"the bad agent was not always ruined {'; '.join(found)}"


def _among(some: list[str], part: PartRows) -> str:
    return among(some, part.levels, _UNITS[part.name], _NOUNS[part.name])


def _shares(part: PartRows | None) -> Iterator[str]:
    if part is None:
        return
    for level, gaps in zip(part.levels, part.table("gap").T, strict=True):
        fallen = int((gaps <= -COLLAPSE).sum())
        if fallen:
            yield (
                f"with a bad sample each {level}, {fallen} of {len(gaps)} models lost {COLLAPSE:.0f} points of "
                f"accuracy or more ({-gaps.min():.0f} at worst)"
            )


def _crowds(part: PartRows | None) -> Iterator[str]:
    if part is None:
        return
    after = dict(zip(part.levels, part.means("after"), strict=True))
    worse = [level for level, gap in zip(part.levels, part.means("gap"), strict=True) if gap.high < 0]
    if worse:
        counts = joined(list(dict.fromkeys(shown(level).split(" ")[0] for level in worse)))
        lowest = min(after[level].mean for level in worse)
        yield f"with {counts} agents the model surely ends worse than it began (down to {lowest:.1f} %)"
    kept = list(zip(part.levels, part.means("bad left"), strict=True))
    gaining = {level: each for level, each in kept if each.low > _ALL}
    if gaining:
        level = max(gaining, key=lambda each: gaining[each].mean)
        count = shown(level).split(" ")[0]
        yield f"of {count} agents the bad ones gain: they end with {mean(gaining[level])} % of what they had"
    lost = dict(zip(part.levels, part.means("honest lost"), strict=True))
    losing = [level for level, each in lost.items() if each.low > _SAFE_LOSS]
    if losing:
        level = max(losing, key=lambda each: lost[each].mean)
        count, watched = level.split(" ")
        other = lost.get(f"{count} {'false' if watched == 'true' else 'true'}")
        with_them = "" if other is None or watched == "true" else f", and {mean(other)} % with watchers"
        yield (
            f"of {shown(count)} agents that come rarely, honest ones lose {mean(lost[level])} % of their money"
            f"{with_them}"
        )
