import { parentPort, workerData } from 'node:worker_threads';
import { readingOf, type Passage } from './lines.ts';
import { outcomeOf } from './outcome.ts';

// A thread of `together` in crew.ts: an answer for each question, in their order.
const read = readingOf(new Set(workerData as readonly string[]));
parentPort?.on('message', (passage: Passage) => {
  const outcome = outcomeOf(() => read(passage));
  // Handed over and not copied: nobody here needs them any more.
  const { times, beats, roots } = outcome.ok ? outcome.held : { times: undefined, beats: undefined, roots: undefined };
  parentPort?.postMessage(outcome, [times, beats, roots].flatMap(part => (part === undefined ? [] : [part.buffer])));
});
