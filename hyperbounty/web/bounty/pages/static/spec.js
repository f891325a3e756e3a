// The word of a spec, and what a contest makes of it: hyperbounty/spec in the browser, since no spec may leave it before
// its reveal. Every number comes with the page from the tables there; a test compares both on random specs.

const B = BigInt;
const up = (a, b) => (a + b - 1n) / b;
const most = (a, b) => (a > b ? a : b);
const least = (a, b) => (a < b ? a : b);

/** Seconds as people write them: `1m 30s`. */
export function duration(seconds) {
  const parts = [];
  let rest = B(seconds);
  for (const [unit, size] of [["d", 86400n], ["h", 3600n], ["m", 60n], ["s", 1n]]) {
    if (rest / size) parts.push(`${rest / size}${unit}`);
    rest %= size;
  }
  return parts.join(" ") || "0s";
}

/** What the fields of the word hold for an attribute, or null where it cannot have the value. */
function encoded(entry, value) {
  if (entry.kind === "choice") return [entry.options.indexOf(value)];
  if (entry.kind === "flag") return [Number(value)];
  if (entry.kind === "layers") {
    const room = entry.fields.length - 1;
    if (value.length > room || !value.every((units) => Number.isInteger(units) && units > 0)) return null;
    return [value.length, ...value, ...Array(room - value.length).fill(0)];
  }
  const steps = value * (entry.perOne ?? 1), count = Math.round(steps);
  return Math.abs(steps - count) <= 1e-6 ? [count] : null;
}

/** The first thing that is wrong with a spec under the limits of a task: field and sentence; null where nothing is. */
export function fault(tables, limits, spec) {
  for (const entry of tables.entries) {
    const held = encoded(entry, spec[entry.name]);
    if (!held) {
      const what = entry.kind === "layers" ? "whole numbers from 1, at most four"
        : entry.perOne ? `a multiple of ${1 / entry.perOne}` : "a whole number";
      return [entry.name, `${entry.name} must be ${what}`];
    }
    for (const [at, [name, , lowest, highest]] of entry.fields.entries()) {
      const top = Math.min(highest, limits[name]), per = entry.perOne ?? 1;
      if (!(held[at] >= lowest && held[at] <= top)) {
        const shown = entry.kind === "choice" ? spec[entry.name] : held[at] / per;
        const range = entry.kind === "choice" ? entry.options.slice(0, top + 1).join(", ") : `${lowest / per} to ${top / per}`;
        return [entry.name, `${name} is ${shown}; this contest allows ${range}`];
      }
    }
  }
  if (!spec.dense_units.length && spec.dense_activation !== "tanh") {
    return ["dense_activation", "dense_activation has no effect without dense layers: leave it at tanh"];
  }
  return null;
}

/** The word of a spec without a fault: 0x and 64 digits. */
export function pack(tables, spec) {
  let digits = tables.version.toString(16).padStart(2, "0");
  for (const entry of tables.entries) {
    const held = encoded(entry, spec[entry.name]);
    entry.fields.forEach(([, width], at) => { digits += held[at].toString(16).padStart(width, "0"); });
  }
  return `0x${digits.padEnd(64, "0")}`;
}

/** The spec of a word that `pack` made. */
export function unpack(tables, word) {
  let at = 4;
  const spec = {};
  for (const entry of tables.entries) {
    const held = entry.fields.map(([, width]) => parseInt(word.slice(at, at += width), 16));
    spec[entry.name] = entry.kind === "choice" ? entry.options[held[0]] : entry.kind === "flag" ? Boolean(held[0])
      : entry.kind === "layers" ? held.slice(1, 1 + held[0]) : held[0] / (entry.perOne ?? 1);
  }
  return spec;
}

function layersOf(tables, spec, features) {
  const extra = B(tables.normalization[spec.normalization]), ways = spec.bidirectional ? 2n : 1n, found = [];
  let inputs = B(features);
  for (const units of spec.recurrent_units.map(B)) {
    const outputs = ways * units, biases = spec.cell === "GRU" ? 2n : 1n;
    const weights = B(tables.cells[spec.cell].gates) * units * (inputs + units + biases);
    found.push({ recurrent: true, inputs, outputs, parameters: ways * weights + extra * outputs });
    inputs = outputs;
  }
  for (const units of spec.dense_units.map(B)) {
    found.push({ inputs, outputs: units, parameters: units * (inputs + 1n) + extra * units });
    inputs = units;
  }
  return found;
}

