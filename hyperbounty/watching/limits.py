"""What gas may cost for a duty, by the time that is left and by what is at stake."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from hyperbounty.chain.policy import SendingPolicy
from hyperbounty.watching.duties import Duty

# In parts of a window.
_RISE_FROM: Final = (1, 2)
_RISE_TO: Final = (3, 4)


def policy_for(policy: SendingPolicy, duty: Duty, now: int) -> SendingPolicy:
    """How `duty` is sent for at `now`, in chain time.

    With a window: within `max_fee` for its first half. Then all the gas of the transaction may cost more: up to a sum
    that grows in step with the time, and reaches what is at stake at three quarters of the window. Where the user names
    no `max_fee`, what is at stake is the limit all along.

    Without a window there is no hurry: within `max_fee`, and never more than it brings.

    A stake in a token is worth nobody knows how much gas, so `max_fee` alone holds there.
    """
    stake = None if duty.stake is None else duty.stake.wei
    if stake is None:
        return policy
    if duty.ends_at is None:
        return replace(policy, most_wei=stake)
    if policy.max_fee_wei is None:
        return replace(policy, most_wei=stake)
    return replace(policy, beyond_wei=_risen(stake, duty.opens_at, duty.ends_at, now))


def rises_at(policy: SendingPolicy, duty: Duty) -> int | None:
    """When gas may cost more than `max_fee` for `duty`, in chain time; None where it never may."""
    if duty.ends_at is None or policy.max_fee_wei is None or duty.stake is None or not duty.stake.wei:
        return None
    return _part(duty.opens_at, duty.ends_at, _RISE_FROM)


def _risen(stake: int, opens_at: int, ends_at: int, now: int) -> int:
    begin, end = _part(opens_at, ends_at, _RISE_FROM), _part(opens_at, ends_at, _RISE_TO)
    if now < begin:
        return 0
    return stake if now >= end else stake * (now - begin) // (end - begin)


def _part(opens_at: int, ends_at: int, part: tuple[int, int]) -> int:
    over, under = part
    return opens_at + (ends_at - opens_at) * over // under
