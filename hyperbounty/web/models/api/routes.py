"""All that programs ask about shared models, as one router."""

from __future__ import annotations

from fastapi import APIRouter

from hyperbounty.models.contract import ModelsContract
from hyperbounty.web.models.api.actions import model_actions
from hyperbounty.web.models.api.markets import market_actions, market_answers
from hyperbounty.web.models.api.models import model_answers
from hyperbounty.web.models.api.within import within_answers
from hyperbounty.web.models.index.family import ModelsFamily
from hyperbounty.web.site.calls import Calls
from hyperbounty.web.site.site import Site


def models_answers(site: Site) -> APIRouter:
    """The routes."""
    router = APIRouter()
    calls = Calls(site, ModelsContract, ModelsFamily.NAME)
    for part in (
        model_answers(site),
        within_answers(site),
        market_answers(site),
        model_actions(site, calls),
        market_actions(site, calls),
    ):
        router.include_router(part)
    return router
