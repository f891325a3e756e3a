"""Markets of models, as answers; and the calls of them that need no file, unsigned."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Final

from fastapi import APIRouter, Path
from pydantic import Field

from hyperbounty.chain.client import ContractCall
from hyperbounty.models.contract import ModelsContract
from hyperbounty.web.models.api.market_answers import BatchFacts, MarketAnswer, MarketFacts, MarketList, market_fields
from hyperbounty.web.models.listing import listed_model
from hyperbounty.web.models.markets import ListedMarket, batches_numbered, batches_of, market_at, markets_of
from hyperbounty.web.models.topics import shows_model
from hyperbounty.web.site.action_answers import WHOLE, ActionAnswer, ActionBody, address_of, answer_of_call
from hyperbounty.web.site.answers import block_of
from hyperbounty.web.site.calls import Calls
from hyperbounty.web.site.site import Site, Snapshot
from hyperbounty.web.site.values import LARGEST_NUMBER, USUAL_ROWS, Cursor, Limit, Number, cursor_of, place_of

MOST_BATCHES: Final = 100
"""In one call."""

_Make = Callable[[ModelsContract, ListedMarket], ContractCall]
_Market = Annotated[int, Path(ge=1, le=LARGEST_NUMBER, description="its number among the model's markets")]


class RepayBody(ActionBody):
    """Of anybody: the authors get it."""

    batches: Annotated[
        list[Annotated[int, Field(ge=0, le=2**32 - 1), WHOLE]],
        Field(min_length=1, max_length=MOST_BATCHES, description="their numbers in the market"),
    ]


def market_answers(site: Site) -> APIRouter:
    """The routes."""
    router = APIRouter(tags=["models"])

    @router.get("/models/{number}/markets")
    def markets(number: Number, limit: Limit = USUAL_ROWS, cursor: Cursor = None) -> MarketList:
        """The markets that were held on a model, the latest first."""
        before = None if cursor is None else place_of(cursor, (int,))[0]

        def work(snapshot: Snapshot) -> MarketList:
            listed = listed_model(site, snapshot, number)
            found = markets_of(snapshot, listed.row, before=before, most=limit + 1)
            shows_model(snapshot, listed, found)
            return MarketList(
                chain_id=snapshot.state.chain_id,
                block=block_of(snapshot),
                model=number,
                markets=[MarketFacts(**market_fields(each, listed.model.asset)) for each in found[:limit]],
                next=cursor_of([found[limit - 1].number]) if len(found) > limit else None,
            )

        return site.read(work)

    @router.get("/models/{number}/markets/{market}")
    def market(number: Number, market: _Market, limit: Limit = USUAL_ROWS, cursor: Cursor = None) -> MarketAnswer:
        """One market, with its batches in their order."""
        after = -1 if cursor is None else place_of(cursor, (int,))[0]

        def work(snapshot: Snapshot) -> MarketAnswer:
            listed = listed_model(site, snapshot, number)
            each = market_at(snapshot, listed.row, market)
            shows_model(snapshot, listed, [each])
            found = batches_of(snapshot.connection, each.row, after=after, most=limit + 1)
            return MarketAnswer(
                chain_id=snapshot.state.chain_id,
                block=block_of(snapshot),
                model=number,
                **market_fields(each, listed.model.asset),
                batches=[BatchFacts.of(row, listed.model.asset) for row in found[:limit]],
                next=cursor_of([found[limit - 1]["number"]]) if len(found) > limit else None,
            )

        return site.read(work)

    return router


def market_actions(site: Site, calls: Calls[ModelsContract]) -> APIRouter:
    """The routes of calls."""
    router = APIRouter(tags=["actions"])

    def about(number: int, market: int, what: str, body: ActionBody, make: _Make) -> ActionAnswer:
        def work(snapshot: Snapshot) -> ListedMarket:
            return market_at(snapshot, listed_model(site, snapshot, number).row, market)

        account = address_of(body.account)
        found = site.read(work)
        title = f"{what} market {market} of model {number}"
        return answer_of_call(calls.checked(account, title, lambda contract: make(contract, found)))

    @router.post("/models/{number}/markets/{market}/actions/draw", name="model market draw")
    def draw(number: Number, market: _Market, body: ActionBody) -> ActionAnswer:
        """Draw the hidden piece that must be revealed first; by anybody."""

        def make(contract: ModelsContract, _: ListedMarket) -> ContractCall:
            return ContractCall(contract.calls.draw(number, market))

        return about(number, market, "draw a piece of", body, make)

    @router.post("/models/{number}/markets/{market}/actions/endMarket", name="model market end")
    def end(number: Number, market: _Market, body: ActionBody) -> ActionAnswer:
        """End a market that the last score, or time, has brought to its end; by anybody."""

        def make(contract: ModelsContract, _: ListedMarket) -> ContractCall:
            return ContractCall(contract.calls.endMarket(number, market))

        return about(number, market, "end", body, make)

    @router.post("/models/{number}/markets/{market}/actions/repay", name="model market repay")
    def repay(number: Number, market: _Market, body: RepayBody) -> ActionAnswer:
        """Pay the authors of batches that were not scored, after the end; by anybody."""

        def make(contract: ModelsContract, found: ListedMarket) -> ContractCall:
            def keys(snapshot: Snapshot) -> list[tuple[object, ...]]:
                rows = batches_numbered(snapshot.connection, found.row, sorted(set(body.batches)))
                return [(row["number"], row["author"], row["digest"]) for row in rows]

            return ContractCall(contract.calls.repay(number, market, site.read(keys)))

        return about(number, market, "repay batches of", body, make)

    return router
