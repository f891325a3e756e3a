"""The report's page: everything is in the file, nothing is asked of anybody, and no stranger's text is markup."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.drawing.axes import nice_axis
from hyperbounty.drawing.html import Html, foreign, joined, tag
from hyperbounty.texts import is_plain
from participant.workbench.report.page import report_html
from tests.participant.workbench.report.made_report import (
    HOSTILE,
    REPORTS,
    SPECS,
    empty_report,
    hostile_report,
    made_report,
)

ALLOWED = {
    *("html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "h3", "p", "b", "bdi", "code", "small"),
    *("dl", "dt", "dd", "div", "span", "ul", "ol", "li", "figure", "figcaption", "details", "summary"),
    *("table", "thead", "tbody", "tr", "th", "td", "svg", "line", "polyline", "circle", "text"),
}
VOID = {"meta", "line", "polyline", "circle"}


class Read(HTMLParser):
    """What a browser would see: tags that are closed in order, attributes, and texts."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.mark.parametrize("name", REPORTS)
def test_a_page_is_whole_and_asks_nobody_for_anything(name: str) -> None:
    page = report_html(REPORTS[name]())
    read = Read(page)
    assert read.open == []
    assert {tag for tag, _ in read.tags} <= ALLOWED
    for _, attributes in read.tags:
        assert not any(key.startswith("on") or key in ("src", "href", "action", "srcset") for key in attributes)
    style = page[page.index("<style>") : page.index("</style>")]
    assert not re.search(r"url\(|@import|@font-face|//", style)
    policies = [each["content"] for tag, each in read.tags if tag == "meta" and "http-equiv" in each]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'"]
    if name != "hostile":
        assert "http" not in page.replace("http-equiv", "")


@pytest.mark.parametrize("name", REPORTS)
def test_no_number_of_a_chart_is_nonsense(name: str) -> None:
    page = report_html(REPORTS[name]())
    assert not re.search(r"\b(?:nan|inf|None)\b", page.replace("default-src 'none'", ""))
    for points in re.findall(r'points="([^"]*)"', page):
        for point in points.split():
            x, y = map(float, point.split(","))
            assert 0 <= x <= 1000
            assert 0 <= y <= 300


def test_a_file_stays_one_that_can_be_sent() -> None:
    for made in REPORTS.values():
        assert len(report_html(made()).encode()) < 2_000_000


def test_every_chart_has_its_table() -> None:
    page = report_html(made_report())
    charts = page.count('class="plot"') + page.count('class="row scale"')
    assert charts == 5
    assert page.count("The same in numbers") == charts


def test_what_is_known_is_shown() -> None:
    page = report_html(made_report())
    for said in (
        "1 of 9",
        "57.22%",
        "53.91% to 60.2%",
        SPECS[1],
        "63%",
        "costs 0.1%",
        "not advice",
        "0x" + "b2" * 32,
        "sent by 0x" + "Ef" * 20,
        "below all folds",
        "the contest trains on 6,600 windows, the last fold on 6,000: +10%",
    ):
        assert said in page, said


def test_a_sealed_spec_is_not_in_the_file() -> None:
    page = report_html(empty_report())
    assert ">sealed</span>" in page
    assert not any(spec in page for spec in SPECS)
    assert "No scores stand yet" in page


def test_hostile_texts_stay_texts() -> None:
    page = report_html(hostile_report())
    assert "<script" not in page
    assert "<img" not in page
    # The style sheet has lines; nothing else has a character that is not plain.
    assert all(is_plain(character) for character in page if character != "\n")
    assert "alert(1)" in "".join(Read(page).texts)
    assert page.count("</style>") == 1


@given(texts=st.lists(st.text(max_size=40) | st.sampled_from([HOSTILE[:60]]), min_size=3, max_size=3))
def test_text_is_text_wherever_it_stands(texts: list[str]) -> None:
    made = tag("p", texts[0], tag("b", foreign(texts[1])), title=texts[2])
    read = Read(made)
    assert [name for name, _ in read.tags] == ["p", "b", "bdi"]
    assert list(read.tags[0][1]) == ["title"]
    assert isinstance(joined(made, texts[0]), Html)


@given(low=st.floats(-1e6, 1e6), size=st.floats(0, 1e6))
def test_an_axis_has_round_words_in_its_range(low: float, size: float) -> None:
    axis = nice_axis(low, low + size)
    assert axis.low < axis.high
    assert len(axis.ticks) <= 7
    slack = 1e-6 * (axis.high - axis.low) + 1e-9
    assert all(axis.low - slack <= at <= axis.high + slack for at, _ in axis.ticks)
