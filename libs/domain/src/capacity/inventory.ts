import type { MachineId, RackId } from '../core/index.ts';
import type { Datacenter } from '../datacenter/model.ts';
import type { Machine } from '../machine/model.ts';
import type { NodePool } from '../pool/model.ts';
import type { Rack } from '../rack/model.ts';
import type { Shape } from '../shape/model.ts';
import type { LedgerFact } from './model.ts';
import type { CapacityState, MachineFact, PoolFact, RackFact } from './state.ts';

/** The rows of one region, as the provider door and the controller wrote them. */
export interface Inventory {
  readonly datacenters: readonly Pick<Datacenter, 'id' | 'admittedTenantClasses'>[];
  readonly racks: readonly Pick<Rack, 'id' | 'hallId' | 'datacenterId' | 'name' | 'maxPowerW' | 'state'>[];
  readonly machines: readonly Pick<Machine, 'id' | 'rackId' | 'shapeId' | 'name' | 'poolId' | 'clusterId' | 'state'>[];
  readonly pools: readonly Pick<NodePool, 'id' | 'clusterId' | 'datacenterId' | 'name' | 'shapeId' | 'tenantClasses' | 'paused'>[];
  readonly shapes: readonly Pick<Shape, 'id' | 'gpus' | 'idleW' | 'maxW'>[];
}

/** A row that the ledger cannot follow yet, because a limit would be broken; asked again at every sync. */
export interface Withheld {
  readonly id: MachineId | RackId;
  readonly because: 'RACK_POWER' | 'GPUS_IN_USE' | 'UNKNOWN_RACK' | 'UNKNOWN_SHAPE';
  readonly neededW: number;
  readonly limitW: number;
}

/**
 * What the ledger must say so that its fold matches the rows. The facts come in an order in which no prefix breaks a limit: they may be
 * committed in pieces. What would overfill a rack is withheld: a new machine stays out, a lower limit waits.
 * Machines that the ledger counts change their state freely: their idle watts are theirs until they are gone.
 */
export const inventoryFacts = (s: CapacityState, rows: Inventory): { readonly facts: readonly LedgerFact[]; readonly withheld: readonly Withheld[] } => {
  const wanted = machinesOf(rows);
  const power = new Power(s);
  const racks = rows.racks.map(rackFactOf).filter(f => !same(s.rackFacts[s.racks.find(f.rackId) ?? -1], f));
  const known = new Set<RackId>([...rows.racks.map(r => r.id), ...s.rackFacts.filter(f => f !== undefined).map(f => f.rackId)]);
  const withheld: Withheld[] = [...wanted.withheld];
  const facts: LedgerFact[] = rows.pools.map(p => poolFactOf(p, rows)).filter(f => !same(s.poolFacts[s.pools.find(f.poolId) ?? -1], f));

  const [raised, lowered] = partition(racks, f => f.maxPowerW >= power.limit(f.rackId));
  for (const f of raised) facts.push(power.setLimit(f));

  const changed = [...wanted.facts, ...gone(s, wanted.ids)].filter(f => known.has(f.rackId) && !same(before(s, f.machineId), f));
  for (const f of wanted.facts) if (!known.has(f.rackId)) withheld.push({ id: f.machineId, because: 'UNKNOWN_RACK', neededW: 0, limitW: 0 });
  // What draws less leaves first, so that what draws more finds the room.
  const [less, more] = partition(changed, f => power.delta(f) <= 0 && before(s, f.machineId)?.rackId === f.rackId);
  for (const f of [...less, ...more]) {
    const taken = power.take(f);
    if (taken.fact !== undefined && !same(before(s, f.machineId), taken.fact)) facts.push(taken.fact);
    if (taken.withheld !== undefined) withheld.push(taken.withheld);
  }
  for (const f of lowered) {
    if (f.maxPowerW >= power.used(f.rackId)) facts.push(power.setLimit(f));
    else withheld.push({ id: f.rackId, because: 'RACK_POWER', neededW: power.used(f.rackId), limitW: f.maxPowerW });
  }
  return { facts, withheld };
};

/** Draw of each rack while the facts are laid out one by one. */
class Power {
  readonly #s: CapacityState;
  readonly #used = new Map<RackId, number>();
  readonly #limit = new Map<RackId, number>();

  constructor(s: CapacityState) {
    this.#s = s;
  }

  used(rack: RackId): number {
    const row = this.#s.racks.find(rack);
    return this.#used.get(rack) ?? (row === undefined ? 0 : this.#s.rackUsedW.get(row));
  }

  limit(rack: RackId): number {
    const row = this.#s.racks.find(rack);
    return this.#limit.get(rack) ?? (row === undefined ? 0 : this.#s.rackMaxW.get(row));
  }

  setLimit(f: RackFact): RackFact {
    this.#limit.set(f.rackId, f.maxPowerW);
    return f;
  }

