"""The application: the middleware around all, the frame's own pages, and what the families bring."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from hyperbounty.errors import HyperbountyError
from hyperbounty.version import __version__
from hyperbounty.web.site.accounts import account_pages
from hyperbounty.web.site.api_status import status_answers
from hyperbounty.web.site.caching import VersionedCache
from hyperbounty.web.site.description import describe
from hyperbounty.web.site.family import SiteFamily
from hyperbounty.web.site.feeds.routes import feed_routes
from hyperbounty.web.site.folder import InFolder
from hyperbounty.web.site.headers import SecurityHeaders
from hyperbounty.web.site.health import OWN, health_answers
from hyperbounty.web.site.limits import Limits, Rates, Refusal
from hyperbounty.web.site.metrics import Metrics
from hyperbounty.web.site.observing import NamingRoutes, Observing, observed
from hyperbounty.web.site.origins import OpenReading
from hyperbounty.web.site.problems import API, is_for_programs, problem, problem_of, status_of
from hyperbounty.web.site.pulse import Pulse
from hyperbounty.web.site.refusals import refusal_words
from hyperbounty.web.site.rendering import Renderer
from hyperbounty.web.site.site import Site
from hyperbounty.web.site.status import status_page
from hyperbounty.web.site.streams import PATH, Streams
from hyperbounty.web.site.wording import on_page

_WORTH_COMPRESSING: Final = 1_000
"""Bytes of an answer."""

_LEVEL: Final = 6
"""Of compression: higher ones take more time and save little."""


def create_app(
    site: Site,
    families: Sequence[SiteFamily],
    *,
    metrics: Metrics | None = None,
    is_kept: Callable[[], bool] = lambda: True,
    start: str = OWN,
) -> FastAPI:
    """The site as an ASGI application, which looks at its index while it runs.

    Args:
        site: what stands behind it.
        families: whose pages and answers it has.
        metrics: that it counts in; left out, some of its own.
        is_kept: whether a process that keeps the index runs.
        start: what to do where none does.
    """
    metrics = metrics or Metrics(site.database)
    pulse = Pulse(site.database, families)
    streams = Streams(site, families, pulse)
    renderer = Renderer(
        site.settings,
        {family.NAME: family.TEMPLATES for family in families},
        [link for family in families for link in family.NAVIGATION],
    )

    # By path, with the package that has their folder `static`; those of the frame last, whose path begins all others.
    files = {f"/static/{family.NAME}": family.TEMPLATES for family in families} | {"/static": "hyperbounty.web.site"}

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with pulse.beating(), streams.running():
            yield

    app = FastAPI(
        title="Hyperbounty",
        version=__version__,
        lifespan=lifespan,
        openapi_url=f"{API}v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        middleware=[
            Middleware(InFolder, root_path=site.settings.root_path),
            Middleware(SecurityHeaders),
            Middleware(Observing, metrics=metrics, failed=partial(_failed, renderer, pulse)),
            Middleware(OpenReading),
            Middleware(Limits, rates=Rates(site.settings.rate), refused=partial(_limited, renderer, pulse)),
            Middleware(VersionedCache, moves=pulse.moves, lasting=tuple(files)),
            # Inside, so that an answer is compressed once.
            Middleware(GZipMiddleware, minimum_size=_WORTH_COMPRESSING, compresslevel=_LEVEL),
            Middleware(NamingRoutes),
        ],
    )
    app.state.pulse = pulse
    app.state.metrics = metrics
    app.state.streams = streams
    metrics.watch("hyperbounty_streams", "Open streams of events.", lambda: streams.count)
    app.include_router(health_answers(pulse, site.settings.most_behind, is_kept, start))
    app.router.routes.append(Route(PATH, streams, methods=["GET"], include_in_schema=False))
    app.openapi = lambda: describe(app)  # type: ignore[method-assign]
    app.include_router(status_answers(site), prefix=f"{API}v1")
    app.include_router(feed_routes(site, families), include_in_schema=False)
    for family in families:
        app.include_router(family.answers(site), prefix=f"{API}v1")
        app.include_router(family.pages(site, renderer), include_in_schema=False)
    for pages in (account_pages(site, families, renderer), status_page(site, renderer), refusal_words(site)):
        app.include_router(pages, include_in_schema=False)
    for path, package in files.items():
        app.mount(path, StaticFiles(packages=[(package, "static")]))
    _answer_errors(app, renderer)
    return app


def _failed(renderer: Renderer, pulse: Pulse, scope: Scope) -> Response:
    """The answer where something failed that nobody expected: the log has what, under the id of the request."""
    request_id = observed(scope).request_id
    what, next_step = "the site has a fault", f"try again; if it stays, tell its operator the request {request_id}"
    if is_for_programs(scope):
        return problem(500, "internal", what, next_step, request_id=request_id)
    return _page(renderer, pulse, 500, f"{what}.", next_step)


def _limited(renderer: Renderer, pulse: Pulse, scope: Scope, refusal: Refusal) -> Response:
    """The answer to a request that is beyond a limit."""
    if is_for_programs(scope):
        return refusal.problem()
    made = _page(renderer, pulse, refusal.status, f"{refusal.what}.", refusal.next_step)
    if refusal.retry_after_s is not None:
        made.headers["retry-after"] = str(refusal.retry_after_s)
    return made


def _page(renderer: Renderer, pulse: Pulse, status: int, what: str, next_step: str) -> Response:
    made = renderer.page("site/problem.html", pulse.state, status, what=what, next_step=next_step)
    made.headers["cache-control"] = "no-store"
    return made


def _answer_errors(app: FastAPI, renderer: Renderer) -> None:
    """Errors as answers: for programs below `API`, for people elsewhere."""

    def page(request: Request, status: int, what: str, next_step: str) -> Response:
        return _page(renderer, request.app.state.pulse, status, what, next_step)

    @app.exception_handler(HyperbountyError)
    def known(request: Request, error: HyperbountyError) -> Response:
        if is_for_programs(request.scope):
            return problem_of(error)
        return page(request, status_of(error), error.what, on_page(error.next_step))

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        if not is_for_programs(request.scope):
            return page(request, 404, "there is no such page", "go back to the contests")
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"][1:]) or "the body"
        return problem(422, "invalid-request", f"{where}: {first['msg']}", "see the parameters in docs/api.md")

    @app.exception_handler(HTTPException)
    def by_http(request: Request, error: HTTPException) -> Response:
        if is_for_programs(request.scope):
            made: Response = problem(error.status_code, "http", str(error.detail), "see the paths in docs/api.md")
            for name, value in (error.headers or {}).items():
                made.headers[name] = value
            return made
        return page(request, error.status_code, "there is no such page", "go back to the contests")
