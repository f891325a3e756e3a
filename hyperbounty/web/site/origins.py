"""Which pages of other sites may read answers: all of them, since they say what everybody can read on the chain.

What is not only read, such as the check of a call, is for the site's own pages. It asks a node in the name of whoever
looks, and a site on somebody's own machine has no limit for it.
"""

from __future__ import annotations

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hyperbounty.web.site.problems import is_for_programs

_READING: Final = frozenset({"GET", "HEAD"})
_SHOWN: Final = "etag, retry-after, x-request-id"
_ASKED: Final = {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET, HEAD",
    "access-control-allow-headers": "if-none-match, last-event-id, x-request-id",
    "access-control-max-age": "86400",
}


class OpenReading:
    """Middleware; see the module.

    Args:
        app: that answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http" or not is_for_programs(scope):
            await self._app(scope, receive, send)
            return
        if scope["method"] == "OPTIONS":
            await Response(status_code=204, headers=_ASKED)(scope, receive, send)
            return

        async def shown(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=list(message["headers"]))
                headers["access-control-allow-origin"] = "*"
                headers["access-control-expose-headers"] = _SHOWN
                message = {**message, "headers": headers.raw}
            await send(message)

        await self._app(scope, receive, shown if scope["method"] in _READING else send)
