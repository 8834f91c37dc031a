/**
 * What doors and notary say to the keeper: JSON over HTTP, POST, bearer token. Subjects stand in bodies, never in a URL, which proxies and servers write into their logs.
 *
 * `/key` {scope, subject} → KeyAnswer · `/open` {scope, kids} → OpenAnswer · `/destroy` DestroyRequest → TombstonesAnswer · `/tombstones` {tombstones} → {destroyed}; GET `/tombstones` → TombstonesAnswer.
 * `/key` and `/open` answer 503 UNRECONCILED until somebody has told, once since the start, which keys were destroyed: a directory brought back from a backup may hold some of them again.
 */
export interface KeyAnswer {
  readonly kid: string;
  /** 32 bytes, base64. */
  readonly key: string;
}
export interface OpenAnswer {
  /** Base64 by kid; an unknown kid is missing. */
  readonly keys: Readonly<Record<string, string>>;
  readonly erased: Readonly<Record<string, Pick<Tombstone, 'at' | 'certificate'>>>;
}
/** A key that was destroyed. */
export interface Tombstone {
  readonly kid: string;
  /** RFC 3339. */
  readonly at: string;
  /** Id of the erasure, whose certificate says why. */
  readonly certificate: string;
}
export interface DestroyRequest {
  readonly scope: string;
  /** Absent: every key of the scope. */
  readonly subject?: string;
  readonly certificate: string;
}
export interface TombstonesAnswer {
  readonly tombstones: readonly Tombstone[];
}
/** Directory of a person: an organisation's id, or `provider`. */
export const PROVIDER_SCOPE = 'provider';
export const UNRECONCILED = 'UNRECONCILED';
