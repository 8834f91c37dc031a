export interface Backoff {
  /** Wait after the first failure, milliseconds. */
  readonly firstMs: number;
  /** The longest wait, milliseconds, before jitter. */
  readonly maxMs: number;
  /** How much longer each further failure waits. */
  readonly factor: number;
}

export const DEFAULT_BACKOFF: Backoff = { firstMs: 100, maxMs: 30_000, factor: 2 };

/**
 * Milliseconds to wait after the `attempt`-th failure in a row (1 is the first): exponential, then a uniform draw from its upper half.
 * Full jitter (from zero) was rejected: the point of waiting is to give the other side time; half is enough to pull a herd apart.
 */
export const backoffMs = (backoff: Backoff, attempt: number, random: () => number): number =>
  Math.min(backoff.maxMs, backoff.firstMs * backoff.factor ** (attempt - 1)) * (0.5 + random() / 2);
