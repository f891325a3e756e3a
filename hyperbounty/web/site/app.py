"""The application: the middleware around all, the frame's own pages, and what the families bring."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Route
from starlette.staticfiles import StaticFiles

from hyperbounty.cli.wording import worded
from hyperbounty.errors import HyperbountyError
from hyperbounty.version import __version__
from hyperbounty.web.site.caching import VersionedCache
from hyperbounty.web.site.family import SiteFamily
from hyperbounty.web.site.feeds.routes import feed_routes
from hyperbounty.web.site.headers import SecurityHeaders
from hyperbounty.web.site.problems import API, problem, problem_of, status_of
from hyperbounty.web.site.pulse import Pulse
from hyperbounty.web.site.rendering import Renderer
from hyperbounty.web.site.site import Site
from hyperbounty.web.site.streams import PATH, Streams


def create_app(site: Site, families: Sequence[SiteFamily]) -> FastAPI:
    """The site as an ASGI application, which looks at its index while it runs.

    Args:
        site: what stands behind it.
        families: whose pages and answers it has.
    """
    pulse = Pulse(site.database)
    streams = Streams(site, families, pulse)
    renderer = Renderer(site.settings, {family.NAME: family.TEMPLATES for family in families})

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with pulse.beating(), streams.running():
            yield

    app = FastAPI(
        title="Hyperbounty",
        version=__version__,
        lifespan=lifespan,
        root_path=site.settings.root_path,
        openapi_url=f"{API}v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        middleware=[Middleware(SecurityHeaders), Middleware(VersionedCache, token=lambda: pulse.token)],
    )
    app.state.pulse = pulse
    app.state.streams = streams
    app.router.routes.append(Route(PATH, streams, methods=["GET"], include_in_schema=False))
    app.include_router(feed_routes(site, families), include_in_schema=False)
    for family in families:
        app.include_router(family.answers(site), prefix=f"{API}v1")
        app.include_router(family.pages(site, renderer), include_in_schema=False)
    app.mount("/static", StaticFiles(packages=[("hyperbounty.web.site", "static")]), name="static")
    _answer_errors(app, renderer)
    return app


def _answer_errors(app: FastAPI, renderer: Renderer) -> None:
    """Errors as answers: for programs below `API`, for people elsewhere."""

    def page(request: Request, status: int, what: str, next_step: str) -> Response:
        state = request.app.state.pulse.state
        made = renderer.page("site/problem.html", state, status, what=what, next_step=next_step)
        made.headers["cache-control"] = "no-store"
        return made

    @app.exception_handler(HyperbountyError)
    def known(request: Request, error: HyperbountyError) -> Response:
        if request.url.path.startswith(f"{request.scope.get('root_path', '')}{API}"):
            return problem_of(error)
        return page(request, status_of(error), error.what, worded(error.next_step))

    @app.exception_handler(RequestValidationError)
    def invalid(_: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"][1:]) or "the body"
        return problem(422, "invalid-request", f"{where}: {first['msg']}", "see the parameters in docs/api.md")

    @app.exception_handler(HTTPException)
    def by_http(request: Request, error: HTTPException) -> Response:
        if request.url.path.startswith(f"{request.scope.get('root_path', '')}{API}"):
            made: Response = problem(error.status_code, "http", str(error.detail), "see the paths in docs/api.md")
            for name, value in (error.headers or {}).items():
                made.headers[name] = value
            return made
        return page(request, error.status_code, "There is no such page.", "go back to the contests")
