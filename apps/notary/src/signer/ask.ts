import { fromBase64, isHash, isSize } from '@cadastre/tlog';
import type { Asked } from './judge.ts';

/** A request that is none: said to whoever sent it, in one sentence. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest';
}

/** At most so many logs in one request; the notary cuts its rounds accordingly. */
export const MOST_CHECKPOINTS = 1_000;
const MOST_HASHES = 64;

const bad = (sentence: string): never => {
  throw new BadRequest(sentence);
};
type Fields = Readonly<Record<string, unknown>>;
const objectOf = (value: unknown, what: string, names: readonly string[]): Fields => {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return bad(`${what} must be a JSON object`);
  const unknown = Object.keys(value).find(key => !names.includes(key));
  return unknown === undefined ? (value as Fields) : bad(`${what} has a field ${JSON.stringify(unknown.slice(0, 50))}; it has ${names.join(', ')}`);
};
const textOf = (value: unknown, what: string, most: number): string =>
  typeof value === 'string' && value !== '' && value.length <= most && !/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(value) && value.isWellFormed() ? value : bad(`${what} must be one line of 1 to ${String(most)} characters`);
const sizeOf = (value: unknown, what: string, least: number): bigint => {
  const size = Number.isSafeInteger(value) ? BigInt(value as number) : undefined;
  return size !== undefined && isSize(size) && size >= BigInt(least) ? size : bad(`${what} must be a whole number from ${String(least)} to 2^53 − 1`);
};
const hashOf = (value: unknown, what: string): Uint8Array => {
  const bytes = typeof value === 'string' ? fromBase64(value) : undefined;
  return bytes !== undefined && isHash(bytes) ? bytes : bad(`${what} must be 32 bytes in base64`);
};

/** The body of `POST /sign`. */
export const askedOf = (body: unknown): readonly Asked[] => {
  const { checkpoints } = objectOf(body, 'the request', ['checkpoints']);
  if (!Array.isArray(checkpoints) || checkpoints.length === 0 || checkpoints.length > MOST_CHECKPOINTS) return bad(`checkpoints must be a list of 1 to ${String(MOST_CHECKPOINTS)}`);
  return checkpoints.map((one: unknown, n): Asked => {
    const what = `checkpoints[${String(n)}]`;
    const { origin, size, root, consistency } = objectOf(one, what, ['origin', 'size', 'root', 'consistency']);
    if (!Array.isArray(consistency) || consistency.length > MOST_HASHES) return bad(`${what}.consistency must be a list of at most ${String(MOST_HASHES)} hashes`);
    return {
      origin: textOf(origin, `${what}.origin`, 300), size: sizeOf(size, `${what}.size`, 1), root: hashOf(root, `${what}.root`),
      consistency: consistency.map((hash: unknown, i) => hashOf(hash, `${what}.consistency[${String(i)}]`)),
    };
  });
};

/** That the past of an operator's origin is lost, in part or whole, and which origin goes on (docs/audit-bundle.md). */
export interface Statement {
  readonly oldOrigin: string;
  /** The last tree of the old origin's global log that was signed. */
  readonly oldSize: bigint;
  readonly oldRoot: Uint8Array;
  /** Leaves of it that are still there. */
  readonly recoveredSize: bigint;
  readonly newOrigin: string;
  /** RFC 3339, UTC, milliseconds. */
  readonly at: string;
  /** One line. */
  readonly reason: string;
  /** Notes of the statements before, oldest first: each gets a signature under the newest name, which is the one that a verifier trusts. */
  readonly earlier: readonly string[];
}

const MOST_EARLIER = 100;
const MOST_NOTE = 10_000;

const ORIGIN = /^[a-z0-9]([a-z0-9.-]{0,100}[a-z0-9])?(\/[a-z0-9-]{1,20})?$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/** The body of `POST /statement`. */
export const statementOf = (body: unknown): Statement => {
  const s = objectOf(body, 'the statement', ['oldOrigin', 'oldSize', 'oldRoot', 'recoveredSize', 'newOrigin', 'at', 'reason', 'earlier']);
  const { earlier = [] } = s;
  if (!Array.isArray(earlier) || earlier.length > MOST_EARLIER || !earlier.every(note => typeof note === 'string' && note.length <= MOST_NOTE)) return bad(`earlier must be a list of at most ${String(MOST_EARLIER)} notes`);
  const [oldSize, recoveredSize] = [sizeOf(s['oldSize'], 'oldSize', 0), sizeOf(s['recoveredSize'], 'recoveredSize', 0)];
  const [oldOrigin, newOrigin] = [textOf(s['oldOrigin'], 'oldOrigin', 200), textOf(s['newOrigin'], 'newOrigin', 200)];
  const [at, reason] = [textOf(s['at'], 'at', 24), textOf(s['reason'], 'reason', 500)];
  if (!ORIGIN.test(newOrigin) || newOrigin === oldOrigin) return bad('newOrigin must be an origin, and another than the old one');
  if (recoveredSize > oldSize) return bad('recoveredSize must not be above oldSize: what was never signed was not lost');
  if (!INSTANT.test(at) || Number.isNaN(Date.parse(at))) return bad('at must be an RFC 3339 instant in UTC with milliseconds');
  if (Buffer.byteLength(reason) > 500) return bad('reason must be one line of at most 500 bytes');
  return { oldOrigin, oldSize, oldRoot: hashOf(s['oldRoot'], 'oldRoot'), recoveredSize, newOrigin, at, reason, earlier };
};
