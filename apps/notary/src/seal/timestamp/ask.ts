import type { Certificate } from 'pkijs';
import { no, ok, type Instant, type Result } from '@cadastre/domain/core';
import { NONCE_BYTES, nonceOf, timestampRequest, verifyTimestamp, type Timestamp, type TimestampRefusal } from '../../shared/timestamp/index.ts';

/** A time-stamping authority over HTTP (RFC 3161 §3.4) and the roots that its tokens must lead to. */
export interface TimeAuthority {
  readonly url: string;
  readonly roots: readonly Certificate[];
}

export interface Stamped extends Timestamp {
  /** TimeStampResp, DER, as it came. */
  readonly token: Uint8Array;
}

/** UNREACHABLE: try again. Everything else: it answered, and what it answered is not to be believed. */
export type NotStamped = TimestampRefusal | { readonly code: 'UNREACHABLE'; readonly detail: string };

const ANSWER_MS = 20_000;
/** A token with a chain of certificates is some 10 KiB. */
const MAX_ANSWER_BYTES = 262_144;

/**
 * Asks for a timestamp over `bytes` and believes nothing that `verifyTimestamp` does not.
 * @param draw random bytes, as many as asked for.
 */
export const askTimestamp = async (
  authority: TimeAuthority, bytes: Uint8Array, tools: { readonly draw: (n: number) => Uint8Array; readonly now: () => Instant; readonly signal: AbortSignal },
): Promise<Result<Stamped, NotStamped>> => {
  const nonce = nonceOf(tools.draw(NONCE_BYTES));
  const answer = await post(authority.url, timestampRequest(bytes, nonce), tools.signal);
  if (!answer.ok) return answer;
  const believed = await verifyTimestamp(answer.value, { bytes, roots: authority.roots, nonce, now: tools.now() });
  return believed.ok ? ok({ ...believed.value, token: answer.value }) : believed;
};

const post = async (url: string, body: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<Result<Uint8Array, NotStamped>> => {
  try {
    const response = await fetch(url, {
      method: 'POST', body, redirect: 'error', headers: { 'content-type': 'application/timestamp-query', accept: 'application/timestamp-reply' },
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]),
    });
    if (!response.ok) return no({ code: 'UNREACHABLE', detail: `status ${String(response.status)}` });
    const parts: Uint8Array[] = [];
    let length = 0;
    for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      length += part.length;
      if (length > MAX_ANSWER_BYTES) return no({ code: 'MALFORMED', detail: `more than ${String(MAX_ANSWER_BYTES)} bytes` });
      parts.push(part);
    }
    return ok(Buffer.concat(parts));
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
    return no({ code: 'UNREACHABLE', detail: `${error instanceof Error ? error.message : String(error)}${cause}` });
  }
};
