import { setTimeout as pause } from 'node:timers/promises';

/** One signed-in person at one door. */
export interface Door {
  readonly url: string;
  readonly token: string;
  readonly lang: string;
  readonly signal: AbortSignal;
}

/** A GraphQL request as any client makes it; errors that are not data end the story with what the server said. */
export const ask = async <T>(door: Door, query: string, variables: Record<string, unknown> = {}): Promise<T> => {
  const response = await fetch(door.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'accept-language': door.lang, authorization: `Bearer ${door.token}` },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.any([door.signal, AbortSignal.timeout(30_000)]),
  });
  const body = (await response.json()) as { data?: T; errors?: readonly { readonly message: string }[] };
  if (body.errors?.[0] !== undefined || body.data === undefined) throw new Error(`${door.url}: ${body.errors?.[0]?.message ?? `HTTP ${String(response.status)}`}`);
  return body.data;
};

/** Looks again until `look` gives a value; gives up with a sentence that names what was awaited and what was seen last. */
export const until = async <T>(what: string, seconds: number, signal: AbortSignal, look: () => Promise<{ readonly done: T } | { readonly seen: string }>): Promise<T> => {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if ('done' in found) return found.done;
    if (Date.now() > end) throw new Error(`${what}: not after ${String(seconds)} s; last seen: ${found.seen}`);
    await pause(200, undefined, { signal });
  }
};
