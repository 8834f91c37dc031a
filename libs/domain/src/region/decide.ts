import type { AuditFact } from '../audit/model.ts';
import type { Change, Decided } from '../audit/decision.ts';
import { alreadyExists, amended, current, unless } from '../audit/decision.ts';
import * as check from '../core/check.ts';
import { at } from '../core/check.ts';
import type { Faults, Ids, RegionId, Result } from '../core/index.ts';
import type { Patch } from '../core/patch.ts';
import { changed } from '../core/patch.ts';
import { isCountry } from './countries.ts';
import type { Region } from './model.ts';

export type CreateRegion = Omit<Region, 'id' | 'generation'>;
/** Country and jurisdiction never change: instances were placed under that law. */
const CHANGEABLE = ['nameFr', 'nameEn', 'operatorName', 'capitalChain'] as const;
type Changeable = (typeof CHANGEABLE)[number];
export interface UpdateRegion extends Patch<Pick<Region, Changeable>> {
  readonly id: RegionId;
  readonly generation: number;
}

const MAX_SHAREHOLDERS = 32;

/** `taken`: a region with this code exists. */
export const decideCreateRegion = (input: CreateRegion, seen: { readonly taken: boolean }, by: { readonly ids: Ids }): Decided<Region> =>
  unless(
    [
      ...check.code(at('code'), input.code),
      ...texts(input),
      ...country(at('country'), input.country),
      ...jurisdiction(input.jurisdiction),
      ...(seen.taken ? [alreadyExists('region', input.code, at('code'))] : []),
    ],
    () => {
      const next: Region = { ...input, id: by.ids.next('region'), generation: 1 };
      return { next, events: [event(next, 'created')], audit: [fact(next, 'dcim.region.create')] };
    },
  );

export const decideUpdateRegion = (input: UpdateRegion, seen: { readonly region: Region | undefined }): Result<Change<Region, Changeable>, Faults> => {
  const found = current('region', input, seen.region, CHANGEABLE);
  if (!found.ok) return found;
  const amend = amended(found.value, input, CHANGEABLE);
  return unless(texts(amend.next), () => ({
    ...amend,
    events: [event(amend.next, 'updated')],
    audit: [{ ...fact(amend.next, 'dcim.region.update'), change: changed(found.value, amend.next, CHANGEABLE, []) }],
  }));
};

const texts = (r: Pick<Region, 'nameFr' | 'nameEn' | 'operatorName' | 'capitalChain'>): check.Found => [
  ...check.text(at('nameFr'), r.nameFr, 120),
  ...check.text(at('nameEn'), r.nameEn, 120),
  ...check.text(at('operatorName'), r.operatorName, 200),
  ...check.integer(at('capitalChain'), r.capitalChain.length, 0, MAX_SHAREHOLDERS),
  ...r.capitalChain.flatMap((name, n) => check.text(at('capitalChain', n), name, 200)),
];

const country = (place: check.Place, code: string): check.Found =>
  isCountry(code) ? [] : [check.fault('BAD_FORMAT', place, { value: check.shown(code), expected: 'ISO 3166-1 alpha-2' })];

/** A country, or a bloc and a country. The country need not be the region's own: the law that reaches the data may come from elsewhere. */
const jurisdiction = (text: string): check.Found => {
  const found = /^(?:[A-Z]{2,6}-)?([A-Z]{2})$/.exec(text)?.[1];
  return found !== undefined && isCountry(found) ? [] : [check.fault('BAD_FORMAT', at('jurisdiction'), { value: check.shown(text), expected: 'EU-FR' })];
};

const event = (r: Region, verb: string) => ({ noun: 'region', objectId: r.id, verb, regionCode: r.code });
const fact = (r: Region, type: AuditFact['type']): AuditFact => ({ type, phase: 'completed', outcome: 'success', target: { kind: 'region', id: r.id, region: r.code } });
