"""An organizer that seals something else than it announced: the evaluator says so, and that burns its bond."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from hyperbounty.accounts import devnet_account
from hyperbounty.bounty.holdout import HoldoutKey, encrypt
from hyperbounty.bounty.manifest import Manifest, SealedHoldout
from hyperbounty.prices.fetched import FetchedPrices
from hyperbounty.store import Cid, ContentStore, open_store
from hyperbounty.training.machine import describe_versions
from organizer.bounty.keys import KeyFolder
from organizer.bounty.offer import Offer
from organizer.bounty.openings import open_contest
from organizer.bounty.publishing import Publication, publish
from organizer.bounty.task import TaskSettings
from tests.end_to_end.shell import Shell, units
from tests.end_to_end.steps import (
    ADA,
    BEN,
    EVALUATOR,
    FAST,
    IN_PROCESS,
    ORGANIZER,
    accepted,
    contract_of,
    fetch,
    scored_contest,
    spec_file,
)

REWARD: Final = 5 * 10**17
BOND: Final = 10**17
FEE: Final = 10**16

Poison = Callable[[Publication, FetchedPrices, ContentStore], str]
"""Gives the CID that goes into the manifest in the place of the holdout's."""


def noise(honest: Publication, prices: FetchedPrices, store: ContentStore) -> str:
    return str(store.add(os.urandom(10_000)))


