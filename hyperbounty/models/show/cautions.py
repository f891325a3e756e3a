"""What is odd about a model, and is allowed all the same: pointed out before money is put on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from hyperbounty.format import count_of, duration
from hyperbounty.models.rules import DAY, Terms
from hyperbounty.models.show.waits import claiming_seconds

if TYPE_CHECKING:
    from hyperbounty.models.published import Published
    from hyperbounty.models.show.activity import Activity
    from hyperbounty.money import Asset

_SLEEP: Final = DAY // 2
"""People sleep: less time than this is easily missed."""

_LONG: Final = 365 * DAY
_SHORT: Final = 3_600


def cautions_of_terms(terms: Terms, *, development: bool) -> tuple[str, ...]:
    """A sentence for each thing about price and waits that speaks against them, none of which makes them invalid.

    Args:
        terms: of a model, or of one that is to be opened.
        development: on a chain where nobody loses money, short waits are for trying things out.

    >>> terms = Terms(weight=100, floor_shift=1, refund_wait=86_400, owner_wait=86_400, any_wait=86_400)
    >>> cautions_of_terms(terms, development=False)
    ('the creator may take a stake from the very second on in which its author may have it back: who is late loses it',)
    """
    return tuple(_of_waits(terms, development=development))


def cautions(
    terms: Terms, asset: Asset, published: Published, activity: Activity, *, development: bool
) -> tuple[str, ...]:
    """The same of a model that was opened, with what has happened to it and what its creator says of it."""
    return (
        *_of_waits(terms, development=development),
        *_of_creator(asset, activity),
        *_of_samples(asset, activity),
        *_of_words(published),
    )


def _of_waits(terms: Terms, *, development: bool) -> Iterator[str]:
    if terms.in_points:
        return
    time = claiming_seconds(terms)
    who = "the creator, and anybody else," if terms.owner_wait == terms.any_wait else "the creator"
    if not time:
        yield (
            "the creator may take a stake from the very second on in which its author may have it back: who is late "
            "loses it"
        )
    elif time < _SLEEP and not development:
        yield f"an author has only {duration(time)} to have a stake back; then {who} may take it: who sleeps loses it"
    elif time < terms.refund_wait // 4:
        yield (
            f"the waits favour the creator: after {duration(terms.refund_wait)} an author has {duration(time)} to have "
            f"a stake back; then {who} may take it"
        )
    if terms.refund_wait > _LONG:
        yield f"a stake stays in the model for at least {duration(terms.refund_wait)}"
    if terms.refund_wait < _SHORT and not development:
        yield (
            f"a stake can be taken back after only {duration(terms.refund_wait)}: the model has hardly learned "
            "anything by then that could contradict a wrong sample"
        )


def _of_creator(asset: Asset, activity: Activity) -> Iterator[str]:
    if activity.claimed_by_creator.times:
        taken = activity.claimed_by_creator
        yield f"the creator has taken what was left of {_stakes(taken.times)}: {asset.shown(taken.amount)}"
    if activity.valid_of_creator:
        yield (
            f"the creator adds samples itself: {activity.valid_of_creator:,} of {activity.valid:,} valid samples are "
            "its own, and so is that share of what the model contradicts"
        )


def _of_samples(asset: Asset, activity: Activity) -> Iterator[str]:
    if activity.contradicted and 2 * activity.contradicted >= activity.open:
        yield (
            f"the model contradicts {activity.contradicted:,} of {count_of(activity.open, 'open sample')}: they are "
            "wrong, or it has learned wrong things; try it with samples that you know"
        )


def _of_words(published: Published) -> Iterator[str]:
    if published.manifest is None:
        yield f"its names and its encoder are not known: {published.reason}"
        return
    if published.manifest.encoder.kind == "onnx":
        yield "its encoder is a program of the creator's, which runs on your machine where you let it"
    if published.manifest.baseline is not None:
        yield "how accurate it was at the start is what the creator says; nobody has checked it"


def _stakes(count: int) -> str:
    return "one stake" if count == 1 else f"{count:,} stakes"
