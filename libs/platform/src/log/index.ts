import type { Writable } from 'node:stream';
import type { DestinationStream, Logger, LoggerOptions } from 'pino';
import { context, trace } from '@opentelemetry/api';
import { destination, pino, stdTimeFunctions } from 'pino';

export type { Logger } from 'pino';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

// Names under which a secret could reach a line. Redaction is the second fence: the first is not to log objects one did not make.
const SECRET_KEYS = [
  'password', 'token', 'accessToken', 'access_token', 'authorization', 'cookie', 'credential', 'credentials', 'sealedCredential', 'kubeconfig',
  'secret', 'apiKey', 'privateKey', 'databaseUrl', 'DATABASE_URL', 'natsUrl', 'NATS_URL', 'idempotencyKey', 'sshKeys',
];
const REDACTED = SECRET_KEYS.flatMap(key => [key, `*.${key}`, `*.*.${key}`]);

const withTrace = (): object => {
  const span = trace.getSpanContext(context.active());
  return span === undefined ? {} : { trace_id: span.traceId, span_id: span.spanId };
};

/**
 * One JSON object a line: `level` as a word, `time` in RFC 3339, `process`, `version`, `msg`, and the ids of the active trace.
 * To stderr unless told otherwise, so that stdout stays for results. Never personal data, never a secret; making it pretty is a reader's job.
 */
export const createLogger = (options: {
  readonly process: string;
  readonly version: string;
  readonly level?: LogLevel;
  readonly destination?: 'stdout' | 'stderr' | Writable;
}): Logger => {
  const settings: LoggerOptions = {
    level: options.level ?? 'info',
    base: { process: options.process, version: options.version, pid: process.pid },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: label => ({ level: label }) },
    mixin: withTrace,
    redact: { paths: REDACTED, censor: '[redacted]' },
  };
  return pino(settings, streamOf(options.destination ?? 'stderr'));
};

const streamOf = (to: 'stdout' | 'stderr' | Writable): DestinationStream =>
  // Synchronous: the lines before a crash are the ones that matter.
  typeof to === 'string' ? destination({ fd: to === 'stdout' ? 1 : 2, sync: true }) : to;

/** For specs and for code that must not speak. */
export const silentLogger = (): Logger => pino({ level: 'silent' });
