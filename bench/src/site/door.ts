import { setTimeout as after } from 'node:timers/promises';
import type { Servers } from './stack.ts';

export interface Session { readonly url: string; readonly token: string }

const DEVELOPMENT_GRANT = 'urn:cadastre:params:grant-type:development-user';

const field = (value: unknown, name: string): unknown => (typeof value === 'object' && value !== null && name in value ? (value as Readonly<Record<string, unknown>>)[name] : undefined);

/** Where something is in an answer, by its path; undefined when it is not there. */
export const at = (value: unknown, ...path: readonly string[]): unknown => path.reduce(field, value);

/** A tenant's engineer at the door, as `cadastre token --user alice` would get in. */
export const logIn = async (servers: Servers, username: string): Promise<Session> => {
  const answer = await fetch(`${servers.issuer}/token`, {
    method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ grant_type: DEVELOPMENT_GRANT, username, client_id: 'cadastre-cli' }),
  });
  const token = at(await answer.json(), 'access_token');
  if (typeof token !== 'string') throw new Error(`the development issuer gave no token to ${username} (status ${answer.status})`);
  return { url: `${servers.tenantUrl}/graphql`, token };
};

/** `data` of the answer; an answer with errors throws. */
export const ask = async (session: Session, query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<unknown> => {
  const answer = await fetch(session.url, {
    method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${session.token}` }, body: JSON.stringify({ query, variables }),
  });
  const body: unknown = await answer.json();
  if (answer.status !== 200 || at(body, 'errors') !== undefined) throw new Error(`${session.url} answered ${answer.status}: ${JSON.stringify(body).slice(0, 600)}`);
  return at(body, 'data');
};

// Not `available`: what one order could take is at most 512.
const OFFERS = 'query Offers { offers { free shape { code } } }';

/** The allocator reads the machines by itself; orders can begin when all of them are on offer. */
export const untilOffered = async (session: Session, machines: number, say: (line: string) => void, signal: AbortSignal): Promise<void> => {
  const deadline = Date.now() + 120_000;
  let told = -1;
  for (;;) {
    let free = 0;
    try {
      const offers = at(await ask(session, OFFERS), 'offers');
      free = Array.isArray(offers) ? offers.reduce((sum: number, offer: unknown) => sum + Number(at(offer, 'free') ?? 0), 0) : 0;
    } catch (e) {
      if (Date.now() > deadline) throw e;
    }
    if (free === machines) return;
    if (free !== told) say(`waiting for the allocator to take up the machines: ${free} of ${machines} on offer`);
    told = free;
    if (Date.now() > deadline) throw new Error(`after 120 s only ${free} of ${machines} machines are on offer`);
    await after(1_000, undefined, { signal });
  }
};
