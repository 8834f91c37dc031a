import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestStore, storeDatabase, asRows } from '@cadastre/store/testing';
import type { Store } from '@cadastre/store/pool';
import { waitFor } from '@cadastre/testing/wait';
import { certificatesOf } from '../shared/timestamp/index.ts';
import { makeAuthority, opensslAccepts, serveAuthority } from '../testing/authority.ts';
import { notaryOn, openPlace, ORIGIN, writeEvent, type Place, type Rig } from '../testing/rig.ts';
import { absenceOf, TIMESTAMP_REASONS, watchAbsences, WITNESS_REASONS } from './absence.ts';
import type { Outsiders } from './outside.ts';
import { timestampAuthority } from './timestamp/authority.ts';
import type { Cosignatures } from './witness/witnesses.ts';

const db = storeDatabase();
let place: Place;
let door: Store;
/** How far ahead of the machine's clock the notary's is: an hour of waiting is one assignment. */
let aheadMs = 0;
const clock = { now: () => new Date(Date.now() + aheadMs).toISOString() };

beforeAll(async () => {
  place = await openPlace();
  door = openTestStore(db, 'controller', { auditOrigin: ORIGIN });
});
afterAll(async () => {
  await door.close();
  await place.close();
});

const told = async (reason: string): Promise<readonly string[]> =>
  (await asRows<{ said: string }>(db, `SELECT type || ' ' || outcome AS said FROM audit_event WHERE type IN ('audit.log.degraded', 'audit.log.resumed') AND convert_from(body, 'UTF8')::json->>'reason' LIKE '${reason}' ORDER BY txid, seq`)).map(r => r.said);
const notary = (holder: string, outsiders: Outsiders): Rig => notaryOn(db, place, holder, { tools: { outsiders, clock } });
/** A new event, so that there is a new checkpoint to vouch for. */
const grow = (): Promise<void> => writeEvent(door, undefined);

let present = true;
let asked = 0;
const policy: Outsiders['witness'] = {
  everyMs: 50, absence: absenceOf(WITNESS_REASONS, clock), policy: { sha256: 'a'.repeat(64), witnesses: 2 },
  port: {
    cosign: (checkpoint): Promise<Cosignatures> => {
      asked += 1;
      const lines = ['one.example', ...(present ? ['two.example'] : [])].map(witness => ({ witness, line: `— ${witness} AAAA${String(checkpoint.size)}`, at: Date.now() }));
      return Promise.resolve({ lines, quorum: present, missing: present ? [] : [{ witness: 'two.example', because: 'UNREACHABLE' }] });
    },
  },
};

describe('witnesses', () => {
  const rounds = async (n: number): Promise<void> => {
    const until = asked + n;
    await waitFor(async () => { await grow(); return asked >= until; }, { what: `${String(n)} rounds of the witnesses`, everyMs: 50 });
  };

  it('are kept with their lines, and a minute without their quorum is told once, shown at readiness, and its end is told once', async () => {
    const rig = notary('one', { witness: policy, timestamp: undefined });
    const watched = watchAbsences({ witnesses: policy.absence, timestamps: undefined, stampMs: 0 }, clock);
    rig.start();
    await rounds(2);
    await waitFor(async () => (await asRows<{ n: string }>(db, 'SELECT count(DISTINCT witness) AS n FROM audit_cosignature')).some(r => r.n === '2'), { what: 'both lines' });
    expect([await told('WITNESS%'), await watched.checks[0]!.check()]).toEqual([[], undefined]);
    present = false;
    await rounds(3);
    // Not a minute yet.
    expect([await told('WITNESS%'), await watched.checks[0]!.check()]).toEqual([[], undefined]);
    aheadMs += 61_000;
    await waitFor(async () => { await grow(); return (await told('WITNESS%')).length > 0; }, { what: 'the event' });
    await rounds(3);
    expect(await told('WITNESS%')).toEqual(['audit.log.degraded failure']);
    expect(await watched.checks[0]!.check()).toMatch(/^WITNESS_QUORUM_MISSING for 6\d s$/);
    watched.remove();
    await rig.stop();
  });

  it('that were missing when a notary died are not told again by the next one, and their return is', async () => {
    const rig = notary('two', { witness: { ...policy, absence: absenceOf(WITNESS_REASONS, clock) }, timestamp: undefined });
    rig.start();
    await rounds(2);
    aheadMs += 61_000;
    await rounds(3);
    expect(await told('WITNESS%')).toEqual(['audit.log.degraded failure']);
    present = true;
    await waitFor(async () => { await grow(); return (await told('WITNESS%')).length > 1; }, { what: 'the return' });
    await rounds(2);
    expect(await told('WITNESS%')).toEqual(['audit.log.degraded failure', 'audit.log.resumed success']);
    await rig.stop();
  });
});

