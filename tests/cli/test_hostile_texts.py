"""Text that somebody else chose reaches the terminal as characters that are drawn, and as nothing else."""

from __future__ import annotations

import http.server
import json
import logging
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hyperbounty.bounty.agreement import Disagreement
from hyperbounty.bounty.reverts import ERRORS
from hyperbounty.bounty.show.comparison import Comparison, MemberCheck, Verification
from hyperbounty.bounty.show.listing import Listed, Record
from hyperbounty.bounty.show.verification import VERIFICATION_COLUMNS, verification_lines, verification_rows
from hyperbounty.chain.revert_data import reverted
from hyperbounty.cli.exit_codes import exit_code_of
from hyperbounty.cli.main import guard, run
from hyperbounty.cli.output import Result, escape_log, note, say
from hyperbounty.cli.progress import progress
from hyperbounty.errors import InvalidInput
from hyperbounty.money import token
from hyperbounty.next_steps import Action, NextStep, Parameter
from hyperbounty.spec.spec import Spec
from hyperbounty.texts import first_hidden
from participant.bounty.listing import contest_row
from participant.bounty.rendering import contest_lines
from tests.bounty.shown_contest import CONTEST, DISPUTE, NOW, contest_facts

ATTACKS = [
    "\x1b[2J\x1b[H\x1b[32mreward 1000 ETH",
    "\x1b]8;;http://evil\x07click\x1b]8;;\x07",
    "\x1b]52;c;ZWNobw==\x07",
    "\x9b31mred",
    "two\nlines",
    "over\rwritten",
    "back\x08\x08\x08space",
    "\u202eHTE 1",
    "zero\u200bwidth",
    "\u2028line",
    "[bold red]markup[/] :warning: {0} {x!r} %s %(x)d $\\frac{$",
    "\ud800",
    "\U000e0041tag",
]
HOSTILE = st.one_of(st.sampled_from(ATTACKS), st.text(st.characters(codec=None), max_size=40))
# Each example prints a little; `capsys` is emptied each time.
shown_again = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)


def is_clean(shown: str) -> bool:
    """Whether all of it is plain, but for the ends of lines that were meant."""
    return all(first_hidden(line) is None for line in shown.split("\n"))


@shown_again
@given(hostile=HOSTILE)
def test_a_contest_is_shown_in_plain_characters_and_as_many_lines(
    hostile: str, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = contest_facts(DISPUTE, (560_000, 540_000))
    texts = {"title": hostile, "source": hostile}
    facts = replace(
        plain,
        manifest=plain.manifest.model_copy(update=texts),
        contest=replace(plain.contest, evaluator=hostile),
        specs=tuple(replace(spec, participant=hostile) for spec in plain.specs),
    )
    lines = contest_lines(facts)
    capsys.readouterr()
    Result({}, lines).show(as_json=False)
    out = capsys.readouterr().out
    assert is_clean(out)
    assert out.count("\n") == len(lines)

    named = replace(CONTEST, asset=token("0x" + "33" * 20, hostile, 6))
    for rows in ([contest_row(Listed(named, DISPUTE, Record(), NOW))],):
        Result({}, [], [hostile] * len(rows[0]), rows).show(as_json=False)
        assert is_clean(capsys.readouterr().out)
    Result(facts.json(), lines).show(as_json=True)
    out = capsys.readouterr().out
    assert is_clean(out)
    assert out.isascii()
    if not any("\ud800" <= character <= "\udfff" for character in hostile):
        assert json.loads(out)["manifest_document"]["title"] == hostile


@shown_again
@given(hostile=HOSTILE)
def test_a_verification_is_shown_in_plain_characters_and_as_many_lines(
    hostile: str, capsys: pytest.CaptureFixture[str]
) -> None:
    facts = Verification(
        (Comparison(0, hostile, Spec().word, 1, 2, 3),),
        sampled=(0,),
        sample_seed=1,
        is_partial=True,
        remarks=(hostile, hostile),
        other_versions=hostile,
        members=(MemberCheck(hostile, agrees=True, trained="yes", reason=hostile),),
    )
    lines, rows = verification_lines(facts), verification_rows(facts)
    result = Result(facts.json(), lines, VERIFICATION_COLUMNS, rows)
    capsys.readouterr()
    Result(result.data, result.text).show(as_json=False)
    out = capsys.readouterr().out
    assert is_clean(out)
    assert out.count("\n") == len(result.text)
    result.show(as_json=False)
    assert is_clean(capsys.readouterr().out)
    result.show(as_json=True)
    assert is_clean(capsys.readouterr().out)


@shown_again
@given(hostile=HOSTILE)
def test_an_error_is_one_plain_line(hostile: str, capsys: pytest.CaptureFixture[str]) -> None:
    errors: list[Exception] = [
        InvalidInput(hostile, hostile),
        InvalidInput("x", NextStep("use {}", Parameter("account", hostile.replace("{", "").replace("}", "")))),
        InvalidInput("x", NextStep("use {}", Action("account.new", (hostile,)))),
        RuntimeError(hostile),
        OSError(2, hostile, hostile),
        click.ClickException(hostile),
        ERRORS.explain(reverted(b"", (), message=hostile)),
    ]
    for error in errors:

        @click.command()
        def fails(error: Exception = error) -> None:
            raise error

        capsys.readouterr()
        assert guard(fails, [], "x") == exit_code_of(error) != 0
        err = capsys.readouterr().err
        assert is_clean(err)
        assert err.count("\n") == 1


@shown_again
@given(hostile=HOSTILE)
def test_remarks_logs_and_progress_are_plain(hostile: str, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    say(hostile)
    note(hostile)
    with progress(hostile, 1):
        pass
    escape_log()
    assert logging.lastResort is not None
    try:
        raise ValueError(hostile)
    except ValueError:
        record = logging.LogRecord("x", logging.WARNING, "", 0, "%s", (hostile,), None)
        logging.lastResort.emit(record)
    out, err = capsys.readouterr()
    assert is_clean(out)
    assert is_clean(err)
    assert out.count("\n") == 1
    assert is_clean(str(Disagreement("the bar", "1", "2")))


@pytest.fixture
def hostile_node() -> Iterator[str]:
    """A JSON-RPC node that answers everything with an error of its own words."""

    class Node(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answer = {"jsonrpc": "2.0", "id": asked["id"]}
            if asked["method"] == "eth_chainId":
                answer["result"] = "0x7a69"
            else:
                answer["error"] = {"code": -32000, "message": "\x1b[2J\u202eno\nError: all is well\x07"}
            body = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Node) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_what_a_node_says_is_one_plain_line(
    hostile_node: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    contract = "0x" + "11" * 20
    for command in (["participant", "list"], ["participant", "show", "1"], ["account", "balance", contract]):
        arguments = ["--contract", contract] if command[0] == "participant" else []
        run([*command, *arguments, "--rpc", hostile_node, "--home", str(tmp_path)])
        err = capsys.readouterr().err
        assert r"\x1b[2J\u202eno" in err
        assert is_clean(err)
        assert err.count("\n") == 1


def test_a_title_with_characters_that_are_not_plain_is_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--prices", str(tmp_path), "--coin", "BTC", "--reward", "1"]
    for title in ("\x1b[2J", "a\u202eb", "x" * 201):
        assert run(["organizer", "open", *options, "--evaluator", "devnet-1", "--title", title]) == 2
        err = capsys.readouterr().err
        assert "--title" in err
        assert is_clean(err)
