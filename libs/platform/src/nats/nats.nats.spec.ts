import { randomBytes } from 'node:crypto';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { afterEach, describe, expect, it } from 'vitest';
import { cableTo, type Cable } from '@cadastre/testing/net';
import { waitFor } from '@cadastre/testing/wait';
import { silentLogger } from '../log/index.ts';
import { currentTraceparent, inSpan } from '../otel/index.ts';
import { connectNats, EVENTS_STREAM, subjectOf, type IncomingEvent, type Nats, type OutgoingEvent } from './index.ts';

const serverUrl = (): URL => {
  const url = process.env['CADASTRE_TEST_NATS_URL'];
  if (url === undefined) throw new Error('CADASTRE_TEST_NATS_URL is unset: run this spec with npm test, which brings a real NATS up');
  return new URL(url);
};

const toClose: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of toClose.splice(0).reverse()) await one.close();
});

const joinServer = async (url = serverUrl().href): Promise<Nats> => {
  const nats = await connectNats({ url, name: 'spec', log: silentLogger() });
  toClose.push(nats);
  return nats;
};
const joinByCable = async (): Promise<{ readonly nats: Nats; readonly cable: Cable }> => {
  const { hostname, port } = serverUrl();
  const cable = await cableTo({ host: hostname, port: Number(port) });
  toClose.push(cable);
  return { cable, nats: await joinServer(`nats://127.0.0.1:${String(cable.port)}`) };
};
/** The server is shared: everything a test names is its own. */
const mark = (): string => `t${randomBytes(6).toString('hex')}`;
const eventOf = (region: string, n: number): OutgoingEvent => ({
  msgId: `${region}-${String(n)}`, subject: subjectOf({ region, noun: 'thing', verb: 'created' }), key: `thing_${String(n)}`,
  source: '/spec', type: 'cloud.cadastre.thing.created', time: '2026-11-24T10:00:00.000Z',
});
const nanosToMs = (nanos: number): number => nanos / 1e6;

