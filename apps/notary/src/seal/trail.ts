import type { Clock, OrganisationId } from '@cadastre/domain/core';
import type { Comparison, LogKind, LogProgress } from '@cadastre/domain/seal';
import { LOOK_MS } from '@cadastre/domain/seal';
import type { Control, Place, Seal, StoredLog, UnsealedEvent } from '@cadastre/store/seal';
import { readLastCheckpoints, readSealedLogs } from '@cadastre/store/seal';
import type { Store } from '@cadastre/store/pool';
import type { Edge, Frontier } from '@cadastre/tlog';
import { frontierOf, HASH_BYTES } from '@cadastre/tlog';
import type { Fresh } from './fresh.ts';
import { holdFresh } from './fresh.ts';
import type { SignedTree } from './signer-client.ts';

/** One log in the memory of the notary that leads: the database's row, and what this process did beyond it. */
export interface Log {
  readonly id: number;
  readonly origin: string;
  readonly kind: LogKind;
  readonly tenantId: OrganisationId | null;
  size: number;
  root: Uint8Array;
  frontier: Frontier;
  published: number;
  signed: number;
  /** The checkpoint of `signed`, empty without one. */
  note: string;
  filed: number;
  heartbeatAt: number;
  stopped: { readonly place: Place; readonly reason: string; retryAt: number } | undefined;
  /** Partial tiles at `published`; undefined until they are needed. */
  edge: Edge | undefined;
  /** The signer's memory of it. */
  remembered: SignedTree | undefined;
}

/** Of whoever vouches from outside: what they last vouched for, and whether they are being asked. */
export interface Asking {
  size: number;
  askedAt: number;
  readonly everyMs: number;
  underWay: boolean;
}

/** All that the leader remembers between two moves. Thrown away and read again whenever something did not go as it should. */
export interface Trail {
  readonly seal: Seal;
  readonly operator: string;
  state: Control['state'];
  sameServer: boolean;
  reason: string | null;
  cursor: Place;
  logs: Map<number, Log>;
  compared: Comparison | undefined;
  sequencedAt: number;
  witness: Asking | undefined;
  timestamp: Asking | undefined;
  /** The end of the last write of the global checkpoint: a cosigned note must not overtake a newer one. */
  filing: Promise<unknown>;
  /** When the events that are not yet signed were recorded, milliseconds. */
  waiting: number[];
  /** Bytes of what has an index and is not in storage. */
  readonly fresh: Fresh;
  /** After a full batch, the events behind the cursor `after`, asked for while the ones before them were published: nothing can come between. */
  ahead: { readonly after: Place; readonly events: Promise<readonly UnsealedEvent[]> } | undefined;
  /** Of the oldest event that had no index at the last look; 0: none. */
  oldestAt: number;
}

export const msOf = (clock: Clock): number => Date.parse(clock.now());

/** Where a log's files are: C2SP tlog-tiles below a prefix of its own. */
export const prefixOf = (origin: string): string => `logs/${origin.replaceAll('/', '~')}/`;

/** Whether a log belongs to the operator's present origin; others are closed pasts. */
export const belongs = (operator: string, origin: string): boolean => origin === operator || origin === `${operator}/provider` || origin.startsWith(`${operator}/t/`);

export const frontierFrom = (size: number, bytes: Uint8Array): Frontier =>
  frontierOf(BigInt(size), Array.from({ length: bytes.length / HASH_BYTES }, (_, n) => bytes.slice(n * HASH_BYTES, (n + 1) * HASH_BYTES)));
export const frontierBytes = (frontier: Frontier): Uint8Array => Buffer.concat([...frontier.hashes]);

/** Looks at a log that stopped after so long. */
export const RETRY_MS = 30_000;

export const logOf = (row: StoredLog, note: string, now: number): Log => ({
  id: row.id, origin: row.origin, kind: row.kind, tenantId: row.tenantId, size: row.size, root: row.root, frontier: frontierFrom(row.size, row.frontier), published: row.published, signed: row.signed, note,
  filed: 0, heartbeatAt: Date.parse(row.heartbeatAt ?? row.openedAt), edge: undefined, remembered: undefined,
  stopped: row.stopped === null ? undefined : { place: { txid: row.stopped.txid, seq: row.stopped.seq }, reason: row.stopped.reason, retryAt: now },
});

/** What the database says now. Throws with a sentence when its logs are of another origin than this process'. */
export const loadTrail = async (store: Store, seal: Seal, operator: string, control: Control, now: number): Promise<Trail> => {
  const rows = (await readSealedLogs(store)).filter(row => !row.closed);
  const stranger = rows.find(row => !belongs(operator, row.origin));
  if (stranger !== undefined) throw new Error(`the database has an open log ${stranger.origin} that is not of CADASTRE_AUDIT_ORIGIN ${operator}: set the origin back, or close the old one with --discontinuity (docs/operations.md)`);
  const notes = new Map((await readLastCheckpoints(store, rows.map(row => row.id))).map(c => [c.logId, c.note]));
  return {
    seal, operator, state: control.state, sameServer: control.sameServer, reason: control.reason, cursor: { txid: control.cursorTxid, seq: control.cursorSeq },
    logs: new Map(rows.map(row => [row.id, logOf(row, notes.get(row.id) ?? '', now)])), compared: undefined, sequencedAt: now - LOOK_MS, witness: undefined, timestamp: undefined, filing: Promise.resolve(), waiting: [], fresh: holdFresh(), ahead: undefined, oldestAt: 0,
  };
};

export const progressOf = (log: Log): LogProgress => ({
  id: log.id, origin: log.origin, kind: log.kind, size: log.size, published: log.published, signed: log.signed, filed: log.filed, heartbeatAt: log.heartbeatAt,
  ...(log.stopped === undefined ? {} : { stopped: log.stopped }),
});

export const globalOf = (trail: Trail): Log | undefined => [...trail.logs.values()].find(log => log.kind === 'GLOBAL');
