import { isBytes, utf8ToBytes } from '@noble/hashes/utils.js';

// Encoding is in every engine that runs this, and in none of TypeScript's libraries but the DOM's and Node's.
declare const TextDecoder: new (label: 'utf-8', options: { readonly fatal: true; readonly ignoreBOM: true }) => { decode(bytes: Uint8Array): string };

/** Valid UTF-8, a byte order mark kept as what it is. Undefined otherwise. */
export const fromUtf8 = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
};

/** UTF-8 of a text. @throws TypeError on a lone surrogate, which has no UTF-8: replacing it silently would sign another text. */
export const toUtf8 = (text: string): Uint8Array => {
  if (!text.isWellFormed()) throw new TypeError('a lone surrogate has no UTF-8');
  return utf8ToBytes(text);
};

/** Text as it came from outside, as a string that has UTF-8. Undefined for anything else. */
export const textFrom = (given: unknown): string | undefined => {
  if (typeof given === 'string') return given.isWellFormed() ? given : undefined;
  return isBytes(given) ? fromUtf8(given) : undefined;
};

/** ASCII decimal without leading zeros, at most 2^63 − 1. Undefined otherwise. */
export const decimalFrom = (text: string): bigint | undefined => {
  if (!/^(0|[1-9][0-9]{0,18})$/.test(text)) return undefined;
  const value = BigInt(text);
  return value < 2n ** 63n ? value : undefined;
};
