"""docs/api.md names every question, every call, and every code of a problem."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from fastapi import FastAPI

from hyperbounty.errors import HyperbountyError
from hyperbounty.web.site import errors

DOCUMENT = (Path(__file__).parents[4] / "docs" / "api.md").read_text()
PREFIX = "/api/v1"


def test_every_question_is_documented(app: FastAPI) -> None:
    paths = {path.removeprefix(PREFIX) for path in app.openapi()["paths"] if path.startswith(PREFIX)}
    named = set(re.findall(r"`(/[^`?]*)`", DOCUMENT)) | set(re.findall(r"`POST (/[^`]*)`", DOCUMENT))
    actions = {path for path in paths if "/actions/" in path and path.startswith("/contests")}
    assert len(actions) == 14
    for path in actions:
        assert f"`{path.rsplit('/', 1)[1]}`" in DOCUMENT
    # The table is named beside the leaderboard.
    assert "`leaderboard.csv`" in DOCUMENT
    assert paths - actions - named == {"/contests/{number}/leaderboard.csv"}


def test_every_code_is_documented() -> None:
    kinds = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, HyperbountyError)]
    own = {kind.error_code for kind in kinds if kind.__module__ == errors.__name__ and kind.__name__ != "AddressTaken"}
    source = Path(errors.__file__).parent
    made = {
        code
        for path in source.glob("*.py")
        for code in re.findall(r'(?:problem|Refusal)\([^"]{1,80}"([a-z-]+)"', path.read_text())
    }
    for code in own | made:
        assert f"`{code}`" in DOCUMENT, code
