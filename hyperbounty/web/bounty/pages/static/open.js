// Opens a contest of a published manifest with a wallet. The page says what it comes to; this has it sent.

import { connect, make, path, said } from "../provider.js";
import { allow, send } from "../sending.js";
import { CALLS } from "./calls.js";

const ACCEPT_ENDS = 8;
const place = document.querySelector("#opening");
if (place) begin();

function begin() {
  const { chainId, contract, acceptSeconds, asset, value, terms } = JSON.parse(place.dataset.told);
  const box = make("div"), state = make("p", { className: "state", role: "status" });
  const button = make("button", { type: "button", textContent: "Open it with the wallet", hidden: true });
  const say = (name, sentence) => { state.dataset.state = name; state.textContent = sentence; };
  let current = null;
  place.replaceChildren(box, button, state);

  button.onclick = async () => {
    const wallet = current, { account } = wallet;
    button.disabled = true;
    try {
      // The page may be older than the chain: the time to accept begins now.
      const { timestamp } = await wallet.ask("eth_getBlockByNumber", "latest", false);
      const values = [terms.with(ACCEPT_ENDS, String(Number(timestamp) + acceptSeconds))];
      const of = { chainId, contract, contest: 0, account }, due = BigInt(value);
      const call = { to: contract, call: CALLS.open, values, value: asset ? 0n : due };
      const receipt = (!asset || await allow(wallet, of, asset, due, say)) && await send(wallet, of, call, say);
      if (receipt) {
        const log = receipt.logs.find((each) => each.address.toLowerCase() === contract.toLowerCase());
        const number = BigInt(log.topics[1]);
        state.append(" ", make("a", { href: path(`/contests/${number}`), textContent: `Contest ${number}` }),
          " waits for those named to accept.");
        return;
      }
    } catch (error) {
      say("failed", said(error));
    }
    button.disabled = false;
  };

  connect(box, chainId, (wallet) => {
    current = wallet;
    button.hidden = !wallet;
  });
}
