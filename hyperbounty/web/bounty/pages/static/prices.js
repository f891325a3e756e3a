// A closer look at prices: the drawing of the server gives way to uPlot, and each stretch is asked for anew, with as many
// points as can be drawn. Loaded where there are prices; without it they stand there as they are.

const STEP = 0.5;

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

// In UTC, and written so that nobody takes a day for a month.
const utc = (seconds) => new Date(seconds * 1000).toISOString().replace("T", " ");
const ticks = (_, places) => {
  const days = places.length > 1 && places[1] - places[0] >= 86400;
  return places.map((place) => (days ? utc(place).slice(0, 10) : utc(place).slice(5, 16)));
};

async function ask(path, from, to) {
  const asked = from === undefined ? "" : `?from=${Math.floor(from)}&to=${Math.ceil(to) + 1}`;
  const answer = await fetch(path + asked);
  if (!answer.ok) throw new Error((await answer.json()).detail);
  return answer.json();
}

function columns(said) {
  const lines = [said.training, said.holdout].filter(Boolean);
  const times = [...new Set(lines.flatMap((line) => line.times))].sort((a, b) => a - b);
  const place = new Map(times.map((time, at) => [time, at]));
  const drawn = lines.map((line) => {
    const values = new Array(times.length).fill(undefined);
    line.times.forEach((time, at) => (values[place.get(time)] = line.closes[at]));
    return values;
  });
  return [times, ...drawn];
}

async function look(section, chart, bar) {
  const path = section.dataset.prices;
  const whole = await ask(path);
  const data = columns(whole);
  const [first, last] = [data[0][0], data[0].at(-1)];
  const line = (label, name) => ({ label, stroke: colour(name), width: 1.5, spanGaps: true, points: { show: false } });
  const axis = { stroke: colour("--quiet"), grid: { stroke: colour("--rule"), width: 1 }, ticks: { show: false } };
  const place = document.createElement("div");
  chart.hidden = true;
  chart.after(place);
  section.dataset.keep = "";
  let asked = 0;
  const plot = new uPlot(
    {
      width: place.clientWidth,
      height: 240,
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "UTC"),
      series: [{ label: "UTC", value: (_, at) => (at == null ? "–" : utc(at).slice(0, 16)) }, line("training", "--ink"), ...(whole.holdout ? [line("holdout", "--live")] : [])],
      axes: [{ ...axis, values: ticks, space: 90 }, { ...axis, size: 54 }],
      hooks: {
        setScale: [
          async (shown, key) => {
            if (key !== "x") return;
            const mine = ++asked;
            const { min, max } = shown.scales.x;
            await new Promise((resolve) => setTimeout(resolve, 150));
            if (mine !== asked) return;
            const closer = await ask(path, min, max).catch(() => null);
            if (closer && mine === asked) shown.setData(columns(closer), false), shown.redraw();
          },
        ],
      },
    },
    data,
    place,
  );
  const to = (min, max) => plot.setScale("x", { min: Math.max(first, min), max: Math.min(last, max) });
  const nearer = (factor) => {
    const { min, max } = plot.scales.x;
    const [middle, half] = [(min + max) / 2, ((max - min) / 2) * factor];
    to(middle - half, middle + half);
  };
  const move = (share) => {
    const { min, max } = plot.scales.x;
    const by = Math.min(Math.max((max - min) * share, first - min), last - max);
    to(min + by, max + by);
  };
  const whatever = [
    ["Closer", () => nearer(STEP)],
    ["Farther", () => nearer(1 / STEP)],
    ["Earlier", () => move(-STEP)],
    ["Later", () => move(STEP)],
    ["Whole", () => to(first, last)],
  ];
  bar.replaceChildren(...whatever.map(([name, act]) => knob(name, act)));
  new ResizeObserver(() => plot.setSize({ width: place.clientWidth, height: 240 })).observe(place);
}

function knob(name, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "plain-button";
  made.textContent = name;
  made.addEventListener("click", act);
  return made;
}

function arrange() {
  const section = document.querySelector("[data-prices]");
  const chart = section?.querySelector(".chart");
  if (!chart || typeof uPlot === "undefined" || section.querySelector(".knobs")) return;
  const bar = document.createElement("p");
  bar.className = "knobs";
  bar.append(
    knob("Look closer", () => {
      bar.replaceChildren("Asking for the prices…");
      look(section, chart, bar).catch((error) => bar.replaceChildren(`The prices cannot be shown closer: ${error.message}`));
    }),
  );
  section.querySelector("figure").append(bar);
}

arrange();
addEventListener("renewed", arrange);
