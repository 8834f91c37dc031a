import type { EventFact } from '../audit/decision.ts';
import type { AuditFact, AuditType } from '../audit/model.ts';
import type { Instant, Plan, Watts } from '../core/index.ts';
import { unreachable } from '../core/index.ts';
import type { LoadTarget, LoadTargetState, SheddingStep, SheddingStepState } from './model.ts';
import { facilityW, fewest, SHEDDING_POLICY } from './plan.ts';

/** A step that is neither released nor skipped. */
export interface OpenStep extends SheddingStep {
  readonly noticedAt?: Instant;
  /** Somebody has given the instance back; perhaps we did, and were stopped before it was written down. */
  readonly gone: boolean;
}

/** A load target beside its site as the ledger has it, at one instant. */
export interface ExecutionSeen {
  readonly now: Instant;
  readonly target: LoadTarget;
  readonly regionCode: string;
  readonly pueMilli: number;
  /** IT watts that the ledger counts at the site: idle, claims, holds. */
  readonly itW: Watts;
  /** Of which claims of instances on their way out, whoever gave them back. */
  readonly goingW: Watts;
  /** Facility watts up to which the ledger lets new orders bring the site now. */
  readonly boundW: Watts;
  /** In the plan's order. */
  readonly open: readonly OpenStep[];
}

export type ExecutionStep =
  /** To the tenants: their instances will be released, and when. */
  | { readonly do: 'warn'; readonly steps: readonly OpenStep[]; readonly noticeSeconds: number }
  /** Also of a noticed one that is gone: the answer to its key says whether it was us. */
  | { readonly do: 'release'; readonly step: OpenStep }
  /** Gone before anybody was told. */
  | { readonly do: 'skip'; readonly steps: readonly OpenStep[] }
  /** The target is over, and they were not needed. */
  | { readonly do: 'spare'; readonly steps: readonly OpenStep[] };

/** Rows of one commit. */
const TOGETHER = 500;
const IN_FORCE: ReadonlySet<LoadTargetState> = new Set(['RUNNING', 'REACHED', 'MISSED']);

/**
 * The next moves. Who is needed is asked anew at each look, of the watts that the ledger then has less those already on their way out: whoever leaves by himself
 * spares another. Nothing is released before the target is in force and the ledger holds new orders to it: what is freed would be taken again.
 */
export const planExecution = (seen: ExecutionSeen): Plan<ExecutionStep> => {
  const { target, open, now } = seen;
  const settled = open.filter(s => s.gone && s.noticedAt !== undefined).map((step): ExecutionStep => ({ do: 'release', step }));
  const plan = (because: string, ...steps: readonly ExecutionStep[]): Plan<ExecutionStep> => ({ steps: [...settled, ...steps], because, assumes: { generation: target.generation } });
  if (isOver(target, now)) return plan('over', ...parts(open.filter(s => !s.gone && s.noticedAt !== undefined), steps => ({ do: 'spare', steps })));
  if (target.state === 'PROPOSED' || now < noticeAt(target)) return plan('not yet');
  const skipped = parts(open.filter(s => s.gone && s.noticedAt === undefined), steps => ({ do: 'skip', steps }));
  const needed = neededOf(seen);
  const told = parts(needed.filter(s => s.noticedAt === undefined), steps => ({ do: 'warn', steps, noticeSeconds: SHEDDING_POLICY.noticeSeconds }));
  const due = IN_FORCE.has(target.state) && seen.boundW <= target.targetW ? needed.filter(s => s.noticedAt !== undefined && releaseAt(target, s.noticedAt) <= now) : [];
  return plan(needed.length === 0 ? 'nobody has to go' : 'the site draws more than the target', ...skipped, ...told, ...due.map((step): ExecutionStep => ({ do: 'release', step })));
};

/** What is newly known of a target; `moved`: its state is another one. */
export interface ExecutionStatus {
  readonly changes: Pick<LoadTarget, 'state' | 'measuredW' | 'measuredAt' | 'reachedAt'>;
  readonly events: readonly EventFact[];
  readonly audit: readonly AuditFact[];
}

/** Computed whole from what is seen; null when it says nothing new. */
export const statusOfExecution = (seen: ExecutionSeen): ExecutionStatus | null => {
  const { target, now, regionCode } = seen;
  if (target.state === 'PROPOSED' || target.state === 'CANCELLED' || target.state === 'ENDED') return null;
  const state = stateOf(seen);
  const measuredW = facilityW(seen.itW, seen.pueMilli);
  const moved = state !== target.state;
  if (!moved && (state !== 'MISSED' || measuredW === target.measuredW)) return null;
  const reachedAt = target.reachedAt ?? (state === 'REACHED' ? now : undefined);
  return {
    changes: { state, measuredW, measuredAt: now, ...(reachedAt === undefined ? {} : { reachedAt }) },
    events: [{ noun: 'loadtarget', objectId: target.id, verb: moved ? state.toLowerCase() : 'observed', regionCode }],
    audit: [{
      type: 'dcim.loadtarget.state', phase: 'completed', outcome: state === 'MISSED' ? 'failure' : 'success',
      target: { kind: 'loadtarget', id: target.id, parent: target.datacenterId, region: regionCode, datacenter: target.datacenterId },
      ...(moved ? { change: [{ path: 'state', from: target.state, to: state }] } : {}), numbers: { targetW: target.targetW, measuredW, overW: Math.max(0, measuredW - target.targetW) },
    }],
  };
};

