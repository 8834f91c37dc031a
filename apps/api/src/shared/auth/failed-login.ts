import { recordAudit } from '@cadastre/store/commit';
import { createViewer } from '../act.ts';
import type { Door } from '../viewer.ts';
import type { LoginFailure } from './identity.ts';

/**
 * Failed logins are events. Under abuse only some are stored one by one, and the next one stored says exactly how many were not: the log neither
 * grows without bound nor hides anything.
 */
export interface FailedLogins {
  record(failure: LoginFailure, requestId: string): Promise<void>;
}

const STORED_PER_SECOND = 20;
/** When nobody fails any more, the count of what was not stored is stored by itself after this time. */
const TELL_AFTER_MS = 1_000;

export const createFailedLogins = (door: Door): FailedLogins => {
  let [second, storedNow, unstored] = [0, 0, 0];
  let telling: NodeJS.Timeout | undefined;

  const store = async (reason: LoginFailure | 'NOT_STORED', requestId: string): Promise<void> => {
    const also = unstored;
    unstored = 0;
    const actor = { kind: 'anonymous', id: 'anonymous', directory: 'none', roles: [], auth: { method: 'none' } } as const;
    const act = createViewer(door, { actor, lang: 'fr', requestId }).act('login', 'bearer', { denied: true });
    await recordAudit(door.store, act, [{
      type: 'iam.login.failed', phase: 'denied', outcome: 'denied', reason, target: { kind: 'door', id: door.name }, ...(also > 0 ? { numbers: { alsoNotStored: also } } : {}),
    }], 'system').catch((e: unknown) => {
      unstored += also;
      throw e;
    });
  };
  const tell = (): void => {
    telling = undefined;
    if (unstored === 0) return;
    store('NOT_STORED', door.ids.next('request')).catch((e: unknown) => {
      door.log.error({ err: e, unstored }, 'failed logins could not be stored; their count is kept and tried again');
      tellLater();
    });
  };
  const tellLater = (): void => { telling ??= setTimeout(tell, TELL_AFTER_MS).unref(); };

  return {
    record: async (failure, requestId) => {
      const now = Math.floor(Date.parse(door.clock.now()) / 1000);
      if (now !== second) [second, storedNow] = [now, 0];
      storedNow += 1;
      if (storedNow <= STORED_PER_SECOND) {
        await store(failure, requestId).catch((e: unknown) => {
          unstored += 1;
          tellLater();
          throw e;
        });
        return;
      }
      unstored += 1;
      tellLater();
    },
  };
};
