import { randomUUID } from 'node:crypto';
// eslint-disable-next-line no-restricted-imports -- nothing is waited for: these pauses are the random moments at which a process is killed
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drawFrom } from '@cadastre/testing/sim';
import { waitFor } from '@cadastre/testing/wait';
import { startTestStack } from '../../apps/local/src/testing/index.ts';
import type { Stack } from '../../apps/local/src/stack/stack.ts';
import { takeCensus, withDatabase } from './world/census.ts';
import { signIn, type Outcome, type Person } from './world/people.ts';
import { declare, largeValence, orderInput, projectOf } from './world/site.ts';

const ORDERS = 100;
const AT_ONCE = 8;
const TARGETS = ['door-tenant', 'allocator', 'controller', 'nats', 'kube-apiserver', 'postgres', 'notary', 'signer'] as const;
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);

let stack: Stack;
let alice: Person;
let projectId: string;

beforeAll(async () => {
  stack = await startTestStack({ CADASTRE_RESYNC_SECONDS: '5' });
  await declare(stack.run, largeValence(20), 120);
  alice = await signIn(stack.run, 'alice');
  projectId = await projectOf(alice, 'faults');
}, 240_000);

afterAll(async () => { await stack.stop(); });

/** Repeats one request with the same idempotency key until the door gives a final answer: all that a careful client does. */
const insist = async (field: string, input: Readonly<Record<string, unknown>>, selection: string): Promise<Outcome> => {
  const key = randomUUID();
  return await waitFor(async () => {
    const outcome = await alice.act(field, { ...input, idempotencyKey: key }, `${selection} ... on Problem { retryable }`);
    return outcome['retryable'] === true ? undefined : outcome;
  }, { what: `a final answer of ${field}`, timeoutMs: 120_000, everyMs: 300 });
};

const ROUNDS = 3;

// Nothing is waited for: when a process is killed is what is drawn.
const moment = (ms: number): Promise<void> => setTimeout(ms);

/** Kills each process once a round, in a drawn order and at random moments, as soon as it is up again: what never gets to start proves nothing about healing. */
const havoc = async (draw: ReturnType<typeof drawFrom>): Promise<readonly string[]> => {
  const killed: string[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    for (const target of draw.shuffle(TARGETS)) {
      await moment(draw.int(1_500));
      await stack.waitReady(target, 90_000);
      stack.kill(target, 'SIGKILL');
      killed.push(target);
    }
  }
  return killed;
};

test(`100 orders and 30 givings-back while every process is killed at random: nothing lost, nothing double, healed without a hand (SEED=${String(SEED)})`, async () => {
  const draw = drawFrom(SEED);
  let over = false;
  const chaos = havoc(draw).finally(() => { over = true; });
  const placed: string[] = [];
  const released: string[] = [];
  const order = async (n: number): Promise<void> => {
    const answer = await insist('createGpuInstances', { ...orderInput(), projectId, shape: 'h200-8', name: `chaos-${String(n)}` }, '... on GpuInstancesAccepted { instances { id } }');
    const ids = ((answer['instances'] ?? []) as readonly { id: string }[]).map(i => i.id);
    expect(ids, JSON.stringify(answer)).toHaveLength(1);
    placed.push(...ids);
    if (n % 10 < 3) {
      const given = await insist('releaseGpuInstance', { id: ids[0] }, '... on GpuInstanceReleaseAccepted { instance { id } }');
      expect(given.__typename, JSON.stringify(given)).toBe('GpuInstanceReleaseAccepted');
      released.push(...ids);
    }
  };
  const numbers = Array.from({ length: ORDERS }, (_, n) => n);
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let n = numbers.pop(); n !== undefined; n = numbers.pop()) {
      await order(n);
      // Spread over the whole of the havoc: a hundred orders alone would be over before the second process is killed.
      if (!over) await moment(draw.int(2_500));
    }
  }));
  expect(await chaos).toHaveLength(ROUNDS * TARGETS.length);

  await waitFor(async () => {
    const { rows } = await withDatabase(stack.run, db => db.query<{ status: string; n: number }>('SELECT status::text, count(*)::int AS n FROM gpu_instance GROUP BY status'));
    const count = (status: string): number => rows.find(r => r.status === status)?.n ?? 0;
    return count('READY') === ORDERS - released.length && count('RELEASED') === released.length ? true : Promise.reject(new Error(JSON.stringify(rows)));
  }, { what: 'every order READY and every giving-back RELEASED', timeoutMs: 180_000, everyMs: 500 });
  // A pod that is being deleted when its instance is already RELEASED would be a breach; the census looks at what is not being deleted.
  await waitFor(async () => (await takeCensus(stack.run)).violations.length === 0 || Promise.reject(new Error((await takeCensus(stack.run)).violations.join('\n'))),
    { what: 'a sound census', timeoutMs: 30_000, everyMs: 500 });
  expect(new Set(placed).size).toBe(ORDERS);
  const { live } = await takeCensus(stack.run);
  expect(new Set(live.map(i => i.id))).toEqual(new Set(placed.filter(id => !released.includes(id))));
}, 480_000);
