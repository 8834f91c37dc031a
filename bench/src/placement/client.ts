import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { at } from '../site/door.ts';

const RESOURCE = 'PGPU';
const HEADERS = { 'x-auth-token': 'admin', 'openstack-api-version': 'placement 1.36', 'content-type': 'application/json', accept: 'application/json' };
/** Callers at once while the providers are declared. */
const CALLERS = 4;

interface Answer { readonly status: number; readonly text: string }

/** Placement's HTTP API as Nova's client uses it, as far as a claim needs it. */
export class PlacementClient {
  readonly #port: number;
  // gunicorn's synchronous workers close after each answer; an agent that keeps connections would meet closed ones.
  readonly #agent = new Agent({ keepAlive: false });

  constructor(port: number) {
    this.#port = port;
  }

  /** Providers with this many GPUs each; their uuids. */
  async declare(count: number, gpus: number, signal: AbortSignal): Promise<readonly string[]> {
    const uuids = Array.from({ length: count }, () => randomUUID());
    const queue = uuids.entries();
    const caller = async (): Promise<void> => {
      for (const [n, uuid] of queue) {
        signal.throwIfAborted();
        await this.#expect([200, 201], 'POST', '/resource_providers', { uuid, name: `bench-${n}` });
        const inventory = { total: gpus, reserved: 0, min_unit: 1, max_unit: gpus, step_size: 1, allocation_ratio: 1 };
        await this.#expect([200], 'PUT', `/resource_providers/${uuid}/inventories`, { resource_provider_generation: 0, inventories: { [RESOURCE]: inventory } });
      }
    };
    await Promise.all(Array.from({ length: CALLERS }, caller));
    return uuids;
  }

  /** Providers that one GPU fits on, at most this many. */
  async candidates(limit: number): Promise<readonly string[]> {
    const answer = await this.#expect([200], 'GET', `/allocation_candidates?resources=${RESOURCE}:1&limit=${limit}`);
    const summaries = at(JSON.parse(answer.text), 'provider_summaries');
    return typeof summaries === 'object' && summaries !== null ? Object.keys(summaries) : [];
  }

  /** False: somebody else changed the provider at the same time (409). */
  async claim(consumer: string, provider: string): Promise<boolean> {
    const body = { allocations: { [provider]: { resources: { [RESOURCE]: 1 } } }, project_id: 'bench', user_id: 'bench', consumer_generation: null };
    return (await this.#expect([204, 409], 'PUT', `/allocations/${consumer}`, body)).status === 204;
  }

  async #expect(statuses: readonly number[], method: string, path: string, body?: object): Promise<Answer> {
    const answer = await this.#send(method, path, body === undefined ? '' : JSON.stringify(body));
    if (!statuses.includes(answer.status)) throw new Error(`Placement answered ${answer.status} to ${method} ${path}: ${answer.text.slice(0, 400)}`);
    return answer;
  }

  #send(method: string, path: string, body: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const headers = { ...HEADERS, ...(body === '' ? {} : { 'content-length': Buffer.byteLength(body) }) };
      const sent = request({ host: '127.0.0.1', port: this.#port, method, path, headers, agent: this.#agent, timeout: 30_000 }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => { text += part; });
        response.once('end', () => { resolve({ status: response.statusCode ?? 0, text }); });
        response.once('error', reject);
      });
      sent.once('timeout', () => { sent.destroy(new Error(`no answer to ${method} ${path} within 30 s`)); });
      sent.once('error', reject);
      sent.end(body);
    });
  }
}
