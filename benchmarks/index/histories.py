"""Histories of the bounty's events as whole contests emit them, without the work that makes them true."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from eth_abi.abi import encode
from eth_utils.abi import get_abi_input_types

from benchmarks.index.emitter import Record
from hyperbounty.chain.artifacts import load_artifact
from hyperbounty.chain.event_decoding import EventDecoder
from hyperbounty.spec.spec import Spec
from hyperbounty.spec.word import SPEC_MAXIMA

ENTRIES: Final = 300
"""Of a contest."""

_EVENTS: Final = {
    entry["name"]: entry for entry in load_artifact("HyperparameterBounty").abi if entry["type"] == "event"
}
_NONE: Final = f"0x{'00' * 20}"
_WON: Final = 1


def address(number: int) -> str:
    """The address of somebody."""
    return f"0x{number + 1:040x}"


def events_of_contest(number: int, entries: int = ENTRIES, manifest: bytes | None = None) -> Iterator[Record]:
    """A contest that everybody submits to, and reveals in, and that somebody wins: some 610 events with 300 entries.

    Args:
        number: of the contest.
        entries: at most 1,024.
        manifest: its digest, 32 bytes; left out, one that nobody has.
    """
    organizer, evaluator = address(2 * number), address(2 * number + 1)
    panel: Any = ((), 0, 0, 0, 0, 0, 0)
    terms: Any = (
        _NONE, 10**18, 10**17, 10**17, 10**15, 10**14, 500_000, (10_000,), 1_800_000_000, 600, 600, 2_400, 600,
        evaluator, SPEC_MAXIMA, 1_024, 1, 36, manifest or number.to_bytes(32, "big"), bytes(32), panel,
    )  # fmt: skip
    yield record("Opened", contest=number, organizer=organizer, evaluator=evaluator, terms=terms)
    yield record("Accepted", contest=number, account=evaluator, throughput=30_000)
    yield record("Started", contest=number, submitEnds=1_800_000_600)
    for entry in range(entries):
        who = address(1_000_000 + entry)
        seal = (number * 1_024 + entry).to_bytes(32, "big")
        yield record("Submitted", contest=number, participant=who, entry=0, commitment=seal, ordinal=entry + 1)
    for entry in range(entries):
        who = address(1_000_000 + entry)
        opened = {
            "index": entry,
            "entry": 0,
            "ordinal": entry + 1,
            "spec": Spec().word,
            "salt": entry.to_bytes(32, "big"),
        }
        yield record("Revealed", contest=number, participant=who, **opened)
    scores = [500_000 + 7 * entry for entry in range(entries)]
    yield record("ScoresRecorded", contest=number, report=(number + 2**128).to_bytes(32, "big"), scores=scores)
    yield record("Settled", contest=number, outcome=_WON, prize=10**18, pot=0)
    for payee, amount in ((address(1_000_000 + entries - 1), 10**18), (evaluator, 10**17), (organizer, 10**17)):
        yield record("Paid", id=number, to=payee, amount=amount)


def record(event: str, **arguments: Any) -> Record:
    """Topics and data of an event."""
    inputs = _EVENTS[event]["inputs"]
    topics = [EventDecoder(_EVENTS[event]).topic]
    topics += [encode([item["type"]], [arguments[item["name"]]]) for item in inputs if item["indexed"]]
    others: Any = [item for item in inputs if not item["indexed"]]
    types = get_abi_input_types({"type": "function", "name": "", "inputs": others})
    return topics, encode(types, [arguments[item["name"]] for item in others])
