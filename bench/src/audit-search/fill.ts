import { hash } from 'node:crypto';
import type { Client } from 'pg';

/** What the log is made of: one tenant with four fifths of it, twenty with some, and the provider's own. Types and actors are as uneven as in a log of a year. */
export const TENANTS = Array.from({ length: 21 }, (_, i) => `organisation_01kb${String(i).padStart(22, '0')}`);
export const INSTANCES = 100_000;
export const instanceId = (n: number): string => `instance_01kb${String(n).padStart(22, '0')}`;
/** Of events 4 `n` to 4 `n` + 3, as PostgreSQL's md5() makes it. */
export const traceOf = (n: number): string => hash('md5', String(n), 'hex');
export const FROM = '2025-11-27T00:00:00.000Z';
// Short transactions: a long one holds back the window of every log on the server.
const CHUNK = 10_000;

// Weights of 1,000: the observed states of instances and the heartbeats are most of it, grants are few.
const TYPES: readonly (readonly [string, number])[] = [
  ['compute.instance.state', 420], ['audit.log.heartbeat', 120], ['iam.login.accepted', 110], ['compute.instance.create', 90], ['compute.instance.release', 80], ['platform.kube.apply', 60],
  ['compute.plan.create', 40], ['compute.plan.expire', 20], ['audit.events.read', 20], ['iam.access.denied', 10], ['iam.login.failed', 10], ['tenancy.project.update', 8], ['iam.apikey.create', 5],
  ['iam.apikey.revoke', 4], ['tenancy.project.create', 2], ['law.violation.open', 1],
];
const typeOf = (h: string): string => {
  let sum = 0;
  return `CASE ${TYPES.map(([type, weight]) => `WHEN ${h} < ${String((sum += weight))} THEN '${type}'`).join(' ')} END`;
};

// One statement a chunk: a hash of the number decides, so that every run makes the same log.
const SQL = `
INSERT INTO audit_event (txid, id, tenant_id, type, phase, outcome, actor_id, actor_directory, target_kind, target_id, reason, trace, body, digest, time_recorded)
SELECT txid, id, tenant_id, type, 'completed', outcome, actor_id, CASE WHEN actor_id IN ('controller', 'allocator') THEN 'none' WHEN actor_id LIKE 'provider-%' THEN 'provider' ELSE 'tenant' END,
  CASE WHEN target_id LIKE 'instance%' THEN 'instance' ELSE 'organisation' END, target_id, reason, trace::uuid, body, sha256(body), at
FROM (SELECT *, convert_to('{"actor":{"auth":{"method":"oidc"},"directory":"tenant","id":"' || actor_id || '","kind":"user","roles":["ENGINEER"]},"authz":{"decision":"allow","policy":"roles/1","rule":"createGpuInstances: ENGINEER"},"class":"lifecycle","clock":{"offset_ms":0,"source":"host","synced":true},"id":"'
  || id || '","legal":"SecNumCloud-3.2:12.6","log":"audit.example.fr/t/' || coalesce(tenant_id, '') || '","outcome":"' || outcome || '","phase":"completed",' || coalesce('"reason":"' || reason || '",', '') || '"request":{"id":"request_' || md5(id) || '","operation":"createGpuInstances","span":"b7ad6b7169203331","trace":"' || trace || '"},"source":{"host":"h","interface":"tenant-door","version":"0.1.0"},"target":{"id":"'
  || target_id || '"},"time":"2026-01-01T00:00:00.000Z","type":"' || type || '","v":1}', 'UTF8') AS body
  FROM (SELECT i, 1000 + i / 3 AS txid, 'audit_' || lpad(i::text, 26, '0') AS id, $3::timestamptz + (i::float8 * 31536000 / $4::float8) * interval '1 second' + (h4 % 200) * interval '1 millisecond' AS at,
      CASE WHEN i % 500000 = 7 THEN $5 WHEN h1 < 800 THEN $5 WHEN h1 < 950 THEN 'organisation_01kb' || lpad((1 + h2 % 20)::text, 22, '0') END AS tenant_id,
      CASE WHEN i % 500000 = 7 THEN 'rare' WHEN h2 < 480 THEN 'controller' WHEN h2 < 580 THEN 'allocator' WHEN h2 < 600 THEN 'provider-' || h3 % 10 WHEN h2 < 900 THEN 'person-' || h3 % 40 ELSE 'person-' || 40 + h3 % 160 END AS actor_id,
      ${typeOf('h3')} AS type, CASE WHEN h5 < 980 THEN 'success' WHEN h5 < 995 THEN 'denied' ELSE 'failure' END AS outcome,
      -- Two thirds of what did not succeed for one reason; four events a trace.
      CASE WHEN h5 < 980 THEN NULL WHEN h6 % 100000 = 11 THEN 'RARE_REASON' WHEN h6 % 3 < 2 THEN 'NOT_ENOUGH_CAPACITY' ELSE 'FORBIDDEN' END AS reason, md5((i / 4)::text) AS trace,
      CASE WHEN h6 % 20 = 0 THEN $5 ELSE 'instance_01kb' || lpad((h6 % ${String(INSTANCES)})::text, 22, '0') END AS target_id
    FROM (SELECT i, abs(hashint8(i)::bigint) % 1000 AS h1, abs(hashint8extended(i, 1)) % 1000 AS h2, abs(hashint8extended(i, 2)) % 1000 AS h3, abs(hashint8extended(i, 3)) % 1000 AS h4,
        abs(hashint8extended(i, 4)) % 1000 AS h5, abs(hashint8extended(i, 5)) % 10000000 AS h6 FROM generate_series($1::bigint, $2::bigint) i) a) b) c`;

/** Rows `begin` to `events`, in chunks, each its own transaction, with every trigger and constraint of the product. */
export const fill = async (root: Client, events: number, told: (done: number) => void, begin = 1, chunk = CHUNK): Promise<void> => {
  for (let first = begin; first <= events; first += chunk) {
    const last = Math.min(first + chunk - 1, events);
    await root.query(SQL, [first, last, FROM, events, TENANTS[0]]);
    if (last % 1_000_000 === 0) told(last);
  }
};
