import type { AuditFact, AuditTarget, AuditType } from '@cadastre/domain/audit';
import type { Faults, Problem, Result, Role } from '@cadastre/domain/core';
import { ok, problem, unreachable } from '@cadastre/domain/core';
import type { IdempotencyRecord } from '@cadastre/domain/idempotency';
import { commit, readIdempotency, recordAudit, type CommitRefusal, type OutboxFact, type Write } from '@cadastre/store/commit';
import type { Reader } from '@cadastre/store/pool';
import { digestOf } from './act.ts';
import { faultsData, problemData } from './problems.ts';
import { hasRole, type Viewer } from './viewer.ts';

/** Who may; the rule's name stands in the audit event. */
export interface Policy {
  readonly operation: string;
  readonly roles: readonly Role[];
}

/** What a decision comes to at this floor: rows, wake-ups, facts, and the plain answer that a repeated key gets again. */
export interface Outcome<A> {
  readonly writes: readonly Write[];
  readonly events: readonly OutboxFact[];
  readonly audit: readonly AuditFact[];
  readonly answer: A;
}

export interface Mutation<A, P = undefined> {
  readonly policy: Policy;
  /** The event's type, of the act and of its refusal. */
  readonly type: AuditType;
  /** What the act is about, as far as the input tells: for the event of a refusal. */
  readonly target: AuditTarget;
  readonly input: { readonly idempotencyKey: string };
  /** What has to be asked of others first, with no transaction open: an answer that takes seconds must not hold a connection of the database. */
  readonly prepare?: () => Promise<Result<P, Faults>>;
  /** Loads on one snapshot and decides; nothing has happened yet. */
  readonly decide: (q: Reader, prepared: P) => Promise<Result<Outcome<A>, Faults>>;
  /** The accepted member of the union, read anew; `receipt` is added. */
  readonly accept: (answer: A) => Promise<object>;
}

/** The stored answer of a mutation: what `accept` needs, and the receipt. */
interface Kept<A> {
  readonly answer: A;
  readonly auditId: string;
}

const MAX_KEY = 200;

/** The path of every mutation that does not touch capacity: allow, look the key up, load and decide, one transaction, answer. */
export const mutate = async <A, P = undefined>(viewer: Viewer, m: Mutation<A, P>): Promise<object> => {
  const refused = await allow(viewer, m.policy, m.target) ?? checkKey(viewer, m.input.idempotencyKey);
  if (refused !== undefined) return refused;
  const claim = claimOf(viewer, m.policy.operation, m.input);
  const [known] = await readIdempotency(viewer.door.store, [{ scope: claim.scope, key: claim.key }]);
  if (known !== undefined) return await replay(viewer, m, known, claim.fingerprint);
  const prepared = await prepare(m);
  const decided = prepared.ok ? await viewer.door.store.read(viewer.scope, q => m.decide(q, prepared.value)) : prepared;
  const act = actOf(viewer, m.policy, m.input);
  if (!decided.ok) return await refuse(viewer, m, decided.error);
  const { writes, events, audit, answer } = decided.value;
  const traced = events.map(e => (act.request.traceparent === undefined ? e : { ...e, traceparent: act.request.traceparent }));
  const done = await commit(viewer.door.store, {
    scope: viewer.scope, act, writes, outbox: traced, audit,
    idempotency: { ...claim, operation: m.policy.operation, result: c => ({ answer, auditId: c.auditIds[0] }) satisfies { answer: A; auditId: unknown } },
  });
  if (done.ok) return await accepted(m, { answer, auditId: done.value.auditIds[0] ?? '' });
  if (done.error.code === 'ALREADY_DONE') return await replay(viewer, m, done.error.record, claim.fingerprint);
  return await refuse(viewer, m, [problemOf(done.error)]);
};

// Without `prepare` nothing was prepared, and P is undefined.
const prepare = async <A, P>(m: Mutation<A, P>): Promise<Result<P, Faults>> => (m.prepare === undefined ? ok(undefined as P) : await m.prepare());

