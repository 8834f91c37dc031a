import type { Instant, PowerPhaseId } from '../core/index.ts';
import type { PowerPhase } from '../powerphase/model.ts';
import type { LoadTarget } from './model.ts';

type Phase = Pick<PowerPhase, 'id' | 'datacenterId' | 'name' | 'contractedW' | 'state' | 'from' | 'to'>;
type Cap = Pick<LoadTarget, 'datacenterId' | 'targetW' | 'from' | 'to'>;

/**
 * ENERGISED phases as placement has to see them: while a load target is in force its site's contract counts as no more than the target. Each phase is cut where
 * a target begins or ends; its first part keeps the id, the others have it with their number. Rejected: a limit of its own in the ledger, which would ask the
 * same question of the same watts a second time.
 */
export const cappedPhases = (phases: readonly Phase[], caps: readonly Cap[]): readonly Phase[] =>
  phases.flatMap(p => {
    const here = caps.filter(c => p.state === 'ENERGISED' && c.datacenterId === p.datacenterId && c.from < c.to && (p.to === undefined || c.from < p.to) && p.from < c.to);
    return here.length === 0 ? [p] : parts(p, here);
  });

const parts = (p: Phase, caps: readonly Cap[]): readonly Phase[] => {
  const { to: end, ...phase } = p;
  const inside = (t: Instant): boolean => p.from < t && (end === undefined || t < end);
  const starts = [...new Set([p.from, ...caps.flatMap(c => [c.from, c.to]).filter(inside)])].sort();
  return starts.map((from, n) => {
    const to = starts[n + 1] ?? end;
    const most = caps.filter(c => c.from <= from && from < c.to).reduce((w, c) => Math.min(w, c.targetW), p.contractedW);
    return { ...phase, id: n === 0 ? p.id : (`${p.id}/${String(n)}` as PowerPhaseId), contractedW: most, from, ...(to === undefined ? {} : { to }) };
  });
};
