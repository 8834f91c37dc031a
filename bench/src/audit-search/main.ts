// node bench/src/audit-search/main.ts --url postgres://superuser@host/postgres [--events 10000000] [--times 30] [--database NAME: one that is filled already] [--keep]
// Fills a database of its own with events, every trigger and constraint of the product on, and measures searches through the real roles; then what each index costs a writer.
import { parseArgs } from 'node:util';
import { createIds } from '@cadastre/platform/ids';
import { migrate } from '../../../libs/store/src/migrate/apply.ts';
import { openStore, type Store } from '@cadastre/store/pool';
import { page } from '@cadastre/store/audit';
import { gather } from '@cadastre/store/access';
import pg from 'pg';
import { fill, instanceId, TENANTS } from './fill.ts';
import { costOfIndexes } from './cost.ts';
import { QUESTIONS, type Question } from './questions.ts';

const { values: given } = parseArgs({ options: { url: { type: 'string', default: '' }, events: { type: 'string', default: '10000000' }, times: { type: 'string', default: '30' }, database: { type: 'string' }, keep: { type: 'boolean', default: false } } });
const PASSWORD = 'cadastre-test';
const ROLES = ['migrate', 'tenant', 'provider', 'allocator', 'controller', 'notary', 'monitor'] as const;
const at = (database: string, user?: string): string => {
  const url = new URL(given.url);
  url.pathname = `/${database}`;
  if (user !== undefined) { url.username = user; url.password = PASSWORD; }
  return url.href;
};
const as = async <T>(url: string, f: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try { return await f(client); } finally { await client.end(); }
};
const say = (line: string): void => { process.stderr.write(`${line}\n`); };
const print = (...cells: readonly (string | number)[]): void => { process.stdout.write(`| ${cells.map(c => (typeof c === 'number' ? c.toFixed(c < 10 ? 1 : 0) : c)).join(' | ')} |\n`); };
const quantile = (sorted: readonly number[], q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;

const prepare = async (database: string, events: number): Promise<void> => {
  await as(given.url, c => c.query(`CREATE DATABASE ${database}`));
  await migrate(at(database), Object.fromEntries(ROLES.map(r => [r, PASSWORD])));
  await as(at(database), async root => {
    await fill(root, events, done => { say(`${String(done)} events`); });
    await root.query('VACUUM ANALYZE audit_event');
  });
};

const timed = async (name: string, times: number, f: (n: number) => Promise<string>): Promise<void> => {
  const took: number[] = [];
  let said = '';
  for (let n = 0; n < times; n += 1) {
    const from = performance.now();
    said = await f(n);
    took.push(performance.now() - from);
  }
  const first = took[0] ?? 0;
  took.sort((a, b) => a - b);
  print(name, said, first, quantile(took, 0.5), quantile(took, 0.99), took.at(-1) ?? 0);
};

const ask = async (stores: { readonly tenant: Store; readonly provider: Store }, q: Question, last: number, n: number): Promise<string> => {
  const [store, scope] = q.log === 'provider' ? [stores.provider, 'system' as const] : [stores.tenant, { tenant: q.log.tenantId }];
  const found = await store.read(scope, reader => page(reader, { log: q.log, first: 50, ...q.filter(n), ...(q.at === undefined ? {} : { after: { txid: Math.floor(last * q.at), seq: 0 } }) }));
  return `${String(found.items.length)} of ${found.totalCountIsExact ? '' : '> '}${String(found.totalCount)}`;
};

const run = async (database: string, times: number): Promise<void> => {
  const open = (role: 'tenant' | 'provider'): Store => openStore(at(database, `cadastre_${role}`), role, { ids: createIds(), max: 2 });
  const stores = { tenant: open('tenant'), provider: open('provider') };
  const last = await as(at(database), async c => Number((await c.query<{ n: string }>('SELECT max(txid) AS n FROM audit_event')).rows[0]?.n));
  process.stdout.write('| question | page of 50, count | first ms | p50 | p99 | max |\n|---|---|---|---|---|---|\n');
  for (const q of QUESTIONS) await timed(q.name, times, n => ask(stores, q, last, n));
  const tenantId = TENANTS[0] as never;
  await timed('access trail: a person, an instance, a month', times, async n => {
    const seen = await stores.tenant.read({ tenant: tenantId }, q => gather(q, { tenantId }, { subject: `person-${String(n % 40)}`, object: instanceId(n * 31), from: '2026-03-01T00:00:00.000Z', to: '2026-04-01T00:00:00.000Z' }));
    return `${String(seen.grants.length)} grants, ${String(seen.uses.length)} uses`;
  });
  await Promise.all([stores.tenant.close(), stores.provider.close()]);
};

const database = given.database ?? 'bench_audit_search';
if (given.database === undefined) await prepare(database, Number(given.events));
await run(database, Number(given.times));
await costOfIndexes(given.url, at, PASSWORD, print);
if (!given.keep) await as(given.url, c => c.query(`DROP DATABASE ${database} WITH (FORCE)`));
