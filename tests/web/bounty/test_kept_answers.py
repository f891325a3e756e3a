"""An answer that is kept says what a new one would say, whatever happened meanwhile, but for its block and the time."""

from __future__ import annotations

import asyncio
import json
import random
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.types import Message, Scope

from hyperbounty.web.bounty.site import BountySite
from hyperbounty.web.index.process import IndexProcess
from hyperbounty.web.site.pulse import Pulse
from hyperbounty.web.site.settings import SiteSettings
from hyperbounty.web.site.shown import Shown, noting, together
from hyperbounty.web.site.site import Site
from tests.web.indexing import indexing
from tests.web.random_contests import Play

_OF_ITS_MOMENT = ("block", "now", "left_seconds")


class Asking:
    """Asks a site for all that may be kept, beside a pulse that beats when it is told to."""

    def __init__(self, index: IndexProcess) -> None:
        site, family = Site(index.keeper.database, SiteSettings()), BountySite()
        self.pulse = Pulse(site.database, [family])
        self._app = FastAPI()
        self._app.include_router(family.answers(site))

    async def answers(self, game: Play) -> dict[str, tuple[Any, Shown]]:
        """By path: what is said now, and what that shows."""
        contests = range(1, len(game.contract.contests()) + 1)
        paths = [
            f"/contests/{number}{what}" for number in contests for what in ("", "/entries", "/leaderboard", "/payments")
        ]
        accounts = [*(account.address for account in game.accounts), game.wallet.address]
        paths += [f"/accounts/{address}{what}" for address in accounts for what in ("", "/entries", "/payments")]
        return {path: await self._answer(path) for path in paths}

    async def _answer(self, path: str) -> tuple[Any, Shown]:
        body = bytearray()

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            body.extend(message.get("body", b""))

        scope: Scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": []}
        with noting() as noted:
            await self._app(scope, receive, send)
        said = json.loads(body)
        return {name: value for name, value in said.items() if name not in _OF_ITS_MOMENT}, together(noted)


@pytest.mark.parametrize("seed", range(2))
def test_what_is_kept_is_what_would_be_made_anew(tmp_path: Path, seed: int) -> None:
    game = Play(random.Random(seed))
    chance = random.Random(seed)

    async def check(index: IndexProcess) -> tuple[int, int]:
        asking, kept, gone = Asking(index), 0, 0
        for _ in range(12):
            game.act()
        index.catch_up()
        await asking.pulse.look()
        for _ in range(12):
            before, seen = await asking.answers(game), asking.pulse.moves.end
            snapshot = game.snapshot()
            for _ in range(chance.randint(1, 3)):
                game.act()
            index.catch_up()
            await asking.pulse.look()
            if chance.random() < 0.3:
                game.revert(snapshot)
                game.act()
                index.catch_up()
                await asking.pulse.look()
            move = asking.pulse.moves.since(seen)
            after = await asking.answers(game)
            for path, (said, shown) in before.items():
                if move is not None and not shown.holds(move):
                    gone += 1
                elif path in after:
                    kept += 1
                    assert said == after[path][0], (path, move)
        return kept, gone

    with indexing(tmp_path / "index.sqlite", game.contract) as index:
        kept, gone = asyncio.run(check(index))
    assert min(kept, gone) > 100
