import type { AuditFact } from '@cadastre/domain/audit';
import type { Place, Sequence, UnsealedEvent } from '@cadastre/store/seal';
import { markPublished, openLogs, readControl, readHeldBack, readSealedLogs, readUnsealed, recordOwn, sequence } from '@cadastre/store/seal';
import type { Batch } from './batch.ts';
import { batchOf, keyOf, logFact, missingLogs, placeOf } from './batch.ts';
import { merkle } from './hashing.ts';
import { BrokenLog, publishLog } from './publish.ts';
import { sideBySide } from './side-by-side.ts';
import { Moved, ownEvents, unfenced } from './tools.ts';
import type { Tools } from './tools.ts';
import type { Log, Trail } from './trail.ts';
import { globalOf, logOf, msOf, RETRY_MS } from './trail.ts';

/** Events of one batch: a few MB of bytes. When a batch is full the next one follows at once. */
const MOST_EVENTS = 4_000;
const LOGS_AT_ONCE = 4;

const byKey = (trail: Trail): ReadonlyMap<string, Log> => new Map([...trail.logs.values()].filter(log => log.kind !== 'GLOBAL').map(log => [keyOf(log.tenantId), log]));

/** Takes in logs that were opened just now; what is known of the others stays. */
export const readNewLogs = async (tools: Tools, trail: Trail): Promise<void> => {
  for (const row of await readSealedLogs(tools.store)) if (!row.closed && !trail.logs.has(row.id)) trail.logs.set(row.id, logOf(row, '', msOf(tools.clock)));
};

const openMissing = async (tools: Tools, trail: Trail, events: readonly UnsealedEvent[]): Promise<void> => {
  const missing = missingLogs(trail.operator, events, byKey(trail));
  if (missing.length === 0) return;
  const facts = missing.map(log => logFact('audit.log.opened', { origin: log.origin, tenantId: log.tenantId ?? null }));
  unfenced(await openLogs(tools.store, trail.seal, missing, merkle.emptyRoot(), ownEvents(tools, 'audit.log.opened', facts)));
  await readNewLogs(tools, trail);
};

const lookAround = async (tools: Tools, trail: Trail): Promise<void> => {
  const control = await readControl(tools.store);
  const { seal, cursor } = trail;
  if (control.epoch !== seal.epoch || control.holder !== seal.holder) throw new Moved('another notary seals');
  if (!control.sameServer || control.state !== trail.state || control.cursorTxid !== cursor.txid || control.cursorSeq !== cursor.seq) throw new Moved('the database is not where this notary left it');
};

const degraded = (trail: Trail, batch: Batch): readonly AuditFact[] =>
  batch.stops.flatMap(stop => {
    const log = trail.logs.get(stop.logId);
    return log === undefined ? [] : [logFact('audit.log.degraded', log, { outcome: 'failure', reason: 'DIGEST_MISMATCH' })];
  });

/** Commits a batch and, once it is committed, remembers it. */
const commitBatch = async (tools: Tools, trail: Trail, batch: Batch, move: Pick<Sequence, 'after' | 'upTo' | 'resumed'>, facts: readonly AuditFact[]): Promise<void> => {
  const { frontiers, recordedAt, bodies, ...rest } = batch;
  unfenced(await sequence(tools.store, trail.seal, { ...rest, ...move, own: ownEvents(tools, 'audit.seal', facts) }));
  trail.cursor = move.upTo;
  for (const { id, from, size, root } of batch.grown) {
    trail.fresh.keep(id, from, bodies.get(id) ?? []);
    const log = trail.logs.get(id);
    const frontier = frontiers.get(id);
    if (log !== undefined && frontier !== undefined) Object.assign(log, { size, root, frontier });
  }
  for (const id of move.resumed) Object.assign(trail.logs.get(id) ?? {}, { stopped: undefined });
  for (const { logId, txid, seq, reason } of batch.stops) {
    Object.assign(trail.logs.get(logId) ?? {}, { stopped: { place: { txid, seq }, reason, retryAt: msOf(tools.clock) + RETRY_MS } });
    tools.log.error({ origin: trail.logs.get(logId)?.origin, reason }, 'a log stopped: its bytes are not what was written');
  }
  trail.waiting.push(...recordedAt);
  tools.instruments.sequenced(batch.leaves.length);
};

const global = (trail: Trail): Log => {
  const log = globalOf(trail);
  if (log === undefined) throw new Moved('there is no global log');
  return log;
};

/** What comes next. A full batch says that more waits: it is asked for at once, to be there when this batch is signed. */
const nextEvents = async (tools: Tools, trail: Trail): Promise<readonly UnsealedEvent[]> => {
  const { ahead, cursor } = trail;
  trail.ahead = undefined;
  return ahead?.after === cursor ? ahead.events : readUnsealed(tools.store, cursor, MOST_EVENTS);
};
const readAhead = (tools: Tools, trail: Trail): void => {
  const events = readUnsealed(tools.store, trail.cursor, MOST_EVENTS);
  // Whoever takes them hears of a failure; nobody may.
  events.catch(() => undefined);
  trail.ahead = { after: trail.cursor, events };
};

