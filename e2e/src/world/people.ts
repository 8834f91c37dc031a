import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { RunFile } from '../../../apps/local/src/stack/options.ts';

/** The stack that this run's specs share; see the vitest set-up. */
export const sharedStack = (): RunFile => JSON.parse(readFileSync(process.env['CADASTRE_TEST_STACK'] ?? '', 'utf8')) as RunFile;

export type User = 'alice' | 'aude' | 'bruno' | 'basile' | 'olivia' | 'pascal';
export type DoorName = 'tenant' | 'provider';

const directoryOf = (user: User): DoorName => (user === 'olivia' || user === 'pascal' ? 'provider' : 'tenant');

export const tokenOf = async (run: RunFile, user: User): Promise<string> => {
  const issuer = directoryOf(user) === 'tenant' ? run.tenantIssuer : run.providerIssuer;
  const body = new URLSearchParams({ grant_type: 'urn:cadastre:params:grant-type:development-user', client_id: 'cadastre-cli', username: user });
  const answer = await fetch(`${issuer}/token`, { method: 'POST', body });
  if (!answer.ok) throw new Error(`${issuer}: ${String(answer.status)} ${await answer.text()}`);
  return ((await answer.json()) as { access_token: string }).access_token;
};

export interface Reply<T> {
  readonly status: number;
  readonly data: T;
  readonly errors?: readonly { readonly message: string; readonly extensions?: Readonly<Record<string, unknown>> }[];
  readonly requestId: string | null;
}

/** A person at a door: what a client program is. */
export interface Person {
  ask<T = Readonly<Record<string, unknown>>>(query: string, variables?: Readonly<Record<string, unknown>>, headers?: Readonly<Record<string, string>>): Promise<Reply<T>>;
  /** Runs a mutation of one `input`; adds an idempotency key when there is none. */
  act(field: string, input: Readonly<Record<string, unknown>>, selection: string): Promise<Outcome>;
}

/** The answer of a mutation: one member of its union. */
export interface Outcome {
  readonly __typename: string;
  readonly code?: string;
  readonly message?: string;
  readonly suggestion?: string;
  readonly path?: readonly string[] | null;
  readonly faults?: readonly { readonly code: string; readonly message: string; readonly suggestion: string; readonly path: readonly string[] | null; readonly line: number | null }[];
  readonly [field: string]: unknown;
}

export const graphqlOf = (run: RunFile, door: DoorName): string => new URL('/graphql', door === 'tenant' ? run.tenantUrl : run.providerUrl).href;

const PROBLEM = '__typename ... on Problem { code message suggestion retryable path } ... on ValidationFailed { faults { code message suggestion path line } }';

export const bearer = (run: RunFile, door: DoorName, token: string): Person => {
  const ask = async <T = Readonly<Record<string, unknown>>>(query: string, variables: Readonly<Record<string, unknown>> = {}, headers: Readonly<Record<string, string>> = {}): Promise<Reply<T>> => {
    const response = await fetch(graphqlOf(run, door), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'accept-language': 'en', authorization: `Bearer ${token}`, ...headers },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(20_000),
    });
    const body = (await response.json()) as Pick<Reply<T>, 'data' | 'errors'>;
    return { status: response.status, requestId: response.headers.get('x-request-id'), ...body };
  };
  return {
    ask,
    act: async (field, input, selection) => {
      const type = `${field[0]?.toUpperCase() ?? ''}${field.slice(1)}Input`;
      const reply = await ask<Record<string, Outcome>>(`mutation ($input: ${type}!) { ${field}(input: $input) { ${PROBLEM} ${selection} } }`, { input: { idempotencyKey: randomUUID(), ...input } });
      const outcome = reply.data[field];
      if (reply.errors !== undefined || outcome === undefined) throw new Error(`${field}: HTTP ${String(reply.status)} ${JSON.stringify(reply.errors)}`);
      return outcome;
    },
  };
};

export const signIn = async (run: RunFile, user: User): Promise<Person> => bearer(run, directoryOf(user), await tokenOf(run, user));
