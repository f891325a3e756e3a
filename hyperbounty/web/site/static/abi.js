// Calls of the contract, encoded as the EVM takes them. Selectors are constants, compared with the contract's in a test.

const TERMS = "(address,uint96,uint96,uint96,uint96,uint96,uint24,uint16[],uint40,uint32,uint32,uint32,uint32,address,"
  + "bytes32,uint16,uint16,uint32,bytes32,bytes32,(address[],uint96,uint96,uint96,uint24,uint32,uint32))";

const ENTRIES = "uint256,(address,uint40,uint16,uint8,bytes)[]";

/** Selector and types of each call, by name. */
export const CALLS = {
  accept: ["09358479", "uint256,uint256"],
  acceptSeat: ["df053bf4", "uint256,uint256"],
  cancel: ["40e58ee5", "uint256"],
  challenge: ["ab82d9a0", "uint256"],
  claim: ["b1b66652", "uint256,uint256[]"],
  open: ["35082322", TERMS],
  reclaim: ["28ed4f6c", "uint256,address"],
  resolve: ["4f896d4f", "uint256"],
  reveal: ["d864909a", "uint256,uint256,bytes32,bytes32"],
  settle: ["8df82800", "uint256"],
  sponsor: ["e3516241", "uint256,uint96"],
  submit: ["c2b68536", "uint256,uint256,bytes32"],
  withdraw: ["f940e385", "address,address"],
  withdrawSubmission: ["76b49e05", "uint256,uint256"],
  priceOf: ["b9186d7d", "uint256"],
  submissionOf: ["d9a179fb", "uint256,address,uint256"],
  // Of shared models.
  "model.add": ["e9bdce94", "uint256,uint96,(uint8,bytes)[]"],
  "model.claim": ["3e9ff426", ENTRIES],
  "model.refund": ["7c10d9e1", ENTRIES],
  "model.report": ["4a9bd96b", ENTRIES],
  "model.modelOf": ["57759fc6", "uint256"],
  "model.priceOf": ["816d0f7c", "uint256,uint256"],
  // Of a token.
  approve: ["095ea7b3", "address,uint256"],
  allowance: ["dd62ed3e", "address,address"],
};

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
    if (!/^0x([0-9a-fA-F]{2})*$/.test(value)) throw new TypeError(`${value} is no bytes`);
    return word((value.length - 2) / 2) + value.slice(2).toLowerCase().padEnd(Math.ceil((value.length - 2) / 64) * 64, "0");
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

/** The data of a call: 0x-hex. Numbers are of any type that BigInt takes. */
export function encode(name, values) {
  const [selector, types] = CALLS[name];
  return `0x${selector}${many(split(types), values)}`;
}

/** The words of an answer, as numbers. */
export const words = (data) => (data.slice(2).match(/.{64}/g) ?? []).map((digits) => BigInt(`0x${digits}`));
