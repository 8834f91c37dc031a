import { recordAudit } from '@cadastre/store/commit';
import { createViewer, sha256 } from '../act.ts';
import type { Door } from '../viewer.ts';
import type { Identity, LoginFailure } from './identity.ts';
import { personalPart, strangersPart } from './personal.ts';
import { createSampled } from './sampled.ts';

/** Every login is an event: a failed one each time, an accepted one when this process believes the token for the first time. */
export interface Logins {
  failed(failure: LoginFailure, from: Attempt): Promise<void>;
  accepted(token: string, identity: Identity, from: Attempt): Promise<void>;
}

export interface Attempt {
  readonly requestId: string;
  /** The peer's, sealed like every address. */
  readonly address: string | undefined;
}

// A token is a session: its first use is the login. Digests, so that a dump of this process shows no more tokens than it must.
const TOKENS_AT_MOST = 10_000;
const ANONYMOUS = { kind: 'anonymous', id: 'anonymous', directory: 'none', roles: [], auth: { method: 'none' } } as const;

interface Failed {
  readonly failure: LoginFailure;
  readonly address: string | undefined;
}
interface Accepted {
  readonly identity: Identity;
  readonly address: string | undefined;
}

export const createLogins = (door: Door): Logins => {
  const target = { kind: 'door', id: door.name };
  const numbersOf = (also: number) => (also > 0 ? { numbers: { alsoNotStored: also } } : {});

  const failures = createSampled<Failed>(door, async (_log, told, requestId, also) => {
    const { failure: reason, address } = told === 'NOT_STORED' ? { failure: told, address: undefined } : told;
    const personal = strangersPart(door.clock, address);
    await door.subjectKeys?.warm(personal.subject);
    return recordAudit(door.store, createViewer(door, { actor: ANONYMOUS, lang: 'fr', requestId, personal }).act('login', 'bearer', { denied: true }), [
      { type: 'iam.login.failed', phase: 'denied', outcome: 'denied', reason, target, ...numbersOf(also) },
    ], 'system');
  });

  const accepted = createSampled<Accepted>(door, (organisation, who, requestId, also) => {
    const [actor, told] = who === 'NOT_STORED' ? [ANONYMOUS, { reason: who }] : [who.identity.actor, {}];
    const personal = who === 'NOT_STORED' ? {} : { personal: personalPart(who.identity, who.address) };
    const viewer = createViewer(door, { actor, lang: 'fr', requestId, ...personal, ...(organisation === undefined ? {} : { organisation }) });
    return recordAudit(door.store, viewer.act('login', 'bearer'), [{
      type: 'iam.login.accepted', phase: 'completed', outcome: 'success', target, ...numbersOf(also), ...told, ...(organisation === undefined ? {} : { tenant: organisation.id }),
    }], viewer.scope);
  });
  const known = new Map<string, Promise<void>>();

  return {
    failed: (failure, { requestId, address }) => failures.record(undefined, { failure, address }, requestId),
    accepted: async (token, identity, { requestId, address }) => {
      const digest = sha256(token);
      let recorded = known.get(digest);
      if (recorded === undefined) {
        if (known.size >= TOKENS_AT_MOST) known.delete(known.keys().next().value ?? '');
        recorded = accepted.record(identity.organisation, { identity, address }, requestId).catch((e: unknown) => {
          // Let in all the same: it is counted and told later, reads go on while the log is frozen, and whatever changes something or shows a secret fails closed by itself.
          door.log.error({ err: e, requestId }, 'an accepted login could not be stored; it is counted and told later');
        });
        known.set(digest, recorded);
      }
      await recorded;
    },
  };
};
