import type { ActContext, AuditFact, Pii } from '@cadastre/domain/audit';
import type { AuditId, OrganisationId } from '@cadastre/domain/core';
import { leafOf, logOf } from '../audit/leaf.ts';
import type { Sql } from '../pool/session.ts';
import type { StoreOptions } from '../pool/store.ts';

/** An object changed: the key that wakes whoever looks after it, never the facts. */
export interface OutboxFact {
  /** Domain noun, `instance`. */
  readonly noun: string;
  readonly objectId: string;
  /** Past tense: `created`, `released`. */
  readonly verb: string;
  /** Code of the region, `_` where there is none. */
  readonly regionCode: string;
  /** The tenant that may see it; absent for places and hardware. */
  readonly tenantId?: OrganisationId;
  readonly traceparent?: string;
}

const UNKNOWN_CLOCK = { synced: null, offsetMs: null, source: 'host' } as const;
const MAX_COLUMN = 512;

// Copies for searching, beside the bytes that count: PostgreSQL's text holds no NUL and no half of a surrogate pair.
const column = (text: string): string => text.slice(0, MAX_COLUMN).toWellFormed().replaceAll('\0', '\ufffd');

const TRACE_ID = /^[0-9a-f]{2}-([0-9a-f]{32})-/;
const traceIdOf = (traceparent: string | undefined): string | undefined => TRACE_ID.exec(traceparent ?? '')?.[1];

export interface AuditRow {
  readonly id: AuditId;
  readonly tenant_id: string | undefined;
  readonly type: string;
  readonly phase: string;
  readonly outcome: string;
  readonly actor_id: string;
  readonly actor_directory: string;
  readonly target_kind: string;
  readonly target_id: string;
  readonly reason: string | undefined;
  /** W3C trace id: 32 hexadecimal digits. */
  readonly trace: string | undefined;
  readonly body: string;
  readonly digest: string;
}

const UNAVAILABLE = { unavailable: true } as const;
const unavailable = (paths: readonly string[]): Pii | undefined => (paths.length === 0 ? undefined : Object.fromEntries(paths.map(path => [path, UNAVAILABLE])));

const shownIfAny = (pii: Pii): Pii | undefined => (Object.keys(pii).length === 0 ? undefined : pii);

/** Id and personal values of an event. What cannot be sealed here is marked, never left in the clear and never left out without a word. */
const boundOf = (options: StoreOptions, { personal }: ActContext, fact: AuditFact, log: string, isFirst: boolean): { readonly id: AuditId; readonly pii: Pii | undefined } => {
  const said = Object.keys(fact.personal ?? {});
  if (personal === undefined || (!isFirst && said.length === 0)) return { id: options.ids.next('audit'), pii: unavailable(said) };
  if ('seal' in personal) {
    const id = options.ids.next('audit');
    return { id, pii: shownIfAny(isFirst ? personal.seal(id, log, fact.personal) : personal.sealOnly(id, log, fact.personal ?? {})) };
  }
  if (!isFirst || personal.log !== log) return { id: options.ids.next('audit'), pii: unavailable([...Object.keys(isFirst ? personal.pii : {}), ...said]) };
  return { id: personal.id, pii: shownIfAny({ ...personal.pii, ...unavailable(said) }) };
};

/** Events as rows, in the order of the facts; ids and bytes are made here, before any statement, so that they are known whatever the database answers. */
export const auditRows = (options: StoreOptions, act: ActContext, facts: readonly AuditFact[]): readonly AuditRow[] => {
  const clock = options.clockState?.() ?? UNKNOWN_CLOCK;
  const origin = options.auditOrigin ?? 'audit.invalid';
  return facts.map((fact, n) => {
    const { id, pii } = boundOf(options, act, fact, logOf(origin, fact), n === 0);
    const { text, digest } = leafOf(fact, act, { id, origin, clock, pii });
    return {
      id, tenant_id: fact.tenant, type: fact.type, phase: fact.phase, outcome: fact.outcome, actor_id: column(act.actor.id), actor_directory: act.actor.directory,
      target_kind: column(fact.target.kind), target_id: column(fact.target.id), reason: fact.reason === undefined ? undefined : column(fact.reason), trace: traceIdOf(act.request.traceparent), body: text, digest,
    };
  });
};

