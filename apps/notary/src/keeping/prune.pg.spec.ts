import { systemClock } from '@cadastre/platform/clock';
import { commit } from '@cadastre/store/commit';
import type { Store } from '@cadastre/store/pool';
import { insertHold, liftHold, approvePolicy, insertPolicy } from '@cadastre/store/retention';
import { readLeaves, readSealedLogs, type StoredLog } from '@cadastre/store/seal';
import { actOf, asSuperuser, countingIds, openTestStore, seedSite, site, storeDatabase } from '@cadastre/store/testing';
import { waitFor } from '@cadastre/testing/wait';
import type { OrganisationId } from '@cadastre/domain/core';
import { silentLogger } from '@cadastre/platform/log';
import { inclusionProof, leafHash, rootOf, verifyConsistency, verifyInclusion, consistencyProof } from '@cadastre/tlog';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { notaryOn, openPlace, ORIGIN, writeEvent, type Place, type Rig } from '../testing/rig.ts';
import { pruneWhatIsDue } from './prune.ts';

const db = storeDatabase();
const ids = countingIds();
const s = site(ids);
let [provider, tenantStore]: Store[] = [];
let place: Place;
let rig: Rig;
const tenant = (): OrganisationId => s.tenants[0]!.id;
const other = (): OrganisationId => s.tenants[1]!.id;

/** Events as if they had been recorded so many months ago: the database's clock is what retention is counted by. */
const recordedAgo = (months: number): Promise<void> => asSuperuser(db, `ALTER TABLE audit_event ALTER COLUMN time_recorded SET DEFAULT clock_timestamp() - interval '${String(months)} months'`);
const events = async (of: OrganisationId, n: number): Promise<void> => {
  for (let i = 0; i < n; i += 1) await writeEvent(tenantStore!, of, i);
};
const logOf = async (of: OrganisationId): Promise<StoredLog> => {
  const found = (await readSealedLogs(rig.store)).find(l => l.tenantId === of);
  if (found === undefined) throw new Error('the log is not open');
  return found;
};
const published = (of: OrganisationId, atLeast: number): Promise<StoredLog> =>
  waitFor(async () => {
    const l = await logOf(of).catch(() => undefined);
    return l !== undefined && l.published >= atLeast && l.signed >= atLeast && l;
  }, { what: `${String(atLeast)} leaves published and signed`, timeoutMs: 20_000 });
const prune = (): Promise<void> => pruneWhatIsDue({ store: rig.store, objects: place.objects, log: silentLogger(), makeAct: rig.tools.makeAct });
const bundles = async (of: OrganisationId): Promise<readonly string[]> => {
  const keys: string[] = [];
  for await (const key of place.objects.list(`logs/${ORIGIN}~t~${of}/tile/entries/`)) keys.push(key.split('/entries/')[1] ?? '');
  return keys.filter(k => !k.includes('.p/'));
};
const approved = async (name: 'lifecycle' | 'log-control', months: number): Promise<void> => {
  const id = ids.next('retention');
  const facts = { scope: 'system', act: actOf('provider'), outbox: [], audit: [{ type: 'audit.retention.set', phase: 'completed', outcome: 'success', target: { kind: 'retention', id } }] } as const;
  await commit(provider!, { ...facts, writes: [insertPolicy({ id, class: name, months, state: 'PROPOSED', proposedBy: 'colette', generation: 1, ...(months > 12 ? { reason: 'a decree' } : {}) })] });
  await commit(provider!, { ...facts, writes: [approvePolicy(id, { state: 'APPROVED', approvedBy: 'claude', approvedAt: systemClock.now() }, { ifGeneration: 1 })] });
};

beforeAll(async () => {
  [provider, tenantStore] = [openTestStore(db, 'provider'), openTestStore(db, 'tenant')];
  await recordedAgo(40);
  await seedSite(provider, tenantStore, s);
  place = await openPlace();
  rig = notaryOn(db, place, 'n1', { heartbeatMs: 600_000 });
  rig.start();
});
afterAll(async () => {
  await rig.stop();
  await place.close();
  await Promise.all([provider!.close(), tenantStore!.close()]);
});

