import type { ActContext } from '@cadastre/domain/audit';
import type { AllocateReply, AllocateRequest, CapacityState, InvertibleFact } from '@cadastre/domain/capacity';
import { fold, unfold } from '@cadastre/domain/capacity';
import type { AuditId, Ids, InstanceId, Problem } from '@cadastre/domain/core';
import { unreachable } from '@cadastre/domain/core';
import type { IdempotencyRecord } from '@cadastre/domain/idempotency';
import { decideFree, decideOrder, decideRelease } from '@cadastre/domain/instance';
import type { GpuInstance } from '@cadastre/domain/instance';
import type { AllocationItem, Idem } from '@cadastre/store/commit';
import type { Turn } from './ask.ts';
import { answerAll, conflict, idempotencyOf } from './ask.ts';
import { instruments } from './instruments.ts';

/** Bumped when the same ledger, request and engine may give another verdict because the rules changed. */
export const POLICY_VERSION = '1';

/** What was read for a batch in one go: answers given before, and the instances that are given back. */
export interface Known {
  readonly records: ReadonlyMap<string, IdempotencyRecord>;
  readonly instances: ReadonlyMap<InstanceId, GpuInstance>;
}
export const recordKey = (r: { readonly scope: string; readonly key: string }): string => `${r.scope} ${r.key}`;

export interface Decider {
  readonly state: CapacityState;
  readonly ids: Ids;
  readonly regionCode: string;
  readonly epoch: number;
  /** Seconds, monotonic. */
  readonly now: () => number;
}

export interface Planned {
  readonly turn: Turn;
  readonly item: AllocationItem;
  /** The answer once the batch is committed; also what the idempotency record keeps. */
  readonly reply: (auditIds: readonly AuditId[]) => AllocateReply;
}

/** Decided, folded into memory, not yet written. `undo` takes exactly that back. */
export interface Batch {
  readonly firstIndex: number;
  readonly planned: readonly Planned[];
  /** They concern an instance that another request of this batch changes: decided after it is written. */
  readonly deferred: readonly Turn[];
  undo(): void;
}

/** What one request becomes. `entry` is folded at once, so that the next request of the batch sees it. */
type Step =
  | { readonly kind: 'write'; readonly item: AllocationItem; readonly entries: readonly InvertibleFact[]; readonly reply: Planned['reply'] }
  | { readonly kind: 'answer'; readonly reply: AllocateReply }
  | { readonly kind: 'defer' };

/** Decides each turn in order of arrival. Turns that need no write are answered here. */
export const planBatch = (turns: readonly Turn[], known: Known, by: Decider): Batch => {
  const firstIndex = by.state.index + 1;
  const planned: Planned[] = [];
  const deferred: Turn[] = [];
  const folded: InvertibleFact[] = [];
  const touched = new Set<InstanceId>();
  for (const turn of turns) {
    const startedAt = by.now();
    const step = replayed(turn, known) ?? decideTurn(turn.request, known, by, touched);
    instruments.decided(by.regionCode, by.now() - startedAt);
    if (step.kind === 'answer') answerAll(turn, step.reply);
    else if (step.kind === 'defer') deferred.push(turn);
    else {
      for (const fact of step.entries) {
        take(by.state, fact);
        folded.push(fact);
      }
      planned.push({ turn, item: step.item, reply: step.reply });
    }
  }
  return {
    firstIndex, planned, deferred,
    undo: () => {
      for (const fact of folded.toReversed()) unfold(by.state, { index: by.state.index, fact });
    },
  };
};

const take = (state: CapacityState, fact: InvertibleFact): void => {
  const folded = fold(state, { index: state.index + 1, fact });
  if (!folded.ok) throw new Error(`the memory does not take its own decision: ${JSON.stringify(folded.error)}`);
};

/** The stored answer of a key that was used before. */
const replayed = (turn: Turn, known: Known): Step | undefined => {
  const idem = idempotencyOf(turn.request);
  const record = idem === undefined ? undefined : known.records.get(recordKey(idem));
  return record === undefined ? undefined : { kind: 'answer', reply: answerOf(record, idem?.fingerprint) };
};

/** The record was written by this process' own kind: its result is a reply. Another body under the same key is a conflict. */
export const answerOf = (record: IdempotencyRecord, fingerprint: string | undefined): AllocateReply =>
  record.fingerprint === fingerprint ? (record.result as AllocateReply) : conflict();

