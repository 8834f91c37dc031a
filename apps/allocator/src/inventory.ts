import type { ActContext } from '@cadastre/domain/audit';
import type { CapacityState } from '@cadastre/domain/capacity';
import { inventoryFacts } from '@cadastre/domain/capacity';
import type { Clock, Ids } from '@cadastre/domain/core';
import type { Region } from '@cadastre/domain/region';
import type { Logger } from '@cadastre/platform/log';
import { currentTraceparent } from '@cadastre/platform/otel';
import { ofRegion } from '@cadastre/store/inventory';
import type { AllocationItem } from '@cadastre/store/commit';
import type { Store } from '@cadastre/store/pool';

export interface InventoryContext {
  readonly store: Store;
  readonly region: Pick<Region, 'id' | 'code'>;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly log: Logger;
  readonly host: string;
  readonly version: string;
}

/** Facts of one commit: the statement carries them as one JSON parameter. */
const CHUNK = 2_000;

type InventoryItem = Extract<AllocationItem, { kind: 'INVENTORY' }>;
type InventoryFact = InventoryItem['facts'][number];

/** What the ledger lacks of the rows as they are now, in pieces to be committed and folded one after the other. `said`: what was logged as withheld before. */
export async function* inventoryItems(c: InventoryContext, state: CapacityState, said: Set<string>): AsyncGenerator<InventoryItem> {
  const rows = await c.store.read('system', q => ofRegion(q, c.region.id));
  const { facts, withheld } = inventoryFacts(state, rows);
  const fresh = withheld.filter(w => !said.has(JSON.stringify(w)));
  if (fresh.length > 0) c.log.warn({ region: c.region.code, withheld: fresh.slice(0, 20), more: Math.max(0, fresh.length - 20) }, 'rows that the ledger cannot follow yet');
  said.clear();
  for (const w of withheld) said.add(JSON.stringify(w));
  if (facts.length > 0) c.log.info({ region: c.region.code, facts: facts.length }, 'the inventory changed');
  for (let from = 0; from < facts.length; from += CHUNK) {
    yield { kind: 'INVENTORY', act: ownAct(c), facts: facts.slice(from, from + CHUNK).filter(isInventory), audit: [] };
  }
}

const isInventory = (f: { readonly kind: string }): f is InventoryFact => f.kind === 'RACK' || f.kind === 'MACHINE' || f.kind === 'POOL';

/** The allocator's own act: copying into the ledger what others wrote, and were audited for. */
const ownAct = (c: InventoryContext): ActContext => {
  const traceparent = currentTraceparent();
  return {
    actor: { kind: 'system', id: 'allocator', directory: 'none', roles: [], auth: { method: 'internal' } },
    authz: { decision: 'allow', policy: 'system', rule: 'ledger-follows-inventory' },
    source: { interface: 'allocator', host: c.host, version: c.version },
    request: { id: c.ids.next('request'), ...(traceparent === undefined ? {} : { traceparent }) },
    at: c.clock.now(),
  };
};
