import type { CapacityState, ClaimFact, LedgerFact, PlacementRequest } from '@cadastre/domain/capacity';
import type { InstanceId } from '@cadastre/domain/core';
import { RESERVED_FROM } from './world.ts';

const MOST_GPUS = 8;

/** What a claim took, so that it can be given back. */
interface Taken { readonly machine: number; readonly watts: number; readonly cpuMilli: number; readonly ramMiB: number; readonly gpus: readonly number[]; readonly milli: number; readonly beyond: boolean }

/**
 * A region as plain columns, for peers in the same process: what a good programmer writes who wants to look at all machines fast. Made of the state's facts,
 * not of what the engine derived from them; kept in step by each claim and release. Watts in halves, because of two feeds each carries half of an odd number.
 */
export class Columns {
  readonly machines: number;
  readonly rackOf: Int32Array;
  readonly shape: Int32Array;
  readonly pool: Int32Array;
  /** 1: takes orders. */
  readonly open: Uint8Array;
  /** 1: reserved for somebody from `RESERVED_FROM` on. */
  readonly reserved: Uint8Array;
  readonly gpus: Int32Array;
  readonly free: Int32Array;
  /** Thousandths free of each GPU, eight to a machine. */
  readonly milli: Int32Array;
  readonly cpu: Int32Array;
  readonly ram: Int32Array;
  readonly cpuFree: Int32Array;
  readonly ramFree: Int32Array;
  /** Watts above idle at full load. */
  readonly drawW: Int32Array;
  /** Limits of each rack, its own first: rows and weights from `chainAt[rack]` to `chainAt[rack + 1]`. */
  readonly chainAt: Int32Array;
  readonly chainLimit: Int32Array;
  readonly chainWeight: Int32Array;
  /** Half watts left of each limit, now and on the day when the reservations begin. */
  readonly now: Float64Array;
  readonly then: Float64Array;
  readonly #taken = new Map<InstanceId, Taken>();
  /** Opened GPUs by machine and slot. */
  readonly #slots = new Map<string, number>();
  readonly #slotOf = new Map<number, string>();
  readonly #s: CapacityState;

