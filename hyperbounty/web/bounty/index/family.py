"""The bounty, as the index knows it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from eth_utils.address import to_checksum_address

from hyperbounty.errors import ManifestError
from hyperbounty.next_steps import Action, NextStep, Parameter
from hyperbounty.web.bounty.index.checking import differences
from hyperbounty.web.bounty.index.folding import ContestFold, fold_credits
from hyperbounty.web.bounty.index.tables import SCHEMA, TABLES
from hyperbounty.web.index.errors import IndexStopped
from hyperbounty.web.index.family import Difference, Family, Folded, IndexedEvent

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table

    from hyperbounty.chain.client import ContractClient
    from hyperbounty.database import Schema

_ADDRESS_BYTES = 20


class BountyFamily(Family):
    """Contests for hyperparameters."""

    NAME = "bounty"
    CONTRACT = "HyperparameterBounty"
    FOLD = 1
    SCHEMA: ClassVar[Schema] = SCHEMA
    TABLES: ClassVar[Sequence[Table]] = TABLES

    def subject_of(self, event: str, topics: Sequence[bytes]) -> str:
        """The number of the contest, or the owner of credits that were withdrawn."""
        if event == "CreditWithdrawn":
            return str(to_checksum_address(topics[2][-_ADDRESS_BYTES:]))
        return str(int.from_bytes(topics[1], "big"))

    def fold(self, subject: str, events: Sequence[IndexedEvent]) -> Folded:
        """The rows of a contest, or of withdrawn credits.

        Raises:
            IndexStopped: events are missing, as where a node keeps no old ones and does not say so.
        """
        first, *others = events
        if first.name == "CreditWithdrawn":
            return Folded(fold_credits(events), assets=[event.args["asset"] for event in events])
        try:
            contest = ContestFold(int(subject), first)
            for event in others:
                contest.add(event)
            return Folded(contest.rows(), contest.documents(), [contest.asset])
        except (LookupError, StopIteration) as error:
            raise IndexStopped(
                f"events of contest {subject} are missing: those that the node showed do not follow from each other",
                NextStep(
                    "read it anew, with another node as {} or an earlier {}: {}",
                    Parameter("rpc"),
                    Parameter("from_block"),
                    Action("index.rebuild"),
                ),
            ) from error

    def differences(self, client: ContractClient, contract: int, rows: Connection, block: int) -> Iterator[Difference]:
        """Every contest, entry, sponsorship and credit against the contract's views."""
        return differences(client, contract, rows, block)

    def fault_of(self, kind: str, content: bytes) -> str:
        """Why bytes are no manifest, or no report."""
        # They load arrays, for documents alone.
        from hyperbounty.bounty.manifest import Manifest
        from hyperbounty.bounty.report import Report
        from hyperbounty.bounty.unscorable import Unscorable

        faults = []
        for form in (Manifest,) if kind == "manifest" else (Report, Unscorable):
            try:
                form.parse(content)
            except ManifestError as error:
                faults.append(error.what)
            else:
                return ""
        return faults[0]
