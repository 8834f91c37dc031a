import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { manualTime } from '../fake/index.ts';
import type { ConfigMap, HttpLimits, Kube, Time, WatchEvent } from './index.ts';
import { announced, CONFIG_MAPS, openCluster } from './index.ts';

const REF = { kind: CONFIG_MAPS, name: 'a', namespace: 'n' };
const BODY = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'n', uid: 'u', resourceVersion: '7' } });

interface Bench {
  readonly kube: Kube;
  readonly server: Server;
  readonly seen: IncomingMessage[];
  /** Sockets opened so far, and still open. */
  readonly sockets: { opened: number; readonly open: Set<Socket> };
}

/** A server that misbehaves as told, on a port of its own. */
const bench = async (serve: RequestListener, limits: Partial<HttpLimits> = {}, time?: Time): Promise<Bench> => {
  const seen: IncomingMessage[] = [];
  const sockets = { opened: 0, open: new Set<Socket>() };
  const server = createServer((req, res) => { seen.push(req); serve(req, res); });
  server.on('connection', socket => {
    sockets.opened++;
    sockets.open.add(socket);
    socket.on('close', () => sockets.open.delete(socket));
  });
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve); });
  const port = (server.address() as AddressInfo).port;
  const opened = openCluster(kubeconfig(`http://127.0.0.1:${port}`), { cluster: 'scripted', limits, ...(time === undefined ? {} : { time }) });
  if (!opened.ok) throw new Error(opened.error.message);
  onTestFinished(async () => {
    await opened.value.close();
    server.closeAllConnections();
    server.close();
  });
  return { kube: opened.value, server, seen, sockets };
};

const kubeconfig = (server: string): string => `
apiVersion: v1
kind: Config
current-context: x
contexts: [{name: x, context: {cluster: x, user: x}}]
clusters: [{name: x, cluster: {server: "${server}"}}]
users: [{name: x, user: {token: s3cret-token}}]
`;

it('waits as long as a busy server asks, then succeeds', async () => {
  const time = manualTime();
  let left = 1;
  const b = await bench((_req, res) => { if (left-- > 0) res.writeHead(429, { 'retry-after': '2' }).end('{}'); else res.end(BODY); }, {}, time);
  const got = b.kube.get(REF);
  await expect.poll(() => time.waiting).toBe(1);
  await time.advance(2_499);
  expect(b.seen).toHaveLength(1);
  await time.advance(1);
  expect((await got).ok).toBe(true);
  expect(b.seen).toHaveLength(2);
});

it('gives up on a server that stays busy longer than the patience, and says when to come back', async () => {
  const b = await bench((_req, res) => { res.writeHead(429, { 'retry-after': '30' }).end('{"message":"too many requests"}'); });
  expect(await b.kube.get(REF)).toMatchObject({ ok: false, error: { code: 'OVERLOADED', status: 429, retryAfterMs: 30_000, message: 'too many requests' } });
  expect(b.seen).toHaveLength(1);
});

it('a caller who gives up during the wait is answered CANCELLED at once', async () => {
  const time = manualTime();
  const b = await bench((_req, res) => { res.writeHead(429, { 'retry-after': '2' }).end('{}'); }, {}, time);
  const stop = new AbortController();
  const got = b.kube.get(REF, { signal: stop.signal });
  await expect.poll(() => time.waiting).toBe(1);
  stop.abort();
  expect(await got).toMatchObject({ error: { code: 'CANCELLED' } });
  expect(time.waiting).toBe(0);
});

it.each([
  [502, '<html>Bad Gateway</html>', 'SERVER_ERROR'],
  [504, '', 'TIMED_OUT'],
  [200, '<html>hello</html>', 'SERVER_ERROR'],
  [401, '{"kind":"Status","message":"Unauthorized","code":401}', 'UNAUTHORISED'],
  [403, '{"kind":"Status","message":"no","code":403}', 'FORBIDDEN'],
  [410, '{"kind":"Status","message":"too old","code":410}', 'GONE'],
  [409, '{"kind":"Status","reason":"Conflict","message":"modified","code":409}', 'STALE'],
  [422, '{"kind":"Status","message":"bad","details":{"causes":[{"field":"spec.x"}]}}', 'INVALID'],
  [422, '{"kind":"Status","message":"uid","details":{"causes":[{"field":"metadata.uid"}]}}', 'STALE'],
  [500, '{"kind":"Status","message":"failed to create typed patch object (a): .spec.foo: field not declared in schema"}', 'INVALID'],
  [500, 'null', 'SERVER_ERROR'],
] as const)('HTTP %i with %s is %s', async (status, body, code) => {
  const b = await bench((_req, res) => { res.writeHead(status).end(body); });
  expect(await b.kube.get(REF)).toMatchObject({ ok: false, error: { code, cluster: 'scripted', object: 'ConfigMap n/a', status } });
});

it('a read on a connection that the server cut is repeated once, a write is not', async () => {
  let cut = 1;
  const b = await bench((req, res) => { if (cut-- > 0) req.socket.destroy(); else res.end(BODY); });
  expect((await b.kube.get(REF)).ok).toBe(true);
  cut = 1;
  const written = await b.kube.apply(CONFIG_MAPS, { metadata: { name: 'a', namespace: 'n' } }, { observed: { object: undefined } });
  expect(written).toMatchObject({ ok: false, error: { code: 'UNREACHABLE', verb: 'apply' } });
  expect(b.seen.map(r => r.method)).toEqual(['GET', 'GET', 'PATCH']);
});

