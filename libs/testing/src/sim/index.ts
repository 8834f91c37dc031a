import { drawFrom, type Draw } from './random.ts';

export { drawFrom, type Draw } from './random.ts';

/** One seeded world: actors that take turns in an order drawn from the seed, and laws that hold after every turn. */
export interface Sim extends Draw {
  readonly seed: number;
  /** Virtual milliseconds; each turn moves it by a drawn amount below `turnMs`. */
  now(): number;
  /** Something that acts when its turn comes. Answering 'idle' says that it had nothing to do. */
  actor(name: string, turn: () => unknown): void;
  /** A law of the world, looked at after every single turn: throws or answers a sentence when it is broken. */
  law(name: string, holds: () => unknown): void;
  /** A line of the story, shown when the run fails. */
  note(line: string): void;
  /** Takes turns until `until` answers true, or all actors are idle in a row, or `maxTurns` (default 1,000) are taken. Answers how many. */
  run(options?: { readonly maxTurns?: number; readonly until?: () => boolean }): Promise<number>;
}

export interface SimOptions {
  /** How many seeds to try. Default 100. */
  readonly runs?: number;
  /** The first seed; the others follow. Default 1: a red run must be red again tomorrow. */
  readonly firstSeed?: number;
  /** Largest step of the virtual clock, milliseconds. Default 1,000. */
  readonly turnMs?: number;
}

const STORY_LINES = 40;

/** A failed run: its message begins with the seed that shows it again. */
export class SimFailure extends Error {
  readonly seed: number;
  constructor(seed: number, turn: number, story: readonly string[], cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`seed ${String(seed)} (again with SIM_SEED=${String(seed)}), turn ${String(turn)}: ${why}\n${story.map(line => `  ${line}`).join('\n')}`, { cause });
    this.name = 'SimFailure';
    this.seed = seed;
  }
}

/**
 * Runs `build` once for each seed. SIM_SEED=<n> in the environment runs that seed alone.
 * @throws SimFailure at the first seed that breaks a law or throws.
 */
export const sim = async (options: SimOptions, build: (world: Sim) => unknown): Promise<void> => {
  const only = process.env['SIM_SEED'];
  const first = only === undefined ? (options.firstSeed ?? 1) : Number(only);
  const runs = only === undefined ? (options.runs ?? 100) : 1;
  for (let seed = first; seed < first + runs; seed++) {
    const world = createWorld(seed, options.turnMs ?? 1_000);
    try {
      await build(world.sim);
    } catch (error) {
      throw new SimFailure(seed, world.turns(), world.story(), error);
    }
  }
};

const createWorld = (seed: number, turnMs: number): { readonly sim: Sim; turns(): number; story(): readonly string[] } => {
  const draw = drawFrom(seed);
  const actors: { readonly name: string; readonly turn: () => unknown }[] = [];
  const laws: { readonly name: string; readonly holds: () => unknown }[] = [];
  const story: string[] = [];
  let now = 0;
  let turns = 0;

  const note = (line: string): void => {
    story.push(`${String(turns)}. ${line}`);
    if (story.length > STORY_LINES) story.shift();
  };
  const obey = async (): Promise<void> => {
    for (const law of laws) {
      const broken = await law.holds();
      if (broken === false) throw new Error(`law broken: ${law.name}`);
      if (typeof broken === 'string') throw new Error(`law broken: ${law.name}: ${broken}`);
    }
  };
  const run: Sim['run'] = async ({ maxTurns = 1_000, until } = {}) => {
    const resting = new Set<string>();
    let taken = 0;
    while (taken < maxTurns && resting.size < actors.length && until?.() !== true) {
      const actor = draw.pick(actors);
      turns += 1;
      taken += 1;
      now += draw.int(turnMs);
      const did = await actor.turn();
      if (did === 'idle') resting.add(actor.name);
      else resting.clear();
      note(did === 'idle' ? `${actor.name} (idle)` : actor.name);
      await obey();
    }
    return taken;
  };
  const sim: Sim = {
    ...draw,
    seed,
    now: () => now,
    actor: (name, turn) => actors.push({ name, turn }),
    law: (name, holds) => laws.push({ name, holds }),
    note,
    run,
  };
  return { sim, turns: () => turns, story: () => story };
};
