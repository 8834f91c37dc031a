import { afterEach, describe, expect, it } from 'vitest';
import { createHealth, serveHealth, type HealthServer } from './index.ts';

let server: HealthServer | undefined;
afterEach(() => server?.close());

const NATS = { name: 'nats', check: (): Promise<string | undefined> => Promise.resolve('not connected to 127.0.0.1:4222') };
const DATABASE = { name: 'database', check: (): Promise<string | undefined> => Promise.resolve(undefined) };

describe('health', () => {
  it('is ready when nothing is missing, and names what is when something is', async () => {
    const health = createHealth({ checks: [DATABASE] });
    expect(await health.readyz()).toMatchObject({ status: 200, body: '{"ready":true,"missing":{}}\n' });
    health.add(NATS);
    const answer = await health.readyz();
    expect([answer.status, JSON.parse(answer.body)]).toEqual([503, { ready: false, missing: { nats: 'not connected to 127.0.0.1:4222' } }]);
  });

  it('lives although it is not ready: restarting it would not mend a database', () => {
    expect(createHealth({ checks: [NATS] }).livez().status).toBe(200);
  });

  it.each([
    ['throws', () => Promise.reject(new Error('no route')), 'no route'],
    ['never answers', () => new Promise<undefined>(() => undefined), 'no answer within 30 ms'],
  ])('is not ready when a check %s', async (_case, check, sentence) => {
    const { status, body } = await createHealth({ checks: [{ name: 'x', check }], timeoutMs: 30 }).readyz();
    expect([status, JSON.parse(body)]).toEqual([503, { ready: false, missing: { x: sentence } }]);
  });

  it('answers over HTTP on a port of the system’s choice', async () => {
    server = await serveHealth(createHealth({ checks: [NATS] }), { host: '127.0.0.1', port: 0 });
    const { url } = server;
    const statuses = await Promise.all(
      ['/livez', '/readyz', '/metrics', '/elsewhere', '/livez?verbose'].map(async path => [path, (await fetch(`${url}${path}`)).status] as const),
    );
    expect(Object.fromEntries(statuses)).toEqual({ '/livez': 200, '/readyz': 503, '/metrics': 200, '/elsewhere': 404, '/livez?verbose': 200 });
    expect((await fetch(`${url}/livez`, { method: 'POST' })).status).toBe(405);
    expect((await fetch(`${url}/readyz`)).headers.get('cache-control')).toBe('no-store');
    expect(await (await fetch(`${url}/readyz`, { method: 'HEAD' })).text()).toBe('');
  });

  it('says when its port is taken', async () => {
    server = await serveHealth(createHealth(), { host: '127.0.0.1', port: 0 });
    await expect(serveHealth(createHealth(), { host: '127.0.0.1', port: server.port })).rejects.toThrow('EADDRINUSE');
  });
});
