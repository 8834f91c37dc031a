export { backoffMs, DEFAULT_BACKOFF, type Backoff } from './backoff.ts';
export { again, done, type KeyedQueue, type KeyedQueueOptions, type Outcome, type QueueDepth, type Wake } from './model.ts';
export { createKeyedQueue } from './queue.ts';
