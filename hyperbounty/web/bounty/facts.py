"""A contest with all that the index has of it: what its page shows and what programs are told.

`contest_at(snapshot, number)` gives an `IndexedContest`. Everything that follows from the chain alone is there at once:
`contest`, `dispute`, `record`, `specs`, `scores`, `deadlines`, `next_steps`, `price`. What somebody published may be
missing or wrong: `manifest` and `report` are None then, and `documents` says what became of each. Where there is a
manifest, `facts` is what the command line has of a contest (`ContestFacts`), with cautions, disagreements and luck.

`contests_at(snapshot, selection)` gives the contests of a list, each a `ListedContest` with less.

A report is its author's word. One of another contest, or of other specs or scores than those on the chain, is not
shown: `report_fault` says why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Select, select

from hyperbounty.bounty.estimates import estimates_of
from hyperbounty.bounty.manifest import Manifest
from hyperbounty.bounty.price import Price
from hyperbounty.bounty.report import Report
from hyperbounty.bounty.show.contest import ContestFacts, phases_end
from hyperbounty.bounty.show.listing import Listed, Record, luck_ppm, said_lottery
from hyperbounty.bounty.show.next_steps import Situation, Step, next_steps
from hyperbounty.bounty.show.prizes import prize_of
from hyperbounty.bounty.types import Contest, Dispute, Outcome, RevealedSpec
from hyperbounty.bounty.unscorable import Unscorable
from hyperbounty.chain.development import DEVELOPMENT_CHAIN_IDS
from hyperbounty.store import Cid
from hyperbounty.web.bounty.contests import contests_of, records, revealed_specs, scores_of
from hyperbounty.web.bounty.documents import PublishedDocument, documents_of, manifests, report_or_reason
from hyperbounty.web.bounty.index.tables import ACCOUNTS, CONTESTS, ENTRIES
from hyperbounty.web.index.tables import CONTRACTS
from hyperbounty.web.site.errors import NotHere
from hyperbounty.web.site.site import Snapshot


@dataclass(frozen=True)
class ListedContest:
    """A contest in a list.

    Attributes:
        row: of `bounty_contests`, with what the contract's client does not show, such as `opened_at` and `ended_at`.
        listed: the contest as the command line lists it: price, time left, record of its organizer, luck.
        manifest: what it is about; None where nobody has published it, or it is none.
    """

    row: Mapping[str, Any]
    listed: Listed
    manifest: Manifest | None

    @property
    def contest(self) -> Contest:
        """As the contract shows it."""
        return self.listed.contest

    @property
    def title(self) -> str | None:
        """A stranger's words; None where there are none."""
        return None if self.manifest is None else self.manifest.title


@dataclass(frozen=True)
class IndexedContest(ListedContest):
    """One contest with all that the index has of it; see the module.

    Attributes:
        chain_id, address: where its contract is.
        specs: what was revealed, in index order.
        recorded: scores in ppm by index, by their author: `evaluator`, `panel` for its medians, or a member's address.
        report: the evaluator's, where it is of this contest and bears out what was recorded.
        reason: why the evaluator says that the contest cannot be scored; empty where it does not say so.
        report_fault: why its report is not shown, though the index has it; empty where it is.
        documents: what was published, and what became of it.
        claimed: indexes of revealed specs whose share of the pot is paid.
        sponsors: what each sponsor added and has not got back, by its address.
    """

    chain_id: int
    address: str
    specs: tuple[RevealedSpec, ...]
    recorded: Mapping[str, Sequence[int]]
    report: Report | None
    reason: str
    report_fault: str
    documents: tuple[PublishedDocument, ...]
    claimed: frozenset[int]
    sponsors: Mapping[str, int]

    @property
    def dispute(self) -> Dispute:
        """Its panel, and how far a dispute came."""
        return self.listed.dispute

    @property
    def record(self) -> Record:
        """How the contests of its organizer ended."""
        return self.listed.record

    @property
    def now(self) -> int:
        """The chain's time at the block of the index, in unix seconds."""
        return self.listed.now

    @property
    def is_development(self) -> bool:
        """Whether nobody can lose money on its chain."""
        return self.chain_id in DEVELOPMENT_CHAIN_IDS

    @property
    def key(self) -> bytes | None:
        """The published key of its sealed holdout; None while there is none."""
        key: bytes | None = self.row["holdout_key"]
        return key

    @cached_property
    def scores(self) -> tuple[int, ...]:
        """The scores by which the contest pays, ppm by index; empty where none do: `BountyViews.standing_scores`."""
        author = self.dispute.paying_author(self.contest)
        return () if author is None else tuple(self.recorded.get(author, ()))

    @cached_property
    def unclaimed(self) -> tuple[int, ...]:
        """Indexes of revealed specs whose share of the pot waits."""
        if self.contest.pot == 0:
            return ()
        return tuple(spec.index for spec in self.specs if spec.index not in self.claimed)

    @property
    def next_steps(self) -> tuple[Step, ...]:
        """Who can do what now."""
        return next_steps(Situation(self.contest, self.dispute, self.now, self.unclaimed))

    @property
    def price(self) -> Price:
        """What the next new entry costs; nothing where no slot is left."""
        return self.contest.price_at(self.contest.standing)

    @property
    def deadlines(self) -> dict[str, int]:
        """The end of each phase, by its label, as far as it is known, in unix seconds; none of a panel nobody asked."""
        return {phase.label: ends for phase, ends in phases_end(self.contest, self.dispute).items() if ends is not None}

    def won(self, index: int) -> bool:
        """Whether a revealed spec has won: only a contest that is settled has winners for good."""
        return self.contest.outcome is Outcome.WON and index in self.contest.winners

    def prize(self, index: int) -> int | None:
        """What a revealed spec is paid, or would be as things stand, in the smallest unit; None where it is not."""
        winners = self.contest.winners
        return prize_of(self.contest, winners.index(index)) if index in winners else None

    @cached_property
    def facts(self) -> ContestFacts | None:
        """What the command line has of the contest; None without a manifest.

        Its estimates of luck rest on what the manifest says of its data: the index does not train, nor read prices.
        """
        manifest = self.manifest
        if manifest is None:
            return None
        return ContestFacts(
            contest=self.contest,
            dispute=self.dispute,
            manifest=manifest,
            specs=self.specs,
            scores=self.scores,
            estimates=estimates_of(said_lottery(self.contest, manifest), self.contest.minimum_score),
            report=self.report,
            now=self.now,
            unclaimed=self.unclaimed,
            reason=self.reason,
            sponsors=self.sponsors,
            development=self.is_development,
        )