describe('request and respond', () => {
  it('carry a body there and back, under one trace', async () => {
    const nats = await joinServer();
    const subject = `spec.${mark()}`;
    let inside: string | undefined;
    nats.respond<{ n: number }, { double: number }>(subject, ({ n }) => {
      inside = currentTraceparent();
      return Promise.resolve({ double: n * 2 });
    });
    const [outside, answer] = await inSpan('ask', {}, async () => [currentTraceparent(), await nats.request(subject, { n: 21 }, { timeoutMs: 2_000 })] as const);
    expect(answer).toEqual({ ok: true, value: { double: 42 } });
    expect(inside?.slice(0, 35)).toBe(outside?.slice(0, 35));
  });

  it('say that nobody listens, at once, and that nothing happened', async () => {
    const nats = await joinServer();
    const startedAt = performance.now();
    expect(await nats.request(`spec.${mark()}`, {}, { timeoutMs: 5_000 })).toMatchObject({ ok: false, error: { code: 'NO_RESPONDERS', ran: 'no' } });
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  it('say that no answer came, which may mean anything', async () => {
    const nats = await joinServer();
    const subject = `spec.${mark()}`;
    const late = Promise.withResolvers<object>();
    nats.respond(subject, () => late.promise);
    expect(await nats.request(subject, {}, { timeoutMs: 60 })).toMatchObject({ ok: false, error: { code: 'TIMEOUT', ran: 'unknown' } });
    late.resolve({});
  });

  it('tell a failure without its words', async () => {
    const nats = await joinServer();
    const subject = `spec.${mark()}`;
    nats.respond(subject, () => Promise.reject(new Error('password hunter2 is wrong')));
    const answer = await nats.request(subject, {}, { timeoutMs: 2_000 });
    expect(answer).toMatchObject({ ok: false, error: { code: 'RESPONDER_FAILED' } });
    expect(JSON.stringify(answer)).not.toContain('hunter2');
  });

  it('run a bounded number of handlers, let a bounded number wait, and refuse the rest', async () => {
    const nats = await joinServer();
    const subject = `spec.${mark()}`;
    const gate = Promise.withResolvers<undefined>();
    let running = 0;
    let most = 0;
    nats.respond(subject, async () => {
      most = Math.max(most, ++running);
      await gate.promise;
      running -= 1;
      return {};
    }, { concurrency: 2, maxWaiting: 3 });
    const answers = Array.from({ length: 8 }, () => nats.request(subject, {}, { timeoutMs: 5_000 }));
    const refused = await Promise.race(answers);
    gate.resolve(undefined);
    const codes = (await Promise.all(answers)).map(a => (a.ok ? 'ok' : a.error.code)).sort();
    expect(refused).toMatchObject({ ok: false, error: { code: 'OVERLOADED', ran: 'no' } });
    expect(codes).toEqual(['OVERLOADED', 'OVERLOADED', 'OVERLOADED', 'ok', 'ok', 'ok', 'ok', 'ok']);
    expect(most).toBe(2);
  });

  it('finish what is in flight before they close', async () => {
    const nats = await joinServer();
    const subject = `spec.${mark()}`;
    const gate = Promise.withResolvers<object>();
    const begun = Promise.withResolvers<undefined>();
    const subscription = nats.respond(subject, () => {
      begun.resolve(undefined);
      return gate.promise;
    });
    const answer = nats.request(subject, {}, { timeoutMs: 5_000 });
    await begun.promise;
    let closed = false;
    const closing = subscription.close().then(() => (closed = true));
    // Two round trips: by then a close that does not wait has long resolved.
    for (let trip = 0; trip < 2; trip++) await nats.request(`spec.${mark()}`, {}, { timeoutMs: 2_000 });
    expect(closed).toBe(false);
    gate.resolve({ fine: true });
    await closing;
    expect(await answer).toEqual({ ok: true, value: { fine: true } });
    expect(await nats.request(subject, {}, { timeoutMs: 500 })).toMatchObject({ ok: false, error: { code: 'NO_RESPONDERS' } });
  });
});

describe('events', () => {
  it('arrive with key, subject and trace, and are taken once', async () => {
    const nats = await joinServer();
    const region = mark();
    await nats.ensureStream();
    const report = await nats.publishEvents(Array.from({ length: 1_500 }, (_, n) => ({ ...eventOf(region, n), traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' })));
    expect([report.acked.length, report.duplicates, report.failed]).toEqual([1_500, 0, []]);
    const seen: IncomingEvent[] = [];
    await nats.consume({ durable: region, filterSubjects: [`cad.v1.${region}.>`] }, wake => void seen.push(wake));
    await waitFor(() => seen.length === 1_500, { what: '1,500 events' });
    expect(new Set(seen.map(e => e.key)).size).toBe(1_500);
    expect(seen[0]).toMatchObject({ region, noun: 'thing', verb: 'created', traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', deliveries: 1 });
  });

  it('published twice are held once', async () => {
    const nats = await joinServer();
    const region = mark();
    await nats.ensureStream();
    const batch = [eventOf(region, 1), eventOf(region, 2)];
    await nats.publishEvents(batch);
    expect(await nats.publishEvents(batch)).toMatchObject({ acked: [`${region}-1`, `${region}-2`], duplicates: 2, failed: [] });
  });

  it('come again when they could not be taken', async () => {
    const nats = await joinServer();
    const region = mark();
    await nats.ensureStream();
    const deliveries: number[] = [];
    await nats.consume({ durable: region, filterSubjects: [`cad.v1.${region}.>`] }, wake => {
      deliveries.push(wake.deliveries);
      if (wake.deliveries < 3) throw new Error('not yet');
    });
    await nats.publishEvents([eventOf(region, 1)]);
    await waitFor(() => deliveries.length === 3, { what: 'the third delivery' });
    expect(deliveries).toEqual([1, 2, 3]);
  });

  it('reach a tap while it listens', async () => {
    const nats = await joinServer();
    const region = mark();
    await nats.ensureStream();
    const keys: string[] = [];
    const tap = nats.tap(`cad.v1.${region}.>`, wake => keys.push(wake.key));
    await nats.publishEvents([eventOf(region, 1)]);
    await waitFor(() => keys.length === 1, { what: 'the wake-up' });
    await tap.close();
    await nats.publishEvents([eventOf(region, 2)]);
    expect(keys).toEqual(['thing_1']);
  });

  it('are not made of requests: the stream must not answer those', async () => {
    const nats = await joinServer();
    await nats.ensureStream();
    expect(await nats.request(`cad.v1.${mark()}.allocate`, {}, { timeoutMs: 2_000 })).toMatchObject({ ok: false, error: { code: 'NO_RESPONDERS' } });
  });
});

describe('the stream', () => {
  it('is on disk, refuses when full, forgets duplicates after two minutes', async () => {
    const nats = await joinServer();
    await nats.ensureStream();
    const nc = await connect({ servers: serverUrl().host });
    toClose.push(nc);
    const { config } = await (await jetstreamManager(nc)).streams.info(EVENTS_STREAM.name);
    expect(config).toMatchObject({ storage: 'file', discard: 'new', retention: 'limits', subjects: ['cad.v1.*.*.*'] });
    expect(nanosToMs(config.duplicate_window)).toBe(120_000);
  });

  it('is brought to its specification, and tells the publisher when it is full', async () => {
    const nats = await joinServer();
    const name = mark();
    const spec = { ...EVENTS_STREAM, name, subjects: [`${name}.>`], maxBytes: 1_000_000 };
    await nats.ensureStream(spec);
    await nats.ensureStream({ ...spec, maxBytes: 400 });
    const report = await nats.publishEvents([1, 2, 3].map(n => ({ ...eventOf(name, n), subject: `${name}.x` })));
    expect(report.acked).toHaveLength(1);
    expect(report.failed.map(f => f.because)).toEqual([expect.stringContaining('maximum bytes'), expect.stringContaining('maximum bytes')]);
  });
});

describe('a broken line', () => {
  it('is waited for at the start, then used', async () => {
    const { hostname, port } = serverUrl();
    const cable = await cableTo({ host: hostname, port: Number(port) });
    toClose.push(cable);
    cable.cut();
    const joining = joinServer(`nats://127.0.0.1:${String(cable.port)}`);
    cable.mend();
    expect((await joining).connected()).toBe(true);
  });

  it('ends the wait at the start when told to', async () => {
    const stop = new AbortController();
    const joining = connectNats({ url: 'nats://127.0.0.1:1', name: 'spec', log: silentLogger(), signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(joining).rejects.toThrow(/enough|abort/i);
  });

  it('is seen by readiness, delays a request, and heals', async () => {
    const { nats, cable } = await joinByCable();
    const subject = `spec.${mark()}`;
    nats.respond(subject, () => Promise.resolve({ here: true }));
    cable.cut();
    await waitFor(async () => (await nats.check.check()) !== undefined, { what: 'the loss to be seen' });
    expect(await nats.request(subject, {}, { timeoutMs: 50 })).toMatchObject({ ok: false, error: { code: 'DISCONNECTED', ran: 'no' } });
    expect(await nats.publishEvents([eventOf('x', 1)])).toMatchObject({ acked: [], failed: [{ because: 'not connected to NATS' }] });
    const patient = nats.request(subject, {}, { timeoutMs: 10_000 });
    cable.mend();
    expect(await patient).toEqual({ ok: true, value: { here: true } });
    expect(await nats.check.check()).toBeUndefined();
  });

  it('does not end a consumer', async () => {
    const { nats, cable } = await joinByCable();
    const publisher = await joinServer();
    const region = mark();
    await nats.ensureStream();
    const keys = new Set<string>();
    await nats.consume({ durable: region, filterSubjects: [`cad.v1.${region}.>`] }, wake => void keys.add(wake.key));
    await publisher.publishEvents([eventOf(region, 1)]);
    await waitFor(() => keys.has('thing_1'), { what: 'the first event' });
    cable.cut();
    await publisher.publishEvents([eventOf(region, 2)]);
    cable.mend();
    await waitFor(() => keys.has('thing_2'), { what: 'the event of the outage', timeoutMs: 20_000 });
  });

  it('and a server that lost the consumer do not end it either', async () => {
    const nats = await joinServer();
    const region = mark();
    await nats.ensureStream();
    const keys = new Set<string>();
    await nats.consume({ durable: region, filterSubjects: [`cad.v1.${region}.>`] }, wake => void keys.add(wake.key));
    const nc = await connect({ servers: serverUrl().host });
    toClose.push(nc);
    await (await jetstreamManager(nc)).consumers.delete(EVENTS_STREAM.name, region);
    await nats.publishEvents([eventOf(region, 7)]);
    await waitFor(() => keys.has('thing_7'), { what: 'the event after the loss', timeoutMs: 20_000 });
  });
});
