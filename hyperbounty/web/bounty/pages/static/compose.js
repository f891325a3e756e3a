// A spec, from the form to the chain: judged here, kept here and in a file, and only then submitted, sealed.

import { connect, make, path, said } from "../provider.js";
import { allow, follow, send, view } from "../sending.js";
import { CALLS } from "./calls.js";
import { commitment, newSalt, writeBackup } from "./sealing.js";
import { duration, judge, pack } from "./spec.js";
import { download, entriesOf, keep, sentBy } from "../vault.js";

let form = null;
start();
// Where the manifest comes later than the page, the form does too.
addEventListener("renewed", start);

function start() {
  const found = document.querySelector("#compose");
  if (!found || found === form) return;
  form = found;
  begin();
}

function begin() {
  const { tables, task, starts } = JSON.parse(form.dataset.told);
  const { contract } = form.dataset, contest = Number(form.dataset.contest), chainId = Number(form.dataset.chain);
  const part = (name) => form.querySelector(`[data-part=${name}]`);
  const field = (name) => form.elements.namedItem(name);
  const state = part("state"), slots = field("slot"), passphrase = field("passphrase");
  const say = (name, sentence) => { state.dataset.state = name; state.textContent = sentence; };
  let wallet = null, told = null, saved = null, judged = null, busy = false, turn = 0;

  form.onsubmit = (event) => event.preventDefault();
  form.oninput = update;
  for (const [name, spec] of Object.entries(starts)) part(name).onclick = () => { fill(spec); update(); };
  part("save").onclick = () => guarded(save);
  part("submit").onclick = () => guarded(submit);
  part("script").hidden = false;
  update();
  addEventListener("renewed", () => { if (wallet && !busy) change(); });
  connect(part("wallet"), chainId, (found) => { wallet = found; return change(); });

  function read() {
    return Object.fromEntries(tables.entries.map(({ name, kind }) => {
      const { value, checked } = field(name);
      if (kind === "flag") return [name, checked];
      if (kind === "choice") return [name, value];
      if (kind === "layers") return [name, (value.match(/[^\s,+]+/g) ?? []).map(Number)];
      return [name, value.trim() === "" ? NaN : Number(value)];
    }));
  }

  function fill(spec) {
    for (const { name, kind } of tables.entries) {
      if (kind === "flag") field(name).checked = spec[name];
      else field(name).value = kind === "layers" ? spec[name].join(", ") : spec[name];
    }
  }

  /** After everything that somebody does: what the spec takes, and what can be done. */
  function update() {
    judged = judge(tables, task, read());
    for (const { name } of tables.entries) field(name).setAttribute("aria-invalid", String(judged.field === name));
    const verdict = part("verdict"), fits = !judged.refusal;
    verdict.dataset.fits = String(fits);
    verdict.textContent = fits ? `It fits: a run takes ${duration(judged.seconds)} of the reference core, and may take ${
      duration(task.runSeconds)}. ${judged.parameters.toLocaleString("en")} parameters.` : `${judged.refusal}.`;
    part("meter").value = judged.seconds === undefined ? 0 : Math.min(1, Number(judged.seconds) / task.runSeconds);
    part("word").textContent = judged.word ?? "";
    const act = chosen(), isSaved = saved && fits && saved.spec === judged.word && String(saved.slot) === slots.value
      && saved.account === wallet?.account;
    part("save").disabled = busy || !act || !fits || [...passphrase.value].length < 12;
    part("submit").disabled = busy || !act || !isSaved;
    part("price").textContent = act ? `${act.what} ${act.risk}` : "";
    part("why").textContent = busy ? "" : !fits ? "The spec does not fit yet." : !wallet ? "Connect a wallet first."
      : !act ? "This account has no slot here now: the contest's page says what it can do." : !isSaved ? "Save the file first." : "";
  }

  /** The act of the slot that is chosen; replacing costs nothing. */
  function chosen() {
    const act = told?.acts.find((each) => each.call === "submit");
    if (!wallet || !act) return null;
    const replaces = told.slots.some((each) => String(each.slot) === slots.value);
    return replaces ? { ...act, value: "0", spare: "0", risk: "You risk nothing more.", replaces,
      what: "The new spec takes the place of the one that stands there, costs nothing, and counts as later where scores are equal." } : act;
  }

  /** Another account, or something on the chain: what it can do is asked anew. */
  async function change() {
    const mine = turn += 1;
    if (!wallet) {
      told = null;
      return update();
    }
    const of = owner();
    if (told?.account !== of.account) told = null;
    update();
    try {
      for (const sent of await sentBy({ ...of, contest })) {
        if (!busy && mine === turn) await follow(wallet, sent, say);
      }
      const answer = await fetch(path(`/contests/${contest}/acts?account=${wallet.account}`), { cache: "no-store" });
      if (mine !== turn) return;
      told = answer.ok ? { ...await answer.json(), account: of.account } : null;
    } catch {
      say("failed", "The site does not answer. Load the page again; the form keeps nothing, but what you saved is kept.");
    }
    const act = told?.acts.find((each) => each.call === "submit"), was = slots.selectedOptions[0]?.textContent;
    const free = act && !told.slots.some((each) => String(each.slot) === act.arguments[0]) ? [[act.arguments[0], "new entry"]] : [];
    const own = (told?.slots ?? []).filter((each) => each.state === "sealed").map((each) => [String(each.slot), "replaces your spec there"]);
    slots.replaceChildren(...[...free, ...own].map(([value, text]) => make("option", { value, textContent: `slot ${value}: ${text}` })));
    // What was an empty slot must not become one whose spec is replaced.
    const again = [...slots.options].find((each) => each.textContent === was);
    if (again) again.selected = true;
    update();
  }

  const owner = () => ({ chainId, contract, account: wallet.account });

  async function guarded(work) {
    busy = true;
    update();
    try {
      await work();
    } catch (error) {
      say("failed", said(error));
    }
    busy = false;
    update();
  }

  /** Spec and salt, first in this browser, then in a file that is offered for download. */
  async function save() {
    const of = owner(), slot = Number(slots.value), spec = pack(tables, read());
    const before = (await entriesOf({ ...of, contest, slot, spec }))[0];
    // The same spec again is the same submission, unless that one was sent.
    const again = before && !told.slots.some((each) => each.commitment === before.commitment) ? before : null;
    const entry = again ?? { ...of, contest, slot, spec, salt: newSalt(), made: Date.now(), checked: false };
    entry.commitment ??= await commitment(entry);
    await keep("entries", entry);
    await navigator.storage?.persist?.();
    const all = await entriesOf(of);
    say("saving", "Encrypting the file.");
    download(`hyperbounty-secrets-${of.account.slice(2, 8)}-${all.length}.json`, await writeBackup(of, all, passphrase.value));
    saved = entry;
    say("saved", "The file is among your downloads. Put a copy of it where this machine is not, and remember the passphrase.");
  }

  async function submit() {
    const act = chosen(), entry = saved, name = `hyperbounty/${chainId}/${contract}/${contest}/${wallet.account}`;
    const receipt = await navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
      if (!lock) return say("refused", "Another window of yours is submitting here. Go on there, or wait until it is done.");
      const [stands, , seal] = await view(wallet, contract, CALLS.submissionOf, [contest, wallet.account, entry.slot]);
      if (stands && seal.toString(16).padStart(64, "0").slice(0, 56) === entry.commitment.slice(2, 58)) {
        return say("done", "This spec is submitted already.");
      }
      if (Boolean(stands) !== Boolean(act.replaces)) {
        return say("refused", "The slot was taken or left meanwhile, as by another window of yours. Choose a slot, and save the file again.");
      }
      const [fee, surcharge] = stands ? [0n, 0n] : await view(wallet, contract, CALLS.priceOf, [contest]);
      const price = fee + surcharge, most = BigInt(act.value) + BigInt(act.spare);
      if (price > most) return say("refused", "The price has risen since it was shown. See what it is now, and submit again.");
      const place = { ...owner(), contest };
      if (told.asset && price && !await allow(wallet, place, told.asset, price, say)) return null;
      const value = told.asset || stands ? 0n : most;
      const values = [contest, entry.slot, entry.commitment];
      return send(wallet, place, { to: contract, call: CALLS.submit, values, value }, say);
    });
    if (receipt) {
      saved = null;
      state.append(" ", make("a", { href: path(`/contests/${contest}`), textContent: "Back to the contest" }),
        ". Open the spec there when submissions have ended: the contest's page says when.");
    }
    await change();
  }
}
