"""What a market for training together withstands: accuracy and pay with and without attackers, by several rules.

    python -m benchmarks.market            # results.md has what came; needs scikit-learn and SciPy

Of eight trainers two attack, who know what the honest ones send. Accuracies are set beside those of the mean of the
honest ones, which nobody can know.
"""

from __future__ import annotations

import argparse
import datetime
from collections.abc import Sequence
from typing import Final

from benchmarks.market.attacks import ATTACKS
from benchmarks.market.data import Split, split_of
from benchmarks.market.robustness import RULES, Played, honest_mean, play
from hyperbounty.statistics.trends import mean_interval
from hyperbounty.training.machine import describe_machine

TRAINERS: Final = 8
ATTACKERS: Final = 2
DATA: Final = (("digits", 1.0), ("digits", 0.3), ("breast-cancer", 1.0))


def main() -> None:
    """Play, and print tables as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5)
    seeds = range(parser.parse_args().seeds)
    print(f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d}, {describe_machine()['cpu']}; {len(seeds)} seeds.")
    for name, concentration in DATA:
        splits = [split_of(name, seed, TRAINERS, concentration) for seed in seeds]
        print(f"\n### {name}, classes by Dirichlet({concentration:g})\n")
        rules = " | ".join(f"{rule}, points" for rule in RULES)
        print(f"| attack | honest mean, % | {rules} | honest kept, % | paid, % |")
        print("|---|---|" + "---|" * (len(RULES) + 2))
        for attack in (None, *ATTACKS):
            print(_row(splits, attack))


def _row(splits: Sequence[Split], attack: str | None) -> str:
    attackers = 0 if attack is None else ATTACKERS
    honest = [play(split, attack, attackers, honest_mean(attackers), seed) for seed, split in enumerate(splits)]
    cells = [attack or "none", _mean([100 * each.accuracy for each in honest])]
    market: list[Played] = []
    for name, rule in RULES.items():
        done = [play(split, attack, attackers, rule(ATTACKERS), seed) for seed, split in enumerate(splits)]
        market = done if name == "market" else market
        beside = [100 * (one.accuracy - other.accuracy) for one, other in zip(done, honest, strict=True)]
        cells.append(_mean(beside, sign="+"))
    cells += [_mean([100 * each.kept for each in market]), _mean([100 * each.paid for each in market])]
    return f"| {' | '.join(cells)} |"


def _mean(values: Sequence[float], sign: str = "") -> str:
    found = mean_interval(values)
    return f"{round(found.mean, 1) + 0:{sign}.1f} ± {found.half:.1f}"


if __name__ == "__main__":
    main()
