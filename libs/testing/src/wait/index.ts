import { setTimeout as pause } from 'node:timers/promises';
import { inspect } from 'node:util';

export interface WaitOptions {
  /** Completes "waited … for": a thing, not a sentence. */
  readonly what: string;
  /** Default 10,000. */
  readonly timeoutMs?: number;
  /** Milliseconds between two looks. Default 20. */
  readonly everyMs?: number;
}

type Falsy = false | undefined | null | 0 | '';

/**
 * Looks until the condition holds and answers what it answered. A condition that throws is looked at again: the world is often half there.
 * @throws when the time is up, with what was waited for, how long, and what was last seen.
 */
export const waitFor = async <T>(condition: () => T | Falsy | Promise<T | Falsy>, options: WaitOptions): Promise<T> => {
  const { what, timeoutMs = 10_000, everyMs = 20 } = options;
  const startedAt = performance.now();
  let last: unknown;
  let looks = 0;
  for (;;) {
    looks += 1;
    try {
      const seen = await condition();
      if (seen !== false && seen !== undefined && seen !== null && seen !== 0 && seen !== '') return seen;
      last = seen;
    } catch (error) {
      last = error;
    }
    const waitedMs = performance.now() - startedAt;
    if (waitedMs >= timeoutMs) {
      const seen = last instanceof Error ? `${last.name}: ${last.message}` : inspect(last, { depth: 4, breakLength: 120 });
      throw new Error(`waited ${(waitedMs / 1000).toFixed(1)} s (${String(looks)} looks) for ${what}; last seen: ${seen}`, { cause: last });
    }
    await pause(everyMs);
  }
};
