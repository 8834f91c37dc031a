import type { Counterfactual, RoomToCome } from '@cadastre/domain/capacity';
import type { DatacenterId, Instant, ShapeId } from '@cadastre/domain/core';
import type { Lang } from '@cadastre/platform/locale';
import * as datacenters from '@cadastre/store/datacenter';
import type { Reader } from '@cadastre/store/pool';
import * as shapes from '@cadastre/store/shape';
import { CATALOGUES, render } from './messages/render.ts';
import type { DoorName, Viewer } from './viewer.ts';

/** Codes of what verdicts name by id; an id that is gone is shown as it is. */
export interface Named {
  readonly shapes: ReadonlyMap<ShapeId, { readonly code: string }>;
  readonly datacenters: ReadonlyMap<DatacenterId, { readonly code: string }>;
}
export const named = async (q: Reader, ids: { readonly shapes: readonly ShapeId[]; readonly datacenters: readonly DatacenterId[] }): Promise<Named> => {
  const [ofShapes, ofSites] = await Promise.all([shapes.byIds(q, ids.shapes), datacenters.byIds(q, ids.datacenters)]);
  return { shapes: ofShapes, datacenters: ofSites };
};
export const namedIn = (list: readonly Counterfactual[]): { readonly shapes: readonly ShapeId[]; readonly datacenters: readonly DatacenterId[] } => ({
  shapes: list.flatMap(c => (c.change === 'OTHER_SHAPE' ? [c.shapeId] : [])), datacenters: list.flatMap(c => (c.change === 'OTHER_SITE' ? [c.datacenterId] : [])),
});

/** `Counterfactual` of the schema. */
export interface RemedyData {
  readonly change: Counterfactual['change'];
  readonly count: number | null;
  readonly shape: string | null;
  readonly datacenterId: string | null;
  readonly datacenter: string | null;
  readonly level: string | null;
  readonly at: Instant | null;
  readonly because: string | null;
  readonly leaseEnd: Instant | null;
  readonly sentence: string;
}
type Reading = Pick<Viewer, 'lang'> & { readonly door: { readonly name: DoorName } };

const NONE: Omit<RemedyData, 'change' | 'sentence'> = { count: null, shape: null, datacenterId: null, datacenter: null, level: null, at: null, because: null, leaseEnd: null };

/** What else would be accepted, in words. `from`: when the order was decided, which no date goes below. */
export const remedyData = (viewer: Reading, counterfactual: Counterfactual, names: Named, from: Instant): RemedyData => {
  const c = viewer.door.name === 'tenant' ? untold(counterfactual, from) : counterfactual;
  const said = (params: Parameters<typeof render>[2]): string => render(viewer.lang, CATALOGUES[viewer.lang].remedies[c.change], params);
  switch (c.change) {
    case 'FEWER': return { ...NONE, change: c.change, count: c.count, sentence: said({ count: c.count }) };
    case 'OTHER_SHAPE': {
      const shape = names.shapes.get(c.shapeId)?.code ?? c.shapeId;
      return { ...NONE, change: c.change, shape, sentence: said({ shape }) };
    }
    case 'OTHER_SITE': {
      const datacenter = names.datacenters.get(c.datacenterId)?.code ?? c.datacenterId;
      return { ...NONE, change: c.change, datacenterId: c.datacenterId, datacenter, sentence: said({ datacenter }) };
    }
    case 'WIDER_TOPOLOGY': return { ...NONE, change: c.change, level: c.level, sentence: said({ level: c.level }) };
    case 'LATER': return { ...NONE, change: c.change, at: c.at, because: c.because, sentence: said({ at: dateOf(viewer.lang, c.at), because: c.because }) };
    case 'SHORTER': return { ...NONE, change: c.change, leaseEnd: c.leaseEnd, sentence: said({ leaseEnd: dateOf(viewer.lang, c.leaseEnd) }) };
  }
};

/** The ends of other tenants' leases and reservations, to the day: when there is room is for everybody, when a certain lease ends is not. Still accepted: later, or shorter. */
const untold = (c: Counterfactual, from: Instant): Counterfactual => {
  if (c.change === 'LATER' && (c.because === 'LEASES_END' || c.because === 'RESERVATION_ENDS')) return { ...c, at: nextMidnight(c.at) };
  if (c.change !== 'SHORTER') return c;
  const midnight = `${c.leaseEnd.slice(0, 10)}T00:00:00.000Z`;
  return midnight > from ? { ...c, leaseEnd: midnight } : c;
};

const DAY_MS = 86_400_000;
/** The first midnight UTC that is not before the instant. */
const nextMidnight = (at: Instant): Instant => new Date(Math.ceil(Date.parse(at) / DAY_MS) * DAY_MS).toISOString();

/** `1er juin 2027`; with the hour where it is not midnight. UTC, as everything here. */
const dateOf = (lang: Lang, at: Instant): string => {
  const date = new Intl.DateTimeFormat(lang, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(at));
  const day = lang === 'fr' ? date.replace(/^1 /, '1er ') : date;
  return at.endsWith('T00:00:00.000Z') ? day : `${day}, ${at.slice(11, 16)} UTC`;
};

/** That others give way and when to repeat, as the first sentence of a suggestion; the smallest change; that waiting is in vain, where it is. */
export const suggestionOf = (lang: Lang, remedies: readonly RemedyData[], { forEver, yields }: { readonly forEver: boolean; readonly yields?: RoomToCome | undefined }): string | undefined => {
  const { verdicts } = CATALOGUES[lang];
  const [first] = remedies;
  const smallest = first === undefined ? undefined : `${first.sentence.charAt(0).toUpperCase()}${first.sentence.slice(1)}.`;
  const said = [yields === undefined ? undefined : render(lang, verdicts.yields, { ...yields }), smallest, forEver ? verdicts.never : undefined].filter(x => x !== undefined);
  return said.length === 0 ? undefined : said.join(' ');
};
