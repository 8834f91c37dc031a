import type { StateDir } from '../../../apps/local/src/host/state-dir.ts';
import type { Family } from '../../../apps/local/src/stack/family.ts';

/** What every benchmark is given: a folder and a family of processes that end with it, whatever happens. */
export interface Context {
  readonly root: string;
  readonly dir: StateDir;
  readonly family: Family;
  readonly options: Options;
  /** Progress, for a person. */
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface Options {
  readonly rounds: number;
  /** Seconds of each run of each side; shortened where the declared capacity would not last. */
  readonly seconds: number;
  /** How many connections at once, one side each. */
  readonly connections: readonly number[];
  /** Simulated one-GPU machines that are declared, in racks of 30. */
  readonly machines: number;
  readonly openb: Trace;
  /** A folder for V8 CPU profiles of our processes; profiled figures are not figures. */
  readonly profile?: string;
}

/** A trace of tasks and the nodes that they are offered to, as files in the format of bench/data/openb. */
export interface Trace {
  readonly nodes: string;
  readonly pods: string;
  /** One order of the tasks each. */
  readonly seeds: readonly number[];
}
