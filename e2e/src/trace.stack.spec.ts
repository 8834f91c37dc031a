import { afterAll, beforeAll, expect, test } from 'vitest';
import { startCollector, type Collector } from '@cadastre/testing/collector';
import { waitFor } from '@cadastre/testing/wait';
import { startTestStack } from '../../apps/local/src/testing/index.ts';
import type { Stack } from '../../apps/local/src/stack/stack.ts';
import { signIn, type Person } from './world/people.ts';
import { declare, largeValence, orderInput, projectOf, waitForStatus } from './world/site.ts';

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly service: string;
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
}

const CLIENT_SPAN = 'b7ad6b7169203331';
let collector: Collector;
let stack: Stack;
let alice: Person;

interface Otlp { resourceSpans?: { resource: { attributes: { key: string; value: { stringValue?: string } }[] }; scopeSpans: { spans: Omit<Span, 'service'>[] }[] }[] }

const spans = (): readonly Span[] =>
  collector.sent.flatMap(({ body }) => (JSON.parse(body) as Otlp).resourceSpans ?? []).flatMap(r => {
    const service = r.resource.attributes.find(a => a.key === 'service.name')?.value.stringValue ?? '';
    return r.scopeSpans.flatMap(s => s.spans.map(span => ({ ...span, service })));
  });

beforeAll(async () => {
  collector = await startCollector();
  stack = await startTestStack({ ...collector.env, OTEL_METRICS_EXPORTER: 'none' });
  await declare(stack.run, largeValence(1), 6);
  alice = await signIn(stack.run, 'alice');
}, 240_000);

afterAll(async () => {
  await stack.stop();
  await collector.close();
});

test('one trace leads from the mutation through NATS to the Kubernetes write and back to READY', async () => {
  const projectId = await projectOf(alice, 'traced');
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const { data } = await alice.ask<{ createGpuInstances: { instances: readonly { id: string }[] } }>(
    `mutation ($input: CreateGpuInstancesInput!) { createGpuInstances(input: $input) { ... on GpuInstancesAccepted { instances { id } } } }`,
    { input: { ...orderInput(), projectId, shape: 'h200-8', name: 'traced', idempotencyKey: 'traced-1' } }, { traceparent: `00-${traceId}-${CLIENT_SPAN}-01` });
  const ids = data.createGpuInstances.instances.map(i => i.id);
  await waitForStatus(alice, ids, 'READY');

  const inTrace = (): readonly Span[] => spans().filter(s => s.traceId === traceId);
  const services = (): ReadonlySet<string> => new Set(inTrace().map(s => s.service));
  await waitFor(() => ['door', 'allocator', 'controller'].every(p => [...services()].some(s => s.includes(p))) && inTrace().some(s => /kube|apply|PATCH/i.test(s.name)), { what: 'spans of door, allocator and controller, down to the Kubernetes write', timeoutMs: 15_000 });

  // Every span of the trace hangs on another of it, or on the client's: one tree, no orphan.
  const orphans = (): readonly Span[] => inTrace().filter(s => s.spanId !== CLIENT_SPAN && !new Set([CLIENT_SPAN, ...inTrace().map(x => x.spanId)]).has(s.parentSpanId ?? ''));
  await waitFor(() => orphans().length === 0 || Promise.reject(new Error(JSON.stringify(orphans()))), { what: 'a parent for every span of the trace', timeoutMs: 15_000 });

  const ancestors = (span: Span | undefined): readonly string[] => {
    const parent = inTrace().find(s => s.spanId === span?.parentSpanId);
    return parent === undefined ? [] : [`${parent.service} ${parent.name}`, ...ancestors(parent)];
  };
  for (const name of ['kube apply Pod', 'instance commit']) {
    const path = ancestors(inTrace().find(s => s.name === name));
    expect(path, name).toEqual(expect.arrayContaining(['cadastre-controller instance look', 'cadastre-allocator respond cad.v1.fr-valence.allocate', 'cadastre-door-tenant POST /graphql']));
  }
  // The messages that woke the controller besides the first are links: work done once for several causes belongs to all of them.
  expect(inTrace().some(s => s.service === 'cadastre-controller' && (s.links ?? []).length > 0)).toBe(true);
});
