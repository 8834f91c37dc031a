import type { Logger } from 'pino';

export interface Shutdown {
  /** Registers something to close. Closed in reverse order of adding: what came up last goes down first. */
  add(name: string, close: () => Promise<unknown> | undefined): void;
  /** Aborted as soon as the shutdown begins: for loops that wait. */
  readonly signal: AbortSignal;
  /** Begins the shutdown; a second call changes nothing. */
  begin(why: string, exitCode?: number): void;
  /** Resolves with the exit code when everything is closed or the grace has run out. */
  readonly done: Promise<number>;
}

interface ShutdownOptions {
  readonly log: Logger;
  /** Milliseconds that all closings together may take before the process ends anyway with code 1. Default 10,000. */
  readonly graceMs?: number;
  /** Signals to listen to. Default SIGTERM and SIGINT. */
  readonly signals?: readonly NodeJS.Signals[];
  /** Ends the process. Default `process.exit`. */
  readonly exit?: (code: number) => void;
}

/**
 * One orderly way down for every process: on SIGTERM or SIGINT close what was added, newest first, then exit 0.
 * A closing that fails is logged and the others still run; a second signal ends the process at once, because somebody is losing patience.
 */
export const createShutdown = (options: ShutdownOptions): Shutdown => {
  const { log, graceMs = 10_000, signals = ['SIGTERM', 'SIGINT'] } = options;
  const exit = options.exit ?? ((code: number) => process.exit(code));
  const steps: { readonly name: string; readonly close: () => Promise<unknown> | undefined }[] = [];
  const abort = new AbortController();
  const { promise, resolve } = Promise.withResolvers<number>();

  const begin = (why: string, exitCode = 0): void => {
    if (abort.signal.aborted) return;
    log.info({ why }, 'shutting down');
    abort.abort(new Error(why));
    void closeWithin(steps, graceMs, log).then(clean => {
      for (const signal of signals) process.off(signal, onSignal);
      const code = clean ? exitCode : 1;
      resolve(code);
      exit(code);
    });
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    if (abort.signal.aborted) {
      log.warn({ signal }, 'second signal: ending at once');
      exit(1);
      return;
    }
    begin(signal);
  };
  for (const signal of signals) process.on(signal, onSignal);

  return {
    add: (name, close) => {
      steps.push({ name, close });
    },
    signal: abort.signal,
    begin,
    done: promise,
  };
};

const closeWithin = async (
  steps: readonly { readonly name: string; readonly close: () => Promise<unknown> | undefined }[],
  graceMs: number,
  log: Logger,
): Promise<boolean> => {
  let open = '';
  const closeAll = async (): Promise<boolean> => {
    for (const step of steps.toReversed()) {
      open = step.name;
      try {
        await step.close();
      } catch (error) {
        log.error({ err: error, step: step.name }, 'could not be closed cleanly');
      }
    }
    return true;
  };
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => {
    log.error({ step: open, graceMs }, 'still open when the grace ran out: ending anyway');
    resolve(false);
  }, graceMs);
  try {
    return await Promise.race([closeAll(), late]);
  } finally {
    clearTimeout(timer);
  }
};

/** Runs a main function; a failure to start is one line and an orderly way down with code 1, never an unhandled rejection. */
export const runMain = async (of: { readonly process: string; readonly shutdown: Shutdown; readonly log: Logger }, main: () => Promise<void>): Promise<void> => {
  const fatal = (what: string) => (error: unknown) => {
    of.log.fatal({ err: error }, `${of.process}: ${what}`);
    of.shutdown.begin(what, 1);
  };
  const exception = fatal('an exception that nobody caught');
  const rejection = fatal('a rejection that nobody caught');
  process.on('uncaughtException', exception);
  process.on('unhandledRejection', rejection);
  void of.shutdown.done.then(() => {
    process.off('uncaughtException', exception);
    process.off('unhandledRejection', rejection);
  });
  try {
    await main();
  } catch (error) {
    // Told to stop while starting: not a failure.
    if (!of.shutdown.signal.aborted) fatal('could not start')(error);
  }
};
