import { createPrivateKey, createPublicKey, randomBytes, sign, verify } from 'node:crypto';
import { COSIGNATURE, fromBase64, verifierKey, type Ed25519Equation, type Ed25519Sign, type VerifierKey } from '@cadastre/tlog';

/** What a witness signs with, and what others verify it with. */
export interface WitnessKey {
  readonly key: VerifierKey;
  readonly sign: Ed25519Sign;
}

// RFC 8410 §7 and §4: everything of a PKCS#8 Ed25519 key before its seed, and of an SPKI one before its 32 bytes.
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');
const SEED_BYTES = 32;

/** A name that every reader of a bundle accepts (docs/audit-bundle.md, "Name"). */
export const isWitnessName = (name: string): boolean => /^[\x21-\x2a\x2c-\x7e]{1,255}$/.test(name);

const keyOf = (name: string, seed: Uint8Array): WitnessKey => {
  const secret = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
  const publicKey = Uint8Array.from(createPublicKey(secret).export({ format: 'der', type: 'spki' }).subarray(SPKI.length));
  return { key: verifierKey(name, COSIGNATURE, publicKey), sign: message => Uint8Array.from(sign(null, message, secret)) };
};

/** OpenSSL's arithmetic: the library checks what it leaves open. */
export const equation: Ed25519Equation = (publicKey, message, signature) =>
  verify(null, message, createPublicKey({ key: Buffer.concat([SPKI, publicKey]), format: 'der', type: 'spki' }), signature);

/** The one line of a key file, in the form of Go's note package: `PRIVATE+KEY+name+id+base64(0x04 || seed)`. */
export const newKeyLine = (name: string): string => {
  const seed = randomBytes(SEED_BYTES);
  return `PRIVATE+KEY+${name}+${keyOf(name, seed).key.keyId}+${Buffer.from([COSIGNATURE, ...seed]).toString('base64')}\n`;
};

/** Undefined for anything but a line that `newKeyLine` could have made. */
export const parseKeyLine = (line: string): WitnessKey | undefined => {
  const [, name = '', id, encoded = ''] = /^PRIVATE\+KEY\+([^+\s]+)\+([0-9a-f]{8})\+(\S+)\n?$/.exec(line) ?? [];
  const material = fromBase64(encoded);
  if (!isWitnessName(name) || material?.length !== 1 + SEED_BYTES || material[0] !== COSIGNATURE) return undefined;
  const key = keyOf(name, material.subarray(1));
  return key.key.keyId === id ? key : undefined;
};
