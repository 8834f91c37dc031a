import { generateKeyPairSync, sign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OrganisationId } from '@cadastre/domain/core';
import { createIds } from '@cadastre/platform/ids';
import type { Store } from '@cadastre/store/pool';
import { asRows, asSuperuser, openTestStore, storeDatabase } from '@cadastre/store/testing';
import { waitFor } from '@cadastre/testing/wait';
import { COSIGNATURE, cosign, formatSignature, formatVkey, parseNote, verifierKey } from '@cadastre/tlog';
import { notaryOn, openPlace, ORIGIN, writeEvent } from '../testing/rig.ts';
import type { Place, Rig } from '../testing/rig.ts';
import type { MonitorRig } from '../testing/monitor.ts';
import { monitorOn, policyText, settled, tamper } from '../testing/monitor.ts';
import { sayAlarms } from './execute.ts';
import type { MonitorTools } from './tools.ts';

const db = storeDatabase();
const ids = createIds();
const tenant: OrganisationId = ids.next('organisation');
const T = `${ORIGIN}/t/${tenant}`;
let place: Place;
let door: Store;
const LIMITS: MonitorTools['limits'] = { heartbeatSeconds: 3_600, sealSeconds: 3_600, witnessSeconds: 3_600, timestampSeconds: undefined, sinkSeconds: 3_600, skewMs: 2_000 };

const sealing = (name: string): Rig => {
  const rig = notaryOn(db, place, name, { heartbeatMs: 500 });
  rig.start();
  return rig;
};
/** A monitor for the time of one test, with one limit that bites. */
const watching = async (name: string, options: Omit<Parameters<typeof monitorOn>[2], 'state'>, act: (rig: MonitorRig) => Promise<void>): Promise<void> => {
  const rig = await monitorOn(db, place, { state: `${name}.json`, ...options });
  try {
    await act(rig);
  } finally {
    await rig.close();
  }
};
const becomes = (rig: MonitorRig, is: readonly string[]): Promise<unknown> =>
  waitFor(async () => {
    const open = await rig.look();
    return JSON.stringify(open) === JSON.stringify(is) || Promise.reject(new Error(`open are ${JSON.stringify(open)}`));
  }, { what: JSON.stringify(is), timeoutMs: 30_000, everyMs: 200 });
const eventsOf = (kind: string): Promise<readonly { readonly type: string }[]> =>
  asRows(db, `SELECT e.type FROM audit_event e JOIN audit_alarm a ON a.id = e.target_id WHERE a.kind = '${kind}' ORDER BY e.txid, e.seq`);

beforeAll(async () => {
  place = await openPlace();
  await asSuperuser(db, `INSERT INTO organisation (id, code, name, class) VALUES ('${tenant}', 't0', 't', 'PRIVATE'); ALTER TABLE audit_event DROP CONSTRAINT audit_event_digest`);
  door = openTestStore(db, 'controller', { ids, auditOrigin: ORIGIN });
  for (let n = 0; n < 5; n++) await writeEvent(door, n === 4 ? undefined : tenant, n);
  const rig = sealing('first');
  await settled(rig, 5);
  await rig.stop();
});
afterAll(async () => {
  await door.close();
  await place.close();
});

