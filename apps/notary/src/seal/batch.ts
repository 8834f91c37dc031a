import type { AuditFact } from '@cadastre/domain/audit';
import type { OrganisationId } from '@cadastre/domain/core';
import type { GrownLog, NewGlobalLeaf, NewLeaf, NewLog, Place, Sequence, Stop, UnsealedEvent } from '@cadastre/store/seal';
import type { Frontier, FrontierStack } from '@cadastre/tlog';
import { sameHash } from '@cadastre/tlog';
import { sha256 } from '@cadastre/platform/digest';
import { globalLeaf, merkle } from './hashing.ts';
import type { Log } from './trail.ts';
import { frontierBytes } from './trail.ts';

/** Which log an event belongs to: its tenant's, or the provider's. */
export const keyOf = (tenantId: OrganisationId | null): string => tenantId ?? '';

export const logFact = (type: AuditFact['type'], log: { readonly origin: string; readonly tenantId: OrganisationId | null }, more: Partial<AuditFact> = {}): AuditFact => ({
  type, phase: 'completed', outcome: 'success', ...(log.tenantId === null ? {} : { tenant: log.tenantId }), target: { kind: 'log', id: log.origin }, ...more,
});

/** Logs that events ask for and that are not there yet. */
export const missingLogs = (operator: string, events: readonly UnsealedEvent[], logs: ReadonlyMap<string, Log>): readonly NewLog[] => {
  const keys = new Map(events.filter(event => !event.sealed && !logs.has(keyOf(event.tenantId))).map(event => [keyOf(event.tenantId), event.tenantId]));
  return [...keys.values()].map(tenantId => (tenantId === null ? { origin: `${operator}/provider`, kind: 'PROVIDER', tenantId: undefined } : { origin: `${operator}/t/${tenantId}`, kind: 'TENANT', tenantId }));
};

interface Growing {
  readonly log: Log;
  readonly stack: FrontierStack;
  readonly leaves: NewLeaf[];
  readonly bodies: Uint8Array[];
}

export interface Batch extends Omit<Sequence, 'after' | 'upTo' | 'resumed' | 'own'> {
  /** The frontiers after it, by log id. */
  readonly frontiers: ReadonlyMap<number, Frontier>;
  /** When the sealed events were recorded, milliseconds. */
  readonly recordedAt: readonly number[];
  /** Bytes of the new leaves, by log id, in the order of their indices. */
  readonly bodies: ReadonlyMap<number, readonly Uint8Array[]>;
}

// One flipped bit ended a CT log: the bytes are hashed again before they get an index, because after that they cannot be taken back.
const isAltered = (event: UnsealedEvent): boolean => !sameHash(sha256(event.body), event.digest);

const grownOf = ({ log, stack }: Pick<Growing, 'log' | 'stack'>): GrownLog => {
  const frontier = stack.frontier();
  return { id: log.id, from: log.size, size: Number(frontier.size), root: stack.root(), frontier: frontierBytes(frontier) };
};

/** The indices that a batch of events gets. `events` in the order of sealing; each has its log in `logs` (by `keyOf`). `isHeld` says which events to leave out. */
export const batchOf = (events: readonly UnsealedEvent[], logs: ReadonlyMap<string, Log>, global: Log, isHeld: (log: Log) => boolean = log => log.stopped !== undefined): Batch => {
  const growing = new Map<number, Growing>();
  const stops = new Map<number, Stop>();
  const recordedAt: number[] = [];
  for (const event of events) {
    const log = logs.get(keyOf(event.tenantId));
    if (log === undefined) throw new Error('an event without a log: this is a bug of the notary');
    if (event.sealed || isHeld(log) || stops.has(log.id)) continue;
    if (isAltered(event)) {
      stops.set(log.id, { logId: log.id, txid: event.txid, seq: event.seq, reason: `the bytes of ${event.id} do not have the digest of their writer` });
      continue;
    }
    let grows = growing.get(log.id);
    if (grows === undefined) growing.set(log.id, (grows = { log, stack: merkle.growing(log.frontier), leaves: [], bodies: [] }));
    const leafHash = merkle.leafHash(event.body);
    grows.leaves.push({ logId: log.id, index: Number(grows.stack.size), eventId: event.id, txid: event.txid, seq: event.seq, leafHash });
    grows.stack.append(leafHash);
    grows.bodies.push(event.body);
    recordedAt.push(Date.parse(event.timeRecorded));
  }
  return { ...trees([...growing.values()], global), stops: [...stops.values()], recordedAt };
};

const trees = (growing: readonly Growing[], global: Log): Omit<Batch, 'stops' | 'recordedAt'> => {
  const stack = merkle.growing(global.frontier);
  const grown = growing.map(grownOf);
  const globalLeaves = growing.map(({ log }, n): NewGlobalLeaf => {
    const { size, root } = grown[n] ?? { size: 0, root: merkle.emptyRoot() };
    const body = globalLeaf(log.origin, size, root);
    const index = Number(stack.size);
    stack.append(merkle.leafHash(body));
    return { treeId: global.id, index, logId: log.id, size, root, body };
  });
  return {
    leaves: growing.flatMap(g => g.leaves), globalLeaves, grown: globalLeaves.length === 0 ? grown : [...grown, grownOf({ log: global, stack })],
    bodies: new Map([...growing.map(g => [g.log.id, g.bodies] as const), [global.id, globalLeaves.map(leaf => leaf.body)] as const]),
    frontiers: new Map([...growing.map(g => [g.log.id, g.stack.frontier()] as const), [global.id, stack.frontier()] as const]),
  };
};

export const placeOf = (events: readonly UnsealedEvent[], otherwise: Place): Place => {
  const last = events.at(-1);
  return last === undefined ? otherwise : { txid: last.txid, seq: last.seq };
};
