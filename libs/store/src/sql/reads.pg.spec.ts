import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ActContext } from '@cadastre/domain/audit';
import * as audit from '../audit/index.ts';
import { CLUSTER } from '../cluster/index.ts';
import * as clusters from '../cluster/index.ts';
import { commit, commitAllocations, recordAudit } from '../commit/index.ts';
import type { Work } from '../commit/index.ts';
import { ALARM } from '../alarm/index.ts';
import { API_KEY } from '../apikey/index.ts';
import { DATACENTER } from '../datacenter/index.ts';
import { DECISION } from '../decision/index.ts';
import { AUDIT_EXPORT } from '../auditexport/index.ts';
import * as halls from '../hall/index.ts';
import * as instances from '../instance/index.ts';
import * as inventory from '../inventory/index.ts';
import { acquireLease, releaseLease, renewLease } from '../lease/index.ts';
import * as ledger from '../ledger/index.ts';
import * as machines from '../machine/index.ts';
import * as pools from '../node-pool/index.ts';
import { ORGANISATION } from '../organisation/index.ts';
import type { Reader, Store } from '../pool/index.ts';
import { CERTIFICATION } from '../certification/index.ts';
import * as carriers from '../carrier/index.ts';
import * as links from '../link/index.ts';
import { POWER_NODE } from '../powernode/index.ts';
import { POWER_PHASE } from '../powerphase/index.ts';
import * as projects from '../project/index.ts';
import { QUOTA } from '../quota/index.ts';
import * as racks from '../rack/index.ts';
import { RESERVATION } from '../reservation/index.ts';
import * as regions from '../region/index.ts';
import * as staff from '../staff/index.ts';
import { VIOLATION } from '../violation/index.ts';
import { SHAPE } from '../shape/index.ts';
import { actOf, asSuperuser, countingIds, createItem, inventoryItem, openTestStore, placementOn, seedSite, site, storeDatabase } from '../testing/index.ts';
import type { Site } from '../testing/index.ts';

const db = storeDatabase();
const ids = countingIds();
let root: pg.Client;
let provider: Store;
let tenant: Store;
let allocator: Store;
let controller: Store;
let s: Site;
let statements = 0;

beforeAll(async () => {
  root = new pg.Client({ connectionString: db.url });
  await root.connect();
  provider = openTestStore(db, 'provider');
  tenant = openTestStore(db, 'tenant', { onStatement: () => { statements += 1; } });
  allocator = openTestStore(db, 'allocator', { onStatement: () => { statements += 1; } });
  controller = openTestStore(db, 'controller');
  s = site(ids, { racks: 3, machinesPerRack: 10 });
  await seedSite(provider, tenant, s);
  const lease = await acquireLease(allocator, { regionId: s.regionId, holder: 'a', ttlMs: 60_000 });
  expect(lease.ok).toBe(true);
  const orders = s.machines.map((m, i) => createItem(ids, s, [placementOn(s, m, 1, 100)], { tenant: i % 3 === 0 ? 1 : 0 }));
  await commitAllocations(allocator, { regionId: s.regionId, regionCode: s.regionCode, epoch: 1, firstIndex: 1, items: [inventoryItem(s), ...orders] });
});
afterAll(async () => {
  await Promise.all([root.end(), provider.close(), tenant.close(), allocator.close(), controller.close()]);
});

const me = () => ({ tenant: s.tenants[0]?.id ?? (() => { throw new Error('no tenant'); })() });
const counted = async <T>(work: () => Promise<T>): Promise<readonly [number, T]> => {
  const before = statements;
  const out = await work();
  return [statements - before, out];
};
const providerWrite = (...writes: Work['writes']) =>
  commit(provider, { scope: 'system', act: actOf(), writes, outbox: [], audit: [{ type: 'platform.pool.state', phase: 'completed', outcome: 'success', target: { kind: 'x', id: 'x' } }] });
const controllerWrite = (...writes: Work['writes']) =>
  commit(controller, { scope: 'system', act: actOf('none'), writes, outbox: [], audit: [{ type: 'platform.pool.state', phase: 'completed', outcome: 'success', target: { kind: 'x', id: 'x' } }] });

