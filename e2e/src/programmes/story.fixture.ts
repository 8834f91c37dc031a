import { CATALOGUES, render } from '../../../apps/api/src/shared/messages/render.ts';
import { decide, fold, type CapacityState, type Counterfactual, type PlacementRequest, type Refusal, type Verdict } from '@cadastre/domain/capacity';
import type { Instant, InstanceId, Params, Problem } from '@cadastre/domain/core';
import { capacityOf, idOf, programmeOf, rowsOf, type Rows } from './programme.fixture.ts';
import type { Programme } from '../../../apps/cli/src/apply/file.ts';

// A story is told in French, in the words of the product where it has words: refusals and remedies are the catalogue's own sentences, as an operator reads them.

const number = new Intl.NumberFormat('fr-FR', { maximumFractionDigits: 2 });
const long = new Intl.DateTimeFormat('fr-FR', { dateStyle: 'long', timeZone: 'UTC' });
/** Plain spaces: a page that is compared letter by letter should show what it holds. */
const plain = (text: string): string => text.replaceAll(/[\u00A0\u202F]/g, ' ');
export const nombre = (n: number): string => plain(number.format(n));
export const kW = (w: number): string => (w < 1_000 ? `${nombre(w)} W` : `${nombre(w / 1_000)} kW`);
export const durée = (minutes: number): string => `${nombre(Math.floor(minutes / 60))} h ${nombre(minutes % 60)} min`;
export const MW = (w: number): string => `${nombre(w / 1_000_000)} MW`;
const money = new Intl.NumberFormat('fr-FR', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
export const euros = (minor: number): string => `${plain(money.format(minor / 100))} €`;
export const jour = (t: Instant): string => long.format(new Date(t)).replace(/^1 /, '1er ');
/** Instants inside a sentence of the product, as people write dates. */
const dated = (text: string): string => plain(text).replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, t => jour(t));
export const plural = (n: number, one: string, many = `${one}s`): string => `${nombre(n)} ${n < 2 ? one : many}`;
/** What a Problem says and advises, in its own words. */
export const problème = (p: Problem): string => {
  const { message, suggestion } = CATALOGUES.fr.problems[p.code];
  const field = p.path?.join('.') ?? '';
  return dated(`${render('fr', message, { field, ...p.params })} ${render('fr', suggestion, { field, ...p.params })}`);
};

export interface Story {
  readonly programme: Programme;
  readonly rows: Rows;
  readonly state: CapacityState;
}
export const storyOf = (name: string): Story => {
  const programme = programmeOf(name);
  const rows = rowsOf(programme);
  return { programme, rows, state: capacityOf(rows) };
};

export interface Asked extends Partial<Omit<PlacementRequest, 'tenantId' | 'tenantClass' | 'shapeId' | 'shapeCode'>> {
  readonly who: string;
  readonly shape: string;
  readonly until: Instant;
}
/** An order of an organisation of the file, for a shape of the file. */
export const order = ({ programme }: Story, { who, shape, until, ...more }: Asked): PlacementRequest => {
  const tenant = programme.organisations.find(o => o.code === who);
  if (tenant === undefined) throw new Error(`${who} is not in the file`);
  return {
    orderId: idOf('order', who), tenantId: idOf('organisation', who), tenantClass: tenant.class, projectId: idOf('project', who), shapeId: idOf('shape', shape), shapeCode: shape, count: 1,
    at: '2027-01-04T08:00:00.000Z', leaseEnd: until, legal: { jurisdictions: [], certifications: [], dataClass: 'ORDINARY' }, datacenterId: null, poolId: null, ...more,
  };
};

/** Decides; what is placed is claimed under `name-1`, `name-2`… */
export const take = ({ state }: Story, name: string, r: PlacementRequest): Verdict => {
  const v = decide(state, r);
  if (v.outcome === 'PLACED') v.placements.forEach(({ machineId, gpus, watts, cpuMilli, ramMiB, milliGpu, slot }, n) => {
    fold(state, { index: state.index + 1, fact: {
      kind: 'CLAIM', instanceId: idOf('instance', `${name}-${String(n + 1)}`), tenantId: r.tenantId, projectId: r.projectId, decisionId: idOf('decision', `${r.at} ${name}`), leaseEnd: r.leaseEnd, interruptible: r.interruptible ?? false,
      machineId, gpus, watts, cpuMilli, ramMiB, ...(milliGpu === undefined ? {} : { milliGpu }), ...(slot === undefined ? {} : { slot }),
    } });
  });
  return v;
};
/** Gives back what was taken under the name. */
export const release = ({ state }: Story, name: string): void => {
  for (const [instanceId, c] of [...state.claims]) if (instanceId.startsWith(`instance_${name}-`)) giveBack(state, instanceId, c);
};
const giveBack = (state: CapacityState, instanceId: InstanceId, c: CapacityState['claims'] extends ReadonlyMap<InstanceId, infer C> ? C : never): void => {
  fold(state, { index: state.index + 1, fact: { kind: 'RELEASE', instanceId, machineId: state.machines.key(c.machine), gpus: c.gpus, watts: c.watts, cpuMilli: c.cpuMilli, ramMiB: c.ramMiB } });
};

const raison = ({ reason, params }: Refusal): string => dated(render('fr', CATALOGUES.fr.placement[reason].operator, params));

const remède = (s: Story, c: Counterfactual): string => {
  const { change: _, ...rest } = c;
  const named: Record<string, string | number> = Object.fromEntries(Object.entries(rest).map(([k, v]) => [k, typeof v === 'number' ? v : String(v)]));
  const params: Params = { ...named, ...('shapeId' in c ? { shape: s.rows.shapes.find(x => x.id === c.shapeId)?.code ?? '' } : {}), ...('datacenterId' in c ? { datacenter: s.rows.datacenters.find(d => d.id === c.datacenterId)?.name ?? '' } : {}) };
  return dated(render('fr', CATALOGUES.fr.remedies[c.change], params));
};

/** A verdict as its reader gets it: where, and how many watts; or the rule by its name, every reason with its numbers, and what would be accepted. */
export const verdict = (s: Story, v: Verdict): readonly string[] => {
  if (v.outcome === 'PLACED') return [`  → ACCORDÉ : ${où(s, v)}.`];
  const [first, ...others] = v.reasons;
  if (first === undefined) throw new Error('a refusal has a reason');
  return [
    `  → REFUSÉ (${first.reason}) : ${raison(first)}.`, ...others.map(r => `    et aussi (${r.reason}) : ${raison(r)}.`),
    ...v.counterfactuals.map(c => `    Serait accepté : ${remède(s, c)}.`), ...(v.forEver ? [`    ${CATALOGUES.fr.verdicts.never}`] : []),
  ];
};

const où = (s: Story, { placements }: Extract<Verdict, { outcome: 'PLACED' }>): string => {
  const racks = Map.groupBy(placements, p => s.rows.racks.find(r => r.id === p.rackId)?.name ?? '');
  const machines = new Set(placements.map(p => p.machineId)).size;
  const gpus = placements.reduce((n, p) => n + (p.milliGpu === undefined ? p.gpus : p.milliGpu / 1_000), 0);
  const watts = placements.reduce((n, p) => n + p.watts, 0);
  return `${nombre(gpus)} GPU sur ${plural(machines, 'machine')}, baie${racks.size > 1 ? 's' : ''} ${[...racks.keys()].sort().join(', ')} ; ${kW(watts)} réservés au-dessus de ce que les machines tirent au repos`;
};

/** Code of the organisation behind a tenant id. */
export const qui = (tenantId: string): string => tenantId.replace('organisation_', '');
