"""What the scores of a contest are made from is worked out once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from hyperbounty.bounty.seeds import contest_seed
from hyperbounty.bounty.types import RevealedSpec
from tests.evaluator.bounty.small_contest import make_scoring


class CountedSpecs(list[RevealedSpec]):
    """Counts how often somebody goes through all of them."""

    times = 0

    def __iter__(self) -> Iterator[RevealedSpec]:
        self.times += 1
        return super().__iter__()


def test_the_salts_are_gone_through_once_for_the_seeds_of_all_runs() -> None:
    scoring = make_scoring()
    specs = CountedSpecs(scoring.specs)
    counted = replace(scoring, specs=specs)
    expected = contest_seed(scoring.key, (spec.salt for spec in scoring.specs), scoring.prevrandao)
    assert [counted.seed for _ in range(10)] == [expected] * 10
    assert specs.times == 1