describe('tables', () => {
  it.each([regions.REGION, DATACENTER, halls.HALL, racks.RACK, machines.MACHINE, SHAPE, CLUSTER, pools.NODE_POOL, ORGANISATION, projects.PROJECT, POWER_NODE, POWER_PHASE, instances.INSTANCE, API_KEY, DECISION, CERTIFICATION, VIOLATION, staff.STAFF_COVERAGE, carriers.CARRIER, links.LINK, QUOTA, RESERVATION, AUDIT_EXPORT, ALARM].map(t => [t.name, t] as const))(
    '%s: every column is a property, and has the kind it says', async (name, t) => {
      const { rows } = await root.query<{ column_name: string; udt_name: string }>("SELECT column_name, udt_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1", [name]);
      const internal = ['updated_at', 'sealed_credential', 'attempt', 'worker', 'lease_until'];
      expect(t.columns.map(([, c]) => c).sort()).toEqual(rows.map(r => r.column_name).filter(c => !internal.includes(c)).sort());
      for (const [, column, kind] of t.columns) {
        const type = rows.find(r => r.column_name === column)?.udt_name ?? '';
        expect([column, kind]).toEqual([column, type === 'timestamptz' ? 'instant' : type.startsWith('_') && type !== '_text' ? 'enums' : 'plain']);
      }
    });
});

