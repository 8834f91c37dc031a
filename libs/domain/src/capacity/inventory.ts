import type { DatacenterId, MachineId, PowerNodeId, RackId } from '../core/index.ts';
import type { Certification } from '../certification/model.ts';
import type { Datacenter } from '../datacenter/model.ts';
import type { Hall } from '../hall/model.ts';
import type { Machine } from '../machine/model.ts';
import type { NodePool } from '../pool/model.ts';
import type { PowerNode } from '../powernode/model.ts';
import type { PowerPhase } from '../powerphase/model.ts';
import type { Quota } from '../quota/model.ts';
import type { Rack } from '../rack/model.ts';
import type { Shape } from '../shape/model.ts';
import { slices } from '../shape/slices.ts';
import type { StaffCoverage } from '../staff/model.ts';
import { worstResponseMinutes } from '../staff/worst.ts';
import type { LedgerFact, MachineFact, PoolFact, RackFact } from './model.ts';
import type { CapacityState } from './state.ts';

/** The rows of one region, as the provider door and the controller wrote them. */
export interface Inventory {
  /** Of the region: what every site's law is made of. */
  readonly region: { readonly country: string; readonly jurisdiction: string };
  readonly datacenters: readonly Pick<Datacenter, 'id' | 'name' | 'admittedTenantClasses' | 'status' | 'pueMilli' | 'feedLossTolerated' | 'gridGramsPerKwh'>[];
  readonly halls: readonly Pick<Hall, 'id' | 'datacenterId' | 'name' | 'coolingCapacityW' | 'deratingPct'>[];
  readonly powerNodes: readonly Pick<PowerNode, 'id' | 'datacenterId' | 'name' | 'parentId' | 'side' | 'capacityW' | 'deratingPct'>[];
  readonly phases: readonly Pick<PowerPhase, 'id' | 'datacenterId' | 'name' | 'contractedW' | 'state' | 'from' | 'to'>[];
  readonly certifications: readonly Pick<Certification, 'id' | 'kind' | 'datacenterId' | 'from' | 'to'>[];
  readonly staff: readonly Pick<StaffCoverage, 'datacenterId' | 'skill' | 'days' | 'fromMinute' | 'toMinute' | 'responseMinutes'>[];
  readonly quotas: readonly Quota[];
  readonly racks: readonly Pick<Rack, 'id' | 'hallId' | 'datacenterId' | 'name' | 'row' | 'maxPowerW' | 'coolingCapacityW' | 'feedA' | 'feedB' | 'state'>[];
  readonly machines: readonly Pick<Machine, 'id' | 'rackId' | 'shapeId' | 'name' | 'poolId' | 'clusterId' | 'state' | 'nvlinkDomain'>[];
  readonly pools: readonly Pick<NodePool, 'id' | 'clusterId' | 'datacenterId' | 'name' | 'shapeId' | 'purpose' | 'tenantClasses' | 'paused'>[];
  readonly shapes: readonly Pick<Shape, 'id' | 'code' | 'gpus' | 'idleW' | 'maxW' | 'cpuMilli' | 'ramMiB' | 'sliceProfiles'>[];
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
  const nodes = new Map(rows.powerNodes.map(n => [`${n.datacenterId} ${n.name}`, n.id]));
  const racks = rows.racks.map(r => rackFactOf(r, nodes)).filter(f => !same(s.rackFacts[s.racks.find(f.rackId) ?? -1], f));
  const known = new Set<RackId>([...rows.racks.map(r => r.id), ...s.rackFacts.filter(f => f !== undefined).map(f => f.rackId)]);
  const withheld: Withheld[] = [...wanted.withheld];
  const facts: LedgerFact[] = [...placeFacts(s, rows)];
  for (const f of rows.pools.map(poolFactOf)) if (!same(s.poolFacts[s.pools.find(f.poolId) ?? -1], f)) facts.push(f);
  if (!sameQuotas(s.quota.quotas, rows.quotas)) facts.push({ kind: 'QUOTAS', quotas: rows.quotas });

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

const rackFactOf = (r: Inventory['racks'][number], nodes: ReadonlyMap<string, PowerNodeId>): RackFact => ({
  kind: 'RACK', rackId: r.id, hallId: r.hallId, datacenterId: r.datacenterId, name: r.name, row: r.row, maxPowerW: r.maxPowerW, coolingW: r.coolingCapacityW,
  feedA: feedOf(r.datacenterId, r.feedA, nodes), feedB: feedOf(r.datacenterId, r.feedB, nodes), usable: r.state === 'INSTALLED',
});
/** Before a site has a power tree the names of feeds are labels, and limit nothing. */
const feedOf = (datacenterId: DatacenterId, name: string | undefined, nodes: ReadonlyMap<string, PowerNodeId>): PowerNodeId | null =>
  (name === undefined ? undefined : nodes.get(`${datacenterId} ${name}`)) ?? null;

const poolFactOf = (p: Inventory['pools'][number]): PoolFact => ({
  kind: 'POOL', poolId: p.id, clusterId: p.clusterId, datacenterId: p.datacenterId, name: p.name, shapeId: p.shapeId, purpose: p.purpose, tenantClasses: p.tenantClasses, paused: p.paused,
});

/** Whole watts that are left of a nameplate. */
const derated = (watts: number, pct: number): number => Math.floor((watts * (100 - pct)) / 100);

/** Sites, halls, power and law; what the rows no longer have is gone. None of them can overfill a rack: they come first. */
const placeFacts = (s: CapacityState, rows: Inventory): LedgerFact[] => {
  const sites = rows.datacenters.map((d): Fact<'SITE'> => ({
    kind: 'SITE', datacenterId: d.id, name: d.name, country: rows.region.country, jurisdiction: rows.region.jurisdiction, tenantClasses: d.admittedTenantClasses, status: d.status,
    pueMilli: d.pueMilli, feedLossTolerated: d.feedLossTolerated, responseMinutes: worstResponseMinutes(rows.staff.filter(c => c.datacenterId === d.id)) ?? null,
    gridGramsPerKwh: d.gridGramsPerKwh ?? null,
  }));
  const halls = rows.halls.map((h): Fact<'HALL'> => ({ kind: 'HALL', hallId: h.id, datacenterId: h.datacenterId, name: h.name, coolingW: derated(h.coolingCapacityW, h.deratingPct) }));
  const nodes = rows.powerNodes.map((n): Fact<'POWER_NODE'> => ({
    kind: 'POWER_NODE', powerNodeId: n.id, datacenterId: n.datacenterId, name: n.name, parentId: n.parentId ?? null, side: n.side, usableW: derated(n.capacityW, n.deratingPct),
  }));
  const phases = rows.phases.map((p): Fact<'PHASE'> => ({
    kind: 'PHASE', phaseId: p.id, datacenterId: p.datacenterId, name: p.name, contractedW: p.contractedW, energised: p.state === 'ENERGISED', from: p.from, to: p.to ?? null,
  }));
  const certifications = rows.certifications.map((c): Fact<'CERTIFICATION'> => ({
    kind: 'CERTIFICATION', certificationId: c.id, certification: c.kind, datacenterId: c.datacenterId ?? null, from: c.from, to: c.to,
  }));
  return [
    ...sites.filter(f => !same(s.siteFacts.get(f.datacenterId), f)),
    ...halls.filter(f => !same(s.hallFacts.get(f.hallId), f)),
    ...changed(s.nodeFacts, nodes, f => f.powerNodeId),
    ...changed(s.phaseFacts, phases, f => f.phaseId),
    ...changed(s.certificationFacts, certifications, f => f.certificationId),
  ];
};
type Fact<K extends LedgerFact['kind']> = Extract<LedgerFact, { kind: K }>;

const changed = <K, F extends LedgerFact & { readonly gone?: true }>(known: ReadonlyMap<K, F>, now: readonly F[], key: (f: F) => K): F[] => {
  const ids = new Set(now.map(key));
  return [...now.filter(f => !same(known.get(key(f)), f)), ...[...known.values()].filter(f => f.gone !== true && !ids.has(key(f))).map(f => ({ ...f, gone: true as const }))];
};

const sameQuotas = (a: readonly Quota[], b: readonly Quota[]): boolean => a.length === b.length && a.every((q, n) => q.id === b[n]?.id && q.generation === b[n].generation);

const machinesOf = (rows: Inventory): { readonly facts: readonly MachineFact[]; readonly ids: ReadonlySet<MachineId>; readonly withheld: readonly Withheld[] } => {
  const shapes = new Map(rows.shapes.map(x => [x.id, x]));
  const pools = new Map(rows.pools.map(p => [p.id, p]));
  const cut = (id: Machine['poolId'], shape: Inventory['shapes'][number]): boolean => {
    const pool = id === undefined ? undefined : pools.get(id);
    return pool !== undefined && slices(pool, shape);
  };
  const installed = new Set(rows.racks.filter(r => r.state === 'INSTALLED').map(r => r.id));
  const facts: MachineFact[] = [];
  const withheld: Withheld[] = [];
  for (const m of rows.machines) {
    const shape = shapes.get(m.shapeId);
    if (shape === undefined) withheld.push({ id: m.id, because: 'UNKNOWN_SHAPE', neededW: 0, limitW: 0 });
    else {
      facts.push({
        kind: 'MACHINE', machineId: m.id, rackId: m.rackId, shapeId: m.shapeId, shapeCode: shape.code, name: m.name, gpus: shape.gpus, idleW: shape.idleW, maxW: shape.maxW,
        cpuMilli: shape.cpuMilli, ramMiB: shape.ramMiB, sliceable: cut(m.poolId, shape), nvlinkDomain: m.nvlinkDomain ?? null,
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
