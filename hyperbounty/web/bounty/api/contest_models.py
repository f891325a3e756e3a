"""What is said of a contest. Names are those of the command line's documents (docs/json.md)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from hyperbounty.bounty.manifest import Estimates, Manifest
from hyperbounty.cli.wording import worded
from hyperbounty.spec.limits import describe_limits
from hyperbounty.web.bounty.documents import PublishedDocument
from hyperbounty.web.bounty.facts import IndexedContest, ListedContest
from hyperbounty.web.site.answers import Answer, Block, Described
from hyperbounty.web.site.values import Address, Amount, Hex32, Ppm, Timestamp

PhaseName = Literal[
    "offer", "lapsed", "submit", "reveal", "score", "challenge", "panel_seal", "panel_open", "settle", "settled",
    "cancelled",
]  # fmt: skip
OutcomeName = Literal["pending", "won", "refunded", "void", "cancelled"]


class PanelTerms(Described):
    """Who decides when scores are challenged; without members, nobody."""

    members: list[Address]
    member_bond: Amount
    challenge_bond: Amount
    panel_fee: Amount
    tolerance_ppm: Ppm
    seal_seconds: int
    open_seconds: int


class DisputeFacts(Described):
    """A panel, and how far a dispute came."""

    panel: PanelTerms
    accepted: list[bool]
    challenge_ends: Timestamp | None
    challenger: Address | None
    seats: list[Literal["silent", "sealed", "opened"]]
    verdict: Literal["none", "upheld", "overturned", "undecided"]
    agreed: list[bool]
    seal_ends: Timestamp | None
    open_ends: Timestamp | None


class EntryPrice(Described):
    """What the next new entry costs."""

    entry_fee: Amount
    surcharge: Amount


class OrganizerRecord(Described):
    """How the contests of an organizer ended."""

    contests_won: int
    contests_refunded: int
    contests_void: int
    contests_disputed: int


class ContestRow(Described):
    """A contest in a list."""

    contest: Annotated[int, Field(description="its number")]
    title: Annotated[str | None, Field(description="a stranger's words; null where the manifest is not there")]
    organizer: Address
    evaluator: Address
    shares: Annotated[list[int], Field(description="of the prize by place, in parts of 10,000")]
    accept_ends: Annotated[Timestamp | None, Field(description="null once everybody has accepted")]
    submit_ends: Annotated[Timestamp | None, Field(description="null until everybody has accepted")]
    submit_seconds: int
    reveal_seconds: int
    score_seconds: int
    challenge_seconds: int
    opened_at_block: int
    limits: Hex32
    max_submissions: int
    max_per_address: int
    entry_seconds: int
    throughput: int
    holdout_commitment: Hex32
    standing: Annotated[int, Field(description="entries that were not withdrawn")]
    revealed: int
    key_published: bool
    unscorable: bool
    winners: Annotated[list[int], Field(description="indexes of specs; final once the contest is settled")]
    phase: PhaseName
    outcome: OutcomeName
    asset: Annotated[Address | None, Field(description="of all amounts; null for the coin")]
    symbol: str | None
    decimals: int | None
    reveal_ends: Timestamp | None
    key_ends: Timestamp | None
    score_ends: Timestamp | None
    challenge_ends: Timestamp | None
    reward: Amount
    sponsored: Amount
    evaluator_bond: Amount
    evaluator_fee: Amount
    entry_fee: Amount
    pot: Amount
    organizer_bond: Amount
    minimum_ppm: Ppm
    manifest: Annotated[str, Field(description="CID")]
    report: Annotated[str | None, Field(description="CID")]
    dispute: DisputeFacts
    price: EntryPrice
    left_seconds: Annotated[int | None, Field(description="of the phase, by the chain; null where no deadline ends it")]
    luck_ppm: Annotated[
        Ppm | None,
        Field(description="most that the chance can be that luck alone is paid, by what the manifest says of its data"),
    ]
    organizer_record: OrganizerRecord
    is_open: Annotated[bool, Field(description="whether somebody can enter now")]
    opened_at: Timestamp
    ended_at: Timestamp | None
    ends: Annotated[Timestamp | None, Field(description="of the phase; null where no deadline ends it")]


class ContestList(Answer):
    """Contests."""

    contests: list[ContestRow]
    next: Annotated[str | None, Field(description="the cursor of the rows that follow; null where none do")]


class NextStepFacts(Described):
    """What somebody can do now; commands are those of the command line."""

    role: str
    step: str


class SponsorFacts(Amount):
    """What a sponsor added and has not got back."""

    sponsor: Address


class DisagreementFacts(Described):
    """What chain and manifest do not say alike."""

    about: str
    chain: str
    manifest: str


class DocumentFacts(Described):
    """A document whose hash is on the chain."""

    kind: Literal["manifest", "report"]
    author: Address
    cid: str
    state: Literal["waiting", "there", "missing", "wrong", "too large"]
    reason: Annotated[str, Field(description="why it is not there; empty where it is")]
    since: Annotated[float, Field(description="unix seconds")]

    @classmethod
    def of(cls, document: PublishedDocument) -> DocumentFacts:
        """What became of `document`."""
        return cls(
            kind="manifest" if document.kind == "manifest" else "report",
            author=document.author,
            cid=str(document.cid),
            state=document.state.value,
            reason=document.reason,
            since=document.since,
        )


class EntryCounts(Described):
    """How many entries are in each state."""

    sealed: int
    revealed: int
    withdrawn: int


class ContestAnswer(Answer, ContestRow):
    """One contest with all that the index has of it."""

    contract: Address
    now: Annotated[Timestamp, Field(description="the chain's time")]
    deadlines: Annotated[dict[str, Timestamp], Field(description="the end of each phase, as far as it is known")]
    next_steps: list[NextStepFacts]
    limits_in_words: str
    entries: EntryCounts
    documents: list[DocumentFacts]
    manifest_document: Annotated[Manifest | None, Field(description="null where it is not there, or is none")]
    disagreements: Annotated[list[DisagreementFacts], Field(description="where there is any, take no part")]
    cautions: Annotated[list[str], Field(description="what is odd about the terms; empty without a manifest")]
    estimates: Annotated[Estimates | None, Field(description="of luck, by what the manifest says of its data")]
    training_seconds: Annotated[int | None, Field(description="the evaluator's for all entries; null until it accepts")]
    reason: Annotated[str, Field(description="why the evaluator says that it cannot be scored; else empty")]
    report_fault: Annotated[
        str, Field(description="why the report is not believed; empty where it is, or is not there")
    ]
    scores_ppm: Annotated[list[Ppm], Field(description="that stand, by index; empty where none do")]
    unclaimed: Annotated[list[int], Field(description="indexes of specs whose share of the pot waits")]
    sponsors: list[SponsorFacts]


def row_of(contest: ListedContest) -> ContestRow:
    """A contest in a list."""
    return ContestRow.model_validate(_row(contest))


def answer_of(contest: IndexedContest, entries: Mapping[str, int], chain_id: int, block: Block) -> ContestAnswer:
    """One contest.

    Args:
        contest: with all that the index has of it.
        entries: how many are in each state.
        chain_id, block: that it is of.
    """
    asset, facts = contest.contest.asset, contest.facts
    more: dict[str, Any] = {
        "contract": contest.address,
        "now": contest.now,
        "deadlines": contest.deadlines,
        "next_steps": [{"role": each.role, "step": worded(each.step)} for each in contest.next_steps],
        "limits_in_words": describe_limits(contest.contest.limits),
        "entries": dict(entries),
        "documents": [DocumentFacts.of(document) for document in contest.documents],
        "manifest_document": contest.manifest,
        "disagreements": [] if facts is None else [each.json() for each in facts.disagreements],
        "cautions": [] if facts is None else list(facts.cautions),
        "estimates": None if facts is None else facts.estimates,
        "training_seconds": None if facts is None else facts.training_seconds,
        "reason": contest.reason,
        "report_fault": contest.report_fault,
        "scores_ppm": list(contest.scores),
        "unclaimed": list(contest.unclaimed),
        "sponsors": [
            {"sponsor": sponsor, **Amount.of(amount, asset).model_dump()}
            for sponsor, amount in contest.sponsors.items()
        ],
    }
    return ContestAnswer.model_validate({"chain_id": chain_id, "block": block, **_row(contest), **more})


def _row(contest: ListedContest) -> dict[str, Any]:
    row, listed = contest.row, contest.listed
    return {
        **listed.json(),
        "title": contest.title,
        "is_open": listed.is_open,
        "opened_at": row["opened_at"],
        "ended_at": row["ended_at"],
        "ends": listed.ends,
    }
