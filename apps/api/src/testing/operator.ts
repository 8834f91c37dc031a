import { dirname, join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { asSuperuser, openTestStore, storeDatabase } from '@cadastre/store/testing';
import { createViewer } from '../shared/act.ts';
import type { Viewer } from '../shared/viewer.ts';
import { startDoor, type TestDoor, type User } from './door.ts';

export type Data = Readonly<Record<string, unknown>>;

/** A provider door of its own, asked as an operator would. */
export interface Operator {
  /** `data` of a document; GraphQL errors throw. */
  ask(document: string, variables?: object, as?: User, lang?: 'fr' | 'en'): Promise<Data>;
  /** One mutation, under a fresh idempotency key unless the input has one; answers the union's member, with the fields of a problem and `selection`. */
  mutate(field: string, input: object, selection: string, as?: User): Promise<Data>;
  /** Rows, as the provider's role sees them. */
  rows(sql: string, values?: readonly unknown[]): Promise<readonly Data[]>;
  /** What the allocator's ledger would have brought about: no role may write it. */
  asSuperuser(sql: string): Promise<void>;
  /** How many SQL statements an act of an operator takes. */
  statements(act: (viewer: Viewer) => Promise<unknown>): Promise<number>;
  readonly door: TestDoor;
  /** The controller's half of the key that credentials are sealed to. */
  readonly sealingPrivateKeyFile: string;
}

/** Call it at the top of a `*.pg.spec.ts`. */
export const operator = (): Operator => {
  const db = storeDatabase();
  let door: TestDoor | undefined;
  beforeAll(async () => { door = await startDoor('provider', db); });
  afterAll(() => door?.stop());
  const there = (): TestDoor => {
    if (door === undefined) throw new Error('the door is opened in beforeAll');
    return door;
  };
  const ask: Operator['ask'] = async (document, variables = {}, as = 'olivia', lang = 'en') => {
    const { status, data, errors } = await there().ask<Data | null>(document, { token: await there().token(as), variables, headers: { 'accept-language': lang } });
    if (errors !== undefined || data === null) throw new Error(`HTTP ${String(status)} ${JSON.stringify(errors)}`);
    return data;
  };
  let n = 0;
  return {
    ask,
    mutate: async (field, input, selection, as) => {
      const type = `${field.charAt(0).toUpperCase()}${field.slice(1)}Input`;
      const problem = '... on Problem { code message suggestion retryable path } ... on ValidationFailed { faults { code path line message } }';
      const data = await ask(`mutation($input: ${type}!) { ${field}(input: $input) { __typename ${problem} ${selection} } }`, { input: { idempotencyKey: `key-${String(++n)}`, ...input } }, as);
      const member = data[field] as Data;
      // A parameter that a sentence needs and its problem lacks leaves the braces of the template in the answer. (Expected forms have braces of their own.)
      if (member['code'] !== 'BAD_FORMAT' && /[{}]/.test(`${String(member['message'])}${String(member['suggestion'])}`)) throw new Error(`half a sentence: ${JSON.stringify(member)}`);
      return member;
    },
    rows: (text, values = []) => there().door.store.read('system', q => q.rows<Data>({ text, values })),
    asSuperuser: sql => asSuperuser(db, sql),
    statements: async act => {
      let sent = 0;
      const { door: open } = there();
      const store = openTestStore(db, 'provider', { ids: open.ids, onStatement: () => { sent += 1; } });
      const actor = { kind: 'user', id: 'olivia', directory: 'provider', roles: ['OPERATOR'], auth: { method: 'oidc' } } as const;
      await act(createViewer({ ...open, store }, { actor, lang: 'en', requestId: 'counted' }));
      await store.close();
      return sent;
    },
    get door() {
      return there();
    },
    get sealingPrivateKeyFile() {
      return join(dirname(there().door.sealingPublicKeyFile ?? ''), 'seal.json');
    },
  };
};
