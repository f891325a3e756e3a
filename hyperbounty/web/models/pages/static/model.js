// What the wallet's account can do with a model: train it, have stakes back, take shares. What the sample is made of, its
// price and its manifest's hash come from the wallet's own node.

import { connect, make, path, said } from "../provider.js";
import { allow, follow, send, view } from "../sending.js";
import { sentBy } from "../vault.js";
import { CALLS } from "./calls.js";
import { sampleOf } from "./encoding.js";

if (document.querySelector("#act[data-model]")) begin();

async function begin() {
  const box = make("div"), doing = make("div"), training = make("div"), state = make("p", { className: "state", role: "status" });
  const say = (name, sentence) => { state.dataset.state = name; state.textContent = sentence; };
  let data, current = null, formOf = null, drawn = "", busy = false;

  /** Takes the place on the page over, which is another one whenever the page is renewed. */
  function settle() {
    const place = document.querySelector("#act[data-model]");
    if (!place) return;
    data = place.dataset;
    const command = make("details", { open: !current }, make("summary", { textContent: "By command" }), ...place.childNodes);
    place.replaceChildren(box, doing, training, state, command);
  }

  settle();
  addEventListener("renewed", () => {
    settle();
    if (!current || busy) return;
    offer(current, 0);
    // A market makes a model rest, and its end makes it take samples again.
    if (data.open === "yes") return train(current);
    formOf = null;
    training.replaceChildren();
  });

  const of = (wallet) => ({ chainId: Number(data.chain), contract: data.contract, model: data.model, account: wallet.account });

  await connect(box, data.chain, async (wallet) => {
    current = wallet;
    formOf = null;
    drawn = "";
    doing.replaceChildren();
    training.replaceChildren();
    document.querySelector("#act > details").open = !wallet;
    if (!wallet) return;
    say("", "");
    for (const sent of await sentBy({ account: wallet.account, chainId: data.chain, model: data.model })) {
      if (wallet === current) await follow(wallet, sent, say);
    }
    await offer(wallet, 0);
    if (data.open === "yes" && wallet === current) await train(wallet);
  });

  /** Has the wallet send a call about the model, and shows what is due afterwards. */
  async function act(wallet, name, values, value = 0n) {
    busy = true;
    for (const each of document.querySelectorAll("#act button")) each.disabled = true;
    let receipt = null;
    try {
      const call = { to: data.contract, call: CALLS[name], values: [data.model, ...values], value: data.asset ? 0n : value };
      if (!data.asset || !value || await allow(wallet, of(wallet), data.asset, value, say)) receipt = await send(wallet, of(wallet), call, say);
    } catch (error) {
      say("refused", said(error));
    }
    busy = false;
    drawn = "";
    for (const each of document.querySelectorAll("#act button")) each.disabled = false;
    if (wallet === current) await offer(wallet, receipt ? Number(receipt.blockNumber) : 0);
    return receipt;
  }

  /** Shows what is due to the account as of `block` or later. */
  async function offer(wallet, block) {
    let told = null;
    for (let look = 0; look < 60 && !(told?.block >= block); look += 1) {
      if (look) await new Promise((done) => { setTimeout(done, 1000); });
      try {
        const answer = await fetch(path(`/models/${data.model}/acts?account=${wallet.account}`), { cache: "no-store" });
        told = answer.ok ? await answer.json() : null;
      } catch {
        told = null;
      }
      if (wallet !== current) return;
    }
    const now = JSON.stringify([told?.acts, told?.waiting]);
    if (now === drawn) return;
    drawn = now;
    if (!told) return doing.replaceChildren(make("p", { textContent: "The site does not answer. Load the page again." }));
    const nothing = told.waiting ? `${told.waiting} of your samples wait; the first can be claimed from ${new Date(told.next * 1000).toLocaleString()} on.`
      : "Nothing is due to this account here now.";
    doing.replaceChildren(...told.acts.map((one) => make("div", { className: "one" },
      make("button", { type: "button", textContent: one.label, onclick: () => act(wallet, one.call, [one.entries]) }),
      make("p", { className: "risk", textContent: one.what }))),
    ...told.acts.length ? [] : [make("p", { className: "quiet", textContent: nothing })]);
  }

  /** The form of a sample. Who types in it is not disturbed when the page is renewed. */
  async function train(wallet) {
    if (formOf === wallet) return;
    formOf = wallet;
    let encoder, features, classes;
    try {
      [encoder, features, classes] = await known(wallet);
    } catch (error) {
      return say("refused", error.code === undefined ? error.message : said(error));
    }
    if (wallet !== current || formOf !== wallet) return;
    const text = make("textarea", { rows: 4, required: true }), made = make("p", { className: "quiet", role: "status" });
    const label = make("select", {}, ...Array.from({ length: classes }, (_, at) => make("option", { value: at, textContent: `class ${at}` })));
    const isSparse = data.sparse === "yes", form = make("form", {}, make("label", {}, "The sample ", make("br"), text), make("label", {}, "It is of ", label), made, make("button", { textContent: "Train" }),
      make("p", { className: "risk", textContent: document.querySelector("#act details .risk")?.textContent ?? "" }));
    text.oninput = () => {
      try { made.textContent = `${sampleOf(encoder, features, isSparse, text.value).said}.`; } catch (error) { made.textContent = text.value ? error.message : ""; }
    };
    form.onsubmit = async (event) => {
      event.preventDefault();
      let sample, price;
      try {
        sample = sampleOf(encoder, features, isSparse, text.value);
        [price] = await view(wallet, data.contract, CALLS.priceOf, [data.model, 1]);
      } catch (error) {
        return say("refused", error.code === undefined ? error.message : said(error));
      }
      if (await act(wallet, "add", [price, [[label.value, sample.data]]], price)) { text.value = ""; made.textContent = ""; }
    };
    training.replaceChildren(form);
  }

  /** Encoder, number of features and of classes: by the contract, with the manifest whose hash it has. */
  async function known(wallet) {
    const it = await view(wallet, data.contract, CALLS.modelOf, [data.model]);
    let encoder = { kind: "none" };
    if (data.encoder !== "none") {
      const bytes = await (await fetch(path(`/api/v1/models/${data.model}/manifest`))).arrayBuffer();
      const digest = [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
      // Another encoder would have people sign what they do not mean.
      if (digest !== it[20]) throw new Error("The site's manifest is not the one that the contract names. Train it by command.");
      encoder = JSON.parse(new TextDecoder().decode(bytes)).encoder;
    }
    return [encoder, Number(it[2]), Number(it[3])];
  }
}
