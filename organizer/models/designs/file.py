"""A design as a file of TOML: what is simulated, in the notations that people write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from hyperbounty.durations import parse_duration
from hyperbounty.errors import InvalidInput
from hyperbounty.faults import faults_of, together
from hyperbounty.format import parse_percent
from hyperbounty.models.kinds import KINDS, Kind
from hyperbounty.models.simulation.agents import ALWAYS, Agent, bad, caller, good
from hyperbounty.money import parse_amount
from hyperbounty.next_steps import Action, NextStep
from hyperbounty.statistics.ppm import PPM
from hyperbounty.toml_file import read_toml
from organizer.models.designs.data import OWN, READ
from organizer.models.examples import BUNDLED

_LIKE: Final = {"good": good, "bad": bad, "caller": caller}
_MOST_SECONDS: Final = 2**40


def _amount(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError('an amount is a text with its unit, such as "60 gwei"')
    return parse_amount(value)


def _seconds(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError('a time is a text such as "1d 12h"')
    seconds = parse_duration(str(value))
    if seconds != int(seconds) or not 0 <= seconds < _MOST_SECONDS:
        raise ValueError("a time has whole seconds")
    return int(seconds)


def _share(value: object) -> object:
    return parse_percent(value) / PPM if isinstance(value, str) else value


def _willing(value: object) -> object:
    return ALWAYS if value == "always" else _share(value)


Amount = Annotated[int, BeforeValidator(_amount)]
Seconds = Annotated[int, BeforeValidator(_seconds)]
Share = Annotated[float, BeforeValidator(_share), Field(ge=0, le=1)]
Willing = Annotated[float, BeforeValidator(_willing), Field(ge=0, le=1)]
_KIND_NAMES: Final = {facts.name: kind for kind, facts in KINDS.items()}


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _kind(value: object) -> object:
    if value not in _KIND_NAMES:
        raise ValueError(f"must be one of {', '.join(_KIND_NAMES)}")
    return _KIND_NAMES[str(value)]


def _data_set(value: object) -> object:
    known = (*BUNDLED, *READ, OWN)
    if value not in known:
        raise ValueError(f"must be one of {', '.join(known)}")
    return value


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class DataTable(_Table):
    """What is learned and asked.

    Attributes:
        set: a data set that `data.read_samples` knows.
        file: of one that does not come along; beside the design.
        words: most features of texts.
        test: how many of the last samples the model is measured on.
        samples: of the others; None for all.
    """

    set: Annotated[str, BeforeValidator(_data_set)]
    file: str | None = None
    words: Annotated[int, Field(ge=1, le=65_536)] = 1_000
    test: Annotated[int, Field(ge=1)]
    samples: Annotated[int, Field(ge=1)] | None = None


class ModelTable(_Table):
    """The model, and what it knows at first.

    Attributes:
        kind: of `KINDS`, by name.
        step: of a sparse perceptron.
        alpha: of naive Bayes, in sixteenths.
        pretrain: samples before it goes live; None for 8 %.
        passes, pretrain_step: of a perceptron, before.
    """

    kind: Annotated[Kind, BeforeValidator(_kind)]
    step: Annotated[int, Field(ge=1, le=255)] = 4
    alpha: Annotated[int, Field(ge=1, le=65_535)] = 16
    pretrain: Annotated[int, Field(ge=0)] | None = None
    passes: int = 5
    pretrain_step: Annotated[int, Field(ge=1, le=255)] = 64


class TermsTable(_Table):
    """Price and waits: see `rules.Terms`."""

    weight: Amount
    floor_shift: int = 6
    refund_wait: Seconds
    owner_wait: Seconds
    any_wait: Seconds
    min_interval: Seconds = 0


class RunTable(_Table):
    """When is measured, and when it ends at the latest; the seed of the first run."""

    seed: Annotated[int, Field(ge=0, lt=2**63)] = 1
    measure: Seconds = 200_000
    longest: Seconds = 3_650 * 86_400


class MarketTable(_Table):
    """A market: see `market.MarketTerms`.

    Attributes:
        contribute: how long batches are taken.
    """

    bounty: Amount
    bond: Amount
    stake: Amount
    batch_size: int = 32
    pieces: int = 1
    contribute: Seconds


class AgentTable(_Table):
    """An agent, or `count` of them. What is left out is that of the one that it is `like`.

    Attributes:
        behaviour: the name of a class that somebody wrote; then only `balance`, `watch` and `creator` count.
        others: see `simulation.agents.Agent`.
    """

    name: Annotated[str, Field(min_length=1, max_length=60)]
    count: Annotated[int, Field(ge=1, le=10_000)] = 1
    like: Literal["good", "bad", "caller"] | None = None
    behaviour: str | None = None
    balance: Amount | None = None
    cap: Amount | None = None
    cap_deviation: Amount | None = None
    wait: Seconds | None = None
    wait_deviation: Seconds | None = None
    good: bool | None = None
    mistakes: Share | None = None
    willing: Willing | None = None
    calls: bool | None = None
    pay_to_call: Amount | None = None
    claims: bool | None = None
    least_report: Amount | None = None
    watch: Seconds | None = None
    creator: bool | None = None

    @model_validator(mode="after")
    def _is_one_or_the_other(self) -> Self:
        if (self.like is None) is (self.behaviour is None):
            raise ValueError("an agent is like another one (good, bad, caller), or has a behaviour; give one of both")
        if self.behaviour is not None:
            if self.balance is None:
                raise ValueError("an agent with a behaviour needs a balance")
            for_nothing = sorted(self.model_fields_set - _OF_A_PLAYER)
            if for_nothing:
                raise ValueError(f"of an agent with a behaviour, {', '.join(for_nothing)} mean nothing")
        if self.creator and self.count > 1:
            raise ValueError("only one agent is the creator")
        return self

    @property
    def names(self) -> list[str]:
        """Of each."""
        return [self.name] if self.count == 1 else [f"{self.name} {number}" for number in range(1, self.count + 1)]

    def agent(self, name: str) -> Agent:
        """One that is told by numbers."""
        assert self.like is not None
        given = {_AGENT_FIELDS[key]: getattr(self, key) for key in self.model_fields_set & set(_AGENT_FIELDS)}
        return _LIKE[self.like](name, **given)


_OF_A_PLAYER: Final = {"name", "count", "behaviour", "balance", "watch", "creator"}
_RENAMED: Final = {
    "cap": "cap_mean",
    "wait": "wait_mean_s",
    "wait_deviation": "wait_deviation_s",
    "watch": "watch_s",
}
_AGENT_FIELDS: Final[Mapping[str, str]] = {
    key: _RENAMED.get(key, key)
    for key in AgentTable.model_fields
    if _RENAMED.get(key, key) in {each.name for each in fields(Agent)} - {"name"}
}


class DesignFile(_Table):
    """A whole design.

    Attributes:
        market: what a market is played with; a run needs none.
    """

    title: Annotated[str, Field(min_length=1, max_length=200)] = "A simulated model"
    data: DataTable
    model: ModelTable
    terms: TermsTable
    run: RunTable = RunTable()
    market: MarketTable | None = None
    agents: Annotated[tuple[AgentTable, ...], BeforeValidator(_as_tuple), Field(min_length=1)]


def read_design(path: Path) -> DesignFile:
    """Read a design.

    Raises:
        InvalidInput: there is no such file, or it is no design; says all that is wrong with it.
    """
    try:
        tables: dict[str, Any] = read_toml(path).tables
    except FileNotFoundError:
        raise InvalidInput(
            f"there is no design {path}",
            NextStep("write one to fill in: {}", Action("model.simulate.init", (str(path),))),
        ) from None
    try:
        return DesignFile.model_validate(tables)
    except ValidationError as error:
        raise InvalidInput(f"{path} is no design: {together(faults_of(error))}", "correct what is named") from None
