// Keeps a page as it is: countdowns in the chain's time, the reader's own clock beside UTC, and, where the index shows
// something else, <main> anew. Without it the page can be read all the same.

const html = document.documentElement;
const root = html.dataset.root ?? "";
const calm = matchMedia("(prefers-reduced-motion: reduce)");

// ------------------------------------------------------------------------------------------------ the chain's time

let block = Number(html.dataset.block ?? -1);
let chainTime = Number(html.dataset.now ?? NaN);
// How far the chain's time is ahead of this clock. A block that was here before the page was may be old, so at first the
// chain is never behind; from the first new block on, its time is the present.
let lead = Number.isNaN(chainTime) ? 0 : Math.max(0, chainTime - Date.now() / 1000);

/** The chain's time now, in unix seconds. */
export function chainNow() {
  return Date.now() / 1000 + lead;
}

function span(seconds) {
  const left = Math.max(0, Math.floor(seconds));
  const parts = [[Math.floor(left / 86400), "d"], [Math.floor(left / 3600) % 24, "h"], [Math.floor(left / 60) % 60, "m"]];
  if (!calm.matches) parts.push([left % 60, "s"]);
  const first = parts.findIndex(([count]) => count > 0);
  const shown = first < 0 ? parts.slice(-1) : parts.slice(first, first + (left < 86400 ? 3 : 2));
  return shown.map(([count, unit]) => `${count}${unit}`).join(" ");
}

function count() {
  for (const each of document.querySelectorAll("[data-until]")) {
    const text = span(Number(each.dataset.until) - chainNow());
    if (each.textContent !== text) each.textContent = text;
  }
}

// ------------------------------------------------------------------------------------------------ the reader's clock

const clock = new Intl.DateTimeFormat(undefined, {
  weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZoneName: "short",
});

function localTimes() {
  if (new Date().getTimezoneOffset() === 0) return;
  for (const each of document.querySelectorAll("time[datetime]")) {
    const here = clock.format(new Date(each.dateTime));
    each.title = here;
    if (each.closest("[aria-current]") && !each.querySelector(".local")) {
      const shown = document.createElement("span");
      shown.className = "local";
      shown.textContent = here;
      each.append(shown);
    }
  }
}

// ------------------------------------------------------------------------------------------------ what changed

function page() {
  // Parsed by the browser itself: no text becomes markup in this page.
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("GET", location.href);
    request.responseType = "document";
    request.timeout = 20000;
    // The newest: others may be shown what was right a second ago.
    request.setRequestHeader("cache-control", "no-cache");
    request.onload = () => (request.response ? resolve(request.response) : reject(new Error("no page")));
    request.onerror = request.ontimeout = () => reject(new Error("the site does not answer"));
    request.send();
  });
}

let renewing = null;
let again = false;
let renewed = 0;
// A page of all contests changes with each of them, and many look at one page at once.
const pause = () => renewed + (html.dataset.about ? 1000 : 3000) - Date.now() + 300 * Math.random();
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
const seen = () => new Promise((resolve) => {
  if (!document.hidden) resolve();
  else document.addEventListener("visibilitychange", resolve, { once: true });
});

/** Show <main> as the index has it now. What a module wants to keep has an id and `data-keep`. */
export async function renew() {
  if (renewing) {
    again = true;
    return renewing;
  }
  renewing = wait(pause()).then(seen).then(replaceMain).catch(() => setTimeout(renew, 5000));
  await renewing;
  renewing = null;
  if (again) {
    again = false;
    await renew();
  }
}

async function replaceMain() {
  again = false;
  const fresh = await page();
  renewed = Date.now();
  const before = document.querySelector("main");
  const after = fresh.querySelector("main");
  if (!before || !after) return;
  const open = new Set([...before.querySelectorAll("details[open] > summary")].map(named));
  const focused = document.activeElement?.closest("main [id]")?.id;
  document.adoptNode(after);
  for (const kept of before.querySelectorAll("[data-keep][id]")) after.querySelector(`#${CSS.escape(kept.id)}`)?.replaceWith(kept);
  for (const each of after.querySelectorAll("details > summary")) if (open.has(named(each))) each.parentElement.open = true;
  before.replaceWith(after);
  const foot = fresh.querySelector("footer");
  if (foot) document.querySelector("footer")?.replaceWith(document.adoptNode(foot));
  document.title = fresh.title;
  for (const name of ["now", "block", "event", "status"]) html.dataset[name] = fresh.documentElement.dataset[name] ?? "";
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  arrange();
  const said = document.getElementById("said");
  if (said) said.textContent = `This page has changed: it is of block ${html.dataset.block} now.`;
  dispatchEvent(new Event("renewed"));
}

function named(summary) {
  const section = summary.closest("section")?.querySelector("h2")?.textContent ?? "";
  const all = [...(summary.closest("section, aside")?.querySelectorAll("summary") ?? [])];
  return `${section} ${summary.textContent} ${all.indexOf(summary)}`;
}

let events = null;
let last = html.dataset.event ?? "";

// A browser has six connections to a site: a page that nobody sees holds none, and catches up when somebody does.
function follow() {
  if (document.hidden || html.dataset.about === undefined) return;
  leave();
  const asked = new URLSearchParams(html.dataset.about);
  if (last) asked.set("since", last);
  events = new EventSource(`${root}/events?${asked}`);
  const stream = events;
  const heard = (message) => {
    last = message.lastEventId || last;
    const said = JSON.parse(message.data);
    if (said.block > block) {
      if (block >= 0) lead = said.time - Date.now() / 1000;
      block = said.block;
    }
    const ended = chainTime;
    chainTime = said.time;
    const over = [...document.querySelectorAll("[data-until]")].map((each) => Number(each.dataset.until));
    // A deadline that a block has passed changes the phase, which no event tells.
    const passed = over.some((each) => each > ended && each <= said.time);
    if (message.type !== "block" || passed || said.status !== html.dataset.status) renew();
    count();
  };
  for (const name of ["block", "change", "reset"]) events.addEventListener(name, heard);
  events.onerror = () => {
    if (stream === events && stream.readyState === EventSource.CLOSED) setTimeout(follow, 15000);
  };
}

function leave() {
  events?.close();
  events = null;
}

function arrange() {
  localTimes();
  count();
}

arrange();
setInterval(count, 1000);
follow();
document.addEventListener("visibilitychange", () => (document.hidden ? leave() : follow()));
addEventListener("pagehide", leave);
addEventListener("pageshow", (event) => event.persisted && (renew(), follow()));
