// The TypeID specification's alphabet: Crockford's, lower case, most significant bits first.
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

// Two characters at once: 1,024 short strings buy half of the lookups of the hot path.
const PAIRS: readonly string[] = Array.from({ length: 1024 }, (_, i) => ALPHABET.charAt(i >> 5) + ALPHABET.charAt(i & 31));

const pair = (tenBits: number): string => PAIRS[tenBits] ?? '';

/**
 * 26 characters of base32 for 128 bits given as four unsigned 32-bit words, most significant first.
 * 26 × 5 = 130, so the text begins with two zero bits: its first character is never above 7.
 */
export const encode128 = (w0: number, w1: number, w2: number, w3: number): string =>
  pair(w0 >>> 24) +
  pair((w0 >>> 14) & 1023) +
  pair((w0 >>> 4) & 1023) +
  pair(((w0 & 15) << 6) | (w1 >>> 26)) +
  pair((w1 >>> 16) & 1023) +
  pair((w1 >>> 6) & 1023) +
  pair(((w1 & 63) << 4) | (w2 >>> 28)) +
  pair((w2 >>> 18) & 1023) +
  pair((w2 >>> 8) & 1023) +
  pair(((w2 & 255) << 2) | (w3 >>> 30)) +
  pair((w3 >>> 20) & 1023) +
  pair((w3 >>> 10) & 1023) +
  pair(w3 & 1023);

/** The first 48 bits of 128 that `encode128` made: ten characters are two zero bits and these. */
export const first48 = (text: string): number => Array.from(text.slice(0, 10)).reduce((bits, c) => bits * 32 + ALPHABET.indexOf(c), 0);
