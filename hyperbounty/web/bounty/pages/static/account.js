// What this browser keeps of an account, and whether its file was seen to open.

import { asksForFile } from "./backup.js";
import { make, path, short } from "../provider.js";
import { commitment } from "./sealing.js";
import { entriesOf, keep } from "../vault.js";

const place = document.querySelector("#vault");
if (place) show();

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
