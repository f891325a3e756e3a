"""Asking before money leaves: said on a development chain, asked for elsewhere, and never taken for granted."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import click
import pytest

from hyperbounty.cli.asking import ask
from hyperbounty.errors import InvalidInput


def session(*, development: bool) -> Any:
    return SimpleNamespace(chain=SimpleNamespace(is_development=development))


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """What the user at the terminal answers, in order."""
    made: list[bool] = []
    monkeypatch.setattr("os.isatty", lambda _: True)
    monkeypatch.setattr(click, "confirm", lambda *_, **__: made.pop(0))
    return made


def test_on_a_development_chain_it_is_said_and_not_asked(capsys: pytest.CaptureFixture[str]) -> None:
    ask(session(development=True), ["You stake 0.1 ETH."], yes=False)
    assert "You stake 0.1 ETH." in capsys.readouterr().err


def test_without_a_terminal_somebody_has_to_agree_beforehand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.isatty", lambda _: False)
    with pytest.raises(InvalidInput, match=r"no terminal to ask at, and nothing was sent; .* agree with yes"):
        ask(session(development=False), ["You stake 0.1 ETH."], yes=False)
    ask(session(development=False), ["You stake 0.1 ETH."], yes=True)


def test_only_a_yes_goes_on(answers: list[bool]) -> None:
    answers += [True, False]
    ask(session(development=False), [], yes=False)
    with pytest.raises(InvalidInput, match="nothing was sent"):
        ask(session(development=False), [], yes=False)


def test_what_is_more_than_money_is_asked_everywhere(answers: list[bool]) -> None:
    answers += [True, False]
    ask(session(development=True), [], yes=False, everywhere=True)
    with pytest.raises(InvalidInput, match="nothing was sent"):
        ask(session(development=True), [], yes=False, everywhere=True)
    ask(session(development=True), [], yes=True, everywhere=True)
