import { emptyCapacity, fold, place, type CapacityState, type ClaimFact, type LedgerFact, type Placement, type PlacementRequest } from '@cadastre/domain/capacity';
import type { InstanceId, OrderId } from '@cadastre/domain/core';
import { Chance } from './chance.ts';
import { DARK_SITE, NOW, ORGANISATIONS, PROJECTS, WITHOUT_QUOTA, idOf, organisationOf, projectOf, shapeIdOf, worldOf } from './world.ts';

const append = (s: CapacityState, fact: LedgerFact): void => {
  const r = fold(s, { index: s.index + 1, fact });
  if (!r.ok) throw new Error(`the ledger is out of order: ${JSON.stringify(r.error)}`);
};

/** One kind of order, and how often it is met beside the others. */
export interface Class { readonly name: string; readonly weight: number; readonly shape: string; readonly more: Partial<PlacementRequest> }
/** Orders of one instance. */
export const SINGLE: readonly Class[] = [
  { name: 'whole h200', weight: 30, shape: 'h200-8', more: {} },
  { name: '1 GPU of h200', weight: 20, shape: 'h200-8', more: { gpusPerInstance: 1 } },
  { name: '4 GPUs of h200, health data', weight: 10, shape: 'h200-8', more: { gpusPerInstance: 4, legal: { jurisdictions: ['EU'], certifications: [], dataClass: 'HEALTH' } } },
  { name: '2 GPUs of h200 at a site', weight: 10, shape: 'h200-8', more: { gpusPerInstance: 2, datacenterId: idOf('datacenter', 1) } },
  { name: 'whole gb300', weight: 10, shape: 'gb300-4', more: {} },
  { name: 'whole b300', weight: 10, shape: 'b300-8', more: {} },
  { name: 'a quarter of an l40', weight: 5, shape: 'l40-4', more: { milliGpu: 250, purpose: 'INFERENCE' } },
  { name: '1 GPU of l40, 8 cores', weight: 5, shape: 'l40-4', more: { gpusPerInstance: 1, cpuMilli: 8_000, ramMiB: 65_536 } },
];
const GANGS = [4, 8, 16, 32, 64] as const;

/** Orders that no state of the region lets in, each stopped by another check. */
export const NEVER: readonly Class[] = [
  { name: 'a private tenant at sites for public bodies', weight: 1, shape: 'h200-8', more: { tenantClass: 'PRIVATE' } },
  { name: 'under Swiss law', weight: 1, shape: 'h200-8', more: { legal: { jurisdictions: ['CH'], certifications: [], dataClass: 'ORDINARY' } } },
  { name: '16 GPUs of a machine with 8', weight: 1, shape: 'h200-8', more: { gpusPerInstance: 16 } },
  { name: 'a project without quota', weight: 1, shape: 'h200-8', more: { tenantId: organisationOf(WITHOUT_QUOTA.organisation), projectId: projectOf(WITHOUT_QUOTA.organisation, WITHOUT_QUOTA.project) } },
  { name: 'at a site whose contract is not energised', weight: 1, shape: 'h200-8', more: { datacenterId: DARK_SITE } },
  { name: 'one machine more than one takes', weight: 1, shape: 'gb300-4', more: { count: 2, topology: { level: 'SAME_MACHINE', required: true } } },
];

/** Orders, claims and releases in one stream of chance: what runs is always there because the engine placed it. */
export class Traffic {
  readonly state: CapacityState;
  readonly chance: Chance;
  readonly #running: InstanceId[] = [];
  #orders = 0;
  #instances = 0;
  /** Milli-GPUs claimed. */
  used = 0;
  readonly total: number;

  constructor(machines: number, seed: number, told: (fact: LedgerFact) => void = () => undefined) {
    this.chance = new Chance(seed);
    this.state = emptyCapacity();
    for (const fact of worldOf(machines)) {
      append(this.state, fact);
      told(fact);
    }
    this.total = usable(this.state);
  }

  get running(): number {
    return this.#running.length;
  }

