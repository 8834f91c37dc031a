import type { AuditSinkId, OrganisationId, Params } from '../core/index.ts';
import type { AlarmKind, Finding } from './model.ts';

/** One log as the monitor sees it. Instants are milliseconds since the epoch by the database's clock. */
export interface WatchedLog {
  readonly origin: string;
  readonly tenantId: OrganisationId | undefined;
  readonly kind: 'GLOBAL' | 'PROVIDER' | 'TENANT';
  readonly closed: boolean;
  readonly openedAt: number;
  /** Recording of its last heartbeat event: the row, not the notary's own note of it. */
  readonly heartbeatAt: number | undefined;
  /** Since when it is not sealed because of what waits in it. */
  readonly stoppedAt: number | undefined;
  /** When the oldest leaf got its index that no signature covers. */
  readonly unsignedSince: number | undefined;
}

/** A destination of events, neither paused nor deleted, that lacks published leaves. */
export interface LateSink {
  readonly id: AuditSinkId;
  readonly tenantId: OrganisationId | undefined;
  /** Of the log that it is at. */
  readonly origin: string;
  /** Since when the oldest of them could have been taken. */
  readonly waitingSince: number;
}

export interface Vigil {
  /** Of the database. */
  readonly now: number;
  /** Host minus database, as far as it is certain. */
  readonly skewMs: number;
  readonly logs: readonly WatchedLog[];
  /** Since when no event is taken. */
  readonly frozenSince: number | undefined;
  /** When the oldest event was recorded that has no index. */
  readonly unsealedSince: number | undefined;
  /** Of the policy, with the last cosignature of the global log that verifies. */
  readonly witnesses: readonly { readonly name: string; readonly cosignedAt: number | undefined }[];
  /** When the quorum was last met; undefined: never. `none`: the policy asks for no witness. */
  readonly quorumAt: number | undefined | 'none';
  readonly timestampAt: number | undefined;
  readonly sinks: readonly LateSink[];
}

/** Ages in seconds from which it is an alarm. */
export interface Limits {
  readonly heartbeatSeconds: number;
  readonly sealSeconds: number;
  readonly witnessSeconds: number;
  /** Undefined: no time-stamping authority is configured. */
  readonly timestampSeconds: number | undefined;
  readonly sinkSeconds: number;
  readonly skewMs: number;
}

/** What `conditionsOf` looks for, each time and to the end. */
export const CONDITIONS: readonly AlarmKind[] = ['HEARTBEAT_SILENT', 'SEAL_LAG', 'WITNESS_MISSING', 'WITNESS_QUORUM_MISSING', 'TIMESTAMP_STALE', 'LOG_FROZEN', 'LOG_STOPPED', 'CLOCK_SKEW', 'SINK_BEHIND'];

const SECOND_MS = 1_000;
const ofLog = (kind: AlarmKind, { origin, tenantId }: Pick<WatchedLog, 'origin' | 'tenantId'>, detail: Params, place = ''): Finding => ({ kind, origin, ...(tenantId === undefined ? {} : { tenantId }), place, detail });

/** What does not do its work now, from one look. `operator`: the global log's origin, which what concerns all logs is said of. */
export const conditionsOf = (operator: string, seen: Vigil, limits: Limits): readonly Finding[] => {
  const age = (since: number): number => Math.floor((seen.now - since) / SECOND_MS);
  const late = (kind: AlarmKind, since: number | undefined, limit: number, place = ''): readonly Finding[] =>
    since === undefined || age(since) <= limit ? [] : [{ kind, origin: operator, place, detail: { age: age(since), limit } }];
  // What nobody has ever done is late since there is something to do it for.
  const global = seen.logs.find(log => log.kind === 'GLOBAL');
  const since = (at: number | undefined): number | undefined => at ?? global?.openedAt;
  const frozen: readonly Finding[] = seen.frozenSince === undefined ? [] : [{ kind: 'LOG_FROZEN', origin: operator, place: '', detail: { age: Math.max(0, age(seen.frozenSince)) } }];
  const skewed: readonly Finding[] = Math.abs(seen.skewMs) <= limits.skewMs ? [] : [{ kind: 'CLOCK_SKEW', origin: operator, place: '', detail: { skew: seen.skewMs, limit: limits.skewMs } }];
  return [
    ...frozen, ...skewed,
    ...late('SEAL_LAG', oldest([seen.unsealedSince, ...seen.logs.filter(log => log.stoppedAt === undefined).map(log => log.unsignedSince)]), limits.sealSeconds),
    ...seen.logs.flatMap(log => logConditions(log, limits, age)),
    ...seen.witnesses.flatMap(({ name, cosignedAt }) => late('WITNESS_MISSING', since(cosignedAt), limits.witnessSeconds, `witness/${name}`)),
    ...(seen.quorumAt === 'none' ? [] : late('WITNESS_QUORUM_MISSING', since(seen.quorumAt), limits.witnessSeconds)),
    ...(limits.timestampSeconds === undefined ? [] : late('TIMESTAMP_STALE', since(seen.timestampAt), limits.timestampSeconds)),
    // By what it lacks and not by when it last took something: one that takes less than is written falls behind as well, and one that has everything may be silent.
    ...seen.sinks.filter(sink => age(sink.waitingSince) > limits.sinkSeconds).map(sink => ofLog('SINK_BEHIND', sink, { age: age(sink.waitingSince), limit: limits.sinkSeconds }, sink.id)),
  ];
};

const logConditions = (log: WatchedLog, limits: Limits, age: (since: number) => number): readonly Finding[] => {
  if (log.closed) return [];
  const silent = log.kind === 'GLOBAL' ? 0 : age(log.heartbeatAt ?? log.openedAt);
  return [
    ...(log.stoppedAt === undefined ? [] : [ofLog('LOG_STOPPED', log, { age: Math.max(0, age(log.stoppedAt)) })]),
    ...(silent > limits.heartbeatSeconds ? [ofLog('HEARTBEAT_SILENT', log, { age: silent, limit: limits.heartbeatSeconds })] : []),
  ];
};

const oldest = (instants: readonly (number | undefined)[]): number | undefined => {
  const known = instants.filter(at => at !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
};
