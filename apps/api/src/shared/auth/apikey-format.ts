import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** `cad_<env>_<32 random bytes, base62, 43 characters><crc32, base62, 6 characters>`. The checksum turns a typing error into an answer without a look-up. */
const FORM = /^cad_[a-z]+_[0-9A-Za-z]{43}[0-9A-Za-z]{6}$/;
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const RANDOM_DIGITS = 43;
const CHECK_DIGITS = 6;

const base62 = (value: bigint, digits: number): string => {
  let text = '';
  for (let rest = value; text.length < digits; rest /= 62n) text = (ALPHABET[Number(rest % 62n)] ?? '') + text;
  return text;
};

const checkOf = (body: string): string => base62(BigInt(crc32(body)), CHECK_DIGITS);

/** A new key; the caller shows it once and keeps only its digest. */
export const makeApiKey = (environment: string): string => {
  const body = `cad_${environment}_${base62(BigInt(`0x${randomBytes(32).toString('hex')}`), RANDOM_DIGITS)}`;
  return body + checkOf(body);
};

/** True when it has the form and its checksum is right; says nothing about existence. */
export const looksLikeApiKey = (text: string): boolean => FORM.test(text) && checkOf(text.slice(0, -CHECK_DIGITS)) === text.slice(-CHECK_DIGITS);

export const digestOf = (key: string): string => createHash('sha256').update(key).digest('hex');

/** Enough to recognise a key in a list. */
export const prefixOf = (key: string): string => key.slice(0, key.lastIndexOf('_') + 7);
