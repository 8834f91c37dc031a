import type { OffersReply, OffersRequest } from '@cadastre/domain/capacity';
import type { Door } from '../shared/viewer.ts';

/** What a region's allocator says, or last said: `FRESH` just now, `STALE` before it fell silent. Undefined: it never answered. */
export interface RegionAnswer {
  readonly freshness: 'FRESH' | 'STALE';
  readonly reply: OffersReply;
}

/** Far below the operation's own time: one silent region must not make the others wait. */
const TIMEOUT_MS = 500;
/** An order between two looks makes an offer wrong anyway: askers within this time share one answer. */
const SHARED_MS = 250;
const KEPT_AT_MOST = 1_000;

interface Kept {
  reply: OffersReply | undefined;
  askedAt: number;
  asking: Promise<RegionAnswer | undefined> | undefined;
}

const doors = new WeakMap<Door, Map<string, Kept>>();

/** Asks the region's allocator for a class of tenants, under a law and until an instant where one is named. Never throws: silence is an answer too. */
export const askRegion = (door: Door, regionCode: string, wish: OffersRequest): Promise<RegionAnswer | undefined> => {
  const kept = keptOf(door, `${regionCode} ${JSON.stringify([wish.tenantClass, wish.until, wish.legal?.dataClass, wish.legal?.jurisdictions, wish.legal?.certifications])}`);
  const now = Date.parse(door.clock.now());
  if (kept.asking !== undefined) return kept.asking;
  if (kept.reply !== undefined && now - kept.askedAt < SHARED_MS) return Promise.resolve({ freshness: 'FRESH', reply: kept.reply });
  kept.asking = ask(door, regionCode, wish, kept, now).finally(() => { kept.asking = undefined; });
  return kept.asking;
};

const ask = async (door: Door, regionCode: string, wish: OffersRequest, kept: Kept, now: number): Promise<RegionAnswer | undefined> => {
  const answer = await door.nats.request<OffersRequest, OffersReply>(`cad.v1.${regionCode}.offers`, wish, { timeoutMs: TIMEOUT_MS });
  if (!answer.ok) {
    kept.askedAt = 0;
    return kept.reply === undefined ? undefined : { freshness: 'STALE', reply: kept.reply };
  }
  [kept.reply, kept.askedAt] = [answer.value, now];
  return { freshness: 'FRESH', reply: answer.value };
};

const keptOf = (door: Door, key: string): Kept => {
  const answers = doors.get(door) ?? new Map<string, Kept>();
  doors.set(door, answers);
  const known = answers.get(key);
  if (known !== undefined) return known;
  if (answers.size >= KEPT_AT_MOST) answers.delete(answers.keys().next().value ?? '');
  const made: Kept = { reply: undefined, askedAt: 0, asking: undefined };
  answers.set(key, made);
  return made;
};
