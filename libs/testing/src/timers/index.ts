interface Due {
  readonly at: number;
  readonly order: number;
  readonly fn: () => void;
}

/** A clock that only moves when told to: the same shape as `@cadastre/platform/clock`'s `Timers`. */
export interface ManualTimers {
  now(): number;
  after(ms: number, fn: () => void): () => void;
  /** Moves the clock, running what falls due in order of time, and lets promises settle in between. */
  advance(ms: number): Promise<void>;
  /** Milliseconds until the next timer, or undefined when there is none. */
  next(): number | undefined;
  pending(): number;
}

/** Lets every promise that can go on without a timer or input do so. */
export const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 3; turn++) await new Promise<void>(resolve => setImmediate(resolve));
};

export const manualTimers = (startMs = 0): ManualTimers => {
  let now = startMs;
  let order = 0;
  const due = new Set<Due>();
  const earliest = (): Due | undefined => [...due].sort((a, b) => a.at - b.at || a.order - b.order)[0];

  return {
    now: () => now,
    after: (ms, fn) => {
      const one = { at: now + Math.max(0, ms), order: order++, fn };
      due.add(one);
      return () => {
        due.delete(one);
      };
    },
    advance: async ms => {
      const until = now + ms;
      await settle();
      for (let one = earliest(); one !== undefined && one.at <= until; one = earliest()) {
        due.delete(one);
        now = Math.max(now, one.at);
        one.fn();
        await settle();
      }
      now = until;
    },
    next: () => {
      const one = earliest();
      return one === undefined ? undefined : one.at - now;
    },
    pending: () => due.size,
  };
};
