import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { readingOf, type Passage } from './lines.ts';
import { outcomeOf, type Outcome } from './outcome.ts';

/** Reads passages, several at once where there are processors for it. */
export interface Crew {
  /** How many passages it can have in hand before one who asks does better to wait. */
  readonly hands: number;
  readonly read: (passage: Passage) => Promise<Outcome>;
  readonly end: () => Promise<void>;
}

// Below, a thread would not have begun before all is read.
const WORTH_BYTES = 8 * 2 ** 20;
// One inflates and hashes the whole, which is a third of the work of these.
const MAX_THREADS = 3;
// What a passage leaves behind is garbage at once; a thread that puts off collecting it takes ten times the memory.
const YOUNG_MB = 8;

/** A crew for `bytes` of events of these logs. */
export const crewFor = (bytes: number, logs: ReadonlySet<string>): Crew => {
  const threads = Math.min(MAX_THREADS, availableParallelism() - 1);
  if (bytes < WORTH_BYTES || threads < 1) return alone(logs);
  try {
    return together(logs, threads);
  } catch {
    // Node may be told to start no threads (`--permission`): slower, and the same verdict.
    return alone(logs);
  }
};

const alone = (logs: ReadonlySet<string>): Crew => {
  const read = readingOf(logs);
  return { hands: 0, read: passage => Promise.resolve(outcomeOf(() => read(passage))), end: () => Promise.resolve() };
};

const together = (logs: ReadonlySet<string>, threads: number): Crew => {
  const members = Array.from({ length: threads }, () => memberOf(logs));
  let turn = 0;
  return {
    hands: threads + 1,
    read: passage => {
      turn = (turn + 1) % threads;
      return members[turn]?.read(passage) ?? Promise.resolve({ ok: false, because: 'nobody reads' });
    },
    end: async () => { await Promise.all(members.map(member => member.end())); },
  };
};

const memberOf = (logs: ReadonlySet<string>): Omit<Crew, 'hands'> => {
  const worker = new Worker(new URL('./line-worker.ts', import.meta.url), { workerData: [...logs], resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } });
  const waiting: { readonly passage: Passage; readonly answer: (outcome: Outcome) => void }[] = [];
  let lost: Crew | undefined;
  worker.on('message', (outcome: Outcome) => waiting.shift()?.answer(outcome));
  // A thread that cannot start, or has no memory left: what it had in hand is read here, and what comes after.
  worker.on('error', () => {
    const here = alone(logs);
    lost = here;
    for (const { passage, answer } of waiting.splice(0)) void here.read(passage).then(answer);
  });
  return {
    read: passage => lost?.read(passage) ?? new Promise<Outcome>(answer => {
      waiting.push({ passage, answer });
      worker.postMessage(passage);
    }),
    end: async () => { await worker.terminate(); },
  };
};
