import { describe, expect, test } from 'vitest';
import { decide, dump, fold, snapshot } from '@cadastre/domain/capacity';
import type { CapacityState } from '@cadastre/domain/capacity';
import { systemClock } from '@cadastre/platform/clock';
import { silentLogger } from '@cadastre/platform/log';
import type { Logger } from '@cadastre/platform/log';
import { readSnapshot, saveSnapshot, snapshots } from '@cadastre/store/capacity';
import type { Store } from '@cadastre/store/pool';
import { asSuperuser } from '@cadastre/store/testing';
import { waitFor } from '@cadastre/testing/wait';
import type { RegionLoop } from './loop.ts';
import { Snapshots } from './snapshots.ts';
import { ask, manualClock, openLab, planned } from './testing/lab.ts';
import type { Site } from './testing/world.ts';
import { accepted, createRequest, freeRequest, ids, planRequest, releaseRequest, reserveRequest, storeAs } from './testing/world.ts';

const lab = openLab();
const indices = async (s: Site): Promise<readonly number[]> => (await lab.rows<{ index: number }>('SELECT DISTINCT index FROM capacity_snapshot WHERE region_id = $1 ORDER BY index DESC', [s.regionId])).map(r => r.index);

/** What a loop says while it starts. */
const listening = (): { readonly log: Logger; readonly said: string[] } => {
  const said: string[] = [];
  const hear = (_: unknown, text: string): void => { said.push(text); };
  return { said, log: Object.assign(Object.create(silentLogger()) as Logger, { info: hear, warn: hear, error: hear }) };
};
const STARTED = 'starts from a snapshot';
const UNUSABLE = 'a snapshot cannot be used; an older one, or the whole ledger, is folded instead';

/** Something of everything that a state can hold. */
const busy = async (s: Site, loop: RegionLoop): Promise<void> => {
  const clock = manualClock();
  for (const more of [{ count: 3 }, { gpusPerInstance: 2 }, { milliGpu: 250 }, { interruptible: true }]) accepted(await ask(loop, createRequest(s, more)));
  const [id] = accepted(await ask(loop, createRequest(s)));
  if (id === undefined) throw new Error('no instance');
  accepted(await ask(loop, releaseRequest(s, id)));
  accepted(await ask(loop, freeRequest(id)));
  planned(await ask(loop, planRequest(s)));
  expect((await ask(loop, reserveRequest(s, { machines: 2, from: clock.in(60), to: clock.in(600) }))).kind).toBe('RESERVED');
};
const sliced = (): Promise<Site> => lab.site(2, 8, { slices: [{ name: '2g.35gb', milliGpu: 250, memoryMiB: 36_096 }] });

/** A loop has written a snapshot as it stepped down, then another one has gone on. */
const lived = async (s: Site): Promise<void> => {
  const first = await lab.lead(s);
  await busy(s, first);
  first.stop();
  await waitFor(async () => (await indices(s)).length === 1, { what: 'the snapshot of a loop that steps down' });
  accepted(await ask(await lab.lead(s), createRequest(s, { count: 2 })));
};
/** As a start does it, without the loop around. */
const started = async (s: Site, log: Logger = silentLogger()): Promise<CapacityState | undefined> => {
  const store = storeAs(lab.db.url, 'allocator');
  const state = await new Snapshots({ store, region: { id: s.regionId, code: s.code }, ids, clock: systemClock, log, host: 'spec', version: '0' }).restore().finally(() => store.close());
  if (state !== undefined) for (const entry of await lab.ledgerOf(s)) if (entry.index > state.index) expect(fold(state, entry).ok).toBe(true);
  return state;
};

describe('a start from a snapshot and the entries after it', () => {
  test('stands and decides as a fold of the whole ledger does', async () => {
    const s = await sliced();
    await lived(s);
    const { log, said } = listening();
    const [short, whole] = [await started(s, log), await lab.foldedState(s)];
    if (short === undefined) throw new Error('no snapshot');
    expect(said).toEqual([STARTED]);
    expect(snapshot(short)).toEqual(snapshot(whole));
    expect([...dump(short)]).toEqual([...dump(whole)]);
    for (const more of [{}, { count: 5 }, { count: 50 }, { milliGpu: 500 }, { gpusPerInstance: 4, count: 3 }, { topology: { level: 'RACK' as const, required: true }, count: 7 }]) {
      const { order } = createRequest(s, more);
      expect(decide(short, order)).toEqual(decide(whole, order));
    }
  });

  test('is what the next leader makes', async () => {
    const s = await sliced();
    await lived(s);
    const { log, said } = listening();
    const next = await lab.lead(s, { log });
    expect(said).toContain(STARTED);
    expect(accepted(await ask(next, createRequest(s)))).toHaveLength(1);
    expect(next.ledgerIndex).toBe((await lab.foldedState(s)).index);
  });
});

