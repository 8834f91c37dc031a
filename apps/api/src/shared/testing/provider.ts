import 'reflect-metadata';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { Role } from '@cadastre/domain/core';
import { createIds } from '@cadastre/platform/ids';
import { silentLogger } from '@cadastre/platform/log';
import { writeSealingKeys } from '@cadastre/platform/seal';
import * as apiKeys from '@cadastre/store/apikey';
import { commit } from '@cadastre/store/commit';
import type { Store } from '@cadastre/store/pool';
import { actOf, openTestStore, storeDatabase, TEST_PASSWORD } from '@cadastre/store/testing';
import { openDoor } from '../../open.ts';
import { digestOf, makeApiKey, prefixOf } from '../auth/apikey-format.ts';

export type Answer = Readonly<Record<string, unknown>>;

/** A provider door on a database of its own, with real NATS, asked over HTTP as an operator would. */
export interface TestDoor {
  /** Answers `data` of a document, as the roles of the key; GraphQL errors throw. */
  ask(document: string, variables?: object, as?: Role, lang?: 'fr' | 'en'): Promise<Answer>;
  /** One mutation with a fresh idempotency key unless the input has one; answers the union's member. */
  mutate(field: string, input: object, selection: string, as?: Role): Promise<Answer>;
  /** Rows of a statement, as a role that may see everything of the provider. */
  rows(sql: string, values?: readonly unknown[]): Promise<readonly Answer[]>;
  readonly sealingPrivateKeyFile: string;
}

interface Open {
  readonly url: string;
  readonly store: Store;
  readonly keys: Readonly<Partial<Record<Role, string>>>;
  readonly folder: string;
  close(): Promise<void>;
}

const ROLES = ['OPERATOR', 'SITE_TECHNICIAN', 'PROVIDER_AUDITOR'] as const;

const keyFor = async (store: Store, role: Role): Promise<string> => {
  const key = makeApiKey('development');
  const ids = createIds();
  const row = { id: ids.next('apikey'), directory: 'provider', name: role, prefix: prefixOf(key), sha256: digestOf(key), roles: [role], expiresAt: '2099-01-01T00:00:00.000Z', allowedCidrs: [], generation: 1 } as const;
  const done = await commit(store, {
    scope: 'system', act: actOf(), writes: [apiKeys.insert(row)], outbox: [],
    audit: [{ type: 'iam.apikey.create', phase: 'completed', outcome: 'success', target: { kind: 'apikey', id: row.id } }],
  });
  if (!done.ok) throw new Error(`no key for ${role}: ${done.error.code}`);
  return key;
};

const natsUrl = (): string => {
  const url = process.env['CADASTRE_TEST_NATS_URL'];
  if (url === undefined) throw new Error('CADASTRE_TEST_NATS_URL is unset: name the spec *.pg.spec.ts and run it with npm test');
  return url;
};

const open = async (databaseUrl: string, store: Store): Promise<Open> => {
  const folder = await mkdtemp(join(tmpdir(), 'cadastre-door-'));
  await writeSealingKeys(join(folder, 'public.jwk'), join(folder, 'private.jwk'));
  const closers: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  const stop = new AbortController();
  const { url } = await openDoor(
    {
      env: 'development', host: '127.0.0.1', logLevel: 'error', version: '0.0.0', databaseUrl, natsUrl: natsUrl(), door: 'provider', port: 0, issuer: 'http://127.0.0.1:1/provider',
      audience: 'urn:cadastre:provider', requestsPerSecond: 10_000, sealingPublicKeyFile: join(folder, 'public.jwk'),
    },
    { log: silentLogger(), shutdown: { signal: stop.signal, add: (_name: string, close: () => Promise<unknown>) => { closers.push(close); } } as never },
  );
  const keys: Partial<Record<Role, string>> = {};
  for (const role of ROLES) keys[role] = await keyFor(store, role);
  return { url, store, keys, folder, close: async () => {
    stop.abort();
    for (const close of closers.reverse()) await close();
  } };
};

/** Call it at the top of a `*.pg.spec.ts`. */
export const providerDoor = (): TestDoor => {
  const db = storeDatabase();
  let door: Open | undefined;
  let store: Store | undefined;
  beforeAll(async () => {
    store = openTestStore(db, 'provider');
    door = await open(db.urlAs('cadastre_provider', TEST_PASSWORD), store);
  });
  afterAll(async () => {
    await door?.close();
    await store?.close();
  });
  const there = (): Open => {
    if (door === undefined) throw new Error('the door is opened in beforeAll');
    return door;
  };
  const ask: TestDoor['ask'] = async (query, variables = {}, as = 'OPERATOR', lang = 'en') => {
    const { url, keys } = there();
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${keys[as] ?? ''}`, 'accept-language': lang };
    const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
    const body = (await response.json()) as { readonly data?: Answer | null; readonly errors?: readonly { readonly message: string }[] };
    if (body.errors !== undefined || body.data == null) throw new Error(`HTTP ${String(response.status)} ${JSON.stringify(body.errors)}`);
    return body.data;
  };
  let n = 0;
  return {
    ask,
    mutate: async (field, input, selection, as) => {
      const type = `${field.charAt(0).toUpperCase()}${field.slice(1)}Input`;
      const document = `mutation($input: ${type}!) { ${field}(input: $input) { __typename ... on Problem { code message suggestion retryable path } ... on ValidationFailed { faults { code path line message } } ${selection} } }`;
      const data = await ask(document, { input: { idempotencyKey: `key-${String(++n)}`, ...input } }, as);
      return data[field] as Answer;
    },
    rows: (text, values = []) => there().store.read('system', q => q.rows<Answer>({ text, values })),
    get sealingPrivateKeyFile() {
      return join(there().folder, 'private.jwk');
    },
  };
};
