"""A site over a chain in motion, and Chromium with a wallet in it: what a person would have, without the person."""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from eth_account.signers.local import LocalAccount

from hyperbounty.chain.client import ContractClient
from hyperbounty.chain.connection import Chain
from hyperbounty.store import ContentStore
from hyperbounty.web.index.family import families
from hyperbounty.web.index.process import IndexProcess, Wanted, open_index
from tests.web.indexing import where_is
from tests.web.site.serving_site import served as site_served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page  # type: ignore[import-not-found,unused-ignore]

CHROMIUM: Final = os.environ.get("HYPERBOUNTY_TEST_CHROMIUM") or shutil.which("chromium")
ELSEWHERE: Final = "contests.example"
"""A name under which the browser finds the site, and that it does not take for this machine."""
SCREENSHOTS: Final = Path(
    os.environ.get("HYPERBOUNTY_TEST_SCREENSHOTS") or Path(__file__).parents[3] / "build/screenshots"
)
"""Where pictures of pages are kept, to be looked at."""
WIDTHS: Final = (1280, 390)
SCHEMES: Final = ("light", "dark")
_LOOK_S: Final = 0.05


def kept(page: Page, name: str) -> None:
    """Keep pictures of a page as it stands now: wide and narrow, light and dark."""
    before = page.viewport_size
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=picture(name, width, scheme), full_page=True)
        # A page with a button of the wallet is as narrow as one without.
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    page.set_viewport_size(before)
    page.emulate_media(color_scheme="light")


def picture(name: str, width: int, scheme: str) -> Path:
    """The file of a picture."""
    return SCREENSHOTS / f"{name.replace(' ', '-')}-{width}-{scheme}.png"


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser."""
    from playwright.sync_api import sync_playwright  # type: ignore[import-not-found,unused-ignore]

    with sync_playwright() as playwright:
        # It may run as root here, where its own sandbox does not start.
        running = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", f"--host-resolver-rules=MAP {ELSEWHERE} 127.0.0.1"]
        )
        yield running
        running.close()


class Place(Protocol):
    """A chain with a contract, a store, and where the index of them is."""

    @property
    def chain(self) -> Chain: ...
    @property
    def contract(self) -> ContractClient: ...
    @property
    def store(self) -> ContentStore: ...
    @property
    def database(self) -> Path: ...


@contextmanager
def served(scene: Place) -> Iterator[str]:
    """The site over an index that follows the scene's chain: its address."""
    stopped = threading.Event()
    known = families()
    wanted = Wanted(known, where_is(scene.contract), 0, store=scene.store)
    with open_index(scene.database, known) as kept:
        process = IndexProcess(scene.chain, kept, wanted, stopped, poll_s=_LOOK_S)
        with process.opened():
            process.catch_up()
            follows = threading.Thread(target=process.run, name="index")
            follows.start()
            try:
                with site_served(scene.database, chain=scene.chain) as site:
                    yield site.url
            finally:
                stopped.set()
                follows.join()


class Refused(Exception):
    """What a wallet answers where it does not do what it was asked."""

    def __init__(self, code: int, message: str, data: Any = None) -> None:
        super().__init__(message)
        self.answer = {"code": code, "message": message, "data": data}


@dataclass
class Wallet:
    """A wallet in the browser, with the accounts of a development chain; its owner is a test.

    Attributes:
        accounts: the first is the one that pages are shown.
        chain_id: that it says it is on.
        connected: whether pages are shown the account without being asked.
        refuses: methods that its owner says no to, by code.
        holds: keep signed transactions back, as a node does whose blocks are full.
        held: those, as they were signed, by their hashes.
        asked: the methods that it was asked for, reads left out.
        calls: what it was asked to send.
    """

    chain: Chain
    accounts: list[LocalAccount]
    chain_id: int = 0
    connected: bool = False
    refuses: dict[str, int] = field(default_factory=dict)
    holds: bool = False
    held: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chain_id = self.chain_id or self.chain.chain_id

    def answer(self, method: str, params: list[Any]) -> dict[str, Any]:
        """What the page's provider gets."""
        if method.startswith("wallet_") or method in ("eth_requestAccounts", "eth_sendTransaction"):
            self.asked.append(method)
        try:
            if method in self.refuses:
                raise Refused(self.refuses[method], "User rejected the request.")
            own: Callable[..., Any] | None = getattr(self, f"_on_{method}", None)
            return {"result": own(*params) if own is not None else self._node(method, params)}
        except Refused as refused:
            return {"error": refused.answer}

    def release(self) -> None:
        """Send what was kept back."""
        self.holds = False
        for signed in self.held.values():
            self._node("eth_sendRawTransaction", ["0x" + signed.hex()])
        self.held.clear()

    def instead(self, **changes: Any) -> str:
        """Send another transaction with the number of the one that is kept back: faster, or to cancel it."""
        self.holds = False
        self.held.clear()
        return self._sign({**self.calls[-1], **changes}, nonce=self._nonce())

    def _node(self, method: str, params: list[Any]) -> Any:
        answer: dict[str, Any] = dict(self.chain.w3.provider.make_request(method, params))  # type: ignore[arg-type]
        if "error" in answer:
            error = answer["error"]
            raise Refused(error.get("code", -32000), error.get("message", ""), error.get("data"))
        return json.loads(self.chain.w3.to_json({"result": answer["result"]}))["result"]

    def _nonce(self) -> int:
        return int(self._node("eth_getTransactionCount", [self.accounts[0].address, "latest"]), 16)

    def _sign(self, call: dict[str, Any], nonce: int, fee: int = 2 * 10**9) -> str:
        signed = self.accounts[0].sign_transaction(
            {
                "chainId": self.chain.chain_id,
                "nonce": nonce,
                "gas": 3_000_000,
                "maxFeePerGas": 100 * 10**9,
                "maxPriorityFeePerGas": fee,
                "to": self.chain.w3.to_checksum_address(call["to"]),
                "value": int(call.get("value", "0x0"), 16),
                "data": call["data"],
            }
        )
        transaction_hash = "0x" + bytes(signed.hash).hex()
        if self.holds:
            self.held[transaction_hash] = bytes(signed.raw_transaction)
        else:
            self._node("eth_sendRawTransaction", ["0x" + bytes(signed.raw_transaction).hex()])
        return transaction_hash

    def _on_eth_accounts(self) -> list[str]:
        return [account.address.lower() for account in self.accounts] if self.connected else []

    def _on_eth_requestAccounts(self) -> list[str]:  # noqa: N802
        self.connected = True
        return self._on_eth_accounts()

    def _on_eth_chainId(self) -> str:  # noqa: N802
        return hex(self.chain_id)

    def _on_wallet_switchEthereumChain(self, wanted: dict[str, str]) -> None:  # noqa: N802
        self.chain_id = int(wanted["chainId"], 16)

    def _on_eth_sendTransaction(self, call: dict[str, Any]) -> str:  # noqa: N802
        assert call["from"].lower() == self.accounts[0].address.lower()
        self.calls.append(call)
        return self._sign(call, self._nonce() + len(self.held))

    def _on_eth_getTransactionByHash(self, transaction_hash: str) -> Any:  # noqa: N802
        if transaction_hash in self.held:
            return {"hash": transaction_hash}
        return self._node("eth_getTransactionByHash", [transaction_hash])


