"""The next command can be typed as it stands, and shows no key."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hyperbounty.cli.following import next_line, own_step
from hyperbounty.cli.session import Session
from hyperbounty.next_steps import Action, NextStep, Parameter

REVEAL = Action("participant.reveal", (3, Parameter("entry", "1")))


def session(**options: Any) -> Session:
    return Session(Path("home"), as_json=False, options=options)


def test_without_options_it_is_the_bare_command() -> None:
    assert (
        next_line(session(), "reveal it: {}", REVEAL)
        == "Next: reveal it: `hyperbounty participant reveal 3 --entry 1`."
    )


def test_what_was_named_on_the_command_line_is_named_again_for_the_same_person_alone() -> None:
    given = session(account="ada's", rpc="http://127.0.0.1:8545")
    said = "`hyperbounty participant reveal 3 --entry 1 --account 'ada'\"'\"'s' --rpc http://127.0.0.1:8545`"
    assert own_step(given, NextStep("{}", REVEAL)) == said
    assert "--account" not in next_line(given, "{}", REVEAL, own=False)
    assert "--profile sepolia" in own_step(
        Session(Path("home"), as_json=False, profile="sepolia"), NextStep("{}", REVEAL)
    )


def test_the_address_of_a_node_that_may_hold_a_key_is_not_shown() -> None:
    for rpc in ("https://node.example/v3/KEY", "https://ada:KEY@node.example", "https://node.example/?key=KEY"):
        assert "KEY" not in own_step(session(rpc=rpc), NextStep("{}", REVEAL))
