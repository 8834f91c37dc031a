import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { crewFor } from './crew.ts';
import type { Passage } from './lines.ts';

const LOG = 'audit.example.fr/t/organisation_1';
const LARGE = 2 ** 30;
const line = (n: number, more = ''): string => `{"id":"event_${String(n)}"${more},"log":"${LOG}","time":"2026-03-01T00:${String(n % 60).padStart(2, '0')}:00.000Z","type":"${n % 10 === 0 ? 'audit.log.heartbeat' : 'compute.instance.create'}","v":1}`;
const passages = (count: number, each: number, change: (n: number) => string = line): readonly Passage[] =>
  Array.from({ length: count }, (_, p) => ({ first: 1_000 + p * each, lines: each, bytes: Buffer.from(Array.from({ length: each }, (_, i) => `${change(1_000 + p * each + i)}\n`).join('')) }));

const readBy = async (bytes: number, asked: readonly Passage[]): Promise<readonly unknown[]> => {
  const crew = crewFor(bytes, new Set([LOG]));
  try {
    return await Promise.all(asked.map(async passage => {
      const outcome = await crew.read(passage);
      return outcome.ok ? { times: [...outcome.held.times], beats: [...outcome.held.beats], roots: Buffer.from(outcome.held.roots).toString('hex') } : outcome.because;
    }));
  } finally {
    await crew.end();
  }
};

describe('a crew of threads', () => {
  it('says of each passage what one thread says, in the order of the questions', async () => {
    const asked = passages(12, 37);
    const answers = await readBy(LARGE, asked);
    expect(answers).toEqual(await readBy(0, asked));
    expect(answers[3]).toMatchObject({ beats: Array.from({ length: 37 }, (_, i) => Number((1_111 + i) % 10 === 0)) });
  });

  it('is one hand alone where Node may start no threads', () => {
    const asked = `import { crewFor } from ${JSON.stringify(new URL('crew.ts', import.meta.url).href)}; console.log(crewFor(${String(LARGE)}, new Set()).hands);`;
    const { stdout, status } = spawnSync(process.execPath, ['--permission', '--allow-fs-read=*', '--input-type=module', '--eval', asked], { encoding: 'utf8' });
    expect([stdout, status]).toEqual(['0\n', 0]);
  });

  it.each([
    { what: 'of another log', broken: line(1_050).replace(LOG, `${LOG}0`), because: 'event 1050: v or log' },
    { what: 'of version 2', broken: line(1_050).replace('"v":1', '"v":2'), because: 'event 1050: v or log' },
    { what: 'too short', broken: '{', because: 'event 1050: length' },
    { what: 'with its keys in another order', broken: line(1_050).replace('"id":', '"zz":'), because: 'event 1050: keys are not ascending' },
    { what: 'with a bare tab, in the shape of those before', broken: line(1_050).replace('event_', 'event\t'), because: 'event 1050: a string that does not end' },
    { what: 'that is not UTF-8', broken: line(1_050).replace('event_', '\u00ff'), because: 'an event from 1044 on: not UTF-8' },
  ])('says which event does not hold: one $what', async ({ broken, because }) => {
    const asked = passages(4, 44, n => (n === 1_050 ? broken : line(n))).map(passage => ({ ...passage, bytes: Buffer.from(Buffer.from(passage.bytes).toString(), 'latin1') }));
    for (const bytes of [LARGE, 0]) {
      const answers = await readBy(bytes, asked);
      expect(answers[1]).toBe(because);
      expect(answers.filter(answer => typeof answer === 'string')).toHaveLength(1);
    }
  });
});
