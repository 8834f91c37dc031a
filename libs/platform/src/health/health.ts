import { metrics } from '../otel/index.ts';

/** Answers undefined when well, or a sentence that names what is missing. May throw: the message is then the sentence. */
export interface HealthCheck {
  readonly name: string;
  check(): Promise<string | undefined>;
}

export interface HealthAnswer {
  readonly status: 200 | 503;
  readonly contentType: string;
  readonly body: string;
}

export interface Health {
  add(check: HealthCheck): void;
  /** The process turns its event loop. Never looks at anything else: restarting it would not mend a database. */
  livez(): HealthAnswer;
  /** Every check, at the same time, each with at most `timeoutMs`. */
  readyz(): Promise<HealthAnswer>;
  /** Prometheus' text exposition. */
  metrics(): Promise<HealthAnswer>;
  /** The answer for a path, or undefined when the path is not ours: the same three for node:http and for the doors' Fastify. */
  answer(path: string): Promise<HealthAnswer> | undefined;
}

const json = (status: 200 | 503, body: object): HealthAnswer => ({ status, contentType: 'application/json; charset=utf-8', body: `${JSON.stringify(body)}\n` });

const ask = async (check: HealthCheck, timeoutMs: number): Promise<readonly [string, string | undefined]> => {
  const { promise: late, resolve } = Promise.withResolvers<string>();
  const timer = setTimeout(() => {
    resolve(`no answer within ${String(timeoutMs)} ms`);
  }, timeoutMs);
  try {
    return [check.name, await Promise.race([check.check(), late])];
  } catch (error) {
    return [check.name, error instanceof Error ? error.message : String(error)];
  } finally {
    clearTimeout(timer);
  }
};

/** `timeoutMs` (default 2,000) bounds each check: a probe that hangs is a probe that fails. */
export const createHealth = (options: { readonly checks?: readonly HealthCheck[]; readonly timeoutMs?: number } = {}): Health => {
  const checks = [...(options.checks ?? [])];
  const timeoutMs = options.timeoutMs ?? 2_000;

  const livez = (): HealthAnswer => json(200, { live: true });
  const readyz = async (): Promise<HealthAnswer> => {
    const answers = await Promise.all(checks.map(check => ask(check, timeoutMs)));
    const missing = Object.fromEntries(answers.filter(([, sentence]) => sentence !== undefined));
    const ready = Object.keys(missing).length === 0;
    return json(ready ? 200 : 503, { ready, missing });
  };
  const exposition = async (): Promise<HealthAnswer> => ({ status: 200, ...(await metrics.text()) });

  return {
    add: check => {
      checks.push(check);
    },
    livez,
    readyz,
    metrics: exposition,
    answer: path => {
      switch (path) {
        case '/livez':
          return Promise.resolve(livez());
        case '/readyz':
          return readyz();
        case '/metrics':
          return exposition();
        default:
          return undefined;
      }
    },
  };
};
