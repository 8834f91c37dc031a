import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTls } from 'node:tls';
import { pathToFileURL } from 'node:url';
import type { OrganisationId } from '@cadastre/domain/core';
import type { AuditSink } from '@cadastre/domain/sink';
import { pause } from '@cadastre/platform/clock';
import { createIds } from '@cadastre/platform/ids';
import { silentLogger } from '@cadastre/platform/log';
import { openObjects, type Objects } from '@cadastre/platform/objects';
import { commit } from '@cadastre/store/commit';
import type { Store } from '@cadastre/store/pool';
import * as sinks from '@cadastre/store/sink';
import { actOf, asSuperuser, countingIds, openTestStore, seedSite, site, storeDatabase, type Site } from '@cadastre/store/testing';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openReceiver, selfSigned, type Identity, type Receiver } from '../testing/receiver.ts';
import { seal } from '../testing/sealed.ts';
import { addressOf } from './address.ts';
import type { SinkDeps } from './deps.ts';
import { next } from './run.ts';

const db = storeDatabase();
const ids = createIds();
const folder = mkdtempSync(join(tmpdir(), 'sinks-spec-'));
const objects: Objects = openObjects({ auditStorage: pathToFileURL(join(folder, 'store')).href });
const EVENTS = 1_203;
let tenant: Store;
let notary: Store;
let s: Site;
const tls: Identity = selfSigned();

beforeAll(async () => {
  tenant = openTestStore(db, 'tenant');
  notary = openTestStore(db, 'notary', { ids: createIds() });
  const provider = openTestStore(db, 'provider');
  s = site(countingIds());
  await seedSite(provider, tenant, s);
  await provider.close();
  const events = Array.from({ length: EVENTS }, (_, n) => ({ type: n % 100 === 0 ? 'audit.log.heartbeat' as const : 'compute.instance.create' as const, time: new Date(Date.UTC(2026, 2, 1) + n * 1_000).toISOString(), target: `instance-${String(n)}` }));
  await seal(db, objects, 'audit.test', [{ tenantId: s.tenants[0]!.id, events, at: [EVENTS] }, { tenantId: s.tenants[1]!.id, events: events.slice(0, 3), at: [3] }]);
}, 60_000);
afterAll(async () => {
  await Promise.all([tenant.close(), notary.close()]);
  rmSync(folder, { recursive: true });
});

const deps = (more: Partial<SinkDeps> = {}): SinkDeps =>
  ({ store: notary, objects, log: silentLogger(), makeAct: () => actOf('none'), pause, addresses: 'any', tokenOf: () => Promise.resolve('a-token'), worker: ids.next('request'), leaseMs: 20_000, pollMs: 20, deliverMs: 5_000, ...more });
const make = async (more: Partial<AuditSink>): Promise<AuditSink> => {
  const tenantId = s.tenants[0]!.id;
  const sink: AuditSink = { id: ids.next('sink'), directory: 'tenant', tenantId, name: ids.next('request'), kind: 'FILES', format: 'ocsf', endpoint: '', country: 'FR', paused: false, nextIndex: 0, generation: 1, ...more };
  const done = await commit(tenant, { scope: { tenant: tenantId }, act: actOf('tenant'), outbox: [], writes: [sinks.insert(sink)], audit: [{ type: 'audit.sink.create', phase: 'completed', outcome: 'success', tenant: tenantId, target: { kind: 'sink', id: sink.id } }] });
  expect(done.ok).toBe(true);
  return sink;
};
const seen = async (sink: AuditSink): Promise<AuditSink> => (await tenant.read({ tenant: sink.tenantId as OrganisationId }, q => sinks.get(q, sink.id)))!;
const gone = async (sink: AuditSink): Promise<void> => { await asSuperuser(db, `UPDATE audit_sink SET deleted_at = now() WHERE id = '${sink.id}'`); };
const drain = async (more: Partial<SinkDeps> = {}): Promise<number> => {
  let n = 0;
  while (await next(deps(more))) n += 1;
  return n;
};
const every = Array.from({ length: EVENTS }, (_, i) => i);
/** Leaf indices of rows that name them. */
const indicesOf = (rows: readonly { readonly metadata: { readonly sequence: number } }[]): readonly number[] => rows.map(r => r.metadata.sequence);

