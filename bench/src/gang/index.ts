import { place, type PlacementRequest, type TopologyLevel, type Verdict } from '@cadastre/domain/capacity';
import type { Context } from '../harness/context.ts';
import { thisMachine } from '../harness/machine.ts';
import type { Figure, Report } from '../harness/report.ts';
import { spread } from '../harness/rounds.ts';
import { Times, timedLine, type Timed } from '../harness/timing.ts';
import { Columns } from '../region/columns.ts';
import { Traffic } from '../region/orders.ts';
import { DARK_SITE } from '../region/world.ts';
import { brute, groupsOf } from './brute.ts';
import { fillEach } from './fill.ts';

const MACHINES = 20_000;
const SEED = 43;
const FILLS = [0.5, 0.7] as const;
const TURNS = 40;
const BRUTE_TURNS = 3;

interface Gang { readonly level: TopologyLevel; readonly shape: string; readonly counts: readonly number[]; readonly more?: Partial<PlacementRequest> }
const LEVELS = ['NVLINK_DOMAIN', 'RACK', 'ROW', 'DATACENTER'] as const;
/** Of whole machines. Those that no state lets in: more than a domain, a rack, a row has; a site without power. */
const GANGS: readonly Gang[] = [
  { level: 'NVLINK_DOMAIN', shape: 'gb300-4', counts: [2, 8, 12, 17] },
  { level: 'RACK', shape: 'h200-8', counts: [1, 4, 8, 12, 17] },
  { level: 'ROW', shape: 'h200-8', counts: [16, 32, 64, 321] },
  { level: 'DATACENTER', shape: 'h200-8', counts: [64, 128, 256, 512] },
  { level: 'DATACENTER', shape: 'h200-8', counts: [8, 64], more: { datacenterId: DARK_SITE } },
];

interface World { readonly traffic: Traffic; readonly columns: Columns; readonly groups: ReadonlyMap<TopologyLevel, readonly Int32Array[]> }
interface Took { readonly round: number; readonly fill: number; readonly kind: string; readonly placed: boolean; readonly ours: number; readonly brute: number; readonly filled: number }

/** `gang`: whole machines in one NVLink domain, rack, row or site under power, against the same checks on every machine of every group, and against a count that only fills them. */
export const gang = async (c: Context): Promise<Report> => {
  const machine = thisMachine();
  const traffic = new Traffic(MACHINES, SEED);
  place(traffic.state, traffic.request({ name: '', weight: 1, shape: 'h200-8', more: {} }));
  const w: World = { traffic, columns: new Columns(traffic.state), groups: new Map(LEVELS.map((level) => [level, groupsOf(traffic.state, level)])) };
  const timed: Timed[] = [];
  const took: Took[] = [];
  for (const fill of FILLS) {
    traffic.fill(fill, (fact) => { if (fact.kind === 'CLAIM') w.columns.claim(fact); });
    for (let round = 0; round <= c.options.rounds; round++) {
      const ran = oneRound(w, round, fill);
      c.signal.throwIfAborted();
      // Round 0 warms up.
      if (round === 0) continue;
      took.push(...ran.took);
      for (const [side, times] of ran.sides) {
        if (times.kinds.length === 0) continue;
        const t = times.timed(`${side}, ${fill * 100} %`, round);
        c.say(timedLine(t));
        timed.push(t);
      }
    }
  }
  return {
    benchmark: 'gang', machine, rounds: c.options.rounds, measured: [], timed, figures: figuresOf(took), skipped: [],
    setting: {
      world: `seed ${SEED}, ${MACHINES} machines, filled by claims of every kind; gangs of whole machines: ${GANGS.map((g) => `${g.level} ${g.counts.join(' ')}`).join(', ')}`,
      each: table(took),
    },
  };
};

