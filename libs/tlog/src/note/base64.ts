const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUES = new Map(Array.from(ALPHABET, (letter, value) => [letter, value]));

/** RFC 4648 §4, with padding. */
export const base64 = (bytes: Uint8Array): string => {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const word = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const letters = [18, 12, 6, 0].map(shift => ALPHABET.charAt((word >> shift) & 63)).join('');
    const missing = Math.max(0, i + 3 - bytes.length);
    text += letters.slice(0, 4 - missing) + '='.repeat(missing);
  }
  return text;
};

/**
 * The bytes that `base64` writes as this text, and as no other: standard alphabet, padding, zero bits behind the last byte. Undefined
 * otherwise. Every platform's decoder lets some second spelling pass, and a proof with two spellings has two digests.
 */
export const fromBase64 = (text: string): Uint8Array | undefined => {
  if (text.length % 4 !== 0) return undefined;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let [word, bits, at] = [0, 0, 0];
  for (const letter of text.slice(0, text.length - padding)) {
    const value = VALUES.get(letter);
    if (value === undefined) return undefined;
    [word, bits] = [((word << 6) | value) & 0xffff, bits + 6];
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (word >> bits) & 0xff;
    }
  }
  return (word & ((1 << bits) - 1)) === 0 ? bytes : undefined;
};