describe('what guards the log and does not do its work', () => {
  it('a silent log and a seal that does not come are alarms while the notary is away, and end by themselves when it is back', async () => {
    await watching('silent', { tools: { limits: { ...LIMITS, heartbeatSeconds: 2, sealSeconds: 2 } } }, async rig => {
      await writeEvent(door, tenant, 9);
      await becomes(rig, ['HEARTBEAT_SILENT', 'HEARTBEAT_SILENT', 'SEAL_LAG']);
      expect((await rig.open()).filter(a => a.kind === 'HEARTBEAT_SILENT').map(a => [a.origin, a.tenantId]).sort()).toEqual([[`${ORIGIN}/provider`, undefined], [T, tenant]].sort());
      const notary = sealing('second');
      await becomes(rig, []);
      expect((await eventsOf('SEAL_LAG')).map(e => e.type)).toEqual(['audit.alarm.raise', 'audit.alarm.resolve']);
      await notary.stop();
    });
  });

  it('a frozen trail takes no event of the alarm, and the alarm is there all the same; its event follows', async () => {
    await watching('frozen', { tools: { limits: LIMITS } }, async rig => {
      const [before] = await asRows<{ state: string }>(db, 'SELECT state FROM audit_control');
      await asSuperuser(db, "UPDATE audit_control SET state = 'FROZEN', since = now()");
      expect(await rig.look()).toEqual(['LOG_FROZEN']);
      expect(await rig.look()).toEqual(['LOG_FROZEN']);
      expect((await rig.open())[0]).toMatchObject({ seen: 2, severity: 'CRITICAL', origin: ORIGIN });
      expect((await rig.open())[0]?.toldAt).toBeUndefined();
      expect([await eventsOf('LOG_FROZEN'), rig.monitor.standing.untold]).toEqual([[], 1]);
      await asSuperuser(db, `UPDATE audit_control SET state = '${before?.state ?? ''}'`);
      await becomes(rig, []);
      expect((await eventsOf('LOG_FROZEN')).map(e => e.type)).toEqual(['audit.alarm.raise', 'audit.alarm.resolve']);
    });
  });

  it('what the log was not told while it was frozen it is told as soon as it can be, once', async () => {
    await watching('told', { tools: { limits: LIMITS } }, async rig => {
      await asSuperuser(db, "UPDATE audit_control SET state = 'FROZEN', since = now()");
      await sayAlarms(rig.tools, [{ kind: 'KUBE_FOREIGN', origin: `${ORIGIN}/provider`, place: 'cluster/c1', detail: { requests: 1 } }], () => false);
      await asSuperuser(db, "UPDATE audit_control SET state = 'OPEN'");
      await rig.look();
      await rig.look();
      expect((await eventsOf('KUBE_FOREIGN')).map(e => e.type)).toEqual(['audit.alarm.raise']);
      await sayAlarms(rig.tools, [{ kind: 'KUBE_FOREIGN', origin: `${ORIGIN}/provider`, place: 'cluster/c1', detail: { requests: 2 } }], () => false);
      const [foreign] = (await rig.open()).filter(a => a.kind === 'KUBE_FOREIGN');
      expect(foreign).toMatchObject({ seen: 2, detail: { requests: 2 } });
      expect(foreign?.toldAt).toBeDefined();
      await asSuperuser(db, 'DELETE FROM audit_alarm');
    });
  });

  it('witnesses that do not cosign, and a quorum that is not met; lines that verify end it, one that does not is an alarm itself', async () => {
    const [one, two] = ['w1.example', 'w2.example'].map(name => {
      const pair = generateKeyPairSync('ed25519');
      return { name, pair, key: verifierKey(name, COSIGNATURE, Buffer.from(pair.publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')) };
    });
    if (one === undefined || two === undefined) throw new Error('two witnesses');
    const policy = await policyText(place, `witness w1 ${formatVkey(one.key)}\nwitness w2 ${formatVkey(two.key)}\ngroup all all w1 w2\nquorum all\n`);
    const [top] = await asRows<{ note: string; log: number; size: string }>(db, "SELECT c.note, c.log_id AS log, c.size FROM audit_checkpoint c JOIN audit_log l ON l.id = c.log_id WHERE l.kind = 'GLOBAL' ORDER BY c.size DESC LIMIT 1");
    const note = parseNote(top?.note ?? '');
    if (!note.ok || top === undefined) throw new Error('no note');
    const add = (w: typeof one, by: typeof one): Promise<void> => {
      const line = formatSignature(cosign(w.key, note.value.text, BigInt(Math.floor(Date.now() / 1_000)), m => sign(null, m, by.pair.privateKey))).trimEnd();
      return asSuperuser(db, `INSERT INTO audit_cosignature (log_id, size, witness, line, cosigned_at) VALUES (${String(top.log)}, ${top.size}, '${w.name}', '${line}', now())`);
    };
    await watching('witness', { policy, tools: { limits: { ...LIMITS, witnessSeconds: 1 } } }, async rig => {
      expect(await rig.look()).toEqual(['WITNESS_MISSING witness/w1', 'WITNESS_MISSING witness/w2', 'WITNESS_QUORUM_MISSING']);
    });
    await watching('witness', { policy, tools: { limits: { ...LIMITS, witnessSeconds: 600 } } }, async rig => {
      await asSuperuser(db, "UPDATE audit_log SET opened_at = now() - interval '1 hour'");
      await add(one, one);
      expect(await rig.look()).toEqual(['WITNESS_MISSING witness/w2', 'WITNESS_QUORUM_MISSING']);
      await add(two, one);
      expect(await rig.look()).toEqual([`CHECKPOINT_INVALID cosignature/${top.size}/w2`, 'WITNESS_MISSING witness/w2', 'WITNESS_QUORUM_MISSING']);
      await tamper(db, 'audit_cosignature', "DELETE FROM audit_cosignature WHERE witness = 'w2.example'");
      await add(two, two);
      await asSuperuser(db, "DELETE FROM audit_alarm WHERE kind = 'CHECKPOINT_INVALID'");
      expect(await rig.look()).toEqual([]);
    });
  });

  it('a timestamp that does not come, until one does', async () => {
    await watching('stamp', { tools: { limits: { ...LIMITS, timestampSeconds: 600 } } }, async rig => {
      expect(await rig.look()).toEqual(['TIMESTAMP_STALE']);
      await asSuperuser(db, "INSERT INTO audit_timestamp (log_id, size, authority, token, generated_at) SELECT c.log_id, c.size, 'tsa', '', now() FROM audit_checkpoint c JOIN audit_log l ON l.id = c.log_id WHERE l.kind = 'GLOBAL' ORDER BY c.size DESC LIMIT 1");
      expect(await rig.look()).toEqual([]);
    });
  });

  it('clocks that differ, until they agree', async () => {
    const ahead = { now: () => new Date(Date.now() + 60_000).toISOString() };
    await watching('clock', { tools: { limits: LIMITS, clock: ahead } }, async rig => { expect(await rig.look()).toEqual(['CLOCK_SKEW']); });
    await watching('clock', { tools: { limits: LIMITS } }, async rig => { expect(await rig.look()).toEqual([]); });
  });

  it('storage that does not answer: what was not looked at is an alarm after a while, the rest is still looked at', async () => {
    let down = true;
    const objects = { ...place.objects, get: (key: string) => (down ? Promise.reject(new Error('no route')) : place.objects.get(key)) };
    await watching('down', { tools: { limits: LIMITS, objects }, cadence: { unverifiedSeconds: 1 } }, async rig => {
      const { failed } = await rig.monitor.pass(new AbortController().signal);
      expect([failed, rig.monitor.standing.trouble]).toEqual([['trees'], 'trees: no route']);
      await becomes(rig, ['UNVERIFIED rows', 'UNVERIFIED trees']);
      down = false;
      await becomes(rig, []);
    });
  });

  it('a log that the notary stopped, because what waits in it was altered', async () => {
    await writeEvent(door, tenant, 77);
    await tamper(db, 'audit_event', "UPDATE audit_event SET body = convert_to(replace(convert_from(body, 'UTF8'), 'success', 'failure'), 'UTF8') WHERE target_id = 'instance_77'");
    const notary = sealing('third');
    await watching('stopped', { tools: { limits: LIMITS } }, async rig => {
      await becomes(rig, ['LOG_STOPPED']);
      expect((await rig.open())[0]).toMatchObject({ origin: T, tenantId: tenant });
    });
    await notary.stop();
  });
});
