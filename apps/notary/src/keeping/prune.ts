import type { ActContext, AuditFact } from '@cadastre/domain/audit';
import type { Logger } from '@cadastre/platform/log';
import type { Objects } from '@cadastre/platform/objects';
import { commit } from '@cadastre/store/commit';
import type { Store } from '@cadastre/store/pool';
import { prunable, prune, type Prunable } from '@cadastre/store/retention';
import { readSealedLogs, type StoredLog } from '@cadastre/store/seal';
import { TILE_WIDTH } from '@cadastre/tlog';
import { prefixOf } from '../seal/trail.ts';

export interface RetentionTools {
  readonly store: Store;
  readonly objects: Objects;
  readonly log: Logger;
  readonly makeAct: (operation: string) => ActContext;
}

/** Entry bundles of one transaction: 16,384 events, whose row locks nobody waits for. */
const BUNDLES_AT_ONCE = 64;

const factOf = (log: StoredLog, p: Prunable): AuditFact => ({
  type: 'audit.log.pruned', phase: 'completed', outcome: 'success', ...(log.tenantId === null ? {} : { tenant: log.tenantId }), target: { kind: 'log', id: log.origin },
  numbers: { first: p.before - p.entries, before: p.before, entries: p.entries, bytes: p.bytes, oldest: p.oldest, newest: p.newest },
});

/** `x001/234.p/17` is of bundle 1,234 (C2SP tlog-tiles). */
const bundleOf = (key: string, folder: string): number => Number(key.slice(folder.length).replace(/\.p\/.*$/, '').replaceAll(/[x/]/g, ''));

/**
 * Bundles whose events the database has let go, and those that a full one has taken the place of: in a quiet log every event makes its bundle anew, a hundred times the bytes of the events (C2SP
 * tlog-tiles, "Partial Tiles", lets them go; who reads at an older size takes the full one). Only below what is signed, since a database that was put back publishes from there on.
 * Looked for by name and not by memory: a crash between database and storage leaves them for the next time.
 */
const removeBundles = async (objects: Objects, { origin, signed }: Pick<StoredLog, 'origin' | 'signed'>, before: number): Promise<number> => {
  const folder = `${prefixOf(origin)}tile/entries/`;
  let removed = 0;
  // As keys sort, the full bundle comes right before its partial ones.
  let full: number | undefined;
  for await (const key of objects.list(folder)) {
    const bundle = bundleOf(key, folder);
    const isPartial = key.includes('.p/');
    if (!isPartial) full = bundle;
    const isReplaced = isPartial && bundle === full && (bundle + 1) * TILE_WIDTH <= signed;
    if (bundle >= before / TILE_WIDTH && !isReplaced) continue;
    await objects.remove(key);
    removed += 1;
  }
  return removed;
};

/**
 * One look at every log: whole entry bundles whose events are past their retention, and that no hold covers, leave the database and then the storage. Which these are is decided by the database
 * alone (audit_prunable), which looks again while it deletes (audit_prune). Tiles, leaf hashes and checkpoints stay, and with them every proof.
 */
export const pruneWhatIsDue = async ({ store, objects, log, makeAct }: RetentionTools): Promise<void> => {
  for (const sealed of await readSealedLogs(store)) {
    let before = sealed.prunedBefore;
    while (sealed.kind !== 'GLOBAL') {
      const due = await store.read('system', q => prunable(q, sealed.id, BUNDLES_AT_ONCE));
      if (due === undefined) break;
      const done = await commit(store, { scope: 'system', act: makeAct('prune'), writes: [prune(due)], outbox: [], audit: [factOf(sealed, due)] });
      if (!done.ok) throw new Error(`pruning was refused: ${JSON.stringify(done.error)}`);
      before = due.before;
      log.info({ log: sealed.origin, before, entries: due.entries, bytes: due.bytes }, 'events past their retention are pruned');
    }
    await removeBundles(objects, sealed, before);
  }
};
