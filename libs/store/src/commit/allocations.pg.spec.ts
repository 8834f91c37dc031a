import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acquireLease } from '../lease/index.ts';
import * as instances from '../instance/index.ts';
import * as ledger from '../ledger/index.ts';
import * as machines from '../machine/index.ts';
import type { Store } from '../pool/index.ts';
import { actOf, countingIds, createItem, inventoryItem, machineFact, openTestStore, placementOn, seedSite, site, storeDatabase } from '../testing/index.ts';
import type { Site } from '../testing/index.ts';
import type { AllocationItem } from './index.ts';
import { commitAllocations } from './index.ts';

const db = storeDatabase();
const ids = countingIds();
let provider: Store;
let tenant: Store;
let allocator: Store;
let root: pg.Client;

beforeAll(async () => {
  provider = openTestStore(db, 'provider');
  tenant = openTestStore(db, 'tenant');
  allocator = openTestStore(db, 'allocator');
  root = new pg.Client({ connectionString: db.url });
  await root.connect();
});
afterAll(async () => {
  await Promise.all([provider.close(), tenant.close(), allocator.close(), root.end()]);
});

type MachineFact = ReturnType<typeof machineFact>;
interface Started {
  readonly s: Site;
  epoch: number;
  next: number;
  send(...items: AllocationItem[]): Promise<Awaited<ReturnType<typeof commitAllocations>>>;
}
/** A fresh region with its inventory in the ledger. */
const started = async (size = {}): Promise<Started> => {
  const s = site(ids, size);
  await seedSite(provider, tenant, s);
  const lease = await acquireLease(allocator, { regionId: s.regionId, holder: 'a', ttlMs: 60_000 });
  if (!lease.ok) throw new Error('held');
  const region: Started = {
    s, epoch: lease.value.epoch, next: 1,
    send: async (...items) => {
      const done = await commitAllocations(allocator, { regionId: s.regionId, regionCode: s.regionCode, epoch: region.epoch, firstIndex: region.next, items });
      if (done.ok) region.next = done.value.nextIndex;
      return done;
    },
  };
  await region.send(inventoryItem(s));
  return region;
};
const count = async (text: string, values: unknown[] = []): Promise<number> => Number((await root.query<{ n: string }>(`SELECT count(*) AS n FROM ${text}`, values)).rows[0]?.n);
const machine = (r: Started, i: number) => {
  const m = r.s.machines[i];
  if (m === undefined) throw new RangeError('no such machine');
  return m;
};
const capacity = async (r: Started, i: number) =>
  (
    await root.query<{ gpus: number; watts: number; used: number }>(
      'SELECT m.gpus_allocated AS gpus, m.reserved_w AS watts, r.used_w AS used FROM machine_capacity m JOIN rack_capacity r USING (rack_id) WHERE machine_id = $1', [machine(r, i).id],
    )
  ).rows[0];

