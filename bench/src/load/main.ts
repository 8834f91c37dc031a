// A process of its own, started by the benchmarks where there is no wrk: one argument, the Post as JSON; one line out, the Summary.
import { Agent, request } from 'node:http';
import type { Post, Summary } from './post.ts';

const load = JSON.parse(process.argv[2] ?? '{}') as Post;
const { question: q } = load;
const agent = new Agent({ keepAlive: true, maxSockets: load.connections });
const latencies: number[] = [];
let [number, wrong, broken, sample] = [0, 0, 0, ''];

const body = (): string => {
  if (q.kind === 'same') return q.body;
  number += 1;
  return q.parts.join(`${q.prefix}${number}`);
};
const right = (status: number, text: string): boolean => status === 200 && (q.kind === 'same' ? Buffer.byteLength(text) === q.expectedBytes : text.includes('"GpuInstancesAccepted"'));

const once = (): Promise<void> => new Promise((resolve) => {
  const text = body();
  const started = performance.now();
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${load.token}`, 'content-length': Buffer.byteLength(text) };
  const sent = request(load.url, { method: 'POST', headers, agent, timeout: 20_000 }, (response) => {
    let answer = '';
    response.setEncoding('utf8').on('data', (part: string) => { answer += part; });
    response.once('end', () => {
      latencies.push((performance.now() - started) * 1e3);
      if (!right(response.statusCode ?? 0, answer)) {
        wrong += 1;
        sample ||= `${response.statusCode ?? 0} ${answer}`.slice(0, 600);
      }
      resolve();
    });
  });
  sent.once('timeout', () => sent.destroy(new Error('timeout')));
  sent.once('error', () => { broken += 1; resolve(); });
  sent.end(text);
});

const started = performance.now();
const until = started + load.seconds * 1_000;
await Promise.all(Array.from({ length: load.connections }, async () => { while (performance.now() < until) await once(); }));
const micros = (performance.now() - started) * 1e3;
agent.destroy();
latencies.sort((a, b) => a - b);
const quantile = (share: number): number => latencies[Math.floor((latencies.length - 1) * share)] ?? 0;
const summary: Summary = { requests: latencies.length, micros, wrong, broken, p50: quantile(0.5), p99: quantile(0.99), sample };
process.stdout.write(`${JSON.stringify(summary)}\n`);
