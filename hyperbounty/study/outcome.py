"""One run of a study, and what came of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hyperbounty.errors import InvalidInput
from hyperbounty.models.kinds import KINDS, Kind, Shape, State
from hyperbounty.models.market import MarketTerms
from hyperbounty.models.simulation.agents import UNIT, Agent
from hyperbounty.models.simulation.design import Design, base_case
from hyperbounty.models.simulation.events import Happened
from hyperbounty.models.simulation.labelled import Labelled
from hyperbounty.models.simulation.learner import count_right, of_model
from hyperbounty.models.simulation.markets import MarketDesign, PlayedMarket, play_market
from hyperbounty.models.simulation.results import AUTHOR, Run
from hyperbounty.models.simulation.running import run
from hyperbounty.study.plan import Case, Planned
from hyperbounty.study.rows import Row
from hyperbounty.study.samples import Encoded

_ALPHA: Final = 16
_PIECES: Final = 4
_BATCH: Final = 64
_BOUNTY: Final = 10_000 * UNIT
# What an agent has is enough for as many samples as it adds where it stakes on each.
_BATCH_STAKE: Final = 30 * UNIT
_MARKET_S: Final = 365 * 86_400


def design_of(planned: Planned, encoded: Encoded) -> Design:
    """The design of a run.

    Args:
        planned: says what is run.
        encoded: the samples of its data set.

    Raises:
        InvalidInput: there are not so many words or texts.
    """
    case = planned.case
    train, test = encoded.chosen(case.words, case.reviews, planned.seed)
    return base_case(train, test, _shape(case), planned.seed, agents=case.everybody, terms=case.terms)


def outcome(planned: Planned, encoded: Encoded) -> Row:
    """Run it, with the bad agents and without, and say what came of it.

    Raises:
        NotConserved: money came from nowhere, or went there.
        InvalidInput: a market has no test samples beside those that it hides.
    """
    design = design_of(planned, encoded)
    if planned.case.mechanism == "market":
        return _market(design, planned)
    return row_of(planned, run(design), run(replace(design, agents=planned.case.good)))


def row_of(planned: Planned, done: Run, alone: Run) -> Row:
    """What came of a run.

    Args:
        planned: what was run.
        done: with all agents.
        alone: without the bad ones.
    """
    goods = len(planned.case.good)
    good, bad = range(goods), range(goods, goods + len(planned.case.bad))
    starts = [agent.balance for agent in done.design.agents]

    def count(kind: Happened, agents: range) -> int:
        return sum(done.count(kind, number) for number in agents)

    ruins = [ruined for number in bad if (ruined := done.ruined(number)) is not None]
    return _row(
        planned,
        starts,
        list(done.balances),
        tests=done.measured[-1].tests,
        right_before=done.measured[0].right,
        right_after=done.measured[-1].right,
        right_alone=alone.measured[-1].right,
        added=len(done.contributions),
        ended_s=done.ended,
        ruined_s=min(ruins, default=None),
        good_added=count(Happened.ADDED, good),
        good_refunded=count(Happened.REFUNDED, good),
        bad_added=count(Happened.ADDED, bad),
        bad_taken=_taken(done, goods),
    )


def market_row(planned: Planned, test: Labelled, done: PlayedMarket, alone: PlayedMarket) -> Row:
    """What came of a market, where every sample of a batch is added at once and nothing is refunded.

    A market has no member who takes shares: who made the model worse loses a part of its stake to the provider, which
    counts as taken.

    Args:
        planned: what was run.
        test: samples that decided nothing, on which the models are measured.
        done: with all agents.
        alone: without the bad ones.
    """
    goods = len(planned.case.good)
    sizes = [(batch.author < goods, len(batch.labels)) for batch in done.batches]
    whole = [paid >= done.design.terms.stake for paid in done.payout.batches]
    ends = list(zip(sizes, whole, strict=True))

    def right(state: State) -> int:
        model = of_model(done.design.shape, state, test)
        return int(count_right(model, test.starts, test.features, test.labels))

    return _row(
        planned,
        [agent.balance for agent in done.design.agents],
        list(done.balances),
        tests=len(test),
        right_before=right(done.design.state),
        right_after=right(done.state),
        right_alone=right(alone.state),
        added=sum(size for _, size in sizes),
        ended_s=max((batch.time for batch in done.batches), default=0),
        ruined_s=None,
        good_added=sum(size for is_good, size in sizes if is_good),
        good_refunded=sum(size for (is_good, size), is_whole in ends if is_good and is_whole),
        bad_added=sum(size for is_good, size in sizes if not is_good),
        bad_taken=sum(size for (is_good, size), is_whole in ends if not is_good and not is_whole),
    )


def _row(planned: Planned, starts: list[int], ends: list[int], **rest: int | None) -> Row:
    case, goods = planned.case, len(planned.case.good)
    return Row(
        part=planned.part,
        level=planned.level,
        seed=planned.seed,
        data=case.data,
        kind=KINDS[case.kind].name,
        words=case.words,
        reviews=case.reviews,
        step=case.step if case.kind is Kind.SPARSE_PERCEPTRON else 0,
        weight_ppm=case.weight_ppm,
        refund_wait_s=case.refund_wait_s,
        bad_wait_s=case.bad_wait_s,
        agents=case.agents,
        watched=int(case.watched),
        mechanism=case.mechanism,
        good_start=sum(starts[:goods]),
        good_end=sum(ends[:goods]),
        bad_start=sum(starts[goods:]),
        bad_end=sum(ends[goods:]),
        honest_lost=sum(max(0, start - end) for start, end in zip(starts[:goods], ends[:goods], strict=True)),
        **rest,  # type: ignore[arg-type]
    )


def _taken(done: Run, goods: int) -> int:
    """Samples of bad agents of which others took something."""
    events: NDArray[np.int64] = done.events
    took = events[np.isin(events[:, 2], (int(Happened.REPORTED), int(Happened.CLAIMED)))]
    authors = done.contributions[took[:, 3], AUTHOR]
    return len(np.unique(took[(authors >= goods) & (authors != took[:, 1]), 3]))


def _shape(case: Case) -> Shape:
    if case.kind is Kind.SPARSE_PERCEPTRON:
        return Shape(case.kind, case.words, step=case.step)
    return Shape(case.kind, case.words, alpha=_ALPHA if case.kind is Kind.NAIVE_BAYES else 0)


def _market(design: Design, planned: Planned) -> Row:
    """A market whose hidden samples are the first test samples; the others measure."""
    terms = MarketTerms(_BOUNTY, _BOUNTY, _BATCH_STAKE, _BATCH, _PIECES)
    if len(design.test) <= terms.hidden:
        raise InvalidInput(
            f"a market hides {terms.hidden:,} test samples, and there are {len(design.test):,}", "take other data"
        )
    hidden, test = (design.test.take(part) for part in (range(terms.hidden), range(terms.hidden, len(design.test))))

    def played(agents: tuple[Agent, ...]) -> PlayedMarket:
        return play_market(
            MarketDesign(design.shape, design.state, terms, agents, design.stream, hidden, design.seed, _MARKET_S)
        )

    return market_row(planned, test, played(planned.case.everybody), played(planned.case.good))
