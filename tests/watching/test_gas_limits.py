"""What gas may cost, by the time that is left and by what is at stake."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.chain.policy import SendingPolicy
from hyperbounty.money import COIN, Asset
from hyperbounty.watching.duties import Duty, Stake
from hyperbounty.watching.limits import policy_for, rises_at

GAS = 60_000
TOKEN = Asset("0x1111111111111111111111111111111111111111", "TKN", 6)


def duty(opens_at: int, ends_at: int | None, stake: int | None, asset: Asset = COIN) -> Duty:
    at_stake = None if stake is None else Stake(stake, asset)
    return Duty("a", "contest 1", "do it", "done", list, opens_at, ends_at, at_stake)


amounts = st.integers(0, 10**20)
fees = st.integers(0, 10**12)


@given(st.integers(0, 10**9), st.integers(4, 10**7), amounts, fees, st.integers(0, 3), st.data())
def test_within_a_window_it_is_max_fee_first_and_rises_to_what_is_at_stake(
    opens: int, length: int, stake: int, most: int, quarter: int, data: st.DataObject
) -> None:
    now = data.draw(st.integers(opens + quarter * length // 4, opens + (quarter + 1) * length // 4 - 1))
    policy = SendingPolicy(max_fee_wei=most)
    cap = policy_for(policy, duty(opens, opens + length, stake), now).cap_wei(GAS)
    assert cap is not None
    assert cap >= most
    if now < opens + length // 2:
        assert cap == most
    elif now >= opens + length * 3 // 4:
        assert cap == max(most, stake // GAS)
    # Whatever the time: above max_fee only while all of the gas costs no more than what is at stake.
    assert cap == most or cap * GAS <= stake


@given(st.integers(0, 1000), st.integers(0, 1000), amounts, fees)
def test_it_never_falls_as_time_passes(first: int, second: int, stake: int, most: int) -> None:
    earlier, later = sorted((first, second))
    policy, what = SendingPolicy(max_fee_wei=most), duty(0, 1000, stake)
    before, after = (policy_for(policy, what, now).cap_wei(GAS) for now in (earlier, later))
    assert before is not None
    assert after is not None
    assert before <= after


@given(amounts, st.one_of(st.none(), fees), st.integers(0, 10**9))
def test_without_a_window_nothing_is_paid_that_it_does_not_bring(stake: int, most: int | None, now: int) -> None:
    cap = policy_for(SendingPolicy(max_fee_wei=most), duty(0, None, stake), now).cap_wei(GAS)
    assert cap is not None
    assert cap * GAS <= stake
    assert most is None or cap <= most


def test_where_no_price_is_known_max_fee_alone_holds() -> None:
    policy = SendingPolicy(max_fee_wei=7)
    assert policy_for(policy, duty(0, 100, 10**30, TOKEN), 99) == policy
    assert policy_for(policy, duty(0, 100, None), 99) == policy
    assert rises_at(policy, duty(0, 100, 10**30, TOKEN)) is None


def test_without_a_max_fee_what_is_at_stake_is_the_limit_all_along() -> None:
    for now in (0, 50, 99):
        assert policy_for(SendingPolicy(), duty(0, 100, 6 * GAS), now).cap_wei(GAS) == 6
    assert rises_at(SendingPolicy(), duty(0, 100, 6 * GAS)) is None


def test_when_it_rises_is_known_beforehand() -> None:
    assert rises_at(SendingPolicy(max_fee_wei=7), duty(100, 300, 10**18)) == 200
