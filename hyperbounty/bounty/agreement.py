"""Whether chain and manifest say the same of a contest. What they disagree about, no score can be right about.

The contract knows the manifest by its hash alone. So an organizer can name a manifest of another bar, or of a sealed
holdout where the contract has no commitment to its key. Everybody who puts money on a contest asks this first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Final

from hyperbounty.bounty.manifest import FutureHoldout, Manifest, SealedHoldout
from hyperbounty.bounty.types import Contest, Dispute
from hyperbounty.durations import format_duration
from hyperbounty.errors import ManifestError, SpecError
from hyperbounty.format import percent
from hyperbounty.spec.table import FIELDS
from hyperbounty.spec.word import pack, unpack

_ADVICE: Final = "take no part in it: nobody can say what its scores would mean"


@dataclass(frozen=True)
class Disagreement:
    """One thing that chain and manifest do not say alike, or that cannot be as the manifest says.

    Attributes:
        about: what it is.
        chain, manifest: what each says of it, for people; the chain does not speak of everything.

    >>> str(Disagreement("the bar", "55%", "50%"))
    'the bar is 55% on the chain and 50% in the manifest'
    """

    about: str
    chain: str
    manifest: str

    def __str__(self) -> str:
        chain = f"{self.chain} on the chain and " if self.chain else ""
        return f"{self.about} is {chain}{self.manifest} in the manifest"

    def json(self) -> dict[str, str]:
        """The facts as JSON types."""
        return asdict(self)


def disagreements(contest: Contest, dispute: Dispute, manifest: Manifest) -> tuple[Disagreement, ...]:
    """Everything that the chain and the manifest of a contest disagree about; empty where the contest is sound."""
    return tuple(_found(contest, dispute, manifest))


def require_agreement(contest: Contest, dispute: Dispute, manifest: Manifest) -> None:
    """Refuse a contest whose chain and manifest disagree: before money, and before hours of training.

    Raises:
        ManifestError: names everything that they disagree about.
    """
    found = disagreements(contest, dispute, manifest)
    if found:
        raise ManifestError(
            f"chain and manifest of contest {contest.number} disagree: {'; '.join(map(str, found))}", _ADVICE
        )


def _found(contest: Contest, dispute: Dispute, manifest: Manifest) -> Iterator[Disagreement]:
    yield from _holdout(contest, manifest)
    if contest.minimum_score != manifest.minimum_score_ppm:
        yield Disagreement("the bar", percent(contest.minimum_score), percent(manifest.minimum_score_ppm))
    if contest.entry_seconds != manifest.entry_seconds:
        yield Disagreement(
            "the budget of an entry", format_duration(contest.entry_seconds), format_duration(manifest.entry_seconds)
        )
    # The contract knows a tolerance only where there is a panel.
    panel = dispute.panel
    if panel.members and panel.tolerance != manifest.tolerance_ppm:
        yield Disagreement("the tolerance", percent(panel.tolerance), percent(manifest.tolerance_ppm))
    refused = _cheapest_refused(contest, manifest)
    if refused is not None:
        yield Disagreement("the cheapest spec", "allowed by the limits", f"refused: {refused.what}")


def _holdout(contest: Contest, manifest: Manifest) -> Iterator[Disagreement]:
    holdout = manifest.holdout
    if contest.sealed != isinstance(holdout, SealedHoldout):
        yield Disagreement("the holdout", "sealed" if contest.sealed else "future", holdout.mode)
        return
    windows = manifest.estimates.holdout_windows
    if isinstance(holdout, FutureHoldout):
        # The last row is there when its interval is over, and then the specs are still to be trained.
        last_row = holdout.rows * manifest.interval
        if last_row >= contest.score_seconds:
            end = f"{format_duration(contest.score_seconds)} after the reveals"
            yield Disagreement("the end of scoring", end, f"before the last row is there ({format_duration(last_row)})")
    else:
        committed = "0x" + contest.holdout_commitment.hex()
        if committed != holdout.key_commitment:
            yield Disagreement("the commitment to the holdout key", committed, holdout.key_commitment)
        if holdout.windows != windows:
            yield Disagreement("the number of windows", "", f"{holdout.windows:,} and also {windows:,}")
    if windows > holdout.rows:
        yield Disagreement("the number of windows", "", f"{windows:,} of {holdout.rows:,} rows")


def _cheapest_refused(contest: Contest, manifest: Manifest) -> SpecError | None:
    """Why the manifest refuses even the cheapest spec that the contract takes; None where it does not."""
    values = {field.name: field.lowest for field in FIELDS}
    # One layer of one unit, in as few steps as the limits allow.
    values |= {"recurrent_layers": 1, "recurrent_units_1": 1, "batch_size": unpack(contest.limits)["batch_size"]}
    return manifest.judge(pack(values), contest.limits).refusal
