import { parentPort, workerData } from 'node:worker_threads';
import { readingOf, type Passage } from './lines.ts';
import { outcomeOf } from './outcome.ts';

// A thread of `together` in crew.ts: an answer for each question, in their order.
const read = readingOf(new Set(workerData as readonly string[]));
parentPort?.on('message', (passage: Passage) => { parentPort?.postMessage(outcomeOf(() => read(passage))); });
