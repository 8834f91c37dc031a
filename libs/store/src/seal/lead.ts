import type { Instant, Result } from '@cadastre/domain/core';
import { no, ok } from '@cadastre/domain/core';
import type { AuditState } from '@cadastre/domain/seal';
import type { Session } from '../pool/session.ts';
import type { TransactionEnd } from '../pool/store.ts';
import { INTERNAL } from '../pool/store.ts';
import type { Store } from '../pool/store.ts';

/** The right to seal. The epoch is what fences; the lease only says when somebody else may try. */
export interface Seal {
  readonly epoch: number;
  /** Unique per process life. */
  readonly holder: string;
}

/** The one row of audit_control, with what the server says of itself at the same moment. */
export interface Control {
  readonly state: AuditState;
  readonly reason: string | null;
  readonly since: Instant;
  readonly epoch: number;
  readonly holder: string | null;
  readonly cursorTxid: number;
  readonly cursorSeq: number;
  /** Whether the notary has compared since this server started. */
  readonly sameServer: boolean;
  /** The next transaction id. Below the cursor: this is another server, whose ids begin again. */
  readonly nextTxid: number;
  /** Of the database. */
  readonly now: Instant;
}

export const readControl = async (store: Store): Promise<Control> => {
  const [control] = await store[INTERNAL].statement<Control>({
    name: 'cad_seal_control',
    text: `SELECT state, reason, since, epoch, holder, cursor_txid AS "cursorTxid", cursor_seq AS "cursorSeq", server_started IS NOT DISTINCT FROM pg_postmaster_start_time() AS "sameServer",
      pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS "nextTxid", clock_timestamp() AS now FROM audit_control WHERE id = 1`,
  });
  if (control === undefined) throw new Error('audit_control has no row: the migrations were not applied');
  return control;
};

/** Takes the seal when nobody holds it, or its lease has expired, or it is ours already. Waits for the fenced transaction of the old epoch that is in flight. */
export const takeSeal = async (
  store: Store, { holder, ttlMs }: { readonly holder: string; readonly ttlMs: number },
): Promise<Result<Seal, { readonly code: 'HELD'; readonly holder: string }>> => {
  const [mine] = await store[INTERNAL].statement<Seal>({
    text: `UPDATE audit_control SET epoch = epoch + (holder IS DISTINCT FROM $1)::int, holder = $1, lease_until = clock_timestamp() + $2 * interval '1 millisecond'
      WHERE id = 1 AND (holder IS NULL OR holder = $1 OR lease_until IS NULL OR lease_until <= clock_timestamp()) RETURNING epoch, holder`,
    values: [holder, ttlMs],
  });
  return mine === undefined ? no({ code: 'HELD', holder: (await readControl(store)).holder ?? '' }) : ok(mine);
};

/** Longer, as long as nobody took it over. */
export const renewSeal = async (store: Store, seal: Seal, ttlMs: number): Promise<boolean> => {
  const rows = await store[INTERNAL].statement({
    name: 'cad_seal_renew',
    text: `UPDATE audit_control SET lease_until = clock_timestamp() + $3 * interval '1 millisecond' WHERE id = 1 AND epoch = $1 AND holder = $2 RETURNING 1`,
    values: [seal.epoch, seal.holder, ttlMs],
  });
  return rows.length === 1;
};

/** Lets the next one in at once. */
export const releaseSeal = async (store: Store, seal: Seal): Promise<void> => {
  await store[INTERNAL].statement({ text: 'UPDATE audit_control SET lease_until = clock_timestamp() WHERE id = 1 AND epoch = $1 AND holder = $2', values: [seal.epoch, seal.holder] });
};

/** Somebody else seals now, or the database is not where the caller left it: nothing was written. */
export interface Fenced {
  readonly code: 'FENCED';
}

// Carries the refusal out of the transaction so that it rolls back; never leaves this folder.
class Refused extends Error {}
export const refuse = (): never => {
  throw new Refused();
};

/**
 * A transaction that only the holder of the seal can commit. The row of audit_control is locked first and until the end: whoever takes the seal over waits for
 * this commit, and a transaction of an old epoch finds no row.
 */
export const fenced = async <T>(store: Store, seal: Seal, work: (session: Session, end: TransactionEnd) => Promise<T>, fence = LOCK): Promise<Result<T, Fenced>> => {
  try {
    return ok(
      await store[INTERNAL].transaction('system', async (session, end) => {
        const { rowCount } = await session.run({ text: fence.text, values: [seal.epoch, seal.holder, ...fence.values] });
        if (rowCount !== 1) return refuse();
        const out = await work(session, end);
        if (!(await end.commit())) throw new Error('PostgreSQL rolled back a transaction in which nothing failed');
        return out;
      }),
    );
  } catch (error) {
    if (error instanceof Refused) return no({ code: 'FENCED' });
    throw error;
  }
};
const LOCK: { readonly text: string; readonly values: readonly unknown[] } = { text: 'SELECT 1 FROM audit_control WHERE id = 1 AND epoch = $1 AND holder = $2 FOR UPDATE', values: [] };

/** No event is taken any more, and so no act; `reason` stands in every refusal. */
export const freezeTrail = (store: Store, seal: Seal, reason: string): Promise<Result<void, Fenced>> =>
  fenced(store, seal, async session => {
    await session.run({ text: `UPDATE audit_control SET state = 'FROZEN', reason = $1, since = clock_timestamp() WHERE id = 1`, values: [reason] });
  });

/** Events are taken again, from this server, until it starts again. */
export const openTrail = (store: Store, seal: Seal): Promise<Result<void, Fenced>> =>
  fenced(store, seal, async session => {
    await session.run({
      text: `UPDATE audit_control SET state = 'OPEN', reason = NULL, since = CASE state WHEN 'OPEN' THEN since ELSE clock_timestamp() END, server_started = pg_postmaster_start_time() WHERE id = 1`,
    });
  });
