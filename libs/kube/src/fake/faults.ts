import type { About, Answer, KubeProblemCode, Time, Verb } from '../client/index.ts';
import { pause, problem } from '../client/index.ts';

/** Which requests a fault hits; all of them when empty. */
export interface Target {
  readonly verb?: Verb;
  /** Start of the object's name as problems show it: `Pod`, `Pod ns/name`. */
  readonly object?: string;
}

interface Fault extends Target {
  left: number;
  readonly code: KubeProblemCode;
  /** `lost`: the write happens and its answer does not arrive, as when a connection breaks in between. */
  readonly when: 'before' | 'lost';
  readonly retryAfterMs: number | undefined;
}

export interface Call {
  readonly verb: Verb;
  readonly object: string;
}

/** Trouble on demand, and the record of what was asked: the fake's network. */
export class Faults {
  /** Every request that reached the server, in order. */
  readonly calls: Call[] = [];
  readonly #time: Time;
  readonly #faults: Fault[] = [];
  #delayMs = 0;

  constructor(time: Time) { this.#time = time; }

  /** The next `times` matching requests fail without effect. */
  failNext(times: number, code: KubeProblemCode, target: Target & { readonly retryAfterMs?: number } = {}): void {
    this.#faults.push({ ...target, left: times, code, when: 'before', retryAfterMs: target.retryAfterMs });
  }

  /** The next `times` matching requests take effect but are answered `UNREACHABLE`. */
  loseAnswers(times: number, target: Target = {}): void {
    this.#faults.push({ ...target, left: times, code: 'UNREACHABLE', when: 'lost', retryAfterMs: undefined });
  }

  /** Every request waits this long first, on the injected time. */
  delay(ms: number): void { this.#delayMs = ms; }

  /** Requests recorded that change something. */
  get writes(): readonly Call[] {
    return this.calls.filter(c => c.verb === 'apply' || c.verb === 'apply-status' || c.verb === 'delete');
  }

  async pass<T>(about: About, signal: AbortSignal | undefined, serve: () => Answer<T>): Promise<Answer<T>> {
    this.calls.push({ verb: about.verb, object: about.object });
    if (this.#delayMs > 0) await pause(this.#time, this.#delayMs, signal);
    else await Promise.resolve();
    if (signal?.aborted === true) return problem(about, 'CANCELLED', 'given up by the caller');
    const fault = this.#faults.find(f => f.left > 0 && (f.verb === undefined || f.verb === about.verb) && about.object.startsWith(f.object ?? ''));
    if (fault === undefined) return serve();
    fault.left--;
    if (fault.when === 'lost') serve();
    return problem(about, fault.code, `injected ${fault.code}`, fault.retryAfterMs === undefined ? {} : { retryAfterMs: fault.retryAfterMs });
  }
}
