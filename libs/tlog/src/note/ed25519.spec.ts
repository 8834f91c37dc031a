import { createPublicKey, verify } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import { sha512 } from '@noble/hashes/sha2.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Ed25519Equation } from './index.ts';
import { nobleEquation, verifyEd25519 } from './index.ts';

const { Point } = ed25519;
const P = 2n ** 255n - 19n;
const L = Point.Fn.ORDER;
const number = (bytes: Uint8Array): bigint => bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
const bytes = (value: bigint): Uint8Array => Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));
const join = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap(part => [...part]));

const nodeEquation: Ed25519Equation = (publicKey, message, signature) =>
  verify(null, message, createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(publicKey).toString('base64url') }, format: 'jwk' }), signature);

// A point of order 8: any point times L, when that is not smaller.
const torsion = Array.from({ length: 20 }, (_, i) => i + 2).map(y => { try { return Point.fromBytes(bytes(BigInt(y))).multiplyUnsafe(L - 1n).add(Point.fromBytes(bytes(BigInt(y)))); } catch { return Point.ZERO; } })
  .find(point => !point.multiplyUnsafe(4n).is0())!;
const SMALL = Array.from({ length: 8 }, (_, i) => (i === 0 ? Point.ZERO : torsion.multiplyUnsafe(BigInt(i))));

const secret = new Uint8Array(32).fill(7);
const message = new TextEncoder().encode('audit.example.fr\n3\n');
const publicKey = ed25519.getPublicKey(secret);
const signature = ed25519.sign(message, secret);
const { scalar } = ed25519.utils.getExtendedPublicKey(secret);
const challenge = (r: Uint8Array, key: Uint8Array, text: Uint8Array): bigint => number(sha512(join(r, key, text))) % L;

/** Signed with a nonce point that has a part of small order: the cofactored equation holds, the other does not. */
const twisted = (extra: typeof torsion): Uint8Array => {
  const nonce = 123456789n;
  const r = Point.BASE.multiply(nonce).add(extra).toBytes();
  return join(r, bytes((nonce + challenge(r, publicKey, message) * scalar) % L));
};
/** S = 0 under a key of small order: R = −[k]A is small too, and signs whatever text has the right challenge. */
const forged = (key: typeof torsion, encoded: Uint8Array): Uint8Array | undefined =>
  SMALL.map(r => join(r.toBytes(), bytes(0n))).find(candidate => {
    const k = challenge(candidate.slice(0, 32), encoded, message);
    return key.multiplyUnsafe(k).add(Point.fromBytes(candidate.slice(0, 32))).is0();
  });

const s = number(signature.slice(32));
const withS = (value: bigint): Uint8Array => join(signature.slice(0, 32), bytes(value));
const CASES = [
  { reason: 'as it was signed', key: publicKey, signature, good: true },
  { reason: 'S + L, the same number to a careless verifier', key: publicKey, signature: withS(s + L), good: false },
  { reason: 'S = L', key: publicKey, signature: withS(L), good: false },
  { reason: 'S with its highest bits set', key: publicKey, signature: withS(s | (7n << 253n)), good: false },
  { reason: 'R with a part of order 8: the cofactored equation holds', key: publicKey, signature: twisted(torsion), good: false },
  { reason: 'R with a part of order 2', key: publicKey, signature: twisted(SMALL[4]!), good: false },
  { reason: 'the same construction without a small part', key: publicKey, signature: twisted(Point.ZERO), good: true },
  { reason: 'R that is no point', key: publicKey, signature: join(bytes(2n), signature.slice(32)), good: false },
  { reason: 'the other sign of R', key: publicKey, signature: signature.map((byte, i) => (i === 31 ? byte ^ 0x80 : byte)), good: false },
  { reason: 'a key that is no point', key: bytes(2n), signature, good: false },
  { reason: 'a key of 31 bytes', key: publicKey.slice(1), signature, good: false },
  { reason: 'a signature of 63 bytes', key: publicKey, signature: signature.slice(1), good: false },
  { reason: 'a signature of 65 bytes', key: publicKey, signature: join(signature, Uint8Array.of(0)), good: false },
  { reason: 'no bytes at all', key: new Uint8Array(0), signature: new Uint8Array(0), good: false },
] as const;

