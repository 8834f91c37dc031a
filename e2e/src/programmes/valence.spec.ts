import { decide, fold, placeReservation, yieldFor } from '@cadastre/domain/capacity';
import type { DatacenterId } from '@cadastre/domain/core';
import { capacityForecast } from '@cadastre/domain/forecast';
import { planViolations } from '@cadastre/domain/violation';
import { mixingTrade, racksThatFit } from '@cadastre/domain/whatif';
import { golden } from '@cadastre/testing/golden';
import { expect, it } from 'vitest';
import { capacityOf, countingIds, idOf, rowsOf, siteOf } from './programme.fixture.ts';
import { jour, kW, MW, nombre, order, plural, qui, storyOf, take, verdict, type Story } from './story.fixture.ts';

const ÉTATS = { NEGOTIATING: 'en discussion', AUTHORISED: 'autorisée', CONTRACTED: 'contractée', ENERGISED: 'EN SERVICE' } as const;
const HEALTH = { jurisdictions: [], certifications: ['SECNUMCLOUD'], dataClass: 'HEALTH' } as const;

/**
 * By hand, phase 1: 8 MW / 1.2 = 6,666,666 W for IT; a rack of 18 trays draws 18 × 7,770 = 139,860 W; 6,666,666 / 139,860 = 47.6, so 47 domains of 72 GPUs. At
 * 150 kW a rack, 6,666,666 / 150,000 = 44.4 racks: 45 stand for its last watt, of which 6 are installed (5 × 150 kW and A05 at 60 kW: 810 kW), so that
 * (6,666,666 − 810,000) / 150,000 = 39.04, 40 more.
 */
const calendrier = ({ rows }: Story): readonly string[] => {
  const site = siteOf(rows, 'valence-1');
  const [tray] = rows.shapes.filter(x => x.code === 'gb300-tray');
  if (tray === undefined) throw new Error('the example has a rack-scale shape');
  const f = capacityForecast(site, { from: '2026-01-01T00:00:00.000Z', to: '2031-01-01T00:00:00.000Z', atLeast: 'NEGOTIATING', rackW: 150_000, shapes: [] });
  if (!f.ok) throw new Error(JSON.stringify(f.error));
  return f.value.flatMap(i => {
    const rack = { shape: tray, perRack: 18, rackW: 150_000, rackUnits: 48, contractedW: i.contractedW, pueMilli: site.pueMilli, feedLossTolerated: true };
    const byContract = racksThatFit(site, rack, i.from).limits.find(l => l.resource === 'PHASE')?.racks ?? 0;
    return [
      `${jour(i.from)} : ${i.phase?.name ?? ''}, ${MW(i.contractedW)}, ${ÉTATS[i.phase?.state ?? 'NEGOTIATING']}`,
      `    pour l’informatique ${MW(i.itW)} : ${nombre(Math.floor(i.itW / 150_000))} baies de 150 kW, ou ${nombre(byContract)} domaines GB300 NVL72 (${nombre(byContract * 72)} GPU)`,
      `    une commande peut compter sur ${MW(i.energisedW)} : seule une phase en service donne de la puissance`,
      `    pour l’employer jusqu’au dernier watt, à bâtir : ${plural(i.mustBuild.racks, 'baie')} en plus des baies installées (${nombre(i.mustBuild.racksPlanned)} déjà au plan), ${MW(i.mustBuild.coolingW)} de froid, ${MW(i.mustBuild.distributionW ?? 0)} de distribution électrique`,
    ];
  });
};

const grappes = (s: Story): readonly string[] => {
  const domain = { who: 'atelier-ia', shape: 'gb300-tray', until: '2028-01-01T00:00:00.000Z', purpose: 'TRAINING', topology: { level: 'NVLINK_DOMAIN', required: true } } as const;
  return [
    'Un entraînement demande 18 plateaux GB300 comme un seul domaine NVLink (72 GPU), jusqu’au 1er janvier 2028.', ...verdict(s, take(s, 'domaine', order(s, { ...domain, count: 18 }))),
    'Un plateau de plus n’existe pas : 19 sont refusés, même sur un site vide.', ...verdict(s, decide(capacityOf(s.rows), order(s, { ...domain, count: 19 }))),
    'Deux machines H200 comme un seul domaine NVLink : chacune est le sien.', ...verdict(s, decide(s.state, order(s, { ...domain, shape: 'h200-8', count: 2 }))),
  ];
};

/**
 * By hand: A05 may draw 60,000 W. Five B300 machines idle at 3,100 W each: 15,500 W, which leaves 44,500 W. A claim adds 14,300 − 3,100 = 11,200 W:
 * three of them take 33,600 W, which leaves 10,900 W, and the fourth is 300 W short.
 */
