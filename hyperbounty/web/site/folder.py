"""The site in a folder of a larger one: a proxy passes it what lies below, and takes the folder off the paths.

Routes find a path with the folder in front. It is always put back, since a page may be named like the folder.
"""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send


class InFolder:
    """Middleware, the outermost: says where the site's own paths begin.

    Args:
        app: that answers.
        root_path: the folder, such as `/contests`; empty for none.
    """

    def __init__(self, app: ASGIApp, root_path: str) -> None:
        self._app = app
        self._root_path = root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if self._root_path and scope["type"] == "http":
            path = self._root_path + scope["path"]
            raw = self._root_path.encode() + scope.get("raw_path", b"")
            scope = {**scope, "root_path": self._root_path, "path": path, "raw_path": raw}
        await self._app(scope, receive, send)
