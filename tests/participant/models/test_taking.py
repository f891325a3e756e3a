"""What is due in models is taken, in batches, and what the contract would refuse is passed over."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hyperbounty.chain.connection import Chain
from hyperbounty.models.contract import ModelsContract
from hyperbounty.models.rules import DAY, Terms
from hyperbounty.models.show.own import Fate, OwnPart
from hyperbounty.models.standing import Standings, StandingsReader, read_standings
from hyperbounty.models.takeable import Way
from hyperbounty.models.taking import Taker
from hyperbounty.watching.duties import Duty, Notice
from hyperbounty.watching.events import Event, Kind
from hyperbounty.watching.loop import Watch
from participant.models.watching import ModelsRoster
from tests.models.models_on_chain import ADA, BOB, CREATOR, EVE, POINTS, TERMS, open_model, pass_time

SPAM, HAM = [1], [0]


@pytest.fixture
def contract() -> Iterator[ModelsContract]:
    with Chain.embedded() as chain:
        deployed, _ = ModelsContract.deploy(chain, CREATOR)
        yield ModelsContract.at(chain, deployed.address)


def test_many_are_taken_in_batches(contract: ModelsContract, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hyperbounty.models.taking.MOST_A_CALL", 4)
    model = open_model(contract)
    contract.add(ADA, model, [(1, SPAM)] * 10)
    pass_time(contract, DAY)
    taking = Taker(contract).take(ADA, model.number, Way.REFUND)
    assert (taking.samples, len(taking.receipts), taking.passed_over) == (10, 3, [])
    assert contract.chain.balance(contract.address) == 0
    assert contract.member(model, ADA.address).valid == 10


def test_a_batch_takes_no_more_gas_than_fits_a_block(contract: ModelsContract, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hyperbounty.models.taking.MOST_GAS", 200_000)
    model = open_model(contract)
    contract.add(ADA, model, [(1, SPAM)] * 20)
    pass_time(contract, DAY)
    taking = Taker(contract).take(ADA, model.number, Way.REFUND)
    assert taking.samples == 20
    assert len(taking.receipts) > 1
    assert all((receipt.gas_used or 0) <= 200_000 for receipt in taking.receipts)


def test_what_the_contract_refuses_after_all_is_passed_over(contract: ModelsContract) -> None:
    model = open_model(contract)
    contract.add(ADA, model, [(1, SPAM), (1, SPAM), (0, HAM)])
    pass_time(contract, DAY)

    class Stale(StandingsReader):
        """Shows a model as it was before somebody taught it otherwise."""

        kept: Standings | None = None

        def read(self, number: int) -> Standings:
            if self.kept is None:
                self.kept = super().read(number)
            return self.kept

    reader = Stale(contract)
    reader.read(model.number)
    [entry, *_] = contract.history(model).entries()
    contract.refund(ADA, model, [entry])
    taking = Taker(contract, reader).take(ADA, model.number, Way.REFUND)
    assert taking.samples == 2
    assert [(each.sample, each.reason.error) for each in taking.passed_over] == [(0, "NothingLeft")]


def test_each_sample_is_taken_in_one_way_at_a_time(contract: ModelsContract) -> None:
    model = open_model(contract)
    contract.add(ADA, model, [(1, SPAM)])
    contract.add(EVE, model, [(0, SPAM)])
    contract.add(BOB, model, [(1, SPAM)])
    pass_time(contract, DAY)
    Taker(contract).take(BOB, model.number, Way.REFUND)
    bob, ada = (OwnPart(read_standings(contract, model.number), each.address) for each in (BOB, ADA))
    assert [each.number for each in bob.reports] == [1]
    assert (bob.claims, ada.claims, [each.number for each in ada.refunds]) == ([], [], [0])
    pass_time(contract, 9 * DAY)
    bob, ada = (OwnPart(read_standings(contract, model.number), each.address) for each in (BOB, ADA))
    # All of it, and not a share; what can be refunded makes a member.
    assert (bob.reports, [each.number for each in bob.claims]) == ([], [0, 1])
    assert ([each.number for each in ada.refunds], [each.number for each in ada.claims]) == ([0], [1])


def test_own_samples_have_their_fates(contract: ModelsContract) -> None:
    model = open_model(contract)
    contract.add(ADA, model, [(1, SPAM), (0, SPAM), (0, HAM)])
    fates = [each.fate for each in OwnPart(read_standings(contract, model.number), ADA.address).samples]
    assert fates == [Fate.WAITING, Fate.CONTRADICTED, Fate.WAITING]
    pass_time(contract, DAY)
    entries = contract.history(model).entries()
    contract.refund(ADA, model, entries[:1])
    pass_time(contract, 4 * DAY)
    contract.claim(CREATOR, model, entries[1:2])
    fates = [each.fate for each in OwnPart(read_standings(contract, model.number), ADA.address).samples]
    assert fates == [Fate.REFUNDED, Fate.TAKEN, Fate.DUE]


# ---------------------------------------------------------------------------------------------------------- the watch


def found(roster: ModelsRoster, *accounts: object) -> list[Duty | Notice]:
    return [item for subject in roster.read(accounts) for item in subject.find()]  # type: ignore[arg-type]


def test_a_watch_knows_what_comes_next_and_by_when(contract: ModelsContract) -> None:
    model = open_model(contract)
    open_model(contract)
    contract.add(ADA, model, [(1, SPAM), (0, SPAM)])
    [added, _] = contract.history(model).entries()
    duties = {item.name: item for item in found(ModelsRoster(contract), ADA) if isinstance(item, Duty)}
    assert set(duties) == {"1/refund", "1/claim"}
    refund = duties["1/refund"]
    assert (refund.opens_at, refund.ends_at) == (added.time + DAY, added.time + 5 * DAY)
    assert refund.stake is not None
    assert refund.stake.amount == added.deposit
    claim = duties["1/claim"]
    assert (claim.opens_at, claim.ends_at) == (added.time + 9 * DAY, None)
    [creators] = [item for item in found(ModelsRoster(contract, [1]), CREATOR) if isinstance(item, Duty)]
    assert (creators.name, creators.opens_at, creators.ends_at) == (
        "1/claim",
        added.time + 5 * DAY,
        added.time + 9 * DAY,
    )
    told = [item.what for item in found(ModelsRoster(contract), ADA) if isinstance(item, Notice)]
    assert any("the model says class 1 of your sample 1, not 0" in each for each in told)
    assert found(ModelsRoster(contract), EVE) == []


@pytest.mark.parametrize("terms", [TERMS, Terms(10**15, 10, DAY, DAY, DAY), POINTS], ids=["usual", "hasty", "points"])
def test_a_watch_that_looks_each_hour_lets_nobody_be_first(contract: ModelsContract, terms: Terms) -> None:
    model = open_model(contract, terms=terms)
    events: list[Event] = []
    accounts = {"ada": ADA, "bob": BOB}
    watch = Watch(contract.chain, ModelsRoster(contract), accounts, events.append, sleep=lambda _: None)
    contract.add(ADA, model, [(1, SPAM)])
    contract.add(BOB, model, [(0, HAM)])
    contract.add(EVE, model, [(0, SPAM)])
    for _ in range(30):
        watch.look()
        pass_time(contract, 3_600)
    standings = read_standings(contract, model.number)
    assert standings.valid == {ADA.address: 1, BOB.address: 1}
    assert standings.left == 0
    takers = set(standings.taken)
    assert CREATOR.address not in takers
    assert Kind.FAILED not in {event.kind for event in events}
    said = [event.what for event in events if event.kind is Kind.TOLD]
    assert any(each.startswith("so far, 1 refund") for each in said)


def test_what_was_watched_to_its_end_is_not_read_again(contract: ModelsContract) -> None:
    model = open_model(contract)
    contract.add(ADA, model, [(1, SPAM)])
    contract.close(CREATOR, model.number)
    pass_time(contract, DAY)
    roster = ModelsRoster(contract)
    watch = Watch(contract.chain, roster, {"ada": ADA}, lambda _: None, sleep=lambda _: None)
    watch.once()
    names = [subject.name for subject in roster.read([ADA])]
    assert "model 1" not in names
