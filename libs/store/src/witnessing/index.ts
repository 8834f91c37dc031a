import type { Instant } from '@cadastre/domain/core';
import type { Reader, Store } from '../pool/index.ts';
import { INTERNAL } from '../pool/store.ts';

/** A checkpoint of one log as the signer signed it, without cosignatures. Sizes are leaves. */
export interface SignedCheckpoint {
  readonly logId: number;
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
  /** The C2SP signed note. */
  readonly note: string;
  readonly signedAt: Instant;
}

/** One witness's cosignature/v1 on a checkpoint, verified by the notary before it came here. */
export interface Cosignature {
  /** Key name of the witness. */
  readonly witness: string;
  /** The whole signature line with its LF, as it is appended to the note. */
  readonly line: string;
  /** What the witness's clock said. */
  readonly cosignedAt: Instant;
}

/** A granted RFC 3161 response over the bytes of a checkpoint's note, verified by the notary before it came here. */
export interface CheckpointTimestamp {
  readonly logId: number;
  readonly size: number;
  /** Subject of the certificate that signed. */
  readonly authority: string;
  /** TimeStampResp, DER. */
  readonly token: Uint8Array;
  readonly generatedAt: Instant;
}

const CHECKPOINT = 'c.log_id AS "logId", c.size, c.root, c.note, c.signed_at AS "signedAt"';

/** The newest signed checkpoint of a log, by its origin; undefined before the first. */
export const newestCheckpoint = async (q: Reader, origin: string): Promise<SignedCheckpoint | undefined> =>
  (await q.rows<SignedCheckpoint>({ name: 'cad_checkpoint_newest', text: `SELECT ${CHECKPOINT} FROM audit_checkpoint c JOIN audit_log l ON l.id = c.log_id WHERE l.origin = $1 ORDER BY c.size DESC LIMIT 1`, values: [origin] }))[0];

/** The newest checkpoint of a log that every one of some sets of witnesses cosigned is the caller's to find: what each has cosigned last, by its key name. */
export const newestCosignatures = async (q: Reader, logId: number): Promise<readonly (Cosignature & { readonly size: number })[]> =>
  q.rows({
    name: 'cad_cosignature_newest',
    text: 'SELECT DISTINCT ON (witness) witness, size, line, cosigned_at AS "cosignedAt" FROM audit_cosignature WHERE log_id = $1 ORDER BY witness, size DESC',
    values: [logId],
  });

/** Cosignatures of one checkpoint, in the order of the witnesses' names. */
export const cosignaturesOf = async (q: Reader, logId: number, size: number): Promise<readonly Cosignature[]> =>
  q.rows({ text: 'SELECT witness, line, cosigned_at AS "cosignedAt" FROM audit_cosignature WHERE log_id = $1 AND size = $2 ORDER BY witness', values: [logId, size] });

/**
 * Keeps what witnesses said of one checkpoint; a second cosignature of the same witness on the same size is left out, since the first proves as much.
 * Outside commit(): evidence about acts, no act of anybody.
 */
export const addCosignatures = async (store: Store, of: { readonly logId: number; readonly size: number }, cosignatures: readonly Cosignature[]): Promise<void> => {
  await store[INTERNAL].statement({
    name: 'cad_cosignature_add',
    text: `INSERT INTO audit_cosignature (log_id, size, witness, line, cosigned_at)
      SELECT $1, $2, c.witness, c.line, c.cosigned_at FROM unnest($3::text[], $4::text[], $5::timestamptz[]) AS c (witness, line, cosigned_at) ON CONFLICT DO NOTHING`,
    values: [of.logId, of.size, cosignatures.map(c => c.witness), cosignatures.map(c => c.line), cosignatures.map(c => c.cosignedAt)],
  });
};

/** The newest timestamp on any checkpoint of a log; undefined when there is none. */
export const newestTimestamp = async (q: Reader, logId: number): Promise<CheckpointTimestamp | undefined> =>
  (await q.rows<CheckpointTimestamp>({
    name: 'cad_timestamp_newest',
    text: 'SELECT log_id AS "logId", size, authority, token, generated_at AS "generatedAt" FROM audit_timestamp WHERE log_id = $1 ORDER BY size DESC, generated_at DESC LIMIT 1',
    values: [logId],
  }))[0];

/** Outside commit(), for the same reason as `addCosignatures`. */
export const addTimestamp = async (store: Store, t: CheckpointTimestamp): Promise<void> => {
  await store[INTERNAL].statement({
    name: 'cad_timestamp_add',
    text: 'INSERT INTO audit_timestamp (log_id, size, authority, token, generated_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING',
    values: [t.logId, t.size, t.authority, Buffer.from(t.token), t.generatedAt],
  });
};
