"""Errors as answers: problem+json (RFC 9457) for programs, each with what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from starlette.responses import JSONResponse
from starlette.types import Scope

from hyperbounty.cli.wording import worded
from hyperbounty.errors import HyperbountyError, InvalidInput
from hyperbounty.texts import escaped
from hyperbounty.web.site.errors import NotHere, NotYet, Refused

MEDIA_TYPE: Final = "application/problem+json"
API: Final = "/api/"
"""What begins so is answered for programs, all else for people."""

_RETRY_S: Final = 5
_TITLES: Final[Mapping[int, str]] = {
    400: "The request is not understood",
    404: "Not here",
    405: "Not this way",
    409: "The contract refuses",
    413: "Too much at once",
    422: "The request is not understood",
    429: "Too many requests",
    500: "A fault of the site",
    503: "Not now",
    504: "It took too long",
}


def is_for_programs(scope: Scope) -> bool:
    """Whether a request is answered for programs."""
    return str(scope["path"]).removeprefix(scope.get("root_path", "")).startswith(API)


def status_of(error: HyperbountyError) -> int:
    """The status of HTTP that an error is answered with."""
    if isinstance(error, NotHere):
        return 404
    if isinstance(error, Refused):
        return 409
    if error.is_unavailable:
        return 503
    return 400 if isinstance(error, InvalidInput) else 500


def problem(
    status: int, code: str, detail: str, next_step: str, *, retry_after_s: int | None = None, **more: Any
) -> JSONResponse:
    """An answer that says what is wrong.

    Args:
        status: of HTTP.
        code: of the kind of error, for programs; docs/api.md lists them.
        detail: what is wrong, for people.
        next_step: what to do about it.
        retry_after_s: when to ask again; None to say nothing of it.
        more: further members.
    """
    content = {
        "type": f"urn:hyperbounty:error:{code}",
        "title": _TITLES.get(status, "The request failed"),
        "status": status,
        "detail": escaped(detail, 1_000),
        "next_step": escaped(next_step, 1_000),
        **more,
    }
    headers = {"cache-control": "no-store"}
    if retry_after_s is not None:
        headers["retry-after"] = str(retry_after_s)
    return JSONResponse(content, status, media_type=MEDIA_TYPE, headers=headers)


def problem_of(error: HyperbountyError) -> JSONResponse:
    """The answer for an error of the project."""
    status = status_of(error)
    later = error.retry_after_s if isinstance(error, NotYet) else _RETRY_S if error.is_unavailable else None
    more = {"reason": error.reason} if isinstance(error, Refused) else {}
    return problem(status, error.error_code, error.what, worded(error.next_step), retry_after_s=later, **more)
