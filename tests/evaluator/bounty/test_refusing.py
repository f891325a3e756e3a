"""That a contest cannot be scored is found anew each time, said only where it is so, and published with its reason."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from evaluator.bounty.refusing import find_fault, publish_fault
from hyperbounty.bounty.holdout import HoldoutKey, commitment, encrypt
from hyperbounty.bounty.manifest import Manifest, PricePart, SealedHoldout
from hyperbounty.bounty.scoring import Scoring
from hyperbounty.bounty.types import Contest, Dispute, Panel, Phase, Verdict
from hyperbounty.bounty.unscorable import MAX_REASON, fetch_reason
from hyperbounty.chain.beacon import Beacon
from hyperbounty.errors import InvalidInput, StoreUnavailable
from hyperbounty.prices.table import PriceTable
from hyperbounty.store import Cid, ContentStore
from tests.evaluator.bounty.small_contest import walk

ADDRESS = "0x" + "22" * 20
KEY = HoldoutKey(b"k" * 32)


class SealedContest:
    """A contest with a sealed holdout, all of it in the store; a test changes one thing that was promised."""

    def __init__(self, scoring: Scoring, store: ContentStore) -> None:
        self.store = store
        self.specs = scoring.specs
        training, holdout = scoring.training, scoring.holdout
        self.manifest: Manifest = scoring.manifest.model_copy(
            update={
                "training": PricePart(cid=str(store.add(training.to_csv())), rows=len(training)),
                "holdout": SealedHoldout(
                    cid=str(store.add(encrypt(holdout.to_csv(), KEY))),
                    rows=len(holdout),
                    windows=scoring.manifest.estimates.holdout_windows,
                    key_commitment="0x" + commitment(KEY).hex(),
                ),
            }
        )
        self.contest = replace(scoring.contest, holdout_commitment=commitment(KEY))
        self.key: HoldoutKey | None = KEY

    def seal(self, table: PriceTable, key: HoldoutKey = KEY, **changes: Any) -> None:
        """Let what is sealed be `table`, whatever was promised."""
        cid = str(self.store.add(encrypt(table.to_csv(), key)))
        holdout = self.manifest.holdout.model_copy(update={"cid": cid, **changes})
        self.manifest = self.manifest.model_copy(update={"holdout": holdout})

    def published(self) -> Contest:
        return replace(self.contest, manifest=self.store.add_block(self.manifest.canonical()).digest)

    def fault(self, contest: Contest | None = None) -> str:
        found = self.published() if contest is None else contest
        return find_fault(self.contract(found), self.store, found)

    def contract(self, contest: Contest) -> Any:
        key = None if self.key is None else self.key.secret
        return SimpleNamespace(
            contest=lambda _: contest,
            dispute=lambda _: Dispute(Panel(), (), None, None, (), Verdict.NONE, ()),
            revealed_specs=lambda _: list(self.specs),
            holdout_key=lambda _: key,
            chain=SimpleNamespace(chain_id=7, beacon=lambda time: Beacon(1, time, b"r" * 32, b"", b"")),
            address=ADDRESS,
        )


@pytest.fixture
def sealed(scoring: Scoring, store: ContentStore) -> SealedContest:
    return SealedContest(scoring, store)


def test_where_it_can_be_scored_nobody_says_that_it_cannot(sealed: SealedContest) -> None:
    with pytest.raises(InvalidInput, match="contest 1 can be scored; do so"):
        sealed.fault()


def test_a_holdout_of_other_rows_than_were_announced_is_a_fault(sealed: SealedContest) -> None:
    sealed.seal(walk(400, 60, 0))
    assert "the sealed holdout has 60 rows" in sealed.fault()


def test_a_key_that_does_not_open_the_holdout_is_a_fault(sealed: SealedContest, scoring: Scoring) -> None:
    sealed.seal(scoring.holdout, HoldoutKey(b"o" * 32))
    assert "key" in sealed.fault()


def test_a_holdout_that_does_not_follow_the_prices_is_a_fault(sealed: SealedContest, scoring: Scoring) -> None:
    sealed.seal(walk(100, len(scoring.holdout), 0))
    assert sealed.fault()


def test_what_nobody_has_is_a_fault(sealed: SealedContest) -> None:
    missing = replace(sealed.contest, manifest=Cid.raw(b"never published").digest)
    assert "is not in" in sealed.fault(missing)
    sealed.manifest = sealed.manifest.model_copy(
        update={"holdout": sealed.manifest.holdout.model_copy(update={"cid": str(Cid.raw(b"nor this"))})}
    )
    assert str(Cid.raw(b"nor this")) in sealed.fault()


def test_a_manifest_that_the_chain_contradicts_is_a_fault(sealed: SealedContest) -> None:
    sealed.contest = replace(sealed.contest, minimum_score=1)
    assert "chain and manifest of contest 1 disagree: the bar is" in sealed.fault()


@pytest.mark.parametrize("phase", [Phase.SUBMIT, Phase.REVEAL])
def test_before_the_scores_are_due_it_is_too_early_to_tell(sealed: SealedContest, phase: Phase) -> None:
    sealed.seal(walk(400, 60, 0))
    sealed.contest = replace(sealed.contest, phase=phase)
    with pytest.raises(InvalidInput, match="is still in its"):
        sealed.fault()


def test_a_key_that_may_still_come_is_no_fault(sealed: SealedContest) -> None:
    sealed.key = None
    with pytest.raises(InvalidInput, match="is not published"):
        sealed.fault()


def test_a_store_that_is_away_is_no_fault_of_the_organizer(sealed: SealedContest) -> None:
    contest = sealed.published()

    def away(*_: object, **__: object) -> bytes:
        raise StoreUnavailable("no node answers", "start it")

    store: Any = SimpleNamespace(get=away, get_block=away, has=away)
    with pytest.raises(StoreUnavailable):
        find_fault(sealed.contract(contest), store, contest)


def test_the_reason_is_published_for_everybody_who_doubts_it(sealed: SealedContest) -> None:
    sealed.seal(walk(400, 60, 0))
    contest = sealed.published()
    reason = sealed.fault(contest)
    recorded = publish_fault(sealed.contract(contest), sealed.store, contest, reason)
    # No scores: that is what says on chain that there is nothing to score.
    assert recorded.scores == ()
    assert fetch_reason(sealed.store, recorded.report) == reason
    # The same finding is the same report, so a repetition records nothing twice.
    assert publish_fault(sealed.contract(contest), sealed.store, contest, reason) == recorded


def test_what_others_wrote_into_a_reason_is_plain_and_bounded(sealed: SealedContest) -> None:
    contest = sealed.published()
    recorded = publish_fault(sealed.contract(contest), sealed.store, contest, "\x1b[2J\u202e" + "long " * MAX_REASON)
    reason = fetch_reason(sealed.store, recorded.report)
    assert "\x1b" not in reason
    assert "\u202e" not in reason
    assert len(reason) == MAX_REASON
