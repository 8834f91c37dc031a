import type { Change, Decided } from '../audit/decision.ts';
import { alreadyExists, amended, current, notFound, unless } from '../audit/decision.ts';
import type { AuditFact } from '../audit/model.ts';
import * as check from '../core/check.ts';
import { at, fault } from '../core/check.ts';
import type { CarrierId, DatacenterId, Faults, Ids, LinkId, Result } from '../core/index.ts';
import { problem } from '../core/index.ts';
import type { Patch } from '../core/patch.ts';
import { changed } from '../core/patch.ts';
import type { Link } from './model.ts';
import { LINK_KINDS } from './model.ts';

export type CreateLink = Omit<Link, 'id' | 'generation'>;
// Where it goes and over whom is what a link is: another end is another link.
const CHANGEABLE = ['kind', 'capacityMbps', 'latencyUs', 'monthlyPriceMinor', 'currency', 'assumed'] as const;
type Changeable = (typeof CHANGEABLE)[number];
export interface UpdateLink extends Patch<Pick<Link, Changeable>> {
  readonly id: LinkId;
  readonly generation: number;
}
/** Fields whose value may be an assumption. */
export const LINK_FACTS = ['name', 'toDatacenterId', 'toName', 'carrierId', 'kind', 'capacityMbps', 'latencyUs', 'monthlyPriceMinor', 'currency'] as const;

/** A petabit a second: more than any fibre pair carries. */
const MAX_MBPS = 1_000_000_000;
/** A minute there and back: beyond it the unit was mistaken. */
const MAX_LATENCY_US = 60_000_000;
/** Fits the database's integer. */
const MAX_PRICE = 2_000_000_000;
export const CURRENCY = /^[A-Z]{3}$/;

export interface LinkEnds {
  readonly datacenter: { readonly id: DatacenterId } | undefined;
  readonly toDatacenter: { readonly id: DatacenterId } | undefined;
  readonly carrier: { readonly id: CarrierId } | undefined;
  readonly regionCode: string;
  /** The datacenter has a link with this name. */
  readonly taken: boolean;
}

export const decideCreateLink = (input: CreateLink, seen: LinkEnds, by: { readonly ids: Ids }): Decided<Link> => {
  if (seen.datacenter === undefined) return notFound('datacenter', input.datacenterId, 'datacenterId');
  const found = [
    ...check.text(at('name'), input.name, 63), ...ends(input, seen), ...facts(input), ...(seen.taken ? [alreadyExists('link', input.name, at('name'))] : []),
  ];
  return unless(found, () => {
    const next: Link = { ...input, id: by.ids.next('link'), generation: 1 };
    return { next, events: [event(next, seen.regionCode, 'created')], audit: [fact(next, seen.regionCode, 'dcim.link.create')] };
  });
};

export const decideUpdateLink = (input: UpdateLink, seen: { readonly link: Link | undefined; readonly regionCode: string }): Result<Change<Link, Changeable>, Faults> => {
  const found = current('link', input, seen.link, CHANGEABLE);
  if (!found.ok) return found;
  const amend = amended(found.value, input, CHANGEABLE);
  const { next } = amend;
  return unless(facts(next), () => ({
    ...amend,
    events: [event(next, seen.regionCode, 'updated')],
    audit: [{ ...fact(next, seen.regionCode, 'dcim.link.update'), change: changed(found.value, next, CHANGEABLE, ['kind', 'currency', 'assumed']) }],
  }));
};

/** Exactly one far end, which is not the near one; what is named exists. */
const ends = (link: CreateLink, seen: LinkEnds): check.Found => {
  const { toDatacenterId: far, toName } = link;
  return [
    ...(seen.carrier === undefined ? [problem('NOT_FOUND', { noun: 'carrier', id: link.carrierId }, { path: ['carrierId'] })] : []),
    ...(far === undefined && toName === undefined ? [fault('REQUIRED', at('toName'))] : []),
    ...(far !== undefined && toName !== undefined ? [fault('LINK_TWO_ENDS', at('toName'))] : []),
    ...(far === link.datacenterId ? [fault('LINK_TO_ITSELF', at('toDatacenterId'))] : []),
    ...(far !== undefined && seen.toDatacenter === undefined ? [problem('NOT_FOUND', { noun: 'datacenter', id: far }, { path: ['toDatacenterId'] })] : []),
    ...(toName === undefined ? [] : check.text(at('toName'), toName, 120)),
  ];
};

const facts = (l: CreateLink): check.Found => [
  ...check.oneOf(at('kind'), l.kind, LINK_KINDS),
  ...check.integer(at('capacityMbps'), l.capacityMbps, 0, MAX_MBPS),
  ...check.integer(at('latencyUs'), l.latencyUs, 0, MAX_LATENCY_US),
  ...check.integer(at('monthlyPriceMinor'), l.monthlyPriceMinor, 0, MAX_PRICE),
  ...check.form(at('currency'), l.currency, CURRENCY, 'ISO 4217, [A-Z]{3}'),
  ...check.fields(at('assumed'), l.assumed, LINK_FACTS),
];

const event = (l: Link, regionCode: string, verb: string) => ({ noun: 'link', objectId: l.id, verb, regionCode });
const fact = (l: Link, regionCode: string, type: AuditFact['type']): AuditFact => ({
  type, phase: 'completed', outcome: 'success', target: { kind: 'link', id: l.id, parent: l.datacenterId, region: regionCode, datacenter: l.datacenterId },
});
