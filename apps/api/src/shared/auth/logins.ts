import { recordAudit } from '@cadastre/store/commit';
import { createViewer, sha256 } from '../act.ts';
import type { Door } from '../viewer.ts';
import type { Identity, LoginFailure } from './identity.ts';
import { createSampled } from './sampled.ts';

/** Every login is an event: a failed one each time, an accepted one when this process believes the token for the first time. */
export interface Logins {
  failed(failure: LoginFailure, requestId: string): Promise<void>;
  accepted(token: string, identity: Identity, requestId: string): Promise<void>;
}

// A token is a session: its first use is the login. Digests, so that a dump of this process shows no more tokens than it must.
const TOKENS_AT_MOST = 10_000;
const ANONYMOUS = { kind: 'anonymous', id: 'anonymous', directory: 'none', roles: [], auth: { method: 'none' } } as const;

export const createLogins = (door: Door): Logins => {
  const target = { kind: 'door', id: door.name };
  const numbersOf = (also: number) => (also > 0 ? { numbers: { alsoNotStored: also } } : {});

  const failures = createSampled<LoginFailure>(door, (_log, reason, requestId, also) =>
    recordAudit(door.store, createViewer(door, { actor: ANONYMOUS, lang: 'fr', requestId }).act('login', 'bearer', { denied: true }), [
      { type: 'iam.login.failed', phase: 'denied', outcome: 'denied', reason, target, ...numbersOf(also) },
    ], 'system'));

  const accepted = createSampled<Identity>(door, (organisation, identity, requestId, also) => {
    const [actor, told] = identity === 'NOT_STORED' ? [ANONYMOUS, { reason: identity }] : [identity.actor, {}];
    const viewer = createViewer(door, { actor, lang: 'fr', requestId, ...(organisation === undefined ? {} : { organisation }) });
    return recordAudit(door.store, viewer.act('login', 'bearer'), [{
      type: 'iam.login.accepted', phase: 'completed', outcome: 'success', target, ...numbersOf(also), ...told, ...(organisation === undefined ? {} : { tenant: organisation.id }),
    }], viewer.scope);
  });
  const known = new Map<string, Promise<void>>();

  return {
    failed: (failure, requestId) => failures.record(undefined, failure, requestId),
    accepted: async (token, identity, requestId) => {
      const digest = sha256(token);
      let recorded = known.get(digest);
      if (recorded === undefined) {
        if (known.size >= TOKENS_AT_MOST) known.delete(known.keys().next().value ?? '');
        recorded = accepted.record(identity.organisation, identity, requestId).catch((e: unknown) => {
          // Let in all the same: it is counted and told later, reads go on while the log is frozen, and whatever changes something or shows a secret fails closed by itself.
          door.log.error({ err: e, requestId }, 'an accepted login could not be stored; it is counted and told later');
        });
        known.set(digest, recorded);
      }
      await recorded;
    },
  };
};
