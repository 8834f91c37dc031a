import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { base64, fromBase64 } from './base64.ts';
import { isSoundKey } from './ed25519.ts';
import type { Refused, Result } from './result.ts';
import { ok, refused } from './result.ts';
import { toUtf8 } from './text.ts';

/** C2SP signed-note §Signature types: 0x01 Ed25519 over the text, 0x04 cosignature/v1. The others are not ours to verify. */
export const ED25519 = 0x01;
export const COSIGNATURE = 0x04;
export type KeyType = typeof ED25519 | typeof COSIGNATURE;

/** Who signs. Name and id say which key a signature line means; the key is what it is verified with. */
export interface VerifierKey {
  /** Not empty, no Unicode white space, no `+`. Of a log: its origin. */
  readonly name: string;
  /** 8 lowercase hexadecimal digits. */
  readonly keyId: string;
  readonly type: KeyType;
  /** 32 bytes, RFC 8032. */
  readonly publicKey: Uint8Array;
}
export type VkeyFault = Refused<'VKEY_SHAPE' | 'VKEY_NAME' | 'VKEY_ID' | 'VKEY_KEY' | 'VKEY_WEAK_KEY' | 'VKEY_TYPE' | 'VKEY_WRONG_ID'>;

const MAX_NAME = 255;
/** C2SP signed-note: not empty, no Unicode white space, no `+`; and no control character, since a note has none. */
export const isKeyName = (name: string): boolean => name !== '' && name.length <= MAX_NAME && name.isWellFormed() && !/[\p{White_Space}+\u0000-\u001f]/u.test(name);

/** SHA-256(name || 0x0A || type || key), its first 4 bytes as 8 hexadecimal digits. */
export const keyIdOf = (name: string, type: KeyType, publicKey: Uint8Array): string =>
  bytesToHex(sha256.create().update(toUtf8(`${name}\n`)).update(Uint8Array.of(type)).update(publicKey).digest().subarray(0, 4));

/** @throws RangeError on a name or a key that no vkey can have. */
export const verifierKey = (name: string, type: KeyType, publicKey: Uint8Array): VerifierKey => {
  if (!isKeyName(name)) throw new RangeError('a key name is not empty and has no white space and no +');
  if (publicKey.length !== 32) throw new RangeError('an Ed25519 public key has 32 bytes');
  return { name, keyId: keyIdOf(name, type, publicKey), type, publicKey: Uint8Array.from(publicKey) };
};

/** `name+keyid+base64(type || key)`. */
export const formatVkey = ({ name, keyId, type, publicKey }: VerifierKey): string => `${name}+${keyId}+${base64(Uint8Array.of(type, ...publicKey))}`;

/** Strict: lowercase id, canonical base64, type 0x01 or 0x04 with 32 bytes that are a key (`isSoundKey`), and the id that these make. */
export const parseVkey = (text: string): Result<VerifierKey, VkeyFault> => {
  const found = /^([^+]*)\+([^+]*)\+([^\n]*)$/.exec(text);
  if (found === null) return refused('VKEY_SHAPE', 'a verifier key is name+id+base64');
  const [, name = '', keyId = '', encoded = ''] = found;
  if (!isKeyName(name)) return refused('VKEY_NAME', 'a key name is not empty and has no white space and no +');
  if (!/^[0-9a-f]{8}$/.test(keyId)) return refused('VKEY_ID', 'a key id is 8 lowercase hexadecimal digits');
  const material = fromBase64(encoded);
  if (material === undefined || material.length === 0) return refused('VKEY_KEY', 'the key is not base64 with its canonical padding');
  const [type] = material;
  if (type !== ED25519 && type !== COSIGNATURE) return refused('VKEY_TYPE', 'only keys of type 0x01 (Ed25519) and 0x04 (cosignature/v1) are verified here');
  const publicKey = material.slice(1);
  if (publicKey.length !== 32) return refused('VKEY_KEY', 'an Ed25519 public key has 32 bytes');
  if (!isSoundKey(publicKey)) return refused('VKEY_WEAK_KEY', 'a key of small order, or one that is no point, would be signed for by anybody or nobody');
  return keyIdOf(name, type, publicKey) === keyId ? ok({ name, keyId, type, publicKey }) : refused('VKEY_WRONG_ID', 'the key id is not that of this name and key');
};