const oneRound = (w: World, round: number, fill: number): { readonly took: readonly Took[]; readonly sides: readonly (readonly [string, Times])[] } => {
  const [placed, refused, looked, counted] = [new Times(), new Times(), new Times(), new Times()];
  const took: Took[] = [];
  for (const g of GANGS) {
    for (const count of g.counts) {
      const kind = `${g.level} ${count}${g.more === undefined ? '' : ' without power'}`;
      const [ours, peer, filled] = [new Times(), new Times(), new Times()];
      const groups = w.groups.get(g.level) ?? [];
      let fits = false;
      for (let n = 0; n < TURNS; n++) {
        const r = w.traffic.request({ name: kind, weight: 1, shape: g.shape, more: { count, topology: { level: g.level, required: true }, ...g.more } });
        const v = ours.of(kind, () => place(w.traffic.state, r));
        fits = v.outcome === 'PLACED';
        (fits ? placed : refused).add(kind, ours.last);
        if (n < BRUTE_TURNS) {
          agree(v, peer.of(kind, () => brute(w.traffic.state, w.columns, r, groups))?.length ?? 0, r);
          looked.add(kind, peer.last);
          agree(v, filled.of(kind, () => fillEach(w.columns, r, groups, w.traffic.state.shapes.find(r.shapeId) ?? -1)), r);
          counted.add(kind, filled.last);
        }
        move(w, r, v);
      }
      took.push({ round, fill, kind, placed: fits, ours: ours.typical, brute: peer.typical, filled: filled.typical });
    }
  }
  return { took, sides: [['placed', placed], ['refused', refused], ['brute force', looked], ['fill', counted]] };
};

/** The gang runs and ends, so that the next decision meets racks that were touched; a stranger's instance ends and comes back elsewhere. */
const move = ({ traffic, columns }: World, r: PlacementRequest, v: Verdict): void => {
  if (v.outcome !== 'PLACED') return;
  for (const c of traffic.claim(r, v.placements)) columns.claim(c);
  for (let n = 0; n < v.placements.length; n++) columns.release(traffic.release('LAST'));
};

const agree = (v: Verdict, fit: number, r: PlacementRequest): void => {
  if ((v.outcome === 'PLACED') !== (fit > 0)) throw new Error(`the engine says ${v.outcome === 'PLACED' ? 'placed' : JSON.stringify(v.reasons)}, the other side ${fit}: ${JSON.stringify(r)}`);
};

const figuresOf = (took: readonly Took[]): readonly Figure[] => {
  const rounds = FILLS.flatMap((fill) => [...new Set(took.map((t) => t.round))].map((round) => took.filter((t) => t.fill === fill && t.round === round)));
  const mean = (list: readonly Took[], of: (t: Took) => number): number => list.reduce((sum, t) => sum + of(t), 0) / list.length;
  const [yes, no] = [(t: Took): boolean => t.placed, (t: Took): boolean => !t.placed];
  return [
    { name: 'gang/brute-20k', of: 'brute force / a decision, kind by kind: median over kinds, fills and rounds', ...spread(took.map((t) => t.brute / t.ours)) },
    { name: 'gang/brute-20k-total', of: 'time of all kinds together, brute force / decisions', ...spread(rounds.map((list) => mean(list, (t) => t.brute) / mean(list, (t) => t.ours))) },
    { name: 'gang/fill-20k', of: 'a count that only fills every group, and names no machine / a decision, kind by kind: median over kinds, fills and rounds', ...spread(took.map((t) => t.filled / t.ours)) },
    { name: 'gang/refused', of: 'a refusal / a placement, mean over kinds', ...spread(rounds.map((list) => mean(list.filter(no), (t) => t.ours) / mean(list.filter(yes), (t) => t.ours))) },
  ];
};

const table = (took: readonly Took[]): string =>
  [...new Set(took.map((t) => `${t.fill} ${t.kind}`))].map((key) => {
    const own = took.filter((t) => `${t.fill} ${t.kind}` === key);
    const middle = (of: (t: Took) => number): string => spread(own.map(of)).median.toFixed(1);
    return `\n  ${key.padEnd(34)} ${own[0]?.placed === true ? 'placed ' : 'refused'} ${middle((t) => t.ours).padStart(8)} µs, brute force ${middle((t) => t.brute).padStart(8)} µs, × ${middle((t) => t.brute / t.ours)}; fill ${middle((t) => t.filled).padStart(8)} µs`;
  }).join('');
