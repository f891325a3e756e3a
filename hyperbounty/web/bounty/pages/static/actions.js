// The one button of a contest's page: what the account of the wallet can do now, and what it risks.

import { asksForFile } from "./backup.js";
import { connect, make, path, said } from "../provider.js";
import { allow, follow, send } from "../sending.js";
import { CALLS } from "./calls.js";
import { commitment } from "./sealing.js";
import { entriesOf, keep, sentBy } from "../vault.js";

if (document.querySelector("#act[data-contest]")) begin();

async function begin() {
  const box = make("div"), doing = make("div"), state = make("p", { className: "state", role: "status" });
  const say = (name, sentence) => { state.dataset.state = name; state.textContent = sentence; };
  let contest, contract, chain, command, current = null, busy = false, drawn = "", phase = "";

  /** Takes the place on the page over, which is another one whenever the page is renewed. */
  function settle() {
    const place = document.querySelector("#act[data-contest]");
    if (!place) return;
    ({ contest, contract, chain } = place.dataset);
    // The command stays, for who has no wallet.
    command = make("details", { open: !current }, make("summary", { textContent: "By command" }), ...place.childNodes);
    place.replaceChildren(box, doing, state, command);
  }

  settle();
  addEventListener("renewed", () => {
    settle();
    // What somebody types, or what is on its way, is left alone.
    if (current && !busy && !doing.contains(document.activeElement)) offer(current, 0, true);
  });

  await connect(box, chain, async (wallet) => {
    current = wallet;
    drawn = "";
    doing.replaceChildren();
    command.open = !wallet;
    if (!wallet) return;
    say("", "");
    for (const sent of await sentBy(of(wallet))) {
      if (wallet !== current) return;
      busy = true;
      await follow(wallet, sent, (...how) => { if (wallet === current) say(...how); });
      busy = false;
    }
    await offer(wallet, 0);
  });

  function of(wallet) {
    return { chainId: Number(chain), contract, contest: Number(contest), account: wallet.account };
  }

  /** Shows what there is to do as of `block` or later; `isOver` where nothing was just done here. */
  async function offer(wallet, block, isOver = false) {
    let told;
    for (let look = 0; look < 60; look += 1) {
      try {
        const answer = await fetch(path(`/contests/${contest}/acts?account=${wallet.account}`), { cache: "no-store" });
        told = answer.ok ? await answer.json() : null;
      } catch {
        told = null;
      }
      if (wallet !== current) return;
      if (told && told.block >= block) break;
      await new Promise((done) => { setTimeout(done, 1000); });
    }
    if (!told) {
      drawn = "";
      doing.replaceChildren(make("p", { textContent: "The site does not answer. Load the page again." }));
      return;
    }
    // What was said of an act stays until the contest has gone on, by itself or by others.
    if (isOver && phase && told.phase !== phase) say("", "");
    phase = told.phase;
    const kept = await entriesOf(of(wallet)), now = JSON.stringify([told.acts, told.slots, wallet.account]);
    if (now === drawn || wallet !== current) return;
    drawn = now;
    const wasOpen = doing.querySelector("details")?.open ?? false;
    const shown = told.acts.map((act) => one(wallet, told, act, kept));
    const [first, ...others] = shown.length ? shown : [make("p", { textContent: "There is nothing for this account to do now." })];
    // Where the window is narrow, it sticks to its end; a form for a file would cover too much.
    if (shown.length && !first.querySelector(".secrets")) first.classList.add("first");
    doing.replaceChildren(first, ...others.length
      ? [make("details", { open: wasOpen }, make("summary", { textContent: "What else you can do" }), ...others.slice(0, 20))] : []);
  }

  function one(wallet, told, act, kept) {
    const made = make("div", { className: "one" });
    const risk = make("p", { className: "risk", textContent: `${act.what} ${act.risk}` });
    if (act.call === "submit") {
      made.append(make("a", { className: "button", href: path(`/contests/${contest}/compose`), textContent: act.label }), risk);
      return made;
    }
    const slot = told.slots.find((each) => act.call === "reveal" && String(each.slot) === act.arguments[0]);
    const entry = slot && kept.find((each) => each.commitment === slot.commitment);
    if (slot && !entry) {
      made.append(make("p", { textContent: `What opens the spec in slot ${slot.slot} is not in this browser. Bring its file.` }),
        asksForFile("Take it in", (owner, entries) => takeIn(wallet, slot, owner, entries)), risk);
      return made;
    }
    const amount = act.arguments.includes("?amount") ? make("input", { inputMode: "decimal", required: true }) : null;
    const button = make("button", { textContent: act.label });
    const form = make("form", {}, ...amount ? [make("label", {}, `Amount in ${told.symbol || (told.decimals === null ? "the token's smallest units" : "whole tokens")} `, amount)] : [], button);
    form.onsubmit = async (event) => {
      event.preventDefault();
      const filled = { "?spec": entry?.spec, "?salt": entry?.salt };
      let value = BigInt(act.value);
      if (amount) {
        value = units(amount.value, told.decimals ?? 0);
        if (value === null) return say("refused", `Write the amount as 0.5, with at most ${told.decimals ?? 0} digits after the point.`);
        filled["?amount"] = value;
      }
      const values = act.arguments.map((each) => filled[each] ?? each);
      // Credits are of the account, all else is of the contest; the contract is always this page's.
      if (act.call !== "withdraw") values.unshift(contest);
      for (const each of doing.querySelectorAll("button, input")) each.disabled = true;
      busy = true;
      let receipt = null;
      const place = of(wallet), call = { to: contract, call: CALLS[act.call], values, value: told.asset ? 0n : value };
      try {
        if (!told.asset || !value || await allow(wallet, place, told.asset, value, say)) receipt = await send(wallet, place, call, say);
      } catch (error) {
        say("refused", said(error));
      }
      busy = false;
      drawn = "";
      if (wallet === current) await offer(wallet, receipt ? Number(receipt.blockNumber) : 0);
    };
    made.append(form, risk);
    return made;
  }

  async function takeIn(wallet, slot, owner, entries) {
    if (owner.account.toLowerCase() !== wallet.account.toLowerCase()) {
      throw new Error(`This file is of the account ${owner.account}, and the wallet's is ${wallet.account}. Choose that one in the wallet.`);
    }
    for (const each of entries) {
      const made = { ...each, commitment: await commitment(each), made: 0, checked: true };
      if (made.commitment === slot.commitment) {
        await keep("entries", made);
        drawn = "";
        await offer(wallet, 0);
        return "It is here now.";
      }
    }
    throw new Error("This file does not open what stands in the slot. Bring the one that was saved before it was submitted.");
  }
}

/** The smallest units in an amount as people write it; null where it is none. */
function units(text, decimals) {
  const parts = text.trim().match(/^([0-9]{1,60})(?:\.([0-9]{1,60}))?$/);
  if (!parts || (parts[2] ?? "").length > decimals) return null;
  return BigInt(parts[1] + (parts[2] ?? "").padEnd(decimals, "0"));
}
