import type { Timers } from '../clock/index.ts';

/** Runs `resync` every `everyMs`, each interval drawn within a tenth of it so that replicas do not list at once. Answers how to stop it. */
export const startResync = (of: {
  readonly everyMs: number | undefined;
  readonly timers: Timers;
  readonly random: () => number;
  readonly resync: () => Promise<unknown>;
  readonly failed: (error: unknown) => void;
}): (() => void) => {
  const { everyMs } = of;
  if (everyMs === undefined) return () => undefined;
  let stopped = false;
  let cancel: () => void = () => undefined;
  const arm = (): void => {
    if (stopped) return;
    cancel = of.timers.after(everyMs * (0.9 + of.random() / 5), () => {
      // The next one is armed only when this one has ended: a slow listing must not pile up.
      void of.resync().catch(of.failed).finally(arm);
    });
  };
  arm();
  return () => {
    stopped = true;
    cancel();
  };
};