  /** Watts that the fact adds to its rack, claims included when the machine moves there. */
  delta(f: MachineFact): number {
    const old = before(this.#s, f.machineId);
    const moved = old === undefined ? 0 : old.rackId === f.rackId ? -idle(old) : this.#claims(f.machineId);
    return idle(f) + moved;
  }

  take(f: MachineFact): { readonly fact?: MachineFact; readonly withheld?: Withheld } {
    const row = this.#s.machines.find(f.machineId);
    if (row !== undefined && f.gpus < this.#s.machineUsedGpus.get(row)) return { withheld: { id: f.machineId, because: 'GPUS_IN_USE', neededW: 0, limitW: 0 } };
    if (this.#fits(f)) return { fact: this.#apply(f) };
    const withheld: Withheld = { id: f.machineId, because: 'RACK_POWER', neededW: this.used(f.rackId) + this.delta(f), limitW: this.limit(f.rackId) };
    const old = before(this.#s, f.machineId);
    // Only rows written past the doors move a known machine or raise its watts. That waits; but one that shall take no orders takes none from now on.
    if (old === undefined || old.state === 'GONE' || f.state === 'ENERGISED') return { withheld };
    return { fact: this.#apply({ ...old, state: f.state }), withheld };
  }

  #fits(f: MachineFact): boolean {
    const delta = this.delta(f);
    return delta <= 0 || this.used(f.rackId) + delta <= this.limit(f.rackId);
  }

  #apply(f: MachineFact): MachineFact {
    const old = before(this.#s, f.machineId);
    this.#used.set(f.rackId, this.used(f.rackId) + this.delta(f));
    if (old !== undefined && old.rackId !== f.rackId) this.#used.set(old.rackId, this.used(old.rackId) - idle(old) - this.#claims(f.machineId));
    return f;
  }

  #claims(id: MachineId): number {
    const row = this.#s.machines.find(id);
    return row === undefined ? 0 : this.#s.machineClaimW.get(row);
  }
}

const idle = (f: MachineFact): number => (f.state === 'GONE' ? 0 : f.idleW);

const before = (s: CapacityState, id: MachineId): MachineFact | undefined => {
  const row = s.machines.find(id);
  return row === undefined ? undefined : s.machineFacts[row];
};

const rackFactOf = (r: Inventory['racks'][number]): RackFact => ({
  kind: 'RACK', rackId: r.id, hallId: r.hallId, datacenterId: r.datacenterId, name: r.name, maxPowerW: r.maxPowerW, usable: r.state === 'INSTALLED',
});

const poolFactOf = (p: Inventory['pools'][number], rows: Inventory): PoolFact => ({
  kind: 'POOL', poolId: p.id, clusterId: p.clusterId, datacenterId: p.datacenterId, name: p.name, shapeId: p.shapeId, tenantClasses: p.tenantClasses,
  datacenterTenantClasses: rows.datacenters.find(d => d.id === p.datacenterId)?.admittedTenantClasses ?? [], paused: p.paused,
});

const machinesOf = (rows: Inventory): { readonly facts: readonly MachineFact[]; readonly ids: ReadonlySet<MachineId>; readonly withheld: readonly Withheld[] } => {
  const shapes = new Map(rows.shapes.map(x => [x.id, x]));
  const installed = new Set(rows.racks.filter(r => r.state === 'INSTALLED').map(r => r.id));
  const facts: MachineFact[] = [];
  const withheld: Withheld[] = [];
  for (const m of rows.machines) {
    const shape = shapes.get(m.shapeId);
    if (shape === undefined) withheld.push({ id: m.id, because: 'UNKNOWN_SHAPE', neededW: 0, limitW: 0 });
    else {
      facts.push({
        kind: 'MACHINE', machineId: m.id, rackId: m.rackId, shapeId: m.shapeId, name: m.name, gpus: shape.gpus, idleW: shape.idleW, maxW: shape.maxW,
        poolId: m.poolId ?? null, clusterId: m.clusterId ?? null, state: ledgerState(m, installed.has(m.rackId)),
      });
    }
  }
  return { facts, ids: new Set(rows.machines.map(m => m.id)), withheld };
};

const ledgerState = (m: Inventory['machines'][number], rackInstalled: boolean): MachineFact['state'] => {
  switch (m.state) {
    case 'AVAILABLE':
    case 'ALLOCATED':
      return rackInstalled && m.poolId !== undefined ? 'ENERGISED' : 'HELD';
    case 'REPAIRING':
      return 'FAILED';
    case 'RETIRED':
      return 'GONE';
    case 'REGISTERED':
    case 'INSPECTING':
    case 'MAINTENANCE':
    case 'ERASING':
    case 'ADOPTED':
      return 'HELD';
  }
};

/** Machines that the ledger has and the rows no longer do. */
const gone = (s: CapacityState, ids: ReadonlySet<MachineId>): MachineFact[] =>
  s.machineFacts.filter(f => f !== undefined).filter(f => !ids.has(f.machineId) && f.state !== 'GONE').map(f => ({ ...f, state: 'GONE' }));

/** Field by field: facts that come back from the database have their fields in another order, and lists are other objects. */
const same = (a: LedgerFact | undefined, b: LedgerFact): boolean => {
  if (a === undefined) return false;
  const old: Readonly<Record<string, unknown>> = { ...a };
  for (const [field, value] of Object.entries(b)) {
    const was = old[field];
    if (was !== value && !(Array.isArray(was) && Array.isArray(value) && was.length === value.length && was.every((x, n) => x === value[n]))) return false;
  }
  return true;
};

const partition = <T>(list: readonly T[], is: (x: T) => boolean): readonly [readonly T[], readonly T[]] => [list.filter(is), list.filter(x => !is(x))];
