import { metrics } from '../otel/index.ts';
import type { QueueDepth } from './model.ts';

const depths = new Map<string, () => QueueDepth>();

metrics.gauge('cadastre.queue.depth', { description: 'Keys in a queue, by state.', unit: '{key}' }, () =>
  [...depths].flatMap(([queue, depth]) => Object.entries(depth()).map(([state, value]: [string, number]) => ({ value, attributes: { queue, state } }))),
);

export const runDuration = metrics.histogram('cadastre.queue.run.duration', { description: 'Time of one run of a key, by outcome.', unit: 's' });
export const waitDuration = metrics.histogram('cadastre.queue.wait.duration', { description: 'Time from the wake-up of a key to its run.', unit: 's' });
export const runErrors = metrics.counter('cadastre.queue.errors', { description: 'Runs that threw.', unit: '{run}' });

export const watchDepth = (queue: string, depth: () => QueueDepth): (() => void) => {
  depths.set(queue, depth);
  return () => {
    if (depths.get(queue) === depth) depths.delete(queue);
  };
};
