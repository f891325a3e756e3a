"""The page where a model is thought of: the model file as a form, what its terms come to, and the file.

It works without JavaScript: nothing here is secret. No wallet opens it: what the model knows at the start goes up in
several transactions, and its manifest has to lie in a store before; `model open` does both, and continues after a kill.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from hyperbounty.chain.development import DEVELOPMENT_CHAIN_ID
from hyperbounty.cli.wording import command_line
from hyperbounty.format import duration
from hyperbounty.models.contract import ModelsContract
from hyperbounty.models.show.waits import waits
from hyperbounty.next_steps import Action
from hyperbounty.web.models.draft_keys import KEYS, REQUIRED
from hyperbounty.web.models.drafts import ModelDraft, model_draft
from hyperbounty.web.models.index.family import ModelsFamily
from hyperbounty.web.models.pages.showing import Showing
from hyperbounty.web.site.calls import Calls
from hyperbounty.web.site.forms import refuse_faults

_SECTIONS: Final = {
    "model": "Model",
    "start": "What it knows at the start",
    "encoder": "Encoder",
    "price": "Price",
    "waits": "Waits",
}
_FILE: Final = "model.toml"


def open_page(showing: Showing) -> APIRouter:
    """The routes; before that of a model's number."""
    router = APIRouter()
    calls = Calls(showing.site, ModelsContract, ModelsFamily.NAME)

    @router.get("/models/open")
    def form(request: Request) -> Response:
        written = dict(request.query_params)
        asset, no_asset = calls.asset_named(written.get("asset", ""))
        made = model_draft(written, asset)
        faults = {**made.faults, **({"asset": no_asset} if no_asset else {})}
        state = showing.site.read(lambda snapshot: snapshot.state)
        answer = showing.page(
            "open.html",
            state,
            draft=made,
            faults=faults,
            asked=bool(written),
            sections=[(title, [key for key in KEYS if key.section == name]) for name, title in _SECTIONS.items()],
            required=REQUIRED,
            comes_to=_comes_to(made, development=state.chain_id == DEVELOPMENT_CHAIN_ID)
            if written and not faults
            else None,
            commands={
                "open": command_line(Action("model.open", (_FILE,))),
                "init": command_line(Action("model.init", (_FILE,))),
            },
        )
        if no_asset:
            # It may be there in a moment.
            answer.headers["cache-control"] = "no-store"
        return answer

    @router.get(f"/models/open/{_FILE}")
    def file(request: Request) -> Response:
        written = dict(request.query_params)
        asset, fault = calls.asset_named(written.get("asset", ""))
        refuse_faults({"asset": fault} if fault else {})
        headers = {"content-disposition": f'attachment; filename="{_FILE}"'}
        return Response(model_draft(written, asset).file(), media_type="application/toml", headers=headers)

    return router


def _comes_to(made: ModelDraft, *, development: bool) -> Mapping[str, Any]:
    return {
        "prices": [] if made.terms.in_points else [(when, made.asset.about(amount)) for when, amount in made.prices],
        "interval": duration(made.terms.min_interval) if made.terms.min_interval else "",
        "waits": waits(made.terms),
        "cost": made.cost,
        "cautions": made.cautions(development=development),
    }
