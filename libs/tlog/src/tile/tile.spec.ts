import { hash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bindHash, planConsistency, planInclusion, planRange, planRoot } from '../merkle/index.ts';
import { EMPTY_EDGE, bundlesBetween, bundlesOfGrowth, edgeOf, encodeBundle, encodeTile, formatTilePath, fromTiles, growTiles, parseBundle, parseTile, parseTilePath, partialTiles, tilesOfGrowth, tilesOfPlan } from './index.ts';
import type { Edge, Tile } from './index.ts';

const merkle = bindHash(data => new Uint8Array(hash('sha256', data, 'buffer')));
const numRuns = Number(process.env['CADASTRE_PROPERTY_RUNS'] ?? 40);
const LEAVES = Array.from({ length: 70_000 }, (_, i) => merkle.leafHash(Uint8Array.of(i & 255, i >> 8, i >> 16)));
const paths = (tiles: readonly Tile[]): readonly string[] => tiles.map(formatTilePath);

describe('the path of a tile', () => {
  it.each([
    { reason: 'the first', tile: { level: 0, index: 0n, width: 256 }, path: 'tile/0/000' },
    { reason: 'the spec’s example', tile: { level: 2, index: 1234067n, width: 256 }, path: 'tile/2/x001/x234/067' },
    { reason: 'a partial one', tile: { level: 1, index: 1000n, width: 17 }, path: 'tile/1/x001/000.p/17' },
    { reason: 'a bundle', tile: { level: 'entries', index: 273n, width: 112 }, path: 'tile/entries/273.p/112' },
    { reason: 'the highest level', tile: { level: 63, index: 0n, width: 1 }, path: 'tile/63/000.p/1' },
    { reason: 'the last index', tile: { level: 0, index: 2n ** 63n - 1n, width: 256 }, path: 'tile/0/x009/x223/x372/x036/x854/x775/807' },
  ] as const)('$reason', ({ tile, path }) => {
    expect(formatTilePath(tile)).toBe(path);
    expect(parseTilePath(path)).toEqual(tile);
  });
  it.each([
    { reason: 'a level with a leading zero', path: 'tile/01/000' },
    { reason: 'level 64', path: 'tile/64/000' },
    { reason: 'two digits', path: 'tile/0/01' },
    { reason: 'an element of zeros in front', path: 'tile/0/x000/001' },
    { reason: 'a last element with an x', path: 'tile/0/x001' },
    { reason: 'an inner element without', path: 'tile/0/001/002' },
    { reason: 'a width of 0', path: 'tile/0/000.p/0' },
    { reason: 'a full width said', path: 'tile/0/000.p/256' },
    { reason: 'a width with a leading zero', path: 'tile/0/000.p/017' },
    { reason: 'out of its folder', path: 'tile/0/../000' },
    { reason: 'a slash too many', path: '/tile/0/000' },
    { reason: 'a newline at the end', path: 'tile/0/000\n' },
    { reason: 'an index of 2^63', path: 'tile/0/x009/x223/x372/x036/x854/x775/808' },
    { reason: 'other digits', path: 'tile/0/٠٠٠' },
  ])('is not $reason', ({ path }) => { expect(parseTilePath(path)).toBeUndefined(); });
});

