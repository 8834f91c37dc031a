import type { ActContext } from '@cadastre/domain/audit';
import type { Logger } from '@cadastre/platform/log';
import type { Objects } from '@cadastre/platform/objects';
import type { Store } from '@cadastre/store/pool';

/** What sending stands on; the process of the notary passes it. */
export interface SinkDeps {
  /** Role `notary`. */
  readonly store: Store;
  readonly objects: Objects;
  readonly log: Logger;
  readonly makeAct: (operation: string) => ActContext;
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  /** `public`: a receiver on a loopback, link-local or private address is refused, so that no tenant can make the notary knock at its neighbours. */
  readonly addresses: 'public' | 'any';
  /** Bearer token of an HTTPS receiver, by sink: from a folder of the notary's, never from the database. */
  readonly tokenOf: (sinkId: string) => Promise<string | undefined>;
  /** Unique per process life. */
  readonly worker: string;
  /** Milliseconds: how long a sink is ours, how often one is looked for, and how long a delivery may take. */
  readonly leaseMs: number;
  readonly pollMs: number;
  readonly deliverMs: number;
}