def contest_at(snapshot: Snapshot, number: int) -> IndexedContest:
    """The contest of this number.

    Raises:
        NotHere: the index has none.
    """
    found = contests_at(snapshot, select(CONTESTS).where(CONTESTS.c.number == number))
    if not found:
        raise NotHere(f"there is no contest {number}", "choose one of the list of contests")
    rows, listed = snapshot.connection, found[0]
    row, contest = listed.row, listed.contest
    contract, subject = row["contract"], row["subject"]
    address = rows.execute(select(CONTRACTS.c.address).where(CONTRACTS.c.id == contract)).scalar_one()
    specs = tuple(revealed_specs(rows, contract, subject))
    recorded = scores_of(rows, contract, subject)
    report, reason, fault = None, "", ""
    if row["report"] is not None:
        document = report_or_reason(rows, row["report"])
        if document is not None:
            fault = _fault(document, snapshot.state.chain_id, address, contest, specs, recorded.get("evaluator", ()))
        if isinstance(document, Unscorable):
            reason = "" if fault else document.reason
        elif not fault:
            report = document
    entries = (ENTRIES.c.contract == contract, ENTRIES.c.subject == subject)
    claimed = rows.execute(select(ENTRIES.c.index).where(*entries, ENTRIES.c.claimed.is_not(None))).scalars()
    return IndexedContest(
        row=row,
        listed=listed.listed,
        manifest=listed.manifest,
        chain_id=snapshot.state.chain_id,
        address=address,
        specs=specs,
        recorded=recorded,
        report=report,
        reason=reason,
        report_fault=fault,
        documents=documents_of(rows, row),
        claimed=frozenset(index for index in claimed if index is not None),
        sponsors=_sponsors(snapshot, contract, subject),
    )


def contests_at(snapshot: Snapshot, wanted: Select[Any]) -> list[ListedContest]:
    """The contests that a selection of `bounty_contests` finds, in its order."""
    rows = snapshot.connection
    found = list(contests_of(rows, wanted, snapshot.now))
    said = manifests(rows, {row["manifest"] for row, _, _ in found})
    known = records(rows, list({contest.organizer for _, contest, _ in found}))
    made = []
    for row, contest, dispute in found:
        manifest = said.get(row["manifest"])
        luck = None if manifest is None else luck_ppm(contest, manifest)
        listed = Listed(contest, dispute, known[contest.organizer], snapshot.now, luck)
        made.append(ListedContest(row, listed, manifest))
    return made


def _sponsors(snapshot: Snapshot, contract: int, subject: str) -> dict[str, int]:
    wanted = (
        select(ACCOUNTS.c.account, ACCOUNTS.c.sponsored)
        .where(ACCOUNTS.c.contract == contract, ACCOUNTS.c.subject == subject)
        .order_by(ACCOUNTS.c.account)
    )
    found: dict[str, int] = {}
    for account, sponsored in snapshot.connection.execute(wanted):
        if sponsored:
            found[account] = sponsored
    return found


def _fault(
    document: Report | Unscorable,
    chain_id: int,
    address: str,
    contest: Contest,
    specs: Sequence[RevealedSpec],
    scores: Sequence[int],
) -> str:
    """Why a document is not the report of a contest, as far as the chain tells; empty where it is."""
    faults = _report_faults(document, specs, scores) if isinstance(document, Report) else _reason_faults(scores)
    of = (document.chain_id, document.contract.lower(), document.contest)
    if of != (chain_id, address.lower(), contest.number):
        return f"it is of contest {document.contest} of {document.contract} on chain {document.chain_id}"
    if document.manifest != str(Cid.from_digest(contest.manifest)):
        return f"it is about another manifest, {document.manifest}"
    return next(faults, "")


def _reason_faults(scores: Sequence[int]) -> Iterator[str]:
    if scores:
        yield f"it says that the contest cannot be scored, and {len(scores)} scores are recorded"


def _report_faults(report: Report, specs: Sequence[RevealedSpec], scores: Sequence[int]) -> Iterator[str]:
    if len(report.specs) != len(specs):
        yield f"it has {len(report.specs)} specs, and {len(specs)} were revealed"
    for said, spec in zip(report.specs, specs, strict=False):
        if (said.index, said.spec) != (spec.index, "0x" + spec.spec.hex()):
            yield f"its spec {said.index} is another one than was revealed"
        if said.participant.lower() != spec.participant.lower():
            yield f"it says that spec {said.index} is of another participant"
        if said.place > len(specs):
            yield f"it gives spec {said.index} place {said.place} of {len(specs)}"
    if report.scores != list(scores):
        yield "its scores are others than were recorded"
