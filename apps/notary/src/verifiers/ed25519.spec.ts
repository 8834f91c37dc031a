import { sign } from 'node:crypto';
import { verifyEd25519 } from '@cadastre/tlog/note';
import { afterAll, describe, expect, it } from 'vitest';
import { chanceOf, runs } from '../testing/chance.ts';
import type { Chance } from '../testing/chance.ts';
import { bytesOf, encode, mixed, numberOf, ODD_ENCODINGS, ORDER, SMALL } from '../testing/curve.ts';
import type { Signed } from '../testing/curve.ts';
import { keyOf } from '../testing/note.ts';
import { startVerifier } from '../testing/verifiers.ts';

const CASES = runs(1_000, 100_000);
const AT_ONCE = 500;
const PATIENCE = 60_000 + 20 * CASES;
// Python takes milliseconds a signature: two of it, one a core.
const pythons = [startVerifier('verify.py'), startVerifier('verify.py')] as const;
const node = startVerifier('verify.mjs');
afterAll(() => { for (const verifier of [...pythons, node]) verifier.stop(); });

/** What each implementation answers: verify.py, verify.mjs (OpenSSL behind its own checks), libs/tlog (noble's arithmetic). */
const answersOf = async ({ key, message, signature }: Signed, i: number): Promise<string> => {
  const [python, javascript] = await Promise.all([(pythons[i % 2] ?? pythons[0]).ed25519(key, message, signature), node.ed25519(key, message, signature)]);
  return [python, javascript, verifyEd25519(key, message, signature)].join(' ');
};

const keys = Array.from({ length: 8 }, (_, i) => keyOf(`malleability ${String(i)}`));
const honest = (chance: Chance): Signed => {
  const key = chance.of(keys);
  const message = chance.bytes(chance.below(80));
  return { key: key.public, message, signature: sign(null, message, key.secret) };
};
const SECRETS = [1n, 2n, 3n, 8n, ORDER - 1n, ...Array.from({ length: 24 }, (_, i) => numberOf(chanceOf(i).bytes(32)) % ORDER)];
const flip = (bytes: Buffer, chance: Chance): Buffer => {
  const out = Buffer.from(bytes);
  const at = chance.below(out.length * 8);
  out[at >> 3] = (out[at >> 3] ?? 0) ^ (1 << (at & 7));
  return out;
};
const s = (signature: Buffer): bigint => numberOf(signature.subarray(32));
const withS = (signed: Signed, value: bigint): Signed => ({ ...signed, signature: Buffer.concat([signed.signature.subarray(0, 32), bytesOf(value % 2n ** 256n)]) });
const withR = (signed: Signed, r: Buffer): Signed => ({ ...signed, signature: Buffer.concat([r, signed.signature.subarray(32)]) });

/** The ways to spoil a signature, each as likely. */
const MUTATIONS: readonly ((chance: Chance) => Signed)[] = [
  honest,
  c => { const signed = honest(c); return { ...signed, key: flip(signed.key, c) }; },
  c => { const signed = honest(c); return { ...signed, message: Buffer.concat([signed.message, c.bytes(1)]) }; },
  c => { const signed = honest(c); return { ...signed, signature: flip(signed.signature, c) }; },
  c => { const signed = honest(c); return withS(signed, s(signed.signature) + ORDER * BigInt(1 + c.below(15))); },
  c => { const signed = honest(c); return withS(signed, ORDER - s(signed.signature)); },
  c => withS(honest(c), c.of([0n, 1n, ORDER - 1n, ORDER, ORDER + 1n, 2n ** 252n, 2n ** 253n, 2n ** 255n, 2n ** 256n - 1n])),
  c => withR(honest(c), c.of(ODD_ENCODINGS)),
  c => ({ ...honest(c), key: c.of(ODD_ENCODINGS) }),
  // A key of small order would sign anything with S = 0 and an R of small order.
  c => ({ key: c.of(ODD_ENCODINGS), message: c.bytes(1 + c.below(3)), signature: Buffer.concat([c.of(ODD_ENCODINGS), bytesOf(c.of([0n, ORDER]))]) }),
  c => mixed(c.of(SECRETS), c.of(SECRETS), c.below(8), c.below(8), c.bytes(1)),
  // A part of small order in R alone, or in the key alone: what a cofactor hides.
  c => mixed(c.of(SECRETS), c.of(SECRETS), 0, c.below(8), c.bytes(2)),
  c => mixed(c.of(SECRETS), c.of(SECRETS), c.below(8), 0, c.bytes(2)),
  c => ({ key: c.bytes(32), message: c.bytes(8), signature: c.bytes(64) }),
  c => { const signed = honest(c); return { ...signed, signature: signed.signature.subarray(0, c.below(64)) }; },
  c => { const signed = honest(c); return { ...signed, signature: Buffer.concat([signed.signature, c.bytes(1 + c.below(4))]) }; },
];

describe('Ed25519, one rule for three programs', () => {
  it('a good signature is good', async () => {
    const chance = chanceOf(7);
    const answers = await Promise.all(Array.from({ length: 24 }, async (_, i) => answersOf(honest(chance), i)));
    expect(new Set(answers)).toEqual(new Set(['true true true']));
  });

  it('a key of small order signs nothing, in any encoding', async () => {
    const forged = ODD_ENCODINGS.flatMap(key => SMALL.map(r => ({ key, message: Buffer.of(key[0] ?? 0, 1), signature: Buffer.concat([encode(r), bytesOf(0n)]) })));
    const answers = await Promise.all(forged.map(answersOf));
    expect(new Set(answers)).toEqual(new Set(['false false false']));
  }, PATIENCE);

  it('parts of small order that do not cancel are refused, though a cofactor would hide them', async () => {
    const alone = [1, 2, 3, 4, 5, 6, 7].map(part => mixed(11n, 13n, 0, part, Buffer.from('m')));
    expect(new Set(await Promise.all(alone.map(answersOf)))).toEqual(new Set(['false false false']));
    // A key with such a part is not refused as such: where h makes it cancel, the equation holds as it stands.
    const chance = chanceOf(3);
    const answers = await Promise.all(Array.from({ length: 64 }, async (_, i) => answersOf(mixed(17n, 19n, 4, 0, chance.bytes(4)), i)));
    expect(new Set(answers)).toEqual(new Set(['true true true', 'false false false']));
  }, PATIENCE);

  it(`${String(CASES)} spoilt inputs: all three agree`, async () => {
    const chance = chanceOf(2026);
    const apart: string[] = [];
    let good = 0;
    for (let i = 0; i < CASES; i += AT_ONCE) {
      const cases = Array.from({ length: Math.min(AT_ONCE, CASES - i) }, (_, k) => chance.of(MUTATIONS)(chanceOf(i + k)));
      const answers = await Promise.all(cases.map(answersOf));
      good += answers.filter(answer => answer === 'true true true').length;
      apart.push(...answers.flatMap((answer, k) => (new Set(answer.split(' ')).size === 1 ? [] : [`${answer}: ${JSON.stringify(cases[k], (_, v: unknown) => (Buffer.isBuffer(v) ? v.toString('hex') : v))}`])));
    }
    expect(apart).toEqual([]);
    expect(good).toBeGreaterThan(CASES / 32);
  }, PATIENCE);
});
