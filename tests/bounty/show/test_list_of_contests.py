"""All contests beside each other: order, records of organizers, luck by their manifests, and few requests."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests import Session

from hyperbounty.accounts import devnet_account
from hyperbounty.bounty.contract import BountyContract
from hyperbounty.bounty.manifest import Manifest
from hyperbounty.bounty.show.listing import Listed, Record, by_end, by_reward, list_contests, luck_ppm, records_of
from hyperbounty.bounty.show.luck_marks import read_lucks
from hyperbounty.bounty.types import Outcome, Panel, Phase
from hyperbounty.chain import batches
from hyperbounty.chain.connection import Chain
from hyperbounty.chain.devnet import Devnet
from hyperbounty.money import COIN, Asset
from hyperbounty.store import ContentStore, EmbeddedStore
from tests.bounty.shown_contest import ADA, BEN, CONTEST, DISPUTE, MANIFEST, NOW
from tests.bounty.usual_terms import usual_terms

CALM = replace(DISPUTE, challenger=None)
SIX = Asset("0x" + "33" * 20, "SIX", 6)
endings = st.sampled_from([Outcome.PENDING, Outcome.WON, Outcome.REFUNDED, Outcome.VOID, Outcome.CANCELLED])


def listed(number: int, **changes: Any) -> Listed:
    return Listed(replace(CONTEST, number=number, **changes), CALM, Record(), NOW)


@given(st.lists(st.tuples(st.sampled_from([ADA, BEN]), endings, st.booleans()), max_size=20))
def test_the_record_of_an_organizer_counts_its_own_contests_alone(drawn: list[tuple[str, Outcome, bool]]) -> None:
    contests = [replace(CONTEST, organizer=organizer, outcome=outcome) for organizer, outcome, _ in drawn]
    disputes = [DISPUTE if challenged else CALM for *_, challenged in drawn]
    found = records_of(contests, disputes)
    assert found.keys() == {organizer for organizer, *_ in drawn}
    for organizer, record in found.items():
        own = [(outcome, challenged) for each, outcome, challenged in drawn if each == organizer]
        for name, outcome in (("won", Outcome.WON), ("refunded", Outcome.REFUNDED), ("void", Outcome.VOID)):
            assert getattr(record, name) == sum(each is outcome for each, _ in own)
        assert record.disputed == sum(challenged for _, challenged in own)


def test_a_list_is_sorted_by_what_ends_next_or_pays_most() -> None:
    every = [
        listed(1, phase=Phase.SETTLED),
        listed(2, submit_ends=NOW + 500),
        listed(3, submit_ends=NOW + 50, reward=10**18),
        listed(4, asset=SIX, reward=10**30),
        listed(5, sponsored=10**18),
    ]
    assert [each.contest.number for each in by_end(every)] == [3, 4, 5, 2, 1]
    assert [each.contest.number for each in by_reward(every)] == [5, 3, 1, 2, 4]
    assert COIN.is_coin


def test_a_contest_is_open_while_there_is_a_slot() -> None:
    assert listed(1).is_open
    assert not listed(1, phase=Phase.OFFER).is_open
    assert not listed(1, phase=Phase.REVEAL).is_open
    assert not listed(1, standing=CONTEST.max_submissions).is_open


@pytest.fixture
def store(tmp_path: Path) -> ContentStore:
    return EmbeddedStore(tmp_path / "store")


def published(store: ContentStore, manifest: Manifest) -> bytes:
    return store.add_block(manifest.canonical()).digest


def test_luck_is_known_of_the_contests_whose_manifests_come(store: ContentStore) -> None:
    digest = published(store, MANIFEST)
    junk = store.add_block(b"{}").digest
    contests = [
        replace(CONTEST, number=1, manifest=b"m" * 32),
        replace(CONTEST, number=2, manifest=digest),
        replace(CONTEST, number=3, manifest=junk),
        replace(CONTEST, number=4, manifest=digest, minimum_score=900_000),
    ]
    found = read_lucks(lambda: store, contests)
    assert found.keys() == {2, 4}
    assert found[2] == luck_ppm(contests[1], MANIFEST) == 1_000_000
    assert found[4] < 50_000


@pytest.mark.heavy
def test_all_contests_come_in_batches_of_views_and_panels(monkeypatch: pytest.MonkeyPatch) -> None:
    with Devnet(port=0) as devnet, Chain.connect(devnet.url) as chain:
        organizer, evaluator = (devnet_account(number, chain) for number in (0, 1))
        made, _ = BountyContract.deploy(chain, organizer)
        members = tuple(sorted(devnet_account(number, chain).address for number in (2, 3, 4)))
        panel = Panel(members, 50, 50, 0, 5_000, 3_600, 3_600)
        for number in range(5):
            terms = usual_terms(chain.timestamp(), evaluator.address)
            made.open(organizer, replace(terms, panel=panel, challenge_seconds=7_200) if number % 2 else terms)
        monkeypatch.setattr(batches, "BATCH_CALLS", 2)
        with Chain.connect(devnet.url) as fresh:
            contract = BountyContract(fresh, made.address)
            sent: list[object] = []
            send = Session.send

            def counted(session: Session, *given: Any, **options: Any) -> Any:
                sent.append(given)
                return send(session, *given, **options)

            monkeypatch.setattr(Session, "send", counted)
            found = list_contests(contract)
        # The latest block, how many there are, five contests and two panels by twos, and the time.
        assert len(sent) == 1 + 1 + 3 + 1 + 1
        assert [each.contest for each in found] == made.contests()
        assert [each.dispute for each in found] == [made.dispute(number) for number in range(1, 6)]
    assert [len(each.dispute.panel.members) for each in found] == [0, 3, 0, 3, 0]
