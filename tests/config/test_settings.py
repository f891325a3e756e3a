"""Which of several values counts, where it came from, and what of it may be shown."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.chain.policy import SendingPolicy
from hyperbounty.chain.registry import contract_names
from hyperbounty.config.file import ConfigFile, read_file
from hyperbounty.config.settings import Settings, Source, resolve
from hyperbounty.config.showing import rows, unknown_variables
from hyperbounty.config.table import DEFAULT_RPC, SETTINGS
from hyperbounty.config.web import WEB_READERS
from hyperbounty.errors import InvalidInput
from hyperbounty.money import amount_json

ADDRESS = "0x2c7536E3605D9C16a7a3D7b1898e529396a65c23"
OTHER = "0x5FbDB2315678afecb367f032d93F642f64180aa3"
NAME = contract_names()[0]


def written(folder: Path, content: str) -> ConfigFile:
    (folder / "hyperbounty.toml").write_text(content)
    return read_file(folder / "hyperbounty.toml")


def settle(
    options: Mapping[str, object] | None = None,
    environment: Mapping[str, str] | None = None,
    file: ConfigFile | None = None,
    *,
    profile: str | None = None,
) -> Settings:
    return resolve(options or {}, environment or {}, file, profile=profile, folder=Path("/here"))


def test_nothing_said_means_the_devnet() -> None:
    settings = settle()
    assert (settings.profile, settings.node(), settings.chain_id) == ("devnet", DEFAULT_RPC, 31337)
    assert (settings.account, settings.contract, settings.ipfs, settings.gateways) == (None, None, None, ())
    assert settings.policy == SendingPolicy()
    assert settings.origins["rpc"].source is Source.BUILT_IN
    assert settings.origins["confirmations"].source is Source.DEFAULT


def test_anvil_is_what_the_devnet_is() -> None:
    anvil = settle(profile="anvil")
    assert (anvil.node(), anvil.chain_id) == (DEFAULT_RPC, 31337)


def test_each_source_beats_those_below_it(tmp_path: Path) -> None:
    file = written(tmp_path, 'account = "shared"\n[profiles.devnet]\naccount = "profile"\n')
    shared = written(tmp_path, 'account = "shared"\n')
    variable = {"HYPERBOUNTY_ACCOUNT": "variable"}
    chain = [
        settle({"account": "option"}, variable, file),
        settle({"account": None}, variable, file),
        settle({}, {"HYPERBOUNTY_ACCOUNT": " "}, file),
        settle({}, {}, shared),
        settle(),
    ]
    assert [settings.account for settings in chain] == ["option", "variable", "profile", "shared", None]
    assert [str(settings.origins["account"]) for settings in chain] == [
        "account",
        "HYPERBOUNTY_ACCOUNT",
        f"{tmp_path}/hyperbounty.toml:3",
        f"{tmp_path}/hyperbounty.toml:1",
        "default",
    ]


@given(st.sets(st.sampled_from(["option", "variable", "profile", "shared"])))
def test_the_strongest_source_that_speaks_counts(tmp_path_factory: pytest.TempPathFactory, speaking: set[str]) -> None:
    file = written(
        tmp_path_factory.mktemp("config"),
        ('ipfs = "shared"\n' if "shared" in speaking else "")
        + "[profiles.devnet]\n"
        + ('ipfs = "profile"\n' if "profile" in speaking else ""),
    )
    options = {"ipfs": "option" if "option" in speaking else None}
    environment = {"HYPERBOUNTY_IPFS": "variable"} if "variable" in speaking else {}
    order = ["option", "variable", "profile", "shared"]
    assert settle(options, environment, file).ipfs == next((s for s in order if s in speaking), None)


def test_every_setting_can_be_a_variable() -> None:
    settings = settle(
        environment={
            "HYPERBOUNTY_RPC": "https://node.example",
            "HYPERBOUNTY_CHAIN_ID": "11155111",
            "HYPERBOUNTY_CONTRACT": ADDRESS.lower(),
            "HYPERBOUNTY_CONTRACTS": f"{NAME} = {ADDRESS.lower()},",
            "HYPERBOUNTY_CONFIRMATIONS": " 3 ",
            "HYPERBOUNTY_MAX_FEE": "30 gwei",
            "HYPERBOUNTY_PRIORITY_FEE": "1.5 Gwei",
            "HYPERBOUNTY_REPLACE_AFTER": "0",
            "HYPERBOUNTY_OUTAGE": "1.5 min",
            "HYPERBOUNTY_ACCOUNT": "ada",
            "HYPERBOUNTY_PASSWORD_FILE": "secrets/ada",
            "HYPERBOUNTY_IPFS": "/ip4/127.0.0.1/tcp/5001",
            "HYPERBOUNTY_GATEWAYS": "https://one.example, https://two.example,",
        }
    )
    assert settings.policy == SendingPolicy(3, 30 * 10**9, 15 * 10**8, 0, 90)
    assert (settings.node(), settings.chain_id, settings.contract) == ("https://node.example", 11155111, ADDRESS)
    assert settings.password_file_for("ada") == Path("/here/secrets/ada")
    assert settings.gateways == ("https://one.example", "https://two.example")
    own = {key: origin for key, origin in settings.origins.items() if not key.startswith("web.")}
    assert {origin.source for key, origin in own.items() if key != "profile"} == {Source.VARIABLE}
    assert len(own) == len(SETTINGS) + 1


def test_a_contract_is_found_by_its_name(tmp_path: Path) -> None:
    file = written(tmp_path, f'[profiles.devnet.contracts]\n{NAME} = "{ADDRESS.lower()}"\n')
    settings = settle(file=file)
    assert settings.contracts == {NAME: ADDRESS}
    found = settings.contract_of(NAME)
    assert found is not None
    assert (found[0], str(found[1])) == (ADDRESS, f"{tmp_path}/hyperbounty.toml:1")
    assert settings.contract_of("Another") is None
    shown = {row.key: (row.value, row.text) for row in rows(settings)}
    assert shown["contracts"] == ({NAME: ADDRESS}, f"{NAME} at {ADDRESS}")


def test_the_setting_without_a_name_stands_for_any_contract() -> None:
    settings = settle({"contract": ADDRESS})
    assert [settings.contract_of(name)[0] for name in (NAME, "Another")] == [ADDRESS, ADDRESS]  # type: ignore[index]
    assert settle().contract_of(NAME) is None


def test_of_several_contracts_the_wrong_one_is_named() -> None:
    with pytest.raises(InvalidInput, match=rf"HYPERBOUNTY_CONTRACTS\.{NAME} must be an address, .*"):
        settle(environment={"HYPERBOUNTY_CONTRACTS": f"{NAME}=0x12"})
    with pytest.raises(InvalidInput, match=rf"CONTRACTS\.Unknown must be the name of a contract; known are .*{NAME}"):
        settle(environment={"HYPERBOUNTY_CONTRACTS": f"Unknown={ADDRESS}"})


@pytest.mark.parametrize(
    ("option", "variable", "expected"),
    [(ADDRESS, {}, ADDRESS), (None, {"HYPERBOUNTY_CONTRACT": ADDRESS}, ADDRESS), (None, {}, OTHER)],
)
def test_of_both_settings_the_stronger_source_counts(
    tmp_path: Path, option: str | None, variable: dict[str, str], expected: str
) -> None:
    third = "0x" + "33" * 20
    file = written(
        tmp_path,
        f'[profiles.devnet]\ncontract = "{third}"\n[profiles.devnet.contracts]\n{NAME} = "{OTHER}"\n',
    )
    settings = settle({"contract": option}, variable, file)
    assert settings.contract_of(NAME)[0] == expected  # type: ignore[index]
    assert settings.contract_of("Another")[0] == (third if expected == OTHER else expected)  # type: ignore[index]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CONTRACTS", "0x12"),
        ("CHAIN_ID", "sepolia"),
        ("CHAIN_ID", "-1"),
        ("CHAIN_ID", "9" * 30),
        ("CONFIRMATIONS", "0"),
        ("MAX_FEE", "30"),
        ("OUTAGE", "a while"),
        ("RPC", "node.example"),
        ("CONTRACT", "0x12"),
        ("GATEWAYS", "one.example"),
    ],
)
def test_a_variable_that_does_not_fit_is_named(name: str, value: str) -> None:
    with pytest.raises(InvalidInput, match=f"HYPERBOUNTY_{name} must be .*; correct HYPERBOUNTY_{name}"):
        settle(environment={f"HYPERBOUNTY_{name}": value})


def test_a_value_that_loses_is_not_even_read() -> None:
    assert settle({"rpc": "http://127.0.0.1:1"}, {"HYPERBOUNTY_RPC": "nonsense"}).rpc == "http://127.0.0.1:1"


def test_a_profile_is_chosen_like_any_other_value(tmp_path: Path) -> None:
    file = written(tmp_path, 'profile = "one"\n[profiles.one]\n[profiles.two]\n[profiles.three]\n')
    variable = {"HYPERBOUNTY_PROFILE": "two"}
    assert settle({}, variable, file, profile="three").profile == "three"
    assert settle({}, variable, file).profile == "two"
    assert settle({}, {}, file).profile == "one"


def test_an_unknown_profile_is_told_with_those_that_are_known(tmp_path: Path) -> None:
    file = written(tmp_path, "[profiles.sepolia]\n")
    with pytest.raises(InvalidInput, match=r"no profile 'sepola' \(profile\); did you mean sepolia\?"):
        settle(file=file, profile="sepola")
    with pytest.raises(InvalidInput, match=r"\(HYPERBOUNTY_PROFILE\); known are anvil, devnet, embedded, sepolia"):
        settle({}, {"HYPERBOUNTY_PROFILE": "x"}, file)


def test_the_file_refines_a_built_in_profile(tmp_path: Path) -> None:
    settings = settle(file=written(tmp_path, '[profiles.devnet]\nrpc = "http://127.0.0.1:9000"\n'))
    assert (settings.node(), settings.chain_id) == ("http://127.0.0.1:9000", 31337)


def test_a_profile_of_the_file_inherits_no_node(tmp_path: Path) -> None:
    settings = settle(file=written(tmp_path, "[profiles.sepolia]\nchain_id = 11155111\n"), profile="sepolia")
    with pytest.raises(InvalidInput, match=r"sepolia names no node; add rpc = .* under \[profiles.sepolia\]"):
        settings.node()


def test_the_address_with_the_key_can_come_from_the_environment(tmp_path: Path) -> None:
    file = written(tmp_path, 'profile = "sepolia"\n[profiles.sepolia]\nchain_id = 11155111\n')
    settings = settle({}, {"HYPERBOUNTY_RPC": "https://node.example/KEY"}, file)
    assert (settings.node(), settings.chain_id) == ("https://node.example/KEY", 11155111)


def test_the_embedded_chain_is_not_for_commands() -> None:
    with pytest.raises(InvalidInput, match=r"ends with the process it runs in.*run “devnet”"):
        settle(profile="embedded").node()


@pytest.mark.parametrize("environment", [{}, {"HYPERBOUNTY_RPC": "http://127.0.0.1:1"}])
def test_a_node_that_is_named_without_a_profile_may_be_of_any_chain(environment: dict[str, str]) -> None:
    options = {} if environment else {"rpc": "http://127.0.0.1:1"}
    assert settle(options, environment).chain_id is None
    assert settle(options, environment, profile="devnet").chain_id == 31337


def test_a_tip_above_the_cap_names_both() -> None:
    with pytest.raises(InvalidInput, match=r"priority_fee \(2 gwei, HYPERBOUNTY_P.*above max_fee \(1 gwei, HYPERBOU"):
        settle(environment={"HYPERBOUNTY_MAX_FEE": "1 gwei", "HYPERBOUNTY_PRIORITY_FEE": "2 gwei"})


def test_a_password_file_goes_with_the_account_beside_it(tmp_path: Path) -> None:
    file = written(tmp_path, 'account = "ada"\npassword_file = "ada.pw"\n[profiles.devnet]\nconfirmations = 1\n')
    settings = settle({"account": "ben"}, {}, file)
    assert settings.password_file_for("ben") is None
    assert settings.password_file_for("ada") == tmp_path / "ada.pw"
    everybody = settle({"account": "ben"}, {}, written(tmp_path, 'password_file = "all.pw"\n'))
    assert everybody.password_file_for("ben") == tmp_path / "all.pw"
    given = settle({"account": "ben", "password_file": Path("ben.pw")}, {}, file)
    assert given.password_file_for("ben") == Path("/here/ben.pw")


def test_what_may_be_a_secret_is_neither_shown_nor_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    file = written(
        tmp_path,
        'gateways = ["https://user:SECRET@one.example/SECRET"]\npassword_file = "SECRET"\n'
        'ipfs = "https://user:SECRET@ipfs.example:5001"\n[profiles.devnet]\nrpc = "https://node.example/v3/SECRET"\n',
    )
    settings = settle(file=file)
    shown = rows(settings)
    text = " ".join(f"{row.key} {row.value} {row.text} {row.origin}" for row in shown)
    assert "SECRET" not in text + caplog.text
    assert "SECRET" not in repr(settings).replace(str(settings.password_file), "")
    by_key = {row.key: row for row in shown}
    assert by_key["rpc"].value == "https://node.example/…"
    assert by_key["gateways"].value == ["https://one.example/…"]
    assert by_key["password_file"].text == "(no such file)"
    (tmp_path / "SECRET").touch()
    assert {row.key: row.text for row in rows(settings)}["password_file"] == str(tmp_path / "SECRET")


def test_what_is_shown_is_what_counts() -> None:
    settings = settle(environment={"HYPERBOUNTY_MAX_FEE": "1.5 gwei", "HYPERBOUNTY_OUTAGE": "2 min"})
    shown = {row.key: (row.value, row.text, row.origin) for row in rows(settings)}
    assert shown["max_fee"] == (amount_json(15 * 10**8), "1.5 gwei", "HYPERBOUNTY_MAX_FEE")
    assert shown["outage"] == (120.0, "2m", "HYPERBOUNTY_OUTAGE")
    assert shown["priority_fee"] == (None, "what the node asks", "default")
    assert shown["chain_id"] == (31337, "31337", "profile devnet, built in")
    assert list(shown) == ["profile", *(setting.key for setting in SETTINGS), *(f"web.{key}" for key in WEB_READERS)]


def test_a_variable_that_nothing_reads_is_remarked() -> None:
    environment = {"HYPERBOUNTY_RCP": "x", "HYPERBOUNTY_TEST_RPC": "x", "HYPERBOUNTY_HOME": "x", "PATH": "x"}
    assert unknown_variables(environment) == [
        "HYPERBOUNTY_RCP is set and nothing reads it; did you mean HYPERBOUNTY_RPC?"
    ]
