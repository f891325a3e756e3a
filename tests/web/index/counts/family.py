"""A family of its own, about the contract `Probe`: who stored what under which key. The frame does not know it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Final

from sqlalchemy import JSON, BigInteger, Column, Connection, Integer, MetaData, String, Table

from hyperbounty.chain.client import ContractClient
from hyperbounty.database import Schema
from hyperbounty.web.index.family import Difference, Family, Folded, IndexedEvent, WantedDocument

PROBE: Final = json.loads((Path(__file__).parents[3] / "chain" / "probe.json").read_text())

COUNTS: Final = Table(
    "counts",
    MetaData(),
    Column("contract", Integer, primary_key=True),
    Column("subject", String(66), primary_key=True),
    Column("who", String(42), primary_key=True),
    Column("times", Integer, nullable=False),
    Column("values", JSON, nullable=False),
    Column("last_at", BigInteger, nullable=False),
)


class CountsFamily(Family):
    """A value is a document too: the SHA-256 of one, where `documents` has it."""

    NAME = "counts"
    CONTRACT = "Probe"
    FOLD = 1
    SCHEMA: ClassVar[Schema] = Schema(
        "the counts", "tests.web.index.counts", "0001", "counts_version", 4_321, "they stay", "they are counted again"
    )
    TABLES: ClassVar[Sequence[Table]] = (COUNTS,)

    def __init__(self) -> None:
        self.documents: dict[int, bytes] = {}
        self.folded = 0

    @property
    def client(self) -> type[ContractClient]:
        return ContractClient

    @property
    def events(self) -> Sequence[Mapping[str, Any]]:
        return [entry for entry in PROBE["abi"] if entry["type"] == "event"]

    def subject_of(self, event: str, topics: Sequence[bytes]) -> str:
        return str(int.from_bytes(topics[2], "big"))

    def fold(self, subject: str, events: Sequence[IndexedEvent]) -> Folded:
        self.folded += len(events)
        rows: dict[str, dict[str, Any]] = {}
        for event in events:
            who = event.args["who"]
            row = rows.setdefault(who, {"who": who, "times": 0, "values": []})
            row["times"] += 1
            row["values"].append(event.args["value"])
            row["last_at"] = event.time
        wanted = [self.documents[value] for row in rows.values() for value in row["values"] if value in self.documents]
        return Folded({"counts": list(rows.values())}, [WantedDocument(digest, "value") for digest in wanted])

    def differences(self, client: ContractClient, contract: int, rows: Connection, block: int) -> Iterator[Difference]:
        return iter(())

    def fault_of(self, kind: str, content: bytes) -> str:
        return "it is empty" if not content else ""
