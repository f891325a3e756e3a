"""The table of all waits, as Markdown, and its place in benchmarks/README.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from benchmarks.waits.outcome import Outcome, slope
from benchmarks.waits.records import Record
from benchmarks.waits.sections import SECTIONS

README: Final = Path(__file__).parents[1] / "README.md"
BEGIN: Final = "<!-- waits: written by `python -m benchmarks.waits` from benchmarks/waits/recorded -->\n"
END: Final = "<!-- waits: end -->\n"


def table(records: Mapping[str, Record]) -> str:
    """A row for each wait; then why some miss their goals or take more than their peers; how they grow; and where."""
    rows = [name for section in SECTIONS.values() for name in section.rows]
    there = [records[name] for name in rows if name in records]
    return "\n".join([*_waits(rows, records), "", *_remarks(there), *_growth(there), "", *_places(there)]) + "\n"


def written(text: str, records: Mapping[str, Record]) -> str:
    """`text` with the table between its two markers.

    Raises:
        ValueError: a marker is missing.
    """
    before, rest = _cut(text, BEGIN)
    _, after = _cut(rest, END)
    return f"{before}{BEGIN}\n{table(records)}\n{END}{after}"


def _waits(rows: list[str], records: Mapping[str, Record]) -> Iterator[str]:
    yield "| what is waited for | here | its peer | here / peer | goal | reached |"
    yield "|---|---|---|---|---|---|"
    for name in rows:
        if name not in records:
            yield f"| {name} | not measured yet | | | | |"
            continue
        one = records[name].outcome
        peer = f"{one.peer}: {_number(one.theirs)}" if one.theirs is not None else "none"
        reached = "yes" if one.is_met else "**no**"
        yield f"| {one.what} | {_number(one.ours)} {one.unit} | {peer} | {_ratio(one)} | {one.goal} | {reached} |"


def _ratio(outcome: Outcome) -> str:
    if outcome.ratio is None:
        return ""
    ratio = f"{outcome.ratio:.2f}" if outcome.ratio >= 0.1 else f"{outcome.ratio:.2g}"
    return f"{ratio}, **worse**" if outcome.is_worse else ratio


def _remarks(records: list[Record]) -> Iterator[str]:
    said = [record.outcome for record in records if record.outcome.remark]
    for outcome in said:
        misses = ["the goal is missed"] if not outcome.is_met else []
        misses += [f"it takes {outcome.ratio:.2f} times what its peer takes"] if outcome.is_worse else []
        yield f"- **{outcome.what}:** {'; '.join([*misses, outcome.remark])}"
    if said:
        yield ""


def _growth(records: list[Record]) -> Iterator[str]:
    yield "How each grows: the slope of the logarithm of what it takes over that of the size, over all and over the"
    yield "last step. 1 is linear, 0 is flat. In brackets, the peer."
    yield ""
    yield "| what is waited for | what grows | | slope | last step |"
    yield "|---|---|---|---|---|"
    for record in records:
        one = record.outcome
        if not one.growth:
            yield f"| {one.what} | not measured | | | |"
            continue
        sizes = [grown.size for grown in one.growth]
        ours = slope(sizes, [grown.ours for grown in one.growth])
        beside = [grown for grown in one.growth if grown.theirs is not None]
        theirs = slope([grown.size for grown in beside], [grown.theirs or 0.0 for grown in beside])
        points = ", ".join(
            f"{grown.size:,}: {_number(grown.ours)}" + ("" if grown.theirs is None else f" ({_number(grown.theirs)})")
            for grown in one.growth
        )
        slopes = (
            (f"{ours[place]:.2f}" if ours else "-") + (f" ({theirs[place]:.2f})" if theirs else "") for place in (0, 1)
        )
        yield f"| {one.what} | {one.grows} | {points} | {' | '.join(slopes)} |"


def _places(records: list[Record]) -> Iterator[str]:
    yield "Each row is of one run:"
    yield ""
    for place in dict.fromkeys((each.command, each.date, each.machine, each.load) for each in records):
        command, date, machine, load = place
        rows = [each.outcome.what for each in records if (each.command, each.date, each.machine, each.load) == place]
        yield f"- {'; '.join(rows)}: `{command}`, {date}, {machine}, load {load:.1f}"


def _number(value: float) -> str:
    """With three digits that count, and no more decimals than that needs."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _cut(text: str, marker: str) -> tuple[str, str]:
    before, found, after = text.partition(marker)
    if not found:
        raise ValueError(f"the marker {marker.strip()} is missing")
    return before, after
