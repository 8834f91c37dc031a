import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { PlacementServer } from './server.ts';

/**
 * So many providers of 8 GPUs. One is declared through the API, the others are copies of its rows: twenty thousand times two requests would take minutes, and
 * what is asked afterwards reads the same rows.
 */
export const declareMany = async (placement: PlacementServer, count: number, signal: AbortSignal): Promise<void> => {
  const [first] = await placement.client.declare(1, 8, signal);
  const client = new pg.Client({ connectionString: placement.url });
  await client.connect();
  try {
    for (let n = 1; n < count; n += 1_000) {
      signal.throwIfAborted();
      const uuids = Array.from({ length: Math.min(1_000, count - n) }, () => randomUUID());
      await client.query(`WITH made AS (
        INSERT INTO resource_providers (uuid, name, generation) SELECT u, 'copy-' || u, 1 FROM unnest($1::text[]) u RETURNING id)
        INSERT INTO inventories (resource_provider_id, resource_class_id, total, reserved, min_unit, max_unit, step_size, allocation_ratio)
        SELECT made.id, i.resource_class_id, i.total, i.reserved, i.min_unit, i.max_unit, i.step_size, i.allocation_ratio
        FROM made, inventories i JOIN resource_providers p ON p.id = i.resource_provider_id WHERE p.uuid = $2`, [uuids, first]);
    }
    await client.query('UPDATE resource_providers SET root_provider_id = id WHERE root_provider_id IS NULL');
    const { rows: [row] } = await client.query<{ providers: number; inventories: number }>('SELECT (SELECT count(*)::int FROM resource_providers) AS providers, (SELECT count(*)::int FROM inventories) AS inventories');
    if (row?.providers !== count || row.inventories !== count) throw new Error(`Placement has ${JSON.stringify(row)}, not ${count} providers`);
    await client.query('VACUUM ANALYZE');
  } finally {
    await client.end();
  }
};
