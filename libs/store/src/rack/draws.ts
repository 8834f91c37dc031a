import type { DatacenterId } from '@cadastre/domain/core';
import type { Draw } from '@cadastre/domain/powernode';
import type { Reader } from '../pool/index.ts';
import { withoutNulls } from '../sql/table.ts';

/** Every rack of the datacenter with its feeds and what it draws (idle watts of its machines in the ledger, and of claims), by name; one statement. */
export const draws = async (q: Reader, id: DatacenterId): Promise<readonly Draw[]> =>
  (await q.rows({
    name: 'cad_rack_draws',
    text: `SELECT r.id AS "rackId", r.name, r.feed_a AS "feedA", r.feed_b AS "feedB", coalesce(c.used_w, 0) AS "usedW"
      FROM rack r LEFT JOIN rack_capacity c ON c.rack_id = r.id WHERE r.datacenter_id = $1 ORDER BY r.name, r.id`,
    values: [id],
  })).map(row => withoutNulls(row) as Draw);
