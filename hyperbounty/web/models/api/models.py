"""Models as answers: the list, one, its samples, members, claims, accuracy, and what it says of a sample."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select

from hyperbounty.models.kinds import KINDS
from hyperbounty.models.samples import SampleError
from hyperbounty.models.types import Stage
from hyperbounty.money import COIN
from hyperbounty.web.index.documents import DocumentState
from hyperbounty.web.index.tables import DOCUMENTS
from hyperbounty.web.models.api.answers import (
    KindName,
    ModelAnswer,
    ModelList,
    ModelRow,
    PredictionAnswer,
    StageName,
)
from hyperbounty.web.models.facts import hidden_models, model_at, require_shown
from hyperbounty.web.models.listing import (
    Order,
    Wanted,
    list_models,
    listed_model,
    place_of_model,
)
from hyperbounty.web.models.predicting import encoded, predict
from hyperbounty.web.site.action_answers import WHOLE
from hyperbounty.web.site.answers import block_of
from hyperbounty.web.site.errors import NotUsable, Refused
from hyperbounty.web.site.site import Site, Snapshot
from hyperbounty.web.site.values import (
    USUAL_ROWS,
    AddressQuery,
    Cursor,
    Limit,
    Number,
    checksummed,
    cursor_of,
    place_of,
)

_ASSET: Final = r"^(coin|0x[0-9a-fA-F]{40})$"
_Sort = Annotated[Literal["number", "samples", "changed"], Query(description="latest, most samples, or last changed")]
# Larger ones are rounded by most readers of JSON.
_Whole = Annotated[int, Field(ge=-(2**53), le=2**53), WHOLE]
_Value = _Whole | Annotated[float, Field(ge=-1e300, le=1e300)]


class SampleBody(BaseModel):
    """What somebody has: a text or numbers for the model's encoder, or features as the model takes them.

    How much there may be of it is bounded by the bytes of a body.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    text: str | None = None
    values: list[_Value] | None = None
    features: list[_Whole] | None = None


def model_answers(site: Site) -> APIRouter:
    """The routes."""
    router = APIRouter(tags=["models"])

    @router.get("/models")
    def models(
        stage: Annotated[StageName | None, Query()] = None,
        kind: Annotated[KindName | None, Query()] = None,
        creator: AddressQuery = None,
        contributor: AddressQuery = None,
        asset: Annotated[str | None, Query(pattern=_ASSET, description="`coin`, or the address of a token")] = None,
        sort: _Sort = "number",
        limit: Limit = USUAL_ROWS,
        cursor: Cursor = None,
    ) -> ModelList:
        """The models to which all that is given applies."""
        wanted = Wanted(
            stages=() if stage is None else (Stage[stage.upper()],),
            kinds=[number for number, facts in KINDS.items() if facts.name == kind],
            creator=_address(creator),
            contributor=_address(contributor),
            asset=COIN.address if asset == "coin" else _address(asset),
            without=hidden_models(site),
        )
        order: Order = sort
        after = None if cursor is None else place_of(cursor, (int, int))

        def work(snapshot: Snapshot) -> ModelList:
            found = list_models(
                snapshot, wanted, order, most=limit + 1, after=None if after is None else (after[0], after[1])
            )
            shown = found[:limit]
            return ModelList(
                chain_id=snapshot.state.chain_id,
                block=block_of(snapshot),
                models=[ModelRow.of(each) for each in shown],
                next=cursor_of(place_of_model(shown[-1], order)) if len(found) > limit else None,
            )

        return site.read(work)

    @router.get("/models/{number}")
    def model(number: Number) -> ModelAnswer:
        """One model with all that the index has of it."""
        require_shown(site, number)

        def work(snapshot: Snapshot) -> ModelAnswer:
            return ModelAnswer.about_model(model_at(snapshot, number), block_of(snapshot))

        return site.read(work)

    @router.get("/models/{number}/manifest", response_class=Response, responses=_BYTES)
    def manifest(number: Number) -> Response:
        """The manifest with its own bytes, whose SHA-256 stands in the contract."""

        def work(snapshot: Snapshot) -> bytes:
            listed = listed_model(site, snapshot, number)
            content = snapshot.connection.execute(
                select(DOCUMENTS.c.content).where(
                    DOCUMENTS.c.digest == listed.row["manifest"], DOCUMENTS.c.state == DocumentState.THERE
                )
            ).scalar()
            if content is None:
                raise NotUsable(listed.published.reason or "the manifest is not here", "ask again later")
            return bytes(content)

        return Response(site.read(work), media_type="application/json")

    @router.post("/models/{number}/predict")
    def prediction(number: Number, body: SampleBody) -> PredictionAnswer:
        """What the model says of a sample; nothing is sent, and it costs nothing. Give one of the three."""
        given = [each for each in (body.text, body.values, body.features) if each is not None]
        if len(given) != 1:
            raise Refused("one of `text`, `values` and `features` is to be given", "give just one of them")

        def work(snapshot: Snapshot) -> PredictionAnswer:
            listed = listed_model(site, snapshot, number)
            try:
                made = encoded(listed.row, None if body.features is not None else listed.published.manifest, given[0])
                label = predict(snapshot.connection, listed.row, made)
            except SampleError as error:
                raise Refused(error.what, str(error.next_step), reason=error.contract_error) from error
            return PredictionAnswer(
                chain_id=snapshot.state.chain_id,
                block=block_of(snapshot),
                model=number,
                label=label,
                class_name=listed.names.names[label] or None,
                features=list(made),
                data="0x" + listed.model.shape.encode(made).hex(),
            )

        return site.read(work)

    return router


_BYTES: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {"application/json": {}}}}


def _address(address: str | None) -> str | None:
    return None if address is None else checksummed(address)
