import { readFileSync } from 'node:fs';
import type { DestroyRequest, KeyAnswer, OpenAnswer, Tombstone, TombstonesAnswer } from './protocol.ts';
import { UNRECONCILED } from './protocol.ts';

export interface KeeperOptions {
  readonly url: string;
  readonly token: string;
  /** Every key that was ever destroyed, as the database has it: told to a keeper that has started anew. */
  readonly erased: () => Promise<readonly Tombstone[]>;
  /** Milliseconds that one question may take; default 1,000. */
  readonly timeoutMs?: number;
}

/** A whole organisation is thousands of files, each overwritten and synced. */
const DESTROY_MS = 120_000;

/** The keeper did not answer, or refused. Nothing was destroyed that its answer does not name. */
export class KeeperAway extends Error {}

export interface Keeper {
  /** The subject's key; made if there is none. */
  key(scope: string, subject: string): Promise<KeyAnswer>;
  open(scope: string, kids: readonly string[]): Promise<OpenAnswer>;
  /** Destroys what there is and answers with all that this certificate has destroyed, so that it may be repeated after a crash. */
  destroy(request: DestroyRequest): Promise<readonly Tombstone[]>;
  tombstones(): Promise<readonly Tombstone[]>;
}

/** The one line of a token file. @throws a sentence when it cannot be read or is too short to be a secret. */
export const readToken = (file: string): string => {
  let token: string;
  try {
    token = readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new Error(`the token file ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (token.length < 32 || /\s/.test(token)) throw new Error(`the token file ${file} must hold one line of 32 characters or more: draw it with openssl rand -hex 32`);
  return token;
};

export const createKeeper = ({ url, token, erased, timeoutMs = 1_000 }: KeeperOptions): Keeper => {
  const send = async (method: 'GET' | 'POST', path: string, body?: object, patience = timeoutMs): Promise<{ readonly status: number; readonly json: unknown }> => {
    try {
      const response = await fetch(new URL(path, url), {
        method, signal: AbortSignal.timeout(patience), redirect: 'error',
        headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, json: await response.json() };
    } catch (error) {
      throw new KeeperAway(`the keeper does not answer: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  };
  const ask = async <T>(method: 'GET' | 'POST', path: string, body?: object, patience?: number): Promise<T> => {
    let answer = await send(method, path, body, patience);
    if (answer.status === 503 && (answer.json as { readonly code?: unknown } | null)?.code === UNRECONCILED) {
      await send('POST', '/tombstones', { tombstones: await erased() }, DESTROY_MS);
      answer = await send(method, path, body, patience);
    }
    if (answer.status !== 200) throw new KeeperAway(`the keeper answers ${String(answer.status)}`);
    return answer.json as T;
  };
  return {
    key: (scope, subject) => ask<KeyAnswer>('POST', '/key', { scope, subject }),
    open: (scope, kids) => ask<OpenAnswer>('POST', '/open', { scope, kids }),
    destroy: async request => (await ask<TombstonesAnswer>('POST', '/destroy', request, DESTROY_MS)).tombstones,
    tombstones: async () => (await ask<TombstonesAnswer>('GET', '/tombstones')).tombstones,
  };
};
