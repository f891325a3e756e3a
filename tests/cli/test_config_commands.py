"""`hyperbounty config show|init|path`."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from hyperbounty.cli.example import EXAMPLE
from hyperbounty.money import amount_json
from tests.cli.conftest import Command

KEY = "4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318"


def test_every_setting_is_shown_with_where_it_came_from(
    hb: Command, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.mkdir()
    (home / "hyperbounty.toml").write_text(
        'profile = "sepolia"\n[profiles.sepolia]\nrpc = "https://node.example/v3/PROVIDERKEY"\nmax_fee = "30 gwei"\n'
    )
    monkeypatch.setenv("HYPERBOUNTY_CONFIRMATIONS", "3")
    shown = hb("config", "show", "--json", "--account", "ada").json
    assert shown["file"] == str(home / "hyperbounty.toml")
    settings = shown["settings"]
    assert settings["home"] == {"value": str(home), "from": "--home"}
    assert settings["profile"] == {"value": "sepolia", "from": f"{home}/hyperbounty.toml:1"}
    assert settings["rpc"] == {"value": "https://node.example/…", "from": f"{home}/hyperbounty.toml:3"}
    assert settings["max_fee"] == {"value": amount_json(30 * 10**9), "from": f"{home}/hyperbounty.toml:4"}
    assert settings["confirmations"] == {"value": 3, "from": "HYPERBOUNTY_CONFIRMATIONS"}
    assert settings["account"] == {"value": "ada", "from": "--account"}
    assert settings["priority_fee"] == {"value": None, "from": "default"}
    table = hb("config", "show").out
    assert "30 gwei" in table
    assert "PROVIDERKEY" not in table + str(shown)


def test_without_a_file_the_devnet_is_shown(hb: Command) -> None:
    ran = hb("config", "show")
    assert "Configuration file: none (`hyperbounty config init`" in ran.out
    assert "profile devnet, built in" in ran.out


def test_a_key_in_the_environment_is_said_to_be_there_and_not_shown(
    hb: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HYPERBOUNTY_PRIVATE_KEY", KEY)
    for ran in (hb("config", "show"), hb("config", "show", "--json")):
        assert "set, not shown" in ran.out
        assert KEY not in (ran.out + ran.err).lower()


def test_a_mistyped_variable_is_remarked(hb: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HYPERBOUNTY_PROFIL", "x")
    assert (
        "HYPERBOUNTY_PROFIL is set and nothing reads it; did you mean HYPERBOUNTY_PROFILE?" in hb("config", "show").err
    )


def test_an_example_is_written_once_for_its_owner_only(hb: Command, home: Path) -> None:
    file = home / "hyperbounty.toml"
    assert hb("config", "init", "--json").json == {"file": str(file)}
    assert file.read_text() == EXAMPLE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.write_text("# mine\n")
    assert "exists already; edit it" in hb("config", "init", code=4).err
    assert file.read_text() == "# mine\n"
    hb("config", "init", "--config", "other.toml")
    assert Path("other.toml").read_text() == EXAMPLE


def test_the_places_are_shown_with_the_one_that_counts(hb: Command, home: Path) -> None:
    here = Path.cwd() / "hyperbounty.toml"
    assert hb("config", "path", "--json").json == {
        "file": None,
        "searched": [str(here), str(home / "hyperbounty.toml")],
    }
    hb("config", "init")
    assert hb("config", "path").out.startswith(str(home / "hyperbounty.toml"))
    here.touch()
    assert hb("config", "path", "--json").json["file"] == str(here)
    assert "does not exist" in hb("config", "path", "--config", "nowhere.toml", code=4).err


def test_a_broken_file_is_one_line_for_every_command_that_reads_it(hb: Command) -> None:
    Path("hyperbounty.toml").write_text("[profiles.devnet]\nconfimations = 2\n")
    for command in (["config", "show"], ["participant", "list"], ["account", "new", "ada"]):
        err = hb(*command, code=4).err
        assert err.count("\n") == 1
        assert "hyperbounty.toml:2: there is no setting 'confimations'" in err
    # What needs no setting does not mind.
    hb("account", "list")
    hb("config", "path")
