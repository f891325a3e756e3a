"""What a family of contests brings to the index: its events, its tables, and how the ones become the others.

A family registers an object of this class as an entry point of the group `hyperbounty.index`. The frame then reads the
logs of its contract, keeps them, undoes those of blocks that the chain gave up, and calls `fold` for each subject that
was touched. A subject is what rows belong to: a contest, a model, an account. Each event belongs to one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, ClassVar, Final, Protocol

from hyperbounty.chain.artifacts import load_artifact
from hyperbounty.chain.event_decoding import EventDecoder
from hyperbounty.chain.registry import client_class

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table

    from hyperbounty.chain.client import ContractClient
    from hyperbounty.database import Schema

GROUP: Final = "hyperbounty.index"


@dataclass(frozen=True, slots=True)
class IndexedEvent:
    """An event as a fold gets it.

    Attributes:
        name: of the event.
        args: by the names of the contract's ABI; bytes and numbers as they are, addresses with their checksum.
        block, position: where it is: the number of the block, and its place among the logs of the block.
        time: of the block, in unix seconds.
        transaction: hash, 32 bytes.
    """

    name: str
    args: Mapping[str, Any]
    block: int
    position: int
    time: int
    transaction: bytes


@dataclass(frozen=True)
class WantedDocument:
    """A document whose hash is on the chain.

    Attributes:
        digest: SHA-256 of its bytes.
        kind: of the family's documents, for `Family.fault_of`.
    """

    digest: bytes
    kind: str


@dataclass(frozen=True)
class Folded:
    """What the events of one subject come to.

    Attributes:
        rows: by the name of the table. Each row has every column but `contract` and `subject`.
        documents: that are to be fetched.
        assets: addresses of the tokens that amounts are counted in; the coin may be among them.
    """

    rows: Mapping[str, Sequence[Mapping[str, Any]]]
    documents: Sequence[WantedDocument] = ()
    assets: Sequence[str] = ()


@dataclass(frozen=True)
class Difference:
    """Where the tables and the contract's views do not say the same.

    Attributes:
        subject: that the rows belong to.
        what: the value, such as `standing`.
        index, chain: what each of them says, for people.
    """

    subject: str
    what: str
    index: str
    chain: str


class Family(ABC):
    """One family; see the module.

    Attributes:
        NAME: of the family.
        CONTRACT: the name that its contract is registered and its artifact is kept under.
        FOLD: version of `fold`. Raised with each change of what it makes; then every subject is folded again.
        SCHEMA: of its tables.
        TABLES: that `fold` fills, in the order in which rows can be added.
    """

    NAME: ClassVar[str]
    CONTRACT: ClassVar[str]
    FOLD: ClassVar[int]
    SCHEMA: ClassVar[Schema]
    TABLES: ClassVar[Sequence[Table]]

    @property
    def client(self) -> type[ContractClient]:
        """The class of the contract's client."""
        return client_class(self.CONTRACT)

    @property
    def events(self) -> Sequence[Mapping[str, Any]]:
        """The ABI of every event of the contract."""
        return [entry for entry in load_artifact(self.CONTRACT).abi if entry["type"] == "event"]

    @cached_property
    def decoders(self) -> Mapping[bytes, EventDecoder]:
        """Of every event, by first topic."""
        made = [EventDecoder(event) for event in self.events]
        return {decoder.topic: decoder for decoder in made}

    @abstractmethod
    def subject_of(self, event: str, topics: Sequence[bytes]) -> str:
        """What an event belongs to, told from its topics; at most 66 characters."""

    @abstractmethod
    def fold(self, subject: str, events: Sequence[IndexedEvent]) -> Folded:
        """What all events of a subject come to, in the order of the chain. It depends on them alone.

        Raises:
            IndexStopped: events are missing.
        """

    @abstractmethod
    def differences(self, client: ContractClient, contract: int, rows: Connection, block: int) -> Iterator[Difference]:
        """Compare the rows of a contract with its views at a block.

        Args:
            client: of the contract.
            contract: its number in the tables.
            rows: shows the tables as they were at `block`.
            block: its number.
        """

    def fault_of(self, kind: str, content: bytes) -> str:
        """Why a document that was fetched is not what its kind must be; empty where it is."""
        return ""


class Before(Protocol):
    """The rows that the earlier events of a subject came to."""

    def rows(self, table: Table, column: str = "", values: Collection[object] = ()) -> Sequence[Mapping[str, Any]]:
        """Those of a table of the family that have one of `values` in `column`; all of them where none is named."""


class _Nothing:
    """Before the first event of a subject."""

    def rows(self, table: Table, column: str = "", values: Collection[object] = ()) -> Sequence[Mapping[str, Any]]:
        return []


class LongFamily(Family):
    """A family whose subjects may have events without end, of which a new one must not fold all others again.

    The frame folds them part by part, each onto the rows of the part before. What blocks that were taken back came to
    cannot be undone so: then it begins with the first event again.
    """

    @abstractmethod
    def fold_on(self, subject: str, before: Before, events: Sequence[IndexedEvent]) -> Folded:
        """What further events of a subject change. It depends on them and on `before` alone, however they are parted.

        Returns:
            The rows that are new or other than before; documents and assets all, as of `fold`.

        Raises:
            IndexStopped: events are missing.
        """

    def fold(self, subject: str, events: Sequence[IndexedEvent]) -> Folded:
        """All events in one part."""
        return self.fold_on(subject, _Nothing(), events)


def families() -> list[Family]:
    """Every registered family, in the order of their names."""
    return [point.load()() for point in sorted(entry_points(group=GROUP), key=lambda point: point.name)]
