// Wallets in this browser (EIP-6963, else window.ethereum), and the one that is used. Their names are hostile, and their
// icons are not drawn.

const CHOICE = "hyperbounty-wallet";
const found = new Map();

/** An element with texts or elements in it. Nothing is ever parsed as markup. */
export function make(tag, values = {}, ...inside) {
  const made = Object.assign(document.createElement(tag), values);
  made.append(...inside);
  return made;
}

/** A text of a stranger on one line, in characters that turn or hide nothing. */
export const plain = (text, most = 300) =>
  String(text ?? "").replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, " ").trim().slice(0, most);

/** The path of something of the site, wherever a proxy has put it. */
export const path = (rest) => `${document.documentElement.dataset.root ?? ""}${rest}`;

/** An address so that it is known again. */
export const short = (address) => `${address.slice(0, 6)}…${address.slice(-4)}`;

/** What a failed request of a wallet means, and what to do. */
export function said(error) {
  const code = error?.code ?? error?.data?.code;
  if (code === 4001) return "You refused in the wallet, and nothing was sent. Try again when you want to.";
  if (code === -32002) return "The wallet waits for you already. Open it, and answer there.";
  if (code === 4100) return "The wallet is locked, or this page may not use the account. Unlock it and connect again.";
  if (code === 4900 || code === 4901) return "The wallet has no connection to its chain. See to it in the wallet, and try again.";
  const message = plain(error?.message ?? error);
  if (/insufficient (funds|balance)|upfront cost/i.test(message)) {
    return `The account cannot pay for this: ${message}. Send it coins, or use another account.`;
  }
  if (code === undefined || error instanceof DOMException) return `This browser failed: ${message}. Load the page again.`;
  return `The wallet failed: ${message || "it does not say why"}. Try again, or use another wallet.`;
}

window.addEventListener("eip6963:announceProvider", ({ detail }) => {
  if (detail?.info?.uuid && detail.provider?.request) {
    found.set(String(detail.info.uuid), { name: plain(detail.info.name, 40) || "a wallet", id: plain(detail.info.rdns, 80), provider: detail.provider });
  }
});

async function wallets() {
  window.dispatchEvent(new Event("eip6963:requestProvider"));
  // A wallet may start after the page.
  for (let look = 0; look < 10 && !found.size && !window.ethereum; look += 1) {
    await new Promise((done) => { setTimeout(done, 100); });
  }
  if (found.size || !window.ethereum?.request) return [...found.values()];
  return [{ name: "your wallet", id: "window.ethereum", provider: window.ethereum }];
}

/**
 * Shows in `place` how the wallet stands, and calls `changed` with { ask, account } when one is ready on the chain of
 * `chainId`, or with null when none is.
 */
export async function connect(place, chainId, changed) {
  const wanted = `0x${Number(chainId).toString(16)}`;
  let used = null, turn = 0;
  const say = (...parts) => place.replaceChildren(make("p", { className: "wallet", role: "status" }, ...parts));
  const button = (label, act) => make("button", { type: "button", textContent: label, onclick: act });

  if (!window.isSecureContext || !crypto.subtle) {
    say("A wallet works only over HTTPS, or on this machine itself. Open this site by its https:// address.");
    return changed(null);
  }

  /** Look again: after every event, and every answer. `problem` is shown with the way on. */
  async function look(problem = "") {
    const mine = turn += 1;
    const stale = () => mine !== turn;
    changed(null);
    const known = await wallets();
    if (stale()) return;
    const note = problem ? [make("span", { textContent: problem }), " "] : [];
    if (!known.length) {
      say(...note, "No wallet is in this browser. Install one and load this page again, or use the command.");
      return;
    }
    const kept = localStorage.getItem(CHOICE);
    used ??= known.length === 1 ? known[0] : known.find((each) => each.id === kept) ?? null;
    if (!used) {
      say(...note, "Which wallet? ", ...known.map((each) => button(each.name, () => { choose(each); ask("eth_requestAccounts"); })));
      return;
    }
    listen(used.provider);
    try {
      const [accounts, chain] = [await used.provider.request({ method: "eth_accounts" }), await used.provider.request({ method: "eth_chainId" })];
      if (stale()) return;
      const others = known.length > 1 ? [" ", button("Another wallet", () => { localStorage.removeItem(CHOICE); used = null; look(); })] : [];
      if (!accounts.length) {
        say(...note, button(`Connect ${used.name}`, () => ask("eth_requestAccounts")), ...others);
      } else if (BigInt(chain) !== BigInt(wanted)) {
        say(...note, `The wallet is on chain ${BigInt(chain)}, and this page is of chain ${BigInt(wanted)}. `,
          button(`Switch to chain ${BigInt(wanted)}`, () => ask("wallet_switchEthereumChain", [{ chainId: wanted }])), ...others);
      } else {
        const { provider } = used;
        say(...note, `${used.name}: `, make("code", { textContent: short(accounts[0]), title: accounts[0] }), ...others);
        changed({ account: accounts[0], ask: (method, ...params) => provider.request({ method, params }) });
      }
    } catch (error) {
      if (!stale()) say(said(error), " ", button("Try again", () => look()));
    }
  }

  function choose(wallet) {
    used = wallet;
    localStorage.setItem(CHOICE, wallet.id);
  }

  async function ask(method, params = []) {
    say("Waiting for the wallet. If nothing shows, open it: it may be locked.");
    try {
      await used.provider.request({ method, params });
      look();
    } catch (error) {
      look(error?.code === 4902 || error?.data?.originalError?.code === 4902
        ? `The wallet does not know chain ${BigInt(wanted)}. Add it in the wallet with the address of a node you trust.` : said(error));
    }
  }

  const heard = new WeakSet();
  function listen(provider) {
    if (heard.has(provider) || !provider.on) return;
    heard.add(provider);
    for (const event of ["accountsChanged", "chainChanged", "disconnect"]) provider.on(event, () => { if (used?.provider === provider) look(); });
  }

  return look();
}
