"""What is odd about the terms of a contest, and is allowed all the same: pointed out before money is put on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from hyperbounty.bounty.capacity import least_seal_seconds, training_seconds, wait_seconds
from hyperbounty.bounty.types import THROUGHPUT_UNIT, Contest, Panel, Terms
from hyperbounty.format import about, duration
from hyperbounty.statistics.luck import USUAL_LUCK
from hyperbounty.statistics.ppm import PPM

if TYPE_CHECKING:
    from hyperbounty.bounty.manifest import Manifest

_SLEEP_SECONDS: Final = 12 * 3_600
"""People sleep: a window of less than this is easily missed."""


def cautions(
    terms: Terms | Contest,
    organizer: str,
    panel: Panel,
    manifest: Manifest | None,
    throughput: int,
    *,
    luck_ppm: int,
    development: bool,
) -> tuple[str, ...]:
    """A sentence for each thing that speaks against the terms, none of which makes them invalid.

    Args:
        terms: of an offer, or of a contest that was opened.
        organizer: whose they are.
        panel: of the same contest.
        manifest: of the same contest; None where it is not made yet, so that nothing is said of its trainings.
        throughput: that the panel's members are taken to train with, in thousandths of the reference core.
        luck_ppm: most that the chance may be that luck alone is paid.
        development: on a chain where nobody loses money, short windows are for trying things out.
    """
    found = [
        *_luck(luck_ppm),
        *_roles(terms, organizer, panel),
        *_bonds(terms, panel),
        *_training(terms, panel, manifest, throughput),
    ]
    if not development:
        found += _sleep(terms, panel)
    return tuple(found)


def is_lucky(luck_ppm: int) -> bool:
    """Whether luck alone is paid more often than a contest may without saying that it wants it.

    >>> is_lucky(50_000), is_lucky(50_001)
    (False, True)
    """
    return luck_ppm > USUAL_LUCK * PPM


def _luck(luck_ppm: int) -> Iterator[str]:
    if is_lucky(luck_ppm):
        yield f"the bar is low: the chance that luck alone is paid may be {about(luck_ppm)}"


def _roles(terms: Terms | Contest, organizer: str, panel: Panel) -> Iterator[str]:
    if terms.evaluator == organizer:
        judge = "a panel can contradict it" if panel.members else "nobody can contradict it"
        yield f"the organizer is the evaluator too: it scores its own contest, and {judge}"
    elif not panel.members:
        yield "there is no panel: the scores rest on the evaluator's word, and nobody can challenge them"


def _bonds(terms: Terms | Contest, panel: Panel) -> Iterator[str]:
    if terms.bond == 0:
        yield "the organizer stakes nothing: it loses no bond if it publishes no key, or a task that cannot be scored"
    if terms.evaluator_bond == 0:
        yield "the evaluator stakes nothing: it loses nothing if it does not score, or scores wrongly"
    if terms.evaluator_fee == 0 and terms.entry_fee == 0:
        yield "the evaluator earns nothing, whatever it does"
    if panel.members and panel.member_bond == 0:
        yield "the panel stakes nothing: its members lose nothing if they do not answer"
    if panel.members and panel.fee == 0:
        yield "the panel earns nothing for its trainings"
    if panel.members and panel.challenge_bond == 0:
        yield "a challenge costs nothing: anybody can have the panel train, for no reason"


def _training(terms: Terms | Contest, panel: Panel, manifest: Manifest | None, throughput: int) -> Iterator[str]:
    """Whether there is time to train: for who seals, and for who wants to know before it challenges."""
    if manifest is None or not panel.members:
        return
    cores = f"{throughput / THROUGHPUT_UNIT:g} reference cores"
    sealing = least_seal_seconds(manifest, terms.max_submissions, throughput)
    if panel.seal_seconds < sealing:
        yield (
            f"the panel has {duration(panel.seal_seconds)} to train and seal, and all entries may take it "
            f"{duration(sealing)} on {cores}: then it cannot answer, and loses its bonds"
        )
    checking = training_seconds(terms.max_submissions, manifest.entry_seconds, throughput)
    since_scores = terms.score_seconds - wait_seconds(manifest) + terms.challenge_seconds
    if since_scores < checking:
        yield (
            f"who checks the scores before it challenges may have to train for {duration(checking)} on {cores}, and "
            f"the time to challenge ends {duration(since_scores)} after there is something to train for"
        )


def _sleep(terms: Terms | Contest, panel: Panel) -> Iterator[str]:
    windows = {"reveal": terms.reveal_seconds}
    if panel.members:
        windows |= {"challenge": terms.challenge_seconds, "seal scores": panel.seal_seconds}
        windows |= {"open scores": panel.open_seconds}
    for what, seconds in windows.items():
        if seconds < _SLEEP_SECONDS:
            yield f"there are only {duration(seconds)} to {what}: who sleeps may miss it"
