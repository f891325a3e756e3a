"""What a wallet in the browser asks the site about a model: what is due to its account.

The site sends nothing and signs nothing. The browser encodes each call itself, asks its wallet's own node whether the
contract would take it, and only then the wallet.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Final

from eth_utils.address import to_checksum_address
from fastapi import APIRouter, Query
from sqlalchemy import Connection

from hyperbounty.models.rules import reported
from hyperbounty.texts import escaped
from hyperbounty.web.models.facts import ListedModel, require_shown
from hyperbounty.web.models.listing import listed_model
from hyperbounty.web.models.pages.showing import Number
from hyperbounty.web.models.samples import ListedSample, account_in, samples_of
from hyperbounty.web.site.site import Site, Snapshot

Address = Annotated[str, Query(pattern="^0x[0-9a-fA-F]{40}$", description="of the account")]

MOST_AT_ONCE: Final = 20
"""Samples in one call."""
_MOST_OWN: Final = 500
_PART: Final = 200
_MOST_PARTS: Final = 10


def acting_routes(site: Site) -> APIRouter:
    """The routes."""
    router = APIRouter()

    @router.get("/models/{number}/acts")
    def acts(number: Number, account: Address) -> dict[str, Any]:
        require_shown(site, number)
        return site.read(lambda snapshot: acts_json(site, snapshot, number, to_checksum_address(account)))

    return router


def acts_json(site: Site, snapshot: Snapshot, number: int, account: str) -> dict[str, Any]:
    """What is due to an account in a model now, as the browser reads it; amounts are texts.

    Raises:
        NotHere: the index has no such model.
    """
    listed = listed_model(site, snapshot, number)
    rows, model, now = snapshot.connection, listed.model, snapshot.now
    own = account_in(rows, listed.row, account)
    valid = 0 if own is None else own["valid"]
    refund_wait = model.terms.refund_wait
    # Whatever others have added: no crowd of samples hides what is due.
    mine = [] if own is None else samples_of(rows, listed.row, author=account, is_open=True, after=-1, most=_MOST_OWN)
    refunds = [each for each in mine if each.agrees and each.row["at"] + refund_wait <= now]
    wait = model.terms.owner_wait if model.creator == account else model.terms.any_wait
    claims, reports = _of_others(rows, listed, account, now - wait, now - refund_wait if valid else None)
    back = {each.row["number"] for each in refunds}
    claims = [each for each in claims if each.row["number"] not in back]
    shares = [
        reported(e.row["deposit"], e.row["left"], valid, listed.row["valid_total"]) for e in reports[:MOST_AT_ONCE]
    ]
    waiting = [each for each in mine if each.row["at"] + refund_wait > now]
    acts = [
        _act(listed, "refund", "Have back", refunds, [each.row["left"] for each in refunds[:MOST_AT_ONCE]]),
        _act(listed, "report", "Take your shares of", reports, shares),
        _act(listed, "claim", "Take what is left of", claims, [each.row["left"] for each in claims[:MOST_AT_ONCE]]),
    ]
    return {
        "block": snapshot.state.block,
        "waiting": len(waiting),
        "next": min((each.row["at"] + model.terms.refund_wait for each in waiting), default=None),
        "acts": [act for act in acts if act is not None],
    }


def _of_others(
    rows: Connection, listed: ListedModel, account: str, claimed_until: int, reported_until: int | None
) -> tuple[list[ListedSample], list[ListedSample]]:
    """What the account can claim by time, and what it can report: the earliest, for a call or two.

    Args:
        rows: of the index.
        listed: the model.
        account: that would.
        claimed_until: the latest time of a sample that it can claim.
        reported_until: of one that it can report; None where it is no member.
    """
    claims: list[ListedSample] = []
    reports: list[ListedSample] = []
    last = -1
    for _ in range(_MOST_PARTS):
        part = samples_of(rows, listed.row, is_open=True, after=last, most=_PART)
        for each in part:
            if not each.row["left"]:
                continue
            if each.row["at"] <= claimed_until:
                claims.append(each)
            elif reported_until is not None and each.row["at"] <= reported_until and _is_reported(each, account):
                reports.append(each)
        enough = len(claims) > MOST_AT_ONCE or len(reports) > MOST_AT_ONCE
        if len(part) < _PART or enough or part[-1].row["at"] > max(claimed_until, reported_until or 0):
            break
        last = part[-1].row["number"]
    return claims, reports


def _is_reported(each: ListedSample, account: str) -> bool:
    """Whether the account, a member, has a share of the sample's stake and did not take it."""
    return each.row["author"] != account and not each.agrees and account not in each.reporters


_WHAT: Final = {
    "refund": "The model agrees with them, so their stakes come back and each is one more valid sample of yours.",
    "report": "The model contradicts them, so members share their stakes by their valid samples.",
    "claim": "Their wait is over, so whoever is first takes all that is left.",
}


def _act(
    listed: ListedModel, call: str, verb: str, samples: Sequence[ListedSample], amounts: Sequence[int]
) -> dict[str, Any] | None:
    if not samples:
        return None
    some = samples[:MOST_AT_ONCE]
    count = "one sample" if len(some) == 1 else f"{len(some)} samples"
    model = listed.model
    money = "" if model.terms.in_points else f" {model.asset.shown(sum(amounts))} of"
    label = f"{verb}{money} {count}" if call == "refund" else f"{verb} {count}"
    if call != "refund" and money:
        label += f": {model.asset.shown(sum(amounts))}"
    if model.terms.in_points and call == "refund":
        label = f"Have {count} counted as valid"
    return {
        "call": call,
        "label": escaped(label),
        "what": _WHAT[call],
        "more": len(samples) - len(some),
        "entries": [
            [
                each.row["author"],
                str(each.row["at"]),
                str(each.row["position"]),
                str(each.row["label"]),
                "0x" + each.row["features"].hex(),
            ]
            for each in some
        ],
    }
