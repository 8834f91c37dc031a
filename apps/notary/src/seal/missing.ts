import { decideOutage } from '@cadastre/domain/seal';
import { readLastPolicy, readStillDegraded } from '@cadastre/store/seal';
import type { Absence } from './absence.ts';
import { sayOfTrail } from './tools.ts';
import type { Tools } from './tools.ts';
import type { Trail } from './trail.ts';
import { msOf } from './trail.ts';

/** Takes up what an earlier leader told and did not take back: its end must be told, and it must not be told twice. */
export const recallAbsence = async (tools: Tools, absence: Absence | undefined): Promise<void> => {
  if (absence !== undefined) absence.outage = { ...absence.outage, told: await readStillDegraded(tools.store, absence.reasons) };
};

/** What was seen just now, and the event of it when there is one. Remembered only once the event is written. */
export const noteAbsence = async (tools: Tools, trail: Trail, absence: Absence, seen: { readonly missing: string | undefined; readonly graceMs: number; readonly numbers: Readonly<Record<string, number>> }): Promise<void> => {
  absence.missing = seen.missing;
  const { next, tell } = decideOutage(absence.outage, { now: msOf(tools.clock), missing: seen.missing, graceMs: seen.graceMs });
  if (tell !== undefined) {
    const { what, reason, seconds } = tell;
    tools.log[what === 'degraded' ? 'error' : 'info']({ reason, seconds, ...seen.numbers }, what === 'degraded' ? 'the audit trail is degraded' : 'the audit trail is whole again');
    await sayOfTrail(tools, trail, `audit.log.${what}`, { reason, numbers: { ...seen.numbers, seconds }, ...(what === 'degraded' ? { outcome: 'failure' } : {}) });
  }
  absence.outage = next;
};

/** Says in the log which policy is in force, when it is another than the log named last: keys, witnesses and quorum are what its readers trust. */
export const notePolicy = async (tools: Tools, trail: Trail): Promise<void> => {
  const policy = tools.outsiders.witness?.policy;
  if (policy === undefined) return;
  const from = await readLastPolicy(tools.store);
  if (from === policy.sha256) return;
  await sayOfTrail(tools, trail, 'audit.log.policy', { change: [{ path: 'policy.sha256', ...(from === undefined ? {} : { from }), to: policy.sha256 }], numbers: { witnesses: policy.witnesses } });
};
