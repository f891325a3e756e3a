"""What the contract `SharedModels` shows and what its events say, typed: the reading half of its client."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from hyperbounty.chain.client import ContractClient
from hyperbounty.chain.logs import decode_logs, event_topics
from hyperbounty.errors import InvalidInput
from hyperbounty.models.history import History, HistoryReader
from hyperbounty.models.kinds import KINDS, State
from hyperbounty.models.kinds.classed import packed_totals
from hyperbounty.models.reverts import ERRORS
from hyperbounty.models.types import Entry, Member, SharedModel, Stage, Stake
from hyperbounty.next_steps import Action, NextStep

if TYPE_CHECKING:
    from hyperbounty.chain.connection import Chain, Receipt
    from hyperbounty.chain.headers import Header
    from hyperbounty.models.samples import Sample

# A view has the gas of a block on most nodes, and a word costs 2,100.
_WORDS_A_CALL: Final = 2_000
_PREDICTIONS_A_CALL: Final = 50


class ModelsViews(ContractClient):
    """`SharedModels` at one address of one chain, to be read."""

    NAME = "SharedModels"
    PURPOSE = "models that anybody uses and strangers improve; one deployment serves every model on its chain"
    FIRST_STEP = NextStep(
        "open a model: {}, then {}", Action("model.init", ("model.toml",)), Action("model.open", ("model.toml",))
    )

    explain = staticmethod(ERRORS.explain)

    def __init__(self, chain: Chain, address: str) -> None:
        super().__init__(chain, address)
        self._histories = HistoryReader(chain, self._contract)

    def count(self) -> int:
        """How many models there are; they have the numbers from 1."""
        return int(self._read(self.calls.modelCount()))

    def model(self, number: int, block: int | None = None) -> SharedModel:
        """Model `number` as it stands.

        Args:
            number: of the model.
            block: where to look; None for the latest that is as deep as the policy asks.

        Raises:
            InvalidInput: there is none of this number.
        """
        found = self.models([number], block)
        if not found:
            count = self.count()
            raise InvalidInput(
                f"there is no model {number}", f"choose 1 to {count}" if count else "no model was opened here yet"
            )
        return found[0]

    def models(self, numbers: Sequence[int], block: int | None = None) -> list[SharedModel]:
        """Those of these numbers that there are, all as they stand at one block."""
        calls = [self.calls.modelOf(number) for number in numbers]
        views = {
            number: self._struct(call, reading.value)
            for number, call, reading in zip(numbers, calls, self.read_many(calls, block), strict=True)
            if reading.error is None
        }
        there = {number: view for number, view in views.items() if view["stage"] != Stage.NONE}
        assets = self._assets(view["asset"] for view in there.values())
        return [SharedModel.of(number, view, assets[view["asset"]]) for number, view in there.items()]

    def predict(self, model: SharedModel, samples: Sequence[Sample]) -> list[int]:
        """The class of each sample, by the model as it stands; nothing is sent, and it costs nothing.

        Raises:
            SampleError: one that the model does not take.
        """
        data = [model.shape.encode(sample) for sample in samples]
        parts = [data[start : start + _PREDICTIONS_A_CALL] for start in range(0, len(data), _PREDICTIONS_A_CALL)]
        found: list[int] = []
        for reading in self.read_many([self.calls.predict(model.number, part) for part in parts]):
            if reading.error is not None:
                raise reading.error
            found += reading.value
        return found

    def price(self, model: SharedModel, count: int = 1) -> int:
        """What so many samples cost together, were they added in one call now."""
        return int(self._read(self.calls.priceOf(model.number, count)))

    def state(self, model: SharedModel, block: int | None = None) -> State:
        """What the model has learned, all as it stands at one block.

        Args:
            model: as it stood at any time: of it only what never changes is used.
            block: its number; None for the latest that is as deep as the policy asks.
        """
        starts = range(0, model.word_count, _WORDS_A_CALL)
        calls = [self.calls.wordsOf(model.number, start, _WORDS_A_CALL) for start in starts]
        now = self.calls.modelOf(model.number)
        readings = self.read_many([*calls, self.calls.totalsOf(model.number), now], block)
        for reading in readings:
            if reading.error is not None:
                raise reading.error
        *parts, totals, view = (reading.value for reading in readings)
        words = tuple(word for part in parts for word in part)
        if KINDS[model.shape.kind].two_classes:
            return State(words, bias=self._struct(now, view)["bias"])
        return State(words, packed_totals(*zip(*totals, strict=True)))

    def stakes(self, model: SharedModel, entries: Sequence[Entry], block: int | None = None) -> list[Stake]:
        """What the contract keeps of each of these samples, all as it stands at one block."""
        calls = [self.calls.contributionOf(model.number, entry.encoded()) for entry in entries]
        readings = self.read_many(calls, block) if calls else []
        return [Stake(**self._struct(call, reading.value)) for call, reading in zip(calls, readings, strict=True)]

    def claimed(self, model: SharedModel, entries: Sequence[Entry], account: str) -> list[bool]:
        """Of each of these samples, whether `account` has reported it, or had it refunded."""
        calls = [self.calls.hasClaimed(model.number, entry.encoded(), account) for entry in entries]
        return [bool(reading.value) for reading in self.read_many(calls)] if calls else []

    def member(self, model: SharedModel, account: str) -> Member:
        """What an account is in a model."""
        return Member(**self._read_struct(self.calls.memberOf(model.number, account)))

    def history(self, model: SharedModel, through: Header | None = None) -> History:
        """All that happened to the model.

        Args:
            model: as it stands at that block.
            through: the block; None for the latest that is as deep as the policy asks, at which the model is read anew.

        Raises:
            NodeBehind: the node lacks events that the contract has counted.
        """
        if through is None:
            through = self.chain.confirmed_header()
            model = self.model(model.number, through.number)
        return self._histories.of(model, through)

    def added_to(self, account: str, first: int, last: int) -> set[int]:
        """The numbers of the models to which an account has added a sample in these blocks, both included."""
        event = self._contract.events["Added"]()
        topics = event_topics(event, {"author": account})
        logs = self.chain.raw_logs(self.address, topics, first, last)
        return {int(each["args"]["model"]) for each in decode_logs(event, logs)}

    def opened(self, receipt: Receipt) -> int:
        """The number of the model that a transaction opened."""
        return int(self._events(receipt, "Opened")[0]["model"])

    def brought(self, receipt: Receipt) -> tuple[int, int]:
        """How many refunds, reports and claims a transaction has, and what they come to in the smallest unit."""
        names = ("Refunded", "Reported", "Claimed")
        amounts = [int(args["amount"]) for name in names for args in self._events(receipt, name)]
        return len(amounts), sum(amounts)

    def added(self, receipt: Receipt) -> list[Entry]:
        """The samples that a transaction added, in order."""
        return [Entry.of(args) for args in self._events(receipt, "Added")]

    def class_added(self, receipt: Receipt) -> int:
        """The number of the class that a transaction added."""
        return int(self._events(receipt, "ClassAdded")[0]["class"])
