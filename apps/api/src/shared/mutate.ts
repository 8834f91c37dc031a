import type { AuditFact, AuditTarget, AuditType } from '@cadastre/domain/audit';
import type { Faults, Problem, Result, Role } from '@cadastre/domain/core';
import { faults, ok, problem, unreachable } from '@cadastre/domain/core';
import type { IdempotencyRecord } from '@cadastre/domain/idempotency';
import { commit, recordAudit, type CommitRefusal, type OutboxFact, type Write } from '@cadastre/store/commit';
import * as idempotency from '@cadastre/store/idempotency';
import { Frozen, Outage, type Reader } from '@cadastre/store/pool';
import { digestOf } from './act.ts';
import { faultsData, problemData } from './problems.ts';
import { shown, unstorable } from './storable.ts';
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

/** What the audit event of an attempt needs. */
type Attempt = Pick<Mutation<never>, 'policy' | 'type' | 'target' | 'input'>;

const MAX_KEY = 200;
const CONTROL = /\p{Cc}/u;

// A target may carry what the caller typed: the code of a region to be.
const shownTarget = (target: AuditTarget): AuditTarget => Object.fromEntries(Object.entries(target).map(([name, text]) => [name, shown(text as string)])) as unknown as AuditTarget;

/** The path of every mutation that does not touch capacity: allow, look the key up, load and decide, one transaction, answer. */
export const mutate = async <A, P = undefined>(viewer: Viewer, m: Mutation<A, P>): Promise<object> => {
  try {
    const refused = await admit(viewer, m);
    if (refused !== undefined) return refused;
    return await perform(viewer, m);
  } catch (e) {
    if (e instanceof Frozen) return problemData(viewer.lang, auditFrozen());
    // An outage leaves no event because there is nowhere to write it; the repetition with the same key will.
    if (!(e instanceof Outage)) await recordAudit(viewer.door.store, actOf(viewer, m.policy, m.input), [{ type: m.type, phase: 'completed', outcome: 'unknown', reason: 'INTERNAL', target: shownTarget(m.target), ...tenantPart(viewer) }], viewer.scope);
    throw e;
  }
};

// A refusal by the database alone is a race: another act came between the look and the write, and the next look sees it. Whoever loses so often meets a
// constraint that the decision does not know.
const ROUNDS = 3;

const perform = async <A, P>(viewer: Viewer, m: Mutation<A, P>): Promise<object> => {
  const claim = claimOf(viewer, m.policy.operation, m.input);
  const known = await find(viewer, claim);
  if (known !== undefined) return await replay(viewer, m, known, claim.fingerprint);
  const prepared = await prepare(m);
  if (!prepared.ok) return await refuseUnlessDone(viewer, m, claim, prepared.error);
  for (let round = 1; ; round += 1) {
    const decided = await viewer.door.store.read(viewer.scope, q => m.decide(q, prepared.value));
    if (!decided.ok) return await refuseUnlessDone(viewer, m, claim, decided.error);
    const done = await write(viewer, m, claim, decided.value);
    if (done.ok) return await accepted(m, done.value);
    if (done.error.code === 'ALREADY_DONE') return await replay(viewer, m, done.error.record, claim.fingerprint);
    if (done.error.code === 'IDEMPOTENCY_CONFLICT') return await refuse(viewer, m, [conflict()]);
    if (round === ROUNDS) return await refuseUnlessDone(viewer, m, claim, [problemOf(done.error, m.target)]);
  }
};

const write = async <A, P>(viewer: Viewer, m: Mutation<A, P>, claim: Claim, { writes, events, audit, answer }: Outcome<A>): Promise<Result<Kept<A>, CommitRefusal>> => {
  const act = actOf(viewer, m.policy, m.input);
  const traced = events.map(e => (act.request.traceparent === undefined ? e : { ...e, traceparent: act.request.traceparent }));
  const done = await commit(viewer.door.store, {
    scope: viewer.scope, act, writes, outbox: traced, audit,
    idempotency: { ...claim, operation: m.policy.operation, result: c => ({ answer, auditId: c.auditIds[0] }) satisfies { answer: A; auditId: unknown } },
  });
  return done.ok ? ok({ answer, auditId: done.value.auditIds[0] ?? '' }) : done;
};

type Claim = ReturnType<typeof claimOf>;
const find = (viewer: Viewer, claim: Claim) => viewer.door.store.read(viewer.scope, q => idempotency.find(q, claim));

/** A twin that was decided upon after the first one's commit finds its own work in the way ("exists already"): the first one's answer is its answer. */
const refuseUnlessDone = async <A, P>(viewer: Viewer, m: Mutation<A, P>, claim: Claim, list: Faults): Promise<object> => {
  const known = await find(viewer, claim);
  return known === undefined ? await refuse(viewer, m, list) : await replay(viewer, m, known, claim.fingerprint);
};

// Without `prepare` nothing was prepared, and P is undefined.
const prepare = async <A, P>(m: Mutation<A, P>): Promise<Result<P, Faults>> => (m.prepare === undefined ? ok(undefined as P) : await m.prepare());

