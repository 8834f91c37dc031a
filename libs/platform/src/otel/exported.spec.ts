import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { startCollector, type Collector } from '@cadastre/testing/collector';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

interface OtlpSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly links?: readonly { readonly traceId: string }[];
  readonly status: { readonly code?: number };
}

let collector: Collector;
beforeAll(async () => { collector = await startCollector(); });
afterAll(() => collector.close());

const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const LINK = '00-1bf7651916cd43dd8448eb211c80319c-c7ad6b7169203331-01';
const MODULE = fileURLToPath(new URL('./index.ts', import.meta.url));
// A process of its own, because the SDK reads the process' environment and is global.
const PROGRAM = `
  import { inSpan, metrics, startTelemetry, currentTraceparent } from ${JSON.stringify(MODULE)};
  const counter = metrics.counter('spec.exported.count', { description: 'x', unit: '1' });
  const telemetry = await startTelemetry({ service: 'spec', version: '1', env: process.env });
  counter.add(5);
  await inSpan('outer', { parent: ${JSON.stringify(PARENT)}, links: [${JSON.stringify(LINK)}], kind: 'server' }, async () => {
    await inSpan('inner', { attributes: { answer: 42 } }, () => Promise.reject(new Error('boom'))).catch(() => undefined);
    process.stdout.write(currentTraceparent() + '\\n');
  });
  process.stdout.write((await metrics.text()).body.includes('spec_exported_count_total 5') + '\\n');
  await telemetry.close();
`;

const run = async (env: Record<string, string>): Promise<readonly string[]> => {
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', PROGRAM], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [out, exit] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  expect(exit[0]).toBe(0);
  return out.trim().split('\n');
};

describe('telemetry with an exporter named in the environment', () => {
  it('sends spans with parent, links and failure, and metrics beside the Prometheus endpoint', { timeout: 20_000 }, async () => {
    const [traceparent, exposed] = await run(collector.env);
    const { sent } = collector;
    const spans = sent.filter(s => s.path === '/v1/traces').flatMap(s => spansOf(s.body));
    const outer = spans.find(s => s.name === 'outer');
    const inner = spans.find(s => s.name === 'inner');
    expect(outer).toMatchObject({ traceId: '0af7651916cd43dd8448eb211c80319c', parentSpanId: 'b7ad6b7169203331', links: [{ traceId: '1bf7651916cd43dd8448eb211c80319c' }] });
    expect(inner).toMatchObject({ traceId: outer?.traceId, parentSpanId: outer?.spanId, status: { code: 2 } });
    expect(traceparent).toBe(`00-${String(outer?.traceId)}-${String(outer?.spanId)}-01`);
    expect(exposed).toBe('true');
    expect(sent.some(s => s.path === '/v1/metrics' && s.body.includes('spec.exported.count'))).toBe(true);
  });

  it('ends in time when the collector is gone', { timeout: 20_000 }, async () => {
    const [traceparent] = await run({ OTEL_TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', OTEL_EXPORTER_OTLP_TIMEOUT: '300', OTEL_LOG_LEVEL: 'none' });
    expect(traceparent).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-/);
  });
});

const spansOf = (body: string): OtlpSpan[] => {
  const parsed = JSON.parse(body) as { resourceSpans: { scopeSpans: { spans: OtlpSpan[] }[] }[] };
  return parsed.resourceSpans.flatMap(r => r.scopeSpans.flatMap(s => s.spans));
};
