import type { Logger } from '../log/index.ts';
import { metrics } from '../otel/index.ts';

export interface OutageOptions {
  readonly log: Logger;
  /** Told when the keeper goes away and when it is back, with the number of values that were not sealed meanwhile. */
  readonly changed?: (state: 'AWAY' | 'BACK', values: number) => void;
  /** Milliseconds, monotonic. */
  readonly now?: () => number;
}

/** Whether the keeper answers, and what could not be sealed since it does not. */
export interface Outage {
  begins(error: unknown): void;
  ends(): void;
  counts(values: number): void;
  /** While the keeper is away it is asked now and then, and not by every request: a request must not pay for it. */
  waits(): boolean;
}

const RETRY_MS = 2_000;
let away = 0;
metrics.gauge('cadastre.keeper.away', { description: 'Whether the keeper of subject keys does not answer this process: 1, or 0.', unit: '1' }, () => (away > 0 ? 1 : 0));

export const createOutage = ({ log, changed, now }: OutageOptions & { readonly now: () => number }): Outage => {
  let open: { values: number; tried: number } | undefined;
  return {
    begins: error => {
      if (open !== undefined) {
        open.tried = now();
        return;
      }
      open = { values: 0, tried: now() };
      away += 1;
      log.error({ err: error }, 'the keeper of subject keys is away: events are written without their personal values, and say so');
      changed?.('AWAY', 0);
    },
    ends: () => {
      if (open === undefined) return;
      const { values } = open;
      open = undefined;
      away -= 1;
      log.warn({ values }, 'the keeper of subject keys is back');
      changed?.('BACK', values);
    },
    counts: values => {
      if (open !== undefined) open.values += values;
    },
    waits: () => open !== undefined && now() - open.tried < RETRY_MS,
  };
};
