"""Whatever a wallet, its owner, its node or another window does: a sentence, and a way on."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from hyperbounty.bounty.types import SubmissionState
from tests.web.scene import HOUR, Scene, open_contest, published
from tests.web.wallet.browsing import CHROMIUM, ELSEWHERE, Person, Wallet, connected, said, saved_file

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page  # type: ignore[import-not-found,unused-ignore]

pytestmark = [
    pytest.mark.chromium,
    pytest.mark.heavy,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on the PATH, nor at HYPERBOUNTY_TEST_CHROMIUM"),
    pytest.mark.skipif(find_spec("playwright") is None, reason="Playwright is not installed"),
]

WORDS: Final = "correct horse battery staple"
PAGE: Final = "/contests/1"
FORM: Final = "/contests/1/compose"


@pytest.fixture(autouse=True)
def scene(stage: Scene) -> Scene:
    """A contest that takes specs."""
    open_contest(stage, "submit", published(stage, "Does LTC rise within three steps?"), submit_seconds=40 * HOUR)
    return stage


def wallet_says(page: Page, part: str) -> str:
    line = page.locator(".wallet").filter(has_text=part)
    line.wait_for()
    return str(line.inner_text())


def composed(person: Person, tmp_path: Path) -> Page:
    """A window in which nothing is left to do but to submit."""
    page = person.window(FORM)
    if (
        page.get_by_role("button", name="Connect Some Wallet").or_(page.locator(".wallet code")).first.inner_text()[:7]
        == "Connect"
    ):
        connected(page)
    saved_file(page, tmp_path, WORDS)
    page.get_by_role("button", name="Submit, sealed").wait_for()
    return page


def stands(scene: Scene, slot: int = 0) -> SubmissionState:
    return scene.contract.submission(1, scene.participants[0].address, slot).state


# --------------------------------------------------------------------------------------------------------- wallets


def test_without_a_wallet_there_is_the_command_and_nothing_else_is_loaded(browser: Browser, url: str) -> None:
    person = Person(browser, url, {})
    loaded: list[str] = []
    person.context.on("request", lambda request: loaded.append(request.url.rsplit("/", 1)[-1]))
    page = person.window(PAGE)
    page.get_by_text("No wallet is in this browser: with one, there is a button here.").wait_for()
    assert page.get_by_text("hyperbounty participant submit 1").first.is_visible()
    only_looks = {"live.js", "here.js", "waiting.js", "prices.js", "uPlot.iife.min.js"}
    assert {name for name in loaded if name.endswith(".js")} <= only_looks
    page = person.window(FORM)
    wallet_says(page, "No wallet is in this browser. Install one and load this page again, or use the command.")
    assert person.heard == []
    person.close()


def test_a_wallet_as_before_eip_6963_is_found(browser: Browser, url: str, wallet: Wallet) -> None:
    person = Person(browser, url, {"ignored": wallet}, legacy=True)
    page = person.window(PAGE)
    connected(page, "your wallet")
    page.get_by_role("link", name="Compose and submit a spec").wait_for()
    assert person.heard == []
    person.close()


def test_among_several_wallets_one_is_chosen_and_can_be_changed(browser: Browser, url: str, stage: Scene) -> None:
    one, other = (Wallet(stage.chain, [account]) for account in stage.participants[:2])
    person = Person(browser, url, {"One": one, "Other": other})
    page = person.window(PAGE)
    wallet_says(page, "Which wallet?")
    page.get_by_role("button", name="Other", exact=True).click()
    wallet_says(page, "Other: 0x")
    assert other.asked == ["eth_requestAccounts"]
    assert one.asked == []
    # It is remembered, and can be given up.
    page.reload()
    wallet_says(page, "Other: 0x")
    page.get_by_role("button", name="Another wallet").click()
    page.get_by_role("button", name="One", exact=True).click()
    wallet_says(page, "One: 0x")
    assert person.heard == []
    person.close()


def test_what_a_wallet_calls_itself_is_a_text(browser: Browser, url: str, wallet: Wallet) -> None:
    name = "<img src=x onerror='document.title=1'>\u202e" + "\u200b" + "W" * 500
    person = Person(browser, url, {name: wallet})
    page = person.window(PAGE)
    button = page.locator(".wallet button")
    button.wait_for()
    shown = button.inner_text()
    assert shown.startswith("Connect <img src=x onerror=")
    assert len(shown) < 60
    assert "\u202e" not in shown
    assert "\u200b" not in shown
    assert page.locator(".wallet img").count() == 0
    assert person.heard == []
    person.close()


def test_over_http_from_elsewhere_it_says_why_nothing_works(browser: Browser, url: str, wallet: Wallet) -> None:
    person = Person(browser, url, {"Some Wallet": wallet})
    person.url = url.replace("127.0.0.1", ELSEWHERE)
    page = person.window(PAGE)
    wallet_says(page, "A wallet works only over HTTPS")
    assert page.get_by_text("hyperbounty participant submit 1").first.is_visible()
    person.close()


# ---------------------------------------------------------------------------------------------- accounts and chains


def test_who_refuses_to_connect_can_try_again(person: Person, wallet: Wallet) -> None:
    wallet.refuses = {"eth_requestAccounts": 4001}
    page = person.window(PAGE)
    page.get_by_role("button", name="Connect Some Wallet").click()
    wallet_says(page, "You refused in the wallet")
    wallet.refuses = {"eth_requestAccounts": -32002}
    page.get_by_role("button", name="Connect Some Wallet").click()
    wallet_says(page, "The wallet waits for you already")
    wallet.refuses = {"eth_accounts": 4100}
    page.reload()
    wallet_says(page, "The wallet is locked")
    wallet.refuses = {}
    page.get_by_role("button", name="Try again").click()
    connected(page)
    assert person.heard == []


def test_another_chain_is_switched(person: Person, wallet: Wallet) -> None:
    wallet.chain_id, wallet.connected = 1, True
    page = person.window(PAGE)
    wallet_says(page, f"The wallet is on chain 1, and this page is of chain {wallet.chain.chain_id}.")
    wallet.refuses = {"wallet_switchEthereumChain": 4902}
    page.get_by_role("button", name="Switch to chain").click()
    wallet_says(page, "The wallet does not know chain")
    wallet.refuses = {}
    page.get_by_role("button", name="Switch to chain").click()
    wallet_says(page, "Some Wallet: 0x")
    page.get_by_role("link", name="Compose and submit a spec").wait_for()
    assert person.heard == []


def test_another_account_is_noticed_and_needs_a_file_of_its_own(
    person: Person, wallet: Wallet, stage: Scene, tmp_path: Path
) -> None:
    page = composed(person, tmp_path)
    assert page.get_by_role("button", name="Submit, sealed").is_enabled()
    wallet.accounts = [stage.participants[1]]
    page.evaluate("window.emitFrom['id-0']('accountsChanged', [])")
    wallet_says(page, f"Some Wallet: {stage.participants[1].address[:6].lower()}")
    page.get_by_text("Save the file first.").wait_for()
    assert page.get_by_role("button", name="Submit, sealed").is_disabled()
    # A locked wallet has no account.
    wallet.connected = False
    page.evaluate("window.emitFrom['id-0']('accountsChanged', [])")
    page.get_by_role("button", name="Connect Some Wallet").wait_for()
    assert wallet.calls == []
    assert person.heard == []


# -------------------------------------------------------------------------------------------------- transactions


def test_who_refuses_to_send_has_sent_nothing(person: Person, wallet: Wallet, scene: Scene, tmp_path: Path) -> None:
    page = composed(person, tmp_path)
    wallet.refuses = {"eth_sendTransaction": 4001}
    page.get_by_role("button", name="Submit, sealed").click()
    assert said(page, "refused").startswith("You refused in the wallet, and nothing was sent.")
    assert stands(scene) is SubmissionState.EMPTY
    wallet.refuses = {}
    page.get_by_role("button", name="Submit, sealed").click()
    said(page, "done")
    assert stands(scene) is SubmissionState.SEALED
    assert person.heard == []


def test_what_the_contract_refuses_is_never_asked_of_the_wallet(
    person: Person, wallet: Wallet, scene: Scene, tmp_path: Path
) -> None:
    # The page hears of nothing, so it still offers what the chain takes no more.
    person.context.route("**/events?*", lambda route: route.abort())
    page = composed(person, tmp_path)
    wallet.asked.clear()
    scene.chain.advance_to(scene.contest("submit").submit_ends or 0)
    page.get_by_role("button", name="Submit, sealed").click()
    assert "this needs the submit phase, the contest is in reveal" in said(page, "refused")
    assert wallet.asked == []


def test_an_account_without_coins_is_told_so(person: Person, wallet: Wallet, scene: Scene) -> None:
    from eth_account import Account

    wallet.accounts = [Account.create()]
    page = person.window(PAGE)
    connected(page)
    page.get_by_text("What else you can do").click()
    page.get_by_label("Amount in ETH").fill("1")
    page.get_by_role("button", name="Add to the reward").click()
    assert said(page, "refused").startswith("The account cannot pay for this")
    assert wallet.calls == []
    assert person.heard == []


@pytest.mark.parametrize("where", [PAGE, FORM])
def test_a_page_that_is_loaded_anew_goes_on_with_what_it_sent(
    person: Person, wallet: Wallet, scene: Scene, tmp_path: Path, where: str
) -> None:
    page = composed(person, tmp_path)
    wallet.holds = True
    page.get_by_role("button", name="Submit, sealed").click()
    assert "waits for a block" in said(page, "pending")
    page.goto(person.url + where)
    assert "waits for a block" in said(page, "pending")
    wallet.release()
    said(page, "done")
    assert stands(scene) is SubmissionState.SEALED
    assert len(wallet.calls) == 1
    assert person.heard == []


def test_what_is_sped_up_is_followed(person: Person, wallet: Wallet, scene: Scene, tmp_path: Path) -> None:
    page = composed(person, tmp_path)
    wallet.holds = True
    page.get_by_role("button", name="Submit, sealed").click()
    said(page, "pending")
    wallet.instead()
    said(page, "done")
    assert stands(scene) is SubmissionState.SEALED
    assert person.heard == []


def test_what_is_cancelled_in_the_wallet_is_told(person: Person, wallet: Wallet, scene: Scene, tmp_path: Path) -> None:
    page = composed(person, tmp_path)
    wallet.holds = True
    page.get_by_role("button", name="Submit, sealed").click()
    said(page, "pending")
    wallet.instead(to=wallet.accounts[0].address, data="0x", value="0x0")
    assert said(page, "replaced").startswith("Another transaction took its place")
    assert stands(scene) is SubmissionState.EMPTY
    # The same file does for the next try.
    page.get_by_role("button", name="Submit, sealed").click()
    said(page, "done")
    assert person.heard == []


def test_what_the_node_drops_is_told(person: Person, wallet: Wallet, scene: Scene, tmp_path: Path) -> None:
    person.context.clock.install()
    page = composed(person, tmp_path)
    wallet.holds = True
    page.get_by_role("button", name="Submit, sealed").click()
    said(page, "pending")
    wallet.held.clear()
    wallet.holds = False
    for _ in range(60):
        page.clock.run_for(1_000)
        if page.locator(".state[data-state=dropped]").count():
            break
        page.wait_for_function("true")
    assert said(page, "dropped").startswith("The node has dropped the transaction")
    page.get_by_role("button", name="Submit, sealed").click()
    said(page, "done")
    assert stands(scene) is SubmissionState.SEALED


def test_what_fails_in_its_block_is_told(person: Person, wallet: Wallet, scene: Scene, tmp_path: Path) -> None:
    page = composed(person, tmp_path)
    wallet.holds = True
    page.get_by_role("button", name="Submit, sealed").click()
    said(page, "pending")
    scene.chain.w3.provider.make_request("evm_increaseTime", [41 * HOUR])  # type: ignore[arg-type]
    wallet.release()
    assert "It is in a block, but the contract refused it there" in said(page, "failed")


# ------------------------------------------------------------------------------------------------------- windows


def test_two_windows_at_once_take_a_slot_each(person: Person, wallet: Wallet, scene: Scene, tmp_path: Path) -> None:
    first, second = composed(person, tmp_path), composed(person, tmp_path)
    second.get_by_label("epochs").fill("7")
    saved_file(second, tmp_path, WORDS)
    wallet.holds = True
    first.get_by_role("button", name="Submit, sealed").click()
    said(first, "pending")
    second.get_by_role("button", name="Submit, sealed").click()
    assert said(second, "refused").startswith("Another window of yours is submitting here.")
    wallet.release()
    said(first, "done")
    # What was saved for a slot that is taken now is not sent there: it would replace the other one.
    second.get_by_text("Save the file first.").wait_for()
    assert second.get_by_label("Slot").input_value() == "1"
    saved_file(second, tmp_path, WORDS)
    second.get_by_role("button", name="Submit, sealed").click()
    said(second, "done")
    assert [stands(scene, slot) for slot in (0, 1)] == [SubmissionState.SEALED] * 2
    assert len(wallet.calls) == 2
    assert person.heard == []


def test_a_site_that_lies_about_a_call_has_nothing_signed(person: Person, wallet: Wallet, scene: Scene) -> None:
    """What the site says of arguments and amounts is all it can change: never the contract, nor the selector."""
    page = person.context.new_page()
    lies = {
        "block": 10**6, "phase": "submit", "asset": None, "symbol": "ETH", "decimals": 18, "slots": [],
        "acts": [
            {"call": name, "arguments": arguments, "label": name, "what": "", "risk": "", "value": "0", "spare": "0"}
            for name, arguments in (
                ("selfdestruct", []), ("settle", ["0x12"]), ("constructor", []), ("approve", ["1", "2"]),
            )
        ],
    }  # fmt: skip
    page.route("**/acts?*", lambda route: route.fulfill(json=lies))
    page.goto(person.url + PAGE)
    connected(page)
    page.get_by_role("button", name="selfdestruct").click()
    said(page, "refused")
    page.get_by_text("What else you can do").click()
    for name in ("settle", "constructor", "approve"):
        page.get_by_role("button", name=name).click()
        page.get_by_role("button", name=name).wait_for()
        said(page, "refused")
    assert wallet.calls == []
    assert "eth_sendTransaction" not in wallet.asked
