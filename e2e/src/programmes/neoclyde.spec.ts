import { decide, offers } from '@cadastre/domain/capacity';
import { resilienceOf } from '@cadastre/domain/link';
import { contractAt, facilityW } from '@cadastre/domain/powerphase';
import { worstResponseMinutes } from '@cadastre/domain/staff';
import { feedCut, type FedGroup } from '@cadastre/domain/whatif';
import { golden } from '@cadastre/testing/golden';
import { expect, it } from 'vitest';
import { capacityOf, idOf, siteOf, type Rows } from './programme.fixture.ts';
import { durée, euros, kW, nombre, order, plural, problème, storyOf, take, verdict, type Story } from './story.fixture.ts';

const MONTH_HOURS = 730;

/** By hand: 12 racks × 12 kW = 144 kW; × PUE 1.3 = 187.2 kW of the 190 kW contract. */
const site = ({ rows }: Story): readonly string[] => {
  const watts = rows.racks.reduce((w, r) => w + r.maxPowerW, 0);
  const count = (state: string): number => rows.racks.filter(r => r.state === state).length;
  return [
    `${nombre(rows.racks.length)} baies de 12 kW, refroidies par la porte arrière : ${nombre(count('INSTALLED'))} installées, ${nombre(count('PLANNED'))} prévues pour les serveurs sortis des placards à balais.`,
    `Pleines, elles tirent ${kW(watts)}, soit ${kW(facilityW(watts, rows.datacenters[0]?.pueMilli ?? 0))} au compteur (PUE 1,3) pour un contrat de ${kW(contractAt(rows.phases, '2027-01-01T00:00:00.000Z'))}.`,
    `De ces baies, ${kW(count('PLANNED') * 12_000)} restent aux serveurs des entreprises.`,
  ];
};

/** By hand: a machine of four GPUs is 4.80 euros an hour, so a quarter of a GPU 0.30, over 730 hours 219 euros; a GPU 1.20, 876 euros. */
const placard = (s: Story): readonly string[] => {
  const wish = order(s, { who: 'atelier-doubs', shape: 'l40s-4', until: '2028-01-01T00:00:00.000Z', purpose: 'INFERENCE' });
  const whole = (): string => offers(s.state, { tenantClass: wish.tenantClass, at: wish.at, leaseEnd: wish.leaseEnd, legal: wish.legal }).map(o => `${nombre(o.available)} sur ${nombre(o.total)}`).join();
  const price = s.rows.shapes[0]?.pricePerHourMinor ?? 0;
  const menu = [['un quart de GPU', price / 16], ['un demi GPU', price / 8], ['un GPU', price / 4], ['une machine de quatre GPU', price]] as const;
  return [
    'L’Atelier du Doubs, petite entreprise, a un serveur dans un placard. Ce qu’elle peut prendre ici (prix supposés) :', ...menu.map(([what, minor]) => `  ${what.padEnd(26)}${euros(minor)} de l’heure, ${euros(minor * MONTH_HOURS)} par mois de ${nombre(MONTH_HOURS)} heures`),
    'Elle prend deux quarts de GPU pour un an.', ...verdict(s, take(s, 'atelier', { ...wish, count: 2, milliGpu: 250 })), `    Machines entières encore offertes : ${whole()}.`,
    'L’agglomération prend dix machines entières pour un an.', ...verdict(s, take(s, 'agglo', order(s, { who: 'agglo-besancon', shape: 'l40s-4', until: '2028-01-01T00:00:00.000Z', count: 10 }))), `    Machines entières encore offertes : ${whole()}.`,
    'L’Atelier grandit et demande huit machines.', ...verdict(s, decide(s.state, { ...wish, count: 8 })),
    'Il veut quelqu’un sur place en une heure, à toute heure :', ...verdict(s, decide(s.state, { ...wish, count: 1, maxResponseMinutes: 60 })),
    'En dix minutes :', ...verdict(s, decide(s.state, { ...wish, count: 1, maxResponseMinutes: 10 })),
    `    Sans l’astreinte, on attendrait ${durée(worstResponseMinutes(s.rows.staff.filter(c => c.name !== 'astreinte')) ?? 0)} : du vendredi soir au lundi matin.`,
  ];
};

