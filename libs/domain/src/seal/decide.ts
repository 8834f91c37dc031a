import type { Comparison, LogProgress, Outside, Remembrance, SealPlan, SealView } from './model.ts';

/** Between two looks, unless more waits than a batch holds: each batch costs a transaction, a dozen flushes of the disk and a signature for every log that grew. */
export const LOOK_MS = 250;
/** Heartbeats in one round: with a thousand tenants they are spread over the minute instead of flushing a thousand files at once. */
export const MOST_BEATS = 64;
/** Logs in one request to storage or signer. */
export const MOST_LOGS = 256;
/** While frozen and waiting for a person, or for the signer to answer. */
export const FROZEN_MS = 2_000;

const ids = (logs: readonly LogProgress[], most = MOST_LOGS): readonly number[] => logs.slice(0, most).map(log => log.id);

// The signer's memory cannot be put back together with the database, so it is what the database is measured by.
const compareOne = ({ database, signer, storage }: Remembrance): Comparison['verdict'] => {
  const signed = signer?.size ?? 0;
  if (database.size < signed) return storage === 'WHOLE' ? 'BEHIND' : 'PAST_LOST';
  // A database that is ahead is proven consistent by the proof of the next signature, or refused there.
  if (database.size === signed && signer !== undefined && signer.root !== database.root) return 'CONTRADICTED';
  return storage === 'LACKING' && database.published > 0 ? 'REPUBLISH' : 'AGREED';
};

/** What database, signer and storage say about the past together: the gravest of what is true of each log. */
export const compare = (logs: readonly Remembrance[]): Comparison => {
  const of = (verdict: Comparison['verdict']): readonly Remembrance[] => logs.filter(log => compareOne(log) === verdict);
  const names = (found: readonly Remembrance[]): readonly string[] => found.map(log => log.origin);
  const lost = (found: readonly Remembrance[]): number => found.reduce((sum, log) => sum + (log.signer?.size ?? 0) - log.database.size, 0);
  const [contradicted, past, behind, lacking] = [of('CONTRADICTED'), of('PAST_LOST'), of('BEHIND'), of('REPUBLISH')];
  if (contradicted.length > 0) return { verdict: 'CONTRADICTED', origins: names(contradicted) };
  if (past.length > 0) return { verdict: 'PAST_LOST', origins: names(past), lost: lost(past) };
  if (behind.length > 0) return { verdict: 'BEHIND', origins: names(behind), lost: lost(behind) };
  return lacking.length > 0 ? { verdict: 'REPUBLISH', origins: names(lacking) } : { verdict: 'AGREED' };
};

const logs = (origins: readonly string[]): string => `${String(origins.length)} log${origins.length === 1 ? '' : 's'}`;

/** Why no event is taken, for a person. It names no log, since every role of the database may read it and a log's name is a tenant's. */
export const frozenBecause = (comparison: Exclude<Comparison, { verdict: 'AGREED' | 'REPUBLISH' }>): string => {
  switch (comparison.verdict) {
    case 'BEHIND':
      return `the database lacks ${String(comparison.lost)} sealed events of ${logs(comparison.origins)}: they are being taken back from storage`;
    case 'PAST_LOST':
      return `the database lacks ${String(comparison.lost)} sealed events of ${logs(comparison.origins)} and storage lacks them too: an operator must open a new origin`;
    case 'CONTRADICTED':
      return `the database tells another story of ${logs(comparison.origins)} than was signed: an operator must look`;
    case 'OTHER_SERVER':
      return 'this server counts transactions from below the last sealed one: restore the database physically (PITR), not from a dump';
  }
};

const due = (outside: Outside | undefined, size: number, now: number): boolean =>
  outside !== undefined && !outside.underWay && size > outside.size && now - outside.askedAt >= outside.everyMs;

// What was decided once and is not finished comes before anything new: after a crash this is where the work is taken up again.
const unfinished = (logs: readonly LogProgress[]): SealPlan | undefined => {
  const going = logs.filter(log => log.stopped === undefined);
  const unpublished = going.filter(log => log.published < log.size);
  if (unpublished.length > 0) return { step: { do: 'publish', logs: ids(unpublished) }, because: `${String(unpublished.length)} logs have leaves that are not in storage` };
  const unsigned = logs.filter(log => log.signed < log.published);
  if (unsigned.length > 0) return { step: { do: 'sign', logs: ids(unsigned) }, because: `${String(unsigned.length)} logs are in storage without a signature` };
  const unfiled = logs.filter(log => log.filed < log.signed);
  if (unfiled.length > 0) return { step: { do: 'file', logs: ids(unfiled) }, because: `${String(unfiled.length)} checkpoints are not in storage` };
  return undefined;
};

const opening = ({ state, sameServer, compared }: SealView): SealPlan | undefined => {
  if (compared === undefined) return { step: { do: 'compare' }, because: 'nobody compared database, signer and storage since this lead or this server began' };
  switch (compared.verdict) {
    case 'CONTRADICTED':
    case 'OTHER_SERVER':
    case 'PAST_LOST':
      return state === 'FROZEN' ? { step: { do: 'rest', ms: FROZEN_MS }, because: 'a person must decide' } : { step: { do: 'freeze', reason: frozenBecause(compared) }, because: compared.verdict };
    case 'BEHIND':
      // Frozen first: an act that is taken while its past is missing would be built on nothing.
      return state === 'FROZEN' ? { step: { do: 'recover', origins: compared.origins }, because: 'storage has what the database lost' } : { step: { do: 'freeze', reason: frozenBecause(compared) }, because: 'BEHIND' };
    case 'REPUBLISH':
      return { step: { do: 'republish', origins: compared.origins }, because: 'the database has what storage lost' };
    case 'AGREED':
      return state === 'OPEN' && sameServer ? undefined : { step: { do: 'open' }, because: 'all three agree' };
  }
};

/** The notary's next move. */
export const decideSeal = (view: SealView): SealPlan => {
  const before = opening(view) ?? unfinished(view.logs);
  if (before !== undefined) return before;
  const { logs, now, heartbeatMs } = view;
  const global = logs.find(log => log.kind === 'GLOBAL');
  const size = global?.filed ?? 0;
  if (due(view.witness, size, now)) return { step: { do: 'cosign' }, because: 'the witnesses have not seen this global checkpoint' };
  if (due(view.timestamp, size, now)) return { step: { do: 'timestamp' }, because: 'the last timestamp is old' };
  const silent = logs.filter(log => log.kind !== 'GLOBAL' && log.stopped === undefined && now - log.heartbeatAt >= heartbeatMs).sort((a, b) => a.heartbeatAt - b.heartbeatAt);
  if (silent.length > 0) return { step: { do: 'beat', logs: ids(silent, MOST_BEATS) }, because: `${String(silent.length)} logs have been silent for ${String(heartbeatMs)} ms` };
  const mended = logs.filter(log => log.stopped !== undefined && log.stopped.retryAt <= now);
  if (mended.length > 0) return { step: { do: 'retry', logs: ids(mended) }, because: `${String(mended.length)} stopped logs may have been put right` };
  const wait = view.backlog ? 0 : view.sequencedAt + LOOK_MS - now;
  return wait > 0 ? { step: { do: 'rest', ms: wait }, because: 'nothing is due' } : { step: { do: 'sequence' }, because: view.backlog ? 'more events wait than the last batch held' : 'it is time to look' };
};
