import type { DatacenterId, InstanceId, RackId } from '@cadastre/domain/core';
import type { CutAnswer, FedGroup, SharedSite, Training } from '@cadastre/domain/whatif';
import type { Reader } from '../pool/index.ts';
import { withoutNulls } from '../sql/table.ts';

/** The INSTALLED racks of a datacenter by hall and feeds, with what runs in them; one statement, one row for each pair of feeds. */
export const fedGroups = async (q: Reader, id: DatacenterId): Promise<readonly FedGroup[]> =>
  (await q.rows({
    name: 'cad_whatif_groups',
    text: `SELECT r.hall_id AS "hallId", r.feed_a AS "feedA", r.feed_b AS "feedB", count(*) AS racks, coalesce(sum(m.n), 0)::bigint AS machines, coalesce(sum(i.n), 0)::bigint AS instances,
        coalesce(sum(i.gpus), 0)::bigint AS gpus, coalesce(sum(c.used_w), 0)::bigint AS "usedW"
      FROM rack r LEFT JOIN rack_capacity c ON c.rack_id = r.id
        LEFT JOIN (SELECT rack_id, count(*) AS n FROM machine WHERE datacenter_id = $1 AND state <> 'RETIRED' GROUP BY rack_id) m ON m.rack_id = r.id
        LEFT JOIN (SELECT rack_id, count(*) AS n, sum(gpus) AS gpus FROM gpu_instance WHERE datacenter_id = $1 AND status <> 'RELEASED' GROUP BY rack_id) i ON i.rack_id = r.id
      WHERE r.datacenter_id = $1 AND r.state = 'INSTALLED' GROUP BY r.hall_id, r.feed_a, r.feed_b ORDER BY r.hall_id, r.feed_a, r.feed_b`,
    values: [id],
  })).map(row => withoutNulls(row) as FedGroup);

export interface DarkRack {
  readonly rackId: RackId;
  readonly name: string;
  readonly instanceIds: readonly InstanceId[];
}

/** The first `limit` racks on these feeds, by name, with what runs in them. */
export const racksOn = (q: Reader, id: DatacenterId, feeds: CutAnswer['darkFeeds'], limit: number): Promise<readonly DarkRack[]> =>
  q.rows<DarkRack>({
    name: 'cad_whatif_racks',
    text: `SELECT r.id AS "rackId", r.name, ARRAY(SELECT i.id FROM gpu_instance i WHERE i.rack_id = r.id AND i.datacenter_id = $1 AND i.status <> 'RELEASED' ORDER BY i.id) AS "instanceIds"
      FROM rack r JOIN jsonb_to_recordset($2::jsonb) AS f("hallId" text, "feedA" text, "feedB" text)
        ON f."hallId" = r.hall_id AND f."feedA" IS NOT DISTINCT FROM r.feed_a AND f."feedB" IS NOT DISTINCT FROM r.feed_b
      WHERE r.datacenter_id = $1 AND r.state = 'INSTALLED' ORDER BY r.name, r.id LIMIT $3`,
    values: [id, JSON.stringify(feeds), limit],
  });

/**
 * Who has the GPUs of a datacenter's pools. Free: GPUs of machines that take orders, less what slices have begun. `training`: interruptible instances of whole GPUs outside
 * inference pools that are not on their way out, the most recent first.
 */
export const sharedSite = async (q: Reader, id: DatacenterId): Promise<SharedSite> => {
  const [[sums], training] = await Promise.all([
    q.rows<Omit<SharedSite, 'training'>>({
      name: 'cad_whatif_shared',
      text: `SELECT m.gpus, m."freeGpus", i."inferenceGpus" FROM
        (SELECT coalesce(sum(c.gpus_total), 0)::bigint AS gpus, coalesce(sum(c.gpus_total - c.gpus_allocated - ceil(c.milli_allocated / 1000.0)) FILTER (WHERE c.energised), 0)::bigint AS "freeGpus"
          FROM machine_capacity c JOIN machine m ON m.id = c.machine_id WHERE m.datacenter_id = $1 AND m.pool_id IS NOT NULL AND m.state <> 'RETIRED') m,
        (SELECT (coalesce(sum(i.gpus) FILTER (WHERE p.purpose = 'INFERENCE'), 0) + ceil(coalesce(sum(i.milli_gpu), 0) / 1000.0))::bigint AS "inferenceGpus"
          FROM gpu_instance i JOIN node_pool p ON p.id = i.pool_id WHERE i.datacenter_id = $1 AND i.status <> 'RELEASED') i`,
      values: [id],
    }),
    q.rows<Training>({
      name: 'cad_whatif_training',
      text: `SELECT i.id AS "instanceId", i.gpus, i.created_at AS "createdAt" FROM gpu_instance i JOIN node_pool p ON p.id = i.pool_id
        WHERE i.datacenter_id = $1 AND i.interruptible AND i.gpus > 0 AND i.desired <> 'RELEASED' AND i.status <> 'RELEASED' AND p.purpose <> 'INFERENCE' ORDER BY i.created_at DESC, i.id DESC`,
      values: [id],
    }),
  ]);
  return { ...(sums ?? { gpus: 0, freeGpus: 0, inferenceGpus: 0 }), training };
};
