"""The pages as people open them: wide and narrow, light and dark, with the keyboard, enlarged, and without scripts."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from sqlalchemy import update

from hyperbounty.database import Database
from hyperbounty.web.index.family import families
from hyperbounty.web.index.process import open_index
from hyperbounty.web.index.tables import STATE
from tests.participant.workbench.report.test_in_a_browser import contrast
from tests.web.bounty.pages.test_hostile_pages import TITLES
from tests.web.scene import HOUR, Scene, enter, new_scene, open_contest, play, published
from tests.web.site.serving_site import Served, served
from tests.web.wallet.browsing import CHROMIUM, SCHEMES, WIDTHS, chromium, picture

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page  # type: ignore[import-not-found,unused-ignore]

AXE: Final = os.environ.get("HYPERBOUNTY_TEST_AXE")

pytestmark = [
    pytest.mark.chromium,
    pytest.mark.heavy,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on the PATH, nor at HYPERBOUNTY_TEST_CHROMIUM"),
    pytest.mark.skipif(find_spec("playwright") is None, reason="Playwright is not installed"),
]

FILLED: Final = "/open?coin=LTC&reward=1+ether&evaluator=0x70997970C51812dc3A010C7d01b50e0d17dc79C8&future_rows=1200"


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """The scene with hostile titles too; the test of what changes goes on in it."""
    scene = new_scene(tmp_path_factory.mktemp("shown"))
    play(scene)
    for name, title in TITLES.items():
        open_contest(scene, name, published(scene, title), submit_seconds=40 * HOUR)
    scene.index()
    return scene


@pytest.fixture(scope="module")
def site(shown: Scene) -> Iterator[Served]:
    with served(shown.database, store=lambda: shown.store) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def paths(shown: Scene) -> dict[str, str]:
    """Every page and state, by name."""
    participant = shown.participants[0].address
    found = {name: f"/contests/{number}" for name, number in shown.numbers.items()}
    for state in ("submit", "won", "unscorable"):
        found[f"entry {state}"] = f"/contests/{shown.numbers[state]}/entries/{participant}/0"
    accounts = {"organizer": shown.organizer, "evaluator": shown.evaluator, "participant": shown.participants[0]}
    found |= {name: f"/accounts/{account.address}" for name, account in accounts.items()}
    nobody = "0x000000000000000000000000000000000000dEaD"
    found["compose"] = f"/contests/{shown.numbers['submit']}/compose"
    found |= {"open": "/open", "open filled": FILLED, "open wrong": FILLED.replace("ether", "coin")}
    return {**found, "home": "/", "status": "/status", "nobody": f"/accounts/{nobody}", "not found": "/nothing"}


def opened(browser: Browser, url: str, heard: list[str], **options: Any) -> Page:
    page = browser.new_page(**options)
    host = url.split("/")[2]
    page.on("console", lambda message: heard.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("request", lambda request: None if request.url.split("/")[2] == host else heard.append(request.url))
    page.goto(url)
    page.wait_for_load_state("load")
    return page


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_fits_and_says_no_word_to_the_console(
    browser: Browser, site: Served, paths: dict[str, str], width: int, scheme: Any
) -> None:
    for name, path in paths.items():
        heard: list[str] = []
        page = opened(browser, site.url + path, heard, viewport={"width": width, "height": 900}, color_scheme=scheme)
        page.screenshot(path=picture(name, width, scheme), full_page=True)
        # With all tables open, which are the widest.
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        if name == "not found":
            # The browser says that it was not found, and nothing else.
            heard = [each for each in heard if "404" not in each]
        assert heard == [], name
        page.close()


@pytest.mark.skipif(AXE is None, reason="no folder with axe-core at HYPERBOUNTY_TEST_AXE")
@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing_serious(browser: Browser, site: Served, paths: dict[str, str], scheme: Any) -> None:
    assert AXE is not None
    axe = (Path(AXE) / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
    # axe brings code that the policy forbids.
    context = browser.new_context(bypass_csp=True, viewport={"width": 390, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    for name, path in paths.items():
        page.goto(site.url + path)
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        page.evaluate(axe)
        found = page.evaluate("axe.run(document)")
        assert found["passes"], name
        serious = [each for each in found["violations"] if each["impact"] in ("serious", "critical")]
        assert [(each["id"], each["nodes"][0]["html"]) for each in serious] == [], name
    page.evaluate("document.querySelector('main').append(document.createElement('img'))")
    assert [each["id"] for each in page.evaluate("axe.run(document)")["violations"]] == ["image-alt"]
    context.close()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_words_and_lines_stand_out_from_the_paper(
    browser: Browser, site: Served, paths: dict[str, str], scheme: Any
) -> None:
    for name in ("disputed", "won", "submit", "home"):
        page = opened(browser, site.url + paths[name], [], color_scheme=scheme)
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
        words = page.evaluate(
            """[...document.querySelectorAll('body *')].filter(each => !each.closest('svg')
                && [...each.childNodes].some(child => child.nodeType === 3 && child.data.trim()))
                .map(each => [getComputedStyle(each).color, getComputedStyle(each).backgroundColor])"""
        )
        lines = page.evaluate(
            """[...document.querySelectorAll('.own, .hold, .bar, .dot, .whisker')].map(each => getComputedStyle(each))
                .map(each => each.stroke === 'none' ? each.fill : each.stroke)"""
        )
        assert len(words) > 10
        for colour, behind in {tuple(each) for each in words}:
            assert contrast(colour, paper if behind == "rgba(0, 0, 0, 0)" else behind) >= 4.5, (name, colour, behind)
        assert all(contrast(each, paper) >= 3 for each in set(lines)), name
        page.close()


def test_a_question_has_short_lines_and_is_large(browser: Browser, site: Served, paths: dict[str, str]) -> None:
    for width in WIDTHS:
        page = opened(browser, site.url + paths["won"], [], viewport={"width": width, "height": 900})
        heading = page.locator("h1")
        size = float(heading.evaluate("each => parseFloat(getComputedStyle(each).fontSize)"))
        assert 1.7 * 16 <= size <= 2.7 * 16 + 0.01
        lines = heading.evaluate(
            """each => { const range = document.createRange(), text = each.querySelector('bdi').firstChild, found = {};
                for (let at = 0; at < text.length; at++) { range.setStart(text, at); range.setEnd(text, at + 1);
                    const top = Math.round(range.getBoundingClientRect().top); found[top] = (found[top] ?? 0) + 1; }
                return Object.values(found); }"""
        )
        # With the blank at which it breaks.
        assert max(lines) <= 23
        page.close()


def test_a_page_is_read_without_a_script(browser: Browser, site: Served, paths: dict[str, str]) -> None:
    page = opened(browser, site.url + paths["submit"], [], java_script_enabled=False)
    assert "hyperbounty participant submit" in page.locator("#act").inner_text()
    assert re.search(r"\d+[dhm].* left", page.locator(".rail [aria-current]").inner_text())
    page.locator("summary").first.click()
    assert page.locator("details[open]").first.is_visible()
    page.close()


def test_it_is_walked_with_the_keyboard(browser: Browser, site: Served, paths: dict[str, str]) -> None:
    page = opened(browser, site.url + paths["won"], [])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    seen = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("document.activeElement.tagName"))
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none" or page.evaluate("document.activeElement === document.body")
    assert {"A", "SUMMARY"} <= seen
    page.close()


def test_it_fits_when_it_is_enlarged_twice(browser: Browser, site: Served, paths: dict[str, str]) -> None:
    # 200 % of 1280 pixels leaves 640 of the page's own.
    for name in ("won", "disputed", "home", "entry won", "organizer"):
        page = opened(
            browser, site.url + paths[name], [], viewport={"width": 640, "height": 450}, device_scale_factor=2
        )
        assert page.evaluate("document.documentElement.scrollWidth") <= 640, name
        page.close()


def test_nothing_moves_for_who_wants_no_motion(browser: Browser, site: Served, paths: dict[str, str]) -> None:
    page = opened(browser, site.url + paths["submit"], [], reduced_motion="reduce")
    page.wait_for_function("document.querySelector('[data-until]')")
    assert "s" not in page.locator(".rail [data-until]").inner_text().replace("days", "")
    moving = page.evaluate(
        """[...document.querySelectorAll('*')].map(each => getComputedStyle(each))
            .filter(each => parseFloat(each.transitionDuration) > 0).length"""
    )
    assert moving == 0
    page.close()


def test_the_readers_own_clock_stands_beside_utc(browser: Browser, site: Served, paths: dict[str, str]) -> None:
    page = opened(browser, site.url + paths["submit"], [], timezone_id="Asia/Kathmandu", locale="en-GB")
    page.wait_for_selector(".rail [aria-current] .local")
    assert "UTC" in page.locator(".rail [aria-current] time").inner_text()
    assert "GMT+5:45" in page.locator(".rail [aria-current] .local").inner_text()
    page.close()


def test_what_the_index_shows_anew_is_on_the_page_without_loading_it(
    browser: Browser, site: Served, shown: Scene
) -> None:
    heard: list[str] = []
    open_contest(shown, "fresh", published(shown, "What comes next?"), submit_seconds=40 * HOUR)
    shown.index()
    page = opened(browser, f"{site.url}/contests/{shown.numbers['fresh']}", heard)
    page.evaluate("window.same = true")
    page.locator("summary", has_text="What else can be done").click()
    assert "Nobody has entered yet." in page.locator("main").inner_text()
    enter(shown, "fresh")
    shown.index()
    page.wait_for_selector("text=4 sealed")
    assert page.evaluate("window.same")
    assert page.locator("details[open]").count() == 1
    # A deadline that a block has passed changes the phase, though no event says so.
    ends = shown.contest("fresh").submit_ends
    assert ends is not None
    shown.chain.advance_to(ends)
    shown.index()
    page.wait_for_selector("text=0 of 4 specs are open.")
    assert "This page has changed" in (page.locator("#said").text_content() or "")
    with open_index(shown.database, families()) as database:
        for status in ("stopped", "following"):
            _say(database, status)
            page.wait_for_selector(
                "text=The index has stopped.", state="attached" if status == "stopped" else "detached"
            )
    assert heard == []
    page.close()


def test_prices_are_looked_at_closer(browser: Browser, site: Served, paths: dict[str, str]) -> None:
    heard: list[str] = []
    page = opened(browser, site.url + paths["won"], heard)
    page.get_by_role("button", name="Look closer").click()
    page.wait_for_selector("#prices canvas")
    with page.expect_response(lambda answer: "from=" in answer.url):
        page.get_by_role("button", name="Closer").click()
    assert page.locator("#prices .chart").is_hidden()
    assert heard == []
    page.close()


def _say(database: Database, status: str) -> None:
    database.write(lambda rows: rows.execute(update(STATE).values(status=status)))