const receiver = (answer: (n: number) => number): Promise<Receiver> => openReceiver(tls, answer);

describe('files', () => {
  it('are written batch by batch, each leaf once, in order; written again they are the same', async () => {
    const sink = await make({ kind: 'FILES', format: 'ocsf' });
    expect(await drain()).toBe(3);
    const names: string[] = [];
    for (const [a, b] of [[0, 500], [500, 1000], [1000, EVENTS]] as const) names.push(`sinks/${sink.id}/audit.test~t~${s.tenants[0]!.id}/${String(a).padStart(16, '0')}-${String(b).padStart(16, '0')}.jsonl`);
    const rows = [];
    for (const name of names) rows.push(...Buffer.from((await objects.get(name)) ?? []).toString('utf8').trimEnd().split('\n').map(l => JSON.parse(l) as { metadata: { sequence: number } }));
    expect(indicesOf(rows)).toEqual(every);
    expect(await seen(sink)).toMatchObject({ nextIndex: EVENTS });
    await asSuperuser(db, `UPDATE audit_sink SET next_index = 0 WHERE id = '${sink.id}'`);
    expect(await drain()).toBe(3);
    expect((await seen(sink)).failure).toBeUndefined();
    await gone(sink);
  });
  it('of Parquet hold the leaves themselves', async () => {
    const sink = await make({ kind: 'FILES', format: 'parquet' });
    await drain();
    const bytes = (await objects.get(`sinks/${sink.id}/audit.test~t~${s.tenants[0]!.id}/${'0'.repeat(16)}-${'0'.repeat(13)}500.parquet`)) ?? new Uint8Array();
    const rows = await parquetReadObjects({ file: bytes.slice().buffer });
    expect(rows.map(r => Number(r['index']))).toEqual(every.slice(0, 500));
    expect(JSON.parse(String(rows[3]?.['leaf']))).toMatchObject({ target: { id: 'instance-3' } });
    await gone(sink);
  });
});

describe('HTTPS', () => {
  it('goes on after an outage without a gap: every leaf arrives, the failure is told once and its end once', async () => {
    // Two batches arrive; then the receiver is away for six tries, in three ways, and comes back.
    const r = await receiver(n => (n === 0 ? 200 : n <= 3 ? 503 : n <= 5 ? 302 : 204));
    const sink = await make({ kind: 'HTTPS', format: 'cloudevents', endpoint: `https://localhost:${String(r.port)}/in`, caPem: tls.ca });
    for (let n = 0; n < 12; n++) {
      await drain();
      await asSuperuser(db, 'UPDATE audit_sink SET again_at = NULL');
    }
    const accepted = r.bodies.filter((_, n) => n === 0 || n > 5);
    const events = accepted.flatMap(b => JSON.parse(b.body) as { logindex: string; leafhash: string; source: string; data: { target: { id: string } } }[]);
    expect(events.map(e => Number(e.logindex))).toEqual(every);
    expect(events[7]).toMatchObject({ source: `//audit.test/t/${s.tenants[0]!.id}`, data: { target: { id: 'instance-7' } } });
    expect(r.bodies[0]?.headers).toMatchObject({ authorization: 'Bearer a-token', 'content-type': 'application/cloudevents-batch+json', 'cadastre-first': '0' });
    // What is tried again is the same request, and says so.
    expect(new Set(r.bodies.slice(1, 7).map(b => `${String(b.headers['idempotency-key'])} ${b.body}`)).size).toBe(1);
    const told = await tenant.read({ tenant: s.tenants[0]!.id }, q => q.rows<{ line: { outcome: string; op: { to: string } } }>({ text: "SELECT convert_from(body, 'UTF8')::json AS line FROM audit_event WHERE target_id = $1 AND type = 'audit.sink.state' ORDER BY seq", values: [sink.id] }));
    expect(told.map(t => `${t.line.op.to} ${t.line.outcome}`)).toEqual(['FAILING failure', 'DELIVERING success']);
    await gone(sink);
    await r.close();
  });
  it.each([
    { reason: 'nobody listens', endpoint: 'https://localhost:1/', more: {}, failure: /ECONNREFUSED/ },
    { reason: 'a certificate of nobody that is trusted', endpoint: 'here', more: { caPem: undefined }, failure: /self-signed|unable to verify/ },
    { reason: 'a private address where only public ones may be', endpoint: 'https://10.0.0.1/', more: {}, failure: /private address/ },
  ])('says why nothing arrives: $reason', async ({ endpoint, more, failure }) => {
    const r = await receiver(() => 200);
    const sink = await make({ kind: 'HTTPS', format: 'ocsf', endpoint: endpoint === 'here' ? `https://localhost:${String(r.port)}/` : endpoint, ...('caPem' in more ? {} : { caPem: tls.ca }) });
    await next(deps(endpoint.includes('10.0.0.1') ? { addresses: 'public' } : {}));
    expect(await seen(sink)).toMatchObject({ nextIndex: 0, failure: expect.stringMatching(failure) as string });
    expect(r.bodies).toEqual([]);
    await gone(sink);
    await r.close();
  });
});

