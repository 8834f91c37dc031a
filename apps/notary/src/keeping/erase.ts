import { createHash } from 'node:crypto';
import type { ActContext, AuditFact } from '@cadastre/domain/audit';
import type { Clock, Ids } from '@cadastre/domain/core';
import { certificateOf, erasureEvent, erasureFact, planContractEnded, type Erasure } from '@cadastre/domain/erasure';
import { PROVIDER_SCOPE, type Keeper } from '@cadastre/platform/keeper';
import type { Logger } from '@cadastre/platform/log';
import { canonical, logOf } from '@cadastre/store/audit';
import { commit, type Work } from '@cadastre/store/commit';
import * as erasures from '@cadastre/store/erasure';
import type { Store } from '@cadastre/store/pool';

export interface ErasureTools {
  readonly store: Store;
  readonly keeper: Keeper;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
  /** The operator's origin. */
  readonly operator: string;
  readonly makeAct: (operation: string) => ActContext;
}

/** Ids of keys that one event names; at most 16 KiB must hold them. */
const KEYS_AN_EVENT = 100;

const committed = async ({ store, log }: ErasureTools, work: Pick<Work, 'act' | 'writes' | 'audit' | 'outbox'>): Promise<boolean> => {
  const done = await commit(store, { scope: 'system', ...work });
  // Somebody was faster, or a hold came in between: the next look sees it.
  if (!done.ok) log.info({ refusal: done.error.code }, 'an erasure moved on meanwhile');
  return done.ok;
};

/** The date has come, and no hold stands in the way: the contract is ended and everybody's erasure written down, in one transaction. */
const endContracts = async (tools: ErasureTools): Promise<void> => {
  for (const due of await tools.store.read('system', q => erasures.dueContractEnds(q))) {
    const { end, erasure } = planContractEnded(due, { ids: tools.ids, now: tools.clock.now() });
    await committed(tools, {
      act: tools.makeAct('endContract'), writes: [erasures.changeContractEnd(end.next.id, end.changes, end), erasures.insert(erasure.next)],
      outbox: [...end.events, ...erasure.events], audit: [...end.audit, ...erasure.audit],
    });
  }
};

const factsOf = (e: Erasure, keys: readonly string[], certificate: string): readonly AuditFact[] => {
  const numbers = { keys: keys.length, certificate_sha256: createHash('sha256').update(certificate).digest('hex') };
  const parts = Array.from({ length: Math.max(1, Math.ceil(keys.length / KEYS_AN_EVENT)) }, (_, n) => keys.slice(n * KEYS_AN_EVENT, (n + 1) * KEYS_AN_EVENT));
  return parts.map(part => ({ ...erasureFact(e, 'completed', numbers), change: part.map(kid => ({ path: 'key', to: kid })) }));
};

/**
 * Past `begin` there is no way back: the key is destroyed, then what was destroyed is written down, with the certificate and its event in one transaction. A crash in between finds the
 * same keys again, because the keeper answers with everything that the same erasure has destroyed.
 */
const erase = async (tools: ErasureTools, asked: Erasure): Promise<void> => {
  if (asked.state === 'REQUESTED' && !(await committed(tools, { act: tools.makeAct('eraseSubject'), writes: [erasures.begin(asked)], outbox: [], audit: [erasureFact({ ...asked, state: 'ERASING' }, 'requested')] }))) return;
  const scope = asked.tenantId ?? PROVIDER_SCOPE;
  const stones = await tools.keeper.destroy({ scope, certificate: asked.id, ...(asked.subject === undefined ? {} : { subject: asked.subject }) });
  const keys = stones.map(s => s.kid).sort();
  const log = logOf(tools.operator, asked.tenantId === undefined ? {} : { tenant: asked.tenantId });
  const event = tools.ids.next('audit');
  const at = tools.clock.now();
  const certificate = canonical(certificateOf(asked, { log, at, event, keys }));
  const done = await committed(tools, {
    // The certificate names its event, and the event the certificate: so the event's id is drawn before it is written.
    act: { ...tools.makeAct('eraseSubject'), personal: { id: event, log, pii: {} } },
    writes: [erasures.finish(asked, { state: 'ERASED', erasedAt: at, keys, eventId: event, certificate })],
    outbox: [erasureEvent(asked, 'erased')], audit: factsOf(asked, keys, certificate),
  });
  if (done) tools.log.info({ erasure: asked.id, keys: keys.length }, 'erased');
};

/** One look at everything that is to be erased. What cannot be done now (the keeper is away, a hold) is found again by the next. */
export const eraseWhatIsDue = async (tools: ErasureTools): Promise<void> => {
  await endContracts(tools);
  for (const asked of await tools.store.read('system', q => erasures.open(q))) {
    if (asked.state === 'REQUESTED' && (await tools.store.read('system', q => erasures.held(q, asked.tenantId, asked.subject)))) continue;
    await erase(tools, asked);
  }
};
