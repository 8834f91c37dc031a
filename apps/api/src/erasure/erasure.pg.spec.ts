import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import type { Clock } from '@cadastre/domain/core';
import { systemClock } from '@cadastre/platform/clock';
import { createLogger } from '@cadastre/platform/log';
import { startTelemetry, type Telemetry } from '@cadastre/platform/otel';
import { asRows, asSuperuser, storeDatabase, type Site } from '@cadastre/store/testing';
import { startCollector, type Collector } from '@cadastre/testing/collector';
import { waitFor } from '@cadastre/testing/wait';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startKeeper, type TestKeeper } from '../testing/keeper.ts';
import { startNotary, type TestNotary } from '../testing/notary.ts';
import { seedTenants, tenantToken } from '../testing/tenants.ts';
import { unpacked } from '../testing/unpacked.ts';
import { openWorld, type World } from '../testing/world.ts';

const db = storeDatabase();
// Nobody else has such a name, such an address or such a peer: what is found of them was written by this spec.
const NEEDLES = { name: 'Zoé Aiguille-Botte', email: 'zoe.aiguille@foin.example', address: '127.77.66.55' } as const;
const IN_THE_CLEAR = 'Paille-visible-7f3a';
const OPERATION = 'Aiguillage7f3a';
let collector: Collector;
let telemetry: Telemetry;
let keeper: TestKeeper;
let notary: TestNotary;
let world: World;
let s: Site;
let [zoe, aude, olga]: string[] = [];
const said = { log: '', nats: '' };
/** Bundles that were handed over, inflated: text by entry. */
const handedOver = new Map<string, ReadonlyMap<string, string>>();
let aheadMs = 0;
const clock: Clock = { now: () => new Date(Date.parse(systemClock.now()) + aheadMs).toISOString() };
let nats: Socket | undefined;

/** Everything that the NATS server carries, as it carries it. */
const tapNats = (): Promise<Socket> =>
  new Promise((done, failed) => {
    const { hostname, port } = new URL(String(process.env['CADASTRE_TEST_NATS_URL']));
    const socket = connect(Number(port), hostname, () => { socket.write('CONNECT {"verbose":false}\r\nSUB > 1\r\nPING\r\n'); });
    socket.on('data', chunk => {
      const text = chunk.toString('utf8');
      said.nats += text;
      if (text.includes('PING')) socket.write('PONG\r\n');
      if (text.includes('PONG')) done(socket);
    });
    socket.on('error', failed);
  });

beforeAll(async () => {
  s = await seedTenants(db);
  collector = await startCollector();
  Object.assign(process.env, collector.env);
  telemetry = await startTelemetry({ service: 'doors', version: '0' });
  keeper = await startKeeper(collector.env);
  notary = await startNotary(db, keeper, collector.env);
  nats = await tapNats();
  const sink = new Writable({ write: (chunk: Buffer, _encoding, next) => { said.log += chunk.toString('utf8'); next(); } });
  world = await openWorld(db, { keeper, clock, auditStorage: pathToFileURL(notary.storage).href, log: createLogger({ process: 'door', version: '0', level: 'trace', destination: sink }) });
  zoe = await world.tenant.issuer.token({ sub: 'zoe', organisation: s.tenants[0]?.code, roles: ['OWNER'], name: NEEDLES.name, email: NEEDLES.email });
  [aude, olga] = await Promise.all([tenantToken(world, s, 0, ['AUDITOR'], 'aude'), tenantToken(world, s, 0, ['OWNER'], 'olga')]);
}, 120_000);
afterAll(async () => {
  nats?.destroy();
  await world.close();
  await notary.stop();
  await keeper.stop();
  await telemetry.close();
  await collector.close();
});

