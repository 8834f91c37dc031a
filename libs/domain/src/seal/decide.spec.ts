import { describe, expect, it } from 'vitest';
import { sim } from '@cadastre/testing/sim';
import { compare, decideSeal, frozenBecause, LOOK_MS } from './decide.ts';
import type { LogProgress, Remembrance, SealView } from './model.ts';

const log = (of: Partial<LogProgress> = {}): LogProgress => ({ id: 1, origin: 'o/provider', kind: 'PROVIDER', size: 5, published: 5, signed: 5, filed: 5, heartbeatAt: 0, ...of });
const view = (of: Partial<SealView> = {}): SealView => ({ state: 'OPEN', sameServer: true, compared: { verdict: 'AGREED' }, logs: [log()], backlog: false, now: 10_000, sequencedAt: 10_000, heartbeatMs: 60_000, witness: undefined, timestamp: undefined, ...of });

describe('the next move', () => {
  it.each([
    { law: 'before anything, the three are compared', given: view({ compared: undefined }), does: { do: 'compare' } },
    { law: 'behind and open: freeze first', given: view({ compared: { verdict: 'BEHIND', origins: ['o'], lost: 3 } }), does: { do: 'freeze' } },
    { law: 'behind and frozen: recover', given: view({ state: 'FROZEN', compared: { verdict: 'BEHIND', origins: ['o'], lost: 3 } }), does: { do: 'recover', origins: ['o'] } },
    { law: 'a past that is lost waits for a person', given: view({ state: 'FROZEN', compared: { verdict: 'PAST_LOST', origins: ['o'], lost: 3 } }), does: { do: 'rest' } },
    { law: 'another story waits for a person', given: view({ state: 'FROZEN', compared: { verdict: 'CONTRADICTED', origins: ['o'] } }), does: { do: 'rest' } },
    { law: 'a server that started again is opened anew', given: view({ sameServer: false }), does: { do: 'open' } },
    { law: 'agreed and frozen: open', given: view({ state: 'FROZEN' }), does: { do: 'open' } },
    { law: 'unpublished before unsigned', given: view({ logs: [log({ id: 1, size: 6 }), log({ id: 2, signed: 4 })] }), does: { do: 'publish', logs: [1] } },
    { law: 'unsigned before new events', given: view({ backlog: true, sequencedAt: 0, logs: [log({ signed: 4 })] }), does: { do: 'sign', logs: [1] } },
    { law: 'unfiled before new events', given: view({ backlog: true, sequencedAt: 0, logs: [log({ filed: 0 })] }), does: { do: 'file', logs: [1] } },
    { law: 'a stopped log is not published, the others go on', given: view({ sequencedAt: 0, logs: [log({ size: 9, stopped: { reason: 'x', retryAt: 99_999 } })] }), does: { do: 'sequence' } },
    { law: 'a stopped log is looked at again when its time has come', given: view({ sequencedAt: 0, logs: [log({ stopped: { reason: 'x', retryAt: 10_000 } })] }), does: { do: 'retry', logs: [1] } },
    { law: 'a silent log gets its heartbeat', given: view({ now: 60_000, sequencedAt: 0 }), does: { do: 'beat', logs: [1] } },
    { law: 'the global log has none', given: view({ now: 60_000, sequencedAt: 60_000, logs: [log({ kind: 'GLOBAL' })] }), does: { do: 'rest' } },
    { law: 'witnesses are asked about a checkpoint that they have not seen', given: view({ logs: [log({ kind: 'GLOBAL' })], witness: { size: 4, askedAt: 0, everyMs: 1_000, underWay: false } }), does: { do: 'cosign' } },
    { law: 'and not twice at a time', given: view({ sequencedAt: 0, logs: [log({ kind: 'GLOBAL' })], witness: { size: 4, askedAt: 0, everyMs: 1_000, underWay: true } }), does: { do: 'sequence' } },
    { law: 'nor about what is not signed and filed', given: view({ logs: [log({ kind: 'GLOBAL', size: 5 })], timestamp: { size: 5, askedAt: 0, everyMs: 1, underWay: false } }), does: { do: 'rest' } },
    { law: 'a round is not begun before its time', given: view(), does: { do: 'rest', ms: LOOK_MS } },
    { law: 'but at once when more waits than a batch holds', given: view({ backlog: true }), does: { do: 'sequence' } },
  ])('$law', ({ given, does }) => {
    expect(decideSeal(given).step).toMatchObject(does);
  });
});

