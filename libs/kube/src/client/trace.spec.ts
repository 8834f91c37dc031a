import { AsyncLocalStorage } from 'node:async_hooks';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { context, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Attributes, Context, ContextManager, Span, SpanOptions, SpanStatus, TextMapPropagator, Tracer } from '@opentelemetry/api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CONFIG_MAPS, openCluster } from './index.ts';

interface Recorded {
  readonly name: string;
  readonly kind: SpanKind | undefined;
  readonly attributes: Attributes;
  readonly parent: string | undefined;
  readonly id: string;
  status?: SpanStatus;
  ended: boolean;
}

// The API's own interfaces are enough to record with; the SDK belongs to the process, not to this library.
const spans: Recorded[] = [];
const TRACE = '0af7651916cd43dd8448eb211c80319c';

const record = (name: string, options: SpanOptions | undefined, parent: Context): Span => {
  const id = (spans.length + 1).toString(16).padStart(16, '0');
  const recorded: Recorded = { name, kind: options?.kind, attributes: { ...options?.attributes }, parent: trace.getSpanContext(parent)?.spanId, id, ended: false };
  spans.push(recorded);
  const span = {
    spanContext: () => ({ traceId: TRACE, spanId: id, traceFlags: 1 }),
    setAttribute: (key: string, value: string) => { recorded.attributes[key] = value; return span; },
    setStatus: (status: SpanStatus) => { recorded.status = status; return span; },
    addEvent: () => span,
    end: () => { recorded.ended = true; },
  } as unknown as Span;
  return span;
};

const tracer = { startSpan: (name: string, options?: SpanOptions, parent?: Context) => record(name, options, parent ?? context.active()) } as unknown as Tracer;
const storage = new AsyncLocalStorage<Context>();
const contexts = {
  active: () => storage.getStore() ?? ROOT_CONTEXT,
  with: (ctx: Context, run: () => unknown) => storage.run(ctx, run),
  bind: (_ctx: Context, target: unknown) => target,
  enable: () => contexts,
  disable: () => contexts,
} as unknown as ContextManager;
const w3c: TextMapPropagator = {
  inject: (ctx, carrier, setter) => {
    const at = trace.getSpanContext(ctx);
    if (at !== undefined) setter.set(carrier, 'traceparent', `00-${at.traceId}-${at.spanId}-01`);
  },
  extract: ctx => ctx,
  fields: () => ['traceparent'],
};

beforeAll(() => {
  trace.setGlobalTracerProvider({ getTracer: () => tracer });
  context.setGlobalContextManager(contexts);
  propagation.setGlobalPropagator(w3c);
});
afterAll(() => { trace.disable(); context.disable(); propagation.disable(); });

it('an active trace continues through each request to the server, without a secret', async () => {
  const headers: (string | undefined)[] = [];
  const server = createServer((req, res) => {
    headers.push(req.headers['traceparent'] as string | undefined);
    if (req.method === 'GET') res.writeHead(404).end('{}');
    else res.writeHead(403).end('{"message":"no"}');
  });
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve); });
  const { port } = server.address() as AddressInfo;
  const opened = openCluster(JSON.stringify({
    'current-context': 'x', contexts: [{ name: 'x', context: { cluster: 'x', user: 'x' } }],
    clusters: [{ name: 'x', cluster: { server: `http://127.0.0.1:${port}` } }], users: [{ name: 'x', user: { token: 's3cret' } }],
  }), { cluster: 'traced' });
  if (!opened.ok) throw new Error(opened.error.message);
  const parent = tracer.startSpan('reconcile');
  await context.with(trace.setSpan(ROOT_CONTEXT, parent), () => opened.value.apply(CONFIG_MAPS, { metadata: { name: 'a', namespace: 'n' }, data: { secret: 'do-not-show' } }));
  await opened.value.close();
  server.close();
  const [root, look, write] = spans;
  expect(look).toMatchObject({ name: 'kube get ConfigMap', kind: SpanKind.CLIENT, parent: root?.id, ended: true });
  expect(look?.status).toBeUndefined();
  expect(write).toMatchObject({
    name: 'kube apply ConfigMap', parent: root?.id, ended: true, status: { code: SpanStatusCode.ERROR, message: 'FORBIDDEN' },
    attributes: { 'http.request.method': 'PATCH', 'k8s.cluster.name': 'traced', 'cadastre.kube.object': 'ConfigMap n/a', 'http.response.status_code': 403, 'error.type': 'FORBIDDEN' },
  });
  expect(headers).toEqual([`00-${TRACE}-${look?.id ?? ''}-01`, `00-${TRACE}-${write?.id ?? ''}-01`]);
  expect(JSON.stringify(spans)).not.toMatch(/s3cret|do-not-show/);
});
