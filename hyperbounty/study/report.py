"""The report of a study: Markdown and figures, out of its rows alone.

Every sentence follows from the rows by a rule, and names what it rests on. Each number of a table is a mean over the
rows of one part and level, which stand together in `rows.csv`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hyperbounty.files import write_atomic
from hyperbounty.format import count_of
from hyperbounty.study import rows as table
from hyperbounty.study import series
from hyperbounty.study.advice import advice
from hyperbounty.study.analysis import PLATEAU, PRIMARY, PartRows, Tested, parts_of, primary_tests
from hyperbounty.study.figures import NAMES, drawn
from hyperbounty.study.wording import mean, points, probability, shown

FILE: Final = "report.md"
_FIGURES: Final[Mapping[str, str]] = {
    "factors.png": "The three factors: accuracy, what is left of the balances, and ruin; bars are 95 % intervals.",
    "ruin.png": "How many bad agents were not ruined yet, by the day (Kaplan and Meier).",
    "one-run.png": "One run of the base case over time.",
    "words-price.png": "Words and price together: means over the seeds.",
    "agents.png": "Many agents that come rarely, with watchers and without.",
}
_SHOWN: Final[Sequence[tuple[str, str]]] = (
    ("before", "before, %"),
    ("after", "after, %"),
    ("alone", "without bad, %"),
    ("bad left", "bad left, %"),
    ("good left", "good left, %"),
    ("refunded", "good refunded, %"),
    ("taken", "bad taken, %"),
    ("honest lost", "honest lost, %"),
)
_OUTCOMES: Final[Mapping[str, str]] = {"after": "accuracy after", "gap": "accuracy gained", "ruin": "ruin"}


@dataclass(frozen=True)
class Report:
    """What was written.

    Attributes:
        file: the report.
        figures: beside it.
        finding: its first paragraph.
        rows: that it rests on.
    """

    file: Path
    figures: tuple[Path, ...]
    finding: str
    rows: int


def write_report(folder: Path) -> Report:
    """Write the report of a study that has ended, and its figures, into its folder.

    Args:
        folder: with `rows.csv`, and perhaps `one-run.csv`.

    Raises:
        InvalidInput: there are no rows, or they are not those of a study.
    """
    rows = table.read_rows(folder / table.FILE)
    parts = parts_of(rows)
    figures = drawn(parts, series.read_series(folder / series.FILE))
    for name, png in figures.items():
        write_atomic(folder / name, png)
    tests = primary_tests(parts)
    finding = " ".join(advice(parts))
    lines = ["# What the runs say", "", finding, "", *_body(parts, tests, figures)]
    write_atomic(folder / FILE, ("\n".join(lines).rstrip() + "\n").encode())
    return Report(folder / FILE, tuple(folder / name for name in figures), finding, len(rows))


def _body(parts: Mapping[str, PartRows], tests: Sequence[Tested], figures: Mapping[str, bytes]) -> Iterator[str]:
    yield "Each number is a mean over the seeds of a level; ± is half of its 95 % interval (Student's t). It is made of"
    yield "the rows with this `part` and `level` in `rows.csv`. Levels share their seeds: they are compared in pairs."
    yield ""
    if tests:
        yield from _tests(parts, tests)
    for part in parts.values():
        yield from _part(part)
    if figures:
        yield "## Figures"
        yield ""
        for name in figures:
            yield f"![{_FIGURES[name]}]({name})"
            yield ""
            yield _FIGURES[name]
            yield ""


def _tests(parts: Mapping[str, PartRows], tests: Sequence[Tested]) -> Iterator[str]:
    yield "## The primary tests"
    yield ""
    yield f"Two-sided, with Holm's correction over {len(tests)}. Accuracy: Page's test over the seeds; its effect is"
    yield "the mean rank correlation of level and value, and the difference from the first level to the last. Ruin: the"
    yield "log-rank test for a trend; its effect is the share that was ruined, and how many days the bad agent lasted,"
    yield "at the first and the last level."
    yield ""
    yield "| factor | outcome | p, corrected | p | effect |"
    yield "|---|---|---|---|---|"
    for test in tests:
        effect = _effect(parts[test.part], test)
        chances = f"{probability(test.adjusted)} | {probability(test.p)}"
        yield f"| {NAMES[test.part]} | {_OUTCOMES[test.outcome]} | {chances} | {effect} |"
    yield ""


def _effect(part: PartRows, test: Tested) -> str:
    if test.trend is not None:
        return f"ρ = {test.trend.rho:+.2f}; {points(part.span(test.outcome))} points"
    assert test.ruin is not None
    lasting = part.lasting()
    if not any(each.ended.any() for each in lasting):
        return "nobody was ruined"
    if not part.compares_ruin:
        return "when somebody was ruined, all runs of the other levels had ended: the test can say nothing"
    shares = [100 * float(each.ended.mean()) for each in lasting]
    said = f"z = {test.ruin.z:+.1f}; {shares[0]:.0f} % to {shares[-1]:.0f} % ruined"
    # To a day before the first ruin every bad agent lasted all days.
    until = part.shortest
    if until <= min(float(each.times[each.ended].min()) for each in lasting if each.ended.any()):
        return said
    days = part.days(until)
    return f"{said}; of {until:.0f} days it lasted {days[0]:.0f} to {days[-1]:.0f}"


def _part(part: PartRows) -> Iterator[str]:
    seeds = len(part.rows[0])
    kind = "primary" if part.name in PRIMARY else "described, not tested"
    yield f"## {part.name}"
    yield ""
    yield f"{count_of(seeds, 'seed')} a level; {kind}."
    yield ""
    yield f"| level | {' | '.join(name for _, name in _SHOWN)} | ruined | median day |"
    yield "|---|" + "---|" * (len(_SHOWN) + 2)
    means = {measure: part.means(measure) for measure, _ in _SHOWN}
    for place, (level, lasting) in enumerate(zip(part.levels, part.lasting(), strict=True)):
        ruined = int(lasting.ended.sum())
        # Half of them or more: the time at which half were ruined is among those that were seen.
        day = f"{sorted(lasting.times[lasting.ended])[math.ceil(seeds / 2) - 1]:.0f}" if 2 * ruined >= seeds else "none"
        numbers = " | ".join(mean(means[measure][place]) for measure, _ in _SHOWN)
        yield f"| {shown(level)} | {numbers} | {ruined} of {seeds} | {day} |"
    yield ""
    # Kinds and the like have no order, and of two factors no single one.
    if len(part.levels) > 1 and seeds > 1 and all(level[:1].isdigit() and " " not in level for level in part.levels):
        yield from _steps(part)


def _steps(part: PartRows) -> Iterator[str]:
    steps = [
        f"{shown(before)} to {shown(after)}: {points(step)}"
        for before, after, step in zip(part.levels, part.levels[1:], part.steps("after"), strict=False)
    ]
    yield f"Accuracy after, from level to level, in points: {'; '.join(steps)}."
    turn, plateau = part.turn("after"), part.plateau("after")
    if turn is not None:
        yield f"The curve turns at {shown(turn)}."
    if plateau is not None:
        yield f"From {shown(plateau)} on it levels off: every later level is surely within {PLATEAU:.0f} point of it."
    yield ""
