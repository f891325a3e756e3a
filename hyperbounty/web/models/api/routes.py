"""All that programs ask about shared models, as one router."""

from __future__ import annotations

from fastapi import APIRouter

from hyperbounty.web.models.api.actions import model_actions
from hyperbounty.web.models.api.markets import market_actions, market_answers
from hyperbounty.web.models.api.models import model_answers
from hyperbounty.web.models.api.within import within_answers
from hyperbounty.web.site.site import Site


def models_answers(site: Site) -> APIRouter:
    """The routes."""
    router = APIRouter()
    for part in (
        model_answers(site),
        within_answers(site),
        market_answers(site),
        model_actions(site),
        market_actions(site),
    ):
        router.include_router(part)
    return router
