import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { Context } from '../harness/context.ts';
import type { Load, Side } from '../harness/rounds.ts';
import type { Servers } from '../site/stack.ts';
import type { PlacementClient } from '../placement/client.ts';
import { startPlacement } from '../placement/server.ts';

export const PROVIDERS = 1_000;
/** GPUs of each provider: enough that no claim of a run finds a full one, so that it never pays for looking further. */
const GPUS = 1_000;

/** `candidates`: how many of them it is asked for. Nova's default is 1,000 (`max_placement_results`). */
export interface Claims { readonly concurrency: number; readonly seconds: number; readonly candidates: number | 'none' }

export interface Placement {
  readonly version: string;
  readonly url: string;
  side(claims: Claims): Side;
}

/** OpenStack Placement with its providers, declared through its API. */
export const preparePlacement = async (c: Context, servers: Servers): Promise<Placement> => {
  const { client, pid, url, version } = await startPlacement(c, servers.serverUrl);
  c.say(`declaring ${PROVIDERS} providers to Placement`);
  const providers = await client.declare(PROVIDERS, GPUS, c.signal);
  const book = { claimed: 0, lost: 0 };
  return {
    version: `${version}, ${PROVIDERS} providers of ${GPUS} PGPU`, url,
    side: (claims) => ({
      name: nameOf(claims), servers: { placement: pid() }, database: servers.pids.postgres,
      run: async (signal) => {
        const load = await claimAll(client, providers, claims, signal);
        book.claimed += load.operations;
        return load;
      },
      check: () => check(url, book.claimed),
    }),
  };
};

export const nameOf = (claims: Claims): string => (claims.candidates === 'none' ? `placement PUT, ${claims.concurrency} conn.` : `placement ${claims.candidates} cand., ${claims.concurrency} c.`);

/** Each of the concurrent callers: ask for candidates, take one of them at random, write the allocation; again until the time is over. */
const claimAll = async (client: PlacementClient, providers: readonly string[], claims: Claims, signal: AbortSignal): Promise<Load> => {
  const started = performance.now();
  const until = started + claims.seconds * 1_000;
  let operations = 0;
  const caller = async (): Promise<void> => {
    while (performance.now() < until) {
      signal.throwIfAborted();
      const from = claims.candidates === 'none' ? providers : await client.candidates(claims.candidates);
      const provider = from[Math.floor(Math.random() * from.length)];
      if (provider === undefined) throw new Error('Placement has no candidate left: its providers are too small for this run');
      // 409: another caller changed the provider in between; Nova tries the next candidate, and so does the next turn.
      if (await client.claim(randomUUID(), provider)) operations += 1;
    }
  };
  await Promise.all(Array.from({ length: claims.concurrency }, caller));
  return { operations, seconds: (performance.now() - started) / 1_000 };
};

const check = async (url: string, claimed: number): Promise<void> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows: [row] } = await client.query<Record<string, number>>('select (select count(*)::int from consumers) as consumers, (select count(*)::int from allocations) as allocations, (select coalesce(sum(used), 0)::int from allocations) as used');
    if (Object.values(row ?? {}).some((n) => n !== claimed)) throw new Error(`Placement acknowledged ${claimed} claims, but the rows say ${JSON.stringify(row)}`);
  } finally {
    await client.end();
  }
};
