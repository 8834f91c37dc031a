import { setTimeout as after } from 'node:timers/promises';
import { treeCpuMicros } from './cpu.ts';

/** What one run of a load came to. `operations` were all answered as they should be: a run with a wrong answer throws. */
export interface Load {
  readonly operations: number;
  readonly seconds: number;
  /** Milliseconds, when the generator knows them. */
  readonly p50Ms?: number;
  readonly p99Ms?: number;
}

/** One thing measured. Sides run in turn, A B A B, so that a slow minute of the machine hits all of them. */
export interface Side {
  readonly name: string;
  /** Root processes whose CPU counts as the server's; what they start counts too. */
  readonly servers: Readonly<Record<string, number>>;
  readonly database: number;
  run(signal: AbortSignal): Promise<Load>;
  /** Throws when what is in the database is not what was answered. */
  check(signal: AbortSignal): Promise<void>;
}

export interface Measured {
  readonly side: string;
  readonly round: number;
  readonly operations: number;
  readonly perSecond: number;
  readonly p50Ms?: number;
  readonly p99Ms?: number;
  /** CPU microseconds per operation, by server process, their sum, and PostgreSQL's. */
  readonly cpuMicros: Readonly<Record<string, number>>;
  readonly serverCpuMicros: number;
  readonly databaseCpuMicros: number;
}

/** Between two runs: connections close, the write-ahead log is synced, and one side does not pay for the other's tail. */
const SETTLE_MS = 300;

const cpuNow = (side: Side): { readonly servers: Record<string, number>; readonly database: number } => ({
  servers: Object.fromEntries(Object.entries(side.servers).map(([name, pid]) => [name, treeCpuMicros(pid)])),
  database: treeCpuMicros(side.database),
});

export const measure = async (side: Side, round: number, signal: AbortSignal): Promise<Measured> => {
  const before = cpuNow(side);
  const load = await side.run(signal);
  // What was answered may still be on its way to the disk (background writer, after-answer work): it belongs to this side.
  await after(SETTLE_MS, undefined, { signal });
  const now = cpuNow(side);
  await side.check(signal);
  if (load.operations === 0) throw new Error(`${side.name}: nothing was done in ${load.seconds.toFixed(1)} s`);
  const perOperation = (micros: number): number => micros / load.operations;
  const cpuMicros = Object.fromEntries(Object.entries(now.servers).map(([name, micros]) => [name, perOperation(micros - (before.servers[name] ?? 0))]));
  return {
    side: side.name, round, operations: load.operations, perSecond: load.operations / load.seconds,
    ...(load.p50Ms === undefined ? {} : { p50Ms: load.p50Ms }), ...(load.p99Ms === undefined ? {} : { p99Ms: load.p99Ms }),
    cpuMicros, serverCpuMicros: Object.values(cpuMicros).reduce((sum, micros) => sum + micros, 0),
    databaseCpuMicros: perOperation(now.database - before.database),
  };
};

/** Every side once per round, in the given order. `tell` sees each measurement as it is made. */
export const interleave = async (sides: readonly Side[], rounds: number, tell: (m: Measured) => void, signal: AbortSignal): Promise<readonly Measured[]> => {
  const all: Measured[] = [];
  for (let round = 1; round <= rounds; round++) {
    for (const side of sides) {
      const m = await measure(side, round, signal);
      tell(m);
      all.push(m);
    }
  }
  return all;
};

export interface Spread { readonly median: number; readonly min: number; readonly max: number }

export const spread = (values: readonly number[]): Spread => {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (n: number): number => sorted[n] ?? Number.NaN;
  const middle = (sorted.length - 1) / 2;
  return { median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2, min: at(0), max: at(sorted.length - 1) };
};

/** `value(ours) / value(theirs)`, round by round: two medians of different minutes would not be a ratio of anything. */
export const ratio = (all: readonly Measured[], ours: string, theirs: string, value: (m: Measured) => number): Spread => {
  const of = (side: string, round: number): Measured | undefined => all.find((m) => m.side === side && m.round === round);
  const rounds = [...new Set(all.map((m) => m.round))];
  return spread(rounds.flatMap((round) => {
    const [a, b] = [of(ours, round), of(theirs, round)];
    return a === undefined || b === undefined ? [] : [value(a) / value(b)];
  }));
};
