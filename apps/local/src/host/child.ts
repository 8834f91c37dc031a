import { spawn, type ChildProcess } from 'node:child_process';
import { appendFileSync, closeSync, openSync, renameSync, statSync } from 'node:fs';
import { setTimeout as after } from 'node:timers/promises';
import { lastLines, START_MARK } from './log-tail.ts';
import { signal } from './process.ts';
import { StackError } from './stack-error.ts';
import type { StateDir } from './state-dir.ts';

/** What to run, how to know that it answers, how to end it. */
export interface ChildSpec {
  /** Unique in its stack; names the log file and the entry in run.json. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment: nothing leaks in from the shell unless it is named here. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** The user to run as; only given when we are root. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** True once the child answers. A throw or false means: not yet. */
  readonly ready: () => Promise<boolean>;
  readonly startTimeoutMs: number;
  readonly stopSignal: NodeJS.Signals;
  /** How long an orderly end may take before SIGKILL. */
  readonly stopGraceMs: number;
  /** What the reader can do when it does not start. */
  readonly remedy: string;
  /** Runs before each start: removes what a crash left behind. */
  readonly beforeStart?: () => void;
}

/** `say` is for a person; `reborn` is called after each restart, when the child has a new pid and answers again. */
export interface Tell {
  readonly say: (line: string) => void;
  readonly reborn: () => void;
}

export type ChildState = 'stopped' | 'starting' | 'ready' | 'waiting' | 'paused' | 'stopping';

const READY_POLL_MS = 50;
const FIRST_BACKOFF_MS = 200;
const MAX_BACKOFF_MS = 5_000;
/** A child that has lived this long is healthy again: its next death starts the backoff anew. */
const HEALED_AFTER_MS = 30_000;
/** Say it once in this many failures: a person should know, a terminal should not be flooded. */
const FAILURES_PER_SENTENCE = 4;
const LOG_LIMIT_BYTES = 10_000_000;

/**
 * One child process kept alive. Before its first readiness a death is an error for the caller (a wrong flag will not
 * heal); after it, a death is weather: restart with backoff, because that is what makes `kill -9` heal without a hand.
 */
export class Child {
  readonly spec: ChildSpec;
  state: ChildState = 'stopped';
  /** Starts so far, restarts included. */
  starts = 0;
  #dir: StateDir;
  #say: (line: string) => void;
  #reborn: () => void;
  #process: ChildProcess | undefined;
  #exited: Promise<void> = Promise.resolve();
  #lastExit = '';
  #ending: Promise<void> | undefined;
  #failures = 0;
  #loop: Promise<void> = Promise.resolve();
  #wake = new AbortController();
  #holdRestarts = false;

  constructor(spec: ChildSpec, dir: StateDir, tell: Tell) {
    this.spec = spec;
    this.#dir = dir;
    this.#say = tell.say;
    this.#reborn = tell.reborn;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  get logFile(): string {
    return this.#dir.file('logs', `${this.spec.name}.log`);
  }

  /** Starts and waits until it answers. Throws CHILD_DIED or START_TIMEOUT with the last log lines. */
  async start(): Promise<void> {
    const size = statSync(this.logFile, { throwIfNoEntry: false })?.size ?? 0;
    if (size > LOG_LIMIT_BYTES) this.#rotate();
    try {
      await this.#startOnce();
    } catch (e) {
      await this.#end();
      throw e;
    }
    this.#loop = this.#keepAlive();
  }

  /** Ends it in order; SIGKILL to its whole group after the grace. Idempotent. */
  async stop(): Promise<void> {
    if (this.state === 'stopped') return;
    this.state = 'stopping';
    this.#wake.abort();
    await this.#end();
    await this.#loop;
    this.state = 'stopped';
    this.#dir.forgetChild(this.spec.name);
  }

  /** Sends a signal to the process itself, as a fault would. */
  kill(name: NodeJS.Signals): void {
    if (this.pid !== undefined) signal(this.pid, name);
  }

  /** A dead child stays dead until `resumeRestarts`. */
  pauseRestarts(): void {
    this.#holdRestarts = true;
  }

  resumeRestarts(): void {
    this.#holdRestarts = false;
    this.#wake.abort();
  }

  /** Waits until the child answers (again). Rejects after `timeoutMs`. */
  async waitReady(timeoutMs: number): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (this.state !== 'ready' || !(await this.#answers())) {
      if (Date.now() > deadline) {
        throw new StackError('START_TIMEOUT', `${this.spec.name} is still ${this.state} after ${timeoutMs / 1000} s.${this.#tail()}`, this.spec.remedy);
      }
      await after(READY_POLL_MS);
    }
  }

