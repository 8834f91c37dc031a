import { inflateRawSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { bundleOf, partsOf } from '../testing/bundle.ts';
import type { Bundle } from '../testing/bundle.ts';
import { chanceOf, runs } from '../testing/chance.ts';
import { startBench } from '../testing/verifiers.ts';

const FLIPS = runs(200, 10_000);
/** In a bundle as it is exported all of them, in the two others a quarter. */
const QUARTER = Math.ceil(FLIPS / 4);
const AT_ONCE = 50;
const PATIENCE = 60_000 + 200 * FLIPS;
const bench = startBench();
afterAll(bench.stop);

/** What an entry inflates to, or undefined where its stream is broken or does not end with its data. */
const inflated = (packed: Buffer): Buffer | undefined => {
  try {
    const { buffer, engine } = inflateRawSync(packed, { info: true }) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
    return engine.bytesWritten === packed.length ? buffer : undefined;
  } catch {
    return undefined;
  }
};

/** Flips one bit at a time; counts the verdicts that are not what the specification says. */
const flipped = async ({ bytes, data, trust }: Bundle, honest: string, seed: number, count: number): Promise<{ readonly wrong: readonly string[]; readonly same: number; readonly failed: number }> => {
  const chance = chanceOf(seed);
  const wrong: string[] = [];
  let [same, failed] = [0, 0];
  const tryOne = async (at: number, bit: number): Promise<void> => {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ (1 << bit);
    const entry = data.find(({ from, to }) => at >= from && at < to);
    // Where the flip leaves what an entry inflates to as it is, it proves nothing, and the verdict is that of the whole bundle.
    const unchanged = entry !== undefined && inflated(changed.subarray(entry.from, entry.to))?.equals(inflated(bytes.subarray(entry.from, entry.to)) ?? Buffer.alloc(0));
    const lines = (await bench.judge(changed, trust)).map(({ line }) => line);
    const right = unchanged === true ? lines.every(line => line === honest) : lines.every(line => line === lines[0] && line.startsWith('verdict: FAIL '));
    if (!right) wrong.push(`bit ${String(bit)} of byte ${String(at)} in ${entry?.name ?? 'the layout'}: ${lines.join(', ')}`);
    if (unchanged === true) same += 1;
    else failed += 1;
  };
  for (let i = 0; i < count; i += AT_ONCE) await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - i) }, () => tryOne(chance.below(bytes.length), chance.below(8))));
  return { wrong, same, failed };
};

describe('a flipped bit', () => {
  it('of a deflated bundle is a FAIL, unless the bytes are the same', async () => {
    const bundle = bundleOf(partsOf({ size: 40, timestamps: [7], views: ['ocsf.jsonl'] }));
    const { wrong, same, failed } = await flipped(bundle, 'verdict: OK 40 events', 2, FLIPS);
    expect(wrong).toEqual([]);
    // Not one in fifty: a deflate stream holds few bits that mean nothing.
    expect(same).toBeLessThan(1 + FLIPS / 50);
    expect(same + failed).toBe(FLIPS);
  }, PATIENCE);

  it('of a stored bundle is a FAIL, wherever it is', async () => {
    const bundle = bundleOf(partsOf({ store: true, timestamps: [7], discontinuities: 1, views: ['cef.txt'] }));
    const { wrong, same, failed } = await flipped(bundle, 'verdict: DISCONTINUITY old1.audit.example.fr', 1, QUARTER);
    expect({ wrong, same, failed }).toEqual({ wrong: [], same: 0, failed: QUARTER });
  }, PATIENCE);

  it('of a file, in a bundle packed again around it, is a FAIL where it is evidence, and the same of both programs anywhere', async () => {
    const parts = partsOf({ size: 40, first: 10, quorum: 3, timestamps: [3, 7], discontinuities: 1, views: ['ocsf.jsonl'] });
    // All three witnesses are needed: a name with a flipped bit is that of an unknown witness, whose line is ignored.
    const EVIDENCE = /^(log\.checkpoint|global\.checkpoint|proofs\.json|events\.jsonl|timestamps\/.*\.checkpoint|discontinuities\/.*)$/;
    const chance = chanceOf(3);
    const wrong: string[] = [];
    const tryOne = async (name: string): Promise<void> => {
      const file = Buffer.from(parts.files.get(name) ?? Buffer.alloc(0));
      const [at, bit] = [chance.below(file.length), chance.below(8)];
      file[at] = (file[at] ?? 0) ^ (1 << bit);
      const { bytes, trust } = bundleOf({ ...parts, files: new Map(parts.files).set(name, file) });
      const lines = (await bench.judge(bytes, trust)).map(({ line }) => line);
      if (lines.some(line => line !== lines[0] || (EVIDENCE.test(name) && !line.startsWith('verdict: FAIL ')))) wrong.push(`bit ${String(bit)} of byte ${String(at)} of ${name}: ${lines.join(', ')}`);
    };
    // Half of them in timestamps: the one file whose form neither a signature nor a hash holds together.
    for (let i = 0; i < QUARTER; i += AT_ONCE) await Promise.all(Array.from({ length: Math.min(AT_ONCE, QUARTER - i) }, () => tryOne(chance.below(2) === 0 ? 'timestamps/3.tsr' : chance.of([...parts.files.keys()]))));
    expect(wrong).toEqual([]);
  }, PATIENCE);
});
