import type { KubeAct, KubePending, KubeRequest } from '@cadastre/domain/kubeaudit';
import type { ClusterId, Instant } from '@cadastre/domain/core';
import type { Write } from '../commit/commit.ts';
import type { Reader } from '../pool/index.ts';
import { INTERNAL } from '../pool/store.ts';
import type { Store } from '../pool/store.ts';

/** How far a file was read: which one, by the digest of its first line, and the bytes. */
export interface FilePlace {
  readonly file: string;
  readonly offset: number;
}

/** The id of a cluster that is named by its id or its name; undefined when there is none, or two of the name. */
export const clusterNamed = async (q: Reader, text: string): Promise<ClusterId | undefined> => {
  const rows = await q.rows<{ id: ClusterId }>({ name: 'cad_kubeaudit_cluster', text: 'SELECT id FROM cluster WHERE id = $1 OR name = $1 LIMIT 2', values: [text] });
  return rows.length === 1 ? rows[0]?.id : undefined;
};

export const placeOf = async (q: Reader, source: string): Promise<FilePlace | undefined> =>
  (await q.rows<FilePlace>({ name: 'cad_kubeaudit_place', text: 'SELECT file, "offset" FROM kube_audit_source WHERE source = $1', values: [source] }))[0];

const TAKE = `WITH taken AS (
  INSERT INTO kube_request (cluster_id, audit_id, received_at, verb, resource, namespace, name, username, user_agent, source_ip, code)
  SELECT $1, r."auditId", r."receivedAt", r.verb, r.resource, r.namespace, r.name, r.username, r."userAgent", r."sourceIp", r.code
  FROM jsonb_to_recordset($2::jsonb) AS r("auditId" text, "receivedAt" timestamptz, verb text, resource text, namespace text, name text, username text, "userAgent" text, "sourceIp" text, code int)
  ON CONFLICT DO NOTHING RETURNING 1),
place AS (
  INSERT INTO kube_audit_source (source, cluster_id, file, "offset") SELECT $3, $1, $4, $5::bigint WHERE $3::text IS NOT NULL
  ON CONFLICT (source) DO UPDATE SET file = excluded.file, "offset" = excluded."offset", read_at = clock_timestamp())
SELECT count(*)::int AS n FROM taken`;

/** Keeps what was read, and how far, in one statement: read again after a crash it changes nothing. Answers how many were new. Nobody's act: what comes of it is. */
export const take = async (store: Store, clusterId: ClusterId, requests: readonly KubeRequest[], from?: FilePlace & { readonly source: string }): Promise<number> => {
  const [row] = await store[INTERNAL].statement<{ n: number }>({
    name: 'cad_kubeaudit_take', text: TAKE, values: [clusterId, JSON.stringify(requests), from?.source ?? null, from?.file ?? null, from?.offset ?? null],
  });
  return row?.n ?? 0;
};

/** What has not been judged yet, oldest first. */
export const pending = (q: Reader, first: number): Promise<readonly KubePending[]> =>
  q.rows<KubePending>({
    name: 'cad_kubeaudit_pending',
    text: `SELECT k.cluster_id AS "clusterId", k.audit_id AS "auditId", to_char(k.received_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS "receivedAt", k.verb, k.resource, k.namespace, k.name, k.username,
        k.user_agent AS "userAgent", k.source_ip AS "sourceIp", k.code, floor(extract(epoch FROM clock_timestamp() - k.seen_at) * 1000)::bigint AS "ageMs",
        (SELECT count(*) FROM kube_request t WHERE t.cluster_id = k.cluster_id AND t.audit_id = k.audit_id AND t.received_at < k.received_at) AS twins
      FROM kube_request k WHERE k.state = 'PENDING' ORDER BY k.seen_at LIMIT $1`,
    values: [first],
  });

interface ActRow { readonly act: string; readonly phase: string; readonly cluster: string; readonly last: string | null; readonly requests: number | null; readonly at: Instant }

/** The announced acts of these ids, by id, as the audit log has them. */
export const actsOf = async (q: Reader, acts: readonly string[]): Promise<ReadonlyMap<string, KubeAct>> => {
  const rows = await q.rows<ActRow>({
    name: 'cad_kubeaudit_acts',
    text: `SELECT e #>> '{op,id}' AS act, phase, e #>> '{k8s,cluster}' AS cluster, e #>> '{k8s,audit_ids,1}' AS last, (e #>> '{numbers,requests}')::int AS requests, time_recorded AS at
      FROM (SELECT phase, time_recorded, convert_from(body, 'UTF8')::jsonb AS e FROM audit_event
        WHERE type = 'platform.kube.apply' AND audit_event_act(body) = ANY($1)) found`,
    values: [acts],
  });
  const found = new Map<string, KubeAct>();
  for (const { act, cluster, last } of rows.filter(r => r.phase === 'requested')) found.set(act, { act, cluster, most: last === null ? 0 : Number.parseInt(last.slice(-4), 16) });
  for (const { act, requests, at } of rows.filter(r => r.phase !== 'requested')) {
    const begun = found.get(act);
    if (begun !== undefined) found.set(act, { ...begun, ended: { requests: requests ?? 0, at } });
  }
  return found;
};

type Key = Pick<KubePending, 'clusterId' | 'auditId' | 'receivedAt'>;
const KEYS = 'jsonb_to_recordset($1::jsonb) AS r("clusterId" text, "auditId" text, "receivedAt" timestamptz)';
const THEIRS = `k.cluster_id = r."clusterId" AND k.audit_id = r."auditId" AND k.received_at = r."receivedAt" AND k.state = 'PENDING'`;
const keyOf = ({ clusterId, auditId, receivedAt }: Key): Key => ({ clusterId, auditId, receivedAt });

/** They were ours. */
export const markAnnounced = async (store: Store, requests: readonly Key[]): Promise<void> => {
  await store[INTERNAL].statement({ name: 'cad_kubeaudit_ours', text: `UPDATE kube_request k SET state = 'ANNOUNCED' FROM ${KEYS} WHERE ${THEIRS} RETURNING 1`, values: [JSON.stringify(requests.map(keyOf))] });
};

/** It was not; with the event that says so, in one commit. */
export const markForeign = (request: Key, reason: string): Write => ({
  noun: 'kubeaudit', id: request.auditId, rows: 1,
  sql: { name: 'cad_kubeaudit_foreign', text: `UPDATE kube_request k SET state = 'FOREIGN', reason = $2 FROM ${KEYS} WHERE ${THEIRS}`, values: [JSON.stringify([keyOf(request)]), reason] },
});

/** Removes at most `most` requests that were read more than `days` ago (thirty at least), have been judged, and whose act is not open. Answers how many. Nobody's act, like every removal of what only helps to judge. */
export const prune = async (store: Store, days: number, most: number): Promise<number> => {
  const [row] = await store[INTERNAL].statement<{ gone: number }>({ text: 'SELECT kube_request_prune($1, $2) AS gone', values: [days, most] });
  return row?.gone ?? 0;
};
