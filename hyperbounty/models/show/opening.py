"""What opening a model costs, and what is odd about its start: said before anything is sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hyperbounty.models.contract import parts
from hyperbounty.models.show.cautions import cautions_of_terms

if TYPE_CHECKING:
    from hyperbounty.models.manifest import ModelManifest
    from hyperbounty.models.rules import Terms
    from hyperbounty.models.types import Offer
    from hyperbounty.money import Asset

# Measured on whole transactions: tests/models/test_cost_of_opening.py holds them.
_OPEN: Final = 128_000
_CLASS: Final = 24_000
_PART: Final = 56_000
_PART_CLASS: Final = 7_500
_WORD: Final = 23_700
_WORD_OF_COUNTS: Final = 26_300
_PUBLISH: Final = 56_000

_GAS_OF_CLAIM: Final = 130_000
"""What a refund or a report takes where little is claimed with it."""

KNOWS_NOTHING: Final = "it knows nothing at the start: it says class 0 of everything, and agrees with whoever says that"
_LARGE: Final = 10**18
_FEW: Final = 100
_MUCH: Final = 50_000_000
_BLOCK: Final = 30_000_000


@dataclass(frozen=True)
class OpeningCost:
    """About what it takes to bring a model onto the chain.

    Attributes:
        transactions: to open, to upload and to publish.
        gas: of all of them.
        fee: the most that this gas could cost now, in wei; None where nobody can tell.
    """

    transactions: int
    gas: int
    fee: int | None = None


def cost_of(offer: Offer, *, publish: bool, fee_per_gas: float | None = None) -> OpeningCost:
    """What a model takes, by its words; within a few percent.

    Args:
        offer: what is opened.
        publish: whether it is published, too.
        fee_per_gas: the most that gas could cost now, in wei.
    """
    shape = offer.shape
    in_counts = not shape.facts.two_classes
    word = _WORD_OF_COUNTS if in_counts and shape.facts.sparse else _WORD
    classes = shape.classes if in_counts else 0
    uploads = [words for _, words in parts(offer.state.words)]
    gas = (_OPEN if not in_counts else _OPEN - _CLASS + _CLASS * classes) + _PUBLISH * publish
    gas += sum(_PART + _PART_CLASS * classes + word * len(words) for words in uploads)
    fee = None if fee_per_gas is None else round(gas * fee_per_gas)
    return OpeningCost(1 + len(uploads) + publish, gas, fee)


def cautions_of_opening(
    offer: Offer, manifest: ModelManifest, cost: OpeningCost, *, development: bool
) -> tuple[str, ...]:
    """A sentence for each thing that is odd about a model that is to be opened, and allowed all the same.

    Args:
        offer: what the contract is told.
        manifest: what it is not told.
        cost: what it takes; with its fee, where that is known.
        development: nobody loses money on this chain.
    """
    return (
        *cautions_of_terms(offer.terms, development=development),
        *cautions_of_price(offer.terms, offer.asset, cost, development=development),
        *_of_start(offer, manifest),
        *_of_cost(cost),
    )


def cautions_of_price(terms: Terms, asset: Asset, cost: OpeningCost | None, *, development: bool) -> tuple[str, ...]:
    """A sentence for each thing that is odd about what a sample costs.

    Args:
        terms: of a model that is to be opened.
        asset: that stakes are in.
        cost: of the opening, whose gas and fee say what gas costs; None where nobody knows it.
        development: nobody loses money on this chain.
    """
    return tuple(_of_price(terms, asset, cost, development=development))


def _of_price(terms: Terms, asset: Asset, cost: OpeningCost | None, *, development: bool) -> Iterator[str]:
    if terms.in_points:
        yield "it is a model of points: nobody stakes anything, so nothing but valid samples rewards good ones"
        if not terms.min_interval:
            yield "nothing limits how many samples one account adds: there is neither a price nor a shortest interval"
        return
    if not terms.floor_shift:
        yield f"the price never falls: each sample costs {asset.shown(terms.weight)}, however long nobody adds one"
    if not asset.is_coin:
        return
    if terms.floor >= _LARGE and not development:
        yield f"a sample costs {asset.shown(terms.floor)} or more: hardly anybody will stake so much"
    if cost is not None and cost.fee is not None and cost.gas:
        claim = cost.fee * _GAS_OF_CLAIM // cost.gas
        if terms.floor < claim:
            yield (
                f"a sample can cost as little as {asset.about(terms.floor)}, and its refund up to {asset.about(claim)} "
                "in fees now: such stakes are not claimed, and wrong samples cost next to nothing"
            )


def _of_start(offer: Offer, manifest: ModelManifest) -> Iterator[str]:
    if not any(offer.state.words) and not offer.state.bias:
        yield KNOWS_NOTHING
    if manifest.baseline is None:
        yield "you say nothing about how accurate it is"
    elif manifest.baseline.samples < _FEW:
        yield f"it was measured on {manifest.baseline.samples} of your examples: that says little about how good it is"
    if offer.shape.classes == 1:
        yield "it has one class, so far: it agrees with every sample"
    if manifest.encoder.kind == "onnx":
        yield "its encoder is a program of yours, which others run only if they trust you"


def _of_cost(cost: OpeningCost) -> Iterator[str]:
    if cost.gas > _MUCH:
        blocks = cost.gas // _BLOCK + 1
        yield f"that is much gas: {cost.transactions:,} transactions, which would fill {blocks} blocks of 30 million"
