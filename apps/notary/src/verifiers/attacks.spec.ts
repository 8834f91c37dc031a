import { afterAll, describe, expect, it } from 'vitest';
import { ATTACKS } from '../testing/attacks.ts';
import { startBench, VERIFIERS } from '../testing/verifiers.ts';

const bench = startBench();
afterAll(bench.stop);

const both = <T>(value: T): readonly T[] => VERIFIERS.map(() => value);
const codeOf = (verdict: string): number => (verdict.startsWith('OK ') ? 0 : verdict.startsWith('DISCONTINUITY ') ? 2 : 1);

describe('both programs say the same of a bundle of which', () => {
  it.each(ATTACKS.flatMap(group => group.attacks))('$name: $verdict', async ({ verdict, make }) => {
    const { bytes, trust } = make();
    const verdicts = await bench.judge(bytes, trust);
    expect(verdicts).toEqual(both({ line: `verdict: ${verdict}`, code: codeOf(verdict) }));
  });
});