_ANNOUNCED: Final = """
(({ name, id, legacy }) => {
  const listeners = {};
  const provider = {
    request: async ({ method, params = [] }) => {
      const answer = await window.askWallet(id, method, params);
      if (answer.error) throw Object.assign(new Error(answer.error.message), answer.error);
      return answer.result ?? null;
    },
    on: (event, listener) => { (listeners[event] ??= []).push(listener); },
  };
  (window.emitFrom ??= {})[id] = (event, value) => (listeners[event] ?? []).forEach((each) => each(value));
  if (legacy) { window.ethereum = provider; return; }
  const info = { uuid: id, name, rdns: id, icon: "data:image/svg+xml,<svg onload='document.title=1'/>" };
  const announce = () => window.dispatchEvent(
    new CustomEvent("eip6963:announceProvider", { detail: Object.freeze({ info, provider }) }));
  window.addEventListener("eip6963:requestProvider", announce);
  announce();
})"""


class Person:
    """Somebody with a browser of their own, and wallets in it.

    Args:
        browser: that it is a window of.
        url: of the site.
        wallets: by name.
        legacy: whether they are at window.ethereum, as before EIP-6963.

    Attributes:
        heard: what pages said on the console, failed with, or asked of other sites.
    """

    def __init__(
        self, browser: Browser, url: str, wallets: dict[str, Wallet], *, legacy: bool = False, **options: Any
    ) -> None:
        self.url = url
        self._index = url
        self.heard: list[str] = []
        self.context: BrowserContext = browser.new_context(accept_downloads=True, **options)
        # Nothing here takes as long, and a busy machine is no reason to fail.
        self.context.set_default_timeout(15_000)
        by_id = {f"id-{at}": wallet for at, wallet in enumerate(wallets.values())}
        self.context.expose_binding("askWallet", lambda _, who, method, params: by_id[who].answer(method, params))
        for at, name in enumerate(wallets):
            told = json.dumps({"name": name, "id": f"id-{at}", "legacy": legacy})
            self.context.add_init_script(f"{_ANNOUNCED}({told})")

    def window(self, path: str) -> Page:
        """A new window at a path of the site."""
        page = self.context.new_page()
        # The index may be a moment behind what a test has just done.
        for _ in range(600):
            if self.context.request.get(self._index + path).status != 404:
                break
            page.wait_for_timeout(50)
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.heard.append(str(error)))
        page.on("request", lambda request: self._hear(request.url))
        page.goto(self.url + path)
        return page

    def close(self) -> None:
        """Close every window."""
        self.context.close()

    def _listen(self, message: ConsoleMessage) -> None:
        # Chromium muses about forms, and asks for an icon by itself: neither comes from the page.
        if not message.text.startswith("[DOM]") and not message.location["url"].endswith("/favicon.ico"):
            self.heard.append(message.text)

    def _hear(self, url: str) -> None:
        if not url.startswith((self.url, "blob:")):
            self.heard.append(url)


def saved_file(page: Page, folder: Path, passphrase: str) -> Path:
    """Save the file of the composed spec, as its page offers it."""
    page.get_by_label("Passphrase of the file").fill(passphrase)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the file").click()
    file: Path = folder / download.value.suggested_filename
    download.value.save_as(file)
    return file


def said(page: Page, state: str) -> str:
    """What the page says of how it stands, once it is in this state."""
    line = page.locator(f".state[data-state={state}]")
    line.wait_for()
    return str(line.inner_text())


def connected(page: Page, wallet: str = "Some Wallet") -> None:
    """Connect a wallet that is not connected yet."""
    page.get_by_role("button", name=f"Connect {wallet}").click()
    page.locator(".wallet code").wait_for()
