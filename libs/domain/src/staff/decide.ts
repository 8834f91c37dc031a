import type { Change, Decided } from '../audit/decision.ts';
import { alreadyExists, amended, current, notFound, unless } from '../audit/decision.ts';
import type { AuditFact } from '../audit/model.ts';
import * as check from '../core/check.ts';
import { at } from '../core/check.ts';
import type { DatacenterId, Faults, Ids, Result, StaffId } from '../core/index.ts';
import type { Patch } from '../core/patch.ts';
import { changed } from '../core/patch.ts';
import type { StaffCoverage } from './model.ts';
import { WEEKDAYS } from './model.ts';

export type CreateStaffCoverage = Omit<StaffCoverage, 'id' | 'generation'>;
const CHANGEABLE = ['skill', 'days', 'fromMinute', 'toMinute', 'responseMinutes', 'assumed'] as const;
type Changeable = (typeof CHANGEABLE)[number];
export interface UpdateStaffCoverage extends Patch<Pick<StaffCoverage, Changeable>> {
  readonly id: StaffId;
  readonly generation: number;
}
/** Fields whose value may be an assumption. */
export const STAFF_FACTS = ['name', 'skill', 'days', 'fromMinute', 'toMinute', 'responseMinutes'] as const;

const DAY = 1_440;
/** A week: whoever needs longer is no coverage. */
const MAX_RESPONSE = 10_080;
export const SKILL = /^[A-Z][A-Z0-9_]{1,30}$/;

/** `taken`: the datacenter has a coverage with this name. */
export const decideCreateStaffCoverage = (
  input: CreateStaffCoverage, seen: { readonly datacenter: { readonly id: DatacenterId } | undefined; readonly regionCode: string; readonly taken: boolean }, by: { readonly ids: Ids },
): Decided<StaffCoverage> => {
  if (seen.datacenter === undefined) return notFound('datacenter', input.datacenterId, 'datacenterId');
  const found = [...check.text(at('name'), input.name, 63), ...facts(input), ...(seen.taken ? [alreadyExists('staff', input.name, at('name'))] : [])];
  return unless(found, () => {
    const next: StaffCoverage = { ...input, id: by.ids.next('staff'), generation: 1 };
    return { next, events: [event(next, seen.regionCode, 'created')], audit: [fact(next, seen.regionCode, 'dcim.staff.create')] };
  });
};

export const decideUpdateStaffCoverage = (
  input: UpdateStaffCoverage, seen: { readonly coverage: StaffCoverage | undefined; readonly regionCode: string },
): Result<Change<StaffCoverage, Changeable>, Faults> => {
  const found = current('staff', input, seen.coverage, CHANGEABLE);
  if (!found.ok) return found;
  const amend = amended(found.value, input, CHANGEABLE);
  const { next } = amend;
  return unless(facts(next), () => ({
    ...amend,
    events: [event(next, seen.regionCode, 'updated')],
    audit: [{ ...fact(next, seen.regionCode, 'dcim.staff.update'), change: changed(found.value, next, CHANGEABLE, ['days', 'assumed']) }],
  }));
};

const facts = (c: CreateStaffCoverage): check.Found => [
  ...check.form(at('skill'), c.skill, SKILL, '[A-Z][A-Z0-9_]{1,30}'),
  ...check.words(at('days'), c.days, WEEKDAYS, 0),
  ...check.integer(at('fromMinute'), c.fromMinute, 0, DAY - 1),
  ...check.integer(at('toMinute'), c.toMinute, 1, DAY),
  ...check.integer(at('responseMinutes'), c.responseMinutes, 0, MAX_RESPONSE),
  ...check.fields(at('assumed'), c.assumed, STAFF_FACTS),
];

const event = (c: StaffCoverage, regionCode: string, verb: string) => ({ noun: 'staff', objectId: c.id, verb, regionCode });
const fact = (c: StaffCoverage, regionCode: string, type: AuditFact['type']): AuditFact => ({
  type, phase: 'completed', outcome: 'success', target: { kind: 'staff', id: c.id, parent: c.datacenterId, region: regionCode, datacenter: c.datacenterId },
});