describe('syslog over TLS', () => {
  it('sends frames of RFC 5425 that name their leaves', async () => {
    let got = '';
    const server = createTls({ key: tls.key, cert: tls.cert }, socket => { socket.setEncoding('utf8').on('data', d => { got += String(d); }).on('end', () => socket.end()); });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const sink = await make({ kind: 'SYSLOG_TLS', format: 'cef', endpoint: `localhost:${String((server.address() as AddressInfo).port)}`, caPem: tls.ca });
    await drain();
    const bytes = Buffer.from(got, 'utf8');
    const messages: string[] = [];
    for (let at = 0; at < bytes.length;) {
      const space = bytes.indexOf(0x20, at);
      const length = Number(bytes.toString('latin1', at, space));
      messages.push(bytes.toString('utf8', space + 1, space + 1 + length));
      at = space + 1 + length;
    }
    expect(messages.map(m => Number(/ index="(\d+)"/.exec(m)?.[1]))).toEqual(every);
    expect(messages[1]).toMatch(/^<110>1 2026-03-01T00:00:01\.000Z \S+ cadastre - compute\.instance\.create \[audit@32473 .*leafHash="[0-9a-f]{64}"\] CEF:0\|Cadastre\|/);
    await gone(sink);
    server.close();
  });
});

describe('one sender', () => {
  it('has a sink at a time: what another has claimed is left alone, until the lease is over', async () => {
    const sink = await make({ kind: 'FILES' });
    expect((await sinks.claim(notary, { worker: 'first', leaseMs: 60_000 }))?.sink.id).toBe(sink.id);
    expect(await drain()).toBe(0);
    await asSuperuser(db, "UPDATE audit_sink SET lease_until = now() - interval '1 second'");
    expect(await drain()).toBe(3);
    await gone(sink);
  });
  it('leaves a paused sink alone, and a deleted one', async () => {
    const sink = await make({ kind: 'FILES', paused: true });
    expect(await drain()).toBe(0);
    await gone(sink);
    expect(await drain()).toBe(0);
  });
});

it.each([
  ['127.0.0.1', false], ['[::1]', false], ['169.254.169.254', false], ['[fd00::1]', false], ['192.168.1.1', false], ['[::ffff:10.0.0.1]', false], ['93.184.216.34', true], ['[2606:2800:220:1::1]', true],
])('%s is public: %s', async (host, isPublic) => {
  expect(await addressOf(host, 'public').then(() => true, () => false)).toBe(isPublic);
});