describe('reads', () => {
  it('give back what was written, as the domain has it', async () => {
    const [wanted] = s.racks;
    expect(wanted && (await provider.read('system', q => racks.get(q, wanted.id)))).toEqual({ ...wanted, createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string });
    expect(await provider.read('system', q => halls.get(q, ids.next('hall')))).toBeUndefined();
    expect((await provider.read('system', q => halls.get(q, s.hallId)))?.coolingKinds).toEqual(['COLD_PLATE']);
  });

  it('page through all, once each, with the total of the filter', async () => {
    const walk = async (after?: string): Promise<readonly string[]> => {
      const part = await provider.read('system', q => machines.page(q, { first: 7, regionId: s.regionId, ...(after === undefined ? {} : { after }) }));
      expect(part.totalCount).toBe(30);
      const own = part.items.map(m => m.name);
      return part.hasNextPage ? [...own, ...(await walk(part.items.at(-1)?.id))] : own;
    };
    expect(await walk()).toEqual(s.machines.map(m => m.name));
  });

  it('instance page: the same two statements for 2 instances and for 20, newest first, each with its surroundings, a tenant\'s only', async () => {
    const page = (first: number, after?: { createdAt: string; id: (typeof s.machines)[number]['id'] }) =>
      counted(() => tenant.read(me(), q => instances.tenantPage(q, { first, ...(after === undefined ? {} : { after: after as never }) })));
    const [few, two] = await page(2);
    const [many, all] = await page(100);
    // BEGIN with the tenant, the rows, the rest.
    expect([few, many]).toEqual([3, 3]);
    expect([two.items.length, two.hasNextPage, two.totalCount, all.items.length, all.hasNextPage]).toEqual([2, true, 20, 20, false]);
    expect(all.items.map(i => i.id)).toEqual([...all.items.map(i => i.id)].sort().reverse());
    expect(new Set(all.items.map(i => i.tenantId))).toEqual(new Set([me().tenant]));
    expect(all.items[0]).toMatchObject({
      shape: { id: s.shapeId, gpuMemoryMiB: 144_384, coolingKinds: ['COLD_PLATE'] }, region: { code: s.regionCode, nameFr: 'Région' }, datacenter: { admittedTenantClasses: ['PUBLIC_BODY', 'PRIVATE'] },
      project: { code: 'p1', createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string }, simulated: true, status: 'PENDING', leaseEnd: '2027-01-01T00:00:00.000Z',
      statusHistory: [{ state: 'PENDING', cause: 'PLACED', actor: 'allocator' }], conditions: [{ type: 'Placed', status: 'True' }],
    });
    const last = two.items.at(-1);
    const [, next] = await page(2, last && { createdAt: last.createdAt, id: last.id as never });
    expect(next.items.map(i => i.id)).toEqual(all.items.slice(2, 4).map(i => i.id));
    const project = s.tenants[0]?.projectId;
    const filtered = (filter: object) => tenant.read(me(), async q => (await instances.tenantPage(q, { first: 5, ...filter })).totalCount);
    expect([await filtered({ status: ['READY'] }), await filtered({ live: true }), await filtered({ projectId: project }), await filtered({ projectId: s.tenants[1]?.projectId })]).toEqual([0, 20, 20, 0]);
  });

  it('the operator\'s page has the tenants and neither images nor keys', async () => {
    const page = await provider.read('system', q => instances.providerPage(q, { first: 3 }));
    expect(page).toMatchObject({ totalCount: 30, hasNextPage: true });
    expect(page.items[0]).toMatchObject({ organisation: { class: 'PUBLIC_BODY' }, shape: { id: s.shapeId } });
    expect(page.items[0]).not.toHaveProperty('sshKeys');
    const wanted = page.items.map(i => i.id).reverse();
    expect((await provider.read('system', q => instances.providerViews(q, [...wanted, ids.next('instance')]))).map(i => i.id)).toEqual(wanted);
  });

  it('views of another tenant\'s instances are not there', async () => {
    const theirs = (await provider.read('system', q => instances.providerPage(q, { first: 100, tenantId: s.tenants[1]?.id ?? ids.next('organisation') }))).items.map(i => i.id);
    expect(theirs).toHaveLength(10);
    expect(await tenant.read(me(), q => instances.tenantViews(q, theirs))).toEqual([]);
  });

  it('inventory of a region: a dozen statements', async () => {
    const [n, all] = await counted(() => allocator.read('system', q => inventory.ofRegion(q, s.regionId)));
    expect([n, all.racks.length, all.machines.length, all.pools.length, all.datacenters[0]?.admittedTenantClasses]).toEqual([14, 3, 30, 1, ['PUBLIC_BODY', 'PRIVATE']]);
  });

  it('version of an inventory: one statement; any row that changes changes it, and nothing else does', async () => {
    const version = () => allocator.read('system', q => inventory.versionOf(q, s.regionId));
    const [n, before] = await counted(version);
    expect([n - 1, await version()]).toEqual([1, before]);
    const seen = new Set([before]);
    const [m, r] = [s.machines[7], s.racks[1]];
    for (const change of [
      `UPDATE machine SET updated_at = updated_at WHERE id = '${String(m?.id)}'`, `UPDATE rack SET assumed = '{}' WHERE id = '${String(r?.id)}'`, `UPDATE node_pool SET paused = false WHERE id = '${s.poolId}'`,
      `UPDATE datacenter SET name = name WHERE id = '${s.datacenterId}'`, `UPDATE shape SET gpus = gpus WHERE id = '${s.shapeId}'`,
    ]) {
      await asSuperuser(db, change);
      seen.add(await version());
    }
    expect(seen.size).toBe(6);
  });

  it('ledger in parts, dense from 1', async () => {
    const read = (from: number, limit: number) => allocator.read('system', q => ledger.after(q, s.regionId, from, limit));
    const all = [...(await read(0, 40)), ...(await read(40, 40))];
    expect(all.map(e => e.index)).toEqual(Array.from({ length: 66 }, (_, i) => i + 1));
    expect([all[65]?.fact.kind, await allocator.read('system', q => ledger.lastIndex(q, s.regionId))]).toEqual(['CLAIM', 66]);
  });

  it('rack use, machines\' GPUs, simulated clusters, names taken', async () => {
    const [r] = s.racks;
    const [m] = s.machines;
    if (r === undefined || m === undefined) throw new Error('no rack');
    expect((await provider.read('system', q => racks.use(q, [r.id]))).get(r.id)).toEqual({ usedW: 10 * 1000 + 10 * 100, machines: 10, idleW: 10_000, units: 40 });
    expect((await provider.read('system', q => machines.gpusAllocated(q, [m.id]))).get(m.id)).toBe(1);
    expect((await tenant.read('system', q => clusters.simulated(q, [s.clusterId]))).get(s.clusterId)).toBe(true);
    expect(await controller.read('system', q => clusters.sealedCredential(q, s.clusterId))).toBe('sealed');
    const one = (await allocator.read('system', q => instances.live(q, { machineId: m.id }, undefined, 10)))[0];
    expect(one && (await allocator.read('system', q => instances.namesTaken(q, one.projectId, [one.name, 'other'])))).toEqual([one?.name]);
  });

  it('a read sees one snapshot, and cannot write', async () => {
    await provider.read('system', async q => {
      const before = await regions.list(q);
      await providerWrite(regions.insert({ id: ids.next('region'), code: 'later', nameFr: 'x', nameEn: 'x', country: 'FR', jurisdiction: 'EU-FR', operatorName: 'x', capitalChain: [], generation: 1 }));
      expect(await regions.list(q)).toEqual(before);
    });
    await expect(provider.read('system', q => q.rows({ text: "UPDATE region SET name_fr = 'x'" }))).rejects.toThrow('read-only transaction');
  });

  it('two readers of one pool never share a tenant', async () => {
    const one = openTestStore(db, 'tenant', { max: 1 });
    const whose = (tenantId: string) => one.read({ tenant: tenantId as never }, async (q: Reader) => (await q.rows<{ t: string }>({ text: 'SELECT DISTINCT tenant_id AS t FROM gpu_instance' })).map(r => r.t));
    const pairs = s.tenants.flatMap(t => [t.id, t.id, t.id]);
    expect(await Promise.all(pairs.map(whose))).toEqual(pairs.map(t => [t]));
    await expect(one.read('system', q => q.rows({ text: 'SELECT 1 FROM gpu_instance' }))).rejects.toThrow('no tenant in the context');
    await one.close();
  });
});

