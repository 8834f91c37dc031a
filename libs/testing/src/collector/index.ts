import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What one request of an exporter brought. */
export interface Sent {
  readonly path: string;
  readonly body: string;
}
/** A collector of OTLP over HTTP, in memory. */
export interface Collector {
  /** What makes a process send its spans and metrics here, in JSON and soon. */
  readonly env: Readonly<Record<string, string>>;
  /** As it came, oldest first. */
  readonly sent: readonly Sent[];
  close(): Promise<void>;
}

export const startCollector = async (): Promise<Collector> => {
  const sent: Sent[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    void text(request).then(body => {
      sent.push({ path: request.url ?? '', body });
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>(done => { server.listen(0, '127.0.0.1', done); });
  return {
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json', OTEL_TRACES_EXPORTER: 'otlp', OTEL_METRICS_EXPORTER: 'otlp', OTEL_LOGS_EXPORTER: 'none',
      OTEL_BSP_SCHEDULE_DELAY: '200', OTEL_METRIC_EXPORT_INTERVAL: '1000', OTEL_METRIC_EXPORT_TIMEOUT: '1000',
    },
    sent,
    close: async () => {
      server.closeAllConnections();
      await new Promise(done => { server.close(done); });
    },
  };
};
