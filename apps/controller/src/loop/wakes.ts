import type { IdKind } from '@cadastre/domain/core';
import { isId } from '@cadastre/domain/core';
import type { IncomingEvent } from '@cadastre/platform/nats';
import type { Noun } from './reconciler.ts';
import type { Queues } from './registry.ts';

/** Nouns whose events are news for the controller. */
export const WAKING_SUBJECTS: readonly string[] = ['cluster', 'pool', 'project', 'instance', 'machine', 'rack', 'shape', 'certification', 'loadtarget'].map(noun => `cad.v1.*.${noun}.*`);

/**
 * Verbs that only reconcilers write. Looking again at what a look has just saved would find nothing new; the look itself asks for
 * another when it has a reason. Ignoring one too many is harmless: the timer looks at everything.
 */
const OUR_OWN: ReadonlySet<string> = new Set(['observed', 'provisioning', 'configuring', 'ready', 'repairing', 'stopped', 'taken', 'held', 'kept', 'warned', 'lease-ending', 'shed', 'spared', 'running', 'reached', 'missed', 'ended']);

// An import of hundreds of machines is hundreds of events; the pools are then looked at a few times, not hundreds.
const GATHER_MS = 200;

export interface Waker {
  onEvent(event: Pick<IncomingEvent, 'noun' | 'verb' | 'key' | 'traceparent'>): void;
  close(): void;
}

export const createWaker = (queues: Queues, after: (ms: number, run: () => void) => () => void, onTrouble: (error: unknown) => void): Waker => {
  let gathering: (() => void) | undefined;
  let lawful: (() => void) | undefined;
  const lookAtPools = (): void => {
    gathering ??= after(GATHER_MS, () => {
      gathering = undefined;
      queues.resync(['pool']).catch(onTrouble);
    });
  };
  const lookAtLaw = (): void => {
    lawful ??= after(GATHER_MS, () => {
      lawful = undefined;
      queues.resync(['violation']).catch(onTrouble);
    });
  };
  const wake = (noun: Noun & IdKind, key: string, traceparent: string | undefined): void => {
    if (isId(noun, key)) queues.wake({ noun, key }, traceparent);
  };
  return {
    onEvent: ({ noun, verb, key, traceparent }) => {
      if (OUR_OWN.has(verb)) return;
      switch (noun) {
        case 'cluster': case 'pool': case 'project': case 'instance': case 'loadtarget': wake(noun, key, traceparent); return;
        // Of a region it covers every datacenter there.
        case 'certification': lookAtLaw(); return;
        // Which pools may want a machine is for their own look to find out.
        default: lookAtPools();
      }
    },
    close: () => {
      gathering?.();
      lawful?.();
    },
  };
};
