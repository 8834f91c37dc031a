import type { ActContext } from '@cadastre/domain/audit';
import type { Finding, Limits } from '@cadastre/domain/alarm';
import type { Clock, Ids } from '@cadastre/domain/core';
import type { Logger } from '@cadastre/platform/log';
import type { Objects } from '@cadastre/platform/objects';
import type { MonitoredLog } from '@cadastre/store/monitor';
import type { Store } from '@cadastre/store/pool';
import type { Policy } from '@cadastre/tlog';
import type { Proofs } from './proofs.ts';

/** What the monitor works with: it reads all, and writes nothing but alarms and its own memory. */
export interface MonitorTools {
  readonly store: Store;
  readonly objects: Objects;
  readonly policy: Policy;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
  readonly makeAct: (operation: string) => ActContext;
  /** The operator's origin. */
  readonly operator: string;
  readonly limits: Limits;
  /** Leaves that one pass compares. */
  readonly rowsPerPass: number;
  readonly proofs: Proofs;
}

/** Where a log's files are: C2SP tlog-tiles below a prefix of its own. */
export const prefixOf = (origin: string): string => `logs/${origin.replaceAll('/', '~')}/`;
export const belongs = (operator: string, origin: string): boolean => origin === operator || origin === `${operator}/provider` || origin.startsWith(`${operator}/t/`);

/** A finding about a log, at a place in it. */
export const findingOf = (log: Pick<MonitoredLog, 'origin' | 'tenantId'>, kind: Finding['kind'], place: string, detail: Finding['detail'], more: Pick<Finding, 'leafIndex' | 'eventId'> = {}): Finding => ({
  kind, origin: log.origin, ...(log.tenantId === null ? {} : { tenantId: log.tenantId }), place, detail, ...more,
});
export const short = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').slice(0, 16);

/** At most `most` at a time; the first that fails fails all. */
export const inParallel = async <T>(items: readonly T[], most: number, act: (item: T) => Promise<void>): Promise<void> => {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await act(item);
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, worker));
};
