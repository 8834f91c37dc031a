import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Placement } from '@cadastre/domain/capacity';
import { acquireLease } from '../lease/index.ts';
import type { Store } from '../pool/index.ts';
import { actOf, countingIds, createItem, inventoryFacts, openTestStore, placementOn, seedSite, site, storeDatabase } from '../testing/index.ts';
import type { Site } from '../testing/index.ts';
import type { InventoryFact } from './index.ts';
import { commitAllocations } from './index.ts';

const db = storeDatabase();
const ids = countingIds();
const open: Store[] = [];
let allocator: Store;
let root: pg.Client;

beforeAll(async () => {
  allocator = openTestStore(db, 'allocator');
  root = new pg.Client({ connectionString: db.url });
  await root.connect();
  open.push(allocator, openTestStore(db, 'provider'), openTestStore(db, 'tenant'));
});
afterAll(async () => {
  await Promise.all([...open.map(s => s.close()), root.end()]);
});

interface Region {
  readonly s: Site;
  readonly epoch: number;
  readonly next: number;
}
/** A region of one rack with four machines (1,000 W idle, 8,000 W more at full load each), whose facts the case narrows. */
const regionWith = async (narrow: (facts: readonly InventoryFact[], s: Site) => readonly InventoryFact[]): Promise<Region> => {
  const s = site(ids, { racks: 1 });
  const [, provider, tenant] = open;
  if (provider === undefined || tenant === undefined) throw new Error('no store');
  await seedSite(provider, tenant, s);
  const lease = await acquireLease(allocator, { regionId: s.regionId, holder: 'a', ttlMs: 60_000 });
  if (!lease.ok) throw new Error('held');
  const done = await commitAllocations(allocator, {
    regionId: s.regionId, regionCode: s.regionCode, epoch: lease.value.epoch, firstIndex: 1, items: [{ kind: 'INVENTORY', act: actOf('none'), facts: narrow(inventoryFacts(s), s), audit: [] }],
  });
  if (!done.ok) throw new Error(JSON.stringify(done.error));
  return { s, epoch: lease.value.epoch, next: done.value.nextIndex };
};

/** By the statement of the allocator: what an engine that has gone wrong would send. */
const byStatement = async ({ s, epoch, next }: Region, placements: readonly Placement[]): Promise<string> => {
  const done = await commitAllocations(allocator, { regionId: s.regionId, regionCode: s.regionCode, epoch, firstIndex: next, items: [createItem(ids, s, placements)] });
  return done.ok ? 'written' : done.error.code === 'LIMIT' ? `LIMIT ${done.error.constraint}` : done.error.code;
};

/** By hand, as the superuser: rows of the ledger alone. Holds, because a claim also wants its instance; the walls are the same. */
const byHand = async ({ s, epoch, next }: Region, placements: readonly Placement[]): Promise<string> => {
  const rows = placements.map(({ machineId, gpus, watts, milliGpu, slot, cpuMilli, ramMiB }, n) => {
    const instanceId = ids.next('instance');
    return { index: next + n, machineId, gpus, watts, instanceId, fact: { kind: 'HOLD', expiresAt: '2999-01-01T00:00:00.000Z', instanceId, machineId, gpus, watts, milliGpu, slot, cpuMilli, ramMiB } };
  });
  try {
    await root.query({
      text: `INSERT INTO capacity_ledger (region_id, index, epoch, kind, machine_id, hold_id, tenant_id, gpus, watts, fact)
        SELECT $1, index, $2, 'HOLD', "machineId", "instanceId", $3, gpus, watts, fact
        FROM json_to_recordset($4::json) AS r(index bigint, "machineId" text, "instanceId" text, gpus int, watts int, fact jsonb)`,
      values: [s.regionId, epoch, s.tenants[0]?.id, JSON.stringify(rows)],
    });
    return 'written';
  } catch (error) {
    if (error instanceof pg.DatabaseError) return `LIMIT ${error.constraint ?? error.message}`;
    throw error;
  }
};

