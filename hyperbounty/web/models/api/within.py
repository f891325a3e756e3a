"""What happens within a model, as answers: samples, members, claims, accuracy; and the models of an account."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from hyperbounty.web.models.api.answers import (
    AccountFacts,
    AccuracyAnswer,
    AccuracyPoint,
    ClaimFacts,
    ClaimList,
    MemberList,
    ModelRow,
    OwnModel,
    OwnModels,
    SampleFacts,
    SampleList,
)
from hyperbounty.web.models.listing import (
    listed_model,
    own_models,
)
from hyperbounty.web.models.samples import account_in, accuracy_of, claims_of, members_of, samples_of
from hyperbounty.web.models.topics import shows_account, shows_model
from hyperbounty.web.site.answers import block_of
from hyperbounty.web.site.site import Site, Snapshot
from hyperbounty.web.site.values import (
    LARGEST_NUMBER,
    USUAL_ROWS,
    Account,
    AddressQuery,
    Cursor,
    Limit,
    Number,
    checksummed,
    cursor_of,
    place_of,
)


def within_answers(site: Site) -> APIRouter:
    """The routes."""
    router = APIRouter(tags=["models"])

    @router.get("/models/{number}/samples")
    def samples(
        number: Number,
        author: AddressQuery = None,
        is_open: Annotated[bool | None, Query(alias="open", description="whether somebody can still claim it")] = None,
        limit: Limit = USUAL_ROWS,
        cursor: Cursor = None,
    ) -> SampleList:
        """The samples of a model, the latest first."""
        before = None if cursor is None else place_of(cursor, (int,))[0]

        def work(snapshot: Snapshot) -> SampleList:
            listed = listed_model(site, snapshot, number)
            shows_model(snapshot, listed)
            found = samples_of(
                snapshot.connection,
                listed.row,
                author=_address(author),
                is_open=is_open,
                before=before,
                most=limit + 1,
            )
            return SampleList(
                chain_id=snapshot.state.chain_id,
                block=block_of(snapshot),
                model=number,
                samples=[SampleFacts.of(each, listed) for each in found[:limit]],
                next=cursor_of([found[limit - 1].row["number"]]) if len(found) > limit else None,
            )

        return site.read(work)

    @router.get("/models/{number}/members")
    def members(number: Number, limit: Limit = USUAL_ROWS, cursor: Cursor = None) -> MemberList:
        """Who has a sample that was found valid."""
        after = 0 if cursor is None else place_of(cursor, (int,))[0]

        def work(snapshot: Snapshot) -> MemberList:
            listed = listed_model(site, snapshot, number)
            shows_model(snapshot, listed)
            found = members_of(snapshot.connection, listed.row, after=max(after, 0), most=limit + 1)
            return MemberList(
                chain_id=snapshot.state.chain_id,
                block=block_of(snapshot),
                model=number,
                members=[AccountFacts.of(row, listed) for row in found[:limit]],
                next=cursor_of([found[limit - 1]["member"]]) if len(found) > limit else None,
            )

        return site.read(work)

    @router.get("/models/{number}/claims")
    def claims(number: Number, limit: Limit = USUAL_ROWS, cursor: Cursor = None) -> ClaimList:
        """What was taken of stakes, the latest first."""
        place = None if cursor is None else place_of(cursor, (int, int))

        def work(snapshot: Snapshot) -> ClaimList:
            listed = listed_model(site, snapshot, number)
            shows_model(snapshot, listed)
            after = None if place is None else (place[0], place[1])
            found = claims_of(snapshot.connection, listed.row, after=after, most=limit + 1)
            return ClaimList(
                chain_id=snapshot.state.chain_id,
                block=block_of(snapshot),
                model=number,
                claims=[ClaimFacts.of(row, listed) for row in found[:limit]],
                next=cursor_of([found[limit - 1]["block"], found[limit - 1]["position"]])
                if len(found) > limit
                else None,
            )

        return site.read(work)

    @router.get("/models/{number}/accuracy")
    def accuracy(number: Number) -> AccuracyAnswer:
        """How often it was right about samples that it had not learned yet, in at most 60 stretches."""

        def work(snapshot: Snapshot) -> AccuracyAnswer:
            listed = listed_model(site, snapshot, number)
            shows_model(snapshot, listed)
            return AccuracyAnswer(
                chain_id=snapshot.state.chain_id,
                block=block_of(snapshot),
                model=number,
                points=[
                    AccuracyPoint(last_sample=each.last, samples=each.samples, right=each.right, accuracy_ppm=each.ppm)
                    for each in accuracy_of(snapshot.connection, listed.row)
                ],
            )

        return site.read(work)

    @router.get("/accounts/{address}/models", tags=["accounts"])
    def of_account(address: Account, limit: Limit = USUAL_ROWS, cursor: Cursor = None) -> OwnModels:
        """The models that an account opened, or has added samples or handed in batches to, the latest first."""
        who = checksummed(address)
        before = LARGEST_NUMBER + 1 if cursor is None else place_of(cursor, (int,))[0]

        def work(snapshot: Snapshot) -> OwnModels:
            shows_account(snapshot, who)
            found = own_models(snapshot, site, who, before=before, most=limit + 1)
            made = []
            for listed in found[:limit]:
                own = account_in(snapshot.connection, listed.row, who)
                assert own is not None
                made.append(
                    OwnModel(
                        model=ModelRow.of(listed),
                        own=AccountFacts.of(own, listed),
                        is_creator=listed.model.creator == who,
                    )
                )
            return OwnModels(
                chain_id=snapshot.state.chain_id,
                block=block_of(snapshot),
                address=who,
                models=made,
                next=cursor_of([found[limit - 1].model.number]) if len(found) > limit else None,
            )

        return site.read(work)

    return router


def _address(address: str | None) -> str | None:
    return None if address is None else checksummed(address)
