"""Patience: how long a question is repeated, what a server may ask for, and how it ends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.errors import StoreUnavailable
from hyperbounty.patience import Interrupted, Patience


class Server:
    """Fails once for each of `asked`, with the pause that it asks for, and then answers; its clock moves by pauses."""

    def __init__(self, asked: list[float]) -> None:
        self.asked = asked
        self.now = 0.0
        self.pauses: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds

    def question(self) -> str:
        if self.asked:
            raise Interrupted("it is busy", self.asked.pop(0))
        return "here"

    def patience(self, limit: float) -> Patience:
        return Patience(limit, given_up=StoreUnavailable, sleep=self.sleep, monotonic=lambda: self.now)


def test_a_pause_that_is_asked_for_may_be_longer_than_the_patience() -> None:
    server = Server([60.0, 0.0, 90.0])
    assert server.patience(5.0).ask(server.question) == "here"
    assert server.pauses == [60.0, 0.5, 90.0]


def test_a_server_that_asks_for_too_much_is_given_up_with_what_it_asks() -> None:
    server = Server([1.0, 86_400.0])
    with pytest.raises(StoreUnavailable, match="it is busy, asked again for 1 seconds; it asks to wait 86,400 seconds"):
        server.patience(30.0).ask(server.question)
    assert server.pauses == [1.0]


def test_without_patience_it_is_asked_once() -> None:
    server = Server([2.0])
    with pytest.raises(StoreUnavailable, match="it is busy; it asks to wait 2 seconds"):
        server.patience(0.0).ask(server.question)
    assert server.pauses == []


@given(st.lists(st.floats(0, 200), max_size=200), st.floats(0.5, 60))
def test_all_pauses_together_are_bounded_and_no_shorter_than_asked(asked: list[float], limit: float) -> None:
    server = Server(list(asked))
    try:
        server.patience(limit).ask(server.question)
    except StoreUnavailable:
        assert server.now >= min(limit, 1.0) or max(asked) > 100
    assert sum(server.pauses) <= limit + 300 + 1e-6
    assert all(pause >= told - 1e-6 for pause, told in zip(server.pauses, asked, strict=False))