/** Numbers in the model, picoseconds of one run on the reference core, and bytes of a process: all BigInt. */
export function measure(tables, spec, shape) {
  const c = Object.fromEntries(Object.entries(tables.core).map(([name, value]) => [name, B(value)]));
  const cell = Object.fromEntries(Object.entries(tables.cells[spec.cell]).map(([name, value]) => [name, B(value)]));
  const ways = spec.bidirectional ? 2n : 1n, layers = layersOf(tables, spec, shape.features);
  const rows = B(shape.rows), holdout = B(shape.holdout), length = B(shape.sequence_length), epochs = B(spec.epochs);
  const size = least(B(spec.batch_size), rows), batches = up(rows, size), normalized = spec.normalization !== "none";
  const parameters = layers.reduce((sum, layer) => sum + layer.parameters, 0n) + layers.at(-1).outputs + 1n;
  const after = (normalized ? c.NORMALIZED : 0n) + (spec.dropout ? c.DROPPED : 0n);
  const ofUnit = cell.unit + cell.activations * B(tables.activation[spec.activation]);
  const m = tables.memory, kept = B(m.unit[spec.cell] + (normalized || spec.dropout ? m.after : 0));
  let row = 0n, dense = 0n, rowFloats = 0n, denseFloats = 0n;
  for (const { recurrent, inputs, outputs } of layers) {
    if (!recurrent) {
      const products = inputs * outputs;
      dense += products * (c.DENSE_WEIGHT + size * c.DENSE_PRODUCT) + size * outputs * c.DENSE_UNIT;
      denseFloats += B(m.dense) * outputs;
      continue;
    }
    const units = outputs / ways, weights = cell.gates * units * (inputs + units);
    const fixed = units === 1n && size <= 2n ? cell.turn * size ** 2n / c.ALONE
      : cell.turn + (size > 1n ? cell.matrix : 0n);
    row += ways * (fixed + size * (units * ofUnit + weights * c.PRODUCT)
      + most(0n, size * units - c.NEAR_UNITS) * c.FAR_UNIT + weights * c.WEIGHT
      + most(0n, weights - c.NEAR_WEIGHTS) * c.FAR_WEIGHT);
    row += size * (ways * inputs * c.INPUT + outputs * after);
    rowFloats += kept * outputs + B(m.input) * inputs;
  }
  const passed = c.BATCH + length * row + dense;
  const update = parameters * (B(tables.update[spec.optimizer]) + (spec.gradient_clip ? c.CLIPPED : 0n)
    + (spec.weight_decay ? c.DECAYED : 0n)) + most(0n, parameters - c.NEAR_WEIGHTS) * c.FAR_UPDATE;
  const epoch = c.EPOCH + c.EPOCH_WINDOW * (rows + holdout) + c.EPOCH_WEIGHT * parameters + batches * (update + passed)
    + up(holdout, size) * passed / (size > 1n ? c.PREDICTION : c.PREDICTION_ALONE);
  const count = B(spec.recurrent_units.length) * ways;
  const cubes = ways * spec.recurrent_units.reduce((sum, units) => sum + B(units) ** 3n, 0n);
  const start = c.RUN + count * c.LAYER
    + (normalized ? B(spec.recurrent_units.length + spec.dense_units.length) * c.LAYER_NORMALIZED : 0n)
    + least(epochs * batches * length * count, c.SHORT_TURNS) * c.SHORT_TURN + cell.gates * cubes * c.DRAWN;
  const bytes = B(m.float) * (size * (length * rowFloats + denseFloats) + B(m.parameter) * parameters);
  return { parameters, picoseconds: start + epochs * epoch, bytes };
}

/** What a contest makes of a spec: its word, what it takes, and why it is refused, with what would fit; or null. */
export function judge(tables, task, spec) {
  const wrong = fault(tables, task.limits, spec);
  if (wrong) return { field: wrong[0], refusal: wrong[1] };
  const secondsOf = (of) => up(measure(tables, of, task.shape).picoseconds, 10n ** 12n);
  const { parameters, bytes } = measure(tables, spec, task.shape);
  const seconds = secondsOf(spec), may = B(task.runSeconds), found = { word: pack(tables, spec), parameters, seconds };
  if (seconds > may) {
    let low = 0, high = spec.epochs;
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      if (secondsOf({ ...spec, epochs: middle }) > may) high = middle; else low = middle;
    }
    found.refusal = `a run of this spec takes ${duration(seconds)} of the reference core, and it may take ${duration(may)}; ${
      low ? `train at most ${low} epochs` : "choose a larger batch, fewer units or fewer layers"}`;
  } else if (bytes > B(tables.memory.bound)) {
    found.refusal = `the spec needs ${(Number(bytes) / 2 ** 30).toFixed(1)} GiB of memory, and a run may need at most ${
      tables.memory.bound / 2 ** 30}; choose a smaller batch or fewer units`;
  }
  return found;
}