describe('one rule, whoever does the arithmetic', () => {
  it.each(CASES)('$reason: $good', ({ key, signature: signed, good }) => {
    expect([verifyEd25519(key, message, signed, nobleEquation), verifyEd25519(key, message, signed, nodeEquation)]).toEqual([good, good]);
  });

  it('noble alone is cofactored: what it says is not the rule', () => {
    expect(ed25519.verify(twisted(torsion), message, publicKey, { zip215: false })).toBe(true);
    expect(verifyEd25519(publicKey, message, twisted(torsion))).toBe(false);
  });

  // Every spelling of the eight points: canonical, with y + p where that fits in 255 bits, each with both signs.
  const spellings = SMALL.flatMap(point => [number(point.toBytes()) & (2n ** 255n - 1n)].flatMap(y => [y, y + P]).filter(y => y < 2n ** 255n).flatMap(y => [y, y | (1n << 255n)])
    .map(value => ({ point, encoded: bytes(value) })));
  it('a key of small order signs nothing, in any spelling', () => {
    expect(new Set(SMALL.map(point => point.toHex())).size).toBe(8);
    // The equation alone believes some of them (and so do libraries that follow RFC 8032 to the letter): the check in front is what refuses them.
    const believed = spellings.filter(({ point, encoded }) => { const signed = forged(point, encoded); return encoded.every((byte, i) => byte === point.toBytes()[i]) && signed !== undefined && nobleEquation(encoded, message, signed); });
    expect(believed.length).toBeGreaterThan(0);
    for (const { point, encoded } of spellings) {
      for (const signed of [forged(point, encoded), signature, new Uint8Array(64)]) {
        if (signed !== undefined) expect([verifyEd25519(encoded, message, signed, nobleEquation), verifyEd25519(encoded, message, signed, nodeEquation)]).toEqual([false, false]);
      }
    }
  });
  it('a key of mixed order is judged by the equation without the cofactor, alike by both', () => {
    const mixed = Point.fromBytes(publicKey).add(torsion).toBytes();
    const verdicts = Array.from({ length: 40 }, (_, i) => {
      const text = Uint8Array.of(i);
      const r = Point.BASE.multiply(BigInt(i + 1)).toBytes();
      const signed = join(r, bytes((BigInt(i + 1) + challenge(r, mixed, text) * scalar) % L));
      const [noble, node] = [verifyEd25519(mixed, text, signed, nobleEquation), verifyEd25519(mixed, text, signed, nodeEquation)];
      expect(noble).toBe(node);
      return noble;
    });
    // One challenge in eight is a multiple of the order: both outcomes occur.
    expect(new Set(verdicts)).toEqual(new Set([true, false]));
  });
  it('of random keys and texts, whole or with bits flipped, both say the same', () => {
    const input = fc.record({ seed: fc.uint8Array({ minLength: 32, maxLength: 32 }), text: fc.uint8Array({ maxLength: 80 }), flips: fc.array(fc.record({ where: fc.constantFrom('key', 'signature', 'text'), bit: fc.nat(511) }), { maxLength: 2 }) });
    const flip = (list: Uint8Array, bit: number): Uint8Array => list.map((byte, i) => (i === (bit >> 3) % list.length ? byte ^ (1 << (bit & 7)) : byte));
    fc.assert(fc.property(input, ({ seed, text, flips }) => {
      const parts: Record<'key' | 'signature' | 'text', Uint8Array> = { key: ed25519.getPublicKey(seed), signature: ed25519.sign(text, seed), text };
      for (const { where, bit } of flips) parts[where] = flip(parts[where], bit);
      const noble = verifyEd25519(parts.key, parts.text, parts.signature, nobleEquation);
      expect(noble).toBe(verifyEd25519(parts.key, parts.text, parts.signature, nodeEquation));
      if (flips.length === 0) expect(noble).toBe(true);
    }), { numRuns: Number(process.env['CADASTRE_PROPERTY_RUNS'] ?? 300) });
  });
  it.each([
    { reason: 'S = L', key: publicKey, signature: withS(L) },
    { reason: 'S + L', key: publicKey, signature: withS(s + L) },
    { reason: 'a key of small order', key: torsion.toBytes(), signature },
    { reason: 'a key with y = p', key: bytes(P), signature },
    { reason: 'a key with y = p + 3 and a sign', key: bytes((P + 3n) | (1n << 255n)), signature },
    { reason: 'a key of 33 bytes', key: join(publicKey, Uint8Array.of(0)), signature },
    { reason: 'a signature of 63 bytes', key: publicKey, signature: signature.slice(1) },
  ])('the checks stand in front of an equation that believes everything: $reason', ({ key, signature: signed }) => { expect(verifyEd25519(key, message, signed, () => true)).toBe(false); });
  it('hostile types are false', () => {
    for (const value of [undefined, null, 1, 'x', {}, [], new Uint16Array(32)]) {
      expect([verifyEd25519(value as never, message, signature), verifyEd25519(publicKey, value as never, signature), verifyEd25519(publicKey, message, value as never)]).toEqual([false, false, false]);
    }
    expect(verifyEd25519(publicKey, message, signature, () => { throw new Error('a token that went away'); })).toBe(false);
  });
});