describe('a snapshot', () => {
  test('is written each time so many entries have come, and the newest two are kept', async () => {
    const s = await lab.site(3, 8);
    const loop = await lab.lead(s, { snapshotEntries: 5 });
    const seen = new Set<number>();
    for (let n = 0; n < 20; n++) {
      accepted(await ask(loop, createRequest(s)));
      for (const index of await indices(s)) seen.add(index);
    }
    await waitFor(async () => (await indices(s))[0] === Math.max(...seen), { what: 'the last snapshot' });
    expect(await indices(s)).toHaveLength(2);
    expect(seen.size).toBeGreaterThan(3);
  });

  test.each([
    { reason: 'of which a digit was changed', damage: "UPDATE capacity_snapshot SET lines = regexp_replace(lines, '6000', '6001')" },
    { reason: 'of which the end is missing', damage: 'UPDATE capacity_snapshot SET lines = left(lines, length(lines) / 2)' },
    { reason: 'of which a part is missing', damage: 'UPDATE capacity_snapshot SET part = part + 1' },
  ])('$reason is left out, with a line in the log, and the ledger is folded from its first entry', async ({ damage }) => {
    const s = await sliced();
    await lived(s);
    await asSuperuser(lab.db, `${damage} WHERE region_id = '${s.regionId}'`);
    const { log, said } = listening();
    const next = await lab.lead(s, { log });
    expect(said).toContain(UNUSABLE);
    expect(said).not.toContain(STARTED);
    accepted(await ask(next, createRequest(s)));
    expect(next.ledgerIndex).toBe((await lab.foldedState(s)).index);
  });

  test('that is damaged leaves the one before it', async () => {
    const s = await sliced();
    await lived(s);
    const loop = await lab.lead(s);
    accepted(await ask(loop, createRequest(s)));
    loop.stop();
    await waitFor(async () => (await indices(s)).length === 2, { what: 'a second snapshot' });
    await asSuperuser(lab.db, `UPDATE capacity_snapshot SET lines = 'x' WHERE region_id = '${s.regionId}' AND index = ${String((await indices(s))[0])}`);
    const { log, said } = listening();
    expect(snapshot(await started(s, log) as CapacityState)).toEqual(await lab.foldedSnapshot(s));
    expect(said).toEqual([UNUSABLE, STARTED]);
  });

  test('of another engine is left out', async () => {
    const s = await sliced();
    const loop = await lab.lead(s);
    await busy(s, loop);
    const state = await lab.foldedState(s);
    await written([...dump(state)].map(line => line.replace('"engine":"', '"engine":"0.')), store => store, s, state.index);
    expect(await started(s)).toBeUndefined();
  });
});

const LINES = Array.from({ length: 9 }, (_, n) => `${String(n)}${'x'.repeat(600_000)}`);
const written = async (lines: Iterable<string>, cut: (q: { text: string }) => unknown, s: Site, index: number): Promise<void> => {
  const store = storeAs(lab.db.url, 'allocator', { onStatement: q => { cut(q); } });
  await saveSnapshot(store, { regionId: s.regionId, index }, lines).finally(() => store.close());
};
const read = async (s: Site, index: number): Promise<readonly [boolean, readonly string[]]> => {
  const store: Store = storeAs(lab.db.url, 'allocator');
  const lines: string[] = [];
  return store.read('system', async q => [(await snapshots(q, s.regionId)).includes(index) && (await readSnapshot(q, { regionId: s.regionId, index }, l => { lines.push(l); })), lines] as const).finally(() => store.close());
};

describe('the parts of a snapshot', () => {
  test('come back in order', async () => {
    const s = await lab.site(1, 1);
    await written(LINES, () => undefined, s, 7);
    expect(await lab.rows('SELECT part FROM capacity_snapshot WHERE region_id = $1 ORDER BY part', [s.regionId])).toHaveLength(5);
    expect(await read(s, 7)).toEqual([true, LINES]);
  });

  test.each([1, 2, 3, 4, 5, 6])('a writer that dies before statement %i of them leaves none, and the next one writes all', async dies => {
    const s = await lab.site(1, 1);
    let n = 0;
    const dying = written(LINES, q => {
      if (q.text.includes('capacity_snapshot') && !q.text.startsWith('SELECT 1') && ++n === dies) throw Object.assign(new Error('cut'), { code: 'ECONNRESET' });
    }, s, 7);
    await expect(dying).rejects.toThrow();
    expect(await read(s, 7)).toEqual([false, []]);
    await written(LINES, () => undefined, s, 7);
    expect(await read(s, 7)).toEqual([true, LINES]);
  });

  test('a loop whose snapshot fails goes on with its orders', async () => {
    const s = await lab.site(2, 8);
    const { log, said } = listening();
    const loop = await lab.lead(s, { log, snapshotEntries: 3, onStatement: q => { if (q.text.startsWith('INSERT INTO capacity_snapshot')) throw Object.assign(new Error('cut'), { code: 'ECONNRESET' }); } });
    for (let n = 0; n < 8; n++) accepted(await ask(loop, createRequest(s)));
    expect(said).toContain('a snapshot could not be written');
    expect(await indices(s)).toEqual([]);
  });
});