def part(honest: Publication, prices: FetchedPrices, store: ContentStore) -> str:
    assert isinstance(honest.manifest.holdout, SealedHoldout)
    assert honest.key is not None
    whole = store.get(Cid.parse(honest.manifest.holdout.cid))
    return str(store.add(whole[: len(whole) // 2]))


def fewer_rows(honest: Publication, prices: FetchedPrices, store: ContentStore) -> str:
    assert honest.key is not None
    _, tail = prices.table.split(0.1)
    return str(store.add(encrypt(tail.to_csv(), honest.key)))


def rows_trained_on(honest: Publication, prices: FetchedPrices, store: ContentStore) -> str:
    assert honest.key is not None
    training, tail = prices.table.split(0.2)
    _, known = training.split(len(tail) / len(training))
    assert len(known) == len(tail)
    return str(store.add(encrypt(known.to_csv(), honest.key)))


def nothing(honest: Publication, prices: FetchedPrices, store: ContentStore) -> str:
    return str(Cid.from_digest(bytes(32)))


def offered(shell: Shell, tmp_path: Path, poison: Poison, panel: Sequence[str] = ()) -> HoldoutKey:
    """Contest 1 is offered with a holdout that is not what its manifest announces; gives its key."""
    fetch(shell, tmp_path / "prices")
    contract = contract_of(shell)
    store = open_store(None, shell.home / "store")
    prices = FetchedPrices.load(tmp_path / "prices")
    settings = TaskSettings(
        coin="LTC",
        minimum_score_ppm=500_000,
        allow_luck=True,
        sequence_length=16,
        runs=1,
        holdout="sealed",
        private_data=True,
    )
    honest = publish(prices, settings, store, describe_versions(), entries=4)
    assert honest.key is not None
    manifest: Manifest = honest.manifest.model_copy(
        update={"holdout": honest.manifest.holdout.model_copy(update={"cid": poison(honest, prices, store)})}
    )
    digest = store.add_block(manifest.canonical()).digest
    organizer, evaluator, *members = (devnet_account(name, contract.chain) for name in (ORGANIZER, EVALUATOR, *panel))
    offer = Offer(
        reward=REWARD,
        bond=BOND,
        entry_fee=FEE,
        evaluator=evaluator.address,
        panel=tuple(member.address for member in members),
    )
    keys = KeyFolder(shell.home / "keys")
    open_contest(contract, organizer, Publication(manifest, digest, honest.key), offer, keys)
    return honest.key


def revealed(shell: Shell, tmp_path: Path, poison: Poison, panel: Sequence[str] = ()) -> dict[str, Any]:
    """The same, accepted, with a revealed spec and a published key. Its deadlines."""
    key = offered(shell, tmp_path, poison, panel)
    contest = accepted(shell, 1, panel)
    shell("participant", "submit", 1, "--spec", spec_file(tmp_path, "ada"), account=ADA)
    shell.advance_to(contest["submit_ends"])
    shell("participant", "reveal", 1, account=ADA)
    shell.advance_to(contest["reveal_ends"])
    contract = contract_of(shell)
    contract.publish_holdout_key(devnet_account(ORGANIZER, contract.chain), 1, key.secret)
    return contest


def test_a_holdout_that_nobody_has_is_not_accepted(shell: Shell, tmp_path: Path) -> None:
    offered(shell, tmp_path, nothing)
    assert "is not in the embedded store" in shell("evaluator", "accept", 1, *FAST, account=EVALUATOR, code=3)["error"]


@pytest.mark.parametrize(
    ("poison", "complaint"),
    [
        (noise, "are no sealed holdout"),
        (part, "does not open"),
        (fewer_rows, "the manifest says 1,200 of"),
        (rows_trained_on, "before the training prices end"),
    ],
)
def test_a_poisoned_holdout_costs_the_organizer_its_bond_and_nobody_else_anything(
    poison: Poison, complaint: str, shell: Shell, tmp_path: Path
) -> None:
    # Whoever accepts keeps a copy of what there is, and cannot look into it.
    contest = revealed(shell, tmp_path, poison)
    failed = shell("evaluator", "run", 1, *IN_PROCESS, account=EVALUATOR, code=4)
    assert complaint in failed["error"]
    assert "evaluator run 1 --unscorable" in failed["next_step"]
    answered = shell("evaluator", "run", 1, "--unscorable", account=EVALUATOR)
    assert complaint in answered["reason"]
    shown = shell("participant", "show", 1)
    assert (shown["unscorable"], shown["reason"]) == (True, answered["reason"])
    shell.advance_to(contest["score_ends"])
    settled = shell("organizer", "settle", 1, account=ADA)
    # All of the bond is burned: nobody gains by the evaluator's word.
    assert (settled["outcome"], units(settled["burned"]), units(settled["pot"])) == ("void", BOND, FEE)
    assert sorted(units(p) for p in settled["paid"]) == [REWARD // 10, REWARD]
    assert units(shell("participant", "claim", 1, account=ADA)) == FEE


def test_a_panel_that_finds_nothing_to_score_overturns_scores_that_were_made_up(shell: Shell, tmp_path: Path) -> None:
    panel = ("devnet-4", "devnet-5", "devnet-6")
    contest = revealed(shell, tmp_path, noise, panel)
    contract = contract_of(shell)
    contract.record_scores(devnet_account(EVALUATOR, contract.chain), 1, b"1" * 32, [999_999])
    shell.advance_to(contest["score_ends"])
    shell("participant", "challenge", 1, account=BEN)
    shell.advance_to(contest["challenge_ends"])
    for member in panel[:2]:
        assert "no sealed holdout" in shell("evaluator", "run", 1, "--unscorable", account=member)["reason"]
    dispute = shell("participant", "show", 1)["dispute"]
    shell.advance_to(dispute["seal_ends"])
    for member in panel[:2]:
        shell("evaluator", "run", 1, account=member)
    shell.advance_to(dispute["open_ends"])
    settled = shell("organizer", "settle", 1, account=BEN)
    assert (settled["outcome"], settled["verdict"]) == ("void", "overturned")
    # The bonds of the organizer and of the member that was silent, and half of the evaluator's.
    assert units(settled["burned"]) == BOND + REWARD // 10 + REWARD // 20


@pytest.mark.training
def test_a_contest_that_can_be_scored_is_not_called_unscorable(shell: Shell, tmp_path: Path) -> None:
    scored_contest(shell, tmp_path)
    refused = shell("evaluator", "run", 1, "--unscorable", account=EVALUATOR, code=4)
    assert "can be scored" in refused["error"]


@pytest.mark.training
def test_an_evaluator_that_calls_a_sound_contest_unscorable_is_overturned(shell: Shell, tmp_path: Path) -> None:
    panel = ("devnet-4", "devnet-5", "devnet-6")
    contract, report, opened = scored_contest(shell, tmp_path, panel=panel)
    evaluator = devnet_account(EVALUATOR, contract.chain)
    contract.record_scores(evaluator, 1, report.digest(), [])
    shell.advance_to(opened["score_ends"])
    shell("participant", "challenge", 1, account=ADA)
    shell.advance_to(opened["challenge_ends"])
    for member in panel[:2]:
        shell("evaluator", "run", 1, *IN_PROCESS, account=member)
    dispute = shell("participant", "show", 1)["dispute"]
    shell.advance_to(dispute["seal_ends"])
    for member in panel[:2]:
        shell("evaluator", "run", 1, account=member)
    shell.advance_to(dispute["open_ends"])
    settled = shell("organizer", "settle", 1, account=ADA)
    assert (settled["outcome"], settled["verdict"]) == ("won", "overturned")
