"""The report as people open it: in Chromium, wide and narrow, light and dark, and on paper."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from participant.workbench.report.page import report_html
from tests.participant.workbench.report.made_report import REPORTS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page  # type: ignore[import-not-found,unused-ignore]

CHROMIUM: Final = os.environ.get("HYPERBOUNTY_TEST_CHROMIUM") or shutil.which("chromium")

pytestmark = [
    pytest.mark.chromium,
    pytest.mark.heavy,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on the PATH, nor at HYPERBOUNTY_TEST_CHROMIUM"),
    pytest.mark.skipif(find_spec("playwright") is None, reason="Playwright is not installed"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright  # type: ignore[import-not-found,unused-ignore]

    with sync_playwright() as playwright:
        # It may run as root here, where its own sandbox does not start.
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def heard() -> list[str]:
    """What a page asks for, says or fails with."""
    return []


def opened(browser: Browser, heard: list[str], folder: Path, name: str, **options: Any) -> Page:
    file = folder / "report.html"
    file.write_text(report_html(REPORTS[name]()), encoding="utf-8")
    page = browser.new_page(**options)
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("request", lambda request: None if request.url == file.as_uri() else heard.append(request.url))
    page.goto(file.as_uri())
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", REPORTS)
def test_it_opens_without_a_word_and_nothing_hangs_over(
    browser: Browser, heard: list[str], tmp_path: Path, name: str, width: int, scheme: Any
) -> None:
    page = opened(browser, heard, tmp_path, name, viewport={"width": width, "height": 800}, color_scheme=scheme)
    # With all tables open, which are the widest.
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert heard == []
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_the_paper(browser: Browser, heard: list[str], tmp_path: Path, scheme: Any) -> None:
    page = opened(browser, heard, tmp_path, "full", color_scheme=scheme)
    colours = page.evaluate(
        """[...document.querySelectorAll('main, main *')].filter(each => !each.closest('svg')
            && [...each.childNodes].some(child => child.nodeType === 3 && child.data.trim()))
            .map(each => getComputedStyle(each).color)"""
    )
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    # Lines that carry meaning need less, WCAG 2.2, 1.4.11.
    lines = page.evaluate(
        """[...document.querySelectorAll('.own, .other, .bar, .base, .dot, .whisker')]
            .map(each => getComputedStyle(each)).map(each => each.stroke === 'none' ? each.fill : each.stroke)"""
    )
    assert len(set(colours)) >= 3
    assert all(contrast(each, paper) >= 4.5 for each in set(colours))
    assert all(contrast(each, paper) >= 3 for each in set(lines))
    page.close()


def test_it_is_read_without_a_script_and_by_its_headings(browser: Browser, heard: list[str], tmp_path: Path) -> None:
    page = opened(browser, heard, tmp_path, "full", java_script_enabled=False)
    assert page.locator("h1").count() == 1
    page.locator("summary").first.click()
    assert page.locator("details[open] table").first.is_visible()
    for chart in page.locator("svg.plot").all():
        assert chart.get_attribute("aria-label")
    page.close()


def test_it_is_printed_with_its_tables(browser: Browser, heard: list[str], tmp_path: Path) -> None:
    page = opened(browser, heard, tmp_path, "full")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.locator("details table").first.evaluate("each => each.getBoundingClientRect().height > 0")
    # A4 less its margins, where nothing scrolls.
    page.set_viewport_size({"width": 688, "height": 1000})
    assert page.evaluate("document.documentElement.scrollWidth") <= 688
    printed = page.pdf(format="A4")
    assert printed.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) >= 3
    assert heard == []
    page.close()


def contrast(one: str, other: str) -> float:
    """Of two colours as a browser writes them (WCAG 2.2)."""

    def luminance(colour: str) -> float:
        parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)
