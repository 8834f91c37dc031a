import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EMPTY_FRONTIER, appendLeaf, appendLeaves, bindHash, consistencyProof, emptyRoot, frontierOf, frontierRoot, growing, hashesOf, inclusionProof, leafHash, nodeHash, planConsistency, planInclusion, planRoot, rangeProof, rootOf, verifyConsistency, verifyInclusion, verifyingRange } from './index.ts';
import type { Node, RangeProof } from './index.ts';
import { leaves, mth, path, subproof } from './naive.fixture.ts';

const numRuns = Number(process.env['CADASTRE_PROPERTY_RUNS'] ?? 300);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));

// The eight inputs that certificate-transparency's own tests use.
const INPUTS = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map(bytes);
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

describe('RFC 6962, known answers', () => {
  it.each(ROOTS.map((root, size) => ({ size, root })))('the root of the first $size leaves', ({ size, root }) => {
    expect(hex(rootOf(INPUTS.slice(0, size).map(leafHash)))).toBe(root);
  });
  it('a leaf and a node differ by their prefix', () => {
    const [a, b] = [leafHash(Uint8Array.of(1)), leafHash(Uint8Array.of(2))];
    expect(hex(nodeHash(a, b))).toBe(createHash('sha256').update(Uint8Array.of(1)).update(a).update(b).digest('hex'));
    expect(hex(leafHash(Uint8Array.of(...a, ...b)))).not.toBe(hex(nodeHash(a, b)));
  });
  it('paths and proofs of the eight leaves', () => {
    const hashes = INPUTS.map(leafHash);
    expect(inclusionProof(hashes, 0n).map(hex)).toEqual(['96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7', '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e', '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4']);
    expect(consistencyProof(hashes, 6n, 8n).map(hex)).toEqual(['0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a', 'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0', 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7']);
  });
  it('another SHA-256, bound once, gives the same', () => {
    const node = bindHash(data => createHash('sha256').update(data).digest());
    expect(hex(node.rootOf(INPUTS.map(node.leafHash)))).toBe(ROOTS[8]);
  });
});

const tree = fc.integer({ min: 0, max: 70 });
const place = fc.integer({ min: 1, max: 70 }).chain(size => fc.record({ size: fc.constant(size), index: fc.integer({ min: 0, max: size - 1 }) }));
const growth = fc.integer({ min: 1, max: 70 }).chain(size2 => fc.record({ size2: fc.constant(size2), size1: fc.integer({ min: 1, max: size2 }) }));

describe('against the recursion of the RFC', () => {
  it('roots', () => { fc.assert(fc.property(tree, size => { expect(rootOf(leaves(size))).toEqual(mth(leaves(size))); }), { numRuns }); });
  it('inclusion', () => {
    fc.assert(fc.property(place, ({ size, index }) => {
      const d = leaves(size);
      const proof = inclusionProof(d, BigInt(index));
      expect(proof).toEqual(path(index, d));
      expect(verifyInclusion({ leafHash: d[index]!, index: BigInt(index), size: BigInt(size), proof, root: mth(d) })).toBe(true);
    }), { numRuns });
  });
  it('consistency', () => {
    fc.assert(fc.property(growth, ({ size1, size2 }) => {
      const d = leaves(size2);
      const proof = consistencyProof(d, BigInt(size1), BigInt(size2));
      expect(proof).toEqual(subproof(size1, d, true));
      expect(verifyConsistency({ size1: BigInt(size1), size2: BigInt(size2), root1: mth(d.slice(0, size1)), root2: mth(d), proof })).toBe(true);
    }), { numRuns });
  });
  it('every index and every pair of sizes up to 40', () => {
    for (let size = 1; size <= 40; size++) {
      const d = leaves(size);
      for (let i = 0; i < size; i++) {
        expect(verifyInclusion({ leafHash: d[i]!, index: BigInt(i), size: BigInt(size), proof: inclusionProof(d, BigInt(i)), root: mth(d) })).toBe(true);
        expect(verifyConsistency({ size1: BigInt(i), size2: BigInt(size), root1: mth(d.slice(0, i)), root2: mth(d), proof: consistencyProof(d, BigInt(i), BigInt(size)) })).toBe(true);
      }
    }
  });
});

const flipped = (list: readonly Uint8Array[], n: number, bit: number): readonly Uint8Array[] =>
  list.map((hash, i) => (i === n ? hash.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte)) : hash));

