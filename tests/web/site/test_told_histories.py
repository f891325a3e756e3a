"""Random histories with reorganizations and refusals: what was told, less what was told back, is what happened."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from hyperbounty.database import Database
from hyperbounty.web.site.family import site_families
from hyperbounty.web.site.happening import Happening
from hyperbounty.web.site.settings import SiteSettings
from hyperbounty.web.site.site import Site
from hyperbounty.web.site.webhooks.notifier import Notifier
from hyperbounty.web.site.webhooks.outbox import FIRST_PAUSE_S
from hyperbounty.web.site.webhooks.outlets import Failure, Message, Outlet
from hyperbounty.web.site.webhooks.tables import MESSAGES, SCHEMA
from tests.web.indexing import indexing
from tests.web.random_contests import Play

pytestmark = pytest.mark.heavy
ROUNDS = 15


class Fickle(Outlet):
    """Takes a message, mostly; sometimes it takes one and says that it did not."""

    def __init__(self, name: str, chance: random.Random, *pages: str) -> None:
        super().__init__(name, pages)
        self.chance = chance
        self.is_in_a_mood = True
        self.messages: dict[str, Message] = {}

    def send(self, message: Message, now: float) -> Failure | None:
        mood = self.chance.random() if self.is_in_a_mood else 0.0
        if mood < 0.8:
            assert self.messages.setdefault(message.id, message) == message
        return None if mood < 0.7 else Failure("not now")

    def believes(self, order: Mapping[str, int]) -> set[str]:
        """The happenings that whoever reads all messages takes for true: the last word on each counts.

        Args:
            order: in which messages were put in, by their ids.
        """
        found: dict[str, bool] = {}
        for message in sorted(self.messages.values(), key=lambda message: order[message.id]):
            body = json.loads(message.body)
            found[body["data"]["id"]] = body["type"] != "taken-back"
        return {happening for happening, is_so in found.items() if is_so}


@pytest.mark.parametrize("seed", range(3))
def test_what_was_told_is_what_happened(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    play = Play(chance)
    where = tmp_path / "index.sqlite"
    now = 1_800_000_000.0
    outlets = [
        Fickle("news", chance),
        Fickle("one", chance, "/contests/2"),
        Fickle("account", chance, f"/accounts/{play.accounts[6].address}"),
    ]

    def tell() -> None:
        nonlocal now
        with indexing(where, play.contract, from_block=0) as process:
            process.catch_up()
        with closing(Database(where, SCHEMA)) as database:
            notifier = Notifier(database, SiteSettings(), site_families(), outlets, lambda: now)
            notifier.collect()
            for outlet in outlets:
                while notifier.deliver(outlet):
                    pass
        now += FIRST_PAUSE_S * chance.choice([0, 1, 8])

    def happened() -> list[Happening]:
        [family] = [each for each in site_families() if each.NAME == "bounty"]
        with closing(Database(where, SCHEMA)) as database:
            site = Site(database, SiteSettings())
            return list(site.read(lambda snapshot: family.happenings_after(snapshot, 0, news_only=False)))

    play.act()
    tell()
    before = {each.id for each in happened()}
    for _ in range(ROUNDS):
        snapshot = play.snapshot()
        for _ in range(chance.randint(1, 4)):
            play.act()
        tell()
        if chance.random() < 0.4:
            play.revert(snapshot)
            for _ in range(chance.randint(0, 3)):
                play.act()
            tell()
    # At the end everything is taken.
    for outlet in outlets:
        outlet.is_in_a_mood = False
    for _ in range(20):
        now += 3_600.0
        tell()
    after = {each.id: each for each in happened() if each.id not in before}
    with closing(Database(where, SCHEMA)) as database:
        found = database.read(lambda c: c.execute(select(MESSAGES.c.id, MESSAGES.c.number)).all())
    order = {message: number for message, number in found}  # noqa: C416 - rows are no tuples to mypy
    news, one, _ = outlets
    assert news.believes(order) == {id_ for id_, each in after.items() if each.is_news}
    assert one.believes(order) == {id_ for id_, each in after.items() if each.path == "/contests/2"}
    assert len(news.messages) >= 10
