import type { Clock } from '@cadastre/domain/core';
import { askTimestamp, type NotStamped, type TimeAuthority } from './ask.ts';

/** No timestamp that may be kept. UNREACHABLE is weather; every other code is an answer that must not be believed. */
export class NoTimestamp extends Error {
  override readonly name = 'NoTimestamp';
  readonly code: NotStamped['code'];
  constructor(error: NotStamped) {
    super(`${error.code}: ${error.detail}`);
    this.code = error.code;
  }
}

export interface TimestampAuthority {
  /** Host of the authority, as the rows name it. */
  readonly authority: string;
  /** A verified TimeStampResp (DER) over exactly the bytes of `note`; `at` is the authority's time in milliseconds. Rejects with NoTimestamp. */
  timestamp(note: string): Promise<{ readonly token: Uint8Array; readonly at: number }>;
}

export const timestampAuthority = (
  at: TimeAuthority, parts: { readonly draw: (bytes: number) => Uint8Array; readonly clock: Clock; readonly signal: AbortSignal; readonly count: (result: string) => void },
): TimestampAuthority => ({
  authority: new URL(at.url).host,
  timestamp: async note => {
    const stamped = await askTimestamp(at, Buffer.from(note, 'utf8'), { draw: parts.draw, now: () => parts.clock.now(), signal: parts.signal });
    parts.count(stamped.ok ? 'STAMPED' : stamped.error.code);
    if (!stamped.ok) throw new NoTimestamp(stamped.error);
    return { token: stamped.value.token, at: Date.parse(stamped.value.at) };
  },
});