const a05 = (s: Story): readonly string[] => {
  const asked = order(s, { who: 'atelier-ia', shape: 'b300-8', until: '2028-01-01T00:00:00.000Z', count: 5 });
  return [
    'La baie A05 porte cinq machines B300 (14,3 kW chacune) et n’a que 60 kW : sa seconde canalisation n’est pas en service. On commande les cinq.', ...verdict(s, take(s, 'b300', asked)),
    'On suit le conseil.', ...verdict(s, take(s, 'b300', { ...asked, count: 3 })),
  ];
};

const mixte = (s: Story): readonly string[] => {
  const training = { who: 'atelier-ia', shape: 'h200-8', until: '2027-07-01T00:00:00.000Z', purpose: 'TRAINING', interruptible: true } as const;
  const inference = { who: 'chu-valence', shape: 'h200-8', until: '2027-07-01T00:00:00.000Z', purpose: 'INFERENCE' } as const;
  const lines = [
    'Le groupe H200 (24 machines) sert l’entraînement et l’inférence. Deux entraînements interruptibles y sont placés, l’un le 4 janvier, l’autre le 11.',
    ...verdict(s, take(s, 'corpus', order(s, { ...training, count: 12 }))), ...verdict(s, take(s, 'affinage', order(s, { ...training, count: 8, at: '2027-01-11T08:00:00.000Z' }))),
    'Le CHU sert un modèle en 30 parts MIG d’un septième de GPU : elles se serrent sur une machine, les autres restent entières.',
    ...verdict(s, take(s, 'parts', order(s, { ...inference, count: 30, milliGpu: 142, at: '2027-01-12T08:00:00.000Z' }))),
    'Le CHU demande encore cinq machines entières.',
  ];
  const asked = order(s, { ...inference, count: 5, at: '2027-01-13T08:00:00.000Z' });
  const refused = decide(s.state, asked);
  const yielders = yieldFor(s.state, asked, refused) ?? [];
  return [
    ...lines, ...verdict(s, refused),
    `    L’entraînement interruptible peut céder : ${plural(yielders.length, 'machine')} (${[...new Set(yielders.map(y => y.instanceId.replace('instance_', '')))].sort().join(', ')}), de ${[...new Set(yielders.map(y => qui(y.tenantId)))].join(', ')}.`,
    '    Ce sont les plus récentes, et pas une de plus : l’entraînement commencé le 4 janvier n’est pas touché.',
    'Ce que la règle écrite (un quart du site à l’inférence) coûte et rapporte, avant que rien ne bouge :', ...[900, 300].map(marché),
  ];
};

/**
 * 192 GPUs, 24 of them free; inference holds 5. By hand: a quarter is 48, so it lacks 43: the 24 that are free, and 19 of training, which are three machines, 5 GPUs more than needed.
 * A job writes down where it stands every half hour, which takes ten minutes: with five minutes of notice 24 × (1,800 + 300) GPU-seconds are done again, 14 hours.
 */
const marché = (noticeSeconds: number): string => {
  const training = Array.from({ length: 20 }, (_, n) => ({ instanceId: idOf('instance', `t-${String(n)}`), gpus: 8, createdAt: n < 8 ? '2027-01-11T08:00:00.000Z' : '2027-01-04T08:00:00.000Z' }));
  const policy = { inferenceFloorPct: 25, noticeSeconds, checkpointSeconds: 600, checkpointEverySeconds: 1_800, slotMilliGpu: 142 };
  const t = mixingTrade(policy, { gpus: 192, freeGpus: 24, inferenceGpus: 5, training }, '2027-01-12T08:00:00.000Z');
  return `    préavis de ${nombre(noticeSeconds / 60)} min : l’inférence reçoit ${nombre(t.fromFree)} GPU libres et ${nombre(t.fromTraining)} de l’entraînement (${nombre(t.slotsGained)} parts) ; ${nombre(t.pausedGpus)} GPU d’entraînement s’arrêtent, ${nombre(t.lostGpuSeconds / 3_600)} heures-GPU sont à refaire.`;
};

