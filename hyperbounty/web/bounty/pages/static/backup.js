// A file of secrets that somebody brings back: read here, and sent nowhere.

import { make } from "../provider.js";
import { readBackup } from "./sealing.js";

/**
 * A field for the file and its passphrase. `taken` gets owner and entries of one that opens, and gives the sentence to
 * show; it throws an Error with one where the file is not the right one.
 */
export function asksForFile(label, taken) {
  const file = make("input", { type: "file", accept: ".json,application/json", required: true });
  const passphrase = make("input", { type: "password", autocomplete: "off", required: true });
  const said = make("p", { role: "status" });
  const form = make("form", { className: "secrets" },
    make("label", {}, "File ", file), make("label", {}, "Passphrase ", passphrase), make("button", { textContent: label }), said);
  form.onsubmit = async (event) => {
    event.preventDefault();
    said.textContent = "Opening it.";
    try {
      const [chosen] = file.files;
      if (chosen.size > 2 ** 24) throw new Error("This is no file of secrets: it is too large.");
      const { owner, entries } = await readBackup(await chosen.text(), passphrase.value);
      said.textContent = await taken(owner, entries);
    } catch (error) {
      said.textContent = error.message;
    }
  };
  return form;
}
