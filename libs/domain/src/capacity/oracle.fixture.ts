import type { Instant } from '../core/index.ts';
import type { Quota } from '../quota/index.ts';
import type { ClaimFact, HallFact, HoldFact, LedgerFact, MachineFact, PhaseFact, PlacementRequest, PoolFact, PowerNodeFact, RackFact, ReserveFact, SiteFact } from './model.ts';

type Held = ClaimFact | HoldFact;
type Certified = Extract<LedgerFact, { kind: 'CERTIFICATION' }>;

/** What is over its limit at an instant: `what` names the limit, the same at every instant. */
export interface Over {
  readonly what: string;
  readonly at: Instant;
  readonly load: number;
  readonly limit: number;
}

const SCENARIOS = ['BOTH', 'A LOST', 'B LOST'] as const;
type Scenario = (typeof SCENARIOS)[number];

/** Recomputes everything from the facts at each instant, by the text of the contract, with no cleverness. */
export class Oracle {
  readonly sites = new Map<string, SiteFact>();
  readonly halls = new Map<string, HallFact>();
  readonly nodes = new Map<string, PowerNodeFact>();
  readonly phases = new Map<string, PhaseFact>();
  readonly certifications = new Map<string, Certified>();
  readonly racks = new Map<string, RackFact>();
  readonly machines = new Map<string, MachineFact>();
  readonly pools = new Map<string, PoolFact>();
  readonly claims = new Map<string, Held>();
  /** Shape of its machine when an instance was claimed: what its quota is charged for, whatever the machine becomes. */
  readonly shapes = new Map<string, string>();
  reservations: ReserveFact[] = [];
  quotas: readonly Quota[] = [];

  constructor(facts: readonly LedgerFact[]) {
    for (const f of facts) this.#take(f);
  }

