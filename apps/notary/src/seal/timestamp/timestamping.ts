import type { Instant, Result } from '@cadastre/domain/core';
import type { NotStamped, Stamped } from './ask.ts';

/** A signed checkpoint of the global log: the bytes of its note, without cosignatures, are what is stamped. */
export interface ToStamp {
  readonly size: number;
  readonly note: string;
}

/** Each may throw when the database is away, and the round with it. */
export interface TimestampingPorts {
  newest(): Promise<ToStamp | undefined>;
  /** The newest timestamp kept: on which size, and when it was made. */
  last(): Promise<{ readonly size: number; readonly at: Instant } | undefined>;
  ask(bytes: Uint8Array): Promise<Result<Stamped, NotStamped>>;
  keep(checkpoint: ToStamp, stamped: Stamped): Promise<void>;
  /** Writes the event into the log; a `resumed` names what is over. */
  tell(what: 'degraded' | 'resumed', reason: Missing): Promise<void>;
  warn(fields: Readonly<Record<string, unknown>>, sentence: string): void;
  count(result: string): void;
  now(): Instant;
}

export interface Timestamping {
  /** Stamps the newest checkpoint when the last timestamp is older than the interval, and at most once a minute while that fails. */
  round(): Promise<void>;
  /** Stamps the newest checkpoint now, unless it is stamped already: for an export. Answers the size that is stamped, or why none is. */
  stampNow(): Promise<Result<{ readonly size: number }, NotStamped | { readonly code: 'NOTHING_TO_STAMP'; readonly detail: string }>>;
  /** Milliseconds since the last timestamp was made; undefined before the first. */
  ageMs(): number | undefined;
}

const RETRY_MS = 60_000;

export type Missing = 'TIMESTAMP_MISSING' | 'TIMESTAMP_REFUSED';

/** @param degraded the reason for which timestamps are missing, when that is the log's last word on them. */
export const createTimestamping = (ports: TimestampingPorts, intervalMs: number, degraded: Missing | undefined): Timestamping => {
  const startedAt = Date.parse(ports.now());
  let missing = degraded;
  let triedAt = Number.NEGATIVE_INFINITY;
  let stampedAt: number | undefined;

  const stampNow: Timestamping['stampNow'] = async () => {
    const newest = await ports.newest();
    if (newest === undefined) return { ok: false, error: { code: 'NOTHING_TO_STAMP', detail: 'no checkpoint was signed yet' } };
    const last = await ports.last();
    if (last?.size === newest.size) return { ok: true, value: { size: newest.size } };
    const stamped = await ports.ask(Buffer.from(newest.note, 'utf8'));
    ports.count(stamped.ok ? 'STAMPED' : stamped.error.code);
    if (!stamped.ok) {
      ports.warn({ ...stamped.error, size: newest.size }, 'a checkpoint was not timestamped');
      // An authority that is away for an hour is weather; a token that is wrong is an event at once.
      const reason = stamped.error.code === 'UNREACHABLE' ? 'TIMESTAMP_MISSING' : 'TIMESTAMP_REFUSED';
      if (missing === undefined && (reason === 'TIMESTAMP_REFUSED' || overdue())) {
        await ports.tell('degraded', reason);
        missing = reason;
      }
      return stamped;
    }
    await ports.keep(newest, stamped.value);
    stampedAt = Date.parse(stamped.value.at);
    if (missing !== undefined) await ports.tell('resumed', missing);
    missing = undefined;
    return { ok: true, value: { size: newest.size } };
  };
  /** Twice the interval without a timestamp: one was missed. Before the first the time counts from the start. */
  const overdue = (): boolean => Date.parse(ports.now()) - (stampedAt ?? startedAt) >= 2 * intervalMs;

  return {
    round: async () => {
      const now = Date.parse(ports.now());
      if (stampedAt === undefined) {
        const last = await ports.last();
        stampedAt = last === undefined ? undefined : Date.parse(last.at);
      }
      if (now - triedAt < Math.min(RETRY_MS, intervalMs) || (stampedAt !== undefined && now - stampedAt < intervalMs)) return;
      triedAt = now;
      await stampNow();
    },
    stampNow,
    ageMs: () => (stampedAt === undefined ? undefined : Date.parse(ports.now()) - stampedAt),
  };
};