export interface OutboxRow {
  readonly id: string;
  readonly tenant_id: string | undefined;
  readonly region_code: string;
  readonly noun: string;
  readonly object_id: string;
  readonly verb: string;
  readonly traceparent: string | undefined;
}

export const outboxRows = (options: StoreOptions, facts: readonly OutboxFact[]): readonly OutboxRow[] =>
  facts.map(f => ({
    id: options.ids.next('event'), tenant_id: f.tenantId, region_code: f.regionCode, noun: f.noun, object_id: f.objectId, verb: f.verb, traceparent: f.traceparent,
  }));

const OUTBOX_RECORD = 'id text, tenant_id text, region_code text, noun text, object_id text, verb text, traceparent text';
const OUTBOX_COLUMNS = 'id, tenant_id, region_code, noun, object_id, verb, traceparent';
const AUDIT_RECORD = 'id text, tenant_id text, type text, phase text, outcome text, actor_id text, actor_directory text, target_kind text, target_id text, reason text, trace uuid, at int, len int';
const AUDIT_COLUMNS = 'id, tenant_id, type, phase, outcome, actor_id, actor_directory, target_kind, target_id, reason, trace, body, digest';
const DIGEST_BYTES = 32;

/** Reads the JSON text of `outboxRows` from parameter `$n`; `where` may drop rows. */
export const insertOutbox = (parameter: string, where = ''): string =>
  `INSERT INTO outbox (${OUTBOX_COLUMNS}) SELECT ${OUTBOX_COLUMNS} FROM json_to_recordset(${parameter}::json) AS f(${OUTBOX_RECORD}, item int) ${where}`;

/** Reads the two of `auditValues` from the parameters `rows` and `bytes`; `where` may drop rows. */
export const insertAudit = (rows: string, bytes: string, where = ''): string =>
  `INSERT INTO audit_event (${AUDIT_COLUMNS}) SELECT id, tenant_id, type, phase, outcome, actor_id, actor_directory, target_kind, target_id, reason, trace,
     substring(${bytes}::bytea FROM at + ${String(DIGEST_BYTES)} FOR len), substring(${bytes}::bytea FROM at FOR ${String(DIGEST_BYTES)})
   FROM json_to_recordset(${rows}::json) AS f(${AUDIT_RECORD}, item int) ${where}`;

/** Events for `insertAudit`: their columns as JSON, and digest and body of one behind the other as bytes. A body is JSON itself: inside JSON it would be quoted here and unquoted there, at a fifth of the whole insert. */
export const auditValues = (rows: readonly AuditRow[]): readonly [string, Buffer] => {
  const parts: Buffer[] = [];
  // PostgreSQL counts from one.
  let at = 1;
  const columns = rows.map(({ body, digest, ...row }) => {
    const bytes = Buffer.from(body);
    const placed = { ...row, at, len: bytes.length };
    parts.push(Buffer.from(digest, 'hex'), bytes);
    at += DIGEST_BYTES + bytes.length;
    return placed;
  });
  return [JSON.stringify(columns), Buffer.concat(parts)];
};

/** Outbox and audit of one commit, in one statement. */
export const factsStatement = (outbox: readonly OutboxRow[], audit: readonly AuditRow[]): Sql =>
  outbox.length === 0
    ? { name: 'cad_audit', text: insertAudit('$1', '$2'), values: auditValues(audit) }
    : { name: 'cad_facts', text: `WITH told AS (${insertOutbox('$1')}) ${insertAudit('$2', '$3')}`, values: [JSON.stringify(outbox), ...auditValues(audit)] };