/** Looks for events that nothing can precede any more and gives them their indices. */
export const sequenceNext = async (tools: Tools, trail: Trail): Promise<void> => {
  await lookAround(tools, trail);
  const events = await nextEvents(tools, trail);
  trail.sequencedAt = msOf(tools.clock);
  trail.oldestAt = events[0] === undefined ? 0 : Date.parse(events[0].timeRecorded);
  if (events.length === 0) return;
  await openMissing(tools, trail, events);
  const batch = batchOf(events, byKey(trail), global(trail));
  await commitBatch(tools, trail, batch, { after: trail.cursor, upTo: placeOf(events, trail.cursor), resumed: [] }, degraded(trail, batch));
  if (events.length === MOST_EVENTS) readAhead(tools, trail);
};

/** Stops a log whose files cannot be made; what it holds is untouched. */
const stopLog = async (tools: Tools, trail: Trail, log: Log, reason: string): Promise<void> => {
  if (log.kind === 'GLOBAL') throw new Error(`the global log cannot be continued: ${reason}`);
  const stop = { logId: log.id, ...trail.cursor, reason };
  const batch: Batch = { leaves: [], grown: [], globalLeaves: [], stops: [stop], frontiers: new Map(), recordedAt: [], bodies: new Map() };
  await commitBatch(tools, trail, batch, { after: trail.cursor, upTo: trail.cursor, resumed: [] }, [logFact('audit.log.degraded', log, { outcome: 'failure', reason: 'BROKEN_LOG' })]);
};

const publishOne = async (tools: Tools, trail: Trail, log: Log): Promise<number | undefined> => {
  try {
    const { edge, published, rewritten } = await publishLog(tools.store, tools.tiles, log, trail.fresh);
    if (rewritten > 0) tools.log.warn({ origin: log.origin, rewritten }, 'files that nobody had signed were written anew');
    tools.instruments.rewrote(rewritten);
    log.edge = edge;
    return published;
  } catch (error) {
    // An edge or bytes in memory that do not fit may be what was wrong: the next look makes them anew.
    log.edge = undefined;
    trail.fresh.drop(log.id, Infinity);
    if (!(error instanceof BrokenLog)) throw error;
    if (log.stopped === undefined) await stopLog(tools, trail, log, error.message);
    return undefined;
  }
};

/** Writes what has an index to storage. */
export const publishSome = async (tools: Tools, trail: Trail, ids: readonly number[]): Promise<void> => {
  const done: { readonly id: number; readonly published: number }[] = [];
  await sideBySide(ids, LOGS_AT_ONCE, async id => {
    const log = trail.logs.get(id);
    const published = log === undefined ? undefined : await publishOne(tools, trail, log);
    if (published !== undefined) done.push({ id, published });
  });
  if (done.length === 0) return;
  unfenced(await markPublished(tools.store, trail.seal, done));
  for (const { id, published } of done) Object.assign(trail.logs.get(id) ?? {}, { published });
};

const resumeHeldBack = async (tools: Tools, trail: Trail, log: Log, from: Place): Promise<void> => {
  const events = await readHeldBack(tools.store, log.tenantId, from, trail.cursor, MOST_EVENTS);
  const batch = batchOf(events, byKey(trail), global(trail), () => false);
  const whole = batch.stops.length === 0 && events.length < MOST_EVENTS;
  const facts = whole ? [logFact('audit.log.resumed', log, { numbers: { sealed: batch.leaves.length } })] : [];
  // Still the same event: nothing to write, and nothing new to say.
  if (!whole && batch.leaves.length === 0) return;
  await commitBatch(tools, trail, batch, { after: trail.cursor, upTo: trail.cursor, resumed: whole ? [log.id] : [] }, facts);
};

/** Looks again at logs that stopped: a person may have put the bytes right. */
export const retryStopped = async (tools: Tools, trail: Trail, ids: readonly number[]): Promise<void> => {
  for (const id of ids) {
    const log = trail.logs.get(id);
    if (log?.stopped === undefined) continue;
    const { place } = log.stopped;
    log.stopped.retryAt = msOf(tools.clock) + RETRY_MS;
    if (log.published < log.size) await publishSome(tools, trail, [id]);
    if (log.published === log.size) await resumeHeldBack(tools, trail, log, place);
  }
};

/** A heartbeat into each of the logs: that nothing happened is an event, too. */
export const beat = async (tools: Tools, trail: Trail, ids: readonly number[]): Promise<void> => {
  const logs = ids.flatMap(id => trail.logs.get(id) ?? []);
  const facts = logs.map(log => logFact('audit.log.heartbeat', log, { numbers: { size: log.size } }));
  unfenced(await recordOwn(tools.store, trail.seal, ownEvents(tools, 'audit.log.heartbeat', facts), ids));
  const now = msOf(tools.clock);
  for (const log of logs) log.heartbeatAt = now;
};
