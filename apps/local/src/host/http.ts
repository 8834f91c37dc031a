import { get as httpGet } from 'node:http';
import { get as httpsGet } from 'node:https';

export interface Tls { readonly ca: string; readonly cert?: string; readonly key?: string }

const PROBE_TIMEOUT_MS = 2_000;

/** One GET; rejects when nothing answers within 2 s. `node:http` and not `fetch`: fetch refuses some ports, and pools. */
export function probe(url: string, tls?: Tls): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const options = { agent: false as const, timeout: PROBE_TIMEOUT_MS, ...tls };
    const request = (url.startsWith('https:') ? httpsGet : httpGet)(url, options, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => { body += chunk; });
      response.on('end', () => { resolve({ status: response.statusCode ?? 0, body }); });
      response.on('error', reject);
    });
    request.on('timeout', () => { request.destroy(new Error(`no answer from ${url} within ${PROBE_TIMEOUT_MS} ms`)); });
    request.on('error', reject);
  });
}

/** True when the URL answers 200. */
export async function healthy(url: string, tls?: Tls): Promise<boolean> {
  return (await probe(url, tls)).status === 200;
}
