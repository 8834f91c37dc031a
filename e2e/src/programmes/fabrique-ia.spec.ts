import { decide, offers } from '@cadastre/domain/capacity';
import { capacityForecast } from '@cadastre/domain/forecast';
import { tenancyOf, type Tenancy } from '@cadastre/domain/law';
import { decideCreateMachines } from '@cadastre/domain/machine';
import { decideCreateProject } from '@cadastre/domain/project';
import { golden } from '@cadastre/testing/golden';
import { expect, it } from 'vitest';
import { say } from '../../../apps/cli/src/shared/words.ts';
import { countingIds, idOf, siteOf } from './programme.fixture.ts';
import { euros, jour, kW, MW, nombre, order, plural, problème, qui, storyOf, take, verdict, type Story } from './story.fixture.ts';

const ORDINARY = { jurisdictions: ['EU-FR'], certifications: [], dataClass: 'ORDINARY' } as const;

/** By hand: 1.2 MW / PUE 1.25 = 960 kW for IT, which is 48 racks of 20 kW, while 56 are declared (60 with the candidates). */
const site = ({ rows }: Story): readonly string[] => {
  const racks = (state: string) => rows.racks.filter(r => r.state === state);
  const f = capacityForecast(siteOf(rows, 'vendee-1'), { from: '2027-01-01T00:00:00.000Z', to: '2028-01-01T00:00:00.000Z', atLeast: 'ENERGISED', rackW: 20_000, shapes: [] });
  const [now] = f.ok ? f.value : [];
  if (now === undefined) throw new Error('the example has an energised phase');
  return [
    `60 baies de 20 kW : ${nombre(racks('INSTALLED').length)} installées, ${nombre(racks('PLANNED').length)} prévues, ${nombre(racks('CANDIDATE').length)} candidates à l’immersion (${racks('CANDIDATE').map(r => r.name).join(', ')}).`,
    `Contrat : ${MW(now.contractedW)} au compteur ; au PUE supposé de 1,25 c’est ${kW(now.itW)} pour l’informatique.`,
    `  → ${nombre(Math.floor(now.itW / 20_000))} baies pleines, pas 60 : les 60 baies à 20 kW demanderaient ${MW(60 * 20_000 * 1.25)} au compteur. C’est la puissance qui manquera, pas la place.`,
  ];
};

const privé = (s: Story): readonly string[] => [
  'Une des entreprises régionales, qui apporte un service, veut une machine à son propre nom.',
  ...verdict(s, decide(s.state, order(s, { who: 'services-vendee', shape: 'l40s-4', until: '2027-07-01T00:00:00.000Z' }))),
  '    La règle est celle du site (admittedTenantClasses). Le service tourne sous le nom de l’organisme public qui l’emploie.',
];

/** By hand: a quarter of a GPU is one sixteenth of a machine of 4.80 euros an hour: 0.30. Forty of them, 16 to a machine, stand on three: 24 − 3 = 21 stay whole. */
const essai = (s: Story): readonly string[] => {
  const now = '2027-01-04T08:00:00.000Z';
  const created = decideCreateProject({ code: 'comptes-rendus', name: 'Comptes rendus assistés', stage: 'TRIAL', expiresAt: '2027-04-04T00:00:00.000Z', legalScope: ORDINARY }, { taken: false }, { ids: countingIds(), tenantId: idOf('organisation', 'region-pdl'), now });
  if (!created.ok) throw new Error(JSON.stringify(created.error));
  const { next: project } = created.value;
  const asked = order(s, { who: 'region-pdl', shape: 'l40s-4', until: project.expiresAt ?? now, projectId: project.id, legal: project.legalScope, count: 40, milliGpu: 250, purpose: 'INFERENCE' });
  const free = (): string => offers(s.state, { tenantClass: asked.tenantClass, at: asked.at, leaseEnd: asked.leaseEnd, legal: asked.legal }).map(o => nombre(o.available)).join();
  const before = free();
  const [price] = s.rows.shapes.map(x => (x.pricePerHourMinor ?? 0) / 16);
  return [
    `La Région ouvre le projet « ${project.name} », à l’essai (${project.stage}) jusqu’au ${jour(project.expiresAt ?? now)}. L’agent relit toujours : la machine propose, la personne signe.`,
    'Elle demande 40 parts d’un quart de GPU.', ...verdict(s, take(s, 'minutes', asked)),
    `    Machines entières encore offertes : ${before} avant, ${free()} après. Prix supposé : ${euros(price ?? 0)} de l’heure la part, ${euros(40 * (price ?? 0))} pour les quarante.`,
    'Les mêmes comptes rendus, déclarés données publiques sensibles :',
    ...verdict(s, decide(s.state, { ...asked, count: 1, legal: { ...ORDINARY, dataClass: 'PUBLIC_SENSITIVE' } })),
  ];
};

