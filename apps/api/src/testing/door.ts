import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '@cadastre/domain/core';
import { silentLogger, type Logger } from '@cadastre/platform/log';
import { writeSealingKeys } from '@cadastre/platform/seal';
import { TEST_PASSWORD } from '@cadastre/store/testing';
import type { TestDatabase } from '@cadastre/testing/database';
import { openDoor } from '../open.ts';
import type { Door, DoorName } from '../shared/viewer.ts';
import { startIssuer, type TestIssuer } from './issuer.ts';

export interface Answer<T = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly data: T;
  readonly errors: readonly { readonly message: string; readonly path?: readonly (string | number)[]; readonly extensions: { readonly code: string; readonly requestId?: string } }[] | undefined;
  /** The body as it came. */
  readonly text: string;
}

/** Development users of docs/contracts.md, by their claims. */
export const USERS = {
  alice: { sub: 'alice', organisation: 'chu-valence', roles: ['ENGINEER', 'OWNER'] },
  aude: { sub: 'aude', organisation: 'chu-valence', roles: ['AUDITOR'] },
  vera: { sub: 'vera', organisation: 'chu-valence', roles: ['VIEWER'] },
  bruno: { sub: 'bruno', organisation: 'atelier-ia', roles: ['ENGINEER', 'OWNER'] },
  basile: { sub: 'basile', organisation: 'atelier-ia', roles: ['AUDITOR'] },
  olivia: { sub: 'olivia', roles: ['OPERATOR'] },
  pascal: { sub: 'pascal', roles: ['PROVIDER_AUDITOR'] },
  tina: { sub: 'tina', roles: ['SITE_TECHNICIAN'] },
} as const;
export type User = keyof typeof USERS;

export interface AskOptions {
  readonly token?: string | undefined;
  readonly variables?: object | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly operationName?: string;
}

export interface TestDoor {
  readonly name: DoorName;
  readonly url: string;
  readonly issuer: TestIssuer;
  readonly door: Door;
  readonly routes: readonly string[];
  token(user: User, claims?: Readonly<Record<string, unknown>>): Promise<string>;
  ask<T = Record<string, unknown>>(query: string, options?: AskOptions): Promise<Answer<T>>;
  stop(): Promise<void>;
}

export interface DoorOptions {
  readonly environment?: 'development' | 'production';
  readonly requestsPerSecond?: number;
  readonly log?: Logger;
  readonly clock?: Clock;
  /** Another way to the same database, such as a cable that can be cut. */
  readonly databaseUrl?: string;
  /** Sees each SQL statement of the door. */
  readonly onStatement?: (statement: { readonly text: string }) => void;
  readonly operationMs?: number;
  /** Where finished exports are, as CADASTRE_AUDIT_STORAGE says it. */
  readonly auditStorage?: string;
  /** A keeper of subject keys, with the file of its token. */
  readonly keeper?: { readonly url: string; readonly tokenFile: string };
}

/** A door as in production, in this process: over the spec's own database, NATS, and a directory of its own. */
export const startDoor = async (name: DoorName, db: TestDatabase, options: DoorOptions = {}): Promise<TestDoor> => {
  const audience = `urn:cadastre:${name}`;
  const issuer = await startIssuer(audience);
  const folder = mkdtempSync(join(tmpdir(), 'cadastre-door-'));
  const sealingPublicKeyFile = join(folder, 'seal.pub.json');
  await writeSealingKeys(sealingPublicKeyFile, join(folder, 'seal.json'));
  const closings: (() => Promise<unknown> | undefined)[] = [];
  const abort = new AbortController();
  const { url, door, routes } = await openDoor({
    env: options.environment ?? 'development', host: '127.0.0.1', logLevel: 'silent', version: '0.0.0-test', databaseUrl: options.databaseUrl ?? db.urlAs(`cadastre_${name}`, TEST_PASSWORD), natsUrl: String(process.env['CADASTRE_TEST_NATS_URL']),
    door: name, port: 0, issuer: issuer.url, audience, auditOrigin: 'audit.test', requestsPerSecond: options.requestsPerSecond ?? 100_000, sealingPublicKeyFile: name === 'provider' ? sealingPublicKeyFile : undefined,
    keeperUrl: options.keeper?.url, keeperTokenFile: options.keeper?.tokenFile,
    auditStorage: options.auditStorage, awsAccessKeyId: undefined, awsSecretAccessKey: undefined, awsSessionToken: undefined,
  }, {
    log: options.log ?? silentLogger(), shutdown: { add: (_name, close) => void closings.push(close), signal: abort.signal }, ...(options.clock === undefined ? {} : { clock: options.clock }),
    ...(options.onStatement === undefined ? {} : { onStatement: options.onStatement }), ...(options.operationMs === undefined ? {} : { operationMs: options.operationMs }),
  });
  return {
    name, url, issuer, door, routes,
    token: (user, claims) => issuer.token({ ...USERS[user], ...claims }),
    ask: (query, asked = {}) => ask(url, query, asked),
    stop: async () => {
      abort.abort();
      for (const close of closings.reverse()) await close();
      await issuer.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

const ask = async <T>(url: string, query: string, { token, variables, headers, operationName }: AskOptions): Promise<Answer<T>> => {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST', headers: { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers },
    body: JSON.stringify({ query, variables, operationName }),
  });
  const text = await response.text();
  const body = (text === '' ? {} : JSON.parse(text)) as Pick<Answer<T>, 'data' | 'errors'>;
  return { status: response.status, headers: response.headers, data: body.data, errors: body.errors, text };
};
