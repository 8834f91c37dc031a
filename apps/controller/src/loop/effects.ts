import type { ClusterId, OrganisationId } from '@cadastre/domain/core';
import type { Did } from './did.ts';

/** What a look is about to do outside of our database: written down before, and its end after. */
export interface Intent {
  readonly noun: string;
  readonly key: string;
  /** Whose objects they are; undefined: the provider's. */
  readonly tenant: OrganisationId | undefined;
  readonly because: string;
  /** Steps of the plan by the cluster that they reach. */
  readonly clusters: ReadonlyMap<ClusterId, number>;
}

export interface Underway {
  /** Runs a step that reaches a cluster, as part of the announced act. */
  within<T>(cluster: ClusterId, run: () => Promise<T>): Promise<T>;
  /** What came of it: one end for each announced cluster. */
  conclude(came: readonly { readonly cluster: ClusterId; readonly did: Did }[]): Promise<void>;
}

/** Resolves once the intent is committed. Throws when it could not be: then nothing is done. */
export interface Effects {
  announce(intent: Intent): Promise<Underway>;
}

/** For looks whose clusters are no real ones. */
export const UNANNOUNCED: Effects = { announce: () => Promise.resolve({ within: (_cluster, run) => run(), conclude: () => Promise.resolve() }) };
