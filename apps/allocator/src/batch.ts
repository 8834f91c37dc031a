import type { ActContext } from '@cadastre/domain/audit';
import type { AllocateReply, AllocateRequest, CapacityState, InvertibleFact, Verdict } from '@cadastre/domain/capacity';
import { POLICY_VERSION, claimFactOf, fold, unfold } from '@cadastre/domain/capacity';
import type { InstanceId } from '@cadastre/domain/core';
import { problem, unreachable } from '@cadastre/domain/core';
import type { IdempotencyRecord } from '@cadastre/domain/idempotency';
import { decideApply, decideFree, decideOrder, decideRelease } from '@cadastre/domain/instance';
import { applicable, decidePlan, holdsOf } from '@cadastre/domain/plan';
import { unholdOf } from '@cadastre/store/commit';
import type { Turn } from './ask.ts';
import { answerAll, conflict, idempotencyOf } from './ask.ts';
import { instruments } from './instruments.ts';
import { cancelReservation, reserve } from './reserve.ts';
import type { Decider, Known, Planned, Step } from './step.ts';
import { needed, recordKey, refusedWith, withResult } from './step.ts';
import type { Yields } from './yields.ts';
import { openYields } from './yields.ts';

/** Decided, folded into memory, not yet written. `undo` takes exactly that back. */
export interface Batch {
  readonly firstIndex: number;
  readonly planned: readonly Planned[];
  /** They concern an instance that another request of this batch changes: decided after it is written. */
  readonly deferred: readonly Turn[];
  /** Instances on their way out once it is written. */
  readonly leaving: ReadonlySet<InstanceId>;
  undo(): void;
}

