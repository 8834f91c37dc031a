import type { DatacenterId, Instant } from '@cadastre/domain/core';
import type { Hold, RackGroup, SiteCapacity } from '@cadastre/domain/forecast';
import * as datacenters from '../datacenter/index.ts';
import * as halls from '../hall/index.ts';
import type { Reader } from '../pool/index.ts';
import * as nodes from '../powernode/index.ts';
import * as phases from '../powerphase/index.ts';
import { withoutNulls } from '../sql/table.ts';

// Each rack of the datacenter that stands or is to stand, with the key of the group of those that are like it. Made once a statement: the key of a rack is worked
// out for the rack and not for each of its instances.
const RACKS = `racks AS MATERIALIZED (
  SELECT r.id, r.hall_id, r.feed_a, r.feed_b, r.cooling_kind, r.state, least(r.max_power_w, r.cooling_capacity_w) AS limit_w, r.units, coalesce(m.idle_w, 0)::int AS idle_w, coalesce(m.units, 0)::int AS used_units,
    md5(json_build_array(r.hall_id, r.feed_a, r.feed_b, r.cooling_kind, r.state, least(r.max_power_w, r.cooling_capacity_w), r.units, coalesce(m.idle_w, 0), coalesce(m.units, 0))::text) AS key
  FROM rack r LEFT JOIN (SELECT m.rack_id, sum(s.idle_w) AS idle_w, sum(m.units) AS units FROM machine m JOIN shape s ON s.id = m.shape_id
    WHERE m.datacenter_id = $1 AND m.state <> 'RETIRED' GROUP BY m.rack_id) m ON m.rack_id = r.id
  WHERE r.datacenter_id = $1 AND r.state IN ('PLANNED', 'INSTALLED')
)`;

const groups = async (q: Reader, id: DatacenterId): Promise<readonly RackGroup[]> =>
  (await q.rows({
    name: 'cad_forecast_groups',
    text: `WITH ${RACKS} SELECT key, hall_id AS "hallId", feed_a AS "feedA", feed_b AS "feedB", cooling_kind AS "coolingKind", state, count(*) AS racks, limit_w AS "limitW", units,
      idle_w AS "idleW", used_units AS "usedUnits" FROM racks GROUP BY key, hall_id, feed_a, feed_b, cooling_kind, state, limit_w, units, idle_w, used_units`,
    values: [id],
  })).map(row => withoutNulls(row) as RackGroup);

/** Leases by the day after they end: rounded up, so that nothing is promised before it is free. A lease that is over and not given back holds one day more. */
const claims = (q: Reader, id: DatacenterId, now: Instant): Promise<readonly Hold[]> =>
  q.rows<Hold>({
    name: 'cad_forecast_claims',
    text: `WITH ${RACKS} SELECT r.key AS "group", sum(i.reserved_w)::bigint AS watts,
      date_trunc('day', greatest(i.lease_end, $2::timestamptz) + interval '1 day' - interval '1 millisecond', 'UTC') AS "to"
      FROM gpu_instance i JOIN racks r ON r.id = i.rack_id WHERE i.datacenter_id = $1 AND i.status <> 'RELEASED' GROUP BY 1, 3`,
    values: [id, now],
  });

/** What dated reservations keep on their machines: up to full load, above idle and above what the project already runs there. */
const reserved = (q: Reader, id: DatacenterId, now: Instant): Promise<readonly Hold[]> =>
  q.rows<Hold>({
    name: 'cad_forecast_reserved',
    text: `WITH ${RACKS} SELECT r.key AS "group", sum(greatest(0, s.max_w - s.idle_w - coalesce(i.watts, 0)))::bigint AS watts, v.valid_from AS "from", v.valid_to AS "to"
      FROM reservation v CROSS JOIN unnest(v.machine_ids) AS p(machine_id) JOIN machine m ON m.id = p.machine_id JOIN racks r ON r.id = m.rack_id JOIN shape s ON s.id = m.shape_id
        LEFT JOIN (SELECT machine_id, project_id, sum(reserved_w) AS watts FROM gpu_instance WHERE datacenter_id = $1 AND status <> 'RELEASED' GROUP BY 1, 2) i
          ON i.machine_id = m.id AND i.project_id = v.project_id
      WHERE m.datacenter_id = $1 AND v.state <> 'CANCELLED' AND v.valid_to > $2 GROUP BY 1, 3, 4`,
    values: [id, now],
  });

/** A datacenter as far as watts are concerned; undefined when there is none. Sums by group of like racks and day: never a row for each rack or instance. */
export const siteCapacity = async (q: Reader, id: DatacenterId, now: Instant): Promise<SiteCapacity | undefined> => {
  const datacenter = await datacenters.get(q, id);
  if (datacenter === undefined) return undefined;
  const [tree, calendar, rooms, racks, leased, kept] = await Promise.all([
    nodes.ofDatacenter(q, id), phases.ofDatacenter(q, id), halls.ofDatacenter(q, id), groups(q, id), claims(q, id, now), reserved(q, id, now),
  ]);
  return {
    datacenterId: id, pueMilli: datacenter.pueMilli, feedLossTolerated: datacenter.feedLossTolerated, phases: calendar, nodes: tree, halls: rooms, groups: racks, holds: [...leased, ...kept],
  };
};