it('uses few sockets for many requests, and hardly more than one for requests in a row', async () => {
  const b = await bench((_req, res) => { res.end(BODY); }, { connections: 4 });
  for (let i = 0; i < 20; i++) await b.kube.get(REF);
  // undici frees a socket a moment after it has resolved the answer, so that the next request may meet it busy once.
  expect(b.sockets.opened).toBeLessThanOrEqual(2);
  await Promise.all(Array.from({ length: 200 }, () => b.kube.get(REF)));
  expect(b.sockets.opened).toBeLessThanOrEqual(4);
  expect(b.seen).toHaveLength(220);
});

it('a request that changes something carries the next Audit-ID of the act that announced it, a repetition another, and none is sent beyond', async () => {
  const time = manualTime();
  let busy = 1;
  const b = await bench((req, res) => { if (req.method === 'PATCH' && busy-- > 0) res.writeHead(429, { 'retry-after': '1' }).end('{}'); else res.end(BODY); }, { announcing: 'required' }, time);
  const write = () => b.kube.apply(CONFIG_MAPS, { metadata: { name: 'a', namespace: 'n' } }, { observed: { object: undefined } });
  expect(await write()).toMatchObject({ ok: false, error: { code: 'NOT_ANNOUNCED' } });
  const ids = ['one', 'two'];
  await announced({ next: () => ids.shift() }, async () => {
    await b.kube.get(REF);
    const written = write();
    await expect.poll(() => time.waiting).toBe(1);
    await time.advance(2_000);
    expect((await written).ok).toBe(true);
    expect(await write()).toMatchObject({ ok: false, error: { code: 'NOT_ANNOUNCED' } });
  });
  expect(b.seen.map(r => [r.method, r.headers['audit-id']])).toEqual([['GET', undefined], ['PATCH', 'one'], ['PATCH', 'two']]);
});

it('does not wait for ever for an answer', async () => {
  const b = await bench(() => undefined, { answerTimeoutMs: 300 });
  expect(await b.kube.get(REF)).toMatchObject({ error: { code: 'TIMED_OUT' } });
});

it('nobody listening is UNREACHABLE, with the reason', async () => {
  const b = await bench((_req, res) => { res.end(BODY); });
  await new Promise(resolve => { b.server.close(resolve); });
  expect(await b.kube.get(REF)).toMatchObject({ error: { code: 'UNREACHABLE', message: expect.stringContaining('ECONNREFUSED') as string } });
});

it('close answers what is in flight CLOSED, ends streams and leaves no socket', async () => {
  const b = await bench((req, res) => { if (req.url?.includes('watch') === true) res.writeHead(200).write('\n'); });
  const got = b.kube.get(REF);
  const alive = Promise.withResolvers<undefined>();
  const watched = b.kube.watch(CONFIG_MAPS, {}, {
    resourceVersion: '1', timeoutSeconds: 60, signal: new AbortController().signal, onAlive: () => { alive.resolve(undefined); }, onEvent: () => undefined,
  });
  await alive.promise;
  await expect.poll(() => b.seen.length).toBe(2);
  await b.kube.close();
  expect([await got, await watched]).toMatchObject([{ error: { code: 'CLOSED' } }, { error: { code: 'CLOSED' } }]);
  await expect.poll(() => b.sockets.open.size).toBe(0);
});

const watchOf = async (b: Bench): Promise<{ told: WatchEvent<ConfigMap>[]; ended: Awaited<ReturnType<Kube['watch']>> }> => {
  const told: WatchEvent<ConfigMap>[] = [];
  const ended = await b.kube.watch(CONFIG_MAPS, { namespace: 'n', labels: { a: 'b' } }, {
    resourceVersion: '5', timeoutSeconds: 60, signal: new AbortController().signal, onAlive: () => undefined, onEvent: e => told.push(e),
  });
  return { told, ended };
};

it('reads events cut anywhere, even inside a character', async () => {
  const event = Buffer.from(`${JSON.stringify({ type: 'ADDED', object: { metadata: { name: 'é€😀' } } })}\n`);
  for (let at = 1; at < event.length; at += 7) {
    const b = await bench((_req, res) => {
      res.write(Buffer.concat([event, event.subarray(0, at)]));
      setImmediate(() => { res.end(Buffer.concat([event.subarray(at), Buffer.from('{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"9"}}}\n')])); });
    });
    const { told, ended } = await watchOf(b);
    expect(ended.ok).toBe(true);
    expect(told.map(e => (e.type === 'BOOKMARK' ? e.resourceVersion : e.object.metadata?.name))).toEqual(['é€😀', 'é€😀', '9']);
    expect(b.seen[0]?.url).toBe('/api/v1/namespaces/n/configmaps?watch=true&allowWatchBookmarks=true&resourceVersion=5&timeoutSeconds=60&labelSelector=a%3Db');
  }
});

it('an error event ends the stream as the problem it carries, and nothing after it is told', async () => {
  const b = await bench((_req, res) => {
    res.write('{"type":"ERROR","object":{"kind":"Status","code":410,"message":"too old resource version"}}\n{"type":"ADDED","object":{"metadata":{"name":"late"}}}\n');
  });
  const { told, ended } = await watchOf(b);
  expect(ended).toMatchObject({ ok: false, error: { code: 'GONE', message: 'too old resource version' } });
  expect(told).toEqual([]);
});

it('sends the token in its header and shows it nowhere else', async () => {
  const b = await bench((_req, res) => { res.writeHead(403).end('{"message":"no"}'); });
  const got = await b.kube.get(REF);
  expect(b.seen[0]?.headers.authorization).toBe('Bearer s3cret-token');
  expect(JSON.stringify(got)).not.toContain('s3cret');
});
