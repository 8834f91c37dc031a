import { hostname } from 'node:os';
import type { ActContext } from '@cadastre/domain/audit';
import type { Clock, Ids } from '@cadastre/domain/core';
import type { DoorConfig } from '@cadastre/platform/config';
import { createKeeper, createSubjectKeys, readToken, type SubjectKeys } from '@cadastre/platform/keeper';
import type { Logger } from '@cadastre/platform/log';
import { subjectOf, type Nats } from '@cadastre/platform/nats';
import type { Shutdown } from '@cadastre/platform/shutdown';
import { recordAudit } from '@cadastre/store/commit';
import * as erasures from '@cadastre/store/erasure';
import type { Store } from '@cadastre/store/pool';

interface Around {
  readonly shutdown: Pick<Shutdown, 'add'>;
  readonly store: Store;
  readonly nats: Nats;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A wake-up that says nothing but that somebody was erased: every key at hand is dropped. */
export const ERASED = { noun: 'erasure', verb: 'erased' } as const;

const TYPES = { AWAY: 'audit.log.degraded', BACK: 'audit.log.resumed' } as const;

/** The keys of the people who come through this door; undefined where no keeper is configured. */
export const openSubjectKeys = (config: Pick<DoorConfig, 'door' | 'version' | 'keeperUrl' | 'keeperTokenFile'>, { store, nats, ids, clock, log, shutdown }: Around): SubjectKeys | undefined => {
  if (config.keeperUrl === undefined || config.keeperTokenFile === undefined) return undefined;
  const process = `door-${config.door}`;
  const act = (): ActContext => ({
    actor: { kind: 'system', id: process, directory: 'none', roles: [], auth: { method: 'internal' } },
    authz: { decision: 'allow', policy: 'system', rule: 'keeper' },
    source: { interface: `${config.door}-door`, host: hostname(), version: config.version },
    request: { id: ids.next('request'), operation: 'keeper' },
    at: clock.now(),
  });
  const keeper = createKeeper({ url: config.keeperUrl, token: readToken(config.keeperTokenFile), erased: () => store.read('system', q => erasures.erasedKeys(q)) });
  const keys = createSubjectKeys({
    keeper, log,
    // The sealed log itself says from when to when it names nobody: a gap that nobody admits looks like a choice.
    changed: (state, values) => {
      recordAudit(store, act(), [{
        type: TYPES[state], phase: 'completed', outcome: 'success', reason: 'KEEPER_UNAVAILABLE', target: { kind: 'keeper', id: process }, ...(state === 'BACK' ? { numbers: { values } } : {}),
      }], 'system').catch((error: unknown) => { log.error({ err: error, state }, 'the keeper\'s absence could not be written into the audit log'); });
    },
  });
  const tap = nats.tap(subjectOf(ERASED), () => { keys.forget(); });
  shutdown.add('erasures', () => tap.close());
  return keys;
};