  constructor(s: CapacityState) {
    this.#s = s;
    const n = s.machines.size;
    this.machines = n;
    const column = (of: (m: number) => number): Int32Array => Int32Array.from({ length: n }, (_, m) => of(m));
    const fact = (m: number): NonNullable<CapacityState['machineFacts'][number]> => {
      const known = s.machineFacts[m];
      if (known === undefined) throw new Error('a machine without a fact');
      return known;
    };
    this.rackOf = column((m) => s.machineRack.get(m));
    this.shape = column((m) => s.machineShape.get(m));
    this.pool = column((m) => s.machinePool.get(m));
    this.open = Uint8Array.from({ length: n }, (_, m) => (fact(m).state === 'ENERGISED' ? 1 : 0));
    this.reserved = Uint8Array.from({ length: n }, (_, m) => (s.reserved.has(m) ? 1 : 0));
    this.gpus = column((m) => fact(m).gpus);
    this.free = this.gpus.slice();
    this.milli = new Int32Array(n * MOST_GPUS);
    for (let m = 0; m < n; m++) this.milli.fill(1_000, m * MOST_GPUS, m * MOST_GPUS + fact(m).gpus);
    this.cpu = column((m) => fact(m).cpuMilli);
    this.ram = column((m) => fact(m).ramMiB);
    this.cpuFree = this.cpu.slice();
    this.ramFree = this.ram.slice();
    this.drawW = column((m) => fact(m).maxW - fact(m).idleW);
    const chains = s.rackFacts.map((_, rack) => s.power.chainOf(rack));
    this.chainAt = Int32Array.from([0, ...chains.map((c) => c.length)]);
    for (let r = 1; r < this.chainAt.length; r++) this.chainAt[r] = (this.chainAt[r] ?? 0) + (this.chainAt[r - 1] ?? 0);
    this.chainLimit = Int32Array.from(chains.flatMap((c) => c.map((l) => l.limit)));
    this.chainWeight = Int32Array.from(chains.flatMap((c) => c.map((l) => l.weight)));
    const limits = this.chainLimit.reduce((most, l) => Math.max(most, l + 1), 0);
    this.now = Float64Array.from({ length: limits }, (_, l) => 2 * this.#capOf(l, false));
    this.then = Float64Array.from({ length: limits }, (_, l) => 2 * this.#capOf(l, true));
    for (let m = 0; m < n; m++) if (fact(m).state !== 'GONE') this.#draw(this.rackOf[m] ?? 0, fact(m).idleW, true);
    for (const r of [...s.reservations.values()].flat()) this.#drawIn(this.then, this.rackOf[s.machines.find(r.machineId) ?? 0] ?? 0, r.watts);
    for (const [instanceId, c] of s.claims) this.#take(instanceId, { ...c, milliGpu: c.milliGpu, slot: c.slot });
  }

  /** Half watts that the rack and all above it may still take over the time asked for. */
  leftW(rack: number, r: Pick<PlacementRequest, 'leaseEnd'>): number {
    const beyond = r.leaseEnd > RESERVED_FROM;
    let least = Infinity;
    for (let c = this.chainAt[rack] ?? 0; c < (this.chainAt[rack + 1] ?? 0); c++) {
      const limit = this.chainLimit[c] ?? 0;
      const now = this.now[limit] ?? 0;
      const half = beyond ? Math.min(now, this.then[limit] ?? 0) : now;
      least = Math.min(least, half / (this.chainWeight[c] ?? 1));
    }
    return least;
  }

  /** Pools that the law, the class, the place and the purpose of an order admit: 1. */
  admitted(r: PlacementRequest): Uint8Array {
    return Uint8Array.from(this.#s.poolFacts, (pool) => {
      const site = pool === undefined ? undefined : this.#s.siteFacts.get(pool.datacenterId);
      if (pool === undefined || site === undefined || pool.paused) return 0;
      const { jurisdictions, certifications } = r.legal;
      const wanted = [...certifications, ...(r.legal.dataClass === 'HEALTH' && site.country === 'FR' ? ['HDS'] : []), ...(r.legal.dataClass === 'PUBLIC_SENSITIVE' ? ['SECNUMCLOUD'] : [])];
      const held = [...this.#s.certificationFacts.values()].filter((c) => (c.datacenterId ?? site.datacenterId) === site.datacenterId && c.from <= r.at && r.leaseEnd <= c.to).map((c) => c.certification);
      return jurisdictions.length > 0 && !jurisdictions.some((j) => site.country === j || site.jurisdiction === j || site.jurisdiction.startsWith(`${j}-`)) ? 0
        : !wanted.every((c) => held.includes(c)) || !site.tenantClasses.includes(r.tenantClass) ? 0
          : (r.datacenterId !== null && r.datacenterId !== pool.datacenterId) || (r.poolId !== null && r.poolId !== pool.poolId) ? 0
            : r.purpose !== undefined && pool.purpose !== 'MIXED' && pool.purpose !== r.purpose ? 0 : 1;
    });
  }

  claim(c: ClaimFact): void {
    this.#take(c.instanceId, { machine: this.#s.machines.find(c.machineId) ?? -1, gpus: c.gpus, watts: c.watts, milliGpu: c.milliGpu ?? 0, slot: c.slot ?? -1, cpuMilli: c.cpuMilli, ramMiB: c.ramMiB, leaseEnd: c.leaseEnd });
  }

  release({ instanceId }: Extract<LedgerFact, { kind: 'RELEASE' }>): void {
    const t = this.#taken.get(instanceId);
    if (t === undefined) throw new Error(`${instanceId} was never claimed`);
    this.#taken.delete(instanceId);
    for (const g of t.gpus) {
      this.milli[g] = (this.milli[g] ?? 0) + t.milli;
      const slot = this.#slotOf.get(g);
      if (slot === undefined || this.milli[g] !== 1_000) continue;
      this.#slots.delete(slot);
      this.#slotOf.delete(g);
    }
    this.#count(t, -1);
  }

  #take(instanceId: InstanceId, c: { machine: number; gpus: number; watts: number; milliGpu: number; slot: number; cpuMilli: number; ramMiB: number; leaseEnd: string }): void {
    const milli = c.milliGpu > 0 ? c.milliGpu : 1_000;
    const gpus = c.milliGpu > 0 ? [this.#gpuOf(c.machine, c.slot)] : this.#wholeOf(c.machine, c.gpus);
    for (const g of gpus) this.milli[g] = (this.milli[g] ?? 0) - milli;
    const t = { machine: c.machine, watts: c.watts, cpuMilli: c.cpuMilli, ramMiB: c.ramMiB, gpus, milli, beyond: c.leaseEnd > RESERVED_FROM };
    this.#taken.set(instanceId, t);
    this.#count(t, 1);
  }

  /** The GPU behind a slot: the one that holds its slices already, else a whole one. */
  #gpuOf(machine: number, slot: number): number {
    const key = `${machine} ${slot}`;
    const known = this.#slots.get(key);
    if (known !== undefined) return known;
    const at = this.#wholeOf(machine, 1)[0] ?? -1;
    this.#slots.set(key, at);
    this.#slotOf.set(at, key);
    return at;
  }

  #wholeOf(machine: number, n: number): number[] {
    const found: number[] = [];
    for (let g = machine * MOST_GPUS; g < (machine + 1) * MOST_GPUS && found.length < n; g++) if (this.milli[g] === 1_000) found.push(g);
    if (found.length < n) throw new Error('a claim on a machine that is full');
    return found;
  }

