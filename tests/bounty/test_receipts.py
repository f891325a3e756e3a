"""What an account has done in a contest, read back from the chain: whole, its own, and with what each cost."""

from __future__ import annotations

from hyperbounty.accounts import devnet_account
from tests.bounty.played_contest import SPECS, World


def test_every_transaction_about_an_account_is_found_once_with_its_cost() -> None:
    world = World()
    world.finish(scored=False)
    contract, contest = world.direct, world.contest()
    ada = devnet_account(2, contract.chain)
    # Anybody can claim for others: one transaction, three shares.
    [claim] = contract.claim(world.evaluator, contest, range(SPECS))

    deeds = contract.deeds(contest, ada.address)
    assert [deed.what for deed in deeds] == ["submit"] * SPECS + ["reveal"] * SPECS + ["claim"]
    assert [deed.entries for deed in deeds] == [(0,), (1,), (2,)] * 2 + [()]
    assert [deed.block for deed in deeds] == sorted(deed.block for deed in deeds)
    for deed in deeds:
        assert deed.timestamp == contract.chain.header(deed.block).timestamp
        mined = contract.chain.mined(deed.transaction)
        assert mined is not None
        assert mined.price_wei is not None
        assert deed.fee_wei == (deed.gas_used or 0) * mined.price_wei > 0
    assert {deed.sender for deed in deeds[:-1]} == {ada.address}
    assert (deeds[-1].sender, deeds[-1].transaction) == (world.evaluator.address, claim.hash)
    assert (deeds[-1].gas_used, deeds[-1].fee_wei) == (claim.gas_used, claim.fee_wei)

    # Who only sent it has done nothing for itself, and what never was is not shown.
    assert contract.deeds(contest, world.evaluator.address) == []
    assert contract.chain.mined("0x" + "00" * 32) is None


def test_before_a_contest_begins_nobody_has_done_anything() -> None:
    world = World()
    contest = world.contest()
    offered = type(contest)(**{**vars(contest), "submit_ends": None})
    assert world.direct.deeds(offered, devnet_account(2, world.direct.chain).address) == []
