import type { Clock } from '@cadastre/domain/core';
import { unreachable } from '@cadastre/domain/core';
import type { ExecutionSeen, ExecutionStep, OpenStep } from '@cadastre/domain/loadtarget';
import { factsOfSettling, factsOfSkipping, factsOfWarning } from '@cadastre/domain/loadtarget';
import { currentTraceparent } from '@cadastre/platform/otel';
import type { Work } from '@cadastre/store/commit';
import { commit } from '@cadastre/store/commit';
import * as targets from '@cadastre/store/loadtarget';
import type { Store } from '@cadastre/store/pool';
import type { MakeAct } from '../act.ts';
import type { LoadTargetRows } from './rows.ts';

type Part = Pick<Work, 'writes' | 'audit'> & { readonly events: Work['outbox'] };

export const storedLoadTargets = (store: Store, makeAct: MakeAct, clock: Clock): LoadTargetRows => {
  const keep = async (operation: string, { writes, events, audit }: Part): Promise<'saved' | 'stale'> => {
    const traceparent = currentTraceparent();
    const saved = await commit(store, { scope: 'system', act: makeAct(operation), writes, audit, outbox: events.map(e => (traceparent === undefined ? e : { ...e, traceparent })) });
    return saved.ok ? 'saved' : 'stale';
  };
  return {
    load: id => store.read('system', async q => (await targets.execution(q, id, clock.now())) ?? null),
    ids: () => store.read('system', q => targets.tended(q)),
    write: (seen, step) => keep(`loadtarget.${step.do}`, partOf(seen, step, clock)),
    settle: (seen, step, state) => keep('loadtarget.settle', settling(seen, [step], state, clock)),
    save: ({ target }, { changes, events, audit }) => keep('loadtarget.state', { writes: [targets.observe(target.id, changes, { ifGeneration: target.generation })], events, audit }),
  };
};

const partOf = (seen: ExecutionSeen, step: Exclude<ExecutionStep, { do: 'release' }>, clock: Clock): Part => {
  const at = clock.now();
  switch (step.do) {
    case 'warn': return { writes: [targets.begin(seen.target.id, step.steps, at, 'NOTICED')], ...factsOfWarning({ ...seen, now: at }, step.steps, step.noticeSeconds) };
    case 'skip': return { writes: [targets.begin(seen.target.id, step.steps, at, 'SKIPPED')], ...factsOfSkipping(seen, step.steps) };
    case 'spare': return settling(seen, step.steps, 'SKIPPED', clock);
    default: return unreachable(step);
  }
};

const settling = (seen: ExecutionSeen, steps: readonly OpenStep[], state: 'RELEASED' | 'SKIPPED', clock: Clock): Part =>
  ({ writes: [targets.settle(seen.target.id, steps, clock.now(), state)], ...factsOfSettling(seen, steps, state) });
