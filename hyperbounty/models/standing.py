"""What stands on the samples of a model: what is left of each stake, what the model says now, and who may take it.

All of it follows from the events and the state of one block, so it is one picture, and asks a node little.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from hyperbounty.errors import ChainError
from hyperbounty.models.kinds import Model, restored
from hyperbounty.models.rules import reported
from hyperbounty.models.types import Entry, SharedModel

if TYPE_CHECKING:
    from hyperbounty.chain.headers import Header
    from hyperbounty.models.history import History, ModelEvent
    from hyperbounty.models.views import ModelsViews


@dataclass(frozen=True)
class Standing:
    """One sample that was added, as it stands.

    Attributes:
        number: in the order in which they were added, from 0.
        entry: the sample, its label, its author.
        identifier: how events and errors name it.
        left: what nobody has taken of its stake, in the smallest unit of the asset.
        refunded: its author had it back, and a valid sample.
        reporters: members who have had their share of it.
        prediction: what the model says of it now; None where that was not asked, since nothing depends on it.
    """

    number: int
    entry: Entry
    identifier: bytes
    left: int
    refunded: bool
    reporters: frozenset[str]
    prediction: int | None

    @property
    def agrees(self) -> bool | None:
        """Whether the model says the label that it was given; None where nobody asked."""
        return None if self.prediction is None else self.prediction == self.entry.label


@dataclass(frozen=True)
class Standings:
    """All samples of a model at one block.

    Attributes:
        model: as it stood there.
        now: the time of the latest block, unix seconds.
        each: the samples, in order.
        valid: samples of each member that were found valid.
        taken: what each account has taken, by how: `refund`, `report` or `claim`.
        added_classes: the names of classes that were added since it was published.
        through: the block.
    """

    model: SharedModel
    now: int
    each: Sequence[Standing]
    valid: Mapping[str, int]
    taken: Mapping[str, Mapping[str, Taken]]
    added_classes: tuple[str, ...]
    through: Header

    @property
    def left(self) -> int:
        """What is at stake in the model altogether."""
        return sum(standing.left for standing in self.each)

    @property
    def total(self) -> int:
        """Valid samples of all members."""
        return sum(self.valid.values())

    def is_open(self, standing: Standing) -> bool:
        """Whether somebody can still claim it, now or later."""
        return not standing.refunded if self.model.terms.in_points else standing.left > 0

    @property
    def open(self) -> list[Standing]:
        """Those that somebody can still claim."""
        return [standing for standing in self.each if self.is_open(standing)]

    @property
    def contradicted(self) -> list[Standing]:
        """Of these, those of which the model says another class now than they were given."""
        return [standing for standing in self.open if standing.agrees is False]

    def of(self, author: str) -> list[Standing]:
        """The samples that an account has added."""
        return [standing for standing in self.each if standing.entry.author == author]

    # ------------------------------------------------------------------------------------------------ who may take it

    def refundable(self, account: str) -> list[Standing]:
        """Own samples that the model agrees with now, whether their wait is over or not."""
        return [each for each in self.open if each.entry.author == account and each.agrees]

    def reportable(self, account: str) -> list[Standing]:
        """Samples of others that the model contradicts now, and of which a member has had no share yet.

        Whether their wait is over or not; none for who is no member.
        """
        if not self.valid.get(account) or self.model.terms.in_points:
            return []
        found = self.contradicted
        return [each for each in found if each.entry.author != account and account not in each.reporters]

    def claimable(self, account: str) -> list[Standing]:
        """Samples that the account can claim by time, whether that has come or not: all with something left."""
        return [] if self.model.terms.in_points else self.open

    def refund_at(self, standing: Standing) -> int:
        """From when its author has it back, and members take their shares."""
        return standing.entry.time + self.model.terms.refund_wait

    def claim_at(self, standing: Standing, account: str) -> int:
        """From when the account may take all that is left of it."""
        terms = self.model.terms
        return standing.entry.time + (terms.owner_wait if account == self.model.creator else terms.any_wait)

    def lost_from(self, standing: Standing, account: str) -> int:
        """From when somebody else may take all that is left before the account does: the creator, or anybody."""
        terms = self.model.terms
        return standing.entry.time + (terms.any_wait if account == self.model.creator else terms.owner_wait)

    def share(self, standing: Standing, account: str) -> int:
        """What a report by a member brings."""
        return reported(standing.entry.deposit, standing.left, self.valid[account], self.total)

    def due(self, standings: Iterable[Standing]) -> list[Standing]:
        """Of these, those whose refund wait is over."""
        return [standing for standing in standings if self.refund_at(standing) <= self.now]

    def claimable_now(self, account: str) -> list[Standing]:
        """Those of which the account can take all that is left now."""
        return [each for each in self.claimable(account) if self.claim_at(each, account) <= self.now]


@dataclass
class Taken:
    """What an account has taken in one way.

    Attributes:
        times: how often.
        amount: altogether, in the smallest unit of the asset.
    """

    times: int = 0
    amount: int = 0


@dataclass
class _Fate:
    """What events say of a sample."""

    entry: Entry
    left: int
    refunded: bool = False
    reporters: set[str] = field(default_factory=set)


_TAKERS = {"Refunded": ("refund", "author"), "Reported": ("report", "member"), "Claimed": ("claim", "claimant")}


def standings_of(
    model: SharedModel, events: Iterable[ModelEvent], predict: Callable[[Entry], int], now: int, through: Header
) -> Standings:
    """What the events of a model come to.

    Args:
        model: as it stood at the block of the last event.
        events: all of it, in the order of the chain.
        predict: says what it would have said there of a sample; asked where something depends on it.
        now: the chain's time, unix seconds.
        through: the block.

    Raises:
        ChainError: an event is of a sample that no event before it has added.
    """
    fates: dict[bytes, _Fate] = {}
    valid: dict[str, int] = {}
    taken: dict[str, dict[str, Taken]] = {}
    added_classes: list[str] = []
    for event in events:
        if event.name == "Added":
            entry = event.entry
            fates[entry.identifier(model.number)] = _Fate(entry, entry.deposit)
        elif event.name == "ClassAdded":
            added_classes.append(str(event.args["name"]))
        elif event.name in _TAKERS:
            how, who = _TAKERS[event.name]
            account, amount = str(event.args[who]), int(event.args["amount"])
            found = taken.setdefault(account, {}).setdefault(how, Taken())
            found.times += 1
            found.amount += amount
            fate = _found(fates, event, model)
            fate.left -= amount
            if how == "refund":
                fate.refunded = True
                valid[account] = valid.get(account, 0) + 1
            elif how == "report":
                fate.reporters.add(account)
    each = tuple(_standings(model, fates, predict))
    return Standings(model, now, each, valid, taken, tuple(added_classes), through)


def _found(fates: dict[bytes, _Fate], event: ModelEvent, model: SharedModel) -> _Fate:
    identifier = bytes(event.args["contribution"])
    if identifier not in fates:
        raise ChainError(
            f"the node shows a claim of sample {identifier.hex()} of model {model.number}, and not the sample",
            "use a node that keeps all events",
        )
    return fates[identifier]


def _standings(model: SharedModel, fates: dict[bytes, _Fate], predict: Callable[[Entry], int]) -> Iterator[Standing]:
    for number, (identifier, fate) in enumerate(fates.items()):
        is_open = not fate.refunded if model.terms.in_points else fate.left > 0
        prediction = predict(fate.entry) if is_open else None
        yield Standing(number, fate.entry, identifier, fate.left, fate.refunded, frozenset(fate.reporters), prediction)


class StandingsReader:
    """Reads the standings of models, and keeps what a model says of samples while it learns nothing new.

    Args:
        contract: that holds them.
    """

    def __init__(self, contract: ModelsViews) -> None:
        self._contract = contract
        self._predictors: dict[int, _Predictor] = {}
        self._read: dict[int, Standings] = {}

    def read(self, number: int) -> Standings:
        """Those of model `number`, all as they stand at the latest block that is as deep as the policy asks.

        Raises:
            InvalidInput: there is no such model.
            NodeBehind: the node lacks events that the contract has counted.
        """
        chain = self._contract.chain
        through = chain.confirmed_header()
        known = self._read.get(number)
        if known is not None and known.through.hash is not None and known.through == through:
            return replace(known, now=chain.timestamp())
        model = self._contract.model(number, through.number)
        history = self._contract.history(model, through)
        predictor = self._predictor(model, history, through)
        found = standings_of(model, history.events, predictor.predict, chain.timestamp(), through)
        self._read[number] = found
        return found

    def _predictor(self, model: SharedModel, history: History, through: Header) -> _Predictor:
        entries = history.entries()
        # A state changes with a sample and with a class, and with nothing else.
        last = entries[-1].identifier(model.number) if entries else b""
        version = model.shape.classes, len(entries), last
        known = self._predictors.get(model.number)
        if known is None or known.version != version:
            known = _Predictor(self._contract, model, version, through)
            self._predictors[model.number] = known
        return known


class _Predictor:
    """What a model says of samples; its state is read when the first is asked about, and each is asked about once."""

    def __init__(
        self, contract: ModelsViews, model: SharedModel, version: tuple[int, int, bytes], through: Header
    ) -> None:
        self.version = version
        self._contract = contract
        self._model = model
        self._through = through
        self._learned: Model | None = None
        self._said: dict[bytes, int] = {}

    def predict(self, entry: Entry) -> int:
        """The class of a sample."""
        found = self._said.get(entry.features)
        if found is None:
            if self._learned is None:
                state = self._contract.state(self._model, self._through.number)
                self._learned = restored(self._model.shape, state)
            found = self._learned.predict(self._model.shape.decode(entry.features))
            self._said[entry.features] = found
        return found


def read_standings(contract: ModelsViews, number: int) -> Standings:
    """The standings of model `number`; see `StandingsReader.read`."""
    return StandingsReader(contract).read(number)
