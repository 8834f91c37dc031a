import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:https';
import { isIP } from 'node:net';
import { connect } from 'node:tls';
import type { AuditSink } from '@cadastre/domain/sink';
import { framed, LINE_VIEWS, syslog } from '@cadastre/domain/view';
import type { LeafPlace, ViewedEvent } from '@cadastre/domain/view';
import { openParquet } from '../export/parquet.ts';
import { addressOf } from './address.ts';
import type { SinkDeps } from './deps.ts';

/** Leaves [first, end) of one log, parsed, with where they stand. */
export interface Batch {
  readonly first: number;
  readonly end: number;
  readonly origin: string;
  readonly rows: readonly { readonly event: ViewedEvent; readonly place: LeafPlace; readonly line: string }[];
}
type Delivery = (deps: SinkDeps, sink: AuditSink, batch: Batch) => Promise<void>;

const lines = ({ format }: AuditSink, { rows }: Batch): readonly string[] => {
  if (format === 'parquet') throw new Error('Parquet is written to files only');
  return rows.map(r => LINE_VIEWS[format](r.event, r.place));
};

/** One connection a batch: RFC 5425 acknowledges nothing, so what counts is that the receiver took every octet and closed in order after us. */
const syslogTls: Delivery = async (deps, sink, batch) => {
  const colon = sink.endpoint.lastIndexOf(':');
  const host = sink.endpoint.slice(0, colon).replace(/^\[|\]$/g, '');
  const { address } = await addressOf(host, deps.addresses);
  const socket = connect({ host: address, port: Number(sink.endpoint.slice(colon + 1)), ...(isIP(host) === 0 ? { servername: host } : {}), ...(sink.caPem === undefined ? {} : { ca: sink.caPem }), timeout: deps.deliverMs, minVersion: 'TLSv1.2' });
  socket.on('timeout', () => socket.destroy(new Error(`no answer within ${String(deps.deliverMs)} ms`)));
  try {
    await once(socket, 'secureConnect');
    const texts = lines(sink, batch);
    const sent = batch.rows.map((r, i) => framed(syslog(r.event, r.place, texts[i] ?? ''), t => Buffer.byteLength(t))).join('');
    // The receiver says nothing, but its end has to be read for it to be seen.
    socket.resume();
    socket.end(sent);
    await once(socket, 'close');
    if (socket.errored !== null) throw socket.errored;
  } finally {
    socket.destroy();
  }
};

const https: Delivery = async (deps, sink, batch) => {
  const url = new URL(sink.endpoint);
  const { address, family } = await addressOf(url.hostname, deps.addresses);
  const texts = lines(sink, batch);
  const body = Buffer.from(sink.format === 'cloudevents' ? `[${texts.join(',')}]` : texts.map(t => `${t}\n`).join(''));
  const token = await deps.tokenOf(sink.id);
  const sent = request(url, {
    method: 'POST', timeout: deps.deliverMs, signal: AbortSignal.timeout(deps.deliverMs), ...(sink.caPem === undefined ? {} : { ca: sink.caPem }),
    // All records or one, as Node asks for it: the address that was judged.
    lookup: (_host, options, done) => { if (options.all === true) done(null, [{ address, family }]); else done(null, address, family); },
    headers: {
      'content-type': sink.format === 'cloudevents' ? 'application/cloudevents-batch+json' : sink.format === 'cef' ? 'text/plain; charset=utf-8' : 'application/x-ndjson', 'content-length': body.length,
      // The same leaves have the same key, so that a receiver may know a repetition.
      'idempotency-key': createHash('sha256').update(`${sink.id}|${batch.origin}|${String(batch.first)}|${String(batch.end)}`).digest('hex'),
      'cadastre-log': batch.origin, 'cadastre-first': String(batch.first), 'cadastre-end': String(batch.end), ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
  });
  sent.end(body);
  const [answer] = (await once(sent, 'response')) as [{ readonly statusCode?: number; resume: () => void }];
  answer.resume();
  // A redirection is no acceptance: it would carry the events to a place that nobody declared.
  if (answer.statusCode === undefined || answer.statusCode < 200 || answer.statusCode > 299) throw new Error(`the receiver answered ${String(answer.statusCode)}`);
};

const EXTENSION = { ocsf: 'jsonl', cadf: 'jsonl', ecs: 'jsonl', cloudevents: 'jsonl', cef: 'txt', parquet: 'parquet' } as const;
/** Names that sort as the log does; a batch that is sent again has the same name and the same bytes, which the storage takes. */
const files: Delivery = async (deps, sink, batch) => {
  const number = (n: number): string => String(n).padStart(16, '0');
  const name = `sinks/${sink.id}/${batch.origin.replaceAll('/', '~')}/${number(batch.first)}-${number(batch.end)}.${EXTENSION[sink.format]}`;
  await deps.objects.put(name, sink.format === 'parquet' ? parquet(batch) : Buffer.from(lines(sink, batch).map(t => `${t}\n`).join('')));
};
const parquet = ({ rows }: Batch): Uint8Array => {
  const file = openParquet();
  return Buffer.concat([...rows.map(r => file.add(r.event, r.place, r.line)), file.end()]);
};

/** Sends one batch whole, or throws in words for the sink's `failure`. */
export const deliver: Delivery = (deps, sink, batch) => ({ SYSLOG_TLS: syslogTls, HTTPS: https, FILES: files })[sink.kind](deps, sink, batch);
