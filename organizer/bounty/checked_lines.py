"""What a check found out, as lines for the organizer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from hyperbounty.format import about, duration, percent
from hyperbounty.money import COIN
from hyperbounty.statistics.ppm import PPM
from organizer.bounty.baselines import BarVerdict, Baseline

if TYPE_CHECKING:
    from organizer.bounty.checking import CheckedContest


def work_lines(found: CheckedContest) -> list[str]:
    """What opening takes of gas, and a full contest of its evaluator's time."""
    quote = found.quote
    if quote is None:
        gas = "not known: a token has to be approved first" if not found.refusals else "not known"
    elif quote.fee_wei is None:
        gas = f"at most {quote.gas:,}, and a unit of it costs more than your cap now"
    else:
        gas = f"at most {quote.gas:,}, for {COIN.about(quote.fee_wei)} at most, as gas costs now"
    terms = found.terms
    waits = f", once the prices have come, {duration(found.wait_seconds)} after the reveals"
    return [
        f"  gas        {gas}",
        f"  trainings  all {terms.max_submissions:,} entries take at most {duration(found.training_seconds)} on "
        f"{found.given.offer.cores:g} reference cores{waits if found.wait_seconds else ''}; the time to score is "
        f"{duration(terms.score_seconds)}",
    ]


def baseline_lines(baselines: Sequence[Baseline], untried: str) -> list[str]:
    """How the baselines did; where there are none, why."""
    if not baselines:
        return [f"  baselines  none was trained: {untried}"]
    return [
        f"  baseline   {each.size}: {each.judged.spec.describe()}; {about(each.mean_ppm)} on folds, clears the "
        f"bar with a chance of {about(round(PPM * each.odds.chance))}"
        for each in baselines
    ]


def bar_line(verdict: BarVerdict | None, minimum_ppm: int, chance_ppm: int) -> str:
    """The verdict on a bar.

    Args:
        verdict: as `verdict_on` gives it.
        minimum_ppm: the bar.
        chance_ppm: most that the chance may be that luck alone is paid.

    >>> bar_line(BarVerdict.WITHIN_REACH, 587_262, 49_998)
    '  verdict    58.7262% is within reach, and luck is paid with a chance of at most 5%'
    """
    minimum, chance = percent(minimum_ppm), about(chance_ppm)
    match verdict:
        case BarVerdict.PAYS_FOR_LUCK:
            said = f"{minimum} PAYS FOR LUCK: the chance that entries without any skill are paid is up to {chance}"
        case BarVerdict.WITHIN_REACH:
            said = f"{minimum} is within reach, and luck is paid with a chance of at most {chance}"
        case BarVerdict.HARDLY_REACHABLE:
            said = (
                f"{minimum} is HARDLY REACHABLE for plain specs: expect to get the reward back; a longer holdout or "
                "fewer entries lower the bar"
            )
        case None:
            said = f"{minimum} keeps luck from being paid: its chance is at most {chance}"
    return f"  verdict    {said}"
