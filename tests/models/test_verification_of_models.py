"""A verification finds whatever a contract, or a node, says otherwise than the rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest

from hyperbounty.chain.connection import Chain
from hyperbounty.models.contract import ModelsContract
from hyperbounty.models.history import History, ModelEvent
from hyperbounty.models.rules import DAY
from hyperbounty.models.show.verification import verification_json
from hyperbounty.models.types import Stage
from hyperbounty.models.verification import Verification, verify
from hyperbounty.store import EmbeddedStore
from tests.models.models_on_chain import ADA, BOB, CREATOR, open_model, pass_time


@pytest.fixture(scope="module")
def contract() -> Iterator[ModelsContract]:
    with Chain.embedded() as chain:
        deployed, _ = ModelsContract.deploy(chain, CREATOR)
        yield ModelsContract.at(chain, deployed.address)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedStore:
    return EmbeddedStore(tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="module")
def number(contract: ModelsContract, store: EmbeddedStore) -> int:
    """A model in which everything has happened that can."""
    model = open_model(contract, store)
    entries = contract.added(contract.add(ADA, model, [(1, [1]), (0, [0]), (1, [0])]))
    entries += contract.added(contract.add(BOB, model, [(0, [3]), (0, [1])]))
    pass_time(contract, DAY)
    contract.refund(ADA, model, entries[:2])
    contract.report(ADA, model, entries[3:4])
    pass_time(contract, 9 * DAY)
    contract.claim(CREATOR, model, entries[2:3])
    contract.claim(ADA, model, entries[4:5])
    contract.close(CREATOR, model.number)
    return model.number


class Told(ModelsContract):
    """A contract whose node says something else.

    Attributes:
        events: what becomes of the events.
        views: what becomes of a view, by its name.
    """

    events: Callable[[list[ModelEvent]], list[ModelEvent]] = staticmethod(lambda events: events)
    views: ClassVar[dict[str, Callable[[Any], Any]]] = {}

    def history(self, *arguments: Any, **named: Any) -> History:
        found = super().history(*arguments, **named)
        return replace(found, events=tuple(type(self).events(list(found.events))))

    def model(self, *arguments: Any, **named: Any) -> Any:
        return self._told("model", super().model(*arguments, **named))

    def state(self, *arguments: Any, **named: Any) -> Any:
        return self._told("state", super().state(*arguments, **named))

    def stakes(self, *arguments: Any, **named: Any) -> Any:
        return self._told("stakes", super().stakes(*arguments, **named))

    def _told(self, view: str, value: Any) -> Any:
        return self.views.get(view, lambda same: same)(value)


def told(
    contract: ModelsContract,
    number: int,
    store: EmbeddedStore,
    *,
    events: Callable[[list[ModelEvent]], list[ModelEvent]] = lambda events: events,
    **views: Callable[[Any], Any],
) -> Verification:
    kind = type("Told", (Told,), {"events": staticmethod(events), "views": views})
    return verify(kind(contract.chain, contract.address), number, store)


def test_what_the_contract_did_is_right(contract: ModelsContract, number: int, store: EmbeddedStore) -> None:
    found = told(contract, number, store)
    assert found.differences == ()
    assert (found.is_right, found.is_whole, found.model.stage) == (True, True, Stage.CLOSED)
    assert (found.samples, found.payments, found.events) == (5, 5, 14)
    assert verification_json(found)["verified"] is True


def test_a_draft_is_verified_too(contract: ModelsContract, store: EmbeddedStore) -> None:
    from hyperbounty.models.kinds import empty
    from hyperbounty.models.types import Offer
    from tests.models.models_on_chain import SHAPE, TERMS

    draft, _ = contract.open(CREATOR, Offer(SHAPE, TERMS, empty(SHAPE).state()))
    found = verify(contract, draft, store)
    assert (found.is_right, found.is_whole, found.samples) == (True, True, 0)
    assert verification_json(found)["manifest_fault"] is None


def changed(name: str, **args: Any) -> Callable[[list[ModelEvent]], list[ModelEvent]]:
    """The first event of this name with other arguments."""

    def change(events: list[ModelEvent]) -> list[ModelEvent]:
        place = next(place for place, event in enumerate(events) if event.name == name)
        event = events[place]
        return [*events[:place], replace(event, args={**event.args, **args}), *events[place + 1 :]]

    return change


def without(name: str) -> Callable[[list[ModelEvent]], list[ModelEvent]]:
    return lambda events: [event for event in events if event.name != name]


@pytest.mark.parametrize(
    ("events", "what"),
    [
        (changed("Refunded", amount=1), "refund of"),
        (changed("Refunded", author=BOB.address), "refund of"),
        (changed("Reported", amount=1), "report of"),
        (changed("Claimed", amount=1), "claim of"),
        (changed("Claimed", contribution=b"\1" * 32), "claim of"),
        (changed("Added", deposit=1), "samples that"),
        (changed("Added", features=b"\0\0\0"), "event Added"),
        (changed("Added", label=7), "event Added"),
        (changed("Uploaded", words=[5]), "hash of the uploaded words"),
        (changed("Uploaded", first=2**200), "event Uploaded"),
        (changed("Opened", terms=(9, *[0] * 14)), "event Opened"),
        (changed("Published", words=b"\1" * 32), "hash of the uploaded words"),
        (changed("Published", manifest=b"\1" * 32), "digest of the manifest"),
        (changed("Opened", creator=BOB.address), "creator"),
        (without("Published"), "event Added"),
        (without("Opened"), "event Opened"),
        (without("Closed"), "stage"),
        (lambda events: events[1:3], "stage"),
    ],
)
def test_an_event_that_is_none_of_the_rules_is_found(
    contract: ModelsContract,
    number: int,
    store: EmbeddedStore,
    events: Callable[[list[ModelEvent]], list[ModelEvent]],
    what: str,
) -> None:
    found = told(contract, number, store, events=events)
    assert any(each.what.startswith(what) for each in found.differences), found.differences
    assert not found.is_right


@pytest.mark.parametrize(
    ("view", "change", "what"),
    [
        ("state", lambda state: replace(state, words=(state.words[0] ^ 1, *state.words[1:])), "word 0"),
        ("state", lambda state: replace(state, bias=state.bias + 1), "bias"),
        ("state", lambda state: replace(state, words=state.words[:-1]), "number of words"),
        ("stakes", lambda stakes: [replace(stakes[0], left=9), *stakes[1:]], "stake on sample"),
        ("model", lambda model: replace(model, valid_total=1), "valid samples"),
        ("model", lambda model: replace(model, members=9), "members"),
        ("model", lambda model: replace(model, stage=Stage.LIVE), "stage"),
        ("model", lambda model: replace(model, last_time=1), "time of the last sample"),
        ("model", lambda model: replace(model, terms=replace(model.terms, any_wait=10 * DAY)), "price and waits"),
    ],
)
def test_a_view_that_says_otherwise_is_found(
    contract: ModelsContract, number: int, store: EmbeddedStore, view: str, change: Callable[[Any], Any], what: str
) -> None:
    found = told(contract, number, store, **{view: change})
    assert [each.what for each in found.differences if each.what.startswith(what)], found.differences


def test_without_its_manifest_it_is_not_whole(contract: ModelsContract, number: int, tmp_path: Path) -> None:
    found = verify(contract, number, EmbeddedStore(tmp_path))
    assert (found.is_right, found.is_whole) == (True, False)
    shown = verification_json(found)
    assert (shown["verified"], bool(shown["manifest_fault"])) == (False, True)
