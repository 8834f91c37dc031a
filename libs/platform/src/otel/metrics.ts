import type { Attributes, Counter, Histogram, MeterProvider as ApiMeterProvider, MetricOptions, ObservableResult } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { AggregationTemporality, InstrumentType, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';

export interface MetricDescription {
  /** One sentence, for the person who reads the dashboard. */
  readonly description: string;
  /** UCUM: `s`, `By`, `W`, or an annotation such as `{order}`. */
  readonly unit: string;
}
export interface HistogramDescription extends MetricDescription {
  /** Upper bounds, ascending. Default: seconds from 1 ms to 30 s, for latencies. */
  readonly buckets?: readonly number[];
}
export interface Reading {
  readonly value: number;
  readonly attributes?: Attributes;
}

// Latencies of a control plane: a cached read is 1 ms, a node that starts is half a minute.
const SECONDS: readonly number[] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/**
 * Read on demand by `/metrics`. The exporter's own reader was rejected for one thing: it keeps the last value of a gauge for ever, so that
 * a cluster that was removed would be reported until the process ends. A gauge of "delta" temporality says only what was read just now.
 */
class PullReader extends MetricReader {
  constructor() {
    super({ aggregationTemporalitySelector: type => (type === InstrumentType.OBSERVABLE_GAUGE ? AggregationTemporality.DELTA : AggregationTemporality.CUMULATIVE) });
  }
  protected override onForceFlush(): Promise<void> {
    return Promise.resolve();
  }
  protected override onShutdown(): Promise<void> {
    return Promise.resolve();
  }
}

type Binding = (provider: ApiMeterProvider) => void;

/**
 * Instruments are declared at import, before telemetry starts, so they bind on first use or when a provider arrives; the API's own
 * metrics have no such proxy. With an OTLP exporter there are two providers (ours for Prometheus, the SDK's for the exporter), and each instrument writes to both.
 */
class Registry {
  #reader: PullReader | undefined;
  #providers: ApiMeterProvider[] = [];
  readonly #bindings: Binding[] = [];

  /** Registers an instrument; it is bound to every provider there is and will be. */
  bind(binding: Binding): void {
    this.#ensure();
    this.#bindings.push(binding);
    for (const provider of this.#providers) binding(provider);
  }

  addProvider(provider: ApiMeterProvider): void {
    this.#ensure();
    this.#providers.push(provider);
    for (const binding of this.#bindings) binding(provider);
  }

  dropProvider(provider: ApiMeterProvider): void {
    this.#providers = this.#providers.filter(p => p !== provider);
  }

  async text(): Promise<{ readonly contentType: string; readonly body: string }> {
    const { resourceMetrics, errors } = await this.#ensure().collect();
    const body = new PrometheusSerializer(undefined, false, undefined, resource === undefined, true).serialize(
      resource === undefined ? resourceMetrics : { ...resourceMetrics, resource },
    );
    const failures = errors.map(e => `# a gauge could not be read: ${e instanceof Error ? e.message.replaceAll('\n', ' ') : 'unknown'}\n`).join('');
    return { contentType: 'text/plain; version=0.0.4; charset=utf-8', body: body + failures };
  }

  #ensure(): PullReader {
    if (this.#reader === undefined) {
      this.#reader = new PullReader();
      this.#providers.push(new MeterProvider({ readers: [this.#reader] }));
    }
    return this.#reader;
  }
}

const registry = new Registry();
let resource: Resource | undefined;
/** Called by `startTelemetry` alone: names the process in `target_info`. */
export const describeResource = (of: Resource): void => {
  resource = of;
};
export const addMeterProvider = (provider: ApiMeterProvider): void => {
  registry.addProvider(provider);
};
export const dropMeterProvider = (provider: ApiMeterProvider): void => {
  registry.dropProvider(provider);
};

const meterOf = (provider: ApiMeterProvider) => provider.getMeter('cadastre');

/** Metrics in the names of OpenTelemetry's semantic conventions: `cadastre.<thing>.<measure>`, the unit apart. */
export const metrics = {
  /** A sum that only grows. */
  counter(name: string, description: MetricDescription): { add(n: number, attributes?: Attributes): void } {
    const bound: Counter[] = [];
    registry.bind(provider => bound.push(meterOf(provider).createCounter(name, description)));
    return {
      add: (n, attributes) => {
        for (const counter of bound) counter.add(n, attributes);
      },
    };
  },

  /** A distribution. */
  histogram(name: string, description: HistogramDescription): { record(n: number, attributes?: Attributes): void } {
    const { buckets, ...rest } = description;
    const options: MetricOptions = { ...rest, advice: { explicitBucketBoundaries: [...(buckets ?? SECONDS)] } };
    const bound: Histogram[] = [];
    registry.bind(provider => bound.push(meterOf(provider).createHistogram(name, options)));
    return {
      record: (n, attributes) => {
        for (const histogram of bound) histogram.record(n, attributes);
      },
    };
  },

  /** A level, read at each collection. `remove()` when its owner closes, else it would be kept alive and reported for ever. */
  gauge(name: string, description: MetricDescription, read: () => number | readonly Reading[]): { remove(): void } {
    const observe = (result: ObservableResult): void => {
      const value = read();
      if (typeof value === 'number') result.observe(value);
      else for (const reading of value) result.observe(reading.value, reading.attributes);
    };
    const removers: (() => void)[] = [];
    registry.bind(provider => {
      const gauge = meterOf(provider).createObservableGauge(name, description);
      gauge.addCallback(observe);
      removers.push(() => {
        gauge.removeCallback(observe);
      });
    });
    return {
      remove: () => {
        for (const remove of removers) remove();
      },
    };
  },

  /** Everything, in Prometheus' text exposition. */
  text: (): Promise<{ readonly contentType: string; readonly body: string }> => registry.text(),
};
