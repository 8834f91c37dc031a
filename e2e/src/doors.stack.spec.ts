import { generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { waitFor } from '@cadastre/testing/wait';
import { bearer, sharedStack, signIn, tokenOf, type Person } from './world/people.ts';
import { withDatabase } from './world/census.ts';
import { cli, declareValence } from './world/site.ts';

const run = sharedStack();
let olivia: Person;

beforeAll(async () => {
  await declareValence(run);
  olivia = await signIn(run, 'olivia');
});

const auditCount = (type: string): Promise<number> =>
  withDatabase<number>(run, async db => Number((await db.query<{ n: string }>('SELECT count(*) AS n FROM audit_event WHERE type = $1', [type])).rows[0]?.n));

const STRANGERS: readonly (readonly [string, 'tenant' | 'provider', () => Promise<string>])[] = [
    ['no token', 'tenant', () => Promise.resolve('')],
    ['a token of the other directory', 'tenant', () => tokenOf(run, 'olivia')],
    ['a tenant\'s token at the provider door', 'provider', () => tokenOf(run, 'alice')],
    ['a token that nobody signed', 'tenant', () => Promise.resolve(`${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"sub":"x"}').toString('base64url')}.`)],
    ['a token signed by a stranger\'s key', 'tenant', async () => forged(await tokenOf(run, 'alice'))],
    ['an expired token, even with the right name', 'tenant', async () => tampered(await tokenOf(run, 'alice'), { exp: 1_600_000_000 })],
    ['an API key that was never issued', 'tenant', () => Promise.resolve(`cad_development_${'a'.repeat(43)}000000`)],
];

describe('who may come in', () => {
  test.each(STRANGERS)('%s is refused with 401, and is in the audit log', async (_case, door, tokenFor) => {
    const before = await auditCount('iam.login.failed');
    const reply = await bearer(run, door, await tokenFor()).ask('{ viewer { id } }');
    expect(reply.status).toBe(401);
    await waitFor(async () => (await auditCount('iam.login.failed')) > before, { what: 'the failed login in the audit log', timeoutMs: 5_000 });
  });

  test('an API key works, at its own door only, until it is revoked', async () => {
    const alice = await signIn(run, 'alice');
    const made = await alice.act('createApiKey', { name: 'ci', roles: ['ENGINEER'], expiresAt: new Date(Date.now() + 3_600_000).toISOString() }, '... on ApiKeyCreated { secret apiKey { id prefix } }');
    const secret = made['secret'] as string;
    expect(secret).toMatch(/^cad_[a-z]+_[0-9A-Za-z]{49}$/);
    const machine = bearer(run, 'tenant', secret);
    expect((await machine.ask<{ viewer: { organisation: { code: string } } }>('{ viewer { organisation { code } } }')).data.viewer.organisation.code).toBe('chu-valence');
    expect((await bearer(run, 'provider', secret).ask('{ viewer { id } }')).status).toBe(401);
    await alice.act('revokeApiKey', { id: (made['apiKey'] as { id: string }).id }, '... on ApiKeyRevoked { apiKey { revokedAt } }');
    await waitFor(async () => (await machine.ask('{ viewer { id } }')).status === 401, { what: 'the revoked key to be refused', timeoutMs: 5_000 });
  });

  test('messages are French unless English is asked for', async () => {
    const token = await tokenOf(run, 'olivia');
    const ask = async (language: string): Promise<string> => {
      const { data } = await bearer(run, 'provider', token).ask<{ createRegion: { message: string } }>(
        'mutation { createRegion(input: {idempotencyKey: "lang", code: "NOPE!", nameFr: "", nameEn: "x", country: "FR", jurisdiction: "EU-FR", operatorName: "x"}) { ... on Problem { message } } }', {}, { 'accept-language': language });
      return data.createRegion.message;
    };
    const [french, english] = [await ask('de'), await ask('en-GB,en;q=0.9')];
    expect(french).not.toBe(english);
    expect(english).toMatch(/NOPE!/);
  });
});

describe('bad declarations are typed problems and change nothing', () => {
  test('a rack of 150,001 W names the limit', async () => {
    const hall = (await olivia.ask<{ halls: { edges: readonly { node: { id: string } }[] } }>('{ halls { edges { node { id } } } }')).data.halls.edges[0]?.node.id;
    const rack = { hallId: hall, name: 'TOO-MUCH', row: 'Z', position: 1, units: 48, coolingKind: 'COLD_PLATE', coolingCapacityW: 150_000, state: 'PLANNED' };
    const refused = await olivia.act('createRack', { ...rack, maxPowerW: 150_001 }, '... on RackAccepted { rack { id } }');
    expect(refused).toMatchObject({ __typename: 'ValidationFailed', code: 'RACK_POWER_LIMIT' });
    expect(refused.message).toMatch(/150.?000/);
    expect(await olivia.act('createRack', { ...rack, maxPowerW: -1 }, '... on RackAccepted { rack { id } }')).toMatchObject({ __typename: 'ValidationFailed' });
  });

  test('an import of 300 racks with faulty lines reports each with its number, and imports none', async () => {
    const datacenterId = (await olivia.ask<{ datacenters: { edges: readonly { node: { id: string } }[] } }>('{ datacenters { edges { node { id } } } }')).data.datacenters.edges[0]?.node.id;
    const racks = Array.from({ length: 300 }, (_, i) => `H1;I${String(i)};I;${String(i + 1)};48;150000;COLD_PLATE;150000;;;PLANNED`);
    racks[10] = 'H1;I10;I;11;48;150001;COLD_PLATE;150000;;;PLANNED';
    racks[20] = 'H1;I19;I;21;48;150000;COLD_PLATE;150000;;;PLANNED';
    racks[30] = 'H1;I30;I;31;48;-5;COLD_PLATE;150000;;;PLANNED';
    racks[40] = 'H1;I40;I;41;48;12.5;COLD_PLATE;150000;;;PLANNED';
    racks[50] = 'H1;I50;I;51;48;150000;COLD_PLATES;150000;;;PLANNED';
    racks[60] = 'H9;I60;I;61;48;150000;COLD_PLATE;150000;;;PLANNED';
    const content = ['hall;name;row;position;units;maxPowerW;coolingKind;coolingCapacityW;feedA;feedB;state', ...racks].join('\n');
    const count = async (): Promise<number> => (await olivia.ask<{ racks: { totalCount: number } }>('{ racks { totalCount } }')).data.racks.totalCount;
    const before = await count();
    const refused = await olivia.act('importRacks', { datacenterId, format: 'CSV', content }, '... on RacksImported { count }');
    expect(refused.__typename).toBe('ValidationFailed');
    expect(refused.faults?.map(f => f.line)).toEqual(expect.arrayContaining([12, 22, 32, 42, 52, 62]));
    expect(await count()).toBe(before);
    const good = content.split('\n').filter((_, i) => ![11, 21, 31, 41, 51, 61].includes(i)).join('\n');
    expect(await olivia.act('importRacks', { datacenterId, format: 'CSV', content: good }, '... on RacksImported { count }')).toMatchObject({ count: 294 });
    expect(await count()).toBe(before + 294);
  });

  test('a cluster that does not answer, or shows a certificate of another authority, is not registered', async () => {
    const datacenterId = (await olivia.ask<{ datacenters: { edges: readonly { node: { id: string } }[] } }>('{ datacenters { edges { node { id } } } }')).data.datacenters.edges[0]?.node.id;
    const good = parse(readFileSync(run.kubeconfig, 'utf8')) as { clusters: { cluster: { server: string; 'certificate-authority-data': string } }[] };
    const register = (kubeconfig: unknown): ReturnType<Person['act']> =>
      olivia.act('registerCluster', { datacenterId, name: 'wrong', provider: 'EXTERNAL', kubeconfig: typeof kubeconfig === 'string' ? kubeconfig : stringify(kubeconfig) }, '... on ClusterAccepted { cluster { id } }');
    const at = (cluster: Record<string, string>): unknown => ({ ...good, clusters: good.clusters.map(c => ({ ...c, cluster: { ...c.cluster, ...cluster } })) });
    const silent = createServer().listen(0, '127.0.0.1');
    const { port } = await new Promise<AddressInfo>(done => silent.once('listening', () => { done(silent.address() as AddressInfo); }));
    await new Promise(done => silent.close(done));
    expect(await register(at({ server: `https://127.0.0.1:${String(port)}` }))).toMatchObject({ __typename: 'ValidationFailed', code: 'CLUSTER_UNREACHABLE', path: ['kubeconfig'] });
    const { 'certificate-authority-data': _, ...noAuthority } = good.clusters[0]?.cluster ?? { server: '', 'certificate-authority-data': '' };
    expect(await register({ ...good, clusters: good.clusters.map(c => ({ ...c, cluster: noAuthority })) })).toMatchObject({ __typename: 'ValidationFailed', code: 'CLUSTER_BAD_CERTIFICATE' });
    expect(await register('not: [a kubeconfig')).toMatchObject({ __typename: 'ValidationFailed', code: 'CLUSTER_BAD_KUBECONFIG' });
    const { data } = await olivia.ask<{ clusters: { edges: readonly { node: { name: string } }[] } }>('{ clusters { edges { node { name } } } }');
    expect(data.clusters.edges.map(e => e.node.name)).not.toContain('wrong');
  });

  test('the command line says which line of the file is wrong, and sends nothing', async () => {
    const typo = await cli(run, ['--user', 'olivia', 'apply', '-f', '/dev/stdin'], {});
    expect(typo.code).toBe(2);
    const known = await cli(run, ['--user', 'nobody', 'get', 'racks']);
    expect(known).toMatchObject({ code: 4 });
    expect(known.stderr).toContain('nobody');
  });
});

test('the credential of a cluster is nowhere to be read: not in answers, not in the database, not in the audit log', async () => {
  const kubeconfig = parse(readFileSync(run.kubeconfig, 'utf8')) as { users: { user: Record<string, string> }[] };
  const secret = Object.values(kubeconfig.users[0]?.user ?? {}).sort((a, b) => b.length - a.length)[0] ?? '';
  const needle = secret.slice(40, 120);
  expect(needle.length).toBeGreaterThan(40);
  await withDatabase(run, async db => {
    const { rows: tables } = await db.query<{ t: string }>(`SELECT quote_ident(tablename) AS t FROM pg_tables WHERE schemaname = 'public'`);
    for (const { t } of tables) {
      const { rows } = await db.query<{ n: string }>(`SELECT count(*) AS n FROM ${t} x WHERE position($1 IN x::text) > 0`, [needle]);
      expect(rows[0]?.n, t).toBe('0');
    }
  });
});

const forged = (token: string): string => {
  const [header = '', payload = ''] = token.split('.');
  const { alg } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { alg: string };
  const { privateKey } = alg.startsWith('ES') ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('rsa', { modulusLength: 2048 });
  return `${header}.${payload}.${sign('sha256', Buffer.from(`${header}.${payload}`), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
};

const tampered = (token: string, change: Record<string, unknown>): string => {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const claims = { ...(JSON.parse(Buffer.from(payload, 'base64url').toString()) as object), ...change };
  return [header, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.');
};