describe('a proof with anything changed is refused', () => {
  const d = leaves(37);
  const root = mth(d);
  const claim = { leafHash: d[20]!, index: 20n, size: 37n, proof: inclusionProof(d, 20n), root };
  const grown = { size1: 21n, size2: 37n, root1: mth(d.slice(0, 21)), root2: root, proof: consistencyProof(d, 21n, 37n) };

  it('each bit of each hash', () => {
    expect([verifyInclusion(claim), verifyConsistency(grown)]).toEqual([true, true]);
    const passed: string[] = [];
    for (let bit = 0; bit < 256; bit++) {
      claim.proof.forEach((_, n) => { if (verifyInclusion({ ...claim, proof: flipped(claim.proof, n, bit) })) passed.push(`inclusion ${String(n)}.${String(bit)}`); });
      grown.proof.forEach((_, n) => { if (verifyConsistency({ ...grown, proof: flipped(grown.proof, n, bit) })) passed.push(`consistency ${String(n)}.${String(bit)}`); });
      for (const key of ['leafHash', 'root'] as const) if (verifyInclusion({ ...claim, [key]: flipped([claim[key]], 0, bit)[0] })) passed.push(`${key}.${String(bit)}`);
      for (const key of ['root1', 'root2'] as const) if (verifyConsistency({ ...grown, [key]: flipped([grown[key]], 0, bit)[0] })) passed.push(`${key}.${String(bit)}`);
    }
    expect(passed).toEqual([]);
  });
  it('another index, unless the leaf is the same', () => {
    for (let index = 0n; index < 64n; index++) if (index !== 20n) expect(verifyInclusion({ ...claim, index })).toBe(false);
  });
  it('a hash more, less, or in another place', () => {
    for (const proof of [[...claim.proof, root], [root, ...claim.proof], claim.proof.slice(1), claim.proof.slice(0, -1), claim.proof.toReversed(), []]) expect(verifyInclusion({ ...claim, proof })).toBe(false);
    for (const proof of [[...grown.proof, root], [root, ...grown.proof], grown.proof.slice(1), grown.proof.slice(0, -1), grown.proof.toReversed(), []]) expect(verifyConsistency({ ...grown, proof })).toBe(false);
  });
  it('a proof that ends before the root does', () => {
    const [only] = d;
    expect(verifyInclusion({ leafHash: only!, index: 0n, size: 5n, proof: [], root: only! })).toBe(false);
    expect(verifyInclusion({ leafHash: only!, index: 1n, size: 1n, proof: [], root: only! })).toBe(false);
    expect(verifyConsistency({ size1: 1n, size2: 5n, root1: only!, root2: only!, proof: [] })).toBe(false);
  });
  it('trees of 2^k, whose own root the proof leaves out', () => {
    const proof = consistencyProof(d, 16n, 37n);
    const claimed = { size1: 16n, size2: 37n, root1: mth(d.slice(0, 16)), root2: root, proof };
    expect(verifyConsistency(claimed)).toBe(true);
    expect(verifyConsistency({ ...claimed, proof: [claimed.root1, ...proof] })).toBe(false);
    expect(verifyConsistency({ ...claimed, root1: mth(d.slice(0, 15)) })).toBe(false);
  });
});

const throwing = new Proxy({}, { get: () => { throw new Error('no'); } });
class Endless extends Array<Uint8Array> {
  override *[Symbol.iterator](): ArrayIterator<Uint8Array> { for (;;) yield emptyRoot(); }
}
const HOSTILE: readonly unknown[] = [undefined, null, 0, 1, -1, 1.5, NaN, Infinity, -1n, 2n ** 63n, 2n ** 64n, 10n ** 400n, '', 'x', '20', true, Symbol('s'), [], {}, () => 1, new Uint8Array(31), new Uint8Array(33), new Uint16Array(32),
  Array(32).fill(0), [null], [[]], Array(1e6), [new Uint8Array(31)], throwing, new Proxy([], { get: () => { throw new Error('no'); } }), Endless.from([emptyRoot()]), { length: 2 ** 40 }, new ArrayBuffer(32), new Date(0), Object.create(null)];

