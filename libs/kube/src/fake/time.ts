import type { Time } from '../client/index.ts';

/** Time that moves only when told to, and chance that is always the same number. */
export interface ManualTime extends Time {
  /** Runs what falls due, in order, letting promises settle in between. */
  advance(ms: number): Promise<void>;
  /** Timers waiting. A closed thing leaves none. */
  readonly waiting: number;
}

export const manualTime = (chance = 0.5): ManualTime => {
  let now = 0;
  let serial = 0;
  const timers = new Map<number, { readonly at: number; readonly run: () => void }>();
  const settle = async (): Promise<void> => {
    // A macrotask lets every chain of microtasks end, however long.
    await new Promise<void>(resolve => setImmediate(resolve));
  };
  return {
    now: () => now,
    random: () => chance,
    after: (ms, run) => {
      const id = ++serial;
      timers.set(id, { at: now + ms, run });
      return () => { timers.delete(id); };
    },
    get waiting() { return timers.size; },
    advance: async ms => {
      const end = now + ms;
      await settle();
      for (;;) {
        const due = [...timers].filter(([, t]) => t.at <= end).sort(([a, x], [b, y]) => x.at - y.at || a - b)[0];
        if (due === undefined) break;
        timers.delete(due[0]);
        now = Math.max(now, due[1].at);
        due[1].run();
        await settle();
      }
      now = end;
      await settle();
    },
  };
};
