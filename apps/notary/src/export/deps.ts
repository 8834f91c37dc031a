import type { ActContext } from '@cadastre/domain/audit';
import type { Clock } from '@cadastre/domain/core';
import type { Logger } from '@cadastre/platform/log';
import type { Objects } from '@cadastre/platform/objects';
import type { Store } from '@cadastre/store/pool';
import type { Carried } from './programs.ts';
import type { Views } from './views.ts';

/** The policy in force: how a global checkpoint becomes one that others have seen. */
export interface ExportPolicy {
  /** The file, as it goes into the bundle. */
  readonly text: string;
  /** Whether the lines of a note satisfy the quorum. */
  readonly met: (note: string) => boolean;
  /** False for `quorum none`: then a checkpoint without a cosignature will do. */
  readonly needsWitness: boolean;
}

/** What the writing of bundles stands on; the process of the notary passes it. */
export interface ExportDeps {
  /** Role `notary`. */
  readonly store: Store;
  readonly objects: Objects;
  readonly log: Logger;
  readonly clock: Clock;
  readonly makeAct: (operation: string) => ActContext;
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Absent without CADASTRE_AUDIT_POLICY: nothing can then be exported, and exports wait at WITNESS. */
  readonly policy: ExportPolicy | undefined;
  /** A verified RFC 3161 response over exactly this note; rejects when there is none to be had. Absent without an authority. */
  readonly timestamp?: (note: string) => Promise<Uint8Array>;
  /** Signed statements that an earlier origin was lost, oldest first. */
  readonly statements: () => Promise<readonly string[]>;
  readonly carried: Carried;
  readonly views: Views;
  /** Unique per process life. */
  readonly worker: string;
  /** Milliseconds: how long an export is ours without renewal, and how often one is looked for. */
  readonly leaseMs: number;
  readonly pollMs: number;
}