describe('hostile input is false, never an exception', () => {
  const d = leaves(5);
  const claim = { leafHash: d[2]!, index: 2n, size: 5n, proof: inclusionProof(d, 2n), root: mth(d) };
  const grown = { size1: 3n, size2: 5n, root1: mth(d.slice(0, 3)), root2: mth(d), proof: consistencyProof(d, 3n, 5n) };
  it.each(Object.keys(claim))('inclusion, %s', key => { for (const value of HOSTILE) expect(verifyInclusion({ ...claim, [key]: value })).toBe(false); });
  it.each(Object.keys(grown))('consistency, %s', key => { for (const value of HOSTILE) expect(verifyConsistency({ ...grown, [key]: value })).toBe(false); });
  it('the claim itself', () => {
    for (const value of HOSTILE) expect([verifyInclusion(value as never), verifyConsistency(value as never)]).toEqual([false, false]);
  });
  it('sizes of 2^63 − 1 are quick', () => {
    const size = 2n ** 63n - 1n;
    const proof = Array.from({ length: 63 }, () => emptyRoot());
    expect(verifyInclusion({ leafHash: emptyRoot(), index: size - 1n, size, proof, root: emptyRoot() })).toBe(false);
    expect(verifyConsistency({ size1: size - 1n, size2: size, root1: emptyRoot(), root2: emptyRoot(), proof })).toBe(false);
    expect(planInclusion(size - 1n, size).length).toBe(62);
  });
  it('nothing is the past of everything, if it is nothing', () => {
    const nothing = { size1: 0n, size2: 5n, root1: emptyRoot(), root2: mth(d), proof: [] };
    expect(verifyConsistency(nothing)).toBe(true);
    expect(verifyConsistency({ ...nothing, root1: mth(d) })).toBe(false);
    expect(verifyConsistency({ ...nothing, proof: [mth(d)] })).toBe(false);
    expect(verifyConsistency({ ...nothing, size2: 0n })).toBe(false);
    expect(verifyConsistency({ ...nothing, size2: 0n, root2: emptyRoot() })).toBe(true);
  });
});

describe('what makes a proof throws on a caller’s bug', () => {
  const d = leaves(5);
  it.each([
    { reason: 'an index after the end', act: () => inclusionProof(d, 5n) },
    { reason: 'a negative index', act: () => inclusionProof(d, -1n) },
    { reason: 'a past longer than its future', act: () => consistencyProof(d, 4n, 3n) },
    { reason: 'more leaves than there are', act: () => consistencyProof(d, 3n, 6n) },
    { reason: 'a hash of 31 bytes', act: () => rootOf([...d, new Uint8Array(31)]) },
    { reason: 'a node of 33 bytes', act: () => nodeHash(d[0]!, new Uint8Array(33)) },
    { reason: 'a frontier with a hash too few', act: () => frontierOf(3n, [d[0]!]) },
    { reason: 'a range that ends before it begins', act: () => rangeProof({ first: 3n, end: 2n, size: 5n }, () => d[0]!) },
  ])('$reason', ({ act }) => { expect(act).toThrow(/RangeError|TypeError|hash|tree|leaf|range|frontier/); });
});

const among = (d: readonly Uint8Array[]) => ({ level, index }: Node): Uint8Array => {
  const [width, at] = [2 ** level, Number(index)];
  if ((at + 1) * width > d.length) throw new Error(`node ${String(level)}/${String(index)} does not exist`);
  return mth(d.slice(at * width, (at + 1) * width));
};

describe('a frontier', () => {
  it('grown leaf by leaf, at once, or from what was stored has the root of all', () => {
    fc.assert(fc.property(growth, ({ size1, size2 }) => {
      const d = leaves(size2);
      const before = appendLeaves(EMPTY_FRONTIER, d.slice(0, size1));
      const stored = frontierOf(before.size, before.hashes);
      expect(frontierRoot(before)).toEqual(mth(d.slice(0, size1)));
      expect(frontierRoot(appendLeaves(stored, d.slice(size1)))).toEqual(mth(d));
      expect(d.slice(size1).reduce(appendLeaf, stored)).toEqual(appendLeaves(EMPTY_FRONTIER, d));
      expect(before.size).toBe(BigInt(size1));
    }), { numRuns });
  });
  it('of nothing has the root of nothing', () => { expect(frontierRoot(EMPTY_FRONTIER)).toEqual(emptyRoot()); });
  it('refuses a subtree where it cannot begin', () => { expect(() => growing(frontierOf(1n, leaves(1))).append(leaves(1)[0]!, 2n)).toThrow(RangeError); });
});

describe('proofs from single nodes', () => {
  it('are those from all leaves, and read only nodes that exist', () => {
    fc.assert(fc.property(growth, ({ size1, size2 }) => {
      const d = leaves(size2);
      expect(hashesOf(planConsistency(BigInt(size1), BigInt(size2)), among(d))).toEqual(subproof(size1, d, true));
      expect(hashesOf(planInclusion(BigInt(size1 - 1), BigInt(size2)), among(d))).toEqual(path(size1 - 1, d));
      expect(hashesOf(planRoot(BigInt(size2)), among(d))).toEqual([mth(d)]);
    }), { numRuns });
  });
});

