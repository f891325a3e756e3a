// Brings the button of a contest's page where a wallet is in this browser. Who only looks loads nothing of it.

let isHere = Boolean(window.ethereum);
addEventListener("eip6963:announceProvider", () => { isHere = true; });
dispatchEvent(new Event("eip6963:requestProvider"));
// A wallet may start after the page.
for (let look = 0; look < 10 && !isHere; look += 1) await new Promise((done) => { setTimeout(done, 100); });

function note() {
  const said = document.createElement("p");
  said.className = "quiet";
  said.textContent = "No wallet is in this browser: with one, there is a button here.";
  document.querySelector("#act[data-contest]")?.append(said);
}

if (isHere) {
  await import("./actions.js");
} else {
  note();
  addEventListener("renewed", note);
}
