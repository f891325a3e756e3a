// Samples out of what people have, as the encoders of hyperbounty/models make them, to the bit. Tests compare the two.

const UNSEEN = /[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]+/gu;
const LETTERS = "[a-z0-9\\u00aa\\u00b5\\u00ba\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u1fff\\u2c00-\\u2fff\\u3040-\\ud7ff\\uf900-\\uffef\\u{10000}-\\u{dffff}]+";
const WORD = new RegExp(`${LETTERS}(?:'${LETTERS})*`, "gu");

/** The words of a text, in order. */
export const wordsOf = (text) => text.replace(UNSEEN, "")
  .replace(/[\0-\u058f]/g, (letter) => letter.toLowerCase()).replaceAll("\u2019", "'").match(WORD) ?? [];

const turned = (number, bits) => (number << bits) | (number >>> (32 - bits));
const mixed = (block) => Math.imul(turned(Math.imul(block, 0xcc9e2d51), 15), 0x1b873593);

/** MurmurHash3_x86_32 of a text's UTF-8, without a sign. */
export function murmur(text, seed) {
  const bytes = new TextEncoder().encode(text);
  let state = seed | 0, at = 0, rest = 0;
  for (; at + 4 <= bytes.length; at += 4) {
    const block = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
    state = (Math.imul(turned(state ^ mixed(block), 13), 5) + 0xe6546b64) | 0;
  }
  for (let place = bytes.length - 1; place >= at; place -= 1) rest = (rest << 8) | bytes[place];
  state ^= mixed(rest) ^ bytes.length;
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return (state ^ (state >>> 16)) >>> 0;
}

const numbersOf = (text) => (text.match(/[^\s,;]+/g) ?? []).map((word) => {
  const number = Number(word);
  if (!Number.isFinite(number)) throw new Error(`${word.slice(0, 30)} is no number.`);
  return number;
});
const hex = (numbers) => `0x${numbers.map((number) => (number & 0xffff).toString(16).padStart(4, "0")).join("")}`;

/**
 * A sample as a contract takes it, and what it is made of, in words: { data, said }.
 * `encoder` is of a manifest whose hash was compared, `features` and `isSparse` are the model's.
 */
export function sampleOf(encoder, features, isSparse, text) {
  if (encoder.kind === "vocabulary" || encoder.kind === "murmur3-words") {
    const places = new Map((encoder.words ?? []).map((word, place) => [word, place])), found = new Map();
    for (const word of wordsOf(text)) {
      const place = encoder.words ? places.get(word) : murmur(word, encoder.seed) % encoder.modulus;
      if (place !== undefined) found.set(place, word);
    }
    if (!found.size) throw new Error(encoder.words ? "No word of the text is in the model's vocabulary." : "The text has no words.");
    return { data: hex([...found.keys()].sort((a, b) => a - b)), said: `${found.size} of its words count: ${[...found.values()].slice(0, 30).join(", ")}` };
  }
  if (encoder.kind !== "none" && encoder.kind !== "scale") {
    throw new Error("The encoder of this model is a program of its creator's. Encode the sample by command, where you trust it.");
  }
  let numbers = numbersOf(text);
  if (encoder.kind === "scale") {
    const at = (list, place) => list[list.length === 1 ? 0 : place];
    numbers = numbers.map((value, place) =>
      Math.min(Math.max(Math.floor((value - at(encoder.offsets, place)) * at(encoder.factors, place) + 0.5), -32768), 32767));
  }
  const fits = (number, place) => Number.isInteger(number) && (isSparse
    ? number >= 0 && number < features && (!place || number > numbers[place - 1]) : number >= -32768 && number <= 32767);
  if (isSparse ? !numbers.length : numbers.length !== features) throw new Error(isSparse ? "Name at least one feature." : `Give ${features} numbers, one a feature.`);
  const wrong = numbers.findIndex((number, place) => !fits(number, place));
  if (wrong >= 0) throw new Error(`${numbers[wrong]} does not fit: ${isSparse ? `features are whole numbers below ${features}, in rising order` : "values are whole numbers of 16 bits"}.`);
  return { data: hex(numbers), said: isSparse ? `Features ${numbers.slice(0, 30).join(", ")}` : `Values ${numbers.slice(0, 30).join(", ")}` };
}
