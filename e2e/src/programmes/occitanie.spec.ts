import { decide } from '@cadastre/domain/capacity';
import { compareSites, type ComparisonInput, type SiteComparison } from '@cadastre/domain/comparison';
import { capacityForecast } from '@cadastre/domain/forecast';
import { golden } from '@cadastre/testing/golden';
import { expect, it } from 'vitest';
import { noteOf } from '../../../apps/api/src/comparison/note.ts';
import { occitanie } from '../../../apps/api/src/comparison/occitanie.fixture.ts';
import { siteOf, type Rows } from './programme.fixture.ts';
import { jour, kW, nombre, order, storyOf, verdict, type Story } from './story.fixture.ts';

const compared = (input: ComparisonInput): SiteComparison => {
  const result = compareSites(input);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
};
/** Some sections of the note, as `cadastre compare` prints them. */
const sections = (note: string, ...wanted: readonly string[]): readonly string[] => {
  const all = note.split(/^(?=## )/m);
  return wanted.map(heading => {
    const found = all.find(part => part.startsWith(`## ${heading}\n`));
    if (found === undefined) throw new Error(`the note has no section « ${heading} »`);
    return found.replace(/^## .*\n+/, '').trimEnd();
  });
};

/**
 * By hand, in 2027. Toulouse: 5.6 kW of IT × PUE 1.35 = 7.56 kW all the year, 66,225 whole kWh, at 14.8 cents 980,130 cents; hosting 5.6 kW × 155 × 12 = 10,416 euros;
 * together 20,217.30. Montpellier: 63,772 kWh at 14.2 cents, 905,562 cents; hosting 9,273.60 euros; 10 TB a month at 0.90, 108 euros; together 18,437.22.
 */
const croissance = (c: SiteComparison): readonly string[] => c.ranking.map(({ name, measures: { years } }) => {
  const [first, last] = [years[0], years.at(-1)];
  if (first === undefined || last === undefined) throw new Error('the question has years');
  return `  ${name} : de ${nombre(Math.round(first.totalMinor / 100))} € en ${String(first.year)} à ${nombre(Math.round(last.totalMinor / 100))} € en ${String(last.year)}, ${nombre(last.totalMinor / first.totalMinor)} fois plus.`;
});

const leviers = (input: ComparisonInput): readonly string[] => {
  const faster = compared({ ...input, sites: input.sites.map(x => (x.code === 'montpellier-1' ? { ...x, staff: x.staff.map(r => ({ ...r, responseMinutes: Math.min(r.responseMinutes, 90) })) } : x)) });
  const [first] = faster.ranking;
  return [`Si l’astreinte de Montpellier venait aussi vite que celle de Toulouse (90 minutes), le premier serait ${first?.name ?? ''}, ${nombre(first?.totalMilli ?? 0)} sur 1 000 contre ${nombre(faster.ranking[1]?.totalMilli ?? 0)}.`];
};

const LIMITES = { PHASE: 'le contrat', POWER_NODE: 'la distribution électrique', COOLING: 'le froid', RACKS: 'les quatre baies' } as const;
/** The candidate racks as if somebody had decided them: what the existing contract of each would carry. */
const puissance = ({ rows }: Story): readonly string[] => {
  const decided: Rows = { ...rows, racks: rows.racks.map(r => ({ ...r, state: 'INSTALLED' as const })) };
  return ['toulouse-1', 'montpellier-1'].flatMap(code => (['ENERGISED', 'CONTRACTED'] as const).flatMap(atLeast => {
    const f = capacityForecast(siteOf(decided, code), { from: '2027-01-01T00:00:00.000Z', to: '2032-01-01T00:00:00.000Z', atLeast, rackW: 15_000, shapes: decided.shapes });
    if (!f.ok) throw new Error(JSON.stringify(f.error));
    return f.value.filter(i => i.phase?.state === atLeast).map(i => `  ${code}, ${atLeast === 'ENERGISED' ? 'en service' : 'contracté'}, à partir du ${jour(i.from)} : ${kW(i.contractedW)} au compteur, ${kW(i.itW)} pour l’informatique, ${nombre(i.fits[0]?.machines ?? 0)} machines de 4 GPU (limite : ${LIMITES[i.fits[0]?.bounds[0]?.resource ?? 'PHASE']}).`);
  }));
};

it('Occitanie: Toulouse or Montpellier, and what the answer hangs on', () => {
  const s = storyOf('occitanie');
  const input = occitanie();
  const c = compared(input);
  const [result, scores, prices, weights, watch] = sections(noteOf('fr', c), 'Le résultat', 'Les notes', 'Le prix à mesure que l’usage croît', 'Ce que les poids y font', 'À surveiller');
  golden('occitanie', [
    'OCCITANIE DATA — Toulouse ou Montpellier ?', 'Aucun site n’est choisi, aucun bâtiment décrit. Hormis les quatre pétaflops, tout chiffre est supposé ; des critères seul l’ordre est publié : le personnel de maintenance d’abord, puis',
    'la facilité de raccorder les données et de les renvoyer. La note entière : cadastre compare -f examples/programmes/occitanie.workload.yaml', '', '1. Le résultat', '', result, '', scores,
    '', '2. Plus on s’en sert, plus cela coûte', '', prices, '', ...croissance(c), '  Publié : le tout commence bien au-dessus d’un million d’euros, et coûte plus à mesure qu’on s’en sert. Les machines, supposées coûter autant à un site qu’à l’autre, ne sont pas dans cette note.',
    '', '3. De quoi dépend la réponse', '', weights, '', ...leviers(input), '', '4. À surveiller', '', watch, '', '5. Ce que le contrat existant porterait', 'Quatre pétaflops sont une machine de 4 GPU ; l’usage supposé en demande six en 2031.',
    ...puissance(s), '', '6. Tant que rien n’est décidé, rien ne se commande', 'Occitanie Data demande une machine aujourd’hui :', ...verdict(s, decide(s.state, order(s, { who: 'occitanie-data', shape: 'h200-4', until: '2028-01-01T00:00:00.000Z', gpusPerInstance: 4 }))),
  ].join('\n'));
  expect(c.ranking.map(x => x.measures.years[0]?.totalMinor)).toEqual([2_021_730, 1_843_722]);
});
