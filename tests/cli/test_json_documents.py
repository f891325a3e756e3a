"""JSON: a schema for every command, one meaning for every name, and real outputs that are what the schemas say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from hyperbounty.cli.exit_codes import ExitCode
from hyperbounty.cli.main import cli, run
from hyperbounty.errors import HyperbountyError
from tests.cli.conftest import Command
from tests.documents import SCHEMAS, check, validator

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
NAMES = json.loads((SCHEMAS / "names.json").read_text(encoding="utf-8"))["$defs"]
# Lists whose items say more or less, by command, of one kind of thing.
LISTS = {"specs", "contests", "deployments", "trainings", "opened", "refused", "checked_members"}


def commands(group: click.Command = cli, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if not isinstance(group, click.Group):
        if any("--json" in parameter.opts for parameter in group.params):
            yield path
        return
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None
        yield from commands(found, (*path, name))


def properties(schema: Any) -> Iterator[tuple[str, Any]]:
    """Every property that a schema names, at any depth."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {}).items()
        for each in schema.values():
            yield from properties(each)
    elif isinstance(schema, list):
        for each in schema:
            yield from properties(each)


def test_every_command_has_a_schema_and_every_schema_a_command() -> None:
    assert {path.stem for path in SCHEMAS.glob("*.json")} == {"names", "error"} | {
        "-".join(path) for path in commands()
    }


@pytest.mark.parametrize("path", sorted(SCHEMAS.glob("*.json")), ids=lambda path: path.stem)
def test_no_name_is_explained_twice(path: Path) -> None:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        assert len(dict(pairs)) == len(pairs), [name for name, _ in pairs]
        return dict(pairs)

    json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=once)


@pytest.mark.parametrize("name", sorted(path.stem for path in SCHEMAS.glob("*.json") if path.stem != "names"))
def test_a_name_means_the_same_in_every_document(name: str) -> None:
    schema = validator(name).schema
    validator(name).check_schema(schema)
    assert isinstance(schema, dict)
    for said, what in properties(schema):
        assert said in LISTS or what == {"$ref": f"names.json#/$defs/{said}"}, said


def test_within_the_names_a_name_means_the_same_too() -> None:
    for name, schema in NAMES.items():
        assert schema.get("description") or "$ref" in schema, name
        for said, what in properties(schema):
            if said in NAMES and "$ref" in what:
                assert what == {"$ref": f"#/$defs/{said}"}, f"{name}.{said}"


def test_amounts_are_texts_and_say_what_they_count() -> None:
    assert NAMES["amount_object"]["required"] == ["amount", "asset", "decimals"]
    for document in SCHEMAS.glob("*.json"):
        for schema in [value for _, value in properties(json.loads(document.read_text(encoding="utf-8")))]:
            inner = set(schema.get("properties", {})) if isinstance(schema, dict) else set()
            assert "amount" not in inner or {"asset", "decimals"} <= inner


def test_the_page_has_every_exit_code_and_every_code_of_an_error() -> None:
    for code in ExitCode:
        assert f"| {code.value} | `{code.name}` |" in PAGE
    kinds = [HyperbountyError]
    for kind in kinds:
        kinds += [each for each in kind.__subclasses__() if each.__module__.startswith("hyperbounty.")]
    for kind_code in {kind.error_code for kind in kinds} | {"usage", "interrupted", "internal"}:
        assert f"`{kind_code}`" in PAGE, kind_code