describe('what the controller writes', () => {
  it('status at the generation it saw; RELEASED is beyond it', async () => {
    const [i] = await controller.read('system', q => instances.live(q, { clusterId: s.clusterId }, undefined, 1));
    if (i === undefined) throw new Error('no instance');
    const at = '2026-11-24T11:00:00.000Z';
    const ready = { status: 'READY', observedGeneration: 1, readyAt: at, conditions: [], change: { state: 'READY', cause: 'POD_RUNNING', actor: 'controller', at } } as const;
    expect((await controllerWrite(instances.observe(i.id, ready, { ifGeneration: 1, ifStatus: 'PENDING' }))).ok).toBe(true);
    expect(await controller.read('system', q => instances.get(q, i.id))).toMatchObject({ status: 'READY', generation: 1, observedGeneration: 1, readyAt: at, statusHistory: [{ state: 'PENDING' }, { state: 'READY' }] });
    expect(await controllerWrite(instances.observe(i.id, ready, { ifGeneration: 2, ifStatus: 'READY' }))).toMatchObject({ error: { code: 'STALE_GENERATION', noun: 'instance' } });
    expect(await controllerWrite(instances.observe(i.id, ready, { ifGeneration: 1, ifStatus: 'PENDING' }))).toMatchObject({ error: { code: 'STALE_GENERATION', noun: 'instance' } });
    await expect(controllerWrite(instances.observe(i.id, { status: 'RELEASED' }, { ifGeneration: 1, ifStatus: 'READY' }))).resolves.toMatchObject({ error: { code: 'LIMIT', constraint: 'gpu_instance_released' } });
  });

  it('gives free machines to a pool once, and takes back only those that hold nothing', async () => {
    const [rack] = s.racks;
    if (rack === undefined) throw new Error('no rack');
    const spare = ['spare-a', 'spare-b'].map(name => ({
      id: ids.next('machine'), rackId: rack.id, datacenterId: s.datacenterId, regionId: s.regionId, name, units: 4, shapeId: s.shapeId, serial: name, simulated: true, state: 'REGISTERED' as const, conditions: [], generation: 1,
    }));
    await providerWrite(machines.insert(spare));
    const free = await controller.read('system', q => machines.free(q, s.poolId, 10));
    expect([free.map(m => m.name), await provider.read('system', q => pools.reach(q, s.poolId))]).toEqual([['spare-a', 'spare-b'], { members: 30, free: 2 }]);
    const fenced = free.map(m => ({ id: m.id, ifGeneration: m.generation }));
    const assign = () => controllerWrite(machines.assignPool(fenced, { poolId: s.poolId, clusterId: s.clusterId }));
    expect([(await assign()).ok, await assign()]).toMatchObject([true, { error: { code: 'STALE_GENERATION' } }]);
    const [busy] = s.machines;
    if (busy === undefined) throw new Error('no machine');
    expect(await controllerWrite(machines.leavePool([{ id: busy.id, ifGeneration: 1 }], s.poolId))).toMatchObject({ error: { code: 'STALE_GENERATION' } });
    expect((await controllerWrite(machines.leavePool(fenced.map(f => ({ id: f.id, ifGeneration: 2 })), s.poolId))).ok).toBe(true);
    expect((await controllerWrite(pools.observe(s.poolId, { readyMachines: 30, observedGeneration: 1 }, { ifGeneration: 1 }))).ok).toBe(true);
  });

  it('cannot change what is wanted', async () => {
    await expect(controllerWrite(pools.update(s.poolId, { target: 1 }, { ifGeneration: 1 }))).rejects.toThrow('permission denied');
  });
});

