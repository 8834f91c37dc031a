import { createHash } from 'node:crypto';
import type { AllocateRequest, OrderRequest, RoomToCome, Verdict, Yielder } from '@cadastre/domain/capacity';
import { interruptible, mayYield, yieldFor } from '@cadastre/domain/capacity';
import type { DecisionId, InstanceId } from '@cadastre/domain/core';
import type { AllocationItem } from '@cadastre/store/commit';
import type { Decider, YieldPolicy } from './step.ts';

/**
 * Refused orders of one batch for which others are looked for: a crowd of them must not hold up those that can be placed. In a region of 400,000 machines a look takes
 * some tens of milliseconds. The rest may repeat.
 */
const SEARCHES = 4;

/** Who gives way to the refused orders of one batch, one order after the other. */
export interface Yields {
  /** On their way out once the batch is committed. */
  readonly leaving: ReadonlySet<InstanceId>;
  /** What the batch does changes who may be asked. */
  note(item: AllocationItem): void;
  to(order: OrderRequest, decisionId: DecisionId, verdict: Verdict): { readonly yields: RoomToCome; readonly then: readonly AllocateRequest[] } | undefined;
}

/**
 * Room to come is counted for every order that is refused, not promised to one: nobody is asked while those on their way out are enough. Rejected: setting their room
 * aside for the first order. Whoever then sent the same order ten times would send ten times as many away.
 */
export const openYields = ({ state, yielding: policy, leaving: before, candidates }: Decider): Yields => {
  const leaving = new Set(before);
  let searches = 0;
  return {
    leaving,
    note: item => {
      if (item.kind === 'RELEASE') leaving.add(item.instanceId);
      else if (item.kind === 'FREE') leaving.delete(item.instanceId);
      else if ((item.kind === 'CREATE' || item.kind === 'APPLY') && item.order.interruptible) candidates.soft = undefined;
    },
    to: (request, decisionId, verdict) => {
      if (policy === undefined || !mayYield(request, verdict) || searches === SEARCHES) return undefined;
      searches++;
      candidates.soft ??= interruptible(state);
      const going = yieldFor(state, request, verdict, leaving, candidates.soft);
      if (going === undefined) return undefined;
      const asked = going.filter(y => !y.leaves);
      for (const y of asked) leaving.add(y.instanceId);
      return { yields: { instances: going.length, noticeSeconds: policy.noticeSeconds }, then: asked.map(y => releaseOf(y, decisionId, policy)) };
    },
  };
};

/** An instance gives way once: whoever asks again, for whatever order, asks the same. Kept in the provider's scope, where no tenant has keys. */
const releaseOf = ({ instanceId, tenantId }: Yielder, yieldsTo: DecisionId, policy: YieldPolicy): AllocateRequest => {
  const key = `yield-${instanceId}`;
  return { kind: 'RELEASE', act: policy.act(), idempotency: { scope: 'provider', key, fingerprint: createHash('sha256').update(key).digest('hex') }, tenantId, instanceId, yieldsTo };
};
