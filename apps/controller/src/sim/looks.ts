import type { Clock } from '@cadastre/domain/core';
import { UNANNOUNCED } from '../loop/effects.ts';
import type { Reconciler, Tracing } from '../loop/reconciler.ts';
import { reconcile } from '../loop/reconciler.ts';

class Crash extends Error {}

/** A look that has begun and stands still between two of its steps: a slow replica, or one that was paused while another took the lead. */
export interface OpenLook {
  readonly name: string;
  /** Lets it go on to its next pause, or to its end. */
  advance(): Promise<'paused' | 'ended'>;
  /** It never goes on: the process died there. */
  crash(): Promise<void>;
}

/** Begins a look of the real reconciler that pauses after the observation and before and after every step, the commit included. */
export const openLook = async <K extends string, S, Step extends { readonly do: string }, St>(r: Reconciler<K, S, Step, St>, key: K, clock: Clock): Promise<OpenLook> => {
  let go: { resolve(): void; reject(error: Error): void } | undefined;
  let arrived = Promise.withResolvers<'paused' | 'ended'>();
  const gate = (): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    go = { resolve: () => { resolve(undefined); }, reject };
    arrived.resolve('paused');
    return promise;
  };
  const tracing: Tracing = {
    look: (_noun, _key, _parent, run) => run(),
    step: async (_noun, _what, run) => {
      await gate();
      const out = await run();
      await gate();
      return out;
    },
  };
  const slow: Reconciler<K, S, Step, St> = {
    ...r,
    observe: async k => {
      const seen = await r.observe(k);
      await gate();
      return seen;
    },
  };
  reconcile(slow, key, clock, tracing, UNANNOUNCED).then(
    () => { arrived.resolve('ended'); },
    (error: unknown) => {
      if (error instanceof Crash) arrived.resolve('ended');
      else arrived.reject(error);
    },
  );
  await arrived.promise;
  return {
    name: `${r.noun} ${key.slice(-2)}`,
    advance: () => {
      arrived = Promise.withResolvers();
      go?.resolve();
      return arrived.promise;
    },
    crash: async () => {
      arrived = Promise.withResolvers();
      go?.reject(new Crash());
      await arrived.promise;
    },
  };
};