def test_commands_that_need_no_chain_print_what_their_schemas_say(
    hb: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # It takes a minute; tests/compute/test_throughput.py measures.
    monkeypatch.setattr("hyperbounty.compute.throughput.throughput", lambda *_: 900)
    password = tmp_path / "password"
    password.write_text("correct horse\n")
    password.chmod(0o600)
    content = tmp_path / "content"
    content.mkdir()
    (content / "a").write_text("a")
    cid = hb("store", "add", content, "--json").json["cid"]
    car = tmp_path / "a.car"
    made = hb("account", "new", "ada", "--password-file", password, "--json")
    file = Path(made.json["file"])
    file.rename(tmp_path / "of-ada.json")
    printed = [
        hb("account", "import", "ada", "--keystore", tmp_path / "of-ada.json", "--password-file", password, "--json"),
        hb("account", "list", "--json"),
        hb("account", "show", "ada", "--json"),
        hb("config", "show", "--json"),
        hb("config", "init", "--json"),
        hb("config", "path", "--json"),
        hb("deploy", "--list", "--json"),
        hb("organizer", "fetch", "--coins", "LTC", "--out", tmp_path / "prices", "--json"),
        hb("participant", "example", tmp_path / "spec.json", "--json"),
        hb("evaluator", "status", "--json"),
        hb("evaluator", "throughput", "--json"),
        hb("store", "ls", cid, "--json"),
        hb("store", "has", cid, "--json"),
        hb("store", "pins", "--json"),
        hb("store", "get", cid, "--out", tmp_path / "back", "--json"),
        hb("store", "export", cid, "--out", car, "--json"),
        hb("store", "unpin", cid, "--json"),
        hb("store", "pin", cid, "--json"),
        hb("store", "gc", "--json"),
        hb("store", "import", car, "--json"),
        hb("account", "show", "nobody", "--json", code=ExitCode.REFUSED),
        hb("participant", "list", "--rpc", "http://127.0.0.1:9", "--json", code=ExitCode.UNAVAILABLE),
        hb("participant", "show", "none", "--json", code=ExitCode.USAGE),
    ]
    for ran in printed:
        assert ran.json is not None


@pytest.mark.heavy
def test_commands_on_a_chain_print_what_their_schemas_say(hb: Command, devnet: str, tmp_path: Path) -> None:
    on = ("--rpc", devnet, "--json")
    prices = tmp_path / "prices"
    hb("organizer", "fetch", "--coins", "LTC", "--out", prices)
    offer = ("--prices", prices, "--coin", "LTC", "--reward", "0.5", "--evaluator", "devnet-1", "--account", "devnet-0")
    spec = tmp_path / "spec.json"
    hb("participant", "example", spec)
    printed = [
        hb("deploy", "HyperparameterBounty", "--account", "devnet-0", *on),
        hb("deploy", "HyperparameterBounty", "--account", "devnet-0", *on),
        hb("deploy", "--list", "--json"),
        hb("account", "balance", "devnet-0", *on),
        hb("organizer", "open", *offer, "--yes", *on),
        hb("evaluator", "accept", 1, "--throughput", 1_000, "--account", "devnet-1", *on),
        hb("participant", "list", *on),
        hb("participant", "download", 1, "--out", tmp_path / "mine", *on),
        hb("participant", "archive", 1, "--out", tmp_path / "mine.car", *on),
        hb("participant", "submit", 1, "--spec", spec, "--account", "devnet-2", *on),
        hb("participant", "submit", 1, "--spec", spec, "--account", "devnet-3", *on),
        hb("participant", "withdraw", 1, "--submission", 0, "--account", "devnet-3", *on),
        hb("participant", "show", 1, "--account", "devnet-2", *on),
        hb("participant", "entries", "--account", "devnet-2", *on),
        hb("participant", "sponsor", 1, "--amount", "0.1", "--account", "devnet-3", *on),
        hb("organizer", "extend", 1, "--by", "1h", "--account", "devnet-0", *on),
        hb("organizer", "extend", 1, "--by", "1h", "--account", "devnet-0", *on),
        hb("devnet", "--advance", "8d", *on),
        hb("participant", "reveal", 1, "--account", "devnet-2", *on),
        hb("participant", "reveal", "--all", "--account", "devnet-2", *on),
        hb("participant", "claim", 1, "--account", "devnet-2", *on),
        hb("participant", "withdraw", 1, "--account", "devnet-2", *on),
        hb("participant", "reclaim", 1, "--account", "devnet-3", *on),
        hb("organizer", "open", *offer, "--copy", 2, "--yes", *on),
        hb("organizer", "cancel", 2, "--account", "devnet-0", *on),
        hb("organizer", "settle", 1, "--account", "devnet-0", *on, code=ExitCode.REFUSED),
    ]
    for ran in printed:
        assert ran.json is not None


def test_a_document_that_is_not_what_its_schema_says_is_found() -> None:
    check(["store", "pins"], {"pins": []})
    wrongs: list[object] = [{"pins": [1]}, {"pins": [], "more": 1}, {}, []]
    for wrong in wrongs:
        with pytest.raises(AssertionError, match="store-pins"):
            check(["store", "pins"], wrong)


@pytest.mark.parametrize(
    "arguments", [["participant", "show", "1", "--no-such"], ["participant", "shwo"], ["devnet", "x"]]
)
def test_an_error_is_a_document_whatever_went_wrong(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*arguments, "--json"]) == ExitCode.USAGE
    check(arguments, json.loads(capsys.readouterr().out))
