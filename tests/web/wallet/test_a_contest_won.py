"""A contest from a spec to the prize, by somebody with a wallet in Chromium and without a terminal."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import pytest

from hyperbounty.bounty.types import Outcome, Panel
from hyperbounty.chain.artifacts import Artifact
from hyperbounty.chain.erc20 import read_assets
from hyperbounty.money import Asset
from hyperbounty.store import Cid
from participant.bounty.backup import Backup
from participant.bounty.entries import Entry
from tests.bounty.usual_terms import KEY, usual_terms
from tests.web.scene import ETHER, HOUR, SPECS, Scene, open_contest, published
from tests.web.wallet.browsing import CHROMIUM, Person, Wallet, connected, kept, said, saved_file

pytestmark = [
    pytest.mark.chromium,
    pytest.mark.heavy,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on the PATH, nor at HYPERBOUNTY_TEST_CHROMIUM"),
    pytest.mark.skipif(find_spec("playwright") is None, reason="Playwright is not installed"),
]

WORDS: Final = "correct horse battery staple"
_FOUND: Final = json.loads((Path(__file__).parents[3] / "contracts/artifacts/test/PlainToken.json").read_text())
TOKEN: Final = Artifact("PlainToken", tuple(_FOUND["abi"]), bytes.fromhex(_FOUND["bytecode"].removeprefix("0x")), b"")


def test_composed_opened_scored_challenged_and_paid(stage: Scene, person: Person, tmp_path: Path) -> None:
    chain, contract = stage.chain, stage.contract
    panel = Panel(tuple(m.address for m in stage.members), ETHER // 20, ETHER // 10, ETHER // 100, 5_000, HOUR, HOUR)
    manifest = published(stage, "Does LTC rise within three steps?")
    open_contest(stage, "won", manifest, challenge_seconds=HOUR, panel=panel, shares=(10_000,), minimum_score=1)
    number, me = stage.numbers["won"], stage.participants[0].address

    # The contest's page leads to the form.
    page = person.window(f"/contests/{number}")
    connected(page)
    page.get_by_role("link", name="Compose and submit a spec").wait_for()
    kept(page, "wallet submit")
    page.get_by_role("link", name="Compose and submit a spec").click()
    page.locator(".wallet code").wait_for()
    file = saved_file(page, tmp_path, WORDS)
    kept(page, "wallet saved")
    page.get_by_role("button", name="Submit, sealed").click()
    said(page, "done")
    kept(page, "wallet submitted")
    page.get_by_role("link", name="Back to the contest").click()
    [entry] = Backup(file.read_bytes(), "the file").entries(WORDS)

    # Time passes, and the page follows without being loaded anew.
    chain.advance_to(stage.contest("won").submit_ends or 0)
    page.get_by_role("button", name="Open the spec in slot 0").wait_for()
    kept(page, "wallet reveal")
    page.get_by_role("button", name="Open the spec in slot 0").click()
    said(page, "done")
    page.get_by_text("There is nothing for this account to do now.").wait_for()
    [revealed] = contract.revealed_specs(stage.contest("won"))
    assert (revealed.participant, revealed.spec, revealed.salt) == (me, entry.spec, entry.salt)

    chain.advance_to(stage.contest("won").reveal_ends or 0)
    contract.publish_holdout_key(stage.organizer, number, KEY)
    contract.record_scores(stage.evaluator, number, b"r" * 32, [612_000])
    page.get_by_text("61.2%").first.wait_for()

    # It is a strange thing to challenge one's own prize, but it can be done.
    chain.advance_to(stage.contest("won").score_ends or 0)
    page.get_by_role("button", name="Challenge the scores").wait_for()
    kept(page, "wallet challenge")
    page.get_by_role("button", name="Challenge the scores").click()
    said(page, "done")
    assert contract.dispute(number).challenger == me
    dispute = contract.dispute(number)
    chain.advance_to(dispute.challenge_ends or 0)
    for seat, member in enumerate(stage.members):
        seal = chain.read(contract.calls.sealOf(number, member.address, b"r" * 32, b"s" * 32, [612_000]))
        contract.seal_scores(member, number, seat, seal)
    chain.advance_to(dispute.seal_ends or 0)
    for seat, member in enumerate(stage.members):
        contract.open_scores(member, number, seat, b"r" * 32, b"s" * 32, [612_000])
    chain.advance_to(dispute.open_ends or 0)
    page.get_by_role("button", name="Have the panel's answer decide").click()
    before = chain.w3.eth.get_balance(me)
    page.get_by_role("button", name="Have everybody paid").click()
    page.get_by_text("Won:").wait_for()
    assert stage.contest("won").outcome is Outcome.WON
    assert chain.w3.eth.get_balance(me) > before + ETHER // 2
    assert person.heard == []


def test_what_nobody_won_comes_back(stage: Scene, person: Person) -> None:
    manifest = published(stage, "Does LTC rise within three steps?")
    open_contest(stage, "refunded", manifest)
    number = stage.numbers["refunded"]
    page = person.window(f"/contests/{number}")
    connected(page)
    page.get_by_text("What else you can do").click()
    amount = page.get_by_label("Amount in ETH")
    amount.fill("a lot")
    page.get_by_role("button", name="Add to the reward").click()
    assert said(page, "refused").startswith("Write the amount as 0.5")
    amount.fill("0.25")
    page.get_by_role("button", name="Add to the reward").click()
    said(page, "done")
    assert stage.contest("refunded").sponsored == ETHER // 4

    stage.chain.advance_to(stage.contest("refunded").score_ends or 0)
    page.get_by_role("button", name="Have everybody paid").click()
    page.get_by_role("button", name="Bring back 0.25 ETH").click()
    page.get_by_text("There is nothing for this account to do now.").wait_for()
    assert stage.contract.sponsorship(number, stage.participants[0].address) == 0
    assert person.heard == []


def test_what_an_offer_needs_is_accepted(stage: Scene, person: Person) -> None:
    manifest = published(stage, "Does LTC rise within three steps?")
    me = stage.participants[0].address
    stage.numbers["offer"], _ = stage.contract.open(
        stage.organizer, usual_terms(stage.chain.timestamp(), me, manifest=manifest)
    )
    page = person.window(f"/contests/{stage.numbers['offer']}")
    connected(page)
    page.get_by_role("button", name="Accept as its evaluator").click()
    page.get_by_role("link", name="Compose and submit a spec").wait_for()
    assert stage.contest("offer").started
    assert person.heard == []


def test_one_spec_of_many_is_taken_back(stage: Scene, person: Person) -> None:
    open_contest(stage, "submit", published(stage, "Does LTC rise within three steps?"))
    number, account = stage.numbers["submit"], stage.participants[0]
    entry = Entry(stage.contract.place(number, account.address, 0), SPECS[0].word, b"s" * 32)
    stage.contract.submit(account, stage.contest("submit"), 0, entry.commitment)
    page = person.window(f"/contests/{number}")
    connected(page)
    page.get_by_text("What else you can do").click()
    page.get_by_role("button", name="Take back the spec in slot 0").click()
    said(page, "done")
    assert stage.contest("submit").standing == 0
    assert person.heard == []


def test_a_published_manifest_is_opened_with_the_wallet(stage: Scene, person: Person) -> None:
    manifest = published(stage, "Does LTC rise within three steps?")
    evaluator, me = stage.evaluator.address, stage.participants[0].address
    asked = {"manifest": str(Cid.from_digest(manifest)), "reward": "2 ether", "evaluator": evaluator, "shares": "70 30"}
    # The site of this test reads no store, so the index must have the manifest, as that of another contest.
    open_contest(stage, "other", manifest)
    page = person.window("/contests/1/compose")
    page.locator("#compose").wait_for()
    page = person.window(f"/open?{urlencode(asked)}")
    page.get_by_text("2.2 ETH").first.wait_for()
    connected(page)
    page.get_by_role("button", name="Open it with the wallet").click()
    said(page, "done")
    page.get_by_role("link", name="Contest 2").click()
    page.get_by_text("Waits for its evaluator to accept.").wait_for()
    opened = stage.contract.contest(2)
    assert (opened.organizer, opened.evaluator, opened.reward, opened.shares) == (
        me,
        evaluator,
        2 * ETHER,
        (7_000, 3_000),
    )
    assert opened.manifest == manifest
    assert opened.holdout_commitment == stage.contest("other").holdout_commitment
    page.get_by_role("button", name="Call the contest off").click()
    said(page, "done")
    assert person.heard == []


def test_a_contest_in_a_token_is_opened(stage: Scene, person: Person) -> None:
    token = plain_token(stage)
    manifest = published(stage, "Does LTC rise within three steps?")
    me = stage.participants[0]
    functions = stage.chain.contract(token.address, TOKEN.abi).functions
    # What was allowed before is too little.
    stage.chain.send(functions.approve(stage.contract.address, 1), me)
    open_contest(stage, "other", manifest)
    page = person.window("/contests/1/compose")
    page.locator("#compose").wait_for()
    asked = {
        "manifest": str(Cid.from_digest(manifest)),
        "asset": token.address,
        "reward": "2.5 PLAIN",
        "evaluator": stage.evaluator.address,
    }
    page = person.window(f"/open?{urlencode(asked)}")
    page.get_by_text("which calls itself PLAIN").wait_for()
    page.get_by_text("18 digits after the point").wait_for()
    page.get_by_text("2.75 PLAIN").first.wait_for()
    connected(page)
    kept(page, "wallet open in a token")
    page.get_by_role("button", name="Open it with the wallet").click()
    page.get_by_role("link", name="Contest 2").wait_for()
    opened = stage.contract.contest(2)
    assert (opened.organizer, opened.asset.address) == (me.address, token.address)
    assert (opened.reward, opened.escrow) == (25 * ETHER // 10, 275 * ETHER // 100)
    assert stage.chain.read(functions.balanceOf(me.address)) == 100 * ETHER - opened.escrow
    assert stage.chain.read(functions.allowance(me.address, stage.contract.address)) == 0
    assert person.heard == []


def test_a_contest_in_a_token_is_entered_and_sponsored(stage: Scene, person: Person, tmp_path: Path) -> None:
    token = plain_token(stage)
    me = stage.participants[0].address
    open_contest(stage, "token", published(stage, "Does LTC rise within three steps?"), asset=token, entry_fee=ETHER)
    number = stage.numbers["token"]
    page = person.window(f"/contests/{number}/compose")
    connected(page)
    saved_file(page, tmp_path, WORDS)
    page.get_by_role("button", name="Submit, sealed").click()
    said(page, "done")
    assert stage.contest("token").standing == 1
    page.get_by_role("link", name="Back to the contest").click()
    page.get_by_text("What else you can do").click()
    page.get_by_label(f"Amount in {token.symbol}").fill("2.5")
    page.get_by_role("button", name="Add to the reward").click()
    said(page, "done")
    assert stage.contract.sponsorship(number, me) == 25 * ETHER // 10
    # Just what is due was allowed, each time.
    allowed = stage.chain.contract(token.address, TOKEN.abi).functions.allowance(me, stage.contract.address)
    assert stage.chain.read(allowed) == 0
    assert person.heard == []


def plain_token(stage: Scene) -> Asset:
    """A token of which everybody has some."""
    address, _ = stage.chain.deploy(TOKEN, stage.organizer)
    contract = stage.chain.contract(address, TOKEN.abi)
    for account in stage.accounts:
        stage.chain.send(contract.functions.mint(account.address, 100 * ETHER), stage.organizer)
        if account.address != stage.participants[0].address:
            stage.chain.send(contract.functions.approve(stage.contract.address, 100 * ETHER), account)
    return read_assets(stage.chain, [address])[address]


def test_everything_is_done_with_the_keyboard(stage: Scene, person: Person, wallet: Wallet) -> None:
    wallet.connected = True
    open_contest(stage, "submit", published(stage, "Does LTC rise within three steps?"))
    page = person.window(f"/contests/{stage.numbers['submit']}/compose")
    page.locator(".wallet code").wait_for()
    page.get_by_label("Slot").locator("option").first.wait_for(state="attached")

    def reach(name: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            found = page.evaluate("document.activeElement.textContent || document.activeElement.id")
            if name in found:
                return
        raise AssertionError(f"{name} is not reached")

    reach("small")
    page.keyboard.press("Enter")
    reach("passphrase")
    page.keyboard.type(WORDS)
    reach("Save the file")
    with page.expect_download():
        page.keyboard.press("Enter")
    said(page, "saved")
    reach("Submit, sealed")
    page.keyboard.press("Enter")
    said(page, "done")
    assert stage.contest("submit").standing == 1
    assert person.heard == []
