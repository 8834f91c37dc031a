import type { ActContext } from '@cadastre/domain/audit';
import type { Clock, ClusterId, Ids } from '@cadastre/domain/core';
import type { Logger } from '@cadastre/platform/log';
import type { Store } from '@cadastre/store/pool';

export interface KubeAuditFile {
  /** Name or id. */
  readonly cluster: string;
  readonly path: string;
}

/** What the cross-witness needs; also what another process that runs it (the monitor) hands over. */
export interface KubeAuditDeps {
  /** With the role `cadastre_monitor`. */
  readonly store: Store;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly log: Logger;
  readonly makeAct: (operation: string) => ActContext;
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Origin of the operator's logs: alarms are about the provider's. */
  readonly operator: string;
  /** User names with which the product acts in clusters. */
  readonly users: ReadonlySet<string>;
  readonly files: readonly KubeAuditFile[];
  readonly graceMs: number;
}

/** Events of an API server as they come in over the webhook, whole lists at a time. */
export type TakeEvents = (cluster: ClusterId, events: readonly unknown[]) => Promise<{ readonly broken: number }>;