/** Undefined when the viewer may; otherwise the refusal, with its audit event. */
export const allow = async (viewer: Viewer, policy: Policy, target: AuditTarget): Promise<object | undefined> => {
  if (hasRole(viewer, policy.roles)) return undefined;
  const act = viewer.act(policy.operation, `${policy.operation}: ${policy.roles.join('|')}`, { denied: true });
  await recordAudit(viewer.door.store, act, [{ type: 'iam.access.denied', phase: 'denied', outcome: 'denied', reason: 'FORBIDDEN', target, ...tenantPart(viewer) }], viewer.scope);
  return problemData(viewer.lang, problem('FORBIDDEN', { operation: policy.operation, have: viewer.actor.roles, need: policy.roles }));
};

/** A key that cannot be one, before anything is looked up by it. */
export const checkKey = (viewer: Viewer, key: string): object | undefined => {
  const path = ['idempotencyKey'];
  if (key.trim() === '') return problemData(viewer.lang, problem('REQUIRED', { field: 'idempotencyKey' }, { path }));
  return key.length > MAX_KEY ? problemData(viewer.lang, problem('TOO_LONG', { field: 'idempotencyKey', length: key.length, limit: MAX_KEY }, { path })) : undefined;
};

/** Scope, key and fingerprint of an input. */
export const claimOf = (viewer: Viewer, operation: string, { idempotencyKey, ...input }: { readonly idempotencyKey: string }) =>
  ({ scope: viewer.keyScope, key: idempotencyKey, fingerprint: digestOf({ operation, input }) });

export const actOf = (viewer: Viewer, policy: Policy, input: { readonly idempotencyKey: string }) =>
  viewer.act(policy.operation, `${policy.operation}: ${policy.roles.join('|')}`, { argumentDigest: digestOf(input), idempotencyKeyDigest: digestOf(input.idempotencyKey) });

/** An audit event names the organisation concerned; a provider's own act names none. */
export const tenantPart = (viewer: Viewer) => (viewer.organisation === undefined ? {} : { tenant: viewer.organisation.id });

/** The refusal as data, after its audit event is written: a refusal that leaves no trace did not happen. */
const refuse = async <A, P>(viewer: Viewer, m: Mutation<A, P>, list: Faults): Promise<object> => {
  await recordRefusal(viewer, m, list[0]);
  return faultsData(viewer.lang, list);
};

export const recordRefusal = async (viewer: Viewer, m: Pick<Mutation<never>, 'policy' | 'type' | 'target' | 'input'>, p: Problem): Promise<void> => {
  const act = actOf(viewer, m.policy, m.input);
  await recordAudit(viewer.door.store, act, [{ type: m.type, phase: 'denied', outcome: 'failure', reason: p.code, target: m.target, ...tenantPart(viewer) }], viewer.scope);
};

const replay = async <A, P>(viewer: Viewer, m: Mutation<A, P>, record: IdempotencyRecord, fingerprint: string): Promise<object> => {
  if (record.fingerprint !== fingerprint || record.operation !== m.policy.operation) return await refuse(viewer, m, [problem('IDEMPOTENCY_CONFLICT', {}, { path: ['idempotencyKey'] })]);
  return await accepted(m, record.result as Kept<A>);
};

const accepted = async <A, P>(m: Mutation<A, P>, kept: Kept<A>): Promise<object> => ({ ...(await m.accept(kept.answer)), receipt: { auditEventId: kept.auditId } });

/** The database's own refusals, met only in a race: the decision had seen another world. */
const problemOf = (refusal: Exclude<CommitRefusal, { code: 'ALREADY_DONE' }>): Problem => {
  switch (refusal.code) {
    case 'STALE_GENERATION': return problem('STALE_GENERATION', { noun: refusal.noun, id: refusal.id, asked: '?', current: '?' }, { retryable: false });
    case 'IDEMPOTENCY_CONFLICT': return problem('IDEMPOTENCY_CONFLICT', {}, { path: ['idempotencyKey'] });
    case 'ALREADY_EXISTS': return problem('ALREADY_EXISTS', { noun: refusal.constraint, field: '', value: '' });
    case 'UNKNOWN_REFERENCE': return problem('NOT_FOUND', { noun: refusal.constraint, id: '' });
    case 'IN_USE': return problem('IN_USE', { noun: refusal.constraint });
    case 'LIMIT': return problem('ABOVE_MAXIMUM', { field: refusal.constraint, value: '?', limit: '?' });
    default: return unreachable(refusal);
  }
};
