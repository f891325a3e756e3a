"""Money that waits in the contract is brought in with a wallet in Chromium: a share of the pot, and credits."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from hyperbounty.chain.artifacts import Artifact
from hyperbounty.chain.erc20 import read_assets
from tests.bounty.usual_terms import usual_terms
from tests.web.scene import ETHER, Scene, enter, open_contest, published, reveal
from tests.web.wallet.browsing import CHROMIUM, Person, Wallet, connected, kept, said

if TYPE_CHECKING:
    from playwright.sync_api import Browser  # type: ignore[import-not-found,unused-ignore]

pytestmark = [
    pytest.mark.chromium,
    pytest.mark.heavy,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on the PATH, nor at HYPERBOUNTY_TEST_CHROMIUM"),
    pytest.mark.skipif(find_spec("playwright") is None, reason="Playwright is not installed"),
]

_FOUND: Final = json.loads((Path(__file__).parents[3] / "contracts/artifacts/test/OddToken.json").read_text())
ODD: Final = Artifact("OddToken", tuple(_FOUND["abi"]), bytes.fromhex(_FOUND["bytecode"].removeprefix("0x")), b"")
RETURNS_TRUE: Final = 1
RETURNS_FALSE: Final = 2


def test_a_share_of_the_pot_is_claimed(stage: Scene, person: Person) -> None:
    open_contest(stage, "void", published(stage, "Does LTC rise within three steps?"))
    enter(stage, "void")
    stage.chain.advance_to(stage.contest("void").submit_ends or 0)
    reveal(stage, "void")
    # Nobody records scores: half of the bonds goes to those who revealed.
    stage.chain.advance_to(stage.contest("void").score_ends or 0)
    stage.contract.settle(stage.organizer, stage.numbers["void"])
    me = stage.participants[0].address
    before, contest = stage.chain.w3.eth.get_balance(me), stage.contest("void")
    assert contest.pot > 0

    page = person.window(f"/contests/{stage.numbers['void']}")
    connected(page)
    page.get_by_role("button", name=f"Bring in {contest.asset.shown(contest.share_of_pot(0))}").click()
    page.get_by_text("There is nothing for this account to do now.").wait_for()
    fees = ETHER // 100
    assert stage.chain.w3.eth.get_balance(me) > before + contest.share_of_pot(0) - fees
    assert len(stage.contract.claimable(stage.contest("void"))) == 3
    assert person.heard == []


def test_credits_are_withdrawn_on_the_page_of_their_account(stage: Scene, browser: Browser, url: str) -> None:
    token = odd_token(stage)
    owner, stranger = stage.organizer, stage.participants[0]
    page_of_owner = f"/accounts/{owner.address}"

    # Who looks at another one's page is told who can withdraw, and gets no button.
    other = Person(browser, url, {"Some Wallet": Wallet(stage.chain, [stranger])})
    page = other.window(page_of_owner)
    page.get_by_text("Waits to be withdrawn").wait_for()
    page.get_by_text("hyperbounty participant withdraw").wait_for()
    connected(page)
    assert owner.address in said(page, "refused")
    kept(page, "account credit of another")
    assert page.get_by_role("button", name="Withdraw").count() == 0
    assert other.heard == []
    other.close()

    person = Person(browser, url, {"Some Wallet": Wallet(stage.chain, [owner])})
    page = person.window(page_of_owner)
    connected(page)
    page.get_by_role("button", name="Withdraw").click()
    assert "TransferFailed" in said(page, "refused")
    kept(page, "account credit refused")
    behave(stage, token, RETURNS_TRUE)
    page.get_by_role("button", name="Withdraw").click()
    said(page, "done")
    page.get_by_text("Waits to be withdrawn").wait_for(state="detached")
    assert said(page, "done").startswith("Done")
    balance = stage.chain.contract(token, ODD.abi).functions.balanceOf(owner.address)
    assert stage.chain.read(balance) == 100 * ETHER
    assert person.heard == []
    person.close()


def odd_token(stage: Scene) -> str:
    """A token that did not pay the organizer back what it had offered; its address."""
    token, _ = stage.chain.deploy(ODD, stage.organizer)
    functions = stage.chain.contract(token, ODD.abi).functions
    stage.chain.send(functions.mint(stage.organizer.address, 100 * ETHER), stage.organizer)
    terms = usual_terms(
        stage.chain.timestamp(),
        stage.evaluator.address,
        asset=read_assets(stage.chain, [token])[token],
        manifest=published(stage, "Does LTC rise within three steps?"),
    )
    # It knows no allowance, for which the client would ask.
    sent: list[Any] = [stage.contract.calls.open(terms.encoded()), functions.behave(RETURNS_FALSE)]
    for call in (*sent, stage.contract.calls.cancel(1)):
        stage.chain.send(call, stage.organizer)
    return token


def behave(stage: Scene, token: str, mood: int) -> None:
    """Have the token pay, or not."""
    stage.chain.send(stage.chain.contract(token, ODD.abi).functions.behave(mood), stage.accounts[0])