const gbit = (mbps: number): string => `${nombre(mbps / 1_000)} Gbit/s`;
const réseau = ({ rows, programme }: Story): readonly string[] => {
  const named = (code: string): string => programme.carriers.find(c => c.code === code)?.name ?? code;
  const told = (links: Rows['links']): string => {
    const r = resilienceOf(links);
    return `${gbit(r.capacityMbps)} vers l’extérieur par ${r.carrierIds.map(named).join(' et ')} ; ${gbit(r.capacityAfterLossMbps)} si le plus gros manque.`;
  };
  return [
    told(rows.links),
    ...programme.carriers.flatMap(({ code, name }) => {
      const left = rows.links.filter(l => l.carrierId !== code);
      return [`Sans ${name} : ${told(left)}`, ...resilienceOf(left).warnings.map(w => `  → ALERTE (${w.code}) : ${problème(w)}`)];
    }),
    `Les liens coûtent ${euros(rows.links.reduce((sum, l) => sum + l.monthlyPriceMinor, 0))} par mois (supposé), fibre noire de l’agglomération comprise.`,
  ];
};

/** Every rack at its 12 kW. By hand: nothing lost, each side carries half of 144 kW; B lost, side A carries all 144 kW, which is what its busway and UPS (160 kW less 10 %) may give. */
const voie = (rows: Rows, extra: number): readonly string[] => {
  const racks: readonly FedGroup[] = [...rows.racks, ...rows.racks.slice(0, extra)].map(r => ({ ...r, racks: 1, machines: 0, instances: 0, gpus: 0, usedW: r.maxPowerW }));
  const cut = feedCut(siteOf(rows, 'neoclyde-1').nodes, racks, idOf('powernode', 'neoclyde-1/ONDULEUR-B'));
  if (cut === undefined) throw new Error('the example has a UPS on side B');
  return [
    `  ${plural(cut.dark.racks, 'baie')} s’éteignent, ${nombre(cut.shifted.racks)} continuent sur la voie A avec ${kW(cut.shifted.watts)}.`.replace('0 baie s’éteignent', 'Aucune baie ne s’éteint'),
    ...(cut.overloaded.length === 0 ? ['  Rien n’est surchargé.'] : [...cut.overloaded.map(o => `  → SURCHARGE de ${o.name} : ${kW(o.loadW)} demandés pour ${kW(o.usableW)} (avant la panne : ${kW(o.beforeW)}).`), `  Il faudrait délester ${kW(cut.mustShedW)}.`]),
  ];
};

/**
 * By hand: sixteen machines draw 16 × 2.2 = 35.2 kW. With both sides B would carry half, 17.6 kW of 30; alone it carries all, and is short. At rest they draw 8.8 kW; (30,000 −
 * 8,800) / 1,650 = 12.8, so twelve fit.
 */
const travaux = (s: Story): readonly string[] => {
  const powerNodes = s.rows.powerNodes.map(n => (n.name === 'BUS-B' ? { ...n, capacityW: 30_000 } : n));
  return verdict(s, decide(capacityOf({ ...s.rows, powerNodes }), order(s, { who: 'agglo-besancon', shape: 'l40s-4', until: '2028-01-01T00:00:00.000Z', count: 16 })));
};

it('Neoclyde: twelve racks, a small company, two carriers, and the loss of a feed', () => {
  const s = storyOf('neoclyde');
  golden('neoclyde', [
    'NEOCLYDE (Besançon) — un datacenter de proximité, à taille humaine', 'Machines simulées, opérateurs de télécommunications fictifs. Baies, puces, prix, PUE et liens supposés : voir « assumed » dans examples/programmes/neoclyde.yaml.',
    '', '1. Le site', ...site(s), '', '2. Sortir du placard à balais', ...placard(s), '', '3. Plusieurs opérateurs autour de la table', ...réseau(s),
    '', '4. Perdre la voie B', 'Toutes les baies pleines, l’onduleur B s’arrête :', ...voie(s.rows, 0), 'Avec une treizième baie :', ...voie(s.rows, 1),
    'Le moteur compte toujours une voie perdue. Des travaux limitent la canalisation B à 30 kW ; l’agglomération demande les seize machines, site vide :', ...travaux(s),
  ].join('\n'));
  expect(s.rows.racks.reduce((w, r) => w + r.maxPowerW, 0)).toBe(144_000);
});
