"""All that programs ask about bounties, as one router."""

from __future__ import annotations

from fastapi import APIRouter

from hyperbounty.web.bounty.api.accounts import account_answers
from hyperbounty.web.bounty.api.actions import action_answers
from hyperbounty.web.bounty.api.contests import contest_answers
from hyperbounty.web.bounty.api.entries import entry_answers
from hyperbounty.web.bounty.api.leaderboards import leaderboard_answers
from hyperbounty.web.bounty.api.published import published_answers
from hyperbounty.web.bounty.linked import Linked
from hyperbounty.web.site.site import Site


def bounty_answers(site: Site, linked: Linked) -> APIRouter:
    """The routes.

    Args:
        site: that answers.
        linked: shared with its pages.
    """
    router = APIRouter()
    for part in (
        contest_answers(site),
        entry_answers(site),
        leaderboard_answers(site),
        published_answers(site, linked),
        account_answers(site),
        action_answers(site),
    ):
        router.include_router(part)
    return router