const santé = (s: Story): readonly string[] => {
  const asked = (until: string) => order(s, { who: 'chu-valence', shape: 'h200-8', until, legal: HEALTH });
  const placed = take(s, 'sante', asked('2028-12-01T00:00:00.000Z'));
  // What if the HDS certificate ended before the lease: a change of the register, not of the order.
  const lapsed = s.rows.certifications.map(c => (c.kind === 'HDS' ? { ...c, to: '2027-09-01T00:00:00.000Z' } : c));
  const violations = planViolations({
    now: '2027-09-15T00:00:00.000Z', lasting: [],
    instances: [{ id: idOf('instance', 'sante-1'), tenantId: idOf('organisation', 'chu-valence'), tenantClass: 'PUBLIC_BODY', datacenterId: idOf('datacenter', 'valence-1'), legalScope: HEALTH, since: '2027-01-04T08:00:00.000Z' }],
    sites: new Map<DatacenterId, Parameters<typeof planViolations>[0]['sites'] extends ReadonlyMap<DatacenterId, infer L> ? L : never>([[idOf('datacenter', 'valence-1'), { country: 'FR', jurisdiction: 'EU-FR', tenantClasses: ['PUBLIC_BODY'], certifications: lapsed }]]),
  }, countingIds()).steps.flatMap(step => step.violations);
  return [
    'Le CHU commande une machine pour des données de santé, sous SecNumCloud, jusqu’au 1er décembre 2028. Les deux certificats (dates supposées) courent jusqu’au 1er janvier 2029.', ...verdict(s, placed),
    'La même commande jusqu’au 1er juin 2029 : le droit doit tenir jusqu’au dernier jour du bail, pas seulement le premier.', ...verdict(s, decide(s.state, asked('2029-06-01T00:00:00.000Z'))),
    'Et si le certificat HDS s’arrêtait le 1er septembre 2027 ? Le 15, le registre montre, pour l’instance du CHU :',
    ...violations.map(v => `  → une violation (${v.rule}, ${v.certification ?? ''}) datée du ${jour(v.since)}, le jour de l’échéance et non celui où on l’a vue.`),
    '    et la même commande, neuve, à cette date :',
    ...verdict(s, decide(capacityOf({ ...s.rows, certifications: lapsed }), { ...asked('2028-12-01T00:00:00.000Z'), at: '2027-09-15T00:00:00.000Z' })),
  ];
};

/** A partner's campaign, dated and whole: its machines and their watts are kept, and nobody else's lease may run into it. By hand: six machines reserve 6 × (10,200 − 2,600) = 45.6 kW. */
const réservée = (): readonly string[] => {
  const s = storyOf('valence');
  const [from, to] = ['2027-10-01T00:00:00.000Z', '2028-01-01T00:00:00.000Z'];
  const campaign = order(s, { who: 'chu-valence', shape: 'h200-8', until: to });
  const v = placeReservation(s.state, { ...campaign, machines: 6, from, to, now: campaign.at });
  if (v.outcome !== 'PLACED') throw new Error(JSON.stringify(v.reasons));
  for (const m of v.machines) fold(s.state, { index: s.state.index + 1, fact: { kind: 'RESERVE', reservationId: idOf('reservation', 'campagne'), tenantId: campaign.tenantId, projectId: campaign.projectId, from, to, ...m } });
  const all = (until: string) => decide(s.state, order(s, { who: 'atelier-ia', shape: 'h200-8', until, count: 24 }));
  return [
    `Le CHU réserve six machines H200 du ${jour(from)} au ${jour(to)} : ${nombre(v.machines.length)} machines et ${kW(v.machines.reduce((w, m) => w + m.watts, 0))} lui sont gardés.`,
    'Un entraînement veut les 24 machines jusqu’au 1er décembre 2027 :', ...verdict(s, all('2027-12-01T00:00:00.000Z')), 'Le même, fini quand la réservation commence :', ...verdict(s, all(from)),
  ];
};

const promesse = (s: Story): readonly string[] => {
  const phases = s.rows.phases.map(f => (f.name === 'phase-1' ? { ...f, state: 'AUTHORISED' as const } : f));
  return [
    'Le fichier suppose la phase 1 en service ; il est publié qu’elle est « à valider ». Si elle n’était qu’autorisée, une seule machine serait refusée :',
    ...verdict(s, decide(capacityOf({ ...rowsOf(s.programme), phases }), order(s, { who: 'atelier-ia', shape: 'h200-8', until: '2027-02-01T00:00:00.000Z' }))),
  ];
};

it('Valence: what fits on each date, what must be built when, and who gets what', () => {
  const s = storyOf('valence');
  golden('valence', [
    'VALENCE (Sesterce) — ce qui tient à chaque date, et pourquoi', 'Machines simulées. Puces, puissances, PUE 1,2 et dates supposés : voir « assumed » dans examples/programmes/valence.yaml.',
    '', '1. Le calendrier : 8, puis 40, 80 et 500 MW', ...calendrier(s), '', '2. Un domaine NVLink d’un seul tenant', ...grappes(s), '', '3. Des GPU libres qu’on ne peut pas allumer', ...a05(s),
    '', '4. Entraîner et servir dans la même zone', ...mixte(s), '', '5. Données de santé, jusqu’au bout du bail', ...santé(s), '', '6. Une autorisation n’est pas de la puissance', ...promesse(s), '', '7. Une réservation datée, sur un site vide', ...réservée(),
  ].join('\n'));
  // The rack that stands in for all: it never draws more than it may.
  const used = s.state.rackUsedW.get(s.state.racks.find(idOf('rack', 'H1/A05')) ?? -1);
  expect(used).toBe(5 * 3_100 + 3 * 11_200);
  expect(kW(used)).toBe('49,1 kW');
});
