// Calls of a contract, encoded as the EVM takes them.

/** Calls by their names, of `table`: selector and types of each. A test compares them with the contract's. */
export const calls = (table) => Object.fromEntries(Object.entries(table).map(([name, [selector, types]]) =>
  [name, { name, selector, types }]));

/** Of every contract that owes credits. */
export const { withdraw } = calls({ withdraw: ["f940e385", "address,address"] });

/** Of a token. */
export const TOKEN = calls({ approve: ["095ea7b3", "address,uint256"], allowance: ["dd62ed3e", "address,address"] });

const word = (value) => value.toString(16).padStart(64, "0");
const isDynamic = (type) => type === "bytes" || type.endsWith("[]") || (type.startsWith("(") && split(type.slice(1, -1)).some(isDynamic));

/** The types in a list of them; those in brackets stay together. */
function split(types) {
  const found = [];
  let depth = 0, part = "";
  for (const letter of types) {
    if (letter === "," && !depth) { found.push(part); part = ""; continue; }
    depth += letter === "(" ? 1 : letter === ")" ? -1 : 0;
    part += letter;
  }
  return part ? [...found, part] : found;
}

function one(type, value) {
  if (type.endsWith("[]")) return word(value.length) + many(value.map(() => type.slice(0, -2)), value);
  if (type.startsWith("(")) return many(split(type.slice(1, -1)), value);
  if (type === "bytes") {
    if (!/^0x([0-9a-fA-F]{2})*$/.test(value)) throw new TypeError(`${value} are no bytes`);
    return word(value.length / 2 - 1) + value.slice(2).toLowerCase().padEnd(Math.ceil((value.length - 2) / 64) * 64, "0");
  }
  if (type === "address" || type === "bytes32") {
    const digits = type === "address" ? 40 : 64;
    if (!new RegExp(`^0x[0-9a-fA-F]{${digits}}$`).test(value)) throw new TypeError(`${value} is no ${type}`);
    return value.slice(2).toLowerCase().padStart(64, "0");
  }
  const number = BigInt(value), bits = Number(type.slice(4));
  if (number < 0n || number >> BigInt(bits)) throw new RangeError(`${value} does not fit ${type}`);
  return word(number);
}

function many(types, values) {
  if (types.length !== values.length) throw new TypeError(`${values.length} values for ${types.length} types`);
  const parts = types.map((type, at) => one(type, values[at]));
  // What has no fixed length stands behind the others, and its place among them.
  let place = parts.reduce((sum, part, at) => sum + (isDynamic(types[at]) ? 32 : part.length / 2), 0);
  let head = "", tail = "";
  parts.forEach((part, at) => {
    if (!isDynamic(types[at])) { head += part; return; }
    head += word(place);
    tail += part;
    place += part.length / 2;
  });
  return head + tail;
}

/** The data of a call, one of `calls`: 0x-hex. Numbers are of any type that BigInt takes. */
export function encode({ selector, types }, values) {
  return `0x${selector}${many(split(types), values)}`;
}

/** The words of an answer, as numbers. */
export const words = (data) => (data.slice(2).match(/.{64}/g) ?? []).map((digits) => BigInt(`0x${digits}`));
