// The page of an account: what contracts keep for it, to be withdrawn.

import { withdraw } from "./abi.js";
import { connect, make, said } from "./provider.js";
import { follow, send } from "./sending.js";
import { sentBy } from "./vault.js";

if (document.querySelector("#credits")) begin();

/** Gives each credit a button, where the wallet's account is the one whose page this is. */
async function begin() {
  const box = make("div"), state = make("p", { className: "state", role: "status" });
  const say = (name, sentence) => { state.dataset.state = name; state.textContent = sentence; };
  let current = null, busy = false;

  const draw = () => {
    const credits = document.querySelector("#credits");
    // What was withdrawn is not there any more; what was said of it stays.
    if (!credits) return document.querySelector("main").append(state);
    if (!box.isConnected) credits.after(box, state);
    const { account, chain } = credits.dataset, own = current?.account.toLowerCase() === account.toLowerCase();
    document.querySelector("#withdraw").open = !own;
    if (current && !own) say("refused", `The wallet's account is ${current.account}. Choose ${account} in it to withdraw.`);
    for (const line of credits.children) {
      line.querySelector("button")?.remove();
      if (!own) continue;
      const { contract, asset, label } = line.dataset;
      line.append(make("button", { type: "button", textContent: label, disabled: busy, onclick: () => take(chain, account, contract, asset) }));
    }
  };

  async function take(chainId, account, contract, asset) {
    busy = true;
    draw();
    try {
      const of = { chainId: Number(chainId), contract, account };
      await send(current, of, { to: contract, call: withdraw, values: [asset, account] }, say);
    } catch (error) {
      say("refused", said(error));
    }
    busy = false;
    draw();
  }

  addEventListener("renewed", draw);
  const { account, chain } = document.querySelector("#credits").dataset;
  await connect(box, chain, async (wallet) => {
    current = wallet;
    say("", "");
    draw();
    if (!wallet) return;
    for (const sent of await sentBy({ account, chainId: Number(chain), name: "withdraw" })) {
      if (wallet === current) await follow(wallet, sent, say);
    }
  });
}
