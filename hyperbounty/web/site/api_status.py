"""How far the index is, as an answer."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import Field
from sqlalchemy import select

from hyperbounty.web.index.summary import summary
from hyperbounty.web.index.tables import CONTRACTS
from hyperbounty.web.site.answers import Answer, Described, block_of
from hyperbounty.web.site.site import Site, Snapshot


class ContractFacts(Described):
    """A contract that is read."""

    family: str
    address: Annotated[str, Field(pattern=r"^0x[0-9a-fA-F]{40}$")]


class StatusAnswer(Answer):
    """How far the index is."""

    status: Literal["reading", "following", "waiting", "stopped"]
    reason: Annotated[str, Field(description="why it waits or has stopped; empty where it does not")]
    next_step: Annotated[str, Field(description="what its operator can do about it")]
    since: Annotated[float, Field(description="unix seconds")]
    head: Annotated[int | None, Field(description="the node's latest block; null before it was asked")]
    behind: Annotated[int | None, Field(description="how many blocks of the node are not in the tables yet")]
    version: Annotated[int, Field(description="goes up whenever an answer may be another one")]
    era: Annotated[str, Field(description="tells this index from another one, whose versions are others")]
    contracts: list[ContractFacts]
    events: int
    documents: Annotated[dict[str, int], Field(description="how many are in each state")]
    reorganizations: int


def status_answers(site: Site) -> APIRouter:
    """The route."""
    router = APIRouter(tags=["site"])

    @router.get("/status")
    def status() -> StatusAnswer:
        """How far the index is, and what it has."""
        return site.read(_status)

    return router


def _status(snapshot: Snapshot) -> StatusAnswer:
    state, counted = snapshot.state, summary(snapshot.connection)
    contracts = snapshot.connection.execute(select(CONTRACTS.c.family, CONTRACTS.c.address).order_by(CONTRACTS.c.id))
    return StatusAnswer(
        chain_id=state.chain_id,
        block=block_of(snapshot),
        status=state.status.value,
        reason=state.reason,
        next_step=state.next_step,
        since=state.since,
        head=state.head,
        behind=state.behind,
        version=state.version,
        era=state.era,
        contracts=[ContractFacts(family=family, address=address) for family, address in contracts],
        events=counted.events,
        documents=dict(counted.documents),
        reorganizations=counted.reorganizations,
    )
