import type { Change, Decided } from '../audit/decision.ts';
import { alreadyExists, amended, current, unless } from '../audit/decision.ts';
import type { AuditFact } from '../audit/model.ts';
import * as check from '../core/check.ts';
import { at } from '../core/check.ts';
import type { CarrierId, Faults, Ids, Result } from '../core/index.ts';
import type { Patch } from '../core/patch.ts';
import { changed } from '../core/patch.ts';
import type { Carrier } from './model.ts';

export type CreateCarrier = Omit<Carrier, 'id' | 'generation'>;
const CHANGEABLE = ['name', 'assumed'] as const;
type Changeable = (typeof CHANGEABLE)[number];
export interface UpdateCarrier extends Patch<Pick<Carrier, Changeable>> {
  readonly id: CarrierId;
  readonly generation: number;
}
/** Fields whose value may be an assumption. */
export const CARRIER_FACTS = ['name'] as const;

/** `taken`: there is a carrier with this code. */
export const decideCreateCarrier = (input: CreateCarrier, seen: { readonly taken: boolean }, by: { readonly ids: Ids }): Decided<Carrier> => {
  const found = [...check.code(at('code'), input.code), ...facts(input), ...(seen.taken ? [alreadyExists('carrier', input.code, at('code'))] : [])];
  return unless(found, () => {
    const next: Carrier = { ...input, id: by.ids.next('carrier'), generation: 1 };
    return { next, events: [event(next, 'created')], audit: [fact(next, 'dcim.carrier.create')] };
  });
};

export const decideUpdateCarrier = (input: UpdateCarrier, seen: { readonly carrier: Carrier | undefined }): Result<Change<Carrier, Changeable>, Faults> => {
  const found = current('carrier', input, seen.carrier, CHANGEABLE);
  if (!found.ok) return found;
  const amend = amended(found.value, input, CHANGEABLE);
  const { next } = amend;
  return unless(facts(next), () => ({
    ...amend, events: [event(next, 'updated')], audit: [{ ...fact(next, 'dcim.carrier.update'), change: changed(found.value, next, CHANGEABLE, ['assumed']) }],
  }));
};

const facts = (c: CreateCarrier): check.Found => [...check.text(at('name'), c.name, 120), ...check.fields(at('assumed'), c.assumed, CARRIER_FACTS)];

// A carrier belongs to no region.
const event = (c: Carrier, verb: string) => ({ noun: 'carrier', objectId: c.id, verb, regionCode: '_' });
const fact = (c: Carrier, type: AuditFact['type']): AuditFact => ({ type, phase: 'completed', outcome: 'success', target: { kind: 'carrier', id: c.id } });
