import type { Alarm, AlarmKind } from '@cadastre/domain/alarm';
import type { AlarmId, Instant, OrganisationId, Params } from '@cadastre/domain/core';
import type { AuditAlarm as Row } from '../generated/client.ts';
import type { Write } from '../commit/commit.ts';
import type { Reader } from '../pool/index.ts';
import { INTERNAL } from '../pool/store.ts';
import type { Store } from '../pool/store.ts';
import { changeDesire, columnOf, insertRows, readsOf, table } from '../sql/table.ts';
import type { Changes, Fenced, Page, PageRequest, Stored } from '../sql/table.ts';

export const ALARM = table<Row, Alarm>('audit_alarm', 'alarm', {
  id: 'plain', kind: 'plain', severity: 'plain', origin: 'plain', tenantId: 'plain', place: 'plain', leafIndex: 'plain', eventId: 'plain', detail: 'plain', seen: 'plain', raisedAt: 'instant', lastSeenAt: 'instant',
  acknowledgeBy: 'instant', acknowledgedAt: 'instant', acknowledgedBy: 'plain', note: 'plain', resolvedAt: 'instant', resolvedBy: 'plain', resolution: 'plain', toldAt: 'instant', generation: 'plain', createdAt: 'instant',
});

export const { get, byIds } = readsOf<Alarm, AlarmId>(ALARM);

export interface AlarmFilter {
  readonly kind?: AlarmKind;
  readonly tenantId?: OrganisationId;
  readonly state?: 'OPEN' | 'ACKNOWLEDGED' | 'RESOLVED';
}
const STATES = { OPEN: 'a.acknowledged_at IS NULL AND a.resolved_at IS NULL', ACKNOWLEDGED: 'a.acknowledged_at IS NOT NULL AND a.resolved_at IS NULL', RESOLVED: 'a.resolved_at IS NOT NULL' } as const;

/** In the order in which they were raised. Whose they are is the role's policy. */
export const page = async (q: Reader, { first, after, kind, tenantId, state }: PageRequest & AlarmFilter): Promise<Page<Stored<Alarm>>> => {
  const where = `($1::text IS NULL OR a.kind = $1) AND ($2::text IS NULL OR a.tenant_id = $2)${state === undefined ? '' : ` AND ${STATES[state]}`}`;
  const values = [kind ?? null, tenantId ?? null];
  const [rows, counted] = await Promise.all([
    q.rows({ text: `SELECT ${ALARM.select('a')} FROM audit_alarm a WHERE ${where} AND ($3::text IS NULL OR a.id > $3) ORDER BY a.id LIMIT $4`, values: [...values, after ?? null, first + 1] }),
    q.rows<{ n: number }>({ text: `SELECT count(*) AS n FROM audit_alarm a WHERE ${where}`, values }),
  ]);
  return { items: rows.slice(0, first).map(row => ALARM.read(row)), totalCount: counted[0]?.n ?? 0, hasNextPage: rows.length > first };
};

/** What a monitor must know before it says anything: alarms that are open, and the last that a person ended, by kind, log and place. */
export const readAlarms = async (store: Store): Promise<{ readonly open: readonly Alarm[]; readonly settled: readonly Alarm[] }> =>
  await store.read('system', async q => {
    const [open, settled] = await Promise.all([
      q.rows({ name: 'cad_alarm_open', text: `SELECT ${ALARM.select('a')} FROM audit_alarm a WHERE a.resolved_at IS NULL ORDER BY a.id` }),
      q.rows({ name: 'cad_alarm_settled', text: `SELECT DISTINCT ON (a.kind, a.origin, a.place) ${ALARM.select('a')} FROM audit_alarm a WHERE a.resolved_by IS NOT NULL ORDER BY a.kind, a.origin, a.place, a.id DESC` }),
    ]);
    return { open: open.map(row => ALARM.read(row)), settled: settled.map(row => ALARM.read(row)) };
  });

/** With the events that tell of them, in one commit. Refused (ALREADY_EXISTS) when another monitor was first. */
export const raise = (alarms: readonly Alarm[], toldAt: Instant): Write => insertRows(ALARM, alarms.map(alarm => ({ ...alarm, toldAt })));
/** Now the log has it. */
export const tell = (alarms: readonly Pick<Alarm, 'id'>[], at: Instant): Write => ({
  noun: 'alarm', id: alarms[0]?.id ?? '', rows: alarms.length,
  sql: { text: 'UPDATE audit_alarm SET told_at = $2, updated_at = now() WHERE id = ANY($1) AND told_at IS NULL', values: [alarms.map(a => a.id), at] },
});
const END = `UPDATE audit_alarm SET resolved_at = greatest($2::timestamptz, raised_at), generation = generation + 1, updated_at = now() WHERE id = ANY($1) AND resolved_at IS NULL`;
/** Their cause is gone. */
export const end = (alarms: readonly Pick<Alarm, 'id'>[], at: Instant): Write => ({ noun: 'alarm', id: alarms[0]?.id ?? '', rows: alarms.length, sql: { text: END, values: [alarms.map(a => a.id), at] } });

/**
 * The same without an event, for when the log takes none: frozen, or refused by the database. An alarm that waits until the log can be written is silent exactly when
 * it is needed; the row says by `toldAt` that its event is owed, and `tell` pays it. These two and `repeat` are the only writes beside `commit()` that the monitor has:
 * its role may do no more to the table than this.
 */
export const raiseUntold = async (store: Store, alarms: readonly Alarm[]): Promise<number> => {
  const columns = ALARM.columns.map(([, column]) => column).filter(column => column !== 'created_at').join(', ');
  const rows = alarms.map(alarm => Object.fromEntries(Object.entries(alarm).map(([property, value]) => [columnOf(property), value])));
  const done = await store[INTERNAL].statement({
    text: `INSERT INTO audit_alarm (${columns}) SELECT ${columns} FROM jsonb_populate_recordset(NULL::audit_alarm, $1::jsonb) ON CONFLICT (kind, origin, place) WHERE resolved_at IS NULL DO NOTHING RETURNING 1`,
    values: [JSON.stringify(rows)],
  });
  return done.length;
};
/** Seen again. No event: the log has the raise, and a log that is wrong must not be filled by its monitor. */
export const repeat = async (store: Store, alarms: readonly { readonly id: AlarmId; readonly detail: Params }[], at: Instant): Promise<void> => {
  if (alarms.length === 0) return;
  await store[INTERNAL].statement({
    name: 'cad_alarm_repeat',
    text: `UPDATE audit_alarm a SET seen = a.seen + 1, last_seen_at = greatest(a.last_seen_at, $2::timestamptz), detail = r.detail, updated_at = now()
      FROM jsonb_to_recordset($1::jsonb) AS r(id text, detail jsonb) WHERE a.id = r.id AND a.resolved_at IS NULL RETURNING 1`,
    values: [JSON.stringify(alarms), at],
  });
};

export const acknowledge = (id: AlarmId, changes: Changes<Alarm, 'acknowledgedAt' | 'acknowledgedBy' | 'note'>, fence: Fenced): Write => changeDesire(ALARM, id, changes, fence);
export const resolve = (id: AlarmId, changes: Changes<Alarm, 'resolvedAt' | 'resolvedBy' | 'resolution'>, fence: Fenced): Write => changeDesire(ALARM, id, changes, fence);