describe('retention', () => {
  it('lets whole bundles go once every event of them is past its class, and keeps every proof', async () => {
    await recordedAgo(13);
    await events(tenant(), 600);
    await recordedAgo(0);
    await events(tenant(), 10);
    const before = await published(tenant(), 600);
    const hashes = (await readLeaves(rig.store, before.id, 0, before.size)).map(l => Uint8Array.from(l.leafHash));
    expect(await bundles(tenant())).toEqual(['000', '001']);
    await prune();
    const after = await logOf(tenant());
    expect(after.prunedBefore).toBe(512);
    expect(await bundles(tenant())).toEqual([]);
    const leaves = await readLeaves(rig.store, before.id, 0, before.size);
    expect(leaves.slice(0, 512).every(l => l.body === null)).toBe(true);
    expect(leaves.slice(512).every(l => l.body !== null)).toBe(true);
    // Of what is gone and of what is there: the hashes are the same, and so are the root and its proofs.
    expect(leaves.map(l => l.leafHash.toString('hex'))).toEqual(hashes.map(h => Buffer.from(h).toString('hex')));
    const root = rootOf(hashes);
    expect(Buffer.from(root).equals(before.root)).toBe(true);
    for (const index of [0n, 511n, 512n, BigInt(before.size - 1)]) {
      const at = hashes[Number(index)]!;
      expect(verifyInclusion({ leafHash: at, index, size: BigInt(before.size), proof: inclusionProof(hashes, index), root })).toBe(true);
    }
    const body = leaves[512]!.body!;
    expect(leafHash(body)).toEqual(hashes[512]);
    expect(verifyConsistency({ size1: 512n, size2: BigInt(before.size), root1: rootOf(hashes.slice(0, 512)), root2: root, proof: consistencyProof(hashes, 512n, BigInt(before.size)) })).toBe(true);
    // And it says so, with numbers, in the log itself.
    const [told] = await rig.store.read('system', q => q.rows<{ body: string }>({ text: "SELECT convert_from(body, 'UTF8') AS body FROM audit_event WHERE type = 'audit.log.pruned' AND tenant_id = $1", values: [tenant()] }));
    expect(JSON.parse(told?.body ?? '{}')).toMatchObject({ log: `${ORIGIN}/t/${tenant()}`, numbers: { first: 0, before: 512, entries: 512 } });
    await published(tenant(), before.size + 1);
    await prune();
    expect((await logOf(tenant())).prunedBefore).toBe(512);
  });

  it('lets a partial bundle go once a full one that is signed has taken its place; the newest stays', async () => {
    const partials = async (origin: string): Promise<readonly number[]> => {
      const found = new Set<number>();
      for await (const key of place.objects.list(`logs/${origin.replaceAll('/', '~')}/tile/entries/`)) if (key.includes('.p/')) found.add(Number(/(\d+)\.p/.exec(key)?.[1]));
      return [...found].sort((a, b) => a - b);
    };
    await events(tenant(), 180);
    await published(tenant(), 780);
    const [log] = (await readSealedLogs(rig.store)).filter(l => l.tenantId === tenant());
    expect((await partials(log!.origin))[0]).toBe(2);
    await prune();
    expect(await partials(log!.origin)).toEqual([3]);
    // Whoever looks after it finds every entry.
    const entries = await place.objects.get(`logs/${log!.origin.replaceAll('/', '~')}/tile/entries/002`);
    expect(entries?.length).toBeGreaterThan(256);
  }, 60_000);

  it('is what was decided for a class, and never less than the floor whatever the table says', async () => {
    await recordedAgo(8);
    await events(other(), 300);
    await recordedAgo(0);
    await published(other(), 300);
    await prune();
    expect((await logOf(other())).prunedBefore).toBe(0);
    await expect(asSuperuser(db, `INSERT INTO retention_policy (id, class, months, state, proposed_by) VALUES ('x', 'lifecycle', 5, 'PROPOSED', 'a')`)).rejects.toThrow('retention_policy_months');
    await expect(asSuperuser(db, `INSERT INTO retention_policy (id, class, months, state, proposed_by) VALUES ('x', 'lifecycle', 24, 'PROPOSED', 'a')`)).rejects.toThrow('retention_policy_reason');
    await approved('lifecycle', 7);
    const hold = ids.next('hold');
    const facts = { scope: 'system', act: actOf('provider'), outbox: [], audit: [{ type: 'audit.hold.place', phase: 'completed', outcome: 'success', target: { kind: 'hold', id: hold } }] } as const;
    await commit(provider!, { ...facts, writes: [insertHold({ id: hold, tenantId: other(), reference: 'R-1', about: 'instance_200', placedBy: 'colette', placedAt: systemClock.now(), generation: 1 })] });
    await prune();
    expect((await logOf(other())).prunedBefore, 'one event of the bundle is held').toBe(0);
    await commit(provider!, { ...facts, writes: [liftHold(hold, { liftedBy: 'claude', liftedAt: systemClock.now() }, { ifGeneration: 1 })] });
    // The log's own first event is in the bundle too, and of another class: the longest of a bundle counts.
    await approved('log-control', 36);
    await prune();
    expect((await logOf(other())).prunedBefore, 'log control is kept longer').toBe(0);
    await approved('log-control', 6);
    await prune();
    expect((await logOf(other())).prunedBefore).toBe(256);
  });

  it('cannot be helped along: not by the notary\'s role, not by another, not by a lie about the bytes', async () => {
    const log = await logOf(tenant());
    const as = async (role: 'notary' | 'provider' | 'tenant', text: string): Promise<string> => {
      const store = openTestStore(db, role);
      try {
        await commit(store, { scope: 'system', act: actOf('none'), outbox: [], writes: [{ noun: 'x', id: 'x', rows: 1, sql: { text } }], audit: [{ type: 'audit.log.pruned', phase: 'completed', outcome: 'success', target: { kind: 'log', id: 'x' } }] });
        return 'done';
      } catch (error) {
        return error instanceof Error ? error.message : 'error';
      } finally {
        await store.close();
      }
    };
    const id = String(log.id);
    expect({
      young: await as('notary', `SELECT audit_prune(${id}, ${String(log.prunedBefore + 256)})`),
      odd: await as('notary', `SELECT audit_prune(${id}, ${String(log.prunedBefore + 1)})`),
      direct: await as('notary', 'DELETE FROM audit_event WHERE ctid IN (SELECT ctid FROM audit_event LIMIT 1)'),
      flagged: await as('notary', "WITH s AS (SELECT set_config('app.pruning', 'on', true)) DELETE FROM audit_event WHERE ctid IN (SELECT ctid FROM audit_event, s LIMIT 1)"),
      marked: await as('notary', `UPDATE audit_log SET pruned_before = 0 WHERE id = ${id}`),
      provider: await as('provider', `SELECT audit_prune(${id}, 256)`),
    }).toEqual({
      young: 'AUDIT_PROTECTED', odd: 'AUDIT_PROTECTED', direct: 'permission denied for table audit_event', flagged: 'permission denied for table audit_event', marked: 'AUDIT_PROTECTED', provider: 'permission denied for function audit_prune',
    });
    await expect(asSuperuser(db, "SET app.pruning = 'on'; DELETE FROM audit_event")).rejects.toThrow('append-only');
  });
});
