import fc from 'fast-check';
import { golden } from '@cadastre/testing/golden';
import { describe, expect, it } from 'vitest';
import type { HallId, PowerNodeId } from '../core/index.ts';
import { inWords as inFaults } from '../datacenter/site.fixture.ts';
import { group, H1, H200, hall, newYear, node, NVL72, site } from '../forecast/site.fixture.ts';
import { usableW } from '../powernode/index.ts';
import { feedCut } from './cut.ts';
import type { CutAnswer, FedGroup, RacksAnswer, RacksQuestion } from './model.ts';
import { racksQuestion, racksThatFit } from './racks.ts';

const question: RacksQuestion = { shape: NVL72, perRack: 1, rackW: 150_000, rackUnits: 48, contractedW: 40_000_000, pueMilli: 1_200, feedLossTolerated: true };
const NOW = newYear(2027);
/** Phase 2 of Valence with a tree and cooling made for it. */
const phase2 = site({
  halls: [hall({ coolingCapacityW: 20_000_000 }), hall({ id: 'hall_2' as HallId, name: 'H2', coolingCapacityW: 16_000_000 })],
  nodes: [node('GRID', 'NONE', 40_000), node('TA', 'A', 32_000, 'GRID'), node('A1', 'A', 32_000, 'TA'), node('TB', 'B', 32_000, 'GRID'), node('B1', 'B', 32_000, 'TB')],
  groups: [group(10, { idleW: 40_000, usedUnits: 42 })], holds: [{ group: 'g1', watts: 1_000_000, to: newYear(2028) }],
});

describe('how many racks of a shape fit a phase', () => {
  const said = (a: RacksAnswer): string => `${String(a.racks)}, ${String(a.racksBeside)} beside, by ${a.limitedBy}`;
  it.each([
    { reason: 'at PUE 1.2 and N-1', q: {}, said: '228, 218 beside, by POWER_NODE' },
    { reason: 'without N-1 both sides carry', q: { feedLossTolerated: false }, said: '238, 228 beside, by PHASE' },
    { reason: 'at PUE 1.3', q: { feedLossTolerated: false, pueMilli: 1_300 }, said: '219, 209 beside, by PHASE' },
    { reason: 'in phase 1', q: { contractedW: 8_000_000 }, said: '47, 37 beside, by PHASE' },
    { reason: 'fourteen H200 nodes draw 142.8 kW, and are too high for a rack', q: { shape: H200, perRack: 14 }, said: '0, 0 beside, by RACK' },
    { reason: 'six of them', q: { shape: H200, perRack: 6 }, said: '522, 500 beside, by POWER_NODE' },
    { reason: 'a rack that may not draw as much', q: { rackW: 139_999 }, said: '0, 0 beside, by RACK' },
    { reason: 'nothing cools them', q: { shape: { ...NVL72, coolingKinds: ['IMMERSION' as const] } }, said: '0, 0 beside, by COOLING' },
  ])('$reason: $said', ({ q, said: words }) => { expect(said(racksThatFit(phase2, { ...question, ...q }, NOW))).toBe(words); });

  it('all faults of the question at once', () => {
    const wanted = { shape: 'h200-9', machinesPerRack: 0, rackW: 150_001, rackUnits: 0, contractedW: 1, pueMilli: 999, feedLossTolerated: true };
    expect(inFaults(racksQuestion(wanted, [NVL72, H200]))).toEqual([
      'UNKNOWN_VALUE shape value=h200-9 near=h200-8', 'BELOW_MINIMUM machinesPerRack value=0 limit=1', 'ABOVE_MAXIMUM rackW value=150001 limit=150000', 'BELOW_MINIMUM rackUnits value=0 limit=1', 'BELOW_MINIMUM pueMilli value=999 limit=1000',
    ]);
    expect(racksQuestion({ ...wanted, shape: 'h200-8', machinesPerRack: 6, rackW: 150_000, rackUnits: 48, pueMilli: 1_200 }, [NVL72, H200])).toMatchObject({ ok: true, value: { shape: H200, perRack: 6 } });
  });
  it('a hall cools whole racks: what is left over in two of them is no rack', () => {
    const halls = [hall({ coolingCapacityW: 210_000 }), hall({ id: 'hall_2' as HallId, name: 'H2', coolingCapacityW: 210_000 })];
    expect(racksThatFit(site({ halls, groups: [], nodes: [] }), question, NOW).limits.map(l => [l.resource, l.limitW, l.racks])).toEqual([['PHASE', 33_333_333, 238], ['COOLING', 420_000, 2]]);
  });
});