const immersion = ({ rows }: Story): readonly string[] => {
  const racks = rows.racks.filter(r => r.state === 'CANDIDATE');
  const [rack] = racks;
  const [l40s] = rows.shapes;
  if (rack === undefined || l40s === undefined) throw new Error('the example has immersion racks');
  const bath = { ...l40s, id: idOf('shape', 'bain'), code: 'bain', coolingKinds: ['IMMERSION'] as const };
  const answer = decideCreateMachines([{ rackId: rack.id, shapeId: bath.id, name: 'i01-m01', serial: 'SIM-BAIN-1', simulated: true }], {
    racks: new Map([[rack.id, { rack, regionCode: 'fr-vendee', machines: [] }]]), shapes: new Map([[bath.id, bath]]), takenNames: [], takenSerials: [],
  }, { ids: countingIds() });
  return [
    `L’immersion dans l’huile est à l’étude. On essaie de déclarer une machine à bain dans ${rack.name} :`, ...(answer.ok ? ['  → accepté'] : answer.error.map(p => `  → REFUSÉ (${p.code}) : ${problème(p)}`)),
    `    Les ${plural(racks.length, 'baie')} candidates ne comptent ni dans les offres ni dans les prévisions.`,
  ];
};

const rapport = (s: Story): readonly string[] => {
  const held = Map.groupBy(s.state.claims.values(), c => c.tenantId);
  const tenancies = [...held].map(([organisationId, claims]): Tenancy => {
    const o = s.programme.organisations.find(x => x.code === qui(organisationId));
    return { organisationId, code: o?.code ?? '', class: o?.class ?? 'PRIVATE', instances: claims.length, first: '2027-01-04T08:00:00.000Z' };
  });
  const admitted = s.rows.datacenters[0]?.admittedTenantClasses ?? [];
  const report = tenancyOf(tenancies, admitted);
  expect(report.foreignClasses).toEqual([]);
  // One private instance, written past the engine, would be named: the report does not say "nothing" because nobody looked.
  const smuggled = tenancyOf([...tenancies, { organisationId: idOf('organisation', 'services-vendee'), code: 'services-vendee', class: 'PRIVATE', instances: 1, first: '2027-01-05T08:00:00.000Z' }], admitted);
  const rows = `1–${String(s.state.index)}`;
  return [
    ...report.classes.map(c => `  ${c.class} : ${plural(c.instances, 'instance')} (${c.organisations.map(o => o.code).join(', ')})`), `  ${say('fr', 'tenancyClean', admitted.join(', '), rows)}`,
    'S’il y en avait eu une seule, la phrase serait :', `  ${say('fr', 'tenancyForeign', smuggled.foreignClasses.join(', '), admitted.join(', '), rows)}`,
  ];
};

it('Fabrique IA: public bodies and nobody else, first on slices', () => {
  const s = storyOf('fabrique-ia');
  golden('fabrique-ia', [
    'FABRIQUE IA TERRITORIALE (Gigalis, Vendée) — pour les organismes publics, et eux seuls', 'Machines simulées. Baies, puissance, puces, prix et PUE supposés : voir « assumed » dans examples/programmes/fabrique-ia.yaml.',
    '', '1. Le site', ...site(s), '', '2. Une organisation privée', ...privé(s), '', '3. Premier usage : des comptes rendus assistés', ...essai(s), '', '4. L’immersion', ...immersion(s),
    '', '5. Le rapport d’occupation, tel que « cadastre report tenancy » le conclut', ...rapport(s),
  ].join('\n'));
});
