/** The body of `POST /add-checkpoint` (C2SP tlog-witness), taken apart and not yet believed. */
export interface AddCheckpoint {
  /** The size that the sender thinks we cosigned last. */
  readonly oldSize: bigint;
  /** RFC 6962 §2.1.2, each 32 bytes. */
  readonly proof: readonly Uint8Array[];
  /** The checkpoint: a signed note. */
  readonly note: string;
}

const MAX_PROOF_LINES = 63;
const OLD = /^old (0|[1-9]\d{0,18})$/;
const MAX_SIZE = 2n ** 63n - 1n;

/** Undefined for anything but the exact form: one spelling of one meaning, so that nothing is read differently elsewhere. */
export const parseAddCheckpoint = (body: Uint8Array): AddCheckpoint | undefined => {
  const text = decoded(body);
  const end = text?.indexOf('\n\n') ?? -1;
  if (text === undefined || end < 0) return undefined;
  const [first = '', ...lines] = text.slice(0, end).split('\n');
  const oldSize = BigInt(OLD.exec(first)?.[1] ?? -1);
  if (oldSize < 0n || oldSize > MAX_SIZE || lines.length > MAX_PROOF_LINES) return undefined;
  const proof = lines.map(hashOf);
  return proof.every(hash => hash !== undefined) ? { oldSize, proof, note: text.slice(end + 2) } : undefined;
};

const decoded = (body: Uint8Array): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return undefined;
  }
};

const hashOf = (line: string): Uint8Array | undefined => {
  const bytes = Buffer.from(line, 'base64');
  return bytes.length === 32 && bytes.toString('base64') === line ? Uint8Array.from(bytes) : undefined;
};
