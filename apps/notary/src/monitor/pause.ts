import { setTimeout } from 'node:timers/promises';

/** Resolves after `ms`, or as soon as the signal aborts. */
export const pause = async (ms: number, signal: AbortSignal): Promise<void> => {
  await setTimeout(ms, undefined, { signal }).catch(() => undefined);
};
