"""What tests with a wallet share: a browser, a scene that is served, and a person in front of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.web.scene import Scene, new_scene
from tests.web.wallet.browsing import Person, Wallet, chromium, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser  # type: ignore[import-not-found,unused-ignore]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium."""
    with chromium() as running:
        yield running


@pytest.fixture
def stage(tmp_path: Path) -> Scene:
    """A chain with the contract and no contest yet."""
    return new_scene(tmp_path)


@pytest.fixture
def url(stage: Scene) -> Iterator[str]:
    """The site over it."""
    with served(stage) as address:
        yield address


@pytest.fixture
def wallet(stage: Scene) -> Wallet:
    """That of a participant."""
    return Wallet(stage.chain, [stage.participants[0]])


@pytest.fixture
def person(browser: Browser, url: str, wallet: Wallet) -> Iterator[Person]:
    """Somebody with this wallet."""
    made = Person(browser, url, {"Some Wallet": wallet})
    yield made
    made.close()