const decideTurn = (r: AllocateRequest, known: Known, by: Decider, touched: Set<InstanceId>): Step => {
  switch (r.kind) {
    case 'CREATE': return create(r, by);
    case 'RELEASE': return once(r.instanceId, touched, () => release(r, known, by));
    case 'FREE': return once(r.instanceId, touched, () => free(r, known, by));
    default: return unreachable(r);
  }
};

const once = (id: InstanceId, touched: Set<InstanceId>, decide: () => Step): Step => {
  if (touched.has(id)) return { kind: 'defer' };
  touched.add(id);
  return decide();
};

const refusedWith = (problem: Problem): Step => ({ kind: 'answer', reply: { kind: 'PROBLEM', problem } });

const withResult = (claim: { readonly scope: string; readonly key: string; readonly fingerprint: string }, operation: string, result: Planned['reply']): Idem => ({
  scope: claim.scope, key: claim.key, fingerprint: claim.fingerprint, operation, result,
});

const create = ({ order, act, idempotency }: Extract<AllocateRequest, { kind: 'CREATE' }>, by: Decider): Step => {
  const d = decideOrder(by.state, order, by);
  if (d.outcome === 'REFUSED') {
    const { decisionId, verdict } = d;
    const headline = verdict.reasons[0];
    if (headline !== undefined) instruments.unplaced(by.regionCode, headline.reason);
    const reply: Planned['reply'] = ([auditId]) => ({ kind: 'REFUSED', decisionId, verdict, auditId: needed(auditId) });
    return {
      kind: 'write', entries: [], reply,
      item: { kind: 'REFUSE', act, order, decisionId, verdict, policyVersion: POLICY_VERSION, audit: d.audit, idempotency: withResult(idempotency, 'createGpuInstances', reply) },
    };
  }
  const { decisionId, verdict, instances } = d;
  const reply: Planned['reply'] = ([auditId]) => ({ kind: 'ACCEPTED', instances: instances.map(i => i.id), orderId: order.orderId, decisionId, auditId: needed(auditId) });
  return {
    kind: 'write', entries: d.claims, reply,
    item: { kind: 'CREATE', act, order, decisionId, verdict, policyVersion: POLICY_VERSION, instances, audit: d.audit, idempotency: withResult(idempotency, 'createGpuInstances', reply) },
  };
};

const release = ({ act, idempotency, tenantId, instanceId }: Extract<AllocateRequest, { kind: 'RELEASE' }>, known: Known, by: Decider): Step => {
  const d = decideRelease(known.instances.get(instanceId), { tenantId, instanceId, regionCode: by.regionCode });
  if (!d.ok) return refusedWith(d.error);
  const reply: Planned['reply'] = ([auditId]) => ({ kind: 'ACCEPTED', instances: [instanceId], auditId: needed(auditId) });
  return {
    kind: 'write', entries: [], reply,
    item: { kind: 'RELEASE', act, tenantId, instanceId, ifGeneration: d.value.ifGeneration, audit: d.value.audit, idempotency: withResult(idempotency, 'releaseGpuInstance', reply) },
  };
};

const free = ({ act, instanceId }: { readonly act: ActContext; readonly instanceId: InstanceId }, known: Known, by: Decider): Step => {
  const held = by.state.claims.get(instanceId);
  const d = decideFree(known.instances.get(instanceId), held, { instanceId, regionCode: by.regionCode });
  if (!d.ok) return refusedWith(d.error);
  if (d.value.do === 'nothing' || held === undefined) return { kind: 'answer', reply: { kind: 'ACCEPTED', instances: [instanceId] } };
  const { tenantId, audit } = d.value;
  const claim = { machineId: by.state.machines.key(held.machine), gpus: held.gpus, watts: held.watts };
  return {
    kind: 'write', item: { kind: 'FREE', act, tenantId, instanceId, claim, audit },
    entries: [{ kind: 'RELEASE', instanceId, ...claim, undo: { kind: 'CLAIM', instanceId, tenantId, ...claim, decisionId: held.decisionId } }],
    reply: ([auditId]) => ({ kind: 'ACCEPTED', instances: [instanceId], auditId: needed(auditId) }),
  };
};

const needed = (auditId: AuditId | undefined): AuditId => {
  if (auditId === undefined) throw new Error('a commit without an audit event');
  return auditId;
};