  async #startOnce(): Promise<void> {
    this.state = 'starting';
    this.spec.beforeStart?.();
    this.#spawn();
    const deadline = Date.now() + this.spec.startTimeoutMs;
    while (!(await this.#answers())) {
      if (this.#process === undefined) {
        throw new StackError('CHILD_DIED', `${this.spec.name} ended while starting (${this.#lastExit}).${this.#tail()}`, this.spec.remedy);
      }
      if (Date.now() > deadline) {
        throw new StackError('START_TIMEOUT', `${this.spec.name} did not answer within ${this.spec.startTimeoutMs / 1000} s.${this.#tail()}`, this.spec.remedy);
      }
      await after(READY_POLL_MS);
    }
    // Whatever answered may be a stranger on our port while our child has died of it: the process itself must be there.
    // And a stop that came while we asked must win.
    if (this.#process === undefined || this.#stopping()) {
      throw new StackError('CHILD_DIED', `${this.spec.name} ended while starting (${this.#lastExit}).${this.#tail()}`, this.spec.remedy);
    }
    this.state = 'ready';
  }

  #spawn(): void {
    this.#dir.folder('logs');
    appendFileSync(this.logFile, `${START_MARK}${new Date().toISOString()} start ${this.starts + 1}: ${this.spec.command}\n`);
    const log = openSync(this.logFile, 'a');
    // Its own process group: Ctrl-C in a terminal must reach the supervisor alone, which then ends all in order.
    const child = spawn(this.spec.command, this.spec.args, {
      cwd: this.spec.cwd, env: { ...this.spec.env }, detached: true, stdio: ['ignore', log, log],
      ...(this.spec.user ?? {}),
    });
    closeSync(log);
    this.starts += 1;
    this.#process = child;
    this.#exited = new Promise((resolve) => {
      const gone = (why: string): void => {
        if (this.#process === child) this.#process = undefined;
        this.#lastExit = why;
        resolve();
      };
      child.once('error', (e) => { gone(e.message); });
      child.once('exit', (code, by) => { gone(by === null ? `exit code ${code ?? '?'}` : `signal ${by}`); });
    });
    if (child.pid !== undefined) this.#dir.recordChild(this.spec.name, child.pid);
  }

  /** Waits for a death, then brings the child back, until told to stop. */
  async #keepAlive(): Promise<void> {
    while (!this.#stopping()) {
      const bornAt = Date.now();
      await this.#exited;
      if (this.#stopping()) return;
      if (Date.now() - bornAt > HEALED_AFTER_MS) this.#failures = 0;
      await this.#pauseBeforeRestart();
      if (this.#stopping()) return;
      try {
        await this.#startOnce();
        this.#reborn();
      } catch (e) {
        if (this.#stopping()) return;
        this.#failures += 1;
        if (this.#failures % FAILURES_PER_SENTENCE === 0) this.#say(`${this.spec.name} failed to come back ${this.#failures} times: ${e instanceof Error ? e.message : String(e)}\n  → ${this.spec.remedy}`);
        await this.#end();
      }
    }
  }

  async #pauseBeforeRestart(): Promise<void> {
    this.state = this.#holdRestarts ? 'paused' : 'waiting';
    await this.#sleep(this.#holdRestarts ? undefined : Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** this.#failures));
  }

  /** Sleeps, or until woken by stop or resume; undefined: until woken. */
  async #sleep(ms: number | undefined): Promise<void> {
    this.#wake = new AbortController();
    await after(ms ?? 2 ** 31 - 1, undefined, { signal: this.#wake.signal }).catch(() => undefined);
  }

  /** One end at a time: a second SIGTERM would tell the child to drop what it is finishing. */
  #end(): Promise<void> {
    this.#ending ??= this.#endOnce().finally(() => { this.#ending = undefined; });
    return this.#ending;
  }

  async #endOnce(): Promise<void> {
    const child = this.#process;
    if (child?.pid === undefined) return;
    signal(child.pid, this.spec.stopSignal);
    const patience = new AbortController();
    const late = after(this.spec.stopGraceMs, 'late', { signal: patience.signal }).catch(() => 'ended');
    if ((await Promise.race([this.#exited.then(() => 'ended'), late])) === 'late') {
      signal(-child.pid, 'SIGKILL');
      await this.#exited;
    }
    patience.abort();
  }

  #stopping(): boolean {
    return this.state === 'stopping' || this.state === 'stopped';
  }

  async #answers(): Promise<boolean> {
    try {
      return this.#process !== undefined && await this.spec.ready();
    } catch {
      return false;
    }
  }

  #tail(): string {
    const lines = lastLines(this.logFile, 8);
    return `\n  its log, ${this.logFile}, ends with:\n${lines.map((l) => `    ${l}`).join('\n')}`;
  }

  #rotate(): void {
    renameSync(this.logFile, `${this.logFile}.1`);
  }
}
