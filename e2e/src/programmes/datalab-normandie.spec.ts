import { decide, type PlacementRequest } from '@cadastre/domain/capacity';
import type { Instant } from '@cadastre/domain/core';
import { decideCreateProject, decideUpdateProject, type Project } from '@cadastre/domain/project';
import { buildTree, demandOf, effectOf, fitsBudgets, nothingSpent, spend, times, type BudgetUsage, type QuotaNode, type Spending } from '@cadastre/domain/quota';
import { golden } from '@cadastre/testing/golden';
import { expect, it } from 'vitest';
import { countingIds, idOf } from './programme.fixture.ts';
import { jour, nombre, order, plural, release, storyOf, take, verdict, type Story } from './story.fixture.ts';

const UNITS = { GPU_HOURS: 'heures-GPU', KWH: 'kWh', EUR_MINOR: 'centimes' } as const;
const OCTOBER = '2026-10-01T00:00:00.000Z';
const JANUARY = '2027-01-01T00:00:00.000Z';
const APRIL = '2027-04-01T00:00:00.000Z';

const memberOf = ({ state }: Story, code: string): QuotaNode => {
  const node = state.quota.nodeOf(idOf('organisation', code), idOf('project', code));
  if (node === undefined) throw new Error(`${code} has no share`);
  return node;
};
const budget = (n: QuotaNode, dimension: keyof typeof UNITS): number => n.quota.budgets.find(b => b.dimension === dimension)?.perPeriod ?? 0;

const parts = (s: Story): readonly string[] => {
  const members = s.programme.organisations.filter(o => o.class !== 'CONSORTIUM').map(o => ({ o, node: memberOf(s, o.code), limit: memberOf(s, o.code).quota.limits[0] }));
  expect([members.length, members.reduce((n, m) => n + (m.limit?.nominal ?? 0), 0)]).toEqual([20, 64]);
  const row = (cells: readonly string[]): string => `  ${(cells[0] ?? '').padEnd(42)}${cells.slice(1).map(c => c.padStart(15)).join('')}`;
  return [
    row(['membre', 'GPU', 'peut prêter', 'peut emprunter', 'heures-GPU', 'kWh']).trimEnd(),
    ...members.map(({ o, node, limit }) => row([o.name, nombre(limit?.nominal ?? 0), limit?.lendingLimit === undefined ? 'tout' : nombre(limit.lendingLimit), nombre(limit?.borrowingLimit ?? 0), nombre(budget(node, 'GPU_HOURS')), nombre(budget(node, 'KWH'))])),
    `  Ensemble 64 GPU, ceux des ${plural(s.rows.machines.length, 'machine')} du site.`,
  ];
};

/** What a member runs on that is not its own. */
const emprunt = (s: Story, code: string): number => {
  const { usage } = s.state.quota;
  return (usage === undefined ? [] : effectOf(usage, memberOf(s, code), times(demandOf({ shapeCode: 'h200-4', gpus: 0, watts: 0 }), 1).concat({ dimension: 'GPU', amount: 0 }))).find(e => e.dimension === 'GPU')?.borrowedAfter ?? 0;
};

/** By hand: CNRS owns 8 and may borrow 24, so 32 is its ceiling; with 32 taken by CNRS and 32 by three others nothing is left of 64, and what the bank owns is lent. */
const prêts = (s: Story): readonly string[] => {
  const asked = (who: string, count: number): PlacementRequest => order(s, { who, shape: 'h200-4', until: '2027-01-20T00:00:00.000Z', count });
  const lines = [
    'Le CNRS possède 8 GPU et peut en emprunter 24. Il en demande 36 (neuf machines de 4 GPU) :', ...verdict(s, decide(s.state, asked('cnrs', 9))),
    'Il en demande 24 (six machines) : le reste vient de ce que les autres laissent.', ...verdict(s, take(s, 'cnrs', asked('cnrs', 6))),
    `    emprunté : ${plural(emprunt(s, 'cnrs'), 'GPU', 'GPU')}.`,
    'Il en veut douze de plus :', ...verdict(s, decide(s.state, asked('cnrs', 3))),
    'Deux universités prennent 16 GPU chacune, dont 12 empruntés.', ...verdict(s, take(s, 'u1', asked('universite-1', 4))), ...verdict(s, take(s, 'u2', asked('universite-2', 4))),
    'Il reste 8 GPU libres, mais le CRIANN ne prête que la moitié de ses 8. La banque en demande 8, dont 4 à elle :', ...verdict(s, decide(s.state, asked('banque', 2))),
    'La banque prend les siens :', ...verdict(s, take(s, 'banque', asked('banque', 1))),
    'Le CRIANN trouve ceux qu’il n’a pas prêtés :', ...verdict(s, take(s, 'criann', asked('criann', 1))),
  ];
  for (const name of ['cnrs', 'u1', 'u2', 'banque', 'criann']) release(s, name);
  return lines;
};