const ranges = fc.tuple(tree, tree, tree).map(list => list.toSorted((a, b) => a - b)).map(([first = 0, end = 0, size = 0]) => ({ first, end, size }));
const verdict = (proof: RangeProof, hashes: readonly Uint8Array[], root: Uint8Array): boolean => {
  const verification = verifyingRange(proof);
  for (const hash of hashes) verification.add(hash);
  return verification.gives(root);
};

describe('a range', () => {
  const d = leaves(70);
  const proofOf = (first: number, end: number, size: number): RangeProof => rangeProof({ first: BigInt(first), end: BigInt(end), size: BigInt(size) }, among(d.slice(0, size)));
  it('with its surroundings gives the root', () => {
    fc.assert(fc.property(ranges, ({ first, end, size }) => {
      expect(verdict(proofOf(first, end, size), d.slice(first, end), mth(d.slice(0, size)))).toBe(true);
    }), { numRuns });
  });
  it('has one hash to the left per bit of first, and widths to the right that divide where they stand', () => {
    const { left, right } = proofOf(11, 14, 61);
    expect(left).toEqual([mth(d.slice(0, 8)), mth(d.slice(8, 10)), mth(d.slice(10, 11))]);
    expect(right).toEqual([[14, 16], [16, 32], [32, 48], [48, 56], [56, 60], [60, 61]].map(([a, b]) => mth(d.slice(a, b))));
  });
  const [first, end, size] = [11, 30, 61];
  const good = proofOf(first, end, size);
  const inside = d.slice(first, end);
  const root = mth(d.slice(0, size));
  it.each([
    { reason: 'nothing changed', proof: good, hashes: inside, root, proven: true },
    { reason: 'a leaf missing', proof: good, hashes: inside.slice(1), root, proven: false },
    { reason: 'too few leaves, and the root of as many', proof: { first: 0n, end: 5n, size: 5n, left: [], right: [] }, hashes: d.slice(0, 4), root: mth(d.slice(0, 4)), proven: false },
    { reason: 'too many leaves, and the root of as many', proof: { first: 0n, end: 4n, size: 4n, left: [], right: [] }, hashes: d.slice(0, 5), root: mth(d.slice(0, 5)), proven: false },
    { reason: 'a leaf too many', proof: good, hashes: [...inside, inside[0]!], root, proven: false },
    { reason: 'two leaves swapped', proof: good, hashes: [inside[1]!, inside[0]!, ...inside.slice(2)], root, proven: false },
    { reason: 'a leaf that is no hash', proof: good, hashes: [new Uint8Array(31), ...inside.slice(1)], root, proven: false },
    { reason: 'another root', proof: good, hashes: inside, root: mth(d), proven: false },
    { reason: 'another size', proof: { ...good, size: 64n }, hashes: inside, root, proven: false },
    // A root does not say its size: the signed checkpoint does, and that is where a verifier takes both from.
    { reason: 'another size of the same shape', proof: { ...good, size: 62n }, hashes: inside, root, proven: true },
    { reason: 'a range shifted by one', proof: { ...good, first: 12n, end: 31n }, hashes: inside, root, proven: false },
    { reason: 'a hash to the left too few', proof: { ...good, left: good.left.slice(1) }, hashes: inside, root, proven: false },
    { reason: 'a hash to the right too many', proof: { ...good, right: [...good.right, root] }, hashes: inside, root, proven: false },
    { reason: 'a bit of left', proof: { ...good, left: flipped(good.left, 1, 77) }, hashes: inside, root, proven: false },
    { reason: 'a bit of right', proof: { ...good, right: flipped(good.right, 1, 77) }, hashes: inside, root, proven: false },
  ])('$reason', ({ proof, hashes, root: said, proven }) => { expect(verdict(proof, hashes, said)).toBe(proven); });
  it('hostile in any of its fields proves nothing and throws nothing', () => {
    for (const value of HOSTILE) {
      for (const key of Object.keys(good)) expect(verdict({ ...good, [key]: value }, inside, root)).toBe(false);
      expect(verdict(value as never, inside, root)).toBe(false);
      expect(verdict(good, inside, value as never)).toBe(false);
      expect(verdict(good, [value as never, ...inside.slice(1)], root)).toBe(false);
    }
  });
});