  #count(t: Taken, by: 1 | -1): void {
    const m = t.machine;
    let whole = 0;
    for (let g = m * MOST_GPUS; g < (m + 1) * MOST_GPUS; g++) if (this.milli[g] === 1_000) whole++;
    this.free[m] = whole;
    this.cpuFree[m] = (this.cpuFree[m] ?? 0) - by * t.cpuMilli;
    this.ramFree[m] = (this.ramFree[m] ?? 0) - by * t.ramMiB;
    this.#draw(this.rackOf[m] ?? 0, by * t.watts, t.beyond);
  }

  #draw(rack: number, watts: number, beyond: boolean): void {
    this.#drawIn(this.now, rack, watts);
    if (beyond) this.#drawIn(this.then, rack, watts);
  }
  #drawIn(left: Float64Array, rack: number, watts: number): void {
    for (let c = this.chainAt[rack] ?? 0; c < (this.chainAt[rack + 1] ?? 0); c++) {
      const limit = this.chainLimit[c] ?? 0;
      left[limit] = (left[limit] ?? 0) - watts * (this.chainWeight[c] ?? 1);
    }
  }

  #capOf(row: number, then: boolean): number {
    const s = this.#s;
    const { kind, id } = s.power.limit(row);
    switch (kind) {
      case 'SITE': return s.power.contractW(id, then ? RESERVED_FROM : '2026-12-01T00:00:00.000Z');
      case 'HALL': return s.hallFacts.get(id as never)?.coolingW ?? 0;
      case 'RACK': {
        const r = s.rackFacts[s.racks.find(id as never) ?? -1];
        const feed = (node: keyof NonNullable<typeof r>): number => s.nodeFacts.get(r?.[node] as never)?.usableW ?? Infinity;
        return Math.min(r?.maxPowerW ?? 0, r?.coolingW ?? 0, feed('feedA'), feed('feedB'));
      }
      default: return s.nodeFacts.get(id as never)?.usableW ?? 0;
    }
  }
}
