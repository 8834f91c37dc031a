import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { tellStory } from '../../apps/local/src/story/index.ts';
import { takeCensus } from './world/census.ts';
import { sharedStack } from './world/people.ts';

test('the main job: declare, order, refuse for power with numbers, run, give back, export; and again from what it left', async () => {
  const run = sharedStack();
  const state = mkdtempSync(join(tmpdir(), 'cadastre-e2e-'));
  writeFileSync(join(state, 'run.json'), JSON.stringify(run));
  try {
    for (const telling of ['first', 'second'] as const) {
      const out = new PassThrough();
      const told = text(out);
      const outcome = await tellStory(run, { state, out, signal: AbortSignal.timeout(110_000) });
      out.end();
      const story = await told;
      expect(outcome, story).toEqual({ ok: true });
      // 60,000 W less five idle machines at 3,100 W leaves 44,500 W: three orders of 11,200 W fit, and 10,900 W are left for the fourth.
      expect(story).toMatch(/RACK_POWER.*11.?200 W.*10.?900 W.*60.?000 W/s);
      expect((await takeCensus(run)).violations).toEqual([]);
      if (telling === 'second') {
        const lines = readFileSync(join(state, 'exports', 'atelier-ia.jsonl'), 'utf8').trimEnd().split('\n').map(l => JSON.parse(l) as { type: string; outcome: string; reason?: string });
        expect(lines.some(l => l.type === 'compute.instance.create' && l.outcome === 'denied' && l.reason === 'RACK_POWER')).toBe(true);
      }
    }
  } finally {
    rmSync(state, { recursive: true, force: true });
  }
});
