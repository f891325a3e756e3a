"""Every event of a model played again: with the reference model for what it learned, with the ledger for the money.

Whoever doubts a contract, a node or this package can hold them against each other: what the events come to must be
every word on the chain, and every payment what the rules say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from eth_utils.crypto import keccak

from hyperbounty.errors import InvalidInput
from hyperbounty.models.history import MARKET_EVENTS, ModelEvent
from hyperbounty.models.kinds import KINDS, Kind, Model, Shape, State, empty, uploaded
from hyperbounty.models.ledger import Contribution, Ledger, Refused
from hyperbounty.models.market_replay import MarketReplay
from hyperbounty.models.rules import Terms
from hyperbounty.models.types import Entry


@dataclass(frozen=True)
class Difference:
    """Something that the chain says otherwise than the rules.

    Attributes:
        what: it is, for people.
        expected: what the events come to by the rules.
        found: what the chain says.
    """

    what: str
    expected: str
    found: str


class Replay:
    """A model while its events are gone through.

    Args:
        times: when each block was made in which something was claimed or the model was published, by its number.

    Attributes:
        differences: what was not as the rules say so far.
        markets: those that were held on the model.
    """

    def __init__(self, times: Mapping[int, int]) -> None:
        self._times = times
        self._words: list[int] = []
        self._word_count = 0
        self._hash = bytes(32)
        self._bias = 0
        self._samples: Sequence[int] = ()
        self._shape: Shape | None = None
        self._terms: Terms | None = None
        self._creator = ""
        self._number = 0
        self._model: Model | None = None
        self._ledger: Ledger[str] | None = None
        self._contributions: dict[bytes, tuple[Entry, Contribution[str]]] = {}
        self.differences: list[Difference] = []
        self.markets = MarketReplay(self._differ)

    def play(self, events: Sequence[ModelEvent]) -> None:
        """Go through all events of the model, in the order of the chain."""
        # The samples of one call are one event each, and share what was staked.
        for (name, _), group in groupby(events, key=lambda event: (event.name, event.transaction)):
            together = list(group)
            try:
                if name == "Added":
                    for call in _calls(together):
                        self._add([event.entry for event in call])
                    continue
                for event in together:
                    if name in MARKET_EVENTS:
                        self.markets.play(event, self._live[0])
                        continue
                    getattr(self, f"_on_{name.lower()}")(event)
            # No contract emits such an event; a node, or another contract, may show it.
            except ValueError as error:
                said = error.what if isinstance(error, InvalidInput) else str(error)
                self._differ(f"event {name} in block {together[0].block}", said, "it happened")

    @property
    def state(self) -> State | None:
        """What the model has learned by the reference; None for a draft."""
        return None if self._model is None else self._model.state()

    @property
    def left(self) -> int:
        """What the contract still holds for the model by the rules, in the smallest unit of its asset."""
        return self.markets.held + (0 if self._ledger is None else self._ledger.left)

    @property
    def valid_total(self) -> int:
        """Samples of all members that were found valid, by the rules."""
        return 0 if self._ledger is None else self._ledger.total

    @property
    def valid(self) -> Mapping[str, int]:
        """Samples of each member that were found valid, by the rules."""
        return {} if self._ledger is None else self._ledger.valid

    @property
    def stakes(self) -> list[tuple[Entry, int]]:
        """Each sample that was added, and what is left of its stake by the rules."""
        return [(entry, contribution.left) for entry, contribution in self._contributions.values()]

    @property
    def uploaded_hash(self) -> bytes:
        """What the contract hashes all uploaded words to, 32 bytes."""
        return self._hash

    def compare(self, state: State) -> list[Difference]:
        """Hold every word of the state on the chain against the reference, and give all differences.

        Args:
            state: of the chain, at the block of the last event or later.
        """
        if self._shape is None:
            return [*self.differences, Difference("event Opened", "the first one", "none")]
        expected = self.state or self._uploaded().state()
        found = [
            Difference(f"word {place}", hex(mine), hex(other))
            for place, (mine, other) in enumerate(zip(expected.words, state.words, strict=False))
            if mine != other
        ]
        if len(expected.words) != len(state.words):
            found.append(Difference("number of words", str(len(expected.words)), str(len(state.words))))
        found += [
            Difference(f"totals of class {label}", hex(mine), hex(other))
            for label, (mine, other) in enumerate(zip(expected.totals, state.totals, strict=False))
            if mine != other
        ]
        if expected.bias != state.bias:
            found.append(Difference("bias", str(expected.bias), str(state.bias)))
        return [*self.differences, *found]

    # ------------------------------------------------------------------------------------------------- the creator

    def _on_opened(self, event: ModelEvent) -> None:
        terms = event.args["terms"]
        (
            kind, features, classes, lanes, step, smoothing, bias, samples, _asset,
            weight, floor_shift, refund_wait, owner_wait, any_wait, min_interval,
        ) = terms  # fmt: skip
        self._shape = Shape(Kind(kind), features, classes, lanes, step, smoothing)
        self._terms = Terms(weight, floor_shift, refund_wait, owner_wait, any_wait, min_interval)
        self._bias, self._samples = bias, tuple(samples)
        self._creator, self._number = event.args["creator"], event.args["model"]
        self._word_count = len(empty(self._shape).state().words)

    def _on_uploaded(self, event: ModelEvent) -> None:
        first, words = event.args["first"], event.args["words"]
        if self._shape is None or first + len(words) > self._word_count:
            raise InvalidInput("there are no such words")
        self._words += [0] * (first - len(self._words))
        self._words += words
        for place, word in enumerate(words, first):
            self._hash = keccak(self._hash + place.to_bytes(32, "big") + word.to_bytes(32, "big"))

    def _on_published(self, event: ModelEvent) -> None:
        if self._terms is None:
            raise InvalidInput("the model was not opened before")
        if self._hash != bytes(event.args["words"]):
            self._differ("hash of the uploaded words", self._hash.hex(), bytes(event.args["words"]).hex())
        self._model = self._uploaded()
        self._ledger = Ledger(self._terms, self._times[event.block], self._creator)

    def _on_classadded(self, _event: ModelEvent) -> None:
        self._live[0].add_class()

    def _on_closed(self, _event: ModelEvent) -> None:
        """Nothing that is learned or paid changes."""

    # ------------------------------------------------------------------------------------------------- samples

    def _add(self, entries: Sequence[Entry]) -> None:
        model, ledger = self._live
        if self.markets.rests:
            self._differ(f"samples that {entries[0].author} added", "refused: the model rests", "taken")
        author, time = entries[0].author, entries[0].time
        staked = sum(entry.deposit for entry in entries)
        try:
            added = ledger.add(author, time, staked, [entry.label for entry in entries])
        except Refused as refused:
            self._differ(f"samples that {author} added at {time}", refused.what, "taken")
            return
        for entry, contribution in zip(entries, added, strict=True):
            identifier = entry.identifier(self._number)
            if contribution.deposit != entry.deposit:
                self._differ(f"deposit of {identifier.hex()}", str(contribution.deposit), str(entry.deposit))
            self._contributions[identifier] = entry, contribution
            model.learn(model.shape.decode(entry.features), entry.label)

    def _on_refunded(self, event: ModelEvent) -> None:
        self._claimed(event, event.args["author"], "refund")

    def _on_reported(self, event: ModelEvent) -> None:
        self._claimed(event, event.args["member"], "report")

    def _on_claimed(self, event: ModelEvent) -> None:
        self._claimed(event, event.args["claimant"], "claim")

    def _claimed(self, event: ModelEvent, account: str, how: str) -> None:
        model, ledger = self._live
        identifier = bytes(event.args["contribution"])
        now = self._times[event.block]
        if identifier not in self._contributions:
            self._differ(f"{how} of {identifier.hex()}", "nothing: it was never added", str(event.args["amount"]))
            return
        entry, contribution = self._contributions[identifier]
        prediction = model.predict(model.shape.decode(entry.features))
        try:
            if how == "refund":
                amount = ledger.refund(contribution, account, now, prediction)
            elif how == "report":
                amount = ledger.report(contribution, account, now, prediction)
            else:
                amount = ledger.claim(contribution, account, now)
        except Refused as refused:
            self._differ(f"{how} of {identifier.hex()} by {account}", refused.what, str(event.args["amount"]))
            return
        if amount != event.args["amount"]:
            self._differ(f"{how} of {identifier.hex()} by {account}", str(amount), str(event.args["amount"]))

    # ------------------------------------------------------------------------------------------------- inside

    @property
    def _live(self) -> tuple[Model, Ledger[str]]:
        if self._model is None or self._ledger is None:
            raise InvalidInput("the model was not published before")
        return self._model, self._ledger

    def _uploaded(self) -> Model:
        assert self._shape is not None
        facts = KINDS[self._shape.kind]
        words = [*self._words, *[0] * (self._word_count - len(self._words))]
        return uploaded(self._shape, words, self._bias, () if facts.two_classes else self._samples)

    def _differ(self, what: str, expected: str, found: str) -> None:
        self.differences.append(Difference(what, expected, found))


def _calls(added: Sequence[ModelEvent]) -> list[list[ModelEvent]]:
    """The samples of one transaction, call by call: each call counts from 0."""
    calls: list[list[ModelEvent]] = []
    for event in added:
        if event.args["position"] == 0:
            calls.append([])
        calls[-1].append(event)
    return calls
