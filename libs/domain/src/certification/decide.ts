import type { Change, Decided } from '../audit/decision.ts';
import { alreadyExists, amended, current, notFound, unless } from '../audit/decision.ts';
import type { AuditFact } from '../audit/model.ts';
import * as check from '../core/check.ts';
import { at, fault } from '../core/check.ts';
import type { CertificationId, DatacenterId, Faults, Ids, Problem, RegionId, Result } from '../core/index.ts';
import type { Patch } from '../core/patch.ts';
import { changed } from '../core/patch.ts';
import type { Certification, Evidence } from './model.ts';

export type AddCertification = Omit<Certification, 'id' | 'generation'>;
/** Kind, place and beginning say which certification it is: another one of these is another entry. */
const NEEDED = ['holder', 'to', 'assumed'] as const;
const CHANGEABLE = [...NEEDED, 'evidence'] as const;
type Changeable = (typeof CHANGEABLE)[number];
export interface UpdateCertification extends Patch<Pick<Certification, Changeable>> {
  readonly id: CertificationId;
  readonly generation: number;
}
/** Fields whose value may be an assumption. */
export const CERTIFICATION_FACTS = ['kind', 'holder', 'from', 'to', 'evidence'] as const;
/** Kinds of certification, here and in legal scopes: a word that both sides spell the same way. */
export const CERTIFICATION_KIND = { pattern: /^[A-Z][A-Z0-9_]{1,30}$/, expected: '[A-Z][A-Z0-9_]{1,30}' } as const;

/** The place that is certified: which region it is or lies in. */
export interface CertifiedPlace {
  readonly regionCode: string;
}

/** `taken`: the place has a certification of this kind that begins at this instant. */
export const decideAddCertification = (
  input: AddCertification, seen: { readonly place: CertifiedPlace | undefined; readonly taken: boolean }, by: { readonly ids: Ids },
): Decided<Certification> => {
  const place = oneOfTwo(input);
  if (place.length === 0 && seen.place === undefined) {
    return input.datacenterId === undefined ? notFound('region', input.regionId ?? '', 'regionId') : notFound('datacenter', input.datacenterId, 'datacenterId');
  }
  const found = [
    ...place, ...check.form(at('kind'), input.kind, CERTIFICATION_KIND.pattern, CERTIFICATION_KIND.expected), ...facts(input),
    ...(seen.taken ? [alreadyExists('certification', `${input.kind} ${input.from}`, at('from'))] : []),
  ];
  return unless(found, () => {
    const next: Certification = { ...input, id: by.ids.next('certification'), generation: 1 };
    const regionCode = seen.place?.regionCode ?? '_';
    return { next, events: [event(next, regionCode, 'created')], audit: [{ ...fact(next, regionCode, 'dcim.certification.create'), change: dates(next) }] };
  });
};

/**
 * A certification that ends sooner than was thought is written down whatever runs on it: it lapsed in the world, and a register that refuses to
 * say so protects nobody. Placements stop at that instant, and what depends on it is in violation from then on.
 */
export const decideUpdateCertification = (
  input: UpdateCertification, seen: { readonly certification: Certification | undefined; readonly regionCode: string },
): Result<Change<Certification, Changeable>, Faults> => {
  const found = current('certification', input, seen.certification, NEEDED);
  if (!found.ok) return found;
  const amend = amended(found.value, input, CHANGEABLE);
  const { next } = amend;
  return unless(facts(next), () => ({
    ...amend,
    events: [event(next, seen.regionCode, 'updated')],
    audit: [{ ...fact(next, seen.regionCode, 'dcim.certification.update'), change: changed(found.value, next, CHANGEABLE, ['to', 'assumed']) }],
  }));
};

const facts = (c: AddCertification): check.Found => [
  ...check.text(at('holder'), c.holder, 200),
  ...(c.to <= c.from ? [fault('INTERVAL_REVERSED', at('to'), { from: c.from, to: c.to })] : check.NONE),
  ...(c.evidence === undefined ? check.NONE : evidence(c.evidence)),
  ...check.fields(at('assumed'), c.assumed, CERTIFICATION_FACTS),
];

const evidence = (e: Evidence): check.Found => [
  ...check.text(at('evidence', 'document'), e.document, 500),
  ...check.form(at('evidence', 'sha256'), e.sha256, /^[0-9a-f]{64}$/, '[0-9a-f]{64}'),
];

/** Of a region or of a datacenter: of both, nobody would know which one it covers. */
const oneOfTwo = (c: AddCertification): readonly Problem[] =>
  (c.regionId === undefined) === (c.datacenterId === undefined) ? [fault('EXACTLY_ONE', at(), { known: ['datacenterId', 'regionId'] })] : [];

const dates = (c: Certification): NonNullable<AuditFact['change']> => [{ path: 'kind', to: c.kind }, { path: 'from', to: c.from }, { path: 'to', to: c.to }];

const event = (c: Certification, regionCode: string, verb: string) => ({ noun: 'certification', objectId: c.id, verb, regionCode });
const fact = (c: Certification, regionCode: string, type: AuditFact['type']): AuditFact => ({
  type, phase: 'completed', outcome: 'success',
  target: { kind: 'certification', id: c.id, parent: placeOf(c), region: regionCode, ...(c.datacenterId === undefined ? {} : { datacenter: c.datacenterId }) },
});

/** Id of what is certified. */
export const placeOf = (c: Pick<Certification, 'datacenterId' | 'regionId'>): DatacenterId | RegionId => {
  const place = c.datacenterId ?? c.regionId;
  if (place === undefined) throw new Error('a certification of no place');
  return place;
};
