"""What further events of a model change: a pure function of them and of the rows before, in the order of the chain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from hyperbounty.models.batches import decode_batch
from hyperbounty.models.history import MARKET_EVENTS
from hyperbounty.models.kinds import Model
from hyperbounty.models.types import Entry, Stage
from hyperbounty.web.index.family import Before, Folded, IndexedEvent, WantedDocument
from hyperbounty.web.models.index.learned import model_of, packed, row_of
from hyperbounty.web.models.index.market_folding import MarketsFold
from hyperbounty.web.models.index.tables import ACCOUNTS, CREDITS, MODELS, SAMPLES, STATES

MANIFEST: Final = "model manifest"
"""The kind of the document that a model publishes."""

CREDIT_EVENTS: Final = frozenset({"Credited", "CreditWithdrawn"})
"""What belongs to an account. A payment that fails is no less paid for its model."""

MODEL_EVENTS: Final = frozenset(
    {
        *("Opened", "Uploaded", "Published", "ClassAdded", "Closed", "Added", "Refunded", "Reported", "Claimed"),
        *MARKET_EVENTS,
    }
)
"""What belongs to a model."""

_CLAIMANTS: Final = {"Refunded": "author", "Reported": "member", "Claimed": "claimant"}
_KINDS: Final = {"Refunded": "refund", "Reported": "report", "Claimed": "claim"}
_COUNTED: Final = (
    *("samples", "valid", "member", "last_time", "staked", "left", "refunded", "reported", "claimed"),
    *("batches", "batches_staked", "batches_got"),
)
_WORD: Final = 32
_Row = dict[str, Any]


class ModelFold:
    """A model while further events of it are gone through.

    Args:
        number: of the model.
        before: the rows that earlier events came to.
        events: that come now.
    """

    def __init__(self, number: int, before: Before, events: Sequence[IndexedEvent]) -> None:
        self._number = number
        self._row: _Row = dict(next(iter(before.rows(MODELS)), {}))
        self._state: _Row = dict(next(iter(before.rows(STATES)), {}))
        claimed = {event.args["contribution"] for event in events if event.name in _CLAIMANTS}
        found = before.rows(SAMPLES, "identifier", claimed)
        self._samples: dict[bytes, _Row] = {row["identifier"]: dict(row) for row in found}
        named = _accounts_in(events) | {row["author"] for row in self._samples.values()}
        self._accounts: dict[str, _Row] = {r["account"]: dict(r) for r in before.rows(ACCOUNTS, "account", named)}
        self._claims: list[_Row] = []
        self._changed_samples: dict[int, _Row] = {}
        self._changed_accounts: dict[str, _Row] = {}
        self._markets = MarketsFold(before, events, self._account)
        self._learned: Model | None = None
        self._has_learned = False
        for event in events:
            if event.name in MARKET_EVENTS:
                self._in_market(event)
            else:
                getattr(self, f"_on_{event.name}")(event, **event.args)
            self._row |= {"changed_block": event.block, "changed_at": event.time}

    def folded(self) -> Folded:
        """The rows that are new or changed, and what is to be fetched."""
        manifest = self._row["manifest"]
        documents = [] if manifest is None else [WantedDocument(manifest, MANIFEST)]
        if self._has_learned and self._learned is not None:
            learned = self._learned.state()
            self._state |= row_of(learned)
            self._row["bias"] = learned.bias
        rows = {
            "models_models": [_without_place(self._row)],
            "models_states": [_without_place(self._state)] if self._has_learned else [],
            "models_samples": [*map(_without_place, self._changed_samples.values())],
            "models_claims": self._claims,
            "models_accounts": [*map(_without_place, self._changed_accounts.values())],
            **{name: [*map(_without_place, rows)] for name, rows in self._markets.rows().items()},
        }
        return Folded(rows, documents, [self._row["asset"]])

    # ------------------------------------------------------------------------------------------------- the creator

    def _on_Opened(self, event: IndexedEvent, *, creator: str, terms: Sequence[Any], **_: Any) -> None:  # noqa: N802
        (
            kind, features, classes, lanes, step, smoothing, bias, samples, asset,
            weight, floor_shift, refund_wait, owner_wait, any_wait, min_interval,
        ) = terms  # fmt: skip
        self._row = {
            "number": self._number,
            "stage": int(Stage.DRAFT),
            "creator": creator,
            "kind": kind,
            "features": features,
            "classes": classes,
            "capacity": lanes,
            "step": step,
            "alpha": smoothing,
            "added_classes": [],
            "asset": asset,
            "weight": weight,
            "floor_shift": floor_shift,
            "refund_wait": refund_wait,
            "owner_wait": owner_wait,
            "any_wait": any_wait,
            "min_interval": min_interval,
            "manifest": None,
            "last_time": 0,
            "bias": bias,
            "valid_total": 0,
            "members": 0,
            "samples": 0,
            "right": 0,
            "open": 0,
            "staked": 0,
            "left": 0,
            "markets": 0,
            "rests": False,
            "opened_at": event.time,
            "opened_transaction": event.transaction,
            "published_at": None,
            "closed_at": None,
        }
        self._state = {"words": b"", "totals": packed(samples)}
        self._has_learned = True
        self._account(creator)

    def _on_Uploaded(self, _: IndexedEvent, *, first: int, words: Sequence[int], **__: Any) -> None:  # noqa: N802
        known: bytes = self._state["words"]
        self._state["words"] = known + bytes(first * _WORD - len(known)) + packed(words)
        self._has_learned = True

    def _on_Published(self, event: IndexedEvent, *, manifest: bytes, **_: Any) -> None:  # noqa: N802
        # While it is a draft: its totals follow from what was uploaded.
        self._learned = model_of(self._row, self._state)
        self._has_learned = True
        self._row |= {
            "stage": int(Stage.LIVE),
            "manifest": manifest,
            "published_at": event.time,
            "last_time": event.time,
        }

    def _on_ClassAdded(self, _: IndexedEvent, *, name: str, **__: Any) -> None:  # noqa: N802
        self._model.add_class()
        self._row["classes"] += 1
        self._row["added_classes"] = [*self._row["added_classes"], name]

    def _on_Closed(self, event: IndexedEvent, **_: Any) -> None:  # noqa: N802
        self._row |= {"stage": int(Stage.CLOSED), "closed_at": event.time}

    # ------------------------------------------------------------------------------------------------- samples

    def _on_Added(self, event: IndexedEvent, **args: Any) -> None:  # noqa: N802
        entry = Entry.of(args)
        model, row = self._model, self._row
        sample = model.shape.decode(entry.features)
        predicted = model.predict(sample)
        model.learn(sample, entry.label)
        self._has_learned = True
        row["right"] += predicted == entry.label
        identifier = entry.identifier(self._number)
        added = {
            "number": row["samples"],
            "identifier": identifier,
            "author": entry.author,
            "at": entry.time,
            "position": entry.position,
            "label": entry.label,
            "features": entry.features,
            "deposit": entry.deposit,
            "left": entry.deposit,
            "predicted": predicted,
            "right": row["right"],
            "refunded_at": None,
            "block": event.block,
            "transaction": event.transaction,
        }
        self._samples[identifier] = self._changed_samples[added["number"]] = added
        row["samples"] += 1
        row["open"] += entry.deposit > 0
        row["staked"] += entry.deposit
        row["left"] += entry.deposit
        row["last_time"] = entry.time
        account = self._account(entry.author)
        account["samples"] += 1
        account["staked"] += entry.deposit
        account["left"] += entry.deposit
        if row["min_interval"]:
            account["last_time"] = entry.time

    def _on_Refunded(self, event: IndexedEvent, *, author: str, **args: Any) -> None:  # noqa: N802
        sample = self._claim(event, author, "refunded", **args)
        sample["refunded_at"] = event.time
        self._row["valid_total"] += 1
        account = self._account(author)
        account["valid"] += 1
        if not account["member"]:
            self._row["members"] += 1
            account["member"] = self._row["members"]

    def _on_Reported(self, event: IndexedEvent, *, member: str, **args: Any) -> None:  # noqa: N802
        self._claim(event, member, "reported", **args)

    def _on_Claimed(self, event: IndexedEvent, *, claimant: str, **args: Any) -> None:  # noqa: N802
        self._claim(event, claimant, "claimed", **args)

    def _claim(
        self, event: IndexedEvent, account: str, column: str, *, contribution: bytes, amount: int, **_: Any
    ) -> _Row:
        """Take an amount from what is left of a sample, for an account; the sample."""
        sample = self._samples[contribution]
        self._changed_samples[sample["number"]] = sample
        sample["left"] -= amount
        self._row["left"] -= amount
        self._row["open"] -= amount > 0 and not sample["left"]
        self._account(sample["author"])["left"] -= amount
        self._account(account)[column] += amount
        self._claims.append(
            {
                "block": event.block,
                "position": event.position,
                "kind": _KINDS[event.name],
                "sample": sample["number"],
                "account": account,
                "amount": amount,
                "at": event.time,
                "transaction": event.transaction,
            }
        )
        return sample

    # ------------------------------------------------------------------------------------------------- markets

    def _in_market(self, event: IndexedEvent) -> None:
        """Go through an event of a market; the model learns a batch that was scored and is kept."""
        if event.name == "MarketOpened":
            self._row |= {"markets": self._row["markets"] + 1, "rests": True}
        elif event.name == "MarketEnded":
            self._row["rests"] = False
        batch = self._markets.play(event)
        if batch is not None:
            model = self._model
            for label, sample in decode_batch(batch, model.shape.features):
                model.learn(sample, label)
            self._has_learned = True

    # ------------------------------------------------------------------------------------------------- inside

    @property
    def _model(self) -> Model:
        """The reference, as it stands."""
        if self._learned is None:
            self._learned = model_of(self._row, self._state)
        return self._learned

    def _account(self, address: str) -> _Row:
        """An account's row, which changes."""
        nothing = dict.fromkeys(_COUNTED, 0)
        found = self._accounts.setdefault(address, {"account": address, **nothing})
        self._changed_accounts[address] = found
        return found


def fold_credits(before: Before, events: Iterable[IndexedEvent]) -> Folded:
    """What payments that failed, and withdrawals of them, change for one account."""
    rows = {row["asset"]: dict(row) for row in before.rows(CREDITS)}
    for event in events:
        asset = event.args["asset"]
        row = rows.setdefault(asset, {"asset": asset, "credited": 0, "withdrawn": 0})
        row["credited" if event.name == "Credited" else "withdrawn"] += event.args["amount"]
    return Folded({"models_credits": [*map(_without_place, rows.values())]}, assets=list(rows))


def _accounts_in(events: Iterable[IndexedEvent]) -> set[str]:
    """Whose rows change: creators, authors of samples and batches, and those who claim."""
    of_batches = dict.fromkeys(("Contributed", "Scored", "Repaid"), "author")
    names = {"Opened": "creator", "Added": "author", **_CLAIMANTS, **of_batches}
    return {event.args[names[event.name]] for event in events if event.name in names}


def _without_place(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in ("contract", "subject")}
