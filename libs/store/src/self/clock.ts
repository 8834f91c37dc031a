import type { Clock } from '@cadastre/domain/core';
import { INTERNAL } from '../pool/store.ts';
import type { ClockState, Store } from '../pool/store.ts';

/** The host's clock against the database's, which stamps every row. Milliseconds; positive: the host is ahead. */
export interface Offset {
  readonly offsetMs: number;
  /** Half of the fastest round trip: the offset is known no better. */
  readonly uncertaintyMs: number;
}

/** Beyond this the order of events by their own instants may differ from the order in which they were recorded. SecNumCloud 3.2 §12.8. */
export const SKEW_LIMIT_MS = 500;
const SAMPLES = 4;

/** The sample with the shortest round trip says most: what a queue or a busy host adds only makes it less certain. */
export const measureOffset = async (store: Store, clock: Clock): Promise<Offset> => {
  let best: Offset | undefined;
  for (let n = 0; n < SAMPLES; n++) {
    const before = Date.parse(clock.now());
    const [row] = await store[INTERNAL].statement<{ ms: number }>({ name: 'cad_self_clock', text: 'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS ms' });
    const after = Date.parse(clock.now());
    if (row === undefined) throw new Error('the database does not tell the time');
    const sample = { offsetMs: Math.round((before + after) / 2 - row.ms), uncertaintyMs: Math.ceil((after - before) / 2) };
    if (best === undefined || sample.uncertaintyMs < best.uncertaintyMs) best = sample;
  }
  if (best === undefined) throw new Error('no sample was taken');
  return best;
};

/** Whether the clocks differ by more than the limit whatever the round trip hid. */
export const isSkewed = ({ offsetMs, uncertaintyMs }: Offset): boolean => Math.abs(offsetMs) - uncertaintyMs > SKEW_LIMIT_MS;

export const stateOf = (at: Offset | undefined): ClockState =>
  at === undefined ? { synced: null, offsetMs: null, source: 'host' } : { synced: !isSkewed(at), offsetMs: at.offsetMs, source: 'database' };
