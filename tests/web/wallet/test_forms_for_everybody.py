"""The pages that need a wallet, for those who see less, have a narrow window, or no JavaScript."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.web.scene import HOUR, SPECS, Scene, new_scene, open_contest, published
from tests.web.wallet.browsing import CHROMIUM, Person, Wallet, chromium, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page  # type: ignore[import-not-found,unused-ignore]

AXE: Final = os.environ.get("HYPERBOUNTY_TEST_AXE")
OPEN: Final = "/open?coin=LTC&reward=1+ether&evaluator=0x70997970C51812dc3A010C7d01b50e0d17dc79C8"
PATHS: Final = ("/contests/1", "/contests/1/compose", "/contests/2", OPEN, "/open?coin=ltc", "/open")

pytestmark = [
    pytest.mark.chromium,
    pytest.mark.heavy,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on the PATH, nor at HYPERBOUNTY_TEST_CHROMIUM"),
    pytest.mark.skipif(find_spec("playwright") is None, reason="Playwright is not installed"),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Scene, str]]:
    """One contest that takes specs, and one in which this account has sealed what is not in its browser."""
    made = new_scene(tmp_path_factory.mktemp("scene"))
    manifest = published(made, "Does LTC rise within three steps?")
    open_contest(made, "submit", manifest, submit_seconds=40 * HOUR)
    open_contest(made, "reveal", manifest, submit_seconds=2 * HOUR, reveal_seconds=90 * HOUR)
    made.contract.submit(made.participants[0], made.contest("reveal"), 0, SPECS[0].word)
    made.chain.advance_to(made.contest("reveal").submit_ends or 0)
    # With its documents, before anybody looks.
    made.index()
    with served(made) as url:
        yield made, url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def shown(person: Person, path: str) -> Page:
    page = person.window(path)
    if path.startswith("/contests"):
        page.locator(".wallet code").wait_for()
        page.locator(".one, [data-part=verdict]").first.wait_for()
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_hangs_over_and_nothing_is_said(
    browser: Browser, site: tuple[Scene, str], width: int, scheme: Any
) -> None:
    scene, url = site
    wallet = Wallet(scene.chain, [scene.participants[0]], connected=True)
    person = Person(browser, url, {"W" * 60: wallet}, viewport={"width": width, "height": 800}, color_scheme=scheme)
    for path in PATHS:
        page = shown(person, path)
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        # Each window holds a stream, and a browser has six connections to a site.
        page.close()
    assert person.heard == []
    person.close()


@pytest.mark.skipif(AXE is None, reason="no folder with axe-core at HYPERBOUNTY_TEST_AXE")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, site: tuple[Scene, str], scheme: Any) -> None:
    assert AXE is not None
    axe = (Path(AXE) / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
    scene, url = site
    wallet = Wallet(scene.chain, [scene.participants[0]], connected=True)
    # axe brings code that the policy forbids.
    person = Person(browser, url, {"Some Wallet": wallet}, color_scheme=scheme, bypass_csp=True)
    for path in PATHS:
        page = shown(person, path)
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        page.evaluate(axe)
        found = page.evaluate("axe.run(document)")
        assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == [], path
        page.close()
    person.close()


def test_without_javascript_a_command_stands_there_and_the_form_to_open_works(
    browser: Browser, site: tuple[Scene, str]
) -> None:
    person = Person(browser, site[1], {}, java_script_enabled=False)
    page = person.window("/contests/1/compose")
    assert "hyperbounty participant submit 1" in page.locator("noscript").inner_text()
    assert page.get_by_label("epochs").is_hidden()
    page = person.window("/open")
    page.get_by_label("coin").fill("LTC")
    page.get_by_label("reward", exact=False).first.fill("1 ether")
    page.locator("#key-evaluator").fill("0x70997970C51812dc3A010C7d01b50e0d17dc79C8")
    page.get_by_role("button", name="See what it comes to").click()
    page.get_by_text("1.1 ETH").first.wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="Get the file contest.toml").click()
    assert download.value.suggested_filename == "contest.toml"
    assert person.heard == []
    person.close()