/** Decides each turn in order of arrival. Turns that need no write are answered here. */
export const planBatch = (turns: readonly Turn[], known: Known, by: Decider): Batch => {
  const firstIndex = by.state.index + 1;
  const planned: Planned[] = [];
  const deferred: Turn[] = [];
  const folded: InvertibleFact[] = [];
  const touched = new Set<string>();
  const yields = openYields(by);
  for (const turn of turns) {
    const startedAt = by.now();
    const step = replayed(turn, known) ?? decideTurn(turn.request, known, by, touched, yields);
    instruments.decided(by.regionCode, by.now() - startedAt);
    if (step.kind === 'answer') answerAll(turn, step.reply);
    else if (step.kind === 'defer') deferred.push(turn);
    else {
      for (const fact of step.entries) {
        take(by.state, fact);
        folded.push(fact);
      }
      yields.note(step.item);
      planned.push({ turn, item: step.item, reply: step.reply, then: step.then ?? [] });
    }
  }
  return {
    firstIndex, planned, deferred, leaving: yields.leaving,
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

const decideTurn = (r: AllocateRequest, known: Known, by: Decider, touched: Set<string>, yields: Yields): Step => {
  switch (r.kind) {
    case 'CREATE': return create(r, by, yields);
    case 'RELEASE': return once(r.instanceId, touched, () => release(r, known, by));
    case 'FREE': return once(r.instanceId, touched, () => free(r, known, by));
    case 'PLAN': return plan(r, by);
    case 'APPLY': return once(r.planId, touched, () => apply(r, known, by));
    case 'RESERVE': return reserve(r, by);
    case 'CANCEL_RESERVATION': return once(r.reservationId, touched, () => cancelReservation(r, known, by));
    default: return unreachable(r);
  }
};

const once = (id: string, touched: Set<string>, decide: () => Step): Step => {
  if (touched.has(id)) return { kind: 'defer' };
  touched.add(id);
  return decide();
};

const create = ({ order, act, idempotency }: Extract<AllocateRequest, { kind: 'CREATE' }>, by: Decider, yields: Yields): Step => {
  const d = decideOrder(by.state, order, by);
  if (d.outcome === 'REFUSED') {
    const { decisionId, verdict } = d;
    unplaced(by, verdict);
    const room = yields.to(order, decisionId, verdict);
    const reply: Planned['reply'] = ([auditId]) => ({ kind: 'REFUSED', decisionId, verdict, auditId: needed(auditId), ...(room === undefined ? {} : { yields: room.yields }) });
    return {
      kind: 'write', entries: [], reply, ...(room === undefined ? {} : { then: room.then }),
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

const unplaced = (by: Decider, verdict: Verdict): void => {
  const headline = verdict.outcome === 'REFUSED' ? verdict.reasons[0] : undefined;
  if (headline !== undefined) instruments.unplaced(by.regionCode, headline.reason);
};

const plan = ({ request, prices, act, idempotency }: Extract<AllocateRequest, { kind: 'PLAN' }>, by: Decider): Step => {
  const d = decidePlan(by.state, request, { ...by, prices: new Map(Object.entries(prices)), now: by.clock() });
  if (!d.ok) return refusedWith(d.error);
  unplaced(by, d.value.verdict);
  const { plan: made, verdict, holds, audit } = d.value;
  const reply: Planned['reply'] = ([auditId]) => ({ kind: 'PLANNED', planId: made.id, decisionId: made.decisionId, auditId: needed(auditId) });
  return { kind: 'write', entries: holds, reply, item: { kind: 'HOLD', act, plan: made, verdict, policyVersion: POLICY_VERSION, holds, audit, idempotency: withResult(idempotency, 'planGpuInstances', reply) } };
};

/** The plan's row says what was shown, the memory says that it is still held: both have to. */
const apply = (r: Extract<AllocateRequest, { kind: 'APPLY' }>, known: Known, by: Decider): Step => {
  const d = applicable(known.plans.get(r.planId), { tenantId: r.tenantId, planId: r.planId, now: by.clock() });
  if (!d.ok) return refusedWith(d.error);
  const held = d.value;
  const holds = holdsOf(held).filter(h => by.state.claims.get(h.instanceId)?.hold?.planId === held.id);
  if (holds.length !== held.instances.length) return refusedWith(problem('WRONG_STATE', { noun: 'plan', id: held.id, state: 'EXPIRED', expected: 'HELD' }, { path: ['planId'] }));
  const { name, image, sshKeys, act, idempotency } = r;
  const order = { ...held.request, name, image, sshKeys, interruptible: held.request.interruptible ?? false };
  const { instances, claims, audit } = decideApply(order, held.instances, held.decisionId, by);
  const reply: Planned['reply'] = ([auditId]) => ({ kind: 'ACCEPTED', instances: instances.map(i => i.id), orderId: order.orderId, decisionId: held.decisionId, auditId: needed(auditId) });
  return {
    kind: 'write', entries: [...holds.map(h => ({ ...unholdOf(h), undo: h })), ...claims], reply,
    item: { kind: 'APPLY', act, plan: held, order, instances, holds, audit, idempotency: withResult(idempotency, 'createGpuInstances', reply) },
  };
};

const release = ({ act, idempotency, tenantId, instanceId, yieldsTo }: Extract<AllocateRequest, { kind: 'RELEASE' }>, known: Known, by: Decider): Step => {
  const d = decideRelease(known.instances.get(instanceId), { tenantId, instanceId, regionCode: by.regionCode, ...(yieldsTo === undefined ? {} : { yieldsTo }) });
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
  const machineId = by.state.machines.key(held.machine);
  const claim = { at: by.clock(), machineId, gpus: held.gpus, watts: held.watts, cpuMilli: held.cpuMilli, ramMiB: held.ramMiB, ...(held.milliGpu > 0 ? { milliGpu: held.milliGpu } : {}) };
  return {
    kind: 'write', item: { kind: 'FREE', act, tenantId, instanceId, claim, audit },
    entries: [{ kind: 'RELEASE', instanceId, ...claim, undo: claimFactOf(by.state, instanceId, held) }],
    reply: ([auditId]) => ({ kind: 'ACCEPTED', instances: [instanceId], auditId: needed(auditId) }),
  };
};
