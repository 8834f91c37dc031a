import type { Comparison } from '@cadastre/domain/seal';
import { compare } from '@cadastre/domain/seal';
import { freezeTrail, markPublished, openLogs, openTrail, readControl } from '@cadastre/store/seal';
import { remembrances } from './compare.ts';
import { merkle } from './hashing.ts';
import { recoverLogs } from './recover.ts';
import { readNewLogs } from './seal-events.ts';
import { ownEvents, sayOfTrail, unfenced } from './tools.ts';
import type { Tools } from './tools.ts';
import type { Trail } from './trail.ts';
import { globalOf } from './trail.ts';

/** What database, signer and storage say of the past. */
export const compareTrail = async (tools: Tools, trail: Trail): Promise<void> => {
  const memory = await tools.signer.memory();
  const { nextTxid } = await readControl(tools.store);
  for (const tree of memory) for (const log of trail.logs.values()) if (log.origin === tree.origin) log.remembered = tree;
  const comparison: Comparison = nextTxid < trail.cursor.txid ? { verdict: 'OTHER_SERVER' } : compare(await remembrances(tools.store, tools.tiles, trail, memory));
  trail.compared = comparison;
  if (comparison.verdict !== 'AGREED') tools.log.error({ comparison }, 'database, signer and storage do not agree');
};

/** No event is taken any more. */
export const freeze = async (tools: Tools, trail: Trail, reason: string): Promise<void> => {
  unfenced(await freezeTrail(tools.store, trail.seal, reason));
  trail.state = 'FROZEN';
  trail.reason = reason;
  tools.log.error({ reason }, 'the audit trail is frozen: no act is taken');
  await sayOfTrail(tools, trail, 'audit.log.frozen', { outcome: 'failure', reason: trail.compared?.verdict ?? 'UNKNOWN' });
};

/** Events are taken again. */
export const open = async (tools: Tools, trail: Trail): Promise<void> => {
  if (globalOf(trail) === undefined) {
    unfenced(await openLogs(tools.store, trail.seal, [{ origin: trail.operator, kind: 'GLOBAL', tenantId: undefined }], merkle.emptyRoot(), ownEvents(tools, 'audit.log.opened', [])));
    await readNewLogs(tools, trail);
  }
  const before = trail.state;
  unfenced(await openTrail(tools.store, trail.seal));
  trail.state = 'OPEN';
  trail.sameServer = true;
  trail.reason = null;
  if (before === 'OPEN') return;
  tools.log.info({ before }, 'the audit trail is open');
  if (before === 'FROZEN') await sayOfTrail(tools, trail, 'audit.log.resumed', { reason: 'AGREED' });
};

/** Storage lost files of logs that the database still has: they are written again from the first leaf that has its bytes. */
export const republish = async (tools: Tools, trail: Trail, origins: readonly string[]): Promise<void> => {
  const logs = [...trail.logs.values()].filter(log => origins.includes(log.origin));
  unfenced(await markPublished(tools.store, trail.seal, logs.map(log => ({ id: log.id, published: 0 }))));
  for (const log of logs) Object.assign(log, { published: 0, edge: undefined });
  trail.compared = { verdict: 'AGREED' };
  await sayOfTrail(tools, trail, 'audit.log.degraded', { outcome: 'failure', reason: 'STORAGE_LOST', numbers: { logs: logs.length } });
};

/** Takes back from storage what the database lost, as far as it was signed. */
export const recover = async (tools: Tools, trail: Trail, origins: readonly string[]): Promise<void> => {
  // What was read ahead does not know which of its events get their index back here.
  trail.ahead = undefined;
  const found = await recoverLogs(tools, trail, origins);
  if (!found.ok) {
    trail.compared = { verdict: 'CONTRADICTED', origins: [found.origin] };
    tools.log.error({ origin: found.origin, because: found.because }, 'what storage holds is not what was signed');
    return;
  }
  // Events whose rows were lost stand in the log again; what they tell of is not done again. Both numbers are for the person who must mend the rest.
  await sayOfTrail(tools, trail, 'audit.log.resumed', { reason: 'RECOVERED', numbers: { leaves: found.leaves, events_lost: found.inserted } });
  trail.compared = undefined;
};
