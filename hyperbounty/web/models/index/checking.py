"""The tables of shared models held against the contract's views, all at one block."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from hyperbounty.chain.payments import NATIVE
from hyperbounty.models.kinds.classed import samples_of
from hyperbounty.models.types import Stage
from hyperbounty.web.index.family import Difference
from hyperbounty.web.models.index.learned import shape_of, unpacked, word_count
from hyperbounty.web.models.index.phases import phase_of
from hyperbounty.web.models.index.tables import ACCOUNTS, BATCHES, CLAIMS, CREDITS, MARKETS, MODELS, SAMPLES, STATES

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from web3.contract.contract import ContractFunction

    from hyperbounty.chain.client import ContractClient
    from hyperbounty.chain.headers import Header

_CALLS_AT_ONCE: Final = 500
_WORDS_A_CALL: Final = 2_000
_NOTHING: Final = bytes(32)
_COUNT: Final = 2**64 - 1
_Row = Mapping[str, Any]
# A subject, what is compared, the call of the view, and what the tables say.
_Question = tuple[str, str, "ContractFunction", Any]


def differences(client: ContractClient, contract: int, rows: Connection, block: int) -> Iterator[Difference]:
    """Every difference; see `Family.differences`."""
    questions = _questions(client, contract, rows, client.chain.header(block))
    while some := list(islice(questions, _CALLS_AT_ONCE)):
        readings = client.read_many([call for _, _, call, _ in some], block)
        for (subject, what, call, ours), reading in zip(some, readings, strict=True):
            if reading.error is not None:
                yield Difference(subject, what, str(ours), f"refused: {reading.error.what}")
            elif not isinstance(ours, dict):
                if reading.value != ours:
                    yield Difference(subject, what, str(ours), str(reading.value))
            else:
                names = [component["name"] for component in call.abi["outputs"][0]["components"]]
                for name, theirs in zip(names, reading.value, strict=True):
                    if ours[name] != theirs:
                        yield Difference(subject, f"{name} of {what}", str(ours[name]), str(theirs))


def _questions(client: ContractClient, contract: int, rows: Connection, at: Header) -> Iterator[_Question]:
    calls = client.calls
    found = rows.execute(select(MODELS).where(MODELS.c.contract == contract)).mappings()
    models: dict[str, _Row] = {row["subject"]: dict(row) for row in found}
    yield "", "number of models", calls.modelCount(), len(models)
    for subject, model in models.items():
        own = (STATES.c.contract == contract, STATES.c.subject == subject)
        state: _Row = dict(rows.execute(select(STATES).where(*own)).mappings().one())
        yield subject, "the model", calls.modelOf(model["number"]), _model_view(model)
        yield from _state_questions(client, model, state)
        yield from _sample_questions(client, rows, contract, model)
        yield from _market_questions(client, rows, contract, model, at)
    accounts = select(ACCOUNTS).where(ACCOUNTS.c.contract == contract)
    for row in rows.execute(accounts).mappings():
        member = {"valid": row["valid"], "number": row["member"], "lastTime": row["last_time"]}
        yield row["subject"], row["account"], calls.memberOf(int(row["subject"]), row["account"]), member
    for row in rows.execute(select(CREDITS).where(CREDITS.c.contract == contract)).mappings():
        owner, asset = row["subject"], row["asset"]
        what = f"credit in {'the coin' if asset == NATIVE else asset}"
        yield owner, what, calls.credits(asset, owner), row["credited"] - row["withdrawn"]


def _model_view(model: _Row) -> dict[str, Any]:
    same = ("stage", "kind", "features", "classes", "step", "creator", "asset", "weight", "members")
    return {
        **{name: model[name] for name in same},
        "lanes": model["capacity"],
        "smoothing": model["alpha"],
        "bias": model["bias"],
        "floorShift": model["floor_shift"],
        "refundWait": model["refund_wait"],
        "ownerWait": model["owner_wait"],
        "anyWait": model["any_wait"],
        "minInterval": model["min_interval"],
        "openedAt": model["opened_at"],
        "lastTime": model["last_time"],
        "validTotal": model["valid_total"],
        "manifest": model["manifest"] or _NOTHING,
        "words": word_count(shape_of(model)),
        "markets": model["markets"],
        "rests": model["rests"],
    }


def _state_questions(client: ContractClient, model: _Row, state: _Row) -> Iterator[_Question]:
    number, subject = model["number"], model["subject"]
    words, shape = unpacked(state["words"]), shape_of(model)
    words += (0,) * (word_count(shape) - len(words))
    for first in range(0, len(words), _WORDS_A_CALL):
        ours = list(words[first : first + _WORDS_A_CALL])
        yield subject, f"words from {first} on", client.calls.wordsOf(number, first, _WORDS_A_CALL), ours
    if model["stage"] != Stage.DRAFT and not shape.facts.two_classes:
        # Of a draft the tables have no more than what was given.
        totals = [(samples_of(each), each >> 64 & _COUNT, each >> 128) for each in unpacked(state["totals"])]
        yield subject, "totals", client.calls.totalsOf(number), totals


def _sample_questions(client: ContractClient, rows: Connection, contract: int, model: _Row) -> Iterator[_Question]:
    number, subject = model["number"], model["subject"]
    entries: dict[int, tuple[Any, ...]] = {}
    wanted = select(SAMPLES).where(SAMPLES.c.contract == contract, SAMPLES.c.subject == subject)
    for row in rows.execute(wanted.order_by(SAMPLES.c.number)).mappings():
        entry = (row["author"], row["at"], row["position"], row["label"], row["features"])
        entries[row["number"]] = entry
        ours = {
            "exists": True,
            "deposit": row["deposit"],
            "left": row["left"],
            "refundAt": row["at"] + model["refund_wait"],
            "ownerAt": row["at"] + model["owner_wait"],
            "anyAt": row["at"] + model["any_wait"],
        }
        yield subject, f"sample {row['number']}", client.calls.contributionOf(number, entry), ours
    claims = select(CLAIMS).where(CLAIMS.c.contract == contract, CLAIMS.c.subject == subject)
    for row in rows.execute(claims).mappings():
        # The contract keeps it of members, and of authors where there is no money.
        if row["kind"] == "report" or (row["kind"] == "refund" and not model["weight"]):
            call = client.calls.hasClaimed(number, entries[row["sample"]], row["account"])
            yield subject, f"sample {row['sample']}, claimed by {row['account']}", call, True


def _market_questions(
    client: ContractClient, rows: Connection, contract: int, model: _Row, at: Header
) -> Iterator[_Question]:
    number, subject = model["number"], model["subject"]
    wanted = select(MARKETS).where(MARKETS.c.contract == contract, MARKETS.c.subject == subject)
    for row in rows.execute(wanted.order_by(MARKETS.c.number)).mappings():
        what, call = f"market {row['number']}", client.calls.marketOf(number, row["number"])
        yield subject, what, call, _market_view(dict(row), model, at)
    batches = select(BATCHES).where(BATCHES.c.contract == contract, BATCHES.c.subject == subject)
    for row in rows.execute(batches).mappings():
        what = f"batch {row['number']} of market {row['market']} unpaid"
        call = client.calls.isUnpaid(number, row["market"], (row["number"], row["author"], row["digest"]))
        yield subject, what, call, row["paid"] is None and row["repaid"] is None


def _market_view(market: _Row, model: _Row, at: Header) -> dict[str, Any]:
    same = ("provider", "bounty", "bond", "stake", "revealed", "until", "batches", "scored", "record", "escrow")
    hashes = market["hashes"]
    return {
        **{name: market[name] for name in same},
        "phase": phase_of(market, at.number, at.timestamp),
        "ended": market["ended_at"] is not None,
        "asset": model["asset"],
        "batchSize": market["batch_size"],
        "pieces": [hashes[start : start + 32] for start in range(0, len(hashes), 32)],
        "drawn": market["drawn"] or 0,
        "openedBlock": market["opened_block"],
        "startWait": market["start_wait"],
        "contributeWait": market["contribute_wait"],
        "revealWait": market["reveal_wait"],
        "scoreWait": market["score_wait"],
    }
