import type { DatacenterId, InstanceId, ViolationId } from '@cadastre/domain/core';
import type { SiteLaw } from '@cadastre/domain/law';
import type { Bound, Lasting, Violation } from '@cadastre/domain/violation';
import * as certifications from '../certification/index.ts';
import type { Violation as Row } from '../generated/client.ts';
import type { Write } from '../commit/commit.ts';
import type { Reader } from '../pool/index.ts';
import { insertRows, readsOf, table } from '../sql/table.ts';
import type { Stored } from '../sql/table.ts';

export const VIOLATION = table<Row, Violation>('violation', 'violation', {
  id: 'plain', tenantId: 'plain', instanceId: 'plain', datacenterId: 'plain', rule: 'plain', certification: 'plain', since: 'instant', endedAt: 'instant', detail: 'plain',
  createdAt: 'instant',
});

export const { get, byIds, page } = readsOf<Violation, ViolationId, { readonly datacenterId?: DatacenterId; readonly instanceId?: InstanceId }>(VIOLATION);

/** Datacenters with something to judge: instances that are not released, or a violation that lasts. */
export const tended = async (q: Reader): Promise<readonly DatacenterId[]> =>
  (await q.rows<{ id: DatacenterId }>({
    name: 'cad_violation_tended',
    text: `SELECT d.id FROM datacenter d WHERE EXISTS (SELECT FROM gpu_instance i WHERE i.datacenter_id = d.id AND i.status <> 'RELEASED')
      OR EXISTS (SELECT FROM violation v WHERE v.datacenter_id = d.id AND v.ended_at IS NULL) ORDER BY d.id`,
  })).map(r => r.id);

/** The law of a datacenter, and the code of its region. Undefined when there is no such datacenter. */
export const siteLaw = async (q: Reader, id: DatacenterId): Promise<(SiteLaw & { readonly regionCode: string }) | undefined> => {
  const [rows, held] = await Promise.all([
    q.rows<Omit<SiteLaw, 'certifications'> & { readonly regionCode: string }>({
      name: 'cad_violation_site',
      text: `SELECT r.code AS "regionCode", r.country, r.jurisdiction, d.admitted_tenant_classes::text[] AS "tenantClasses" FROM datacenter d JOIN region r ON r.id = d.region_id WHERE d.id = $1`,
      values: [id],
    }),
    certifications.covering(q, id),
  ]);
  const [site] = rows;
  return site === undefined ? undefined : { ...site, certifications: held.map(({ kind, from, to }) => ({ kind, from, to })) };
};

// A scope that asks for nothing cannot be broken; most instances have it, and are not read.
const FREE = '{"jurisdictions": [], "certifications": [], "dataClass": "ORDINARY"}';

/** Instances of the datacenter that are not released and that the law may concern, with the scope of their order. */
export const bound = (q: Reader, id: DatacenterId): Promise<readonly Bound[]> =>
  q.rows<Bound>({
    name: 'cad_violation_bound',
    text: `SELECT i.id, i.tenant_id AS "tenantId", o.class AS "tenantClass", i.datacenter_id AS "datacenterId", i.legal_scope AS "legalScope", i.created_at AS since
      FROM gpu_instance i JOIN organisation o ON o.id = i.tenant_id JOIN datacenter d ON d.id = i.datacenter_id
      WHERE i.datacenter_id = $1 AND i.status <> 'RELEASED' AND (i.legal_scope <> '${FREE}'::jsonb OR NOT o.class = ANY(d.admitted_tenant_classes)) ORDER BY i.id`,
    values: [id],
  });

/** Violations of the datacenter that last, and when their instances were released. */
export const lasting = async (q: Reader, id: DatacenterId): Promise<readonly Lasting[]> =>
  (await q.rows({
    name: 'cad_violation_lasting',
    text: `SELECT ${VIOLATION.select('t')}, i.released_at AS "releasedAt" FROM violation t JOIN gpu_instance i ON i.id = t.instance_id
      WHERE t.datacenter_id = $1 AND t.ended_at IS NULL ORDER BY t.id`,
    values: [id],
  })).map(row => VIOLATION.read(row) as Stored<Lasting>);

export const open = (violations: readonly Violation[]): Write => insertRows(VIOLATION, violations);
/** Each only if it still lasts. */
export const end = (violations: readonly Violation[]): Write => ({
  noun: VIOLATION.noun, id: violations[0]?.id ?? '', rows: violations.length,
  sql: {
    text: `UPDATE violation v SET ended_at = e.ended_at, updated_at = now() FROM jsonb_to_recordset($1::jsonb) AS e(id text, ended_at timestamptz) WHERE v.id = e.id AND v.ended_at IS NULL`,
    values: [JSON.stringify(violations.map(v => ({ id: v.id, ended_at: v.endedAt })))],
  },
});
