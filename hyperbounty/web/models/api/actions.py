"""Calls about models, unsigned, each asked of a node first: for pages and programs whose wallet signs elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Final, TypeVar

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from hyperbounty.chain.client import ContractCall
from hyperbounty.models.contract import ModelsContract
from hyperbounty.models.types import SharedModel
from hyperbounty.money import COIN
from hyperbounty.web.models.facts import require_shown, row_at
from hyperbounty.web.models.samples import entry_of, samples_numbered
from hyperbounty.web.site.action_answers import (
    WHOLE,
    ActionAnswer,
    ActionBody,
    AmountText,
    WithdrawBody,
    address_of,
    answer_of_call,
    bytes_of,
)
from hyperbounty.web.site.calls import Calls
from hyperbounty.web.site.site import Site, Snapshot
from hyperbounty.web.site.values import Number

MOST_SAMPLES: Final = 100
"""In one call."""

_Label = Annotated[int, Field(ge=0, le=255), WHOLE]
_Word = Annotated[str, Field(pattern=r"^0x[0-9a-fA-F]{64}$")]


class NewSample(BaseModel):
    """A sample that is to be added."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    label: _Label
    features: Annotated[str, Field(pattern=r"^0x([0-9a-fA-F]{2})+$", description="as the contract takes them")]


class AddBody(ActionBody):
    """Of a contributor."""

    samples: Annotated[list[NewSample], Field(min_length=1, max_length=MOST_SAMPLES)]
    stake: Annotated[AmountText | None, Field(description="on all together; left out, what they cost now")] = None


class SamplesBody(ActionBody):
    """Of whoever claims."""

    samples: Annotated[
        list[Annotated[int, Field(ge=0, le=2**53), WHOLE]],
        Field(min_length=1, max_length=MOST_SAMPLES, description="their numbers in the model"),
    ]


class PublishBody(ActionBody):
    """Of the creator."""

    manifest: Annotated[_Word, Field(description="SHA-256 of the manifest, which is in a store already")]


class ClassBody(ActionBody):
    """Of the creator."""

    name: Annotated[str, Field(min_length=1, max_length=60)]


_Body = TypeVar("_Body", bound=ActionBody)
_ByModel = Callable[[ModelsContract, SharedModel, _Body], ContractCall]


def model_actions(site: Site, calls: Calls[ModelsContract]) -> APIRouter:
    """The routes."""
    router = APIRouter(tags=["actions"])

    def about_model(name: str, kind: type[_Body], what: str, make: _ByModel[_Body]) -> None:
        def action(number: Number, body: _Body) -> ActionAnswer:
            account = address_of(body.account)
            require_shown(site, number)
            site.read(lambda snapshot: row_at(snapshot, number))
            title = what.format(number=number)
            made = calls.checked(account, title, lambda contract: make(contract, contract.model(number), body))
            return answer_of_call(made)

        # The framework reads it: the class of the body is known here alone.
        action.__annotations__["body"] = kind
        path = f"/models/{{number}}/actions/{name}"
        router.post(path, name=f"model {name}", summary=what.format(number="{number}"))(action)

    def claiming(name: str, what: str) -> None:
        def make(contract: ModelsContract, model: SharedModel, body: SamplesBody) -> ContractCall:
            def entries(snapshot: Snapshot) -> list[tuple[object, ...]]:
                row, numbers = row_at(snapshot, model.number), sorted(set(body.samples))
                found = samples_numbered(snapshot.connection, row, numbers)
                return [entry_of(each.row).encoded() for each in found]

            return ContractCall(contract.calls[name](model.number, site.read(entries)))

        about_model(name, SamplesBody, what, make)

    about_model("add", AddBody, "add samples to model {number}", _add)
    claiming("refund", "have stakes back from model {number}")
    claiming("report", "take shares of what model {number} contradicts")
    claiming("claim", "take what is left of stakes in model {number}")
    about_model("publish", PublishBody, "publish model {number}", _publish)
    about_model("addClass", ClassBody, "add a class to model {number}", _add_class)
    about_model("close", ActionBody, "end the taking of samples of model {number}", _close)

    @router.post("/models/actions/withdraw", name="model withdraw", summary="withdraw a credit of shared models")
    def withdraw(body: WithdrawBody) -> ActionAnswer:
        """What could not be paid to the account when it was due, and is kept for it."""
        asset = COIN.address if body.asset == "coin" else address_of(body.asset)
        to = address_of(body.to or body.account)

        def make(contract: ModelsContract) -> ContractCall:
            return ContractCall(contract.calls.withdraw(asset, to))

        return answer_of_call(calls.checked(address_of(body.account), f"withdraw a credit to {to}", make))

    return router


def _add(contract: ModelsContract, model: SharedModel, body: AddBody) -> ContractCall:
    encoded = [(each.label, bytes_of(each.features)) for each in body.samples]
    staked = contract.price(model, len(encoded)) if body.stake is None else int(body.stake)
    return ContractCall(contract.calls.add(model.number, staked, encoded), staked, model.asset)


def _publish(contract: ModelsContract, model: SharedModel, body: PublishBody) -> ContractCall:
    return ContractCall(contract.calls.publish(model.number, bytes_of(body.manifest)))


def _add_class(contract: ModelsContract, model: SharedModel, body: ClassBody) -> ContractCall:
    return ContractCall(contract.calls.addClass(model.number, body.name))


def _close(contract: ModelsContract, model: SharedModel, _: ActionBody) -> ContractCall:
    return ContractCall(contract.calls.close(model.number))
