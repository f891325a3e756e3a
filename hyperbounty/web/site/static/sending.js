// One transaction from the question to its end. Each call is encoded here, and asked of the wallet's own node before the
// wallet is: nothing is signed because the site says so, and nothing is sent that the contract refuses.

import { TOKEN, encode, words } from "./abi.js";
import { path, plain, said } from "./provider.js";
import { forget, keep } from "./vault.js";

const LOOKS_UNTIL_DROPPED = 30;
const hex = (number) => `0x${BigInt(number).toString(16)}`;
const wait = (ms) => new Promise((done) => { setTimeout(done, ms); });

/** Revert data, wherever a wallet or its node has put it. */
function dataIn(value, depth = 0) {
  if (typeof value === "string") return value.match(/^(?:Reverted )?(0x[0-9a-fA-F]{8,})$/)?.[1] ?? null;
  if (!value || typeof value !== "object" || depth > 5) return null;
  for (const name of ["data", "originalError", "error", "cause", "result"]) {
    const data = dataIn(value[name], depth + 1);
    if (data) return data;
  }
  return null;
}

/** Why the contract refuses, in its words. */
async function refusal(error, contract) {
  const data = dataIn(error);
  if (!data) return said(error);
  try {
    const answer = await fetch(path(`/refusals/${contract}/${data.slice(0, 2000)}`));
    const { what, next } = await answer.json();
    return `${what}. Next: ${next}.`;
  } catch {
    return `The contract refused (${data.slice(0, 10)}), and the site does not answer what that means. Load the page again.`;
  }
}

/** What a view of the contract, or of a token, answers: its words. */
export const view = async (wallet, to, call, values) =>
  words(await wallet.ask("eth_call", { to, data: encode(call, values) }, "latest"));

/**
 * Has the wallet send a call, and stays with it until its end.
 * It is a call of the contract at `to`, one of `calls` with its values, and belongs to `place`: { chainId, contract,
 * account }, and whatever else of it is to be known again.
 * `say` is told each state: its name and a sentence. Gives the receipt, or null where nothing came of it.
 */
export async function send(wallet, place, { to, call, values, value = 0n }, say) {
  const asked = { from: wallet.account, to, data: encode(call, values), value: hex(value) };
  say("asking", "Asking the wallet's node whether the contract takes this.");
  try {
    await wallet.ask("eth_call", asked, "latest");
  } catch (error) {
    say("refused", await refusal(error, place.contract));
    return null;
  }
  const nonce = Number(await wallet.ask("eth_getTransactionCount", wallet.account, "pending"));
  // The name is another one for each question, so two windows never share one.
  const sent = { id: crypto.randomUUID(), ...place, name: call.name, nonce, hash: null, to, data: asked.data, at: Date.now() };
  await keep("sent", sent);
  say("wallet", "Look at it in the wallet, and agree there.");
  try {
    // Some nodes and wallets ask for the chain, which they compare with theirs.
    sent.hash = await wallet.ask("eth_sendTransaction", { ...asked, chainId: hex(place.chainId) });
  } catch (error) {
    await forget(sent.id);
    say("refused", said(error));
    return null;
  }
  await keep("sent", sent);
  return follow(wallet, sent, say);
}

/** Stays with a transaction that was sent, in this page or an earlier one, until its end. */
export async function follow(wallet, sent, say) {
  for (let missed = 0; ; await wait(1000)) {
    let receipt, used, known;
    try {
      used = Number(await wallet.ask("eth_getTransactionCount", sent.account, "latest")) > sent.nonce;
      receipt = sent.hash && await wallet.ask("eth_getTransactionReceipt", sent.hash);
      known = receipt || (sent.hash && await wallet.ask("eth_getTransactionByHash", sent.hash));
    } catch (error) {
      say("pending", `${said(error)} The transaction may have been sent; this page looks again.`);
      continue;
    }
    if (receipt) {
      await forget(sent.id);
      if (BigInt(receipt.status) === 1n) {
        say("done", "Done: it is in a block.");
        return receipt;
      }
      say("failed", await whyFailed(wallet, sent));
      return null;
    }
    if (used) {
      const other = await successor(wallet, sent);
      if (other && other.to?.toLowerCase() === sent.to.toLowerCase() && other.input === sent.data) {
        sent.hash = other.hash;
        await keep("sent", sent);
        say("pending", "It was sped up in the wallet; the new one is followed.");
        continue;
      }
      missed += 1;
      if (!other && missed < LOOKS_UNTIL_DROPPED) continue;
      await forget(sent.id);
      say("replaced", other ? "Another transaction took its place, as where you cancel it in the wallet. Nothing was done."
        : "Another transaction of this account took its turn. See above how it stands, and try again.");
      return null;
    }
    if (known) {
      missed = 0;
      say("pending", `On its way: ${sent.hash.slice(0, 10)}… waits for a block. You may close this page.`);
      continue;
    }
    missed += 1;
    say("pending", sent.hash ? "The wallet's node does not show the transaction yet."
      : "The wallet was asked before this page was loaded anew. If it still asks, answer there.");
    if (missed >= LOOKS_UNTIL_DROPPED) {
      await forget(sent.id);
      say("dropped", sent.hash ? "The node has dropped the transaction, as where its fee was too low. Send it again."
        : "Nothing was sent. Try again.");
      return null;
    }
  }
}

/** The transaction that took the number of one that is gone, in the latest blocks. */
async function successor(wallet, sent) {
  try {
    const head = Number(await wallet.ask("eth_blockNumber"));
    for (let number = head; number >= 0 && number > head - 20; number -= 1) {
      const block = await wallet.ask("eth_getBlockByNumber", hex(number), true);
      const found = block?.transactions?.find((each) =>
        each.from?.toLowerCase() === sent.account.toLowerCase() && Number(each.nonce) === sent.nonce);
      if (found) return found;
    }
  } catch {
    // It is looked for again.
  }
  return null;
}

async function whyFailed(wallet, sent) {
  const lost = "It is in a block, but the contract refused it there";
  try {
    await wallet.ask("eth_call", { from: sent.account, to: sent.to, data: sent.data }, "latest");
    return `${lost}, as where somebody else was first. Try again.`;
  } catch (error) {
    return `${lost}. Now: ${plain(await refusal(error, sent.contract), 600)}`;
  }
}

/** Has a token let the contract take just an amount, where it does not yet; whether it may then. */
export async function allow(wallet, place, token, amount, say) {
  const [allowed] = await view(wallet, token, TOKEN.allowance, [wallet.account, place.contract]);
  if (allowed >= amount) return true;
  say("asking", "First the token is told that the contract may take the amount, in a transaction of its own.");
  // Some tokens refuse to change one amount into another, so what is too little is set to nothing first.
  for (const value of allowed ? [0n, amount] : [amount]) {
    if (!await send(wallet, place, { to: token, call: TOKEN.approve, values: [place.contract, value] }, say)) return false;
  }
  return true;
}
