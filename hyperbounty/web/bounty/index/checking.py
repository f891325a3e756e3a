"""The bounty's tables held against the contract's views, all at one block."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from hyperbounty.bounty.types import SubmissionState
from hyperbounty.chain.payments import NATIVE
from hyperbounty.web.bounty.index.phases import phase_at
from hyperbounty.web.bounty.index.tables import ACCOUNTS, CONTESTS, ENTRIES
from hyperbounty.web.index.family import Difference

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from web3.contract.contract import ContractFunction

    from hyperbounty.chain.client import ContractClient

_CALLS_AT_ONCE: Final = 1_000
_NOTHING: Final = bytes(32)
# By its own count of blocks, which on some chains is not the node's; no event has it.
_NOT_IN_EVENTS: Final = ("openedAtBlock",)
_STATES: Final = {
    "sealed": SubmissionState.SEALED,
    "revealed": SubmissionState.REVEALED,
    "withdrawn": SubmissionState.EMPTY,
}
_Row = Mapping[str, Any]
# A subject, what is compared, the call of the view, and what the tables say.
_Question = tuple[str, str, "ContractFunction", Any]


def differences(client: ContractClient, contract: int, rows: Connection, block: int) -> Iterator[Difference]:
    """Every difference, of contests first; see `Family.differences`."""
    time = client.chain.header(block).timestamp
    questions = _questions(client, contract, rows, time)
    waiting: list[_Question] = []
    for question in questions:
        waiting.append(question)
        if len(waiting) == _CALLS_AT_ONCE:
            yield from _compared(client, waiting, block)
            waiting = []
    yield from _compared(client, waiting, block)


def _questions(client: ContractClient, contract: int, rows: Connection, time: int) -> Iterator[_Question]:
    calls = client.calls
    found = rows.execute(select(CONTESTS).where(CONTESTS.c.contract == contract))
    contests: list[_Row] = [dict(row) for row in found.mappings()]
    yield "", "number of contests", calls.contestCount(), len(contests)
    for contest in contests:
        number = contest["number"]
        yield contest["subject"], "", calls.contestOf(number), _contest_view(contest, time)
        yield contest["subject"], "", calls.disputeOf(number), _dispute_view(contest)
    entries = select(ENTRIES).where(ENTRIES.c.contract == contract)
    # There may be a million of them.
    for row in rows.execute(entries.execution_options(yield_per=_CALLS_AT_ONCE)).mappings():
        entry: _Row = dict(row)
        who, slot = entry["participant"], entry["slot"]
        yield entry["subject"], "", calls.submissionOf(int(entry["subject"]), who, slot), _submission_view(entry)
        if entry["index"] is not None:
            revealed = {name: entry[name] for name in ("participant", "ordinal", "spec")} | {"entry": slot}
            yield entry["subject"], "", calls.revealedAt(int(entry["subject"]), entry["index"]), revealed
    owed: dict[tuple[str, str], int] = {}
    for account in rows.execute(select(ACCOUNTS).where(ACCOUNTS.c.contract == contract)).mappings():
        who, asset = account["account"], account["asset"]
        owed[asset, who] = owed.get((asset, who), 0) + account["credited"] - account["withdrawn"]
        if "sponsor" in account["roles"]:
            call = calls.sponsorshipOf(int(account["subject"]), who)
            yield account["subject"], f"sponsorship of {who}", call, account["sponsored"]
    for (asset, who), amount in owed.items():
        yield who, f"credit in {'the coin' if asset == NATIVE else asset}", calls.credits(asset, who), amount


def _contest_view(contest: _Row, time: int) -> dict[str, Any]:
    return {
        **{_camel(name): value for name, value in contest.items()},
        "acceptEnds": contest["accept_ends"] or 0,
        "submitEnds": contest["submit_ends"] or 0,
        "keyPublished": contest["holdout_key"] is not None,
        "report": contest["report"] or _NOTHING,
        "phase": phase_at(contest, time),
    }


def _dispute_view(contest: _Row) -> dict[str, Any]:
    panel: Sequence[_Row] = contest["panel"]
    terms = [contest[name] for name in ("member_bond", "challenge_bond", "member_fee", "tolerance")]
    windows = [contest["seal_seconds"], contest["open_seconds"]]
    return {
        "panel": ([seat["member"] for seat in panel], *terms, *windows),
        "accepted": [seat["accepted"] for seat in panel],
        "challenger": contest["challenger"] or NATIVE,
        "seats": [seat["state"] for seat in panel],
        "verdict": contest["verdict"],
        "agreed": [seat["agreed"] for seat in panel],
    }


def _submission_view(entry: _Row) -> dict[str, Any]:
    is_sealed = entry["state"] == "sealed"
    return {
        "state": _STATES[entry["state"]],
        "ordinal": entry["ordinal"] if is_sealed else 0,
        "seal": entry["commitment"][:28] if is_sealed else bytes(28),
        "spec": entry["spec"] or _NOTHING,
    }


def _compared(client: ContractClient, questions: Sequence[_Question], block: int) -> Iterator[Difference]:
    readings = client.read_many([call for _, _, call, _ in questions], block)
    for (subject, what, call, ours), reading in zip(questions, readings, strict=True):
        if reading.error is not None:
            yield Difference(subject, what or call.fn_name, str(ours), f"refused: {reading.error.what}")
        elif not isinstance(ours, dict):
            if reading.value != ours:
                yield Difference(subject, what, str(ours), str(reading.value))
        else:
            names = [component["name"] for component in call.abi["outputs"][0]["components"]]
            for name, theirs in zip(names, reading.value, strict=True):
                if name not in _NOT_IN_EVENTS and ours[name] != theirs:
                    about = f"{name} of {call.fn_name}{tuple(call.arguments)}"
                    yield Difference(subject, about, _shown(ours[name]), _shown(theirs))


def _shown(value: Any) -> str:
    return f"0x{value.hex()}" if isinstance(value, bytes) else str(value)


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)
