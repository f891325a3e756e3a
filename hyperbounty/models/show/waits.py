"""The waits of a model in words: who may take a stake, when, and how long one has for it."""

from __future__ import annotations

from hyperbounty.format import duration
from hyperbounty.models.rules import Terms


def waits(terms: Terms) -> tuple[str, ...]:
    """A sentence for each wait, in order.

    >>> for line in waits(Terms(weight=100, floor_shift=1, refund_wait=86_400, owner_wait=432_000, any_wait=777_600)):
    ...     print(line)
    after 1d you have a stake back if the model agrees then, and members share it if it does not
    after 5d the creator may take what is left
    after 9d anybody may take what is left: the first caller gets it
    """
    refund, owner, anybody = (duration(wait) for wait in (terms.refund_wait, terms.owner_wait, terms.any_wait))
    if terms.in_points:
        return (f"after {refund} a sample is valid if the model agrees then, and you ask for it",)
    first = f"after {refund} you have a stake back if the model agrees then, and members share it if it does not"
    if terms.owner_wait == terms.any_wait:
        return first, f"after {anybody} the creator, and anybody else, may take what is left: the first caller gets it"
    return (
        first,
        f"after {owner} the creator may take what is left",
        f"after {anybody} anybody may take what is left: the first caller gets it",
    )


def claiming_seconds(terms: Terms) -> int:
    """How long an author has to have its stake back before somebody else may take all of it.

    >>> claiming_seconds(Terms(weight=100, floor_shift=1, refund_wait=10, owner_wait=50, any_wait=90))
    40
    """
    return terms.owner_wait - terms.refund_wait
