"""Shared models, as the index knows them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from eth_utils.address import to_checksum_address

from hyperbounty.errors import InvalidInput, ManifestError
from hyperbounty.next_steps import Action, NextStep, Parameter
from hyperbounty.web.index.errors import IndexStopped
from hyperbounty.web.index.family import Before, Difference, Folded, IndexedEvent, LongFamily
from hyperbounty.web.models.index.checking import differences
from hyperbounty.web.models.index.folding import CREDIT_EVENTS, MODEL_EVENTS, ModelFold, fold_credits
from hyperbounty.web.models.index.tables import SCHEMA, TABLES

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table

    from hyperbounty.chain.client import ContractClient
    from hyperbounty.database import Schema

OTHER: Final = "other"
"""What events belong to that this fold does not know."""

_ADDRESS_BYTES: Final = 20


class ModelsFamily(LongFamily):
    """Small classifiers that strangers improve."""

    NAME = "models"
    CONTRACT = "SharedModels"
    FOLD = 1
    SCHEMA: ClassVar[Schema] = SCHEMA
    TABLES: ClassVar[Sequence[Table]] = TABLES

    def subject_of(self, event: str, topics: Sequence[bytes]) -> str:
        """The number of the model, or the account whose credits they are."""
        if event in CREDIT_EVENTS:
            return str(to_checksum_address(topics[2][-_ADDRESS_BYTES:]))
        if event in MODEL_EVENTS:
            return str(int.from_bytes(topics[1], "big"))
        # What this fold does not know is kept, and comes to nothing.
        return OTHER

    def fold_on(self, subject: str, before: Before, events: Sequence[IndexedEvent]) -> Folded:
        """What further events of a model change, or of an account's credits.

        Raises:
            IndexStopped: events are missing, as where a node keeps no old ones and does not say so.
        """
        try:
            if subject == OTHER:
                return Folded({})
            if not subject.isdecimal():
                return fold_credits(before, events)
            return ModelFold(int(subject), before, events).folded()
        except (LookupError, InvalidInput) as error:
            raise IndexStopped(
                f"events of model {subject} are missing: those that the node showed do not follow from each other",
                NextStep(
                    "read it anew, with another node as {} or an earlier {}: {}",
                    Parameter("rpc"),
                    Parameter("from_block"),
                    Action("index.rebuild"),
                ),
            ) from error

    def differences(self, client: ContractClient, contract: int, rows: Connection, block: int) -> Iterator[Difference]:
        """Every model with all its words, sample, member and credit against the contract's views."""
        return differences(client, contract, rows, block)

    def fault_of(self, kind: str, content: bytes) -> str:
        """Why bytes are no manifest of a model. Whether it is one of this model is seen where it is shown."""
        from hyperbounty.models.manifest import ModelManifest

        try:
            ModelManifest.parse(content)
        except ManifestError as error:
            return error.what
        return ""