  request(c: Class, more: Partial<PlacementRequest> = {}): PlacementRequest {
    const organisation = this.chance.below(ORGANISATIONS);
    return {
      orderId: idOf('order', ++this.#orders) satisfies OrderId, tenantId: organisationOf(organisation), tenantClass: 'PUBLIC_BODY', projectId: projectOf(organisation, this.chance.below(PROJECTS)),
      shapeId: shapeIdOf(c.shape), shapeCode: c.shape, count: 1, at: NOW, leaseEnd: leaseEnd(this.chance.below(36)), legal: { jurisdictions: [], certifications: [], dataClass: 'ORDINARY' }, datacenterId: null, poolId: null,
      ...c.more, ...more,
    };
  }

  /** The claims of what was placed; the state moves. */
  claim(r: PlacementRequest, placements: readonly Placement[]): readonly ClaimFact[] {
    const claims = placements.map((p) => claimOf(r, p, ++this.#instances));
    for (const c of claims) {
      append(this.state, c);
      this.#running.push(c.instanceId);
      this.used += c.milliGpu ?? c.gpus * 1_000;
    }
    return claims;
  }

  /** An instance ends: somebody's, or the one that began last. */
  release(which: 'SOME' | 'LAST' = 'SOME'): Extract<LedgerFact, { kind: 'RELEASE' }> {
    const at = which === 'SOME' ? this.chance.below(this.#running.length) : this.#running.length - 1;
    const instanceId = this.#running[at];
    const last = this.#running.pop();
    const held = instanceId === undefined ? undefined : this.state.claims.get(instanceId);
    if (instanceId === undefined || last === undefined || held === undefined) throw new Error('nothing runs that could end');
    if (at < this.#running.length) this.#running[at] = last;
    const fact = { kind: 'RELEASE', instanceId, machineId: this.state.machines.key(held.machine), gpus: held.gpus, watts: held.watts, cpuMilli: held.cpuMilli, ramMiB: held.ramMiB, ...(held.milliGpu > 0 ? { milliGpu: held.milliGpu } : {}) } as const;
    append(this.state, fact);
    this.used -= held.milliGpu > 0 ? held.milliGpu : held.gpus * 1_000;
    return fact;
  }

  /** Orders of every kind until this share of the usable GPUs is claimed. Throws when the region takes no more before. */
  fill(share: number, told: (fact: LedgerFact) => void = () => undefined): void {
    const open = new Set(SINGLE);
    while (this.used < share * this.total) {
      const c = this.chance.weighted([...open]);
      const gang = this.chance.next() < 0.2 && c.more.milliGpu === undefined ? this.chance.of(GANGS) : 1;
      const r = this.request(c, { count: gang });
      const v = place(this.state, r);
      if (v.outcome === 'PLACED') this.claim(r, v.placements).forEach(told);
      // Nothing ends while a region is filled: what finds no room for one finds none later.
      else if (gang === 1) open.delete(c);
      if (open.size === 0) throw new Error(`the region takes no more at ${((100 * this.used) / this.total).toFixed(1)} %`);
    }
    // From here on fragmentation is judged by what was claimed, as an allocator's batch says whenever a weight is due.
    if (!this.state.mix.due) return;
    append(this.state, { kind: 'MIX' });
    told({ kind: 'MIX' });
  }
}

/** One GPU of h200, for whoever asks as of now. */
export const anOrder = (): PlacementRequest => ({
  orderId: idOf('order', 1), tenantId: organisationOf(1), tenantClass: 'PUBLIC_BODY', projectId: projectOf(1, 1), shapeId: shapeIdOf('h200-8'), shapeCode: 'h200-8', count: 1, at: NOW, leaseEnd: leaseEnd(6),
  legal: { jurisdictions: [], certifications: [], dataClass: 'ORDINARY' }, datacenterId: null, poolId: null, gpusPerInstance: 1,
});

/** Milli-GPUs of the machines that take orders now: not held, failed, reserved or without power; of b300-8 what a rack's power allows. */
const usable = (s: CapacityState): number => {
  let sum = 0;
  s.machineFacts.forEach((m, row) => {
    if (m?.state !== 'ENERGISED' || s.reserved.has(row) || s.rackFacts[s.machineRack.get(row)]?.datacenterId === DARK_SITE) return;
    sum += m.gpus * (m.shapeCode === 'b300-8' ? 750 : 1_000);
  });
  return sum;
};

const leaseEnd = (months: number): string => `${2027 + Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, '0')}-01T00:00:00.000Z`;

const claimOf = (r: PlacementRequest, p: Placement, n: number): ClaimFact => ({
  kind: 'CLAIM', instanceId: idOf('instance', n), tenantId: r.tenantId, projectId: r.projectId, decisionId: idOf('decision', Number(r.orderId.slice(-12))), leaseEnd: r.leaseEnd, interruptible: false,
  machineId: p.machineId, gpus: p.gpus, watts: p.watts, cpuMilli: p.cpuMilli, ramMiB: p.ramMiB, ...(p.milliGpu === undefined ? {} : { milliGpu: p.milliGpu }), ...(p.slot === undefined ? {} : { slot: p.slot }),
});