type Narrow = Parameters<typeof regionWith>[0];
const asDeclared: Narrow = facts => facts;
/** What the rack carries idle, and with one machine at full load: the limit that the second one breaks. */
const LIMIT_W = 4 * 1000 + 8000;
const underNode = (top: 'feed' | 'grid'): Narrow => (facts, s) => {
  const node = { kind: 'POWER_NODE', datacenterId: s.datacenterId, side: 'A' } as const;
  const [grid, feed] = [ids.next('powernode'), ids.next('powernode')];
  return [
    { ...node, powerNodeId: grid, name: 'grid', parentId: null, side: 'NONE', usableW: top === 'grid' ? LIMIT_W : 1_000_000 },
    { ...node, powerNodeId: feed, name: 'feed', parentId: grid, usableW: top === 'feed' ? LIMIT_W : 1_000_000 },
    ...facts.map(f => (f.kind === 'RACK' ? { ...f, feedA: feed } : f)),
  ];
};
const underHall: Narrow = (facts, s) => [...facts, { kind: 'HALL', hallId: s.hallId, datacenterId: s.datacenterId, name: 'h1', coolingW: LIMIT_W }];
const underContract: Narrow = facts => facts.map(f => (f.kind === 'PHASE' ? { ...f, contractedW: (LIMIT_W * 1200) / 1000 } : f));
const beforeEnergy: Narrow = facts => facts.map(f => (f.kind === 'PHASE' ? { ...f, from: '2999-01-01T00:00:00.000Z' } : f));

/** What is claimed: of the machine with that number. */
const whole = (machine: number, more: Partial<Placement> = {}) => ({ machine, ...more });
const slice = (machine: number, milliGpu: number, slot = 0) => ({ machine, gpus: 0, watts: 100, milliGpu, slot, cpuMilli: 1000, ramMiB: 1024 });

describe('the database forbids what the engine should not have decided', () => {
  it.each([
    { reason: 'one machine under a power node that carries one', narrow: underNode('feed'), claims: [whole(0)], said: 'written' },
    { reason: 'a second under the same node', narrow: underNode('feed'), claims: [whole(0), whole(1)], said: 'LIMIT power_capacity_limit' },
    { reason: 'a second under the node above it', narrow: underNode('grid'), claims: [whole(0), whole(1)], said: 'LIMIT power_capacity_limit' },
    { reason: 'one watt more than the node carries', narrow: underNode('feed'), claims: [whole(0, { watts: 8001 })], said: 'LIMIT power_capacity_limit' },
    { reason: 'one machine in a hall that cools one', narrow: underHall, claims: [whole(0)], said: 'written' },
    { reason: 'a second in the hall', narrow: underHall, claims: [whole(0), whole(1)], said: 'LIMIT power_capacity_limit' },
    { reason: 'one machine within the contract, with the PUE', narrow: underContract, claims: [whole(0)], said: 'written' },
    { reason: 'a second beyond the contract', narrow: underContract, claims: [whole(0), whole(1)], said: 'LIMIT power_capacity_limit' },
    { reason: 'a machine before any phase is in force', narrow: beforeEnergy, claims: [whole(0)], said: 'LIMIT power_capacity_limit' },
    { reason: 'all cores of a machine in two claims', narrow: asDeclared, claims: [whole(0, { gpus: 4, cpuMilli: 48_000 }), whole(0, { gpus: 4, cpuMilli: 48_000, ramMiB: 0 })], said: 'written' },
    { reason: 'a thousandth of a core more', narrow: asDeclared, claims: [whole(0, { gpus: 4, cpuMilli: 48_000 }), whole(0, { gpus: 4, cpuMilli: 48_001, ramMiB: 0 })], said: 'LIMIT machine_capacity_sizes' },
    { reason: 'more memory than the machine has', narrow: asDeclared, claims: [whole(0, { ramMiB: 2_097_153 })], said: 'LIMIT machine_capacity_sizes' },
    { reason: 'nine GPUs of eight', narrow: asDeclared, claims: [whole(0, { gpus: 5, cpuMilli: 0, ramMiB: 0 }), whole(0, { gpus: 4, cpuMilli: 0, ramMiB: 0 })], said: 'LIMIT machine_capacity_gpus' },
    { reason: 'seven GPUs and slices of the eighth', narrow: asDeclared, claims: [whole(0, { gpus: 7, cpuMilli: 0, ramMiB: 0 }), slice(0, 600), slice(0, 400)], said: 'written' },
    { reason: 'a slice more than the eighth has', narrow: asDeclared, claims: [whole(0, { gpus: 7, cpuMilli: 0, ramMiB: 0 }), slice(0, 600), slice(0, 401)], said: 'LIMIT machine_capacity_gpus' },
  ])('$reason: $said', async ({ narrow, claims, said }) => {
    for (const write of [byStatement, byHand]) {
      const region = await regionWith(narrow);
      const placements = claims.map(({ machine, ...more }) => {
        const m = region.s.machines[machine];
        if (m === undefined) throw new RangeError('no such machine');
        return { ...placementOn(region.s, m), ...more };
      });
      expect(await write(region, placements)).toBe(said);
    }
  });
});