describe('the policy in force', () => {
  it('is named in the log when it changes, and only then', async () => {
    const changes = () => asRows<{ changed: unknown }>(db, `SELECT convert_from(body, 'UTF8')::json->'change'->0 AS changed FROM audit_event WHERE type = 'audit.log.policy' ORDER BY txid, seq`);
    const underPolicy = async (holder: string, sha256: string): Promise<void> => {
      const rig = notary(holder, { witness: { ...policy, policy: { sha256, witnesses: 2 } }, timestamp: undefined });
      rig.start();
      await waitFor(async () => { await grow(); return rig.notary.trail() !== undefined; }, { what: 'the lead', everyMs: 50 });
      await rig.stop();
    };
    await underPolicy('six', 'a'.repeat(64));
    await underPolicy('seven', 'b'.repeat(64));
    await underPolicy('eight', 'b'.repeat(64));
    expect((await changes()).map(r => r.changed)).toEqual([{ path: 'policy.sha256', to: 'a'.repeat(64) }, { from: 'a'.repeat(64), path: 'policy.sha256', to: 'b'.repeat(64) }]);
  });
});

describe('timestamps', () => {
  it('are kept when they are believed; one that is not is told at once, and so is the next that is', async () => {
    const [real, other] = [await makeAuthority(join(place.folder, 'tsa')), await makeAuthority(join(place.folder, 'other'))];
    let answer = real;
    const served = await serveAuthority(request => answer.reply(request));
    // Its own clock: the authority's is the machine's.
    const port = timestampAuthority({ url: served.url, roots: certificatesOf(await readFile(real.caFile, 'utf8')) }, { draw: n => randomBytes(n), clock: { now: () => new Date().toISOString() }, signal: new AbortController().signal, count: () => undefined });
    const rig = notary('three', { witness: undefined, timestamp: { port, everyMs: 50, absence: absenceOf(TIMESTAMP_REASONS, clock) } });
    rig.start();
    const kept = () => asRows<{ size: number; note: string; token: Buffer }>(db, 'SELECT t.size, c.note, t.token FROM audit_timestamp t JOIN audit_checkpoint c USING (log_id, size) ORDER BY size DESC');
    await waitFor(async () => { await grow(); return (await kept()).length > 0; }, { what: 'a timestamp', timeoutMs: 20_000, everyMs: 50 });
    const [newest] = await kept();
    expect(await opensslAccepts(place.folder, real.caFile, newest!.note, newest!.token)).toBe(true);
    answer = other;
    await waitFor(async () => { await grow(); return (await told('TIMESTAMP%')).length > 0; }, { what: 'the refusal', timeoutMs: 20_000, everyMs: 50 });
    const before = (await kept()).length;
    expect(await told('TIMESTAMP%')).toEqual(['audit.log.degraded failure']);
    expect((await kept()).length).toBe(before);
    answer = real;
    await waitFor(async () => { await grow(); return (await told('TIMESTAMP%')).length > 1; }, { what: 'the return', timeoutMs: 20_000, everyMs: 50 });
    expect(await told('TIMESTAMP%')).toEqual(['audit.log.degraded failure', 'audit.log.resumed success']);
    await rig.stop();
    await served.close();
  }, 60_000);
});

describe('a server that started again', () => {
  it('takes events again once the notary has compared it, although the trail was open before', async () => {
    const rig = notary('four', { witness: undefined, timestamp: undefined });
    rig.start();
    await waitFor(async () => { await grow(); return true; }, { what: 'an event before' });
    // What a restart does to this row, without one: the server is of another time than the one that was opened.
    await rig.stop();
    await asRows(db, "UPDATE audit_control SET server_started = server_started - interval '1 hour'");
    await expect(grow()).rejects.toThrow();
    const again = notary('five', { witness: undefined, timestamp: undefined });
    again.start();
    await waitFor(async () => { await grow(); return true; }, { what: 'an event after' });
    await again.stop();
  });
});
