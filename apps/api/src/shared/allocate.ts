import type { AllocateReply, AllocateRequest } from '@cadastre/domain/capacity';
import type { ActContext, AuditTarget, AuditType } from '@cadastre/domain/audit';
import type { Faults, Problem } from '@cadastre/domain/core';
import { problem } from '@cadastre/domain/core';
import { logOf } from '@cadastre/store/audit';
import { Frozen } from '@cadastre/store/pool';
import * as idempotency from '@cadastre/store/idempotency';
import { actOf, auditFrozen, claimOf, recordRefusal, type Policy } from './mutate.ts';
import { faultsData, problemData } from './problems.ts';
import type { Viewer } from './viewer.ts';

/** Below the operation's own time, so that the caller hears REGION_UNAVAILABLE and not a broken connection. */
const TIMEOUT_MS = 5_000;

/** One mutation on its way to the allocator. */
export interface Order {
  readonly policy: Policy;
  readonly type: AuditType;
  readonly target: AuditTarget;
  readonly input: { readonly idempotencyKey: string };
}
export type Answered = Exclude<AllocateReply, { kind: 'PROBLEM' }>;

/** The allocator has no keys and asks nobody: personal values go with the order, sealed for the first event that it will write of it. */
const bound = ({ door, organisation }: Viewer, { personal, ...act }: ActContext): ActContext => {
  if (personal === undefined || !('seal' in personal)) return act;
  const id = door.ids.next('audit');
  const log = logOf(door.auditOrigin, organisation === undefined ? {} : { tenant: organisation.id });
  return { ...act, personal: { id, log, pii: personal.seal(id, log) } };
};

/** What the region's allocator answers, or the refusal as data with its audit event written: the allocator records its own verdicts, not what never was one. */
export const allocate = async (
  viewer: Viewer, order: Order, regionCode: string, body: (common: { readonly act: ReturnType<typeof actOf>; readonly idempotency: ReturnType<typeof claimOf> }) => AllocateRequest,
): Promise<{ readonly reply: Answered } | { readonly refused: object }> => {
  const common = { act: bound(viewer, actOf(viewer, order.policy, order.input)), idempotency: claimOf(viewer, order.policy.operation, order.input) };
  const answer = await viewer.door.nats.request<AllocateRequest, AllocateReply>(`cad.v1.${regionCode}.allocate`, body(common), { timeoutMs: TIMEOUT_MS });
  if (!answer.ok) {
    viewer.door.log.warn({ failure: answer.error, requestId: viewer.requestId }, 'the allocator did not answer');
    return { refused: await refusedWith(viewer, order, [problem('REGION_UNAVAILABLE', { region: regionCode }, { retryable: true })]) };
  }
  return answer.value.kind === 'PROBLEM' ? { refused: await refusedWith(viewer, order, [answer.value.problem]) } : { reply: answer.value };
};

/**
 * A refusal that the door decides by itself, unless the same key was answered before: its first answer counts, whatever has changed since.
 * Looked up only here, because every order that goes on is looked up by the allocator.
 */
export const firstAnswer = async (viewer: Viewer, order: Order, list: Faults): Promise<{ readonly reply: Answered } | { readonly refused: object }> => {
  const claim = claimOf(viewer, order.policy.operation, order.input);
  const known = await viewer.door.store.read(viewer.scope, q => idempotency.find(q, claim));
  if (known === undefined) return { refused: await refusedWith(viewer, order, list) };
  if (known.fingerprint === claim.fingerprint && known.operation === order.policy.operation) return { reply: known.result as Answered };
  return { refused: await refusedWith(viewer, order, [problem('IDEMPOTENCY_CONFLICT', {}, { path: ['idempotencyKey'] })]) };
};

const refusedWith = async (viewer: Viewer, order: Order, list: Faults): Promise<object> => {
  const [first]: readonly [Problem, ...Problem[]] = list;
  try {
    await recordRefusal(viewer, order, first);
  } catch (error) {
    if (!(error instanceof Frozen)) throw error;
    return problemData(viewer.lang, auditFrozen());
  }
  return faultsData(viewer.lang, list);
};