/** As from another machine: through the loopback, which has sixteen million addresses. */
const askFrom = (localAddress: string, query: string, token: string): Promise<string> =>
  new Promise((done, failed) => {
    const sent = request(`${world.tenant.url}/graphql`, { method: 'POST', localAddress, headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` } }, response => {
      let text = '';
      response.on('data', (chunk: Buffer) => { text += chunk.toString('utf8'); }).on('end', () => { done(text); });
    });
    sent.on('error', failed).end(JSON.stringify({ query, operationName: OPERATION }));
  });

interface Node { readonly id: string; readonly time: string; readonly line: string; readonly personal: readonly { readonly path: string; readonly state: string; readonly value: string }[] }
const eventOfZoe = async (lang = 'fr'): Promise<Node> => {
  const { data } = await world.tenant.ask('{ auditEvents(filter: {type: "tenancy.project.create", actorId: "zoe"}, first: 1) { ... on AuditEventConnection { edges { node { id time line personal { path state value } } } } } }', { token: aude, headers: { 'accept-language': lang } });
  const [edge] = (data['auditEvents'] as { readonly edges: readonly { readonly node: Node }[] }).edges;
  if (edge === undefined) throw new Error('no event of zoe');
  return edge.node;
};
const valuesOf = (node: Node) => Object.fromEntries(node.personal.map(v => [v.path, v.value]));
const erase = async (subject: string, token: string, key = subject): Promise<Record<string, unknown>> =>
  (await world.tenant.ask(`mutation { eraseSubject(input: {idempotencyKey: "erase-${key}", subject: "${subject}", ground: OBJECTION}) { __typename ... on Problem { code } ... on ErasureAccepted { erasure { id state subject keyCount } } } }`, { token, headers: { 'accept-language': 'en' } })).data['eraseSubject'] as Record<string, unknown>;
const erasures = async (token = aude): Promise<readonly Record<string, unknown>[]> =>
  ((await world.tenant.ask('{ erasures { edges { node { id subject state keyCount eventId certificate certificateText } } } }', { token })).data['erasures'] as { readonly edges: readonly { readonly node: Record<string, unknown> }[] }).edges.map(e => e.node);

const root = <R extends object>(text: string, values: readonly unknown[] = []): Promise<readonly R[]> => asRows<R>(db, text, values);
// A value may also stand in another spelling: base64 from each of the three places of a byte, hexadecimal, JSON in ASCII.
const spellings = (what: string): readonly string[] => {
  const bytes = Buffer.from(what, 'utf8');
  const base64 = [0, 1, 2].map(skip => bytes.subarray(skip, skip + 3 * Math.floor((bytes.length - skip) / 3)).toString('base64'));
  return [...new Set([what, ...base64, bytes.toString('hex'), what.replaceAll(/[^\x20-\x7e]/gu, c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)])];
};
const grep = (what: string, ...where: readonly string[]): Promise<readonly string[]> =>
  new Promise((done, failed) => {
    execFile('grep', ['-rlaF', ...spellings(what).flatMap(spelling => ['-e', spelling]), '--', ...where.filter(w => existsSync(w))], { maxBuffer: 1 << 24 }, (error, out) => {
      // 1: nothing found; 2: a file went away while it was read.
      if (error !== null && error.code !== 1 && error.code !== 2) failed(new Error('grep broke', { cause: error }));
      else done(out.split('\n').filter(l => l !== ''));
    });
  });

/** Where a text stands: tables as text, files and write-ahead log of the database, storage, logs, what NATS carried, spans and metrics as they were sent, bundles that were handed over. */
const placesOf = async (what: string): Promise<readonly string[]> => {
  const found: string[] = [];
  for (const { name } of await root<{ name: string }>("SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")) {
    const [row] = await root<{ n: string }>(`SELECT count(*) AS n FROM "${name}" t WHERE t::text LIKE '%' || $1 || '%' OR (to_jsonb(t) ? 'body' AND encode((to_jsonb(t)->>'body')::bytea, 'escape') LIKE '%' || $1 || '%')`, [what]);
    if (Number(row?.n) > 0) found.push(`table ${name}`);
  }
  await root('CHECKPOINT');
  const [place] = await root<{ dir: string; oid: string }>("SELECT current_setting('data_directory') AS dir, (SELECT oid FROM pg_database WHERE datname = current_database())::text AS oid");
  found.push(...(await grep(what, join(place?.dir ?? '', 'base', place?.oid ?? ''))).map(() => 'files of the database'), ...(await grep(what, join(place?.dir ?? '', 'pg_wal'))).map(() => 'write-ahead log'));
  found.push(...(await grep(what, notary.storage)).map(() => 'storage'));
  const texts = {
    'log of a door': said.log, 'log of the keeper': keeper.logged(), 'log of the notary': notary.logged(), nats: said.nats,
    traces: collector.sent.filter(sent => sent.path === '/v1/traces').map(sent => sent.body).join('\n'), metrics: collector.sent.filter(sent => sent.path === '/v1/metrics').map(sent => sent.body).join('\n'),
    ...Object.fromEntries([...handedOver].flatMap(([name, entries]) => [...entries].map(([entry, text]) => [`${entry} of the bundle ${name}`, text]))),
  };
  for (const [name, text] of Object.entries(texts)) if (spellings(what).some(spelling => text.includes(spelling))) found.push(name);
  return [...new Set(found)];
};

const VIEWS = ['ocsf', 'cadf', 'ecs', 'cef', 'cloudevents', 'parquet'] as const;
const IN_A_BUNDLE = ['events.jsonl', 'views/ocsf.jsonl', 'views/cadf.jsonl', 'views/ecs.jsonl', 'views/cef.txt', 'views/cloudevents.jsonl', 'views/events.parquet'] as const;
/** A bundle that reaches from the first event to the first heartbeat behind this instant, with every view, as the door hands it over. */
const handOver = async (name: string, instant: string): Promise<Buffer> => {
  const to = Date.parse(instant) - 119_000;
  // A period has to be three minutes over: to the door it is.
  aheadMs = 181_000;
  const { data } = await world.tenant.ask(`mutation { createAuditExport(input: {idempotencyKey: "${name}", from: "${new Date(to - 3_600_000).toISOString()}", to: "${new Date(to).toISOString()}", views: [${VIEWS.join(' ')}]}) { __typename ... on AuditExportAccepted { auditExport { id } } } }`, { token: aude });
  aheadMs = 0;
  const { auditExport } = data['createAuditExport'] as { readonly auditExport: { readonly id: string } };
  const path = await waitFor(async () => {
    const { data: seen } = await world.tenant.ask('{ auditExports { ... on AuditExportConnection { edges { node { id downloadPath } } } } }', { token: aude });
    return (seen['auditExports'] as { readonly edges: readonly { readonly node: { readonly id: string; readonly downloadPath: string | null } }[] }).edges.find(e => e.node.id === auditExport.id)?.node.downloadPath;
  }, { what: `the bundle ${name}`, timeoutMs: 30_000 });
  const bytes = Buffer.from(await (await fetch(`${world.tenant.url}${path}`, { headers: { authorization: `Bearer ${aude ?? ''}` } })).arrayBuffer());
  handedOver.set(name, await unpacked(bytes));
  return bytes;
};

describe('somebody is erased', () => {
  let before: Node;
  let bundle: Buffer;
  let backup = '';

  it('after their values could be read by an auditor, and stood nowhere else', async () => {
    const done = await askFrom(NEEDLES.address, `mutation ${OPERATION} { createProject(input: {idempotencyKey: "needle", code: "needle", name: "${IN_THE_CLEAR}"}) { __typename } }`, zoe ?? '');
    expect(done).toContain('ProjectAccepted');
    before = await eventOfZoe();
    expect(valuesOf(before)).toEqual({ 'actor.name': NEEDLES.name, 'actor.email': NEEDLES.email, 'source.address': NEEDLES.address });
    // Sealed and in storage: what leaves the database is searched too.
    await waitFor(async () => (await root<{ n: string }>('SELECT count(*) AS n FROM audit_leaf f JOIN audit_log l ON l.id = f.log_id WHERE f.event_id = $1 AND l.published > f.index', [before.id]))[0]?.n === '1', { what: 'the event in storage', timeoutMs: 30_000 });
    bundle = await handOver('before', before.time);
    await waitFor(() => collector.sent.some(sent => sent.path === '/v1/traces' && sent.body.includes(OPERATION)), { what: 'the span of the act' });
    await waitFor(() => ['cadastre-notary', 'cadastre-keeper', 'doors'].every(service => collector.sent.some(sent => sent.path === '/v1/metrics' && sent.body.includes(service))), { what: 'the metrics of each' });
    for (const needle of Object.values(NEEDLES)) expect(await placesOf(needle), needle).toEqual([]);
    // The search does find what is there: an id in every entry of a bundle that tells of events, a label in traces; a project's name is the tenant's, and in the clear.
    expect(await placesOf(before.id)).toEqual(expect.arrayContaining(IN_A_BUNDLE.map(entry => `${entry} of the bundle before`)));
    expect(await placesOf(OPERATION)).toEqual(expect.arrayContaining(['traces']));
    expect(await placesOf(IN_THE_CLEAR)).toEqual(expect.arrayContaining(['table project', 'files of the database', 'write-ahead log']));
    backup = mkdtempSync(join(tmpdir(), 'cadastre-backup-'));
    cpSync(keeper.directory, backup, { recursive: true });
  }, 120_000);

  it('not by themselves, not by others than owners, not under a legal hold', async () => {
    expect(await erase('zoe', zoe ?? '', 'self')).toMatchObject({ __typename: 'Conflict', code: 'OWN_TRACES' });
    expect(await erase('zoe', aude ?? '', 'auditor')).toMatchObject({ __typename: 'Forbidden' });
    await asSuperuser(db, `INSERT INTO legal_hold (id, tenant_id, reference, about, placed_by, placed_at) VALUES ('hold_1', '${s.tenants[0]?.id ?? ''}', 'R-1', 'zoe', 'colette', now())`);
    expect(await erase('zoe', olga ?? '', 'held')).toMatchObject({ __typename: 'Conflict', code: 'LEGAL_HOLD' });
    await asSuperuser(db, "UPDATE legal_hold SET lifted_by = 'claude', lifted_at = now()");
  });

  it('by an owner: a certificate that the sealed log proves, and where values stood the words of article 17', async () => {
    expect(await erase('zoe', olga ?? '')).toMatchObject({ __typename: 'ErasureAccepted', erasure: { state: 'REQUESTED', subject: 'zoe', keyCount: null } });
    const done = await waitFor(async () => (await erasures()).find(e => e['state'] === 'ERASED') ?? false, { what: 'the erasure', timeoutMs: 30_000 });
    expect(done).toMatchObject({ subject: 'zoe', keyCount: 1 });
    const certificate = JSON.parse(String(done['certificate'])) as { readonly event: string; readonly keys: readonly string[]; readonly log: string; readonly clause: string };
    expect(certificate).toMatchObject({ event: done['eventId'], clause: 'GDPR:17.1.c', log: `audit.test/t/${s.tenants[0]?.id ?? ''}` });
    const [event] = await root<{ body: string }>("SELECT convert_from(body, 'UTF8') AS body FROM audit_event WHERE id = $1", [certificate.event]);
    expect(JSON.parse(event?.body ?? '{}')).toMatchObject({
      type: 'audit.subject.erase', phase: 'completed', target: { id: 'zoe' }, change: [{ path: 'key', to: certificate.keys[0] }],
      numbers: { keys: 1, certificate_sha256: createHash('sha256').update(String(done['certificate'])).digest('hex') },
    });
    expect(done['certificateText']).toContain('Certificat d’effacement');
    const after = await eventOfZoe();
    expect(valuesOf(after)).toEqual({ 'actor.name': '[effacé — art. 17]', 'actor.email': '[effacé — art. 17]', 'source.address': '[effacé — art. 17]' });
    expect(valuesOf(await eventOfZoe('en'))['actor.name']).toBe('[erased — art. 17]');
    // Not a byte of the event has changed, and its leaf hash is of these bytes.
    expect(after.line).toBe(before.line);
    const [leaf] = await root<{ hash: string }>("SELECT encode(leaf_hash, 'hex') AS hash FROM audit_leaf WHERE event_id = $1", [before.id]);
    expect(leaf?.hash).toBe(createHash('sha256').update(Buffer.concat([Buffer.from([0]), Buffer.from(before.line)])).digest('hex'));
  }, 60_000);

  it('in bundles too: one from before holds what no key opens any more, and asked for again it is the same bytes', async () => {
    const sealed = (JSON.parse(before.line) as { readonly pii: Readonly<Record<string, { readonly ct: string }>> }).pii;
    expect(Object.keys(sealed).sort()).toEqual(['actor.email', 'actor.name', 'source.address']);
    for (const { ct } of Object.values(sealed)) expect(handedOver.get('before')?.get('events.jsonl')).toContain(ct);
    expect((await handOver('again', before.time)).equals(bundle)).toBe(true);
    await handOver('after', clock.now());
    expect(handedOver.get('after')?.get('events.jsonl')).toContain('"audit.subject.erase"');
    expect(handedOver.get('after')?.get('events.jsonl')).toContain(before.line);
  }, 60_000);

  it('everywhere: neither tables, write-ahead log, storage, logs, traces, metrics, exports nor NATS have it', async () => {
    const lines = (await world.tenant.ask('{ auditLines(first: 1000) { ... on AuditLines { jsonLines } } }', { token: aude })).text;
    for (const needle of Object.values(NEEDLES)) {
      expect(lines).not.toContain(needle);
      expect(await placesOf(needle), needle).toEqual([]);
    }
  }, 120_000);

  it('and stays erased when the keeper\'s folder, or the database, is brought back from before', async () => {
    await keeper.kill();
    rmSync(keeper.directory, { recursive: true });
    cpSync(backup, keeper.directory, { recursive: true });
    const keys = (): number => readdirSync(join(keeper.directory, 'keys'), { recursive: true, withFileTypes: true }).filter(f => f.isFile()).length;
    const brought = keys();
    // A database from before, whose events came back from storage: no row, but the sealed event that names the key.
    await asSuperuser(db, 'DELETE FROM subject_erasure');
    await keeper.comeBack();
    await waitFor(async () => (await eventOfZoe()).personal.every(v => v.state === 'ERASED'), { what: 'the erased key destroyed again', timeoutMs: 20_000 });
    expect(keys()).toBeLessThanOrEqual(brought);
    expect(keeper.logged()).toContain('they are destroyed again');
    rmSync(backup, { recursive: true });
  }, 60_000);

  it('while whoever acts again is named under a new key', async () => {
    const token = await world.tenant.issuer.token({ sub: 'zoe', organisation: s.tenants[0]?.code, roles: ['OWNER'], name: 'Zoé' });
    const act = async (code: string): Promise<Node> => {
      await world.tenant.ask(`mutation { createProject(input: {idempotencyKey: "${code}", code: "${code}", name: "A"}) { __typename } }`, { token });
      return await eventOfZoe();
    };
    // Nobody has told this door yet, and for five minutes it may seal under the key that it has at hand: that key opens nothing.
    expect((await act('lost')).personal.map(v => v.state)).toEqual(['ERASED', 'ERASED']);
    const [told] = await root<{ n: string }>("SELECT count(*) AS n FROM outbox WHERE noun = 'erasure' AND verb = 'erased'");
    expect(told?.n).toBe('1');
    // What the relay makes of that row.
    nats?.write('PUB cad.v1._.erasure.erased 10\r\n{"id":"x"}\r\n');
    let tries = 0;
    const again = await waitFor(async () => {
      const { personal } = await act(`again-${String((tries += 1))}`);
      return personal.some(v => v.state === 'READABLE') && personal;
    }, { what: 'a readable event', timeoutMs: 20_000 });
    expect(again.find(v => v.path === 'actor.name')?.value).toBe('Zoé');
  }, 60_000);
});
