import type { ActContext, AuditFact } from '@cadastre/domain/audit';
import type { Clock, Result } from '@cadastre/domain/core';
import type { Logger } from '@cadastre/platform/log';
import type { Objects } from '@cadastre/platform/objects';
import type { Fenced, OwnEvents } from '@cadastre/store/seal';
import { recordOwn } from '@cadastre/store/seal';
import type { Store } from '@cadastre/store/pool';
import type { Instruments } from './instruments.ts';
import type { Outsiders } from './outside.ts';
import type { SignerPort } from './signer-client.ts';
import type { Tiles } from './tiles.ts';
import type { Trail } from './trail.ts';

/** What the notary works with; its own moves take nothing else. */
export interface Tools {
  readonly store: Store;
  readonly objects: Objects;
  readonly tiles: Tiles;
  readonly signer: SignerPort;
  readonly outsiders: Outsiders;
  readonly clock: Clock;
  readonly log: Logger;
  readonly makeAct: (operation: string) => ActContext;
  readonly instruments: Instruments;
  /** The operator's origin. */
  readonly operator: string;
  readonly heartbeatMs: number;
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** What this process believes is not so any more: it lost the seal, or the database moved under it. Everything is read again. */
export class Moved extends Error {
  override readonly name = 'Moved';
}

export const unfenced = <T>(result: Result<T, Fenced>): T => {
  if (!result.ok) throw new Moved('another notary seals, or the database was put back');
  return result.value;
};

export const ownEvents = (tools: Tools, operation: string, facts: readonly AuditFact[]): OwnEvents => ({ act: tools.makeAct(operation), facts });

/** Says something about the trail as a whole, in the provider's log. */
export const sayOfTrail = async (tools: Tools, trail: Trail, type: AuditFact['type'], more: Partial<AuditFact> = {}): Promise<void> => {
  const fact: AuditFact = { type, phase: 'completed', outcome: 'success', target: { kind: 'log', id: trail.operator }, ...more };
  unfenced(await recordOwn(tools.store, trail.seal, ownEvents(tools, type, [fact])));
};