describe('the tiles of a log', () => {
  it('of 70,000 leaves are those that the spec counts', () => {
    const tiles = tilesOfGrowth(0n, 70_000n);
    const count = (level: number, full: boolean): number => tiles.filter(tile => tile.level === level && (tile.width === 256) === full).length;
    expect([count(0, true), count(1, true), count(2, true)]).toEqual([273, 1, 0]);
    expect(paths(partialTiles(70_000n))).toEqual(['tile/0/273.p/112', 'tile/1/001.p/17', 'tile/2/000.p/1']);
    expect(tiles.filter(tile => tile.width < 256)).toEqual(partialTiles(70_000n));
  });
  it.each([
    { reason: 'nothing new', from: 300n, to: 300n, tiles: [] },
    { reason: 'one leaf', from: 0n, to: 1n, tiles: ['tile/0/000.p/1'] },
    { reason: 'a full tile and the one above', from: 255n, to: 256n, tiles: ['tile/0/000', 'tile/1/000.p/1'] },
    { reason: 'only a wider partial tile', from: 256n, to: 300n, tiles: ['tile/0/001.p/44'] },
    { reason: 'across a boundary', from: 511n, to: 513n, tiles: ['tile/0/001', 'tile/0/002.p/1', 'tile/1/000.p/2'] },
    { reason: 'three levels at once', from: 65_535n, to: 65_536n, tiles: ['tile/0/255', 'tile/1/000', 'tile/2/000.p/1'] },
  ])('to write: $reason', ({ from, to, tiles }) => { expect(paths(tilesOfGrowth(from, to))).toEqual(tiles); });
  it('bundles to write, and to read for a range', () => {
    expect(paths(bundlesOfGrowth(511n, 513n))).toEqual(['tile/entries/001', 'tile/entries/002.p/1']);
    expect(paths(bundlesBetween(255n, 257n, 300n))).toEqual(['tile/entries/000', 'tile/entries/001.p/44']);
    expect(paths(bundlesBetween(10n, 256n, 300n))).toEqual(['tile/entries/000']);
    expect(bundlesBetween(10n, 10n, 300n)).toEqual([]);
    expect(() => bundlesBetween(10n, 301n, 300n)).toThrow(RangeError);
    expect(() => tilesOfGrowth(2n, 1n)).toThrow(RangeError);
  });
});

/** A log's storage, grown in steps. */
const grown = (...sizes: readonly number[]): { readonly files: ReadonlyMap<string, Uint8Array>; readonly edge: Edge } => {
  const files = new Map<string, Uint8Array>();
  let edge = EMPTY_EDGE;
  for (const size of sizes) {
    const growth = growTiles(merkle, edge, LEAVES.slice(Number(edge.size), size));
    expect(paths(growth.written.map(({ tile }) => tile))).toEqual(paths(tilesOfGrowth(edge.size, BigInt(size))));
    for (const { tile, bytes } of growth.written) files.set(formatTilePath(tile), bytes);
    edge = growth.edge;
  }
  return { files, edge };
};
const reading = (files: ReadonlyMap<string, Uint8Array>) => (tile: Tile): readonly Uint8Array[] => {
  const hashes = parseTile(files.get(formatTilePath(tile)) ?? new Uint8Array(0), tile.width);
  if (hashes === undefined) throw new Error(`${formatTilePath(tile)} was not written`);
  return hashes;
};

describe('growth', () => {
  it('in whatever steps gives the same tiles of the last size, and the edge that storage gives back', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 2_000 }), fc.integer({ min: 1, max: 2_000 }), fc.integer({ min: 1, max: 2_000 }), (...steps) => {
      const sizes = [...new Set(steps)].toSorted((a, b) => a - b);
      const size = sizes.at(-1)!;
      const [slow, fast] = [grown(...sizes), grown(size)];
      for (const [path, bytes] of fast.files) expect(slow.files.get(path)).toEqual(bytes);
      // Rows without a partial tile need not be told apart from absent ones.
      expect(edgeOf(BigInt(size), reading(slow.files)).rows).toEqual(slow.edge.rows.slice(0, slow.edge.rows.findLastIndex(row => row.length > 0) + 1));
      expect(growTiles(merkle, edgeOf(BigInt(size), reading(slow.files)), LEAVES.slice(size, size + 300)).written).toEqual(growTiles(merkle, slow.edge, LEAVES.slice(size, size + 300)).written);
    }), { numRuns });
  });
  it('an edge that does not fit its size is refused', () => { expect(() => edgeOf(3n, () => LEAVES.slice(0, 2))).toThrow(RangeError); });
});

