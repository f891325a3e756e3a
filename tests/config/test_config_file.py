"""`hyperbounty.toml`: what is found, what is refused, and that every complaint names its line and no value."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.cli.example import EXAMPLE
from hyperbounty.config.file import read_file
from hyperbounty.config.places import FILE_NAME, find_file
from hyperbounty.config.table import BY_KEY
from hyperbounty.errors import InvalidInput
from hyperbounty.toml_file import lines_of

KEY = "4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / FILE_NAME


def refused(file: Path, content: str) -> str:
    file.write_text(content)
    with pytest.raises(InvalidInput) as caught:
        read_file(file)
    assert caught.value.next_step
    return str(caught.value)


def test_a_file_is_read_with_every_line_known(file: Path) -> None:
    file.write_text(
        'profile = "sepolia"\naccount = "ada"\n\n[profiles.sepolia]\nrpc = "https://node.example/v3/KEY"\n'
        'max_fee = "30 gwei"\ngateways = [\n  "https://one.example",\n  "https://two.example",\n]\noutage = "2 min"\n'
        'password_file = "ada.password"\n'
    )
    read = read_file(file)
    assert read.profile is not None
    assert (read.profile.value, read.profile.where) == ("sepolia", f"{file}:1")
    assert read.shared["account"].where == f"{file}:2"
    sepolia = read.profiles["sepolia"]
    assert {key: found.value for key, found in sepolia.items()} == {
        "rpc": "https://node.example/v3/KEY",
        "max_fee": 30 * 10**9,
        "gateways": ("https://one.example", "https://two.example"),
        "outage": 120.0,
        "password_file": file.parent / "ada.password",
    }
    assert [found.where.rsplit(":", 1)[1] for found in sepolia.values()] == ["5", "6", "7", "11", "12"]
    assert "KEY" not in repr(read)


def test_an_empty_file_says_nothing(file: Path) -> None:
    file.write_text("")
    read = read_file(file)
    assert (read.profile, read.shared, read.profiles) == (None, {}, {})


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            "[profiles.a]\nconfimations = 2\n",
            ":2: there is no setting 'confimations' in [profiles.a]; did you mean conf",
        ),
        ("[profiles.a]\ngas = 2\n", ":2: there is no setting 'gas' in [profiles.a]; known are account, chain_id"),
        ("acount = 'ada'\n", ":1: there is no setting 'acount' in the top of the file; did you mean account?"),
        ("[profile.a]\nchain_id = 1\n", "the name of a profile must be a text of letters"),
        ("[profils.a]\nchain_id = 1\n", "there is no table 'profils' in the top of the file; did you mean profiles?"),
        ("[profiles.a.b]\nchain_id = 1\n", "there is no table 'b' in [profiles.a]"),
        ("rpc = 'http://127.0.0.1:1'\n", ":1: rpc belongs to one chain; move it under its [profiles.NAME]"),
        ("confirmations = 2\n", ":1: confirmations belongs to one chain"),
        ("profiles = 1\n", ":1: profiles must be tables; write [profiles.NAME]"),
        ("[profiles]\na = 1\n", ":2: profiles.a must be a table, not a number"),
        ("[profiles.'a b']\nchain_id = 1\n", "the name of a profile must be a text of letters"),
        ("profile = 1\n", ":1: the name of a profile must be a text of letters, digits, - and _, not a number"),
        ("profile = devnet\n", "is not TOML at line 1, column 11; texts need quotes"),
        ("[profiles.a]\nchain_id = 1\nchain_id = 2\n", "is not TOML"),
        ("[profiles.a]\nchain_id = '1'\n", ":2: chain_id must be a whole number of at least 1, not a text"),
        ("[profiles.a]\nchain_id = true\n", "chain_id must be a whole number of at least 1, not true or false"),
        ("[profiles.a]\nconfirmations = 0\n", "confirmations must be a whole number of at least 1, not 0"),
        ("[profiles.a]\nconfirmations = 1.5\n", "confirmations must be a whole number of at least 1, not a number"),
        ("[profiles.a]\nmax_fee = 30\n", 'max_fee must be a text with a unit, such as "30 gwei", not 30'),
        ("[profiles.a]\nmax_fee = '30'\n", 'max_fee must be an amount with its unit, such as "30 gwei"'),
        ("[profiles.a]\nmax_fee = ''\n", 'max_fee must be an amount with its unit, such as "30 gwei"'),
        ("[profiles.a]\nmax_fee = '30 gewi'\n", "max_fee must be an amount in gwei"),
        ("[profiles.a]\nmax_fee = '30 ether'\n", "max_fee must be at most 1,000,000 gwei for a unit of gas"),
        ("[profiles.a]\nreplace_after = -1\n", "replace_after must be a duration"),
        ("[profiles.a]\nreplace_after = inf\n", "replace_after must be a duration"),
        ("[profiles.a]\nreplace_after = '5 moons'\n", "replace_after must be a duration such as"),
        ("[profiles.a]\noutage = true\n", "outage must be a duration"),
        ("[profiles.a]\nrpc = '127.0.0.1:8545'\n", "rpc must be an address such as http://127.0.0.1:8545"),
        ("[profiles.a]\nrpc = 'ws://127.0.0.1:8545'\n", "rpc must be an address such as http"),
        ("[profiles.a]\nrpc = 'http://127.0.0.1:x'\n", "rpc must be an address such as http"),
        ("[profiles.a]\nrpc = 'http://[::1'\n", "rpc must be an address such as http"),
        ("[profiles.a]\ngateways = 'https://one.example'\n", 'gateways must be a list of addresses, such as ["https'),
        ("gateways = [1]\n", "gateways must be an address such as"),
        ("[profiles.a]\ncontract = 5\n", "contract must be an address in quotes"),
        ("[profiles.a]\ncontract = 'x'\n", "contract must be an address, 0x and 40 hexadecimal digits"),
        (
            "[profiles.a]\ncontract = '0x2c7536E3605D9C16a7a3D7b1898e529396a65c24'\n",
            "contract must be an address with its right checksum",
        ),
        ("[profiles.a]\ncontracts = 5\n", ":2: contracts must be addresses by the names of contracts"),
        (
            "[profiles.a.contracts]\nNoContract = 'x'\n",
            ":2: contracts.NoContract must be the name of a contract; known",
        ),
        (
            "[profiles.a]\nchain_id = 1\n[profiles.a.contracts]\nHyperparameterBounty = '0x12'\n",
            ":4: contracts.HyperparameterBounty must be an address, 0x and 40",
        ),
        ("[contracts]\nHyperparameterBounty = 'x'\n", "contracts belongs to one chain; move it under its [profiles"),
        ("account = ''\n", "account must be a text, not an empty text"),
        ("account = 1979-05-27\n", "account must be a text, not a date or time"),
        ("password_file = '~nobody-here/x'\n", "password_file must be a path; nobody knows whose home"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_line(file: Path, content: str, said: str) -> None:
    message = refused(file, content)
    assert said in message
    assert str(file) in message


@pytest.mark.parametrize(
    "line",
    [
        f"private_key = '{KEY}'",
        f"private-key = '0x{KEY}'",
        f"PrivateKey = '{KEY}'",
        f"key = '{KEY}'",
        "password = 'correct horse'",
        "passphrase = 'correct horse'",
        "mnemonic = 'correct horse battery staple'",
        "seed = 'correct horse'",
        "api_key = 'correct horse'",
        "coinpaprika_api_key = 'correct horse'",
        f"account = '{KEY}'",
        f"account = '0x{KEY[:-1]}'",
        f"account = 0x{KEY}",
        f"ipfs = '{KEY}'",
        f"{KEY} = 1",
        "account = 'xprv9s21ZrQH143K3QTDL4LXw2F7HEK'",
        f"gateways = ['https://one.example', '{KEY}']",
        f"nonsense = {{deep = ['{KEY}']}}",
    ],
)
@pytest.mark.parametrize("table", ["", "[profiles.a]\n"])
def test_a_secret_is_refused_and_not_repeated(file: Path, table: str, line: str) -> None:
    message = refused(file, f"{table}{line}\n")
    assert "looks like one" in message
    assert f"{file}:{2 if table else 1}" in message
    for secret in (KEY[:-1], str(int(KEY, 16)), "correct horse", "xprv9"):
        assert secret not in message.lower()


def test_a_slip_in_password_file_is_no_secret(file: Path) -> None:
    assert "did you mean password_file?" in refused(file, "passwordfile = 'x'\n")


def test_a_file_that_is_not_utf8_is_refused(file: Path) -> None:
    file.write_bytes(b"account = '\xff'\n")
    with pytest.raises(InvalidInput, match="is not UTF-8"):
        read_file(file)


# Whatever a value is, under any key: it is read, or refused without being repeated.
values = st.recursive(
    # Between letters of which no message and no key consists.
    st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=7).map("Z{}9".format),
    lambda inner: st.lists(inner, min_size=1, max_size=2),
    max_leaves=3,
)


@given(key=st.sampled_from(["private_key", "x", *(key for key in BY_KEY if key not in ("gateways",))]), value=values)
def test_a_message_repeats_no_text(tmp_path_factory: pytest.TempPathFactory, key: str, value: object) -> None:
    import json

    file = tmp_path_factory.mktemp("config") / FILE_NAME
    file.write_text(f"[profiles.a]\n{key} = {json.dumps(value)}\n")
    try:
        read_file(file)
    except InvalidInput as error:
        said = str(error).replace(str(file), "")
        for text in value if isinstance(value, list) else [value]:
            assert str(text) not in said


@given(st.text())
def test_any_text_is_read_or_refused_in_one_error(tmp_path_factory: pytest.TempPathFactory, content: str) -> None:
    file = tmp_path_factory.mktemp("config") / FILE_NAME
    file.write_bytes(content.encode("utf-8", "surrogatepass"))
    outcome: object
    try:
        outcome = read_file(file).path
    except InvalidInput as error:
        outcome = str(error)
    assert str(file) in str(outcome)


def test_lines_are_told_of_every_way_to_write_a_key() -> None:
    content = 'a = 1\n"b c" = 2 # = \n[t.u]\n  x.y = 3\nlong = """\nq = 1\n"""\nz = """a"""\n[[list]]\nk = 1\n'
    lines = lines_of(content)
    assert tomllib.loads(content)
    assert {
        ("a",): 1,
        ("b c",): 2,
        ("t", "u"): 3,
        ("t", "u", "x", "y"): 4,
        ("t", "u", "long"): 5,
        ("t", "u", "z"): 8,
    }.items() <= lines.items()
    assert ("t", "u", "q") not in lines


@given(st.text())
def test_lines_of_anything_can_be_asked_for(content: str) -> None:
    assert all(number >= 1 for number in lines_of(content).values())


def test_the_example_is_valid_as_it_stands_and_with_everything_switched_on(file: Path) -> None:
    file.write_text(EXAMPLE)
    assert read_file(file).profiles == {}
    settings = [
        line
        for line in EXAMPLE.splitlines()
        if line.startswith(("# [", *(f"# {key} = " for key in (*BY_KEY, "profile"))))
    ]
    file.write_text("\n".join(line[2:] for line in settings))
    read = read_file(file)
    assert read.profile is not None
    assert read.profile.value in read.profiles
    assert {*read.shared, *read.profiles["sepolia"]} == set(BY_KEY)


def test_the_working_folder_comes_before_home(tmp_path: Path) -> None:
    home, working = tmp_path / "home", tmp_path / "working"
    home.mkdir()
    working.mkdir()
    assert find_file(None, {}, home, working) is None
    (home / FILE_NAME).touch()
    assert find_file(None, {}, home, working) == home / FILE_NAME
    (working / FILE_NAME).touch()
    assert find_file(None, {}, home, working) == working / FILE_NAME


def test_a_file_that_is_named_is_the_only_one(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).touch()
    one, two = tmp_path / "one.toml", tmp_path / "two.toml"
    one.touch()
    two.touch()
    variable = {"HYPERBOUNTY_CONFIG": str(two)}
    assert find_file(one, variable, tmp_path, tmp_path) == one
    assert find_file(None, variable, tmp_path, tmp_path) == two
    assert find_file(None, {"HYPERBOUNTY_CONFIG": " "}, tmp_path, tmp_path) == tmp_path / FILE_NAME
    two.unlink()
    with pytest.raises(InvalidInput, match=r"two\.toml \(HYPERBOUNTY_CONFIG\) does not exist; name another"):
        find_file(None, variable, tmp_path, tmp_path)


def test_a_file_that_anybody_can_write_counts_only_by_name(file: Path) -> None:
    file.touch()
    file.chmod(0o666)
    with pytest.raises(InvalidInput, match=r"everybody can write .* chmod o-w"):
        find_file(None, {}, file.parent, file.parent)
    assert find_file(file, {}, file.parent, file.parent) == file


def test_a_file_of_another_user_counts_only_by_name(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    file.touch()
    owner = file.stat().st_uid
    monkeypatch.setattr(os, "getuid", lambda: owner + 1)
    if owner == 0:
        # What belongs to root could do anything already.
        assert find_file(None, {}, file.parent, file.parent) == file
        os.chown(file, 4242, -1)
    with pytest.raises(InvalidInput, match="belongs to another user"):
        find_file(None, {}, file.parent, file.parent)
    assert find_file(file, {}, file.parent, file.parent) == file


def test_all_slips_of_a_file_are_told_at_once(file: Path) -> None:
    message = refused(file, "acount = 'ada'\n[profiles.a]\nrcp = 'x'\nchain_id = 'one'\noutage = '2h'\n")
    assert (
        "has 3 faults: (1) line 1: there is no setting 'acount' in the top of the file, did you mean account?"
        in message
    )
    assert "(2) line 3: there is no setting 'rcp' in [profiles.a], did you mean rpc?" in message
    assert "(3) line 4: chain_id must be a whole number" in message
