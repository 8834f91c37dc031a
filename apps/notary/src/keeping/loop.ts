import { KeeperAway } from '@cadastre/platform/keeper';
import { Outage } from '@cadastre/store/pool';
import type { Logger } from '@cadastre/platform/log';

export interface LoopOptions {
  readonly name: string;
  readonly everyMs: number;
  readonly log: Logger;
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Looks again and again until it is told to stop. What fails is said once, and tried again. */
export const again = async (look: () => Promise<void>, { name, everyMs, log, pause }: LoopOptions, signal: AbortSignal): Promise<void> => {
  let failing = false;
  while (!signal.aborted) {
    try {
      await look();
      if (failing) log.info({ name }, 'goes on');
      failing = false;
    } catch (error) {
      if (!failing) log[error instanceof KeeperAway || error instanceof Outage ? 'warn' : 'error']({ err: error, name }, 'could not be done now; it is tried again');
      failing = true;
    }
    await pause(everyMs, signal);
  }
};