/** Three halls, each with its busways; hall 3 also has six racks with one feed, and its B side is the larger part of what TB carries. */
const nodes = [
  node('GRID', 'NONE', 8_000), node('TA', 'A', 3_000, 'GRID'), node('TB', 'B', 5_000, 'GRID'),
  node('H1-A', 'A', 2_000, 'TA'), node('H3-A', 'A', 1_500, 'TA'), node('H1-B', 'B', 2_000, 'TB'), node('H3-B', 'B', 2_500, 'TB'),
];
const H3 = 'hall_3' as HallId;
const fed = (over: Partial<FedGroup>): FedGroup => ({ hallId: H3, racks: 10, machines: 40, instances: 30, gpus: 240, usedW: 1_000_000, ...over });
const groups: readonly FedGroup[] = [
  fed({ hallId: H1, feedA: 'H1-A', feedB: 'H1-B', racks: 14, usedW: 1_900_000 }), fed({ feedA: 'H3-A', feedB: 'H3-B', racks: 16, usedW: 2_200_000 }), fed({ feedB: 'H3-B', racks: 6, machines: 6, instances: 4, gpus: 32, usedW: 600_000 }),
];
const inWords = (a: CutAnswer): string => [
  `cut: ${a.node.name}`,
  `dark: ${String(a.dark.racks)} racks, ${String(a.dark.machines)} machines, ${String(a.dark.instances)} instances, ${String(a.dark.gpus)} GPUs, ${String(a.dark.watts)} W`,
  `on one feed: ${String(a.shifted.racks)} racks, ${String(a.shifted.instances)} instances, ${String(a.shifted.watts)} W`,
  ...a.overloaded.map(o => `over: ${o.name} (${o.side}) ${String(o.beforeW)} W before, ${String(o.loadW)} W now, ${String(o.usableW)} W usable, ${String(o.overW)} W too much`),
  `to shed: ${String(a.mustShedW)} W at least`,
].join('\n');
const cut = (name: string): CutAnswer => feedCut(nodes, groups, `powernode_${name}` as PowerNodeId)!;

describe('what stops if a node is cut', () => {
  it('feed B of hall 3, and every other', () => {
    golden('cuts', ['H3-B', 'H3-A', 'TB', 'TA', 'H1-B', 'GRID'].map(n => inWords(cut(n))).join('\n\n'));
  });
  it('of a node that is not there', () => { expect(feedCut(nodes, groups, 'powernode_X' as PowerNodeId)).toBeUndefined(); });
  it('racks whose feeds are only labels do not notice', () => {
    expect(feedCut(nodes, [fed({ feedA: 'X', feedB: 'Y' })], 'powernode_GRID' as PowerNodeId)).toMatchObject({ dark: { racks: 0 }, shifted: { racks: 0 }, overloaded: [], mustShedW: 0 });
  });

  const watts = fc.integer({ min: 0, max: 4_000_000 });
  const anyGroups = fc.array(fc.record({ feedA: fc.option(fc.constantFrom('H1-A', 'H3-A'), { nil: undefined }), feedB: fc.option(fc.constantFrom('H1-B', 'H3-B'), { nil: undefined }), usedW: watts }), { maxLength: 5 })
    .map(list => list.map(({ feedA, feedB, usedW }) => fed({ usedW, ...(feedA === undefined ? {} : { feedA }), ...(feedB === undefined ? {} : { feedB }) })));
  it('no watt is lost: what hung under the node is dark or on its other feed, and the roots carry all that is not dark', () => {
    fc.assert(fc.property(anyGroups, fc.constantFrom(...nodes), (list, gone) => {
      const a = feedCut(nodes, list, gone.id)!;
      const under = (feed: string | undefined): boolean => {
        for (let n = nodes.find(x => x.name === feed); n !== undefined; n = nodes.find(x => x.id === n.parentId)) if (n.id === gone.id) return true;
        return false;
      };
      const touched = list.filter(g => under(g.feedA) || under(g.feedB));
      expect(a.dark.watts + a.shifted.watts).toBe(touched.reduce((n, g) => n + g.usedW, 0));
      const root = nodes[0]!;
      const fedAtAll = list.filter(g => g.feedA !== undefined || g.feedB !== undefined).reduce((n, g) => n + g.usedW, 0);
      expect(a.overloaded.find(o => o.nodeId === root.id)?.loadW ?? 0).toBe(fedAtAll - a.dark.watts > usableW(root) ? fedAtAll - a.dark.watts : 0);
      expect(a.mustShedW).toBeGreaterThanOrEqual(Math.max(0, ...a.overloaded.map(o => o.overW)));
      expect(a.mustShedW === 0).toBe(a.overloaded.length === 0);
    }), { numRuns: Number(process.env['CADASTRE_PROPERTY_RUNS'] ?? 500) });
  });
});
