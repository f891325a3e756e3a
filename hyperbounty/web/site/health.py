"""Whether the site lives, and whether what it shows is of now: for who watches it, and for a balancer before it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter
from starlette.responses import JSONResponse

from hyperbounty.errors import DatabaseError
from hyperbounty.web.index.state import State, Status
from hyperbounty.web.site.problems import problem
from hyperbounty.web.site.pulse import Pulse

OWN = "wait; it is started again. The log says why it ended"
"""What to do where the process that the site starts does not run."""

OTHERS = "start it: “hyperbounty index run” with the database of this site"
"""The same where somebody else is to start it."""

_UNCACHED = {"cache-control": "no-store"}


@dataclass(frozen=True)
class Unready:
    """Why a site is not ready.

    Attributes:
        reason: what is wrong.
        next_step: what to do about it.
    """

    reason: str
    next_step: str


def readiness(
    state: State | None, error: str, most_behind: int, *, is_kept: bool = True, start: str = OWN
) -> Unready | None:
    """Why what the site shows may not be of now; None where it is.

    Args:
        state: of the index; None where there is none.
        error: why the index cannot be read; empty where it can.
        most_behind: blocks that it may be behind its node.
        is_kept: a process that keeps the index runs.
        start: what to do where none does.
    """
    wait = "wait; it goes on by itself"
    if error:
        return Unready(f"the index cannot be read: {error}", "look at the database")
    if state is None or state.block is None:
        return Unready("the index has not read the chain yet", wait)
    if state.status is not Status.FOLLOWING:
        reason = f"the index is {state.status}{f': {state.reason}' if state.reason else ''}"
        return Unready(reason, state.next_step or wait)
    if not is_kept:
        return Unready("the process of the index does not run", start)
    if state.behind is not None and state.behind > most_behind:
        return Unready(f"the index is {state.behind} blocks behind its node, more than {most_behind}", wait)
    return None


def health_answers(pulse: Pulse, most_behind: int, is_kept: Callable[[], bool], start: str) -> APIRouter:
    """`/healthz` and `/readyz`; neither is kept by anybody.

    Args:
        pulse: that looks at the index.
        most_behind: see `readiness`.
        is_kept, start: see `readiness`; it may ask the database, and is called beside the event loop.
    """
    router = APIRouter(include_in_schema=False)
    # It waits for no page that is being made.
    thread = CapacityLimiter(1)

    @router.get("/healthz")
    async def healthz() -> JSONResponse:
        return JSONResponse({"alive": True}, headers=_UNCACHED)

    @router.get("/readyz")
    async def readyz() -> JSONResponse:
        state = pulse.state
        shown: dict[str, Any] = {
            "block": state and state.block,
            "head": state and state.head,
            "behind": state and state.behind,
            "index_status": state and str(state.status),
        }
        unready = readiness(state, pulse.error, most_behind, start=start)
        try:
            if unready is None and not await to_thread.run_sync(is_kept, limiter=thread):
                unready = readiness(state, "", most_behind, is_kept=False, start=start)
        except DatabaseError as error:
            unready = readiness(state, error.what, most_behind)
        if unready is not None:
            return problem(503, "not-ready", unready.reason, unready.next_step, ready=False, **shown)
        return JSONResponse({"ready": True, **shown}, headers=_UNCACHED)

    return router
