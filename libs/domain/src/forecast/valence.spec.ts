import { golden } from '@cadastre/testing/golden';
import { describe, expect, it } from 'vitest';
import type { PowerPhaseState } from '../powerphase/model.ts';
import { capacityForecast } from './forecast.ts';
import type { ForecastInterval, ShapeFit, SiteCapacity } from './model.ts';
import { group, H200, newYear, node, NVL72, phase, site } from './site.fixture.ts';

/**
 * What is publicly said of Valence: 8 MW first, then about 40, authorised up to 80, 500 under discussion for 2030; racks of 150 kW. Assumed, to make it
 * calculable: the years of the steps, PUE 1.2, GB300 NVL72 at 140 kW a rack, H200 nodes at 10.2 kW, and what stands when the story begins.
 */
const valence: SiteCapacity = site({
  phases: [
    phase('phase 1', 8, 'ENERGISED', 2027), phase('phase 2', 40, 'CONTRACTED', 2028), phase('phase 3', 80, 'AUTHORISED', 2029), phase('phase 4', 500, 'NEGOTIATING', 2030),
  ],
  groups: [
    // Twenty NVL72 racks let until the middle of 2027, ten racks of H200 nodes of which half is let, ten that are empty, eight that are only planned.
    group(20, { key: 'nvl72', idleW: 40_000, usedUnits: 42 }), group(10, { key: 'h200', idleW: 5 * 2_600, usedUnits: 40 }), group(10, { key: 'empty' }), group(8, { key: 'planned', state: 'PLANNED' }),
  ],
  holds: [
    { group: 'nvl72', watts: 20 * 100_000, to: '2027-07-01T00:00:00.000Z' }, { group: 'h200', watts: 25 * 7_600, to: newYear(2029) },
    // A reservation of all ten racks of H200 nodes for a partner's programme.
    { group: 'h200', watts: 25 * 7_600, from: '2027-10-01T00:00:00.000Z', to: newYear(2028) },
  ],
});
const asked = (atLeast: PowerPhaseState) => ({ from: newYear(2026), to: newYear(2031), atLeast, rackW: 150_000, shapes: [NVL72, H200] });

const grouped = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ' ');
const fitInWords = (f: ShapeFit): string => `    ${f.code}: ${grouped(f.machines)} more (${grouped(f.gpus)} GPUs); ${f.bounds.map(b => `${b.resource}${b.name === undefined ? '' : ` ${b.name}`} ${grouped(b.machines)}`).join(', ')}`;
const inWords = (i: ForecastInterval): string => [
  `${i.from.slice(0, 10)} to ${i.to.slice(0, 10)}: ${i.phase === undefined ? 'no phase' : `${i.phase.name} ${i.phase.state}`}`,
  `    contracted ${grouped(i.contractedW)} W, for IT ${grouped(i.itW)} W, held ${grouped(i.committedItW)} W, free ${grouped(i.freeItW)} W; sure today ${grouped(i.energisedW)} W`,
  `    first to run out: ${i.limiting.resource}${i.limiting.name === undefined ? '' : ` ${i.limiting.name}`}, ${grouped(i.limiting.freeW)} W left`,
  ...i.fits.map(fitInWords),
  `    to build: ${grouped(i.mustBuild.racks)} racks (${grouped(i.mustBuild.racksPlanned)} planned), ${grouped(i.mustBuild.coolingW)} W of cooling, ${i.mustBuild.distributionW === null ? 'unknown' : grouped(i.mustBuild.distributionW)} W of distribution`,
].join('\n');
const told = (s: SiteCapacity, atLeast: PowerPhaseState): string => {
  const f = capacityForecast(s, asked(atLeast));
  return f.ok ? f.value.map(inWords).join('\n') : JSON.stringify(f.error);
};

describe('the calendar of Valence', () => {
  it('what fits on each date and what must be built when, if every step comes', () => {
    golden('calendar', told(valence, 'NEGOTIATING'));
  });
  it('what is sure: the phases that are energised, and no other', () => {
    golden('sure', told(valence, 'ENERGISED'));
  });
  it('with everything built for the last phase, the contract is what runs out first', () => {
    const built = site({
      phases: [phase('phase 4', 500, 'NEGOTIATING', 2030)], groups: [group(2_778)], halls: [{ ...valence.halls[0]!, coolingCapacityW: 417_000_000 }],
      nodes: [node('TA', 'A', 417_000), node('A1', 'A', 417_000, 'TA'), node('TB', 'B', 417_000), node('B1', 'B', 417_000, 'TB')],
    });
    const f = capacityForecast(built, { ...asked('NEGOTIATING'), from: newYear(2030) });
    const [last] = f.ok ? f.value : [];
    expect(last).toMatchObject({
      itW: 416_666_666, limiting: { resource: 'PHASE' }, mustBuild: { racks: 0, coolingW: 0, distributionW: 0 },
      // One rack-scale machine to a rack of 150 kW: all 2,778 racks, though their watts would do for 2,976.
      fits: [{ machines: 2_778, gpus: 200_016 }, { machines: 16_668 }],
    });
  });
});
