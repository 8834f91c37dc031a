import { hash } from 'node:crypto';
import type { ActContext, AuditFact, Pii } from '@cadastre/domain/audit';
import { isPersonalPath, keepingOf } from '@cadastre/domain/audit';
import type { AuditId } from '@cadastre/domain/core';
import type { ClockState } from '../pool/index.ts';

export const MAX_LEAF_BYTES = 16_384;
/** Longer texts are cut and end in `…`: an identifier is shorter, and a caller's text must not keep the event from being written. */
const MAX_TEXT = 512;

// What JSON.stringify leaves bare although it is a control character, or a line end to some readers (NEL, LS, PS).
const BARE_CONTROLS = /[\u007f-\u009f\u2028\u2029]/g;
const escaped = (c: string): string => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`;

// Printable ASCII without quote and backslash needs neither normal form nor escape: nearly every text of an event, at a tenth of the cost.
const PLAIN = /^[ !#-[\]-~]*$/;

const textOf = (text: string): string => {
  if (text.length <= MAX_TEXT && PLAIN.test(text)) return `"${text}"`;
  const whole = text.toWellFormed().normalize('NFC');
  const kept = whole.length <= MAX_TEXT ? whole : `${whole.slice(0, MAX_TEXT - 1).toWellFormed()}…`;
  return JSON.stringify(kept).replace(BARE_CONTROLS, escaped);
};

// UTF-16 code unit order, which is both JavaScript's and RFC 8785's. Most objects here are written in order already.
const sortedKeys = (object: object): readonly string[] => {
  const keys = Object.keys(object);
  for (let i = 1; i < keys.length; i++) if ((keys[i - 1] ?? '') > (keys[i] ?? '')) return keys.sort();
  return keys;
};

const objectOf = (object: Readonly<Record<string, unknown>>): string => {
  let out = '';
  for (const k of sortedKeys(object)) {
    const v = object[k];
    if (v !== undefined) out += `${out === '' ? '' : ','}${textOf(k)}:${canonical(v)}`;
  }
  return `{${out}}`;
};

/**
 * RFC 8785 (JCS) with two tightenings that keep it valid JSON of the same value: numbers are integers only, and every control character
 * is escaped, so that an event is one line whatever reads it. Undefined members are left out.
 */
export const canonical = (value: unknown): string => {
  switch (typeof value) {
    case 'string':
      return textOf(value);
    case 'number':
      if (!Number.isSafeInteger(value)) throw new TypeError(`not an integer in an audit event: ${String(value)}`);
      return String(value === 0 ? 0 : value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? `[${value.map(canonical).join(',')}]` : objectOf(value as Readonly<Record<string, unknown>>);
    default:
      throw new TypeError(`a ${typeof value} in an audit event`);
  }
};

const traceOf = (traceparent: string | undefined): { readonly span?: string; readonly trace?: string } => {
  const [, trace, span] = traceparent?.split('-') ?? [];
  return trace === undefined || span === undefined ? {} : { span, trace };
};

export interface LeafContext {
  readonly id: AuditId;
  readonly origin: string;
  readonly clock: ClockState;
  readonly pii?: Pii | undefined;
}
export interface Leaf {
  /** The event: what is stored, hashed and exported. */
  readonly text: string;
  /** SHA-256 of its UTF-8 bytes, lower-case hex. */
  readonly digest: string;
}

/** Origin of the log that an event belongs to. */
export const logOf = (origin: string, { tenant }: Pick<AuditFact, 'tenant'>): string => (tenant === undefined ? `${origin}/provider` : `${origin}/t/${tenant}`);

/**
 * The bytes of one event, with its personal values as they were sealed. The instant at which the database recorded it is not in them: the leaf is hashed before the database sees it, so that instant is the
 * row's own column `time_recorded`. Throws when the event is larger than 16 KiB.
 */
export const leafOf = (fact: AuditFact, act: ActContext, { id, origin, clock, pii }: LeafContext): Leaf => {
  const { actor, request } = act;
  const keeping = keepingOf(fact.type);
  const foreign = Object.keys(pii ?? {}).find(path => !isPersonalPath(path));
  if (foreign !== undefined) throw new TypeError(`not a personal value that an event may carry: ${foreign}`);
  // In the order of the result, so that nothing has to be sorted.
  const text = canonical({
    actor: { auth: { acr: actor.auth.acr, auth_time: actor.auth.authTime, method: actor.auth.method, mfa: actor.auth.mfa }, directory: actor.directory, id: actor.id, kind: actor.kind, roles: actor.roles },
    authz: act.authz,
    change: fact.change,
    class: keeping.class,
    clock: { offset_ms: clock.offsetMs, source: clock.source, synced: clock.synced },
    consent: act.consent,
    id,
    k8s: fact.k8s === undefined ? undefined : { audit_ids: fact.k8s.auditIds, cluster: fact.k8s.cluster, resource_version: fact.k8s.resourceVersion, uid: fact.k8s.uid },
    legal: keeping.legal,
    log: logOf(origin, fact),
    numbers: fact.numbers,
    on_behalf_of: actor.onBehalfOf,
    op: fact.op,
    outcome: fact.outcome,
    phase: fact.phase,
    pii,
    reason: fact.reason,
    request: {
      argument_digest: request.argumentDigest, document_digest: request.documentDigest, id: request.id, idempotency_key_digest: request.idempotencyKeyDigest,
      operation: request.operation, ...traceOf(request.traceparent),
    },
    retention: keeping.retention,
    source: act.source,
    target: fact.target,
    tenant: fact.tenant,
    time: act.at,
    type: fact.type,
    v: 1,
  });
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_LEAF_BYTES) throw new RangeError(`an audit event of ${String(bytes)} bytes; at most ${String(MAX_LEAF_BYTES)}`);
  return { text, digest: hash('sha256', text, 'hex') };
};
