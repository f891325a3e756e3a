"""Bad input on the command line: one line that says what to do next, an exit code of its kind, never a traceback."""

from __future__ import annotations

import http.server
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click
import pytest

from hyperbounty.cli.command import command
from hyperbounty.cli.main import cli, guard, run
from hyperbounty.cli.output import Result
from hyperbounty.cli.session import Session
from hyperbounty.errors import HyperbountyError, InvalidInput

DEAD = "http://127.0.0.1:9"


def fails(capsys: pytest.CaptureFixture[str], *arguments: object, code: int = 4) -> str:
    """The one line on standard error."""
    capsys.readouterr()
    assert run([str(a) for a in arguments]) == code
    _, err = capsys.readouterr()
    assert "Traceback" not in err
    if code != 2:
        *before, last = err.strip().splitlines()
        assert last.startswith("Error: ")
        # What was being done is said before.
        assert all(line.endswith("…") for line in before)
    return err


@pytest.fixture
def html_server() -> Iterator[str]:
    class Page(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            body = b"<html>Welcome to the router</html>"
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.mark.parametrize(
    "arguments",
    [
        ["participant", "list"],
        ["participant", "show", 1],
        ["organizer", "settle", 1, "--account", "devnet-0"],
        ["account", "balance", "0x" + "11" * 20],
        ["devnet", "--advance", 5],
    ],
)
def test_an_rpc_address_where_nobody_answers(
    arguments: list[object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = fails(capsys, *arguments, "--rpc", DEAD, "--home", tmp_path, code=3)
    assert f"no node answers at {DEAD}; start `hyperbounty devnet`" in said


def test_a_verification_that_cannot_check_has_an_exit_code_of_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = fails(capsys, "evaluator", "verify", 1, "--rpc", DEAD, "--home", tmp_path, code=3)
    assert f"no node answers at {DEAD}" in said
    assert run(["evaluator", "verify", "--help"]) == 0
    assert "3 it could not be checked" in " ".join(capsys.readouterr().out.split())


def test_an_rpc_address_where_a_web_page_answers(
    html_server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert html_server in fails(capsys, "participant", "list", "--rpc", html_server, "--home", tmp_path, code=3)


@pytest.mark.parametrize("csv", ["missing", "empty"])
def test_a_price_folder_that_is_missing_or_empty(csv: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").mkdir()
    said = fails(capsys, "organizer", "fetch", "--csv", tmp_path / csv, "--out", tmp_path / "out", "--home", tmp_path)
    assert csv in said
    assert not (tmp_path / "out").exists()


def test_a_coin_that_is_not_in_the_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = fails(capsys, "organizer", "fetch", "--coins", "DOGE", "--out", tmp_path / "out", "--home", tmp_path)
    assert "DOGE" in said
    assert "BTC" in said


def test_html_where_csv_was_expected(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "BTC-USD.csv").write_text("<!DOCTYPE html><html><body>Not found</body></html>\n" * 9)
    said = fails(capsys, "organizer", "fetch", "--csv", tmp_path, "--coins", "BTC", "--out", tmp_path / "o")
    assert "BTC-USD.csv" in said
    assert "HTML" in said


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nonsense"],
        ["organizer", "nonsense"],
        ["organizer", "open"],
        ["participant", "show"],
        ["participant", "show", "zero"],
        ["participant", "show", "0"],
        ["organizer", "fetch", "--source", "oracle", "--out", "x"],
        ["evaluator", "run", "1", "--workers", "0"],
        ["organizer", "open", "--prices", "p", "--coin", "LTC", "--minimum", "1.5"],
        ["devnet", "--port", "70000"],
    ],
)
def test_wrong_usage_exits_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert "Usage:" in fails(capsys, *arguments, code=2)


@pytest.mark.parametrize(
    ("option", "value"),
    [("--reward", "lots"), ("--bond", "0.1.2"), ("--shares", "50,40"), ("--shares", "a,b"), ("--reward", "-1")],
)
def test_a_malformed_amount_is_wrong_usage(option: str, value: str, capsys: pytest.CaptureFixture[str]) -> None:
    given = {"--reward": "1", "--minimum": "0.5", "--prices": "p", "--coin": "LTC", "--evaluator": "eve"}
    arguments = [part for pair in {**given, option: value}.items() for part in pair]
    assert value.split(",", 1)[0] in fails(capsys, "organizer", "open", *arguments, code=2)


def test_json_errors_are_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["participant", "list", "--rpc", DEAD, "--home", str(tmp_path), "--json"]) == 3
    out, err = capsys.readouterr()
    assert json.loads(out) == {
        "code": "chain-unavailable",
        "error": f"no node answers at {DEAD}",
        "next_step": "start `hyperbounty devnet`, or pass another node as --rpc",
        "exit_code": 3,
    }
    assert err.startswith("Error: ")


def test_wrong_usage_is_json_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["participant", "show", "zero", "--json"]) == 2
    out, err = capsys.readouterr()
    assert json.loads(out) == {
        "code": "usage",
        "error": "Invalid value for '[CONTEST]': 'zero' is not a whole number of at least 1.",
        "next_step": "`hyperbounty participant show --help` has more",
        "exit_code": 2,
    }
    assert "Usage:" in err


def test_an_account_that_does_not_exist(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = fails(
        capsys, "deploy", "HyperparameterBounty", "--account", "nobody", "--home", tmp_path, "--rpc", DEAD, code=3
    )
    assert "nobody" in said or DEAD in said


def test_a_bug_is_one_line_too(capsys: pytest.CaptureFixture[str]) -> None:
    @click.group()
    def root() -> None:
        pass

    def broken(_: Session) -> Result:
        raise ZeroDivisionError("a\nb")

    command(root, "broken")(broken)
    assert guard(root, ["broken"], "test") == 5
    assert capsys.readouterr().err == (
        "Error: internal error, ZeroDivisionError: a b; run again with HYPERBOUNTY_DEBUG=1 and report what it prints\n"
    )


def test_an_interrupt_is_no_error_message(capsys: pytest.CaptureFixture[str]) -> None:
    @click.command()
    def stopped() -> None:
        raise KeyboardInterrupt

    assert guard(stopped, [], "test") == 130
    assert "Interrupted: nothing was begun" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("stop", "promise"),
    [(KeyboardInterrupt, "what was done by 5 counts"), (click.Abort, "nothing was sent")],
    ids=["ctrl-c", "at a question"],
)
@pytest.mark.parametrize("as_json", [False, True])
def test_an_interrupted_command_says_what_holds_of_it(
    stop: type[BaseException], promise: str, as_json: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    @click.group()
    def root() -> None:
        pass

    @click.option("--count", type=int)
    def stopped(_: Session, count: int) -> Result:
        raise stop

    command(root, "stopped", interrupted="what was done by {count} counts")(stopped)
    arguments = ["stopped", "--count", "5", "--home", str(tmp_path), *(["--json"] if as_json else [])]
    assert guard(root, arguments, "test") == 130
    out, err = capsys.readouterr()
    assert err.strip() == f"Interrupted: {promise}"
    assert not as_json or json.loads(out) == {
        "code": "interrupted",
        "error": "interrupted",
        "next_step": promise,
        "exit_code": 130,
    }


@pytest.mark.heavy
def test_an_interrupted_verification_names_the_seed_that_draws_the_same_specs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("evaluator.bounty.commands.verifying.contract_of", stop)
    arguments = ["evaluator", "verify", "1", "--sample", "10%", "--sample-seed", "77", "--home", str(tmp_path)]
    assert run(arguments) == 130
    assert "trainings that were done are kept" in (said := capsys.readouterr().err)
    assert "with --sample-seed 77 it draws the same specs" in said


def test_a_command_that_fails_after_its_document_prints_no_second_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    @click.group()
    def root() -> None:
        pass

    def late(session: Session) -> None:
        Result({"begun": True}).show(as_json=session.as_json)
        raise InvalidInput("it failed later")

    command(root, "late")(late)
    assert guard(root, ["late", "--json", "--home", str(tmp_path)], "test") == 4
    out, err = capsys.readouterr()
    assert json.loads(out) == {"begun": True}
    assert err == "Error: it failed later\n"


def test_every_kind_of_error_has_a_code_of_its_own() -> None:
    for name in ("hyperbounty.chain.refusals", "hyperbounty.chain.deployments", "hyperbounty.chain.sending.journal"):
        import_module(name)
    kinds = [HyperbountyError]
    for kind in kinds:
        kinds += [each for each in kind.__subclasses__() if each.__module__.startswith("hyperbounty.")]
    own = [kind for kind in dict.fromkeys(kinds) if "error_code" in vars(kind)]
    assert len({kind.error_code for kind in own}) == len(own) > 20


@pytest.mark.heavy
def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    command = f"set -o pipefail; {sys.executable} -m hyperbounty config show --home {tmp_path} | true"
    done = subprocess.run(
        ["bash", "-c", command],  # noqa: S607 - wherever the shell is
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def _commands(group: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if isinstance(group, click.Group):
        context = click.Context(group)
        for name in group.list_commands(context):
            found = group.get_command(context, name)
            assert found is not None
            yield from _commands(found, (*path, name))
    else:
        yield path


@pytest.mark.parametrize("path", list(_commands(cli)), ids=" ".join)
def test_every_command_has_help_and_json(path: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*path, "--help"]) == 0
    shown = capsys.readouterr().out
    # Its answer is a script.
    assert "--json" in shown or path == ("completion",)
    assert len(shown.splitlines()[2].strip()) > 10


def test_the_commands_are_those_that_are_documented() -> None:
    assert {" ".join(path) for path in _commands(cli)} == {
        *(f"organizer {c}" for c in ("fetch", "init", "check", "open", "publish-key", "extend", "cancel", "settle")),
        *(f"{role} watch" for role in ("organizer", "participant", "evaluator")),
        *(
            f"participant {c}"
            for c in ("list", "show", "download", "archive", "init", "suggest", "search", "train", "odds")
        ),
        *(f"participant {c}" for c in ("example", "entries", "submit", "reveal", "report", "verify", "challenge")),
        *(f"participant {c}" for c in ("sponsor", "claim", "reclaim", "withdraw")),
        *(f"participant secrets {c}" for c in ("check", "export", "import", "restore")),
        *(f"evaluator {c}" for c in ("accept", "run", "score", "status", "throughput", "verify")),
        *(f"model {c}" for c in ("init", "open", "upload", "publish", "add-class", "close", "claim")),
        *(f"model {c}" for c in ("verify", "export")),
        *(f"model {c}" for c in ("list", "show", "price", "history", "predict", "add", "batch")),
        *(f"model {c}" for c in ("refund", "report", "status", "withdraw", "watch")),
        *(f"model simulate {c}" for c in ("init", "run", "market", "combine")),
        *(f"model market {c}" for c in ("open", "reveal", "contribute", "score", "end", "show", "list")),
        *(f"study {c}" for c in ("run", "report")),
        *(f"index {c}" for c in ("run", "check", "rebuild")),
        *(f"account {c}" for c in ("new", "import", "list", "show", "balance")),
        *(f"config {c}" for c in ("show", "init", "path")),
        *(f"store {c}" for c in ("add", "get", "ls", "has", "pin", "unpin", "pins", "import", "export", "gc")),
        "completion",
        "devnet",
        "deploy",
        "doctor",
        "serve",
        "up",
    }
