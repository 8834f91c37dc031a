import { beforeAll, describe, expect, it } from 'vitest';
import { operator, type Data } from '../testing/operator.ts';
import { declared, declareSite, RACK, type DeclaredSite } from '../testing/site.ts';

const door = operator();
let site: DeclaredSite;
beforeAll(async () => { site = await declareSite(door, 'fr-phases'); });

const PHASE = 'name contractedW state from to evidence { document sha256 } assumed generation';
const VALENCE = [
  { name: 'phase 1', contractedW: 8_000_000, state: 'ENERGISED', from: '2026-01-01T00:00:00Z', assumed: ['from'] },
  { name: 'phase 2', contractedW: 40_000_000, state: 'AUTHORISED', from: '2027-01-01T00:00:00Z' },
];
const calendar = (phases: readonly object[]) =>
  door.mutate('setPowerCalendar', { datacenterId: site.datacenterId, phases }, `... on PowerCalendarAccepted { powerPhases { ${PHASE} } created updated unchanged removed receipt { auditEventId } }`);
const set = (phase: object) => door.mutate('setPowerPhase', { datacenterId: site.datacenterId, ...phase }, `... on PowerPhaseAccepted { powerPhase { ${PHASE} } }`);
const names = async (): Promise<readonly string[]> => {
  const answer = await door.ask('query($id: ID) { powerPhases(datacenterId: $id) { edges { node { name contractedW } } } }', { id: site.datacenterId });
  return (answer['powerPhases'] as { edges: readonly { node: Data }[] }).edges.map(e => `${String(e.node['name'])} ${String(e.node['contractedW'])}`).sort();
};

describe('the power calendar of a datacenter', () => {
  it('is declared in one act, and a second time changes nothing', async () => {
    expect(await calendar(VALENCE)).toMatchObject({
      // The site came with a phase-1 of 500 MW.
      __typename: 'PowerCalendarAccepted', created: 2, updated: 0, unchanged: 0, removed: 1,
      powerPhases: [{ name: 'phase 1', contractedW: 8_000_000, from: '2026-01-01T00:00:00.000Z', to: null, evidence: null, assumed: ['from'], generation: 1 }, { name: 'phase 2' }],
    });
    expect(await calendar(VALENCE)).toMatchObject({ created: 0, updated: 0, unchanged: 2, removed: 0 });
  });

  it('takes a phase by its name: created, then changed whole, with its evidence', async () => {
    const evidence = { document: 'Proposition technique et financière n° 4', sha256: '0123456789abcdef'.repeat(4) };
    expect(await set({ ...VALENCE[1], name: 'phase 3', contractedW: 80_000_000, evidence })).toMatchObject({ powerPhase: { name: 'phase 3', evidence, generation: 1 } });
    expect(await set({ ...VALENCE[1], name: 'phase 3', contractedW: 90_000_000, to: '2040-01-01T00:00:00Z' })).toMatchObject({ powerPhase: { contractedW: 90_000_000, to: '2040-01-01T00:00:00.000Z', evidence: null, generation: 2 } });
    expect(await set({ ...VALENCE[1], name: 'phase 3', contractedW: 91_000_000, generation: 1 })).toMatchObject({ __typename: 'Conflict', code: 'STALE_GENERATION' });
    expect(await door.rows("SELECT verb FROM outbox WHERE noun = 'phase' ORDER BY seq")).toEqual(['created', 'created', 'created', 'removed', 'created', 'updated'].map(verb => ({ verb })));
  });

  it('loses a phase that is not named any more', async () => {
    expect(await calendar(VALENCE)).toMatchObject({ removed: 1, unchanged: 2 });
    expect(await names()).toEqual(['phase 1 8000000', 'phase 2 40000000']);
  });

  it.each([
    { reason: 'phases that contradict each other', phases: [VALENCE[0], { ...VALENCE[1], state: 'CONTRACTED', contractedW: 7_000_000 }], code: 'PHASES_CONTRADICT', path: ['phases', '1', 'contractedW'] },
    { reason: 'an end before its beginning', phases: [{ ...VALENCE[0], to: '2025-01-01T00:00:00Z' }], code: 'INTERVAL_REVERSED', path: ['phases', '0', 'to'] },
    { reason: 'a digest that is none', phases: [{ ...VALENCE[0], evidence: { document: 'x', sha256: 'beef' } }], code: 'BAD_FORMAT', path: ['phases', '0', 'evidence', 'sha256'] },
    { reason: 'one name twice', phases: [VALENCE[0], VALENCE[0]], code: 'DUPLICATE', path: ['phases', '1', 'name'] },
  ])('refuses $reason, and writes nothing', async ({ phases, code, path }) => {
    const before = await names();
    expect(await calendar(phases as readonly object[])).toMatchObject({ __typename: 'ValidationFailed', code, path });
    expect(await names()).toEqual(before);
  });
});

describe('what draws power now', () => {
  it('keeps its phase and its PUE: the racks are named, with the contract that they need', async () => {
    const rackId = await declared(door, 'createRack', 'rack', { ...RACK, hallId: site.hallId, name: 'P1' });
    // What the allocator would have written: machines at rest, no instance.
    await door.asSuperuser(`INSERT INTO rack_capacity (rack_id, region_id, max_power_w, used_w) VALUES ('${rackId}', '${site.regionId}', 150000, 100000)`);
    expect(await set({ ...VALENCE[0], contractedW: 119_999 })).toMatchObject({
      code: 'WOULD_BREAK_RUNNING', path: ['contractedW'], message: expect.stringContaining('(P1)') as string, suggestion: 'Give at least 120000, or release what is named first.',
    });
    expect(await set({ ...VALENCE[0], state: 'CONTRACTED' })).toMatchObject({ code: 'WOULD_BREAK_RUNNING', path: ['state'] });
    expect(await calendar([VALENCE[1] as object])).toMatchObject({ code: 'WOULD_BREAK_RUNNING', path: ['phases'] });
    expect(await set({ ...VALENCE[0], contractedW: 120_000 })).toMatchObject({ powerPhase: { contractedW: 120_000 } });
    const changed = '... on DatacenterAccepted { datacenter { pueMilli } }';
    expect(await door.mutate('updateDatacenter', { id: site.datacenterId, generation: 1, pueMilli: 1_201 }, changed)).toMatchObject({ code: 'WOULD_BREAK_RUNNING', path: ['pueMilli'] });
    expect(await door.mutate('updateDatacenter', { id: site.datacenterId, generation: 1, pueMilli: 1_100 }, changed)).toMatchObject({ datacenter: { pueMilli: 1_100 } });
  });
});
