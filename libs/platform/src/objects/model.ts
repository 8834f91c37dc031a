/** The bytes from `from` up to and without `to`; without `to`, to the end. */
export interface ByteRange {
  readonly from: number;
  readonly to?: number;
}

export interface ObjectBody {
  /** Bytes of the whole object, whatever range was asked. */
  readonly size: number;
  /** The bytes of the range, in parts. */
  readonly body: AsyncIterable<Uint8Array>;
}

export interface Stored {
  readonly bytes: number;
  /** SHA-256, lower-case hex. */
  readonly sha256: string;
}

/**
 * Append-only storage of named bytes. When a promise resolves, the bytes survive a power cut. Keys are words of `A-Z a-z 0-9 . _ ~ -` joined by `/`, at most 512
 * characters, no word `.` or `..` and none that begins with `.tmp-`.
 *
 * All throw `ObjectConflict` for other bytes under a known key, TypeError for a key that is none, and the system's or the store's error (`ObjectsUnavailable`) otherwise.
 */
export interface Objects {
  /** Where the objects are, for messages; no credentials. */
  readonly where: string;
  /** Writes once: the same bytes again are fine, other bytes are refused. */
  put(key: string, bytes: Uint8Array): Promise<void>;
  /** The same for what is too large to hold: memory stays flat. Refuses known keys with other bytes after having read the source. */
  putStream(key: string, source: AsyncIterable<Uint8Array>): Promise<Stored>;
  /** The one exception to write-once: what is by its nature the latest (a log's `checkpoint`). Readers see the old bytes or the new, never a mixture. */
  replace(key: string, bytes: Uint8Array): Promise<void>;
  get(key: string): Promise<Uint8Array | undefined>;
  /** Throws RangeError for a range that begins behind the end. */
  stream(key: string, range?: ByteRange): Promise<ObjectBody | undefined>;
  stat(key: string): Promise<{ readonly size: number } | undefined>;
  /** Keys that begin with `prefix` (a folder ending in `/`, or empty for all), in code unit order. */
  list(prefix: string): AsyncIterable<string>;
  /** For retention only: what is gone is gone. Removing what is not there is fine. */
  remove(key: string): Promise<void>;
}

/** Something else already stands under this name: in an append-only store that is tampering or a bug, never to be overwritten. */
export class ObjectConflict extends Error {
  override readonly name = 'ObjectConflict';
  readonly key: string;
  constructor(key: string, where: string) {
    super(`${key} in ${where} already has other bytes`);
    this.key = key;
  }
}

/** The store did not do it; the same call may be repeated. */
export class ObjectsUnavailable extends Error {
  override readonly name = 'ObjectsUnavailable';
}

const WORDS = /^[A-Za-z0-9._~-]+(?:\/[A-Za-z0-9._~-]+)*$/;
const BARRED = /(?:^|\/)(?:\.{1,2}(?:\/|$)|\.tmp-)/;

export const checkedKey = (key: string): string => {
  if (key.length > 512 || !WORDS.test(key) || BARRED.test(key)) throw new TypeError(`not an object's name: ${JSON.stringify(key.slice(0, 600))}`);
  return key;
};

export const checkedPrefix = (prefix: string): string => {
  if (prefix === '') return prefix;
  if (!prefix.endsWith('/')) throw new TypeError(`a prefix ends in /: ${JSON.stringify(prefix)}`);
  return `${checkedKey(prefix.slice(0, -1))}/`;
};

export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && Buffer.compare(a, b) === 0;

/** `bytes=…` of RFC 9110, or undefined for all. */
export const rangeHeader = (range: ByteRange | undefined): string | undefined =>
  range === undefined ? undefined : `bytes=${String(range.from)}-${range.to === undefined ? '' : String(range.to - 1)}`;
