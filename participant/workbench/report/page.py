"""The page: one file that asks nobody for anything, needs no script, and can be printed and passed on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.resources import files

from hyperbounty.drawing.html import Html, foreign, joined, tag
from hyperbounty.drawing.look import page_style
from hyperbounty.format import about, moment, percent
from participant.workbench.report.board import board_section, interval_words, place_words
from participant.workbench.report.entry import entry_sections
from participant.workbench.report.facts import Missing, Report

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def report_html(report: Report) -> str:
    """The file, as text."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", f"Report: {report.title}"),
        tag("style", Html(_style())),
    )
    body = tag("body", tag("main", *_sections(report)))
    return f"<!DOCTYPE html>\n{tag('html', head, body, lang='en')}\n"


def _style() -> str:
    return page_style() + files(__package__).joinpath("style.css").read_text(encoding="utf-8")


def _sections(report: Report) -> Iterator[Html]:
    yield tag("p", report.where, class_="quiet")
    yield tag("h1", foreign(report.title))
    made_up = ", made by a generator and not by a market" if report.synthetic else ""
    yield tag("p", "Prices: ", foreign(report.source), f"{made_up}. ", report.state)
    yield tag(
        "p",
        "For ",
        tag("code", report.account),
        f", made at {moment(report.made_at)} by the chain's clock, block {report.block:,}.",
        class_="quiet",
    )
    yield tag("dl", *_keys(report), class_="key")
    yield from board_section(report)
    for entry in report.entries:
        yield from entry_sections(report, entry)
    yield from _receipts(report)
    yield from _documents(report)


def _keys(report: Report) -> Iterator[Html]:
    """The outcome at a glance: that of the best entry, where there are several."""
    scored = [entry.standing for entry in report.entries if entry.standing is not None]
    bar = percent(report.minimum_ppm)
    metric = report.metric.replace("_", " ")
    if scored and not isinstance(report.board, Missing):
        best = max(scored, key=lambda standing: standing.score_ppm)
        several = ", the best of this account" if len(scored) > 1 else ""
        place, shared = place_words(best, report.board)
        yield _key(f"place{several}", place, shared)
        yield _key("score", about(best.score_ppm), interval_words(best))
        away = (best.score_ppm - report.minimum_ppm) / 10_000
        word = "reached" if away >= 0 else "missed"
        yield _key("it has to reach", bar, f"{word} by {abs(away):.1f} points")
        yield _key("prize", best.prize or "none", best.fate)
    else:
        yield _key("it has to reach", bar, metric)
        yield _key("entries", str(len(report.entries)), "of this account")
    yield _key("without skill", about(report.skilless_ppm), "what a model scores that always says the same")


def _key(name: str, value: str, says: str) -> Html:
    return tag("div", tag("dt", name), tag("dd", value, tag("small", says) if says else ""))


def _receipts(report: Report) -> Iterator[Html]:
    yield tag("h2", "Receipts")
    if isinstance(report.receipts, Missing):
        yield tag("p", report.receipts.reason, class_="why")
        return
    if not report.receipts:
        yield tag("p", "The chain shows no transaction of this account in this contest.", class_="why")
        return
    yield tag("p", f"What this account did in this contest. {report.receipts_total}")
    yield tag(
        "ol",
        *(
            tag(
                "li",
                tag("b", each.what),
                tag("span", f" · {moment(each.timestamp)} · block {each.block:,}", class_="when"),
                tag("code", each.transaction),
                tag("span", each.cost, f"; sent by {each.sender}" if each.sender else "", class_="cost"),
            )
            for each in report.receipts
        ),
        class_="receipts",
    )


def _documents(report: Report) -> Iterator[Html]:
    yield tag("h2", "What this rests on")
    yield tag(
        "p",
        "The scores are those that stand on the chain. Curves and predictions are the evaluator's word, from its "
        "report; the confusion matrix and the returns are computed here from them and from the published prices.",
    )
    if report.remarks:
        yield tag("ul", *(tag("li", each) for each in report.remarks))
    yield tag("dl", *_pairs(report.documents))


def _pairs(pairs: Sequence[tuple[str, str]]) -> Iterator[Html]:
    for name, value in pairs:
        yield joined(tag("dt", name, class_="quiet"), tag("dd", tag("code", value)))
