"""Training together with and without attackers, by several rules of who is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.market.attacks import ATTACKS, Seen
from benchmarks.market.data import Floats, Labels, Split
from hyperbounty.market.limits import UNIT
from hyperbounty.market.rounds import Update, outcome_of
from hyperbounty.market.training import trained, update_of, weights_of
from hyperbounty.market.tuning import Tuning
from hyperbounty.market.validation import validation_of

ROUNDS: Final = 8
CLIP: Final = 0.2
"""The largest change of a weight in a round."""

START: Final = Tuning(rate=50_000, steps=4, ridge=10_000)

Ints = NDArray[np.int64]
Rule = Callable[[Sequence[Update]], Ints]
"""The change of the model, in units of an update's over 840."""


@dataclass(frozen=True)
class Played:
    """What came of a project.

    Attributes:
        accuracy: on the test samples, after the last round.
        kept: of those who were honest, over all rounds, the share that was kept; 0 by rules that say nothing of it.
        paid: the share of all pay that went to attackers, likewise.
    """

    accuracy: float
    kept: float
    paid: float


def play(split: Split, attack: str | None, attackers: int, rule: Rule | None, seed: int) -> Played:
    """Play all rounds.

    Args:
        split: of the data. The first trainers are the attackers.
        attack: of `ATTACKS`; None for none.
        attackers: how many of the trainers attack.
        rule: how updates become a change; None for the market's own.
        seed: of the attackers' chance.
    """
    unit = CLIP / 127
    validation = validation_of(split.validation[0], split.targets(split.validation[1]), unit)
    model = np.zeros((validation.features, validation.outputs), np.int64)
    tuning, random = START, np.random.default_rng(seed)
    honest_kept: list[float] = []
    shares = np.zeros(len(split.parts))
    for _ in range(ROUNDS):
        updates = _updates(split, model, tuning, unit, attack, attackers, random)
        if rule is not None:
            model = model + rule(updates)
            continue
        done = outcome_of(updates, model, validation, tuning)
        model, tuning = done.model, done.tuning
        honest_kept.append(float(np.mean(done.kept[attackers:])))
        shares += _pay(done.shares, done.kept)
    weights = weights_of(model, unit)
    right = float(np.mean((split.test[0] @ weights).argmax(axis=1) == split.test[1]))
    if rule is not None:
        return Played(right, 0.0, 0.0)
    return Played(right, float(np.mean(honest_kept)), float(shares[:attackers].sum() / max(shares.sum(), 1e-9)))


def _pay(shares: Sequence[int], kept: Sequence[bool]) -> Floats:
    """What each gets of a round's pool: by share, and evenly among the kept where all shares are 0."""
    weights = np.array(shares if any(shares) else kept, np.float64)
    return weights / max(float(weights.sum()), 1.0)


def _updates(
    split: Split,
    model: Ints,
    tuning: Tuning,
    unit: float,
    attack: str | None,
    attackers: int,
    random: np.random.Generator,
) -> list[Update]:
    weights = weights_of(model, unit)

    def change(x: Floats, labels: Labels) -> Floats:
        return trained(x, split.targets(labels), weights, tuning) - weights

    changes = [change(*part) for part in split.parts]
    if attack is not None:
        honest = np.array(changes[attackers:])
        for number in range(attackers):
            x, labels = split.parts[number]
            seen = Seen(changes[number], change(x, (labels + 1) % split.classes), honest, random)
            changes[number] = ATTACKS[attack](seen)
    return [update_of(each, unit) for each in changes]


def mean_rule(updates: Sequence[Update]) -> Ints:
    """The mean of all."""
    mean: Floats = np.mean(updates, axis=0)
    return np.rint(mean * UNIT).astype(np.int64)


def multi_krum(hostile: int) -> Rule:
    """Blanchard et al. 2017: the mean of those that lie nearest to most others, if so many may be hostile."""

    def rule(updates: Sequence[Update]) -> Ints:
        flat = np.array([each.ravel() for each in updates], np.float64)
        distances = ((flat[:, None] - flat[None]) ** 2).sum(axis=2)
        near = len(updates) - hostile - 2
        scores = np.sort(distances, axis=1)[:, 1 : near + 1].sum(axis=1)
        chosen = np.argsort(scores)[: len(updates) - hostile]
        return mean_rule([updates[each] for each in chosen])

    return rule


def honest_mean(attackers: int) -> Rule:
    """The mean of those who are honest, which nobody can know."""

    def rule(updates: Sequence[Update]) -> Ints:
        return mean_rule(updates[attackers:])

    return rule


RULES: Final[Mapping[str, Callable[[int], Rule | None]]] = {
    "market": lambda _: None,
    "mean": lambda _: mean_rule,
    "Multi-Krum": multi_krum,
}
"""By name, for a number of attackers."""
