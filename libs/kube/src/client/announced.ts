import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * An act in a cluster that was written down before it began. The API server writes the Audit-ID of a request into its own audit log, so that the two logs can
 * be laid side by side: what was changed with our credential and stands in no announced act was not us.
 */
export interface Announced {
  /** The Audit-ID of the next request that changes something; undefined when as many were sent as had been announced. */
  next(): string | undefined;
}

// The act is the same for everything that happens within it, down to a repetition after 429. As an argument it would have to be handed through every verb of the client and
// every step of every noun, where the one that forgets it would not be seen.
const current = new AsyncLocalStorage<Announced>();

/** Runs what the act does in a cluster. */
export const announced = <T>(act: Announced, run: () => Promise<T>): Promise<T> => current.run(act, run);

export const nextAuditId = (): string | undefined => current.getStore()?.next();
