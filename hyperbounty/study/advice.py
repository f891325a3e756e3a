"""What a creator should choose by the rows of a study, and what stays unsafe: sentences by rules, none by heart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from hyperbounty.study.analysis import PRIMARY, PartRows

_NAMES: Final[Mapping[str, str]] = {"words": "words", "reviews": "training reviews", "price": "times the base price"}
_SAFE_LOSS: Final = 1.0
"""Points of accuracy that bad agents may cost, and percent that honest ones may lose."""

_ALL: Final = 100


def advice(parts: Mapping[str, PartRows]) -> list[str]:
    """The first paragraph of a report, sentence by sentence.

    Args:
        parts: of a study; what it does not have, nothing is said of.
    """
    return [*_choices(parts), *_lever(parts), *_unsafe(parts)]


def _choices(parts: Mapping[str, PartRows]) -> Iterator[str]:
    for name in PRIMARY:
        part = parts.get(name)
        if part is None or len(part.levels) < 2 or len(part.rows[0]) < 2:
            continue
        means = [each.mean for each in part.means("after")]
        best = part.levels[means.index(max(means))]
        chosen = part.plateau("after") or part.levels[-1]
        place = part.levels.index(chosen)
        if means[place] < means[0]:
            fallen = f"{means[0]:.1f} % to {means[-1]:.1f} %"
            yield f"Take {part.levels[0]} {_NAMES[name]}: with more, accuracy after fell ({fallen})."
            continue
        grown = f"accuracy after is {means[0]:.1f} % at {part.levels[0]} and {means[place]:.1f} % at {chosen}"
        if chosen == part.levels[-1]:
            yield (
                f"Take as many {_NAMES[name]} as there are: {grown}, and still rises."
                if name != "price"
                else (f"Take {chosen} {_NAMES[name]} or more: {grown}, and still rises.")
            )
        else:
            yield f"Take {chosen} {_NAMES[name]}: {grown}; more brings little (best {max(means):.1f} % at {best})."


def _lever(parts: Mapping[str, PartRows]) -> Iterator[str]:
    """Which of the primary factors takes most of the damage away."""
    spans = {name: -parts[name].span("loss").mean for name in PRIMARY if name in parts and len(parts[name].levels) > 1}
    if len(spans) < 2:
        return
    name = max(spans, key=lambda each: spans[each])
    if spans[name] <= 0:
        return
    part = parts[name]
    losses = [each.mean for each in part.means("loss")]
    lever = "the price is" if name == "price" else f"more {_NAMES[name]} are"
    yield (
        f"Against bad agents {lever} the strongest lever: they cost {losses[0]:.1f} points of accuracy at "
        f"{part.levels[0]}, and {losses[-1]:.1f} at {part.levels[-1]}."
    )


def _unsafe(parts: Mapping[str, PartRows]) -> Iterator[str]:
    for name in PRIMARY:
        part = parts.get(name)
        if part is None or len(part.rows[0]) < 2:
            continue
        worse = [level for level, gap in zip(part.levels, part.means("gap"), strict=True) if gap.high < 0]
        if worse:
            yield f"Unsafe: at {' and '.join(worse)} {_NAMES[name]}, the model surely ends worse than it began."
        if part.ends_too_soon:
            continue
        spared = [level for level, each in zip(part.levels, part.lasting(), strict=True) if not each.ended.all()]
        if spared:
            yield f"Unsafe: at {' and '.join(spared)} {_NAMES[name]}, the bad agent was not always ruined."
    share = parts.get("bad-share")
    if share is not None:
        worst = share.levels[0]
        before, after = share.means("before")[0].mean, share.means("after")[0].mean
        if after < before:
            yield (
                f"Unsafe: where bad samples come each {worst}, the model becomes worse than it was "
                f"({before:.1f} % to {after:.1f} %)."
            )
    agents = parts.get("agents")
    if agents is not None:
        lost = dict(zip(agents.levels, (each.mean for each in agents.means("honest lost")), strict=True))
        worst = max(lost, key=lambda level: lost[level])
        if lost[worst] > _SAFE_LOSS:
            count, watched = worst.split(" ")
            other = lost.get(f"{count} {'false' if watched == 'true' else 'true'}")
            with_them = "" if other is None or watched == "true" else f"; with watchers they lose {other:.1f} %"
            without = "without watchers " if watched == "false" else ""
            yield (
                f"Unsafe: of {count} agents that come rarely, honest ones {without}lose {lost[worst]:.1f} % of their "
                f"money{with_them}."
            )
        yield from _crowds(agents)
    mechanism = parts.get("mechanism")
    if mechanism is not None and {"stake", "points"} <= set(mechanism.levels):
        loss = dict(zip(mechanism.levels, (each.mean for each in mechanism.means("loss")), strict=True))
        yield (
            f"A model of points has no defence: there a bad agent costs {loss['points']:.1f} points of accuracy, with "
            f"stakes {loss['stake']:.1f}."
        )


def _crowds(agents: PartRows) -> Iterator[str]:
    kept, after = agents.means("bad left"), agents.means("after")
    most = max(range(len(kept)), key=lambda place: kept[place].mean)
    if kept[most].mean > _ALL:
        count = agents.levels[most].split(" ")[0]
        yield f"Unsafe: of {count} agents, the bad ones gain: they end with {kept[most].mean:.0f} % of what they had."
    least = min(range(len(after)), key=lambda place: after[place].mean)
    before = agents.means("before")[least].mean
    if after[least].mean < before - _SAFE_LOSS:
        count = agents.levels[least].split(" ")[0]
        yield f"Unsafe: {count} agents make the model worse than it was ({before:.1f} % to {after[least].mean:.1f} %)."
