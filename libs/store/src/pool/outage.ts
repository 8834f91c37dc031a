import pg from 'pg';

/**
 * PostgreSQL is gone, out of time, or asks to try again. Not a refusal: nothing was decided about the act, so the caller may repeat it, and
 * with the same idempotency key it is done at most once even when `written` is `unknown`.
 */
export class Outage extends Error {
  override readonly name = 'Outage';
  /** `unknown` only when the connection broke while COMMIT was on its way. */
  readonly written: 'nothing' | 'unknown';
  /** SQLSTATE or the socket's error code. */
  readonly code: string;

  constructor(code: string, written: 'nothing' | 'unknown', cause: unknown) {
    super(`the database did not finish (${code}); ${written === 'nothing' ? 'nothing was written' : 'it may have been written'}`, { cause });
    this.code = code;
    this.written = written;
  }
}

/**
 * No event is taken, so no act: the audit trail is compared, recovered, or waits for a person. An outage like any other to whoever tries again later; the doors tell it
 * apart, because the reason is neither the caller's nor the network's.
 */
export class Frozen extends Outage {
  constructor(cause: unknown) {
    super(AUDIT_FROZEN, 'nothing', cause);
  }
}
const AUDIT_FROZEN = 'AUDIT_FROZEN';
/** Raised by the trigger audit_event_guard. */
const FROZEN_STATE = 'CAD02';

// Classes 08 connection, 53 resources, 57 operator intervention (shutdown, statement timeout), 58 system; and serialisation, deadlock, lock timeout.
const OUTAGE_STATES = /^(08...|53...|57P0[1-5]|57014|58...|40001|40P01|55P03|25P03)$/;
const SOCKET = /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_|EHOSTUNREACH|ENETUNREACH)/;

/** The SQLSTATE or socket code when the error is an outage, else undefined. */
export const outageCode = (error: unknown): string | undefined => {
  if (error instanceof pg.DatabaseError) return error.code !== undefined && OUTAGE_STATES.test(error.code) ? error.code : undefined;
  if (!(error instanceof Error)) return undefined;
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code === 'string' && SOCKET.test(code)) return code;
  // pg's own words for a socket that closed under it; it gives them no code.
  return /connection (terminated|error|timeout)|not queryable|timeout exceeded when trying to connect|Cannot use a pool|Client was closed/i.test(error.message) ? 'CONNECTION' : undefined;
};

/** PostgreSQL itself ended the statement (timeout, deadlock, serialisation, no room): a statement on its own has then written nothing. */
export const isDecided = (error: unknown): boolean => /^(57014|40001|40P01|55P03|53...)$/.test(outageCode(error) ?? '');

export const asOutage = (error: unknown, written: 'nothing' | 'unknown'): unknown => {
  if (error instanceof pg.DatabaseError && error.code === FROZEN_STATE) return new Frozen(error);
  const code = outageCode(error);
  return code === undefined ? error : new Outage(code, written, error);
};
