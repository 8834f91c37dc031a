import type { AuditTarget, AuditType } from '@cadastre/domain/audit';
import type { Faults } from '@cadastre/domain/core';
import { problem } from '@cadastre/domain/core';
import type { ReservationAsk, ReservationReply } from '@cadastre/domain/reservation';
import * as idempotency from '@cadastre/store/idempotency';
import { actOf, claimOf, recordRefusal, type Policy } from '../shared/mutate.ts';
import { faultsData } from '../shared/problems.ts';
import type { Viewer } from '../shared/viewer.ts';

/** Below the operation's own time, so that the caller hears REGION_UNAVAILABLE and not a broken connection. */
const TIMEOUT_MS = 5_000;

/** One mutation on its way to the allocator. */
export interface Attempt {
  readonly policy: Policy;
  readonly type: AuditType;
  readonly target: AuditTarget;
  readonly input: { readonly idempotencyKey: string };
}
export type Answered = Exclude<ReservationReply, { kind: 'PROBLEM' }>;
export type Answer = { readonly reply: Answered } | { readonly refused: object };

/** What the region's allocator answers, or the refusal as data with its audit event written: the allocator records its own verdicts, not what never was one. */
export const askReservation = async (viewer: Viewer, attempt: Attempt, regionCode: string, ask: ReservationAsk): Promise<Answer> => {
  const request = { ...ask, act: actOf(viewer, attempt.policy, attempt.input), idempotency: claimOf(viewer, attempt.policy.operation, attempt.input) };
  const answer = await viewer.door.nats.request<typeof request, ReservationReply>(`cad.v1.${regionCode}.allocate`, request, { timeoutMs: TIMEOUT_MS });
  if (!answer.ok) {
    viewer.door.log.warn({ failure: answer.error, requestId: viewer.requestId }, 'the allocator did not answer');
    return { refused: await refusedWith(viewer, attempt, [problem('REGION_UNAVAILABLE', { region: regionCode }, { retryable: true })]) };
  }
  return answer.value.kind === 'PROBLEM' ? { refused: await refusedWith(viewer, attempt, [answer.value.problem]) } : { reply: answer.value };
};

/** A refusal that the door decides by itself, unless the same key was answered before: its first answer counts, whatever has changed since. */
export const refusedHere = async (viewer: Viewer, attempt: Attempt, list: Faults): Promise<Answer> => {
  const claim = claimOf(viewer, attempt.policy.operation, attempt.input);
  const known = await viewer.door.store.read(viewer.scope, q => idempotency.find(q, claim));
  if (known === undefined) return { refused: await refusedWith(viewer, attempt, list) };
  if (known.fingerprint === claim.fingerprint && known.operation === attempt.policy.operation) return { reply: known.result as Answered };
  return { refused: await refusedWith(viewer, attempt, [problem('IDEMPOTENCY_CONFLICT', {}, { path: ['idempotencyKey'] })]) };
};

const refusedWith = async (viewer: Viewer, attempt: Attempt, list: Faults): Promise<object> => {
  await recordRefusal(viewer, attempt, list[0]);
  return faultsData(viewer.lang, list);
};
