"""How often a contest pays luck, and how often skill.

    OPENBLAS_NUM_THREADS=1 python -m benchmarks.luck                 # everything; results.md has what came out
    OPENBLAS_NUM_THREADS=1 python -m benchmarks.luck --sections b --contests 100

Every figure is a count, so it does not depend on the machine or on what else runs there.
"""

from __future__ import annotations

import argparse
import datetime
from dataclasses import replace
from statistics import mean, median

from benchmarks.luck import adaptive, contests
from benchmarks.luck.counts import Count
from hyperbounty.format import percent
from hyperbounty.statistics.luck import USUAL_LUCK
from hyperbounty.statistics.metrics import METRICS, MetricName
from hyperbounty.training.machine import describe_machine, describe_versions


def main() -> None:
    """Count, and print the tables as Markdown."""
    options = _options()
    versions = ", ".join(f"{name} {version}" for name, version in describe_versions().items() if name != "hyperbounty")
    print(f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d}, {describe_machine()['cpu']}; {versions}.")
    if "a" in options.sections:
        _adaptive()
    if "b" in options.sections:
        _walks(options.contests)
    if "c" in options.sections:
        _engine(options.walks)
    if "d" in options.sections:
        _skill(options.samples)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sections", default="abcd", help="which to run (abcd)")
    parser.add_argument("--contests", type=int, default=1_000, help="on walks, of each kind (1,000)")
    parser.add_argument("--walks", type=int, default=20, help="through the engine (20)")
    parser.add_argument("--samples", type=int, default=100, help="contests on the sample (100)")
    return parser.parse_args()


def _adaptive() -> None:
    print("\n## a. The best that can be done without skill\n")
    print("| independent outcomes | entries | accuracy | balanced accuracy | mcc |\n|---|---|---|---|---|")
    names: tuple[MetricName, ...] = ("accuracy", "balanced_accuracy", "mcc")
    for windows in (40, 80, 160):
        for entries in (6, 256, 1_024):
            cells = []
            for name in names:
                bar, chance = adaptive.chance_of_any(name, windows, entries)
                cells.append(f"{100 * chance:.2f} % at {percent(bar)}" if bar <= 1_000_000 else "no bar")
            print(f"| {windows} | {entries:,} | {' | '.join(cells)} |")


def _walks(count: int) -> None:
    print(f"\n## b. {contests.ENTRIES} entries without skill\n")
    print("| contests | metric | luck was paid | bar | best score | bar for 5 % here | paid at 53 % |")
    print("|---|---|---|---|---|---|---|")
    for kind in contests.KINDS:
        played = contests.play(kind, count)
        for name in METRICS:
            old = sum(best >= contests.OLD_BAR_PPM for best in played.best[name])
            bar = percent(round(median(played.bars[name])))
            print(
                f"| {kind.name} | {name} | {played.paid(name).describe()} | {bar} | "
                f"{percent(max(played.best[name]))} | {percent(played.needed(name))} | {old:,} |"
            )


def _engine(walks: int) -> None:
    from benchmarks.luck import engine

    found = engine.play(walks)
    print(f"\n## c. {len(engine.SPECS)} specs through the engine\n")
    print("| metric | luck was paid | bar | best score |\n|---|---|---|---|")
    for name in METRICS:
        paid = Count(sum(walk.paid(name) for walk in found), walks).describe()
        bar = round(median(walk.bars_ppm[name] for walk in found))
        print(f"| {name} | {paid} | {percent(bar)} | {percent(max(walk.best_ppm[name] for walk in found))} |")


def _skill(samples: int) -> None:
    from benchmarks.luck import skill

    found = skill.play(samples)
    print(f"\n## d. Skill: {skill.GOOD.describe()}, {skill.RUNS} run\n")
    print("| metric | mean score | least | entries | bar | skill was paid |\n|---|---|---|---|---|---|")
    for name, scores in found.scores_ppm.items():
        for entries in (16, 256):
            bar = replace(found.lotteries[name], entries=entries).bar_ppm(USUAL_LUCK)
            paid = Count(sum(score >= bar for score in scores), samples).describe()
            reached = f"{percent(round(mean(scores)))} | {percent(min(scores))}"
            print(f"| {name} | {reached} | {entries} | {percent(bar)} | {paid} |")


if __name__ == "__main__":
    main()
