import type { PlacementRequest } from './model.ts';

/** What of a request decides which groups it may use. */
export type ScopeRequest = Pick<PlacementRequest, 'tenantClass' | 'shapeId' | 'datacenterId' | 'poolId' | 'at' | 'leaseEnd' | 'legal'> &
  Partial<Pick<PlacementRequest, 'orShapeIds' | 'gpusPerInstance' | 'milliGpu' | 'cpuMilli' | 'ramMiB' | 'purpose' | 'maxResponseMinutes' | 'dataDatacenterId' | 'reservationId'>>;

interface Entry<V> {
  readonly request: ScopeRequest;
  value: V;
}

/**
 * Values by what a request asks for, its dates aside. Found by place and size, then compared field by field: to write all fields into one key takes longer than
 * most of what a decision does.
 */
export class ByRequest<V> {
  readonly #places = new Map<string, Map<number, Entry<V>[]>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(r: ScopeRequest): V | undefined {
    const entries = this.#places.get(placeOf(r))?.get(sizeOf(r));
    return entries === undefined ? undefined : entryOf(entries, r)?.value;
  }

  set(r: ScopeRequest, value: V): void {
    const sizes = this.#places.get(placeOf(r)) ?? new Map<number, Entry<V>[]>();
    this.#places.set(placeOf(r), sizes);
    const entries = sizes.get(sizeOf(r)) ?? [];
    sizes.set(sizeOf(r), entries);
    const known = entryOf(entries, r);
    if (known !== undefined) {
      known.value = value;
      return;
    }
    entries.push({ request: r, value });
    this.#size++;
  }

  clear(): void {
    this.#places.clear();
    this.#size = 0;
  }
}

const entryOf = <V>(entries: readonly Entry<V>[], r: ScopeRequest): Entry<V> | undefined => {
  for (const e of entries) if (same(e.request, r)) return e;
  return undefined;
};

const placeOf = (r: ScopeRequest): string => r.reservationId ?? r.poolId ?? r.datacenterId ?? r.shapeId;

/** Different sizes may share a number: they are still compared. */
const sizeOf = (r: ScopeRequest): number => mixed(mixed(mixed(r.gpusPerInstance ?? -1, r.milliGpu ?? -1), r.cpuMilli ?? -1), r.ramMiB ?? -1);
const mixed = (a: number, b: number): number => (Math.imul(a, 1_000_003) + b) | 0;

const same = (a: ScopeRequest, b: ScopeRequest): boolean =>
  a.gpusPerInstance === b.gpusPerInstance && a.milliGpu === b.milliGpu && a.cpuMilli === b.cpuMilli && a.ramMiB === b.ramMiB && a.shapeId === b.shapeId && a.tenantClass === b.tenantClass &&
  a.datacenterId === b.datacenterId && a.poolId === b.poolId && a.reservationId === b.reservationId && a.purpose === b.purpose && a.maxResponseMinutes === b.maxResponseMinutes &&
  a.dataDatacenterId === b.dataDatacenterId && a.legal.dataClass === b.legal.dataClass && list(a.orShapeIds, b.orShapeIds) && list(a.legal.jurisdictions, b.legal.jurisdictions) &&
  list(a.legal.certifications, b.legal.certifications);

const NONE: readonly string[] = [];
const list = (a: readonly string[] = NONE, b: readonly string[] = NONE): boolean => {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let n = 0; n < a.length; n++) if (a[n] !== b[n]) return false;
  return true;
};