describe('what the three remember', () => {
  const of = (database: number, signer: number | undefined, more: Partial<Remembrance> & { root?: string; published?: number } = {}): Remembrance => ({
    origin: 'o', database: { size: database, root: more.root ?? `r${String(database)}`, published: more.published ?? database }, signer: signer === undefined ? undefined : { size: signer, root: `r${String(signer)}` }, storage: more.storage ?? 'WHOLE',
  });
  it.each([
    { law: 'never signed', logs: [of(3, undefined)], verdict: 'AGREED' },
    { law: 'the same', logs: [of(3, 3)], verdict: 'AGREED' },
    { law: 'ahead: not signed yet', logs: [of(4, 3)], verdict: 'AGREED' },
    { law: 'behind, and storage has it', logs: [of(2, 3)], verdict: 'BEHIND' },
    { law: 'behind, and storage lacks it', logs: [of(2, 3, { storage: 'LACKING' })], verdict: 'PAST_LOST' },
    { law: 'another root at the same size', logs: [of(3, 3, { root: 'else' })], verdict: 'CONTRADICTED' },
    { law: 'storage alone lost it', logs: [of(3, 3, { storage: 'LACKING' })], verdict: 'REPUBLISH' },
    { law: 'the gravest counts', logs: [of(3, 3), of(2, 3), of(2, 3, { storage: 'LACKING' })], verdict: 'PAST_LOST' },
  ])('$law: $verdict', ({ logs, verdict }) => {
    expect(compare(logs).verdict).toBe(verdict);
  });
  it('is told without the name of any log, which is a tenant\'s', () => {
    expect(frozenBecause({ verdict: 'PAST_LOST', origins: ['audit.example/t/organisation_x'], lost: 3 })).not.toContain('organisation');
  });
});

interface SimLog { readonly id: number; leaves: number[]; published: number[]; checkpoint: number; filed: number; signer: number }

describe('a notary that may die between any two steps', () => {
  it('loses nothing, doubles nothing, never signs what is not in storage', () =>
    sim({ runs: 200 }, async world => {
      const logs: readonly SimLog[] = [1, 2, 3].map(id => ({ id, leaves: [], published: [], checkpoint: 0, filed: 0, signer: 0 }));
      const committed: { readonly log: number; readonly event: number }[] = [];
      let cursor = 0;
      // What the process knows; a crash forgets it, and the next life reads the world.
      let memory: { filed: number[]; compared: boolean; sequencedAt: number } | undefined;
      const look = (now: number): SealView => view({
        now, backlog: cursor < committed.length, sequencedAt: memory?.sequencedAt ?? 0, heartbeatMs: Number.MAX_SAFE_INTEGER, compared: memory?.compared === true ? { verdict: 'AGREED' } : undefined,
        logs: logs.map((l, n) => log({ id: l.id, origin: `o/t/${String(n)}`, kind: 'TENANT', size: l.leaves.length, published: l.published.length, signed: l.checkpoint, filed: memory?.filed[n] ?? 0 })),
      });
      const dies = (): boolean => {
        if (!world.chance(0.2)) return false;
        memory = undefined;
        return true;
      };
      const each = (ids: readonly number[], act: (l: SimLog, n: number) => void): void => logs.forEach((l, n) => { if (ids.includes(l.id) && memory !== undefined && !dies()) act(l, n); });
      let events = 0;
      world.actor('writer', () => {
        if (events >= 60) return 'idle';
        committed.push({ log: world.int(3) + 1, event: events++ });
        return undefined;
      });
      world.actor('notary', () => {
        memory ??= { filed: [0, 0, 0], compared: false, sequencedAt: -1_000 };
        const { step } = decideSeal(look(world.now()));
        if (dies()) return undefined;
        switch (step.do) {
          case 'compare': memory.compared = true; break;
          case 'sequence': {
            // One transaction: cursor and leaves, or neither.
            const batch = committed.slice(cursor, cursor + 1 + world.int(8));
            for (const l of logs) l.leaves = [...l.leaves, ...batch.filter(e => e.log === l.id).map(e => e.event)];
            cursor += batch.length;
            memory.sequencedAt = world.now();
            if (batch.length === 0 && events >= 60) return 'idle';
            break;
          }
          case 'publish': each(step.logs, l => { l.published = l.leaves.slice(0, l.published.length + 1 + world.int(4)); }); break;
          case 'sign': each(step.logs, l => {
            l.signer = l.published.length;
            if (!dies()) l.checkpoint = l.published.length;
          }); break;
          case 'file': each(step.logs, (l, n) => {
            l.filed = l.checkpoint;
            if (memory !== undefined) memory.filed[n] = l.checkpoint;
          }); break;
          case 'rest': return events >= 60 && cursor === committed.length ? 'idle' : undefined;
          default: throw new Error(`not expected: ${step.do}`);
        }
        return undefined;
      });
      world.law('published is a part of what was sequenced, signed of what was published, filed of what was signed', () =>
        logs.every(l => l.published.every((e, n) => l.leaves[n] === e) && l.checkpoint <= l.signer && l.signer <= l.published.length && l.filed <= l.checkpoint));
      world.law('every event below the cursor has exactly one place, in order', () => {
        const sealed = committed.slice(0, cursor);
        return logs.every(l => JSON.stringify(l.leaves) === JSON.stringify(sealed.filter(e => e.log === l.id).map(e => e.event)));
      });
      const done = (): boolean => events >= 60 && cursor === 60 && logs.every(l => l.filed === l.leaves.length);
      await world.run({ maxTurns: 20_000, until: done });
      if (!done()) throw new Error(`not all was sealed: ${JSON.stringify({ cursor, logs })}`);
    }));
});
