import type { Organisation } from '@cadastre/domain/organisation';
import type { Door } from '../viewer.ts';

/** The log that an event goes into: an organisation's, or the provider's. */
export type Log = Organisation | undefined;

/** Events that may come in a flood: each is stored one by one up to a rate, and what was not is stored as an exact number. */
export interface Sampled<T> {
  /** Throws when the event could not be stored; it is then counted among what is told later. */
  record(log: Log, what: T, requestId: string): Promise<void>;
}

const STORED_PER_SECOND = 20;
/** When nothing comes any more, the count of what was not stored is stored by itself after this time. */
const TELL_AFTER_MS = 1_000;
/** Logs whose rate is remembered: those with nothing left to tell are forgotten beyond. */
const LOGS_AT_MOST = 10_000;

interface Rate { readonly log: Log; second: number; storedNow: number; unstored: number }

/**
 * Under abuse only some events are stored one by one, and the next one stored says exactly how many were not (`also`): the log neither grows without bound nor hides
 * anything. Counted by the log that they go into, so that no tenant's log tells how many logins others had.
 */
export const createSampled = <T>(door: Door, write: (log: Log, what: T | 'NOT_STORED', requestId: string, also: number) => Promise<unknown>): Sampled<T> => {
  const rates = new Map<string, Rate>();
  let telling: NodeJS.Timeout | undefined;

  const rateOf = (log: Log): Rate => {
    const key = log?.id ?? 'provider';
    const known = rates.get(key);
    if (known !== undefined) return known;
    if (rates.size >= LOGS_AT_MOST) for (const [name, r] of rates) if (r.unstored === 0) rates.delete(name);
    const rate = { log, second: 0, storedNow: 0, unstored: 0 };
    rates.set(key, rate);
    return rate;
  };
  const store = async (rate: Rate, what: T | 'NOT_STORED', requestId: string): Promise<void> => {
    const also = rate.unstored;
    rate.unstored = 0;
    await write(rate.log, what, requestId, also).catch((e: unknown) => {
      rate.unstored += also;
      throw e;
    });
  };
  const tell = (): void => {
    telling = undefined;
    for (const rate of rates.values()) {
      if (rate.unstored === 0) continue;
      store(rate, 'NOT_STORED', door.ids.next('request')).catch((e: unknown) => {
        door.log.error({ err: e, unstored: rate.unstored }, 'login events could not be stored; their count is kept and tried again');
        tellLater();
      });
    }
  };
  const tellLater = (): void => { telling ??= setTimeout(tell, TELL_AFTER_MS).unref(); };

  return {
    record: async (log, what, requestId) => {
      const rate = rateOf(log);
      const now = Math.floor(Date.parse(door.clock.now()) / 1000);
      if (now !== rate.second) [rate.second, rate.storedNow] = [now, 0];
      rate.storedNow += 1;
      if (rate.storedNow <= STORED_PER_SECOND) {
        await store(rate, what, requestId).catch((e: unknown) => {
          rate.unstored += 1;
          tellLater();
          throw e;
        });
        return;
      }
      rate.unstored += 1;
      tellLater();
    },
  };
};
