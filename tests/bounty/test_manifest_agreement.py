"""Chain against manifest: whatever they do not say alike is named, and no money goes into it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hyperbounty.bounty.agreement import disagreements, require_agreement
from hyperbounty.bounty.manifest import FutureHoldout, Manifest
from hyperbounty.bounty.types import Contest, Dispute
from hyperbounty.errors import ManifestError
from hyperbounty.spec.word import pack, unpack
from tests.bounty.shown_contest import CONTEST, DISPUTE, MANIFEST, NO_PANEL

FUTURE = MANIFEST.model_copy(
    update={
        "holdout": FutureHoldout(rows=1_200, source="CoinPaprika"),
        "estimates": MANIFEST.estimates.model_copy(update={"holdout_windows": 1_137}),
    }
)
LATER = replace(CONTEST, holdout_commitment=bytes(32), score_seconds=1_201 * 300)


def test_a_sound_contest_has_nothing_to_be_said_against() -> None:
    assert disagreements(CONTEST, NO_PANEL, MANIFEST) == ()
    assert disagreements(CONTEST, DISPUTE, MANIFEST) == ()
    assert disagreements(LATER, NO_PANEL, FUTURE) == ()
    require_agreement(CONTEST, DISPUTE, MANIFEST)


LIMITS_OF_ONE_UNIT = pack({**unpack(CONTEST.limits), "batch_size": 1})


@pytest.mark.parametrize(
    ("about", "contest", "dispute", "manifest"),
    [
        ("the holdout", replace(CONTEST, holdout_commitment=bytes(32)), NO_PANEL, MANIFEST),
        ("the holdout", CONTEST, NO_PANEL, FUTURE),
        ("the commitment to the holdout key", replace(CONTEST, holdout_commitment=b"\2" * 32), NO_PANEL, MANIFEST),
        ("the bar", replace(CONTEST, minimum_score=500_000), NO_PANEL, MANIFEST),
        ("the bar", CONTEST, NO_PANEL, MANIFEST.model_copy(update={"minimum_score_ppm": 1})),
        ("the budget of an entry", replace(CONTEST, entry_seconds=1), NO_PANEL, MANIFEST),
        ("the tolerance", CONTEST, DISPUTE, MANIFEST.model_copy(update={"tolerance_ppm": 1})),
        ("the end of scoring", replace(LATER, score_seconds=1_200 * 300), NO_PANEL, FUTURE),
        (
            "the number of windows",
            CONTEST,
            NO_PANEL,
            MANIFEST.model_copy(update={"estimates": MANIFEST.estimates.model_copy(update={"holdout_windows": 1_138})}),
        ),
        (
            "the cheapest spec",
            replace(CONTEST, entry_seconds=MANIFEST.runs),
            NO_PANEL,
            MANIFEST.model_copy(update={"run_seconds": 1}),
        ),
    ],
)
def test_each_disagreement_is_named_and_refused(
    about: str, contest: Contest, dispute: Dispute, manifest: Manifest
) -> None:
    found = disagreements(contest, dispute, manifest)
    assert [one.about for one in found] == [about]
    with pytest.raises(ManifestError, match=f"contest 7 disagree: {about} is .*take no part"):
        require_agreement(contest, dispute, manifest)


def test_a_manifest_beyond_all_years_is_told_and_no_accident() -> None:
    endless = FUTURE.model_copy(update={"interval": 2**53 - 1})
    assert "(125099989649180d" in str(disagreements(LATER, NO_PANEL, endless)[0])