  #take(f: LedgerFact): void {
    switch (f.kind) {
      case 'SITE': this.sites.set(f.datacenterId, f); return;
      case 'HALL': this.halls.set(f.hallId, f); return;
      case 'POWER_NODE': this.nodes.set(f.powerNodeId, f); return;
      case 'PHASE': this.phases.set(f.phaseId, f); return;
      case 'CERTIFICATION': this.certifications.set(f.certificationId, f); return;
      case 'RACK': this.racks.set(f.rackId, f); return;
      case 'MACHINE': this.machines.set(f.machineId, f); return;
      case 'POOL': this.pools.set(f.poolId, f); return;
      case 'CLAIM': case 'HOLD': this.claims.set(f.instanceId, f); this.shapes.set(f.instanceId, this.machines.get(f.machineId)?.shapeCode ?? ''); return;
      case 'RELEASE': case 'UNHOLD': this.claims.delete(f.instanceId); return;
      case 'RESERVE': this.reservations.push(f); return;
      case 'UNRESERVE': this.reservations = this.reservations.filter(r => r.reservationId !== f.reservationId); return;
      case 'QUOTAS': this.quotas = f.quotas; return;
      default: return;
    }
  }

  with(more: readonly LedgerFact[]): Oracle {
    const o = new Oracle([]);
    for (const name of ['sites', 'halls', 'nodes', 'phases', 'certifications', 'racks', 'machines', 'pools', 'claims', 'shapes'] as const) for (const [k, v] of this[name]) (o[name] as Map<string, unknown>).set(k, v);
    o.reservations = [...this.reservations];
    o.quotas = this.quotas;
    for (const f of more) o.#take(f);
    return o;
  }

  /** `at`, and every later instant before `end` at which anything begins or ends. */
  instants(at: Instant, end: Instant): Instant[] {
    const all = [
      ...[...this.claims.values()].map(c => c.leaseEnd), ...this.reservations.flatMap(r => [r.from, r.to]), ...[...this.phases.values()].flatMap(p => [p.from, p.to ?? p.from]),
      ...[...this.certifications.values()].flatMap(c => [c.from, c.to]),
    ];
    return [at, ...new Set(all.filter(x => x > at && x < end))].sort();
  }

  /** Watts of a machine at `t`. What runs now draws power whatever its lease says; what ends later is believed. */
  machineW(m: MachineFact, t: Instant, now: Instant): number {
    const running = [...this.claims.values()].filter(c => c.machineId === m.machineId && (t === now || c.leaseEnd > t));
    const kept = this.reservations.filter(r => r.machineId === m.machineId && r.from <= t && t < r.to);
    const drawn = (r: ReserveFact): number => running.filter(c => c.reservationId === r.reservationId).reduce((w, c) => w + c.watts, 0);
    const others = running.filter(c => !kept.some(r => r.reservationId === c.reservationId)).reduce((w, c) => w + c.watts, 0);
    return (m.state === 'GONE' ? 0 : m.idleW) + others + kept.reduce((w, r) => w + Math.max(r.watts, drawn(r)), 0);
  }

  rackW(rackId: string, t: Instant, now: Instant): number {
    let w = 0;
    for (const m of this.machines.values()) if (m.rackId === rackId) w += this.machineW(m, t, now);
    return w;
  }

  above(feed: string | null): string[] {
    const list: string[] = [];
    for (let at = feed; at !== null; at = this.nodes.get(at)?.parentId ?? null) {
      if (!this.nodes.has(at) || this.nodes.get(at)?.gone === true || list.includes(at)) break;
      list.push(at);
    }
    return list;
  }

  /** Half watts that each node carries of a rack. */
  #share(r: RackFact, scenario: Scenario, watts: number): Map<string, number> {
    const feeds = [r.feedA === null ? [] : [{ side: 'A LOST', id: r.feedA }], r.feedB === null ? [] : [{ side: 'B LOST', id: r.feedB }]].flat();
    const alive = feeds.filter(f => f.side !== scenario);
    const on = new Map<string, number>();
    for (const f of alive) for (const id of this.above(f.id)) on.set(id, (on.get(id) ?? 0) + (2 * watts) / alive.length);
    return on;
  }

  contractW(datacenterId: string, t: Instant): number {
    return Math.max(0, ...[...this.phases.values()].filter(p => p.datacenterId === datacenterId && p.energised && p.gone !== true && p.from <= t && (p.to === null || t < p.to)).map(p => p.contractedW));
  }

  /** Everything that is over its limit at some instant of [at, end). */
  over(at: Instant, end: Instant): Over[] {
    return [...this.#machinesOver(at), ...this.instants(at, end).flatMap(t => this.#powerOver(t, at))];
  }

  #machinesOver(at: Instant): Over[] {
    const found: Over[] = [];
    for (const m of this.machines.values()) {
      const on = [...this.claims.values()].filter(c => c.machineId === m.machineId);
      const slots = Map.groupBy(on.filter(c => (c.milliGpu ?? 0) > 0), c => c.slot);
      const add = (what: string, load: number, limit: number): void => { if (load > limit) found.push({ what: `${m.machineId} ${what}`, at, load, limit }); };
      add('gpus', on.reduce((n, c) => n + c.gpus, 0) + slots.size, m.gpus);
      for (const [slot, list] of slots) add(`slot ${String(slot)}`, list.reduce((n, c) => n + (c.milliGpu ?? 0), 0), 1000);
      add('cpu', on.reduce((n, c) => n + c.cpuMilli, 0), m.cpuMilli);
      add('ram', on.reduce((n, c) => n + c.ramMiB, 0), m.ramMiB);
      for (const r of this.reservations.filter(x => x.machineId === m.machineId)) {
        add(`reserved ${r.reservationId}`, on.filter(c => c.reservationId !== r.reservationId && c.leaseEnd > r.from && at < r.to).length, 0);
        // What still runs there beyond its lease draws from what is kept, too.
        if (on.some(c => c.reservationId === r.reservationId)) add(`drawn ${r.reservationId}`, on.filter(c => c.reservationId === r.reservationId || (r.from <= at && at < r.to)).reduce((n, c) => n + c.watts, 0), r.watts);
      }
    }
    return found;
  }

  #powerOver(t: Instant, now: Instant): Over[] {
    const found: Over[] = [];
    const add = (what: string, load: number, limit: number): void => { if (load > limit) found.push({ what, at: t, load, limit }); };
    const hall = new Map<string, number>();
    const site = new Map<string, number>();
    const nodes = new Map<string, number>();
    for (const r of this.racks.values()) {
      const w = this.rackW(r.rackId, t, now);
      add(`${r.rackId} power`, w, r.maxPowerW);
      add(`${r.rackId} cooling`, w, r.coolingW);
      hall.set(r.hallId, (hall.get(r.hallId) ?? 0) + w);
      site.set(r.datacenterId, (site.get(r.datacenterId) ?? 0) + w);
      for (const scenario of this.sites.get(r.datacenterId)?.feedLossTolerated === false ? ['BOTH' as const] : SCENARIOS) {
        for (const [id, half] of this.#share(r, scenario, w)) nodes.set(`${scenario} ${id}`, (nodes.get(`${scenario} ${id}`) ?? 0) + half);
      }
    }
    for (const [id, w] of hall) add(id, w, this.halls.get(id)?.coolingW ?? Infinity);
    for (const [id, w] of site) add(id, w * (this.sites.get(id)?.pueMilli ?? 1000), this.contractW(id, t) * 1000);
    for (const [key, half] of nodes) add(`node ${key.replace(/.* /, '')}`, half, 2 * (this.nodes.get(key.replace(/.* /, ''))?.usableW ?? Infinity));
    return found;
  }

  /** Law, class, place and staff, through the end of the lease. */
  lawful(p: PoolFact, r: PlacementRequest): boolean {
    const site = this.sites.get(p.datacenterId);
    if (site === undefined) return false;
    const asked = new Set([...r.legal.certifications, ...(r.legal.dataClass === 'HEALTH' && site.country === 'FR' ? ['HDS'] : []), ...(r.legal.dataClass === 'PUBLIC_SENSITIVE' ? ['SECNUMCLOUD'] : [])]);
    const covered = (kind: string, t: Instant): boolean =>
      [...this.certifications.values()].some(c => c.certification === kind && c.gone !== true && (c.datacenterId === null || c.datacenterId === site.datacenterId) && c.from <= t && t < c.to);
    return (r.legal.jurisdictions.length === 0 || r.legal.jurisdictions.some(j => j === site.country || j === site.jurisdiction || site.jurisdiction.startsWith(`${j}-`))) &&
      [...asked].every(kind => this.instants(r.at, r.leaseEnd).every(t => covered(kind, t))) && site.tenantClasses.includes(r.tenantClass) &&
      (p.tenantClasses.length === 0 || p.tenantClasses.includes(r.tenantClass)) && (r.dataDatacenterId === undefined || r.dataDatacenterId === site.datacenterId) &&
      (r.maxResponseMinutes === undefined || (site.responseMinutes !== null && site.responseMinutes <= r.maxResponseMinutes));
  }

  /** Takes orders of this kind, whatever is free on it. */
  admits(m: MachineFact, r: PlacementRequest): boolean {
    const p = this.pools.get(m.poolId ?? '');
    const on = this.reservations.filter(x => x.machineId === m.machineId);
    return p !== undefined && !p.paused && [r.shapeId, ...(r.orShapeIds ?? [])].includes(m.shapeId) && m.state === 'ENERGISED' && this.racks.get(m.rackId)?.usable === true &&
      (r.poolId === null || p.poolId === r.poolId) && (r.datacenterId === null || p.datacenterId === r.datacenterId) && (r.purpose === undefined || p.purpose === 'MIXED' || p.purpose === r.purpose) &&
      this.lawful(p, r) && (r.milliGpu === undefined || m.sliceable) &&
      (r.reservationId === undefined ? !on.some(x => x.from < r.leaseEnd && r.at < x.to) : on.some(x => x.reservationId === r.reservationId && x.from <= r.at && r.leaseEnd <= x.to));
  }

  /** What hangs on a machine: the names under which `over` would tell of it. */
  chain(m: MachineFact): Set<string> {
    const r = this.racks.get(m.rackId);
    const nodes = [r?.feedA ?? null, r?.feedB ?? null].flatMap(f => this.above(f)).map(id => `node ${id}`);
    return new Set([`${m.rackId} power`, `${m.rackId} cooling`, r?.hallId ?? '', r?.datacenterId ?? '', ...nodes]);
  }

  /** The claims of one instance on a machine, one for each GPU that a slice could be on. */
  claimsOn(m: MachineFact, r: PlacementRequest, gpus: number): ClaimFact[] {
    const part = (total: number): number => (m.gpus === 0 ? 0 : Math.floor(r.milliGpu === undefined ? (total * gpus) / m.gpus : (total * r.milliGpu) / (1000 * m.gpus)));
    const span = Math.max(0, m.maxW - m.idleW);
    const watts = m.gpus === 0 ? 0 : Math.ceil(r.milliGpu === undefined ? (span * gpus) / m.gpus : (span * r.milliGpu) / (1000 * m.gpus));
    const claim: ClaimFact = {
      kind: 'CLAIM', instanceId: 'asked' as ClaimFact['instanceId'], tenantId: r.tenantId, projectId: r.projectId, machineId: m.machineId, gpus: r.milliGpu === undefined ? gpus : 0, watts,
      cpuMilli: r.cpuMilli ?? part(m.cpuMilli), ramMiB: r.ramMiB ?? part(m.ramMiB), leaseEnd: r.leaseEnd, interruptible: false, decisionId: 'd' as ClaimFact['decisionId'],
      ...(r.reservationId === undefined ? {} : { reservationId: r.reservationId }),
    };
    return r.milliGpu === undefined ? [claim] : Array.from({ length: m.gpus + 1 }, (_, slot) => ({ ...claim, milliGpu: r.milliGpu ?? 0, slot }));
  }

  /** Whether one instance fits on the machine. */
  takes(m: MachineFact, r: PlacementRequest, gpus: number): boolean {
    return this.admits(m, r) && this.claimsOn(m, r, gpus).some(c => this.stands(m, r, c));
  }

  /** Nothing that the claim touches is over its limit with it. */
  stands(m: MachineFact, r: PlacementRequest, c: ClaimFact): boolean {
    const chain = this.chain(m);
    const after = this.with([c]);
    return after.over(r.at, r.leaseEnd).every(x => !x.what.startsWith(`${m.machineId} `)) && after.drawing(r.reservationId).over(r.at, r.leaseEnd).every(x => !chain.has(x.what));
  }

  /** As who draws from a reservation meets it: its machines keep what runs on them, and the rest is the order's. What carried all of it once may carry less today. */
  drawing(reservationId: PlacementRequest['reservationId']): Oracle {
    if (reservationId === undefined) return this;
    const o = this.with([]);
    const runs = (machineId: string): number => [...this.claims.values()].reduce((w, c) => (c.machineId === machineId ? w + c.watts : w), 0);
    o.reservations = this.reservations.map(x => (x.reservationId === reservationId ? { ...x, watts: Math.min(x.watts, runs(x.machineId)) } : x));
    return o;
  }
}
