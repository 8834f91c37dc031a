import type { Logger } from '@cadastre/platform/log';

export interface Held {
  readonly held: () => boolean;
  readonly lost: Promise<void>;
  release(): Promise<void>;
}
export interface Running {
  close(): Promise<void>;
}

export interface Leading {
  /** Waits its turn; undefined when the signal ended the wait. */
  readonly take: () => Promise<Held | undefined>;
  readonly work: (lead: Held) => Promise<Running>;
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly log: Logger;
}

const RETRY_MS = 500;

/**
 * One controller works at a time, the others wait for its lock. Rejected: sharing the keys out among replicas. Each look is milliseconds and mostly waiting, so one
 * process serves far more than a site; a second that watches every cluster would double the memory to halve nothing.
 */
export const whileLeading = async ({ take, work, pause, log }: Leading, signal: AbortSignal): Promise<void> => {
  const ended = new Promise<void>(resolve => { signal.addEventListener('abort', () => { resolve(); }, { once: true }); });
  while (!signal.aborted) {
    try {
      const lead = await take();
      if (lead === undefined) return;
      log.info('this replica leads');
      await leadOnce(lead, work, ended);
    } catch (error) {
      log.warn({ err: error }, 'not leading; trying again');
      await pause(RETRY_MS, signal);
    }
  }
};

const leadOnce = async (lead: Held, work: Leading['work'], ended: Promise<void>): Promise<void> => {
  try {
    const running = await work(lead);
    await Promise.race([lead.lost, ended]);
    // First the work, then the lock: the next leader must not begin beside the end of this one.
    await running.close();
  } finally {
    await lead.release();
  }
};