/** Undefined when the viewer may, the key can be one and the database can hold the input; otherwise the refusal, with its audit event. The first line of every mutation. */
export const admit = async (viewer: Viewer, m: Attempt): Promise<object | undefined> => {
  const forbidden = await allow(viewer, m.policy, m.target);
  if (forbidden !== undefined) return forbidden;
  const fault = keyFault(m.input.idempotencyKey);
  const list = faults(fault === undefined ? unstorable(m.input) : [fault]);
  return list === undefined ? undefined : await refuse(viewer, m, list);
};

/** Undefined when the viewer may; otherwise the refusal, with its audit event. */
export const allow = async (viewer: Viewer, policy: Policy, target: AuditTarget): Promise<object | undefined> => {
  if (hasRole(viewer, policy.roles)) return undefined;
  const act = viewer.act(policy.operation, `${policy.operation}: ${policy.roles.join('|')}`, { denied: true });
  await recordAudit(viewer.door.store, act, [{ type: 'iam.access.denied', phase: 'denied', outcome: 'denied', reason: 'FORBIDDEN', target: shownTarget(target), ...tenantPart(viewer) }], viewer.scope);
  return problemData(viewer.lang, problem('FORBIDDEN', { operation: policy.operation, have: viewer.actor.roles, need: policy.roles }));
};

/** A key that cannot be one, before anything is looked up by it. */
const keyFault = (key: string): Problem | undefined => {
  const path = ['idempotencyKey'];
  if (key.trim() === '') return problem('REQUIRED', { field: 'idempotencyKey' }, { path });
  if (key.length > MAX_KEY) return problem('TOO_LONG', { field: 'idempotencyKey', length: key.length, limit: MAX_KEY }, { path });
  return CONTROL.test(key) || !key.isWellFormed() ? problem('BAD_FORMAT', { field: 'idempotencyKey', value: shown(key), expected: 'text without control characters' }, { path }) : undefined;
};

/** Scope, key and fingerprint of an input. */
export const claimOf = (viewer: Viewer, operation: string, { idempotencyKey, ...input }: { readonly idempotencyKey: string }) =>
  ({ scope: viewer.keyScope, key: idempotencyKey, fingerprint: digestOf({ operation, input }) });

export const actOf = (viewer: Viewer, policy: Policy, input: { readonly idempotencyKey: string }) =>
  viewer.act(policy.operation, `${policy.operation}: ${policy.roles.join('|')}`, { argumentDigest: digestOf(input), idempotencyKeyDigest: digestOf(input.idempotencyKey) });

/** An audit event names the organisation concerned; a provider's own act names none. */
export const tenantPart = (viewer: Viewer) => (viewer.organisation === undefined ? {} : { tenant: viewer.organisation.id });

/** The refusal as data, after its audit event is written: a refusal that leaves no trace did not happen. */
const refuse = async (viewer: Viewer, m: Attempt, list: Faults): Promise<object> => {
  await recordRefusal(viewer, m, list[0]);
  return faultsData(viewer.lang, list);
};

/** The one refusal that leaves no event: there is nowhere to write it. */
export const auditFrozen = (): Problem => problem('AUDIT_FROZEN', {}, { retryable: true });

export const recordRefusal = async (viewer: Viewer, m: Attempt, p: Problem): Promise<void> => {
  const act = actOf(viewer, m.policy, m.input);
  await recordAudit(viewer.door.store, act, [{ type: m.type, phase: 'denied', outcome: 'failure', reason: p.code, target: shownTarget(m.target), ...tenantPart(viewer) }], viewer.scope);
};

const replay = async <A, P>(viewer: Viewer, m: Mutation<A, P>, record: IdempotencyRecord, fingerprint: string): Promise<object> => {
  if (record.fingerprint !== fingerprint || record.operation !== m.policy.operation) return await refuse(viewer, m, [conflict()]);
  return await accepted(m, record.result as Kept<A>);
};

const accepted = async <A, P>(m: Mutation<A, P>, kept: Kept<A>): Promise<object> => ({ ...(await m.accept(kept.answer)), receipt: { auditEventId: kept.auditId } });

const conflict = (): Problem => problem('IDEMPOTENCY_CONFLICT', {}, { path: ['idempotencyKey'] });

/** What stays refused by the database. A unique name or a foreign key may be seen by it alone; anything else is a decision that forgot a rule, and a bug. */
const problemOf = (refusal: Exclude<CommitRefusal, { code: 'ALREADY_DONE' | 'IDEMPOTENCY_CONFLICT' }>, { kind: noun, id }: AuditTarget): Problem => {
  switch (refusal.code) {
    case 'ALREADY_EXISTS': return problem('ALREADY_EXISTS', { noun, field: refusal.constraint.replace(/_(key|idx|unique)$/, '').split('_').at(-1) ?? '', value: shown(id) });
    case 'IN_USE': return problem('IN_USE', { noun });
    case 'STALE_GENERATION': case 'UNKNOWN_REFERENCE': case 'LIMIT': throw new Error(`the database refuses what was decided: ${JSON.stringify(refusal)}`);
    default: return unreachable(refusal);
  }
};
