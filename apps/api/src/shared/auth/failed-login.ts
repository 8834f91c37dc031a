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

export const createFailedLogins = (door: Door): FailedLogins => {
  let second = 0;
  let storedNow = 0;
  let unstored = 0;
  return {
    record: async (failure, requestId) => {
      const now = Math.floor(Date.parse(door.clock.now()) / 1000);
      if (now !== second) [second, storedNow] = [now, 0];
      storedNow += 1;
      if (storedNow > STORED_PER_SECOND) {
        unstored += 1;
        return;
      }
      const also = unstored;
      unstored = 0;
      const actor = { kind: 'anonymous', id: 'anonymous', directory: 'none', roles: [], auth: { method: 'none' } } as const;
      const act = createViewer(door, { actor, lang: 'fr', requestId }).act('login', 'bearer', { denied: true });
      await recordAudit(door.store, act, [{
        type: 'iam.login.failed', phase: 'denied', outcome: 'denied', reason: failure, target: { kind: 'door', id: door.name }, ...(also > 0 ? { numbers: { alsoNotStored: also } } : {}),
      }], 'system').catch((e: unknown) => {
        unstored += also + 1;
        throw e;
      });
    },
  };
};
