import type { ActContext, AuditFact } from '@cadastre/domain/audit';
import type { AuditId, Result } from '@cadastre/domain/core';
import { no, ok } from '@cadastre/domain/core';
import type { Session, Sql } from '../pool/session.ts';
import { INTERNAL } from '../pool/store.ts';
import type { Scope, Store } from '../pool/store.ts';
import { auditRows, factsStatement, outboxRows } from './facts.ts';
import type { OutboxFact } from './facts.ts';
import { claimKey } from './idempotency.ts';
import { refusalOf } from './refusal.ts';
import type { CommitRefusal } from './refusal.ts';

/** One statement of a noun's repository. Made only there; a caller passes it on. */
export interface Write {
  readonly noun: string;
  readonly id: string;
  readonly sql: Sql;
  /** Rows it must touch; another count means that a generation moved, and rolls everything back. */
  readonly rows: number;
}

export interface Committed {
  /** In the order of `work.audit`. */
  readonly auditIds: readonly AuditId[];
  /** Outbox ids, in the order of `work.outbox`. */
  readonly eventIds: readonly string[];
}

export interface Work {
  readonly scope: Scope;
  readonly act: ActContext;
  readonly writes: readonly Write[];
  readonly outbox: readonly OutboxFact[];
  /** No event, no act: an empty list is a bug of the caller and throws. */
  readonly audit: readonly AuditFact[];
  readonly idempotency?: {
    /** Organisation id, or `provider`. */
    readonly scope: string;
    readonly key: string;
    /** SHA-256 hex of the canonical input. */
    readonly fingerprint: string;
    readonly operation: string;
    /** The answer as plain data (ids and codes); replayed for a repeated key. */
    readonly result: (committed: Committed) => unknown;
  };
}

// Carries a refusal out of the transaction so that it rolls back; never leaves this file.
class Refused extends Error {
  readonly refusal: CommitRefusal;
  constructor(refusal: CommitRefusal) {
    super(refusal.code);
    this.refusal = refusal;
  }
}

const claim = async (session: Session, wanted: NonNullable<Work['idempotency']>, committed: Committed): Promise<void> => {
  const { scope, key, fingerprint, operation } = wanted;
  const record = await claimKey(session, { scope, key, fingerprint, operation, result: wanted.result(committed) });
  if (record === undefined) return;
  throw new Refused(record.fingerprint === fingerprint && record.operation === operation ? { code: 'ALREADY_DONE', record } : { code: 'IDEMPOTENCY_CONFLICT' });
};

const write = async (session: Session, { noun, id, sql, rows }: Write): Promise<void> => {
  const { rowCount } = await session.run(sql);
  if (rowCount !== rows) throw new Refused({ code: 'STALE_GENERATION', noun, id });
};

/**
 * The only way to save. Rows (each only if its generation is unchanged), outbox, audit events and idempotency record in one transaction, or nothing.
 *
 * Throws Outage when the database does not finish, Frozen (one of them) while the audit trail takes no event: repeat with the same idempotency key. Refusals are values.
 */
export const commit = async (store: Store, work: Work): Promise<Result<Committed, CommitRefusal>> => {
  if (work.audit.length === 0) throw new TypeError('commit() without an audit event: no event, no act');
  const { options, transaction } = store[INTERNAL];
  const outbox = outboxRows(options, work.outbox);
  const audit = auditRows(options, work.act, work.audit);
  const committed: Committed = { auditIds: audit.map(a => a.id), eventIds: outbox.map(o => o.id) };
  try {
    await transaction(work.scope, async (session, end) => {
      if (work.idempotency !== undefined) await claim(session, work.idempotency, committed);
      for (const w of work.writes) await write(session, w);
      // COMMIT leaves behind the facts without waiting for them: if they fail, PostgreSQL turns it into a rollback.
      const facts = session.run(factsStatement(outbox, audit));
      const [told, done] = await Promise.allSettled([facts, end.commit()]);
      if (told.status === 'rejected') throw told.reason;
      if (done.status === 'rejected') throw done.reason;
      if (!done.value) throw new Error('PostgreSQL rolled back a transaction in which nothing failed');
    });
    return ok(committed);
  } catch (error) {
    if (error instanceof Refused) return no(error.refusal);
    const refusal = refusalOf(error);
    if (refusal === undefined) throw error;
    return no(refusal);
  }
};

/**
 * An audit event with nothing else: a refusal, a failed login, a read. `scope` is by default the tenant that all facts name, else `system`.
 */
export const recordAudit = async (store: Store, act: ActContext, facts: readonly [AuditFact, ...AuditFact[]], scope?: Scope): Promise<readonly AuditId[]> => {
  const tenant = facts[0].tenant;
  const own: Scope = tenant !== undefined && facts.every(f => f.tenant === tenant) ? { tenant } : 'system';
  const done = await commit(store, { scope: scope ?? own, act, writes: [], outbox: [], audit: facts });
  if (!done.ok) throw new Error(`an audit event was refused: ${JSON.stringify(done.error)}`);
  return done.value.auditIds;
};