/** A lease as a share sees it: GPU-hours, and kWh of the machines at full load (5.6 kW for four GPUs, so 1.4 kW each). */
const lease = (gpus: number, from: Instant, to: Instant): Spending => ({ gpus, watts: gpus * 1_400, from, to, minorPerHour: 0 });
const paie = (usage: BudgetUsage, node: QuotaNode, l: Spending): readonly string[] => {
  const fit = fitsBudgets(usage, node, l);
  const what = `${plural(l.gpus, 'GPU', 'GPU')} du ${jour(l.from)} au ${jour(l.to)}`;
  if (fit.fits) {
    spend(usage, node, l);
    return [`  → ACCORDÉ : ${what}, payé par la part de chaque trimestre touché.`];
  }
  const { dimension, asked, until } = fit.params;
  const unit = UNITS[dimension];
  if ('max' in fit.params) return [`  → REFUSÉ (${fit.reason}) : ${what}, c’est ${nombre(asked)} ${unit} en un trimestre ; le quota « ${fit.quota} », report compris, n’en donnera jamais plus de ${nombre(fit.params.max)}.`];
  return [`  → REFUSÉ (${fit.reason}) : ${what}, c’est ${nombre(asked)} ${unit} ; il en reste ${nombre(fit.params.available)} au quota « ${fit.quota} ». À redemander le ${jour(until)}.`];
};

/**
 * By hand: the fourth quarter has 92 days of 24 hours, 2,208. Two GPUs all along are 4,416 hours of a share of 4,000; one is 2,208, and leaves 1,792. A quarter of
 * that, 448, goes on: 4,448 in the first quarter of 2027, where two GPUs ask 2 × 2,160 = 4,320.
 */
const trimestres = (s: Story): readonly string[] => {
  const [node, usage] = [memberOf(s, 'jeune-pousse-1'), nothingSpent()];
  return [
    `Une jeune pousse a ${nombre(budget(node, 'GPU_HOURS'))} heures-GPU et ${nombre(budget(node, 'KWH'))} kWh par trimestre. Elle veut deux GPU tout l’automne :`, ...paie(usage, node, lease(2, OCTOBER, JANUARY)),
    'Elle en prend un, et attend :', ...paie(usage, node, lease(1, OCTOBER, JANUARY)),
    'Au trimestre suivant, un quart de ce qu’elle n’a pas dépensé s’ajoute à sa part. Deux GPU tout l’hiver :', ...paie(usage, node, lease(2, JANUARY, APRIL)),
    'Et un troisième le dernier mois, alors que sa part est dépensée :', ...paie(usage, node, lease(1, '2027-03-01T00:00:00.000Z', APRIL)),
  ];
};

const étapes = (s: Story): readonly string[] => {
  const [node, usage] = [memberOf(s, 'universite-1'), nothingSpent()];
  const by = { ids: countingIds(), tenantId: idOf('organisation', 'universite-1'), now: '2026-10-05T08:00:00.000Z' };
  const created = decideCreateProject({ code: 'estuaire', name: 'Crues de l’estuaire (fictif)', stage: 'TRIAL', expiresAt: '2026-11-01T00:00:00.000Z', legalScope: { jurisdictions: ['EU'], certifications: [], dataClass: 'ORDINARY' } }, { taken: false }, by);
  if (!created.ok) throw new Error(JSON.stringify(created.error));
  const promoted = (project: Project, stage: Project['stage'], expiresAt: Instant): Project => {
    const updated = decideUpdateProject({ id: project.id, generation: project.generation, stage, expiresAt }, { project }, { now: by.now });
    if (!updated.ok) throw new Error(JSON.stringify(updated.error));
    expect(updated.value.audit.map(a => a.type)).toEqual(['tenancy.project.update']);
    return updated.value.next;
  };
  const trial = created.value.next;
  const pilot = promoted(trial, 'PILOT', JANUARY);
  const production = promoted(pilot, 'PRODUCTION', '2028-01-01T00:00:00.000Z');
  const until = (p: Project): string => `${p.stage}, jusqu’au ${jour(p.expiresAt ?? '')}`;
  return [
    `Projet « ${trial.name} » de l’Université 1 : ${until(trial)}. Un GPU, une semaine.`, ...paie(usage, node, lease(1, '2026-10-05T00:00:00.000Z', '2026-10-12T00:00:00.000Z')),
    `L’essai convainc : ${until(pilot)} ; le changement d’étape est au journal d’audit. Une machine (4 GPU), un mois.`, ...paie(usage, node, lease(4, '2026-11-01T00:00:00.000Z', '2026-12-01T00:00:00.000Z')),
    `Puis ${until(production)}. Deux machines en continu :`, ...paie(usage, node, lease(8, JANUARY, APRIL)), 'Une machine en continu, grâce au report :', ...paie(usage, node, lease(4, JANUARY, APRIL)),
  ];
};

it('DataLab: shares by the quarter, borrowing inside the cohort, from trial to production', () => {
  const s = storyOf('datalab-normandie');
  expect(buildTree(s.rows.quotas).ok).toBe(true);
  golden('datalab-normandie', [
    'DATALAB NORMANDIE — une plateforme, vingt partenaires, des parts par trimestre', 'Machines simulées. Le nombre de partenaires de chaque sorte et toutes les parts sont supposés : voir examples/programmes/datalab-normandie.yaml.',
    '', '1. Les parts', ...parts(s), '', '2. Emprunter ce que les autres laissent', ...prêts(s), '', '3. Une part dépensée attend le trimestre suivant', ...trimestres(s),
    '', '4. D’un essai à la production', ...étapes(s),
  ].join('\n'));
});