describe('commitAllocations', () => {
  it('writes decision, instances, ledger, outbox, audit and key of an order, and capacity follows', async () => {
    const r = await started();
    const order = createItem(ids, r.s, [placementOn(r.s, machine(r, 0)), placementOn(r.s, machine(r, 1))]);
    const done = await r.send(order);
    expect(done).toMatchObject({ ok: true, value: { nextIndex: 16, items: [{ outcome: 'DONE' }] } });
    const wanted = order.instances.map(i => i.id);
    expect({
      decisions: await count('placement_decision WHERE id = $1', [order.decisionId]), instances: await count("gpu_instance WHERE id = ANY($1) AND status = 'PENDING'", [wanted]),
      claims: await count("capacity_ledger WHERE instance_id = ANY($1) AND kind = 'CLAIM'", [wanted]), told: await count("outbox WHERE object_id = ANY($1) AND verb = 'created'", [wanted]),
      audited: await count('audit_event WHERE target_id = $1 AND digest = sha256(body)', [order.order.orderId]), keys: await count('idempotency_record WHERE key = $1', [order.idempotency.key]),
    }).toEqual({ decisions: 1, instances: 2, claims: 2, told: 2, audited: 1, keys: 1 });
    expect(await capacity(r, 0)).toEqual({ gpus: 8, watts: 8000, used: 4 * 1000 + 2 * 8000 });
    expect((await allocator.read('system', q => ledger.after(q, r.s.regionId, 13))).map(e => [e.index, e.fact.kind])).toEqual([[14, 'CLAIM'], [15, 'CLAIM']]);
  });

  it('writes nothing of a batch whose epoch is stale', async () => {
    const r = await started();
    await root.query("UPDATE region_lease SET expires_at = now() - interval '1 s' WHERE region_id = $1", [r.s.regionId]);
    const other = await acquireLease(allocator, { regionId: r.s.regionId, holder: 'b', ttlMs: 60_000 });
    expect(other).toMatchObject({ ok: true, value: { epoch: 2 } });
    const before = await count('audit_event');
    expect(await r.send(createItem(ids, r.s, [placementOn(r.s, machine(r, 0))]))).toEqual({ ok: false, error: { code: 'STALE_EPOCH' } });
    expect([await count('gpu_instance WHERE region_id = $1', [r.s.regionId]), await count('audit_event')]).toEqual([0, before]);
  });

  it('refuses an index that the ledger already has, or that leaves a gap', async () => {
    const r = await started();
    r.next -= 1;
    expect(await r.send(createItem(ids, r.s, [placementOn(r.s, machine(r, 0))]))).toEqual({ ok: false, error: { code: 'STALE_INDEX' } });
    r.next += 2;
    expect(await r.send(createItem(ids, r.s, [placementOn(r.s, machine(r, 0))]))).toEqual({ ok: false, error: { code: 'STALE_INDEX' } });
  });

  it('is forbidden by the database to overfill a machine, whatever the engine thinks', async () => {
    const r = await started();
    const over = [createItem(ids, r.s, [placementOn(r.s, machine(r, 0), 8, 10)]), createItem(ids, r.s, [placementOn(r.s, machine(r, 0), 1, 10)])];
    expect(await r.send(...over)).toEqual({ ok: false, error: { code: 'LIMIT', constraint: 'machine_capacity_gpus' } });
    expect(await count('gpu_instance WHERE region_id = $1', [r.s.regionId])).toBe(0);
  });

  it('is forbidden by the database to overfill a rack: 4 × 1,000 W idle and 146,000 W fill it, one watt more does not fit', async () => {
    const r = await started();
    expect((await r.send(createItem(ids, r.s, [placementOn(r.s, machine(r, 0), 8, 146_000)]))).ok).toBe(true);
    expect(await r.send(createItem(ids, r.s, [placementOn(r.s, machine(r, 1), 1, 1)]))).toEqual({ ok: false, error: { code: 'LIMIT', constraint: 'rack_capacity_power' } });
    expect((await r.send(createItem(ids, r.s, [placementOn(r.s, machine(r, 4), 1, 1)]))).ok).toBe(true);
  });

  it('counts idle watts of a machine until it is gone, and moves them with it', async () => {
    const r = await started();
    const [m, other] = [machine(r, 0), machine(r, 4)];
    const inventory = (fact: MachineFact): AllocationItem => ({ kind: 'INVENTORY', act: actOf('none'), facts: [fact], audit: [] });
    const after = async (state: MachineFact['state']) => {
      expect((await r.send(inventory(machineFact(r.s, m, { state })))).ok).toBe(true);
      const inLedger = (await allocator.read('system', q => machines.holdings(q, [m.id]))).get(m.id)?.inLedger;
      return { state, used: (await capacity(r, 1))?.used, inLedger };
    };
    for (const [state, used, inLedger] of [['HELD', 4000, false], ['ENERGISED', 4000, true], ['FAILED', 4000, false], ['GONE', 3000, false]] as const)
      expect(await after(state)).toEqual({ state, used, inLedger });
    await r.send(inventory(machineFact(r.s, m, { rackId: other.rackId })));
    expect([(await capacity(r, 1))?.used, (await capacity(r, 4))?.used]).toEqual([3000, 5000]);
  });

  it('releases: desired first, GPUs only when the pod is gone; a repeated release is stale and leaves no trace', async () => {
    const r = await started();
    const order = createItem(ids, r.s, [placementOn(r.s, machine(r, 0))]);
    await r.send(order);
    const id = order.instances[0]?.id;
    const t = r.s.tenants[0];
    if (id === undefined || t === undefined) throw new Error('no instance');
    const audit = [{ type: 'compute.instance.release', phase: 'completed', outcome: 'success', tenant: t.id, target: { kind: 'instance', id } }] as const;
    const release = (key: string): AllocationItem => ({
      kind: 'RELEASE', act: actOf('none'), tenantId: t.id, instanceId: id, ifGeneration: 1, audit, idempotency: { scope: t.id, key, fingerprint: 'a'.repeat(64), operation: 'releaseGpuInstance', result: () => ({ id }) },
    });
    expect(await r.send(release('rel-1'))).toMatchObject({ ok: true, value: { items: [{ outcome: 'DONE' }] } });
    expect((await capacity(r, 0))?.gpus).toBe(8);
    const held = await allocator.read('system', q => instances.holding(q, id));
    expect(held).toMatchObject({ desired: 'RELEASED', status: 'TERMINATING', generation: 2, gpus: 8, reservedW: 8000 });
    const before = await count('audit_event');
    expect(await r.send(release('rel-2'), createItem(ids, r.s, [placementOn(r.s, machine(r, 1))]))).toMatchObject({ ok: true, value: { items: [{ outcome: 'STALE_GENERATION' }, { outcome: 'DONE' }] } });
    expect([await count('audit_event'), await count("idempotency_record WHERE key = 'rel-2'")]).toEqual([before + 1, 0]);
    const free: AllocationItem = { kind: 'FREE', act: actOf('none'), tenantId: t.id, instanceId: id, claim: { machineId: machine(r, 0).id, gpus: 8, watts: 8000, cpuMilli: 96_000, ramMiB: 2_097_152 }, audit };
    expect((await r.send(free)).ok).toBe(true);
    expect([await capacity(r, 0), await count("gpu_instance WHERE id = $1 AND status = 'RELEASED' AND released_at IS NOT NULL", [id])]).toEqual([{ gpus: 0, watts: 0, used: 4000 + 8000 }, 1]);
    expect(await r.send(free)).toEqual({ ok: false, error: { code: 'STALE_INDEX' } });
  });

  it('gives back exactly what was claimed', async () => {
    const r = await started();
    const order = createItem(ids, r.s, [placementOn(r.s, machine(r, 0))]);
    await r.send(order);
    const id = order.instances[0]?.id;
    const t = r.s.tenants[0];
    if (id === undefined || t === undefined) throw new Error('no instance');
    const audit = [{ type: 'compute.instance.release', phase: 'completed', outcome: 'success', tenant: t.id, target: { kind: 'instance', id } }] as const;
    for (const claim of [{ machineId: machine(r, 0).id, gpus: 7, watts: 8000, cpuMilli: 96_000, ramMiB: 2_097_152 }, { machineId: machine(r, 1).id, gpus: 8, watts: 8000, cpuMilli: 96_000, ramMiB: 2_097_152 }, { machineId: machine(r, 0).id, gpus: 8, watts: 8000, cpuMilli: 1, ramMiB: 2_097_152 }])
      expect(await r.send({ kind: 'FREE', act: actOf('none'), tenantId: t.id, instanceId: id, claim, audit })).toEqual({ ok: false, error: { code: 'STALE_INDEX' } });
  });

  it('names the orders whose key was used, and those whose name is taken, and writes nothing', async () => {
    const r = await started();
    const first = createItem(ids, r.s, [placementOn(r.s, machine(r, 0), 1, 1)], { name: 'web', key: 'same' });
    expect((await r.send(first)).ok).toBe(true);
    const again = createItem(ids, r.s, [placementOn(r.s, machine(r, 0), 1, 1)], { key: 'same' });
    const fresh = createItem(ids, r.s, [placementOn(r.s, machine(r, 0), 1, 1)]);
    expect(await r.send(fresh, again)).toMatchObject({
      ok: false, error: { code: 'ALREADY_DONE', items: [{ item: 1, record: { key: 'same', result: { instances: first.instances.map(i => i.id) } } }] },
    });
    const named = createItem(ids, r.s, [placementOn(r.s, machine(r, 0), 1, 1)], { name: 'web' });
    expect(await r.send(fresh, named)).toEqual({ ok: false, error: { code: 'NAME_TAKEN', items: [1] } });
    expect((await r.send(fresh)).ok).toBe(true);
    expect(await count('gpu_instance WHERE region_id = $1', [r.s.regionId])).toBe(2);
  });

  it('cannot use another tenant\'s project', async () => {
    const r = await started();
    const mixed = createItem(ids, r.s, [placementOn(r.s, machine(r, 0), 1, 1)]);
    const foreign = r.s.tenants[1]?.projectId;
    if (foreign === undefined) throw new Error('two tenants wanted');
    expect(await r.send({ ...mixed, order: { ...mixed.order, projectId: foreign } })).toMatchObject({ ok: false, error: { code: 'UNKNOWN_REFERENCE', constraint: 'gpu_instance_tenant_id_project_id_fkey' } });
  });

  it('cannot be written around: hand-written ledger rows meet the same walls', async () => {
    const r = await started();
    const as = async (text: string, values: unknown[]): Promise<string> => {
      const client = new pg.Client({ connectionString: db.url });
      await client.connect();
      try {
        await client.query(text, values);
        return 'written';
      } catch (error) {
        return error instanceof pg.DatabaseError ? (error.constraint ?? error.message) : 'error';
      } finally {
        await client.end();
      }
    };
    const order = createItem(ids, r.s, [placementOn(r.s, machine(r, 0), 1, 1)]);
    await r.send(order);
    const i = order.instances[0];
    const values = [r.s.regionId, r.next, machine(r, 0).id, i?.id, order.order.tenantId];
    const row = (epoch: number, kind: string, gpus: number, watts: number, index = '$2') => `INSERT INTO capacity_ledger (region_id, index, epoch, kind, machine_id, instance_id, tenant_id, gpus, watts, fact)
      VALUES ($1, ${index}, ${String(epoch)}, '${kind}', $3::text, $4::text, $5, ${String(gpus)}, ${String(watts)},
      jsonb_build_object('kind', '${kind}', 'machineId', $3::text, 'instanceId', $4::text, 'gpus', ${String(gpus)}, 'watts', ${String(watts)}))`;
    expect({
      stale: await as(row(r.epoch + 1, 'RELEASE', 1, 1), values), gap: await as(row(r.epoch, 'RELEASE', 1, 1, '$2::bigint + 5'), values), twice: await as(row(r.epoch, 'CLAIM', 1, 1), values),
      more: await as(row(r.epoch, 'RELEASE', 2, 1), values), lies: await as(row(r.epoch, 'RELEASE', 1, 1).replace("'gpus', 1", "'gpus', 8"), values),
      direct: await as('UPDATE machine_capacity SET gpus_allocated = 9 WHERE machine_id = $1', [machine(r, 0).id]),
      rack: await as('UPDATE rack SET max_power_w = 150001 WHERE id = $1', [r.s.racks[0]?.id]),
    }).toEqual({
      stale: 'capacity_ledger_epoch', gap: 'capacity_ledger_dense', twice: 'capacity_ledger_claim_once', more: 'capacity_ledger_release_of_claim', lies: 'capacity_ledger_fact',
      direct: 'machine_capacity_gpus', rack: 'rack_power_limit',
    });
  });
});
