import { createPublicKey, hash, verify } from 'node:crypto';
import type { ActContext } from '@cadastre/domain/audit';
import type { Finding, Limits } from '@cadastre/domain/alarm';
import type { Clock, Ids } from '@cadastre/domain/core';
import type { Logger } from '@cadastre/platform/log';
import type { Objects } from '@cadastre/platform/objects';
import type { MonitoredLog } from '@cadastre/store/monitor';
import type { Store } from '@cadastre/store/pool';
import type { Ed25519Equation, Policy } from '@cadastre/tlog';
import { bindHash } from '@cadastre/tlog';

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
}

export const sha256 = (data: Uint8Array): Uint8Array => hash('sha256', data, 'buffer');
/** The tree's arithmetic by the SHA-256 of node:crypto. Nothing here comes from the notary: what both had wrong, neither would find. */
export const merkle = bindHash(sha256);

const SPKI = Buffer.from('302a300506032b6570032100', 'hex');
/** OpenSSL's equation, some thirty times faster than JavaScript's; key and S were checked before (docs/audit-bundle.md, Ed25519). */
export const equation: Ed25519Equation = (publicKey, message, signature) => verify(null, message, createPublicKey({ key: Buffer.concat([SPKI, publicKey]), format: 'der', type: 'spki' }), signature);

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
