// Brings what needs a wallet where one is in this browser. Who only looks loads nothing of it.

/** Calls `load` once a wallet is here; else says in the place for buttons that there is none. */
export async function withWallet(load) {
  let isHere = Boolean(window.ethereum);
  addEventListener("eip6963:announceProvider", () => { isHere = true; });
  dispatchEvent(new Event("eip6963:requestProvider"));
  // A wallet may start after the page.
  for (let look = 0; look < 10 && !isHere; look += 1) await new Promise((done) => { setTimeout(done, 100); });
  if (isHere) return load();
  addEventListener("renewed", note);
  return note();
}

function note() {
  const said = document.createElement("p");
  said.className = "quiet";
  said.textContent = "No wallet is in this browser: with one, there is a button here.";
  document.querySelector("#act")?.append(said);
}
