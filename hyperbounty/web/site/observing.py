"""Each request gets an id, is measured by its route, and stands in the log; what fails is answered and told.

Inside `SecurityHeaders`, around all else. No path is a label and no query is logged: both are what a client chooses.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hyperbounty.web.site.logs import request_log
from hyperbounty.web.site.metrics import Metrics

REQUEST_ID: Final = "x-request-id"
OBSERVED: Final = "hyperbounty.observed"
"""In the scope of a request: its `Observed`."""

_WELL_FORMED: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
_LONGEST_PATH: Final = 200


@dataclass
class Observed:
    """What is known of a request beside what it asks.

    Attributes:
        request_id: its id: of the client, where that is well-formed, else of the site.
        route: the template of what answers it, such as `/contests/{number}`; empty where nothing does.
        is_kept: an answer that was made before was sent.
    """

    request_id: str
    route: str = ""
    is_kept: bool = False


def observed(scope: Scope) -> Observed:
    """What is known of the request of `scope`; something new where nobody observes."""
    found = scope.get(OBSERVED)
    return found if isinstance(found, Observed) else Observed("")


class Observing:
    """Middleware; see the module.

    Args:
        app: that answers.
        metrics: that count.
        failed: the answer where `app` raises; gets the scope.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics, failed: Callable[[Scope], Response]) -> None:
        self._app = app
        self._metrics = metrics
        self._failed = failed
        self._log = request_log()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(REQUEST_ID, "")
        seen = Observed(given if _WELL_FORMED.fullmatch(given) else secrets.token_hex(8))
        began = time.perf_counter()
        status = 0
        first_s = 0.0
        is_stream = False

        async def with_id(message: Message) -> None:
            nonlocal status, first_s, is_stream
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=list(message["headers"]))
                headers[REQUEST_ID] = seen.request_id
                message = {**message, "headers": headers.raw}
                status, first_s = message["status"], time.perf_counter() - began
                is_stream = headers.get("content-type", "").startswith("text/event-stream")
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=seen.request_id):
            scope = {**scope, OBSERVED: seen}
            try:
                await self._app(scope, receive, with_id)
            except Exception:
                self._log.exception("a request failed", path=_shown(scope), route=seen.route)
                if status:
                    raise
                await self._failed(scope)(scope, receive, with_id)
            # A stream stays open for as long as somebody looks; what counts is when it began.
            seconds = first_s if is_stream else time.perf_counter() - began
            method = scope["method"] if scope["method"] in _METHODS else "other"
            self._metrics.request_seconds.labels(method, seen.route, f"{status // 100}xx").observe(seconds)
            self._log.info(
                "request",
                method=method,
                path=_shown(scope),
                route=seen.route,
                status=status,
                seconds=round(seconds, 6),
                kept=seen.is_kept,
            )


class NamingRoutes:
    """Middleware, the innermost: notes which route answered."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            await self._app(scope, receive, send)
        finally:
            observed(scope).route = _template(scope)


def _template(scope: Scope) -> str:
    """The whole template of the route that answered: FastAPI keeps what a router was included with apart."""
    context = scope.get("fastapi", {}).get("effective_route_context")
    found = getattr(context, "path", None) or getattr(scope.get("route"), "path", None)
    if found is not None:
        return str(found)
    # What is mounted, such as the files beside the pages, is one route.
    return str(scope.get("root_path", "")).removeprefix(scope.get("app_root_path", scope.get("root_path", "")))


def _shown(scope: Scope) -> str:
    return str(scope["path"])[:_LONGEST_PATH]
