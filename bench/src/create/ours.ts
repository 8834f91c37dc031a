import { setTimeout as after } from 'node:timers/promises';
import pg from 'pg';
import type { Load, Side } from '../harness/rounds.ts';
import type { Generator } from '../load/post.ts';
import type { Declared } from '../site/declare.ts';
import type { Session } from '../site/door.ts';
import type { Servers } from '../site/stack.ts';

export const ORDER = `mutation Order($input: CreateGpuInstancesInput!) {
  createGpuInstances(input: $input) {
    __typename
    ... on GpuInstancesAccepted { orderId decisionId instances { id name status } receipt { auditEventId } }
    ... on Problem { code message }
  }
}`;

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEy bench';
const LEASE_DAYS = 30;
const NUMBER = '#number#';

/** The parts of an order's body around the two places of its number: idempotency key and name. */
export const bodyParts = (declared: Declared): readonly [string, string, string] => {
  const body = JSON.stringify({
    query: ORDER, operationName: 'Order',
    variables: { input: {
      idempotencyKey: `bench-${NUMBER}`, name: `b-${NUMBER}`, projectId: declared.projectIds[0], shape: declared.shapes[0], count: 1, interruptible: false,
      image: 'registry.invalid/bench:1', sshKeys: [KEY], leaseEnd: new Date(Date.now() + LEASE_DAYS * 86_400_000).toISOString(),
    } },
  });
  const [one = '', two = '', three = ''] = body.split(NUMBER);
  return [one, two, three];
};

/** What the database holds of orders; every column must say the same number. */
const COUNTS = `select
  (select count(*)::int from gpu_instance) as instances,
  (select count(*)::int from capacity_ledger where kind = 'CLAIM') as claims,
  (select coalesce(sum(gpus_allocated), 0)::int from machine_capacity) as gpus,
  (select count(*)::int from machine_capacity where gpus_allocated = 1) as machines,
  (select count(*)::int from placement_decision) as decisions,
  (select count(*)::int from audit_event where type = 'compute.instance.create' and outcome = 'success') as audited,
  (select count(*)::int from outbox where noun = 'instance' and verb = 'created') as told,
  (select count(*)::int from idempotency_record) as keys`;

/** All orders of this run of the benchmark, over all sides of ours: they share the rows. */
export class Orders {
  readonly #url: string;
  #acknowledged = 0;
  /** wrk hangs up at its deadline: up to one order per connection is done and never heard of. */
  #unheard = 0;

  constructor(superuserUrl: string) {
    this.#url = superuserUrl;
  }

  get taken(): number {
    return this.#acknowledged + this.#unheard;
  }

  acknowledged(count: number, connections: number): void {
    this.#acknowledged += count;
    this.#unheard += connections;
  }

  async check(signal: AbortSignal): Promise<void> {
    const client = new pg.Client({ connectionString: this.#url });
    await client.connect();
    try {
      for (let before: string | undefined; ;) {
        const { rows: [row] } = await client.query<Record<string, number>>(COUNTS);
        const counts = row ?? {};
        const now = JSON.stringify(counts);
        if (now === before) {
          this.#judge(counts);
          return;
        }
        before = now;
        await after(200, undefined, { signal });
      }
    } finally {
      await client.end();
    }
  }

  #judge(counts: Readonly<Record<string, number>>): void {
    const instances = counts['instances'] ?? 0;
    const odd = Object.entries(counts).filter(([, n]) => n !== instances);
    if (odd.length > 0) throw new Error(`the rows disagree: ${JSON.stringify(counts)}`);
    if (instances < this.#acknowledged || instances > this.taken) {
      throw new Error(`${this.#acknowledged} orders were acknowledged and at most ${this.#unheard} unheard, but there are ${instances} instances`);
    }
  }
}

export interface OurSide {
  readonly generator: Generator;
  readonly servers: Servers;
  readonly session: Session;
  readonly declared: Declared;
  readonly orders: Orders;
}

/** Orders through the tenant door over this many connections. */
export const ourSide = (of: OurSide, connections: number, seconds: number): Side => {
  let runs = 0;
  const { generator, servers, session, declared, orders } = of;
  return {
    name: `cadastre, ${connections} conn.`,
    servers: { door: servers.pids.door, allocator: servers.pids.allocator },
    database: servers.pids.postgres,
    run: async (signal): Promise<Load> => {
      runs += 1;
      const load = await generator.post({ ...session, question: { kind: 'numbered', prefix: `${connections}-${runs}-${Date.now().toString(36)}-`, parts: bodyParts(declared) }, connections, seconds }, signal);
      orders.acknowledged(load.operations, connections);
      return load;
    },
    check: (signal) => orders.check(signal),
  };
};
