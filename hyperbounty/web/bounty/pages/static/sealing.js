// What a browser computes of a sealed spec: its commitment, and the file of `participant secrets export`.

const ITERATIONS = 600000;
const hex = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
const bytes = (digits) => Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const text = (value) => new TextEncoder().encode(value);

/** JSON in canonical form (RFC 8785), of texts and whole numbers. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
}

/** 32 random bytes, as 0x-hex. */
export const newSalt = () => `0x${hex(crypto.getRandomValues(new Uint8Array(32)))}`;

/** What stands for a spec on the chain until it is revealed: hyperbounty/bounty/commitment.py. */
export async function commitment({ chainId, contract, contest, account, spec, salt }) {
  const field = (digits) => digits.padStart(64, "0");
  const number = (value) => field(BigInt(value).toString(16));
  const domain = hex(text("hyperbounty/commitment/1")).padEnd(64, "0");
  const parts = [domain, number(chainId), field(contract.slice(2)), number(contest), field(account.slice(2)),
    spec.slice(2), salt.slice(2)];
  return `0x${hex(await crypto.subtle.digest("SHA-256", bytes(parts.join(""))))}`;
}

async function key(passphrase, header) {
  const material = await crypto.subtle.importKey("raw", text(passphrase.normalize("NFC")), "PBKDF2", false, ["deriveKey"]);
  const derivation = { name: "PBKDF2", hash: "SHA-256", salt: bytes(header.salt), iterations: header.iterations };
  return crypto.subtle.deriveKey(derivation, material, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

const cipher = (header) => ({ name: "AES-GCM", iv: bytes(header.nonce), additionalData: text(canonical(header)) });

/**
 * The file that opens entries of an account, encrypted: participant/bounty/backup.py.
 * `entries`: { contest, slot, spec, salt }, of each slot the newest first.
 */
export async function writeBackup({ chainId, contract, account }, entries, passphrase, iterations = ITERATIONS) {
  const random = (count) => hex(crypto.getRandomValues(new Uint8Array(count)));
  const header = {
    format: "hyperbounty/secrets/1", chain_id: chainId, contract, account, kdf: "PBKDF2-HMAC-SHA-256", iterations,
    salt: random(16), cipher: "AES-256-GCM", nonce: random(12),
  };
  const secrets = entries.map(({ contest, slot, spec, salt }) =>
    ({ contest, entry: slot, spec: spec.slice(2), salt: salt.slice(2) }));
  const sealed = await crypto.subtle.encrypt(cipher(header), await key(passphrase, header), text(canonical(secrets)));
  return canonical({ ...header, ciphertext: hex(sealed) });
}

/** Owner and entries of such a file; it throws a sentence where it is none, or the passphrase is wrong. */
export async function readBackup(file, passphrase) {
  let header, ciphertext;
  try {
    ({ ciphertext, ...header } = JSON.parse(file));
    if (header.format !== "hyperbounty/secrets/1" || canonical({ ...header, ciphertext }) !== file.trim()) throw 0;
    if (!(header.iterations <= 100 * ITERATIONS)) throw 0;
  } catch {
    throw new Error("This is no file of secrets, or it is damaged. Take another copy of it.");
  }
  let found;
  try {
    const opened = await crypto.subtle.decrypt(cipher(header), await key(passphrase, header), bytes(ciphertext));
    found = JSON.parse(new TextDecoder().decode(opened));
  } catch {
    throw new Error("The passphrase is wrong, or the file was altered. Try again; a passphrase cannot be recovered.");
  }
  const owner = { chainId: header.chain_id, contract: header.contract, account: header.account };
  return { owner, entries: found.map(({ contest, entry, spec, salt }) =>
    ({ ...owner, contest, slot: entry, spec: `0x${spec}`, salt: `0x${salt}` })) };
}
