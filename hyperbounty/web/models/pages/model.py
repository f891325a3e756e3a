"""The page of a model: what it says, what a sample costs and risks, and what became of those before."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Query, Response

from hyperbounty.format import about, duration
from hyperbounty.models.published import manifest_cid
from hyperbounty.statistics.ppm import PPM
from hyperbounty.web.models.facts import IndexedModel, model_at, require_shown
from hyperbounty.web.models.markets import batches_of, markets_of
from hyperbounty.web.models.pages.accuracy import accuracy_chart
from hyperbounty.web.models.pages.asking import MOST_LETTERS, ask, takes_text, what_it_takes
from hyperbounty.web.models.pages.showing import MOST_PAGES, ROWS, Number, Showing
from hyperbounty.web.models.samples import accuracy_of, claims_of, members_of, samples_of
from hyperbounty.web.models.topics import shows_model
from hyperbounty.web.site.site import Snapshot

_MEMBERS: Final = 20
_CLAIMS: Final = 20
_MARKETS: Final = 20


def model_page(showing: Showing) -> APIRouter:
    """The route."""
    router = APIRouter()
    site = showing.site

    @router.get("/models/{number}")
    def model(
        number: Number,
        page: Annotated[int, Query(ge=1, le=MOST_PAGES)] = 1,
        sample: Annotated[str, Query(max_length=MOST_LETTERS)] = "",
    ) -> Response:
        require_shown(site, number)

        def work(snapshot: Snapshot) -> Response:
            each, rows = model_at(snapshot, number), snapshot.connection
            markets = markets_of(snapshot, each.row, most=_MARKETS)
            shows_model(snapshot, each, markets)
            found = samples_of(rows, each.row, most=ROWS, offset=ROWS * (page - 1))
            points = accuracy_of(rows, each.row)
            return showing.page(
                "model.html",
                snapshot.state,
                each=each,
                model=each.model,
                over=_over(each),
                cid=manifest_cid(each.model),
                takes=what_it_takes(each),
                takes_text=takes_text(each.published.manifest),
                encoder=None if each.published.manifest is None else each.published.manifest.encoder.kind,
                most_letters=MOST_LETTERS,
                asked=ask(rows, each, sample) if sample else None,
                chart=accuracy_chart(points, each.model.shape.classes) if points else None,
                right=about(each.row["right"] * PPM // each.row["samples"]) if each.row["samples"] else "",
                samples=found,
                page=page,
                pages=-(-each.row["samples"] // ROWS),
                members=members_of(rows, each.row, most=_MEMBERS),
                claims=claims_of(rows, each.row, most=_CLAIMS),
                markets=markets,
                batches=batches_of(rows, markets[0].row, most=ROWS) if markets else [],
                block=snapshot.state.block,
                terms=_terms(each),
                wait=duration(each.model.terms.refund_wait),
                about=about,
            )

        return site.read(work)

    return router


def _over(each: IndexedModel) -> tuple[str, ...]:
    shape = each.model.shape
    classes = f"{shape.classes} {'class' if shape.classes == 1 else 'classes'}"
    stage = "rests" if each.model.rests else each.model.stage.label
    return shape.facts.name, f"{shape.features:,} features", classes, stage


def _terms(each: IndexedModel) -> list[tuple[str, str]]:
    shape, terms = each.model.shape, each.model.terms
    found = [("it decides", shape.facts.decides), ("it learns", shape.facts.learns)]
    if shape.step:
        found.append(("step", str(shape.step)))
    if shape.alpha:
        found.append(("smoothing", f"{shape.alpha / 16:g}"))
    if terms.in_points:
        found.append(("between two samples of one account", duration(terms.min_interval)))
    else:
        found += [
            (
                "price of a sample",
                f"{each.model.asset.shown(terms.weight)} by the root of the seconds since the last one",
            ),
            ("never below", each.model.asset.shown(terms.floor)),
        ]
    return found