/** When the next look is worth it although nothing wakes it; undefined when it waits for nothing. */
export const nextLook = (seen: ExecutionSeen): Instant | undefined => {
  const { target, now } = seen;
  if (isOver(target, now)) return undefined;
  const notices = neededOf(seen).flatMap(s => (s.noticedAt === undefined ? [] : [releaseAt(target, s.noticedAt)]));
  return [noticeAt(target), target.from, target.to, ...notices].filter(t => t > now).reduce<Instant | undefined>((a, b) => (a === undefined || b < a ? b : a), undefined);
};

const isOver = (t: LoadTarget, now: Instant): boolean => t.state === 'CANCELLED' || t.state === 'ENDED' || t.to <= now;
const NOTICE_MS = SHEDDING_POLICY.noticeSeconds * 1_000;
const later = (t: Instant, ms: number): Instant => new Date(Date.parse(t) + ms).toISOString();
const noticeAt = (t: LoadTarget): Instant => later(t.from, -NOTICE_MS);
/** Never less than the notice, even when a target was approved after it should have begun. */
const releaseAt = (t: LoadTarget, noticedAt: Instant): Instant => {
  const noticed = later(noticedAt, NOTICE_MS);
  return noticed < t.from ? t.from : noticed;
};

const neededOf = ({ target, open, itW, goingW, pueMilli }: ExecutionSeen): readonly OpenStep[] => fewest({ itW: itW - goingW, pueMilli }, open.filter(s => !s.gone), target.targetW);

const stateOf = (seen: ExecutionSeen): LoadTargetState => {
  const { target, now } = seen;
  if (target.to <= now) return 'ENDED';
  if (now < target.from) return 'APPROVED';
  if (facilityW(seen.itW, seen.pueMilli) <= target.targetW) return 'REACHED';
  return seen.goingW > 0 || neededOf(seen).length > 0 ? 'RUNNING' : 'MISSED';
};

const parts = (steps: readonly OpenStep[], make: (part: readonly OpenStep[]) => ExecutionStep): readonly ExecutionStep[] =>
  Array.from({ length: Math.ceil(steps.length / TOGETHER) }, (_, n) => make(steps.slice(n * TOGETHER, (n + 1) * TOGETHER)));

type Facts = Pick<ExecutionStatus, 'events' | 'audit'>;
type Of = Pick<ExecutionSeen, 'target' | 'regionCode'>;

/** To each tenant, in its own log: which target, how many seconds, when at the earliest. */
export const factsOfWarning = (seen: Of & { readonly now: Instant }, steps: readonly SheddingStep[], noticeSeconds: number): Facts =>
  each(steps, seen, 'warned', 'compute.instance.warn', 'requested', { noticeSeconds, releaseAt: releaseAt(seen.target, seen.now) });

/** Those who left before they were told anything: nobody but the operator's log is to know. */
export const factsOfSkipping = ({ target, regionCode }: Of, steps: readonly SheddingStep[]): Facts => ({
  events: [],
  audit: [{
    type: 'dcim.loadtarget.state', phase: 'completed', outcome: 'success', reason: 'GONE', numbers: { skipped: steps.length, watts: steps.reduce((n, s) => n + s.watts, 0) },
    target: { kind: 'loadtarget', id: target.id, parent: target.datacenterId, region: regionCode, datacenter: target.datacenterId },
  }],
});

/** What became of steps, to their tenants, who had been told. */
export const factsOfSettling = (seen: Of, steps: readonly OpenStep[], state: Exclude<SheddingStepState, 'PENDING' | 'NOTICED'>): Facts => {
  switch (state) {
    case 'RELEASED': return each(steps, seen, 'shed', 'compute.instance.shed', 'completed', {});
    case 'SKIPPED': return each(steps, seen, 'spared', 'compute.instance.spare', 'completed', {});
    default: return unreachable(state);
  }
};

const each = (
  steps: readonly SheddingStep[], { target, regionCode }: Of, verb: string, type: AuditType, phase: AuditFact['phase'], numbers: Readonly<Record<string, string | number>>,
): Facts => ({
  events: steps.map(s => ({ noun: 'instance', objectId: s.instanceId, verb, regionCode, tenantId: s.tenantId })),
  audit: steps.map((s): AuditFact => ({
    type, phase, outcome: 'success', reason: 'LOAD_TARGET', tenant: s.tenantId, target: { kind: 'instance', id: s.instanceId, region: regionCode, datacenter: target.datacenterId },
    numbers: { loadTarget: target.id, gpus: s.gpus, watts: s.watts, ...numbers },
  })),
});
