import type { Context } from '../harness/context.ts';
import { thisMachine } from '../harness/machine.ts';
import type { Figure, Report } from '../harness/report.ts';
import { spread } from '../harness/rounds.ts';
import { Cluster } from './cluster.ts';
import { nodesIn, tasksIn } from './trace.ts';
import { LOADS, trial, type Trial } from './trial.ts';

const WARM_UP = [1, 2, 3] as const;

/** `openb`: a trace of tasks over a cluster of nodes until they ask for 130 % of its GPUs; how much is allocated, and what a decision costs. */
export const openb = async (c: Context): Promise<Report> => {
  const { nodes, pods, seeds } = c.options.openb;
  const cluster = new Cluster(nodesIn(nodes));
  const tasks = tasksIn(pods);
  const machine = thisMachine();
  c.say('warming up');
  // An allocator runs for weeks: what the compiler does in the first seconds is not what a decision costs.
  for (const seed of WARM_UP) trial(cluster, tasks, seed);
  const trials: Trial[] = [];
  for (const seed of seeds) {
    c.signal.throwIfAborted();
    const t = trial(cluster, tasks, seed);
    c.say(`seed ${seed}  ${t.allocated.map((x) => x.toFixed(2)).join(' ')}  CPU-µs a decision: ${(t.cpuMicros / t.decisions).toFixed(1)}, ${t.decisions} decisions, ${t.refused} refused`);
    trials.push(t);
    // A run has no pause: signals are heard between two.
    await new Promise(setImmediate);
  }
  return { benchmark: 'openb', machine, rounds: trials.length, measured: [], skipped: [], setting: settingOf(cluster, tasks.length, trials), figures: figuresOf(trials) };
};

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const mean = (values: readonly number[]): number => sum(values) / values.length;

const settingOf = (cluster: Cluster, tasks: number, trials: readonly Trial[]): Record<string, string> => {
  const [refused, decisions] = [sum(trials.map((t) => t.refused)), sum(trials.map((t) => t.decisions))];
  const [refusedMicros, micros] = [sum(trials.map((t) => t.refusedCpuMicros)), sum(trials.map((t) => t.cpuMicros))];
  return {
    cluster: `${cluster.nodes.length} nodes, ${cluster.totalMilli / 1_000} GPUs of ${cluster.models.length} models; ${tasks} tasks, ${decisions} decisions`,
    'arrived, %': LOADS.map((_, n) => mean(trials.map((t) => t.arrived[n] ?? Number.NaN)).toFixed(2)).join(' '),
    'CPU-µs': `${((micros - refusedMicros) / (decisions - refused)).toFixed(1)} where it fits, with the fold of the claim; ${(refusedMicros / Math.max(1, refused)).toFixed(1)} a refusal, of which ${refused}`,
  };
};

const figuresOf = (trials: readonly Trial[]): readonly Figure[] => {
  const figure = (name: string, of: string, values: readonly number[]): Figure => ({ name: `openb/${name}`, of, ...spread(values), mean: mean(values) });
  return [
    ...LOADS.map((load, n) => figure(String(load), `allocated of the cluster's GPUs when ${load} % are asked for, %`, trials.map((t) => t.allocated[n] ?? Number.NaN))),
    figure('us', 'CPU-µs a decision, refusals and the fold of each claim included', trials.map((t) => t.cpuMicros / t.decisions)),
  ];
};
