import { ed25519 } from '@noble/curves/ed25519.js';
import { sha512 } from '@noble/hashes/sha2.js';

/**
 * The verification equation of RFC 8032 §5.1.7, step 3, without the cofactor: whether the bytes of R are those of [S]B − [k]A. Of a key and
 * an S that passed the checks below. `node:crypto`'s `verify(null, …)` is one; noble's own `verify` is not: it multiplies by the cofactor.
 */
export type Ed25519Equation = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;

const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
// y of the eight points of small order, whose two signs of x share it: 0 and ±1, and the two of order 8. The spec file computes them.
const SMALL_ORDER_Y = new Set([0n, 1n, P - 1n,
  0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n, 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n]);

const littleEndian = (bytes: Uint8Array): bigint => bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);

/** Rule 3, and of rule 2 what the y tells. */
const hasSoundY = (publicKey: Uint8Array): boolean => {
  const y = littleEndian(publicKey) & (2n ** 255n - 1n);
  return y < P && !SMALL_ORDER_Y.has(y);
};

/**
 * Whether a key may be believed at all, by rules 2 and 3 of docs/audit-bundle.md ("Ed25519"): the canonical encoding of a point that is not of
 * small order. What parses a key asks this, so that a file with a key that signs anything is refused before something is verified with it.
 */
export const isSoundKey = (publicKey: Uint8Array): boolean => {
  try {
    ed25519.Point.fromBytes(publicKey, false);
    return publicKey.length === KEY_BYTES && hasSoundY(publicKey);
  } catch {
    return false;
  }
};

/** [S]B − [k]A in noble's arithmetic. */
export const nobleEquation: Ed25519Equation = (publicKey, message, signature) => {
  const { Point } = ed25519;
  const challenge = sha512.create().update(signature.subarray(0, 32)).update(publicKey).update(message).digest();
  const a = Point.fromBytes(publicKey, false);
  const r = Point.BASE.multiplyUnsafe(littleEndian(signature.subarray(32))).subtract(a.multiplyUnsafe(littleEndian(challenge) % L));
  const expected = r.toBytes();
  return expected.every((byte, i) => byte === signature[i]);
};

/**
 * Whether a signature is good, by the one rule of docs/audit-bundle.md ("Ed25519"): S < L; A a canonical encoding and not of small order;
 * cofactorless equation compared byte by byte, which leaves R one encoding. What is left open by RFC 8032 is what made implementations
 * disagree on the same signature; here two verifiers cannot. False for anything malformed; never throws.
 */
export const verifyEd25519 = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array, equation: Ed25519Equation = nobleEquation): boolean => {
  try {
    if (publicKey.length !== KEY_BYTES || signature.length !== SIGNATURE_BYTES) return false;
    if (littleEndian(signature.subarray(32)) >= L) return false;
    return hasSoundY(publicKey) && equation(publicKey, message, signature);
  } catch {
    return false;
  }
};
