"""The page where a contest is thought of: the contest file as a form, what it would come to, and the file.

It works without JavaScript: nothing here is secret, so the form asks the site. Prices and the key of a sealed holdout
stay with the organizer, whose `organizer check` and `organizer open` take the file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import select

from hyperbounty.bounty.manifest import Manifest
from hyperbounty.cli.wording import command_line
from hyperbounty.errors import HyperbountyError
from hyperbounty.format import about
from hyperbounty.next_steps import Action, Parameter
from hyperbounty.store import Cid
from hyperbounty.web.bounty.calls import BountyCalls
from hyperbounty.web.bounty.documents import manifests
from hyperbounty.web.bounty.draft_keys import KEYS, REQUIRED
from hyperbounty.web.bounty.drafts import Draft, draft
from hyperbounty.web.bounty.named import NamedManifests
from hyperbounty.web.bounty.pages.showing import Showing
from hyperbounty.web.index.tables import CONTRACTS
from hyperbounty.web.site.forms import refuse_faults
from hyperbounty.web.site.site import Snapshot

_SECTIONS = {
    "prices": "Prices",
    "task": "Task",
    "bar": "Bar",
    "reward": "Reward and stakes",
    "limits": "Limits",
    "windows": "Windows",
    "panel": "Panel",
}


def open_page(showing: Showing) -> APIRouter:
    """The routes."""
    router = APIRouter()
    named_manifests = NamedManifests(showing.site)
    calls = BountyCalls(showing.site)

    def published(snapshot: Snapshot, named: str, client: str) -> tuple[Manifest | None, str]:
        """The manifest with this CID, from the index or the store; where there is none, why."""
        try:
            digest = Cid.parse(named).digest
            known = manifests(snapshot.connection, [digest]).get(digest)
            return known or named_manifests.get(digest, client), ""
        except HyperbountyError as error:
            return None, error.what

    @router.get("/open")
    def form(request: Request) -> Response:
        written = dict(request.query_params)
        named = written.get("manifest", "").strip()
        client = request.client.host if request.client else ""
        asset, no_asset = calls.asset_named(written.get("asset", ""))

        def work(snapshot: Snapshot) -> Response:
            manifest, fault = published(snapshot, named, client) if named else (None, "")
            made = draft(written, snapshot.now, snapshot.state.chain_id, manifest, asset)
            passing = {name: text for name, text in (("manifest", fault), ("asset", no_asset)) if text}
            faults = {**made.faults, **passing}
            is_whole = bool(written) and not faults
            answer = showing.page(
                "open.html",
                snapshot.state,
                draft=made,
                faults=faults,
                named=named,
                asked=bool(written),
                sections=[(title, [key for key in KEYS if key.section == name]) for name, title in _SECTIONS.items()],
                required=REQUIRED,
                comes_to=_comes_to(made) if is_whole else None,
                told=json.dumps(_told(snapshot, made)) if is_whole and manifest is not None else None,
                commands=_commands(),
            )
            if passing:
                # It may be there in a moment.
                answer.headers["cache-control"] = "no-store"
            return answer

        return showing.site.read(work)

    @router.get("/open/contest.toml")
    def file(request: Request) -> Response:
        written = dict(request.query_params)
        asset, fault = calls.asset_named(written.get("asset", ""))
        refuse_faults({"asset": fault} if fault else {})
        content = showing.site.read(lambda of: draft(written, of.now, of.state.chain_id, asset=asset).file())
        headers = {"content-disposition": 'attachment; filename="contest.toml"'}
        return Response(content, media_type="application/toml", headers=headers)

    return router


def _told(snapshot: Snapshot, made: Draft) -> Mapping[str, Any]:
    """What the browser must know to have a wallet open it; large numbers are texts."""
    found = snapshot.connection.execute(select(CONTRACTS.c.address).order_by(CONTRACTS.c.id.desc()).limit(1))
    terms = made.terms
    return {
        "chainId": snapshot.state.chain_id,
        "contract": found.scalar_one(),
        "acceptSeconds": made.values["accept_time"],
        "asset": None if terms.asset.is_coin else terms.asset.address,
        "value": str(terms.escrow),
        "terms": _portable(terms.encoded()),
    }


def _portable(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_portable(each) for each in value]
    return "0x" + value.hex() if isinstance(value, bytes) else str(value)


def _commands() -> Mapping[str, str]:
    return {
        "fetch": command_line(Action("organizer.fetch", (Parameter("out", "prices"),))),
        "check": command_line(Action("organizer.check", ("contest.toml",))),
        "open": command_line(Action("organizer.open", ("contest.toml",))),
        "init": command_line(Action("organizer.init", ("contest.toml",))),
    }


def _comes_to(made: Draft) -> Mapping[str, Any]:
    terms, panel, asset, shown = made.terms, made.panel, made.asset, made.asset.shown
    first, last, filling = made.prices_of_entries
    pays_for_luck = made.luck_ppm is not None and made.luck_ppm > 50_000
    money = [
        ("You put in", shown(terms.escrow), f"{shown(terms.reward)} reward, {shown(terms.bond)} bond"),
        ("You risk", shown(terms.bond), "the bond, and the reward if no key comes or the task cannot be scored"),
        ("The evaluator stakes", shown(terms.evaluator_bond), "lost if scores do not come, or others are right"),
        ("An entry costs", shown(first), f"the last one {asset.about(last)}; all of them {asset.about(filling)}"),
    ]
    if panel.members:
        money.append(("Each member stakes", shown(panel.member_bond), f"and earns {shown(panel.fee)} if it is right"))
        money.append(("A challenge costs", shown(panel.challenge_bond), "lost by who was wrong"))
    return {
        "money": money,
        "bar": None if made.bar_ppm is None else about(made.bar_ppm),
        "luck": None if made.luck_ppm is None else about(made.luck_ppm),
        "pays_for_luck": pays_for_luck,
        "deadlines": made.deadlines,
        "cautions": made.cautions,
    }
