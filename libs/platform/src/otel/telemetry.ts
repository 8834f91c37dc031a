import type { MeterProvider } from '@opentelemetry/api';
import { context, metrics as api, propagation, trace } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from '@opentelemetry/semantic-conventions';
import { processEnvironment, type Environment } from '../config/environment.ts';
import { addMeterProvider, describeResource, dropMeterProvider } from './metrics.ts';
import { watchProcess } from './process.ts';
import { recordSpans } from './span.ts';

export interface Telemetry {
  /** Which signals leave the process. Metrics are always there to be read at `/metrics`. */
  readonly exports: { readonly traces: boolean; readonly metrics: boolean };
  /** Sends what is buffered and stops. Resolves even when the collector is gone: telemetry never holds a process back. */
  close(): Promise<void>;
}

const set = (value: string | undefined): value is string => value !== undefined && value.trim() !== '';

/** OpenTelemetry's own rule says "otlp to localhost" when nothing is named; ours says "nothing": a fresh machine must not shout at a port. */
const exported = (env: Environment, signal: 'TRACES' | 'METRICS'): boolean => {
  if (env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true') return false;
  const named = env[`OTEL_${signal}_EXPORTER`];
  if (set(named)) return !named.split(',').some(n => n.trim() === 'none');
  return set(env['OTEL_EXPORTER_OTLP_ENDPOINT']) || set(env[`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`]);
};

/**
 * Starts the OpenTelemetry SDK when, and only when, the standard variables name an exporter (`OTEL_EXPORTER_OTLP_ENDPOINT`, `OTEL_TRACES_EXPORTER`,
 * `OTEL_METRICS_EXPORTER`, …). The SDK is loaded on demand: a process that exports nothing pays neither its memory nor its start-up time.
 * Logs are not sent by OTLP: they are JSON lines on the standard streams, with trace ids, and belong to whoever collects those.
 */
export const startTelemetry = async (who: { readonly service: string; readonly version: string; readonly env?: Environment }): Promise<Telemetry> => {
  const attributes = { [ATTR_SERVICE_NAME]: who.service, [ATTR_SERVICE_VERSION]: who.version };
  describeResource(resourceFromAttributes(attributes));
  const env = who.env ?? processEnvironment();
  const watched = watchProcess();
  const exports = { traces: exported(env, 'TRACES'), metrics: exported(env, 'METRICS') };
  if (!exports.traces && !exports.metrics) {
    return {
      exports,
      close: () => {
        watched.stop();
        return Promise.resolve();
      },
    };
  }

  const { startNodeSdk } = await import('@opentelemetry/sdk-node');
  const { W3CTraceContextPropagator } = await import('@opentelemetry/core');
  // The SDK registers its own context manager and propagator of the same kinds; ours must make room, or it logs an error and keeps the old ones.
  context.disable();
  propagation.disable();
  const sdk = startNodeSdk({
    resourceAttributes: attributes,
    propagators: [new W3CTraceContextPropagator()],
    logRecordProcessors: [],
    ...(exports.traces ? {} : { spanProcessors: [] }),
    ...(exports.metrics ? {} : { metricReaders: [] }),
  });
  recordSpans(exports.traces);
  const meters: MeterProvider | undefined = exports.metrics ? api.getMeterProvider() : undefined;
  if (meters !== undefined) addMeterProvider(meters);

  return {
    exports,
    close: async () => {
      watched.stop();
      recordSpans(false);
      if (meters !== undefined) dropMeterProvider(meters);
      await sdk.shutdown().catch(() => undefined);
      trace.disable();
      api.disable();
    },
  };
};
