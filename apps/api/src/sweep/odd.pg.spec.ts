import { readFileSync } from 'node:fs';
import type { Store } from '@cadastre/store/pool';
import { openTestStore, storeDatabase, type Site } from '@cadastre/store/testing';
import { buildSchema, getNamedType, getNullableType, isEnumType, isInputObjectType, isListType, isObjectType, isUnionType, type GraphQLField, type GraphQLInputType } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../testing/door.ts';
import { providerToken, seedTenants, tenantToken } from '../testing/tenants.ts';
import { openWorld, type World } from '../testing/world.ts';

// Every field of both schemas with every argument filled in, optional ones too, by what a caller may send and nobody means: whatever the answer is, it is
// an answer. Nothing may break on our side, and an attempt to change something is in the log of the one who tried.

const db = storeDatabase();
let world: World;
let s: Site;
let [tenant, provider]: readonly [Store, Store] = [] as never;
let tokens: Readonly<Record<'tenant' | 'provider', string>>;

beforeAll(async () => {
  s = await seedTenants(db);
  [tenant, provider] = [openTestStore(db, 'tenant'), openTestStore(db, 'provider')];
  world = await openWorld(db);
  tokens = { tenant: await tenantToken(world, s, 0, ['OWNER', 'ENGINEER', 'AUDITOR']), provider: await providerToken(world, ['OPERATOR', 'PROVIDER_AUDITOR', 'COMPLIANCE']) };
  // A token's first use is a login, and an event of its own: not of the request that is looked at.
  for (const name of ['tenant', 'provider'] as const) await world[name].ask('{ viewer { id } }', { token: tokens[name] });
}, 60_000);
afterAll(async () => {
  await world.close();
  await Promise.all([tenant.close(), provider.close()]);
});

interface Odd { readonly text: string; readonly integer: number }
const ODD: readonly (readonly [string, Odd])[] = [
  ['NUL', { text: 'a\0b', integer: 0 }],
  ['half a character', { text: '\ud800', integer: -1 }],
  ['5,000 characters', { text: 'x'.repeat(5_000), integer: 2_147_483_647 }],
  ['quotes and line ends', { text: '\'"; DROP TABLE project; --\r\n\u2028{x}%s${1}', integer: -2_147_483_648 }],
  ['an id of the right form in no kind', { text: 'order_01h455vb4pex5vsknk084sn02q', integer: 1 }],
  ['nothing', { text: '', integer: 1 }],
];

/** A parameter that nobody filled in; `{x}` is what we sent, and patterns count in digits. */
const UNFILLED = /\{(?!x\})[a-z]\w*(, \w+)?\}|\bNaN\b|\bundefined\b/;

const filled = (type: GraphQLInputType, name: string, odd: Odd, key: string): unknown => {
  const bare = getNullableType(type);
  if (name === 'idempotencyKey') return key;
  if (isListType(bare)) return [filled(bare.ofType, name, odd, key)];
  if (isEnumType(bare)) return bare.getValues().at(-1)?.name;
  if (isInputObjectType(bare)) return Object.fromEntries(Object.values(bare.getFields()).map(f => [f.name, filled(f.type, f.name, odd, key)]));
  switch ((bare as { readonly name: string }).name) {
    case 'Int': case 'SafeInt': return odd.integer;
    case 'Boolean': return true;
    case 'DateTime': return '2027-01-01T00:00:00Z';
    default: return odd.text;
  }
};

const documentOf = (kind: 'query' | 'mutation', field: GraphQLField<unknown, unknown>): string => {
  const type = getNamedType(field.type);
  const selection = isUnionType(type) ? '{ __typename ... on Problem { code message suggestion } }' : isObjectType(type) || type.name === 'Node' ? '{ __typename }' : '';
  const [declared, passed] = [field.args.map(a => `$${a.name}: ${String(a.type)}`).join(', '), field.args.map(a => `${a.name}: $${a.name}`).join(', ')];
  return `${kind} (${declared}) { ${field.name}(${passed}) ${selection} }`;
};

const fieldsOf = (door: 'tenant' | 'provider') => {
  const schema = buildSchema(readFileSync(new URL(`../../${door}.graphql`, import.meta.url), 'utf8'));
  return (['query', 'mutation'] as const).flatMap(kind => Object.values((kind === 'query' ? schema.getQueryType() : schema.getMutationType())?.getFields() ?? {}).filter(f => f.args.length > 0).map(f => [f.name, kind, f] as const));
};

interface Event { readonly type: string; readonly tenant: string | null }
const eventsOf = async (requestId: string): Promise<readonly Event[]> => {
  const sql = { text: "SELECT type, tenant_id AS tenant FROM audit_event WHERE convert_from(body, 'UTF8')::jsonb->'request'->>'id' = $1", values: [requestId] };
  const found = await Promise.all([provider.read('system', q => q.rows<Event>(sql)), ...s.tenants.map(t => tenant.read({ tenant: t.id }, q => q.rows<Event>(sql)))]);
  return found.flat();
};

describe.each(['tenant', 'provider'] as const)('the %s door', name => {
  it.each(fieldsOf(name).filter(([, kind]) => kind === 'mutation'))('%s with a key that cannot be one is refused and written down', async (field, kind, definition) => {
    const variables = Object.fromEntries(definition.args.map(a => [a.name, filled(a.type, a.name, { text: 'x', integer: 1 }, ' ')]));
    const a: Answer = await world[name].ask(documentOf(kind, definition), { token: tokens[name], variables });
    expect(a.data[field]).toMatchObject({ __typename: 'ValidationFailed', code: 'REQUIRED' });
    expect(await eventsOf(a.headers.get('x-request-id') ?? '')).toEqual([{ type: expect.stringMatching(/^(?!request\.)/) as string, tenant: name === 'tenant' ? s.tenants[0]?.id : null }]);
  });

  describe.each(ODD)('given %s', (what, odd) => {
    it.each(fieldsOf(name))('%s answers', async (field, kind, definition) => {
      const variables = Object.fromEntries(definition.args.map(a => [a.name, filled(a.type, a.name, odd, `odd-${name}-${field}-${what}`)]));
      const a: Answer = await world[name].ask(documentOf(kind, definition), { token: tokens[name], variables });
      expect(a.status, a.text).toBe(200);
      expect(a.errors?.filter(e => ['INTERNAL', 'UNAVAILABLE'].includes(e.extensions.code)) ?? [], a.text).toEqual([]);
      const data = a.data as Answer['data'] | null;
      const answer = data?.[field] as { readonly message?: string; readonly suggestion?: string } | null | undefined;
      expect(`${answer?.message ?? ''} ${answer?.suggestion ?? ''}`).not.toMatch(UNFILLED);
      if (kind === 'query') return;
      const events = await eventsOf(a.headers.get('x-request-id') ?? '');
      expect(events.length, a.text).toBeGreaterThan(0);
      expect(new Set(events.map(e => e.tenant))).toEqual(new Set([name === 'tenant' ? s.tenants[0]?.id : null]));
    });
  });
});
