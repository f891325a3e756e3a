"""A contest in a token of six decimals, whose allowance must be cleared before it changes, by the commands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hyperbounty.accounts import devnet_account
from hyperbounty.chain.artifacts import Artifact
from hyperbounty.chain.connection import Chain
from hyperbounty.cli.main import run
from tests.end_to_end.shell import Shell
from tests.end_to_end.steps import ADA, EVALUATOR, FAST, OPEN, ORGANIZER, fetch, offer, spec_file

if TYPE_CHECKING:
    from web3.contract.contract import Contract

pytestmark = pytest.mark.heavy
CLR = 10**6


@pytest.fixture
def chain(shell: Shell) -> Iterator[Chain]:
    with Chain.connect(shell.rpc) as chain:
        yield chain


@pytest.fixture
def token(chain: Chain) -> Contract:
    """The token, of which everybody has 1,000."""
    found = json.loads((Path(__file__).parents[2] / "contracts/artifacts/test/ClearFirstToken.json").read_text())
    artifact = Artifact("token", tuple(found["abi"]), bytes.fromhex(found["bytecode"].removeprefix("0x")), b"")
    address, _ = chain.deploy(artifact, devnet_account(0, chain))
    token = chain.contract(address, artifact.abi)
    for number in range(3):
        account = devnet_account(number, chain)
        chain.send(token.functions.mint(account.address, 1_000 * CLR), account)
    return token


def said(shell: Shell, *arguments: object, account: str | None = None, code: int = 0) -> str:
    """What a command prints for people, on both streams."""
    shell.capsys.readouterr()
    got = run([part for part in shell.argv(*arguments, account=account) if part != "--json"])
    out, err = shell.capsys.readouterr()
    assert got == code, out + err
    return out + err


def test_amounts_are_those_of_the_token_everywhere(shell: Shell, chain: Chain, token: Contract, tmp_path: Path) -> None:
    organizer = devnet_account(0, chain)
    held = token.functions.balanceOf(organizer.address)
    # Left over from something else: too little, and it cannot be changed into another amount.
    contract = shell("deploy", "--list")["deployments"][0]["contract"]
    chain.send(token.functions.approve(contract, 5), organizer)
    prices = fetch(shell, tmp_path / "prices")
    terms = ("--asset", token.address.lower(), "--reward", "250.5", "--bond", "10 CLR", "--evaluator-bond", "2.5clr")

    opened = offer(shell, prices, *terms)
    escrow = opened["escrow"]
    assert (escrow["asset"], escrow["decimals"]) == (token.address, 6)
    assert int(escrow["amount"]) == 260_500_000
    assert held.call() == 739_500_000
    # Given again, it shows the contest that there is, though what is left would not pay for another.
    again = offer(shell, prices, *terms)
    assert (again["contest"], again["opened_before"]) == (1, True)

    shown = said(shell, "participant", "show", 1)
    assert "250.5 CLR" in shown
    assert f"Amounts are in CLR (token {token.address}), which says 6 decimals" in shown
    assert "250.5 CLR" in said(shell, "participant", "list")
    listed = shell("participant", "list")["contests"][0]
    assert (listed["asset"], listed["decimals"], int(listed["reward"]["amount"])) == (token.address, 6, 250_500_000)

    shell("evaluator", "accept", 1, *FAST, "--yes", account=EVALUATOR)
    sponsored = said(shell, "participant", "sponsor", 1, "--amount", "0.25 CLR", "--yes", account=ADA)
    assert "You have added 0.25 CLR to contest 1: there are 250.75 CLR to win." in sponsored
    held_by_ada = shell("account", "balance", "devnet-2", "--asset", token.address.lower())["balances"]
    assert [(b["balance"]["asset"], b["balance"]["decimals"]) for b in held_by_ada] == [(None, 18), (token.address, 6)]
    assert "999.75 CLR" in said(shell, "account", "balance", "devnet-2", "--asset", token.address)
    entry = shell("participant", "submit", 1, "--spec", spec_file(tmp_path, "spec"), "--yes", account=ADA)
    assert entry["contest"] == 1
    assert token.functions.balanceOf(devnet_account(2, chain).address).call() == 999_740_000


def test_what_cannot_be_paid_is_refused_before_anything_is_sent(
    shell: Shell, chain: Chain, token: Contract, tmp_path: Path
) -> None:
    prices = fetch(shell, tmp_path / "prices")
    organizer = devnet_account(0, chain).address
    swapped = "0x" + token.address[2:].swapcase()
    nowhere = "0x" + "12" * 20
    before = chain.w3.eth.get_transaction_count(organizer)
    for asset, reward, code, reason in (
        (token.address, "250.1234567", 2, "--reward: '250.1234567' is finer than the smallest unit of CLR"),
        (token.address, "1 gwei", 2, "'gwei' in '1 gwei' is not a unit of CLR"),
        (token.address, "2000 CLR", 4, f"{organizer} holds 1000 CLR and needs 2000.1 CLR"),
        (nowhere, "1", 4, f"{nowhere} has no code on chain 31337: it is not a token there"),
    ):
        arguments: tuple[object, ...] = (
            "organizer",
            "open",
            "--prices",
            prices,
            *OPEN,
            "--asset",
            asset,
            "--reward",
            reward,
        )
        assert reason in said(shell, *arguments, account=ORGANIZER, code=code)
    arguments = ("organizer", "open", "--prices", prices, *OPEN, "--asset", swapped)
    assert "its checksum is wrong" in said(shell, *arguments, account=ORGANIZER, code=2)
    assert chain.w3.eth.get_transaction_count(organizer) == before
