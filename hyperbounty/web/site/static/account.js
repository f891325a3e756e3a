// The page of an account: its credits, what this browser keeps of it, and whether its file was seen to open.

import { asksForFile } from "./backup.js";
import { connect, make, path, said, short } from "./provider.js";
import { commitment } from "./sealing.js";
import { follow, send } from "./sending.js";
import { entriesOf, keep, sentBy } from "./vault.js";

const place = document.querySelector("#vault");
if (place) show();
if (document.querySelector("#credits")) withdraw();

/** Gives each credit a button, where the wallet's account is the one whose page this is. */
async function withdraw() {
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
      const { refusals } = document.querySelector("#credits").dataset;
      const of = { chainId: Number(chainId), contract, contest: 0, account, refusals };
      await send(current, of, { to: contract, name: "withdraw", values: [asset, account] }, say);
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

async function show() {
  const { account } = place.dataset, list = make("ul", { className: "list" });
  const draw = async () => {
    const kept = await entriesOf({ account });
    list.replaceChildren(...kept.map((each) => make("li", {},
      make("a", { href: path(`/contests/${each.contest}`), textContent: `Contest ${each.contest}, slot ${each.slot}` }),
      ` · under ${short(each.contract)} on chain ${each.chainId} · sealed as ${each.commitment.slice(0, 10)}… · `,
      each.checked ? "its file was opened here" : make("b", { textContent: "its file was not opened here yet" }))));
    return kept;
  };

  const taken = async (owner, entries) => {
    if (owner.account.toLowerCase() !== account.toLowerCase()) throw new Error(`This file is of the account ${owner.account}.`);
    for (const each of entries) {
      const made = await commitment(each), known = (await entriesOf({ account })).find((one) => one.commitment === made);
      await keep("entries", { made: 0, ...known, ...each, commitment: made, checked: true });
    }
    const left = (await draw()).filter((each) => !each.checked).length;
    return left ? `It opens ${entries.length}. ${left} are in no file that was opened here: save the file again where you composed them.`
      : "It opens all that this browser keeps.";
  };

  // Of strangers it keeps nothing, and says nothing.
  if (!(await draw()).length) return;
  place.append(list, asksForFile("Check the file", taken));
  place.hidden = false;
}