describe('audit', () => {
  it('page, newest first, and export in parts: every stored byte once, in order', async () => {
    const act: ActContext = actOf('tenant');
    for (const n of [1, 2, 3]) await recordAudit(tenant, act, [{ type: 'audit.events.read', phase: 'read', outcome: 'success', tenant: me().tenant, target: { kind: 'audit', id: `read-${String(n)}` } }]);
    const page = await tenant.read(me(), q => audit.page(q, { log: { tenantId: me().tenant }, first: 2, types: ['audit.events.read'] }));
    expect([page.items.map(e => e.targetId), page.totalCount, page.hasNextPage]).toEqual([['read-3', 'read-2'], 3, true]);
    const last = page.items.at(-1);
    const rest = await tenant.read(me(), q => audit.page(q, { log: { tenantId: me().tenant }, first: 2, types: ['audit.events.read'], ...(last === undefined ? {} : { after: { txid: last.txid, seq: last.seq } }) }));
    expect(rest.items.map(e => e.targetId)).toEqual(['read-1']);
    const { rows } = await root.query<{ line: string }>("SELECT convert_from(body, 'UTF8') AS line FROM audit_event WHERE tenant_id = $1 ORDER BY txid, seq", [me().tenant]);
    expect(rows.length).toBeGreaterThan(20);
    const parts: string[] = [];
    // The window is the server's: until transactions of other databases on it have ended, the newest events wait.
    await expect.poll(async () => {
      parts.length = 0;
      for await (const part of audit.stream(after => tenant.read(me(), q => audit.lines(q, { log: { tenantId: me().tenant }, first: 7, ...(after === undefined ? {} : { after }) })))) parts.push(part);
      return parts.join('') === rows.map(r => `${r.line}\n`).join('');
    }, { timeout: 10_000 }).toBe(true);
    expect(parts.length).toBe(Math.ceil(rows.length / 7));
  });
});

describe('leases', () => {
  it('one holder; the epoch rises with the holder, by the database\'s clock', async () => {
    const regionId = ids.next('region');
    const take = (holder: string, ttlMs = 60_000) => acquireLease(allocator, { regionId, holder, ttlMs });
    const a = await take('a');
    expect(a).toMatchObject({ ok: true, value: { epoch: 1 } });
    expect(await take('b')).toMatchObject({ ok: false, error: { code: 'HELD', holder: 'a' } });
    expect(await take('a')).toMatchObject({ ok: true, value: { epoch: 1 } });
    if (!a.ok) throw new Error('no lease');
    await releaseLease(allocator, a.value);
    expect(await take('b')).toMatchObject({ ok: true, value: { epoch: 2 } });
    expect(await renewLease(allocator, a.value, 1000)).toEqual({ ok: false, error: { code: 'LOST' } });
  });

  it('ten at once: one gets it', async () => {
    const regionId = ids.next('region');
    const all = await Promise.all(Array.from({ length: 10 }, (_, i) => acquireLease(allocator, { regionId, holder: `h${String(i)}`, ttlMs: 60_000 })));
    expect(all.filter(a => a.ok)).toHaveLength(1);
  });
});
