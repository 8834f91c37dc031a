import type { ActContext } from '@cadastre/domain/audit';
import type { CapacityState } from '@cadastre/domain/capacity';
import { inventoryFacts } from '@cadastre/domain/capacity';
import type { Clock, Ids } from '@cadastre/domain/core';
import type { Region } from '@cadastre/domain/region';
import { monotonicMs } from '@cadastre/platform/clock';
import type { Logger } from '@cadastre/platform/log';
import { currentTraceparent } from '@cadastre/platform/otel';
import { ofRegion, versionOf } from '@cadastre/store/inventory';
import type { AllocationItem } from '@cadastre/store/commit';
import type { Store } from '@cadastre/store/pool';

export interface InventoryContext {
  readonly store: Store;
  readonly region: Pick<Region, 'id' | 'code'>;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly log: Logger;
  /** Named in audit events as where the act was done. */
  readonly host: string;
  readonly version: string;
}

/** What the loop remembers of the rows between two looks. */
export interface SeenRows {
  /** What was logged as withheld before. */
  readonly withheld: Set<string>;
  /** The rows that the memory agrees with; undefined: unknown, so that the next look reads them. */
  version: string | undefined;
  /** When they were last read as a whole, milliseconds, monotonic. */
  wholeAt: number | undefined;
}

/** How long unchanged rows are taken at their version's word. A look at the version is one answer; a look at the rows is all of them. */
const WHOLE_EVERY_MS = 180_000;

/** Facts of one commit: the statement carries them as one JSON parameter. */
const CHUNK = 2_000;

type InventoryItem = Extract<AllocationItem, { kind: 'INVENTORY' }>;
type InventoryFact = InventoryItem['facts'][number];

/**
 * What the ledger lacks of the rows as they are now, in pieces to be committed and folded one after the other. Rows that have not changed since the memory
 * agreed with them are not read again, unless that is long ago, or some were withheld: whether the ledger can follow those depends on the memory too.
 */
export async function* inventoryItems(c: InventoryContext, state: CapacityState, seen: SeenRows): AsyncGenerator<InventoryItem> {
  const known = seen.wholeAt !== undefined && monotonicMs() - seen.wholeAt < WHOLE_EVERY_MS ? seen.version : undefined;
  const now = await c.store.read('system', async q => {
    const version = await versionOf(q, c.region.id);
    return version === known ? undefined : { version, rows: await ofRegion(q, c.region.id) };
  });
  if (now === undefined) return;
  seen.version = undefined;
  const { facts, withheld } = inventoryFacts(state, now.rows);
  const fresh = withheld.filter(w => !seen.withheld.has(JSON.stringify(w)));
  if (fresh.length > 0) c.log.warn({ region: c.region.code, withheld: fresh.slice(0, 20), more: Math.max(0, fresh.length - 20) }, 'rows that the ledger cannot follow yet');
  seen.withheld.clear();
  for (const w of withheld) seen.withheld.add(JSON.stringify(w));
  if (facts.length > 0) c.log.info({ region: c.region.code, facts: facts.length }, 'the inventory changed');
  for (let from = 0; from < facts.length; from += CHUNK) {
    yield { kind: 'INVENTORY', act: ownAct(c), facts: facts.slice(from, from + CHUNK).filter(isInventory), audit: [] };
  }
  // Only here: whoever stopped taking pieces does not agree with the rows.
  if (withheld.length === 0) seen.version = now.version;
  seen.wholeAt = monotonicMs();
}

const OWN: ReadonlySet<string> = new Set(['SITE', 'PHASE', 'CERTIFICATION', 'HALL', 'POWER_NODE', 'RACK', 'MACHINE', 'POOL', 'QUOTAS', 'MIX'] satisfies InventoryFact['kind'][]);
const isInventory = (f: { readonly kind: string }): f is InventoryFact => OWN.has(f.kind);

/** The allocator's own act. Most often: copying into the ledger what others wrote, and were audited for. */
export const ownAct = (c: InventoryContext, rule = 'ledger-follows-inventory'): ActContext => {
  const traceparent = currentTraceparent();
  return {
    actor: { kind: 'system', id: 'allocator', directory: 'none', roles: [], auth: { method: 'internal' } },
    authz: { decision: 'allow', policy: 'system', rule },
    source: { interface: 'allocator', host: c.host, version: c.version },
    request: { id: c.ids.next('request'), ...(traceparent === undefined ? {} : { traceparent }) },
    at: c.clock.now(),
  };
};