describe('proofs out of tiles', () => {
  const { files } = grown(70_000);
  const sizes = fc.integer({ min: 1, max: 70_000 });
  const storage = new Map(files);
  for (const size of [1, 255, 256, 257, 300, 65_535, 65_536, 65_537, 69_999]) for (const [path, bytes] of grown(size).files) storage.set(path, bytes);

  it.each([1, 255, 256, 257, 300, 65_536, 65_537, 70_000])('of a log of %i leaves are those of all leaves', size => {
    const leaves = LEAVES.slice(0, size);
    const node = fromTiles(merkle, BigInt(size), reading(storage));
    const root = merkle.rootOf(leaves);
    expect(merkle.hashesOf(planRoot(BigInt(size)), node)).toEqual([root]);
    for (const index of [0, Math.floor(size / 3), size - 1]) {
      expect(merkle.hashesOf(planInclusion(BigInt(index), BigInt(size)), node)).toEqual(merkle.inclusionProof(leaves, BigInt(index)));
      expect(merkle.hashesOf(planConsistency(BigInt(index), BigInt(size)), node)).toEqual(merkle.consistencyProof(leaves, BigInt(index), BigInt(size)));
    }
    const [first, end] = [Math.floor(size / 5), Math.floor(size / 2)];
    const verification = merkle.verifyingRange(merkle.rangeProof({ first: BigInt(first), end: BigInt(end), size: BigInt(size) }, node));
    for (const leaf of leaves.slice(first, end)) verification.add(leaf);
    expect(verification.gives(root)).toBe(true);
  });

  it('read no other tile than the plan names, and few', () => {
    fc.assert(fc.property(sizes, sizes, (a, b) => {
      const [size1, size2] = [BigInt(Math.min(a, b)), BigInt(Math.max(a, b))];
      for (const plan of [planConsistency(size1, size2), planInclusion(size1 - 1n, size2), planRange(size1 - 1n, size1, size2).left, planRange(size1 - 1n, size1, size2).right]) {
        const named = tilesOfPlan(plan, size2);
        expect(named.length).toBeLessThanOrEqual(6);
        // Each is a tile of a log of this size.
        const exist = new Set(paths(partialTiles(size2)));
        for (const tile of named) expect(tile.width === 256 || exist.has(formatTilePath(tile))).toBe(true);
      }
    }), { numRuns });
  });
  it('of ten million leaves needs a handful of tiles', () => { expect(tilesOfPlan(planInclusion(1_234_567n, 10_000_000n), 10_000_000n).length).toBeLessThanOrEqual(6); });
  it('a tile that is too short is refused', () => {
    expect(() => merkle.hashesOf(planInclusion(0n, 300n), fromTiles(merkle, 300n, () => LEAVES.slice(0, 10)))).toThrow(RangeError);
    expect(() => tilesOfPlan([[{ level: 8, index: 1n }]], 300n)).toThrow(RangeError);
  });
});

describe('a tile and a bundle as bytes', () => {
  const entries = [Uint8Array.of(1, 2, 3), new Uint8Array(0), new Uint8Array(65_535).fill(7)];
  const bundle = encodeBundle(entries);
  it('come back', () => {
    expect(parseBundle(bundle, 3)).toEqual(entries);
    expect([...bundle.slice(0, 7)]).toEqual([0, 3, 1, 2, 3, 0, 0]);
    expect(parseTile(encodeTile(LEAVES.slice(0, 5)), 5)).toEqual(LEAVES.slice(0, 5));
  });
  it.each([
    { reason: 'an entry fewer than said', read: parseBundle(bundle, 4) },
    { reason: 'an entry more', read: parseBundle(bundle, 2) },
    { reason: 'bytes after the last', read: parseBundle(Uint8Array.of(...bundle, 0), 3) },
    { reason: 'cut', read: parseBundle(bundle.slice(0, -1), 3) },
    { reason: 'cut within a length', read: parseBundle(Uint8Array.of(0), 1) },
    { reason: 'a width of nothing', read: parseBundle(new Uint8Array(0), 0) },
    { reason: 'a tile too long', read: parseTile(new Uint8Array(33), 1) },
    { reason: 'a tile of nothing', read: parseTile(new Uint8Array(0), 0) },
    { reason: 'a tile too wide', read: parseTile(new Uint8Array(257 * 32), 257) },
  ])('refused: $reason', ({ read }) => { expect(read).toBeUndefined(); });
  it.each([
    { reason: 'an entry of 65,536 bytes', act: () => encodeBundle([new Uint8Array(65_536)]) },
    { reason: '257 entries', act: () => encodeBundle(Array.from({ length: 257 }, () => new Uint8Array(1))) },
    { reason: 'no entry', act: () => encodeBundle([]) },
    { reason: 'no hash', act: () => encodeTile([]) },
    { reason: 'a hash of 31 bytes', act: () => encodeTile([new Uint8Array(31)]) },
  ])('not written: $reason', ({ act }) => { expect(act).toThrow(RangeError); });
});
