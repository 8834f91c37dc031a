export { currentTraceparent, formatTraceparent, parseTraceparent, withTraceparent } from './context.ts';
export { inSpan, type SpanDescription } from './span.ts';
export { metrics, type HistogramDescription, type MetricDescription, type Reading } from './metrics.ts';
export { startTelemetry, type Telemetry } from './telemetry.ts';
