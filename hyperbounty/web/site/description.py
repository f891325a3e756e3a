"""The description of the API (OpenAPI), with the problems that every question may be answered with."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, Field

from hyperbounty.web.site.problems import MEDIA_TYPE

_ABOUT: Final = """What an index of the chain shows, and the calls of its contracts, unsigned.

The chain is the only authority; this site holds no key. Every answer names the block that it speaks of, and has an
ETag. Errors are problems (RFC 9457) with `next_step`."""


class Problem(BaseModel):
    """What is wrong, and what to do next."""

    type: Annotated[str, Field(description="`urn:hyperbounty:error:` and the code of the error")]
    title: str
    status: int
    detail: str
    next_step: str


def describe(app: FastAPI) -> dict[str, Any]:
    """The description of `app`, made once."""
    if app.openapi_schema is None:
        made = get_openapi(title=app.title, version=app.version, description=_ABOUT, routes=app.routes)
        schemas = made.setdefault("components", {}).setdefault("schemas", {})
        schemas["Problem"] = Problem.model_json_schema()
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        for path in made["paths"].values():
            for operation in path.values():
                responses = operation["responses"]
                responses.pop("422", None)
                responses["4XX"] = {"description": "What was asked cannot be answered so", "content": content}
                responses["5XX"] = {"description": "It cannot be answered now", "content": content}
        app.openapi_schema = made
    return app.openapi_schema
