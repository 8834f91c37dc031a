import { afterEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../log/index.ts';
import { createShutdown, runMain } from './index.ts';

const LISTENED = ['SIGUSR2'] as const;
afterEach(() => {
  process.removeAllListeners('SIGUSR2');
});

const bench = (graceMs = 1_000) => {
  const exits: number[] = [];
  const shutdown = createShutdown({ log: silentLogger(), graceMs, signals: [...LISTENED], exit: code => exits.push(code) });
  return { shutdown, exits };
};

describe('shutdown', () => {
  it('closes newest first on a signal and ends with 0', async () => {
    const { shutdown, exits } = bench();
    const closed: string[] = [];
    for (const name of ['database', 'nats', 'server']) shutdown.add(name, () => Promise.resolve(closed.push(name)));
    process.kill(process.pid, 'SIGUSR2');
    expect(await shutdown.done).toBe(0);
    expect(closed).toEqual(['server', 'nats', 'database']);
    expect(exits).toEqual([0]);
    expect(shutdown.signal.aborted).toBe(true);
  });

  it('goes on when one closing fails', async () => {
    const { shutdown } = bench();
    let closed = false;
    shutdown.add('database', () => Promise.resolve((closed = true)));
    shutdown.add('nats', () => Promise.reject(new Error('no')));
    shutdown.begin('spec');
    expect(await shutdown.done).toBe(0);
    expect(closed).toBe(true);
  });

  it('ends with 1 when the grace runs out', async () => {
    const { shutdown } = bench(30);
    shutdown.add('stuck', () => new Promise(() => undefined));
    shutdown.begin('spec');
    expect(await shutdown.done).toBe(1);
  });

  it('begins once', async () => {
    const { shutdown, exits } = bench();
    shutdown.begin('first', 3);
    shutdown.begin('second', 4);
    expect(await shutdown.done).toBe(3);
    expect(exits).toEqual([3]);
  });

  it('ends at once at the second signal', async () => {
    const { shutdown, exits } = bench();
    const reached = Promise.withResolvers<undefined>();
    shutdown.add('slow', () => {
      reached.resolve(undefined);
      return new Promise(() => undefined);
    });
    process.emit('SIGUSR2', 'SIGUSR2');
    await reached.promise;
    process.emit('SIGUSR2', 'SIGUSR2');
    expect(exits).toEqual([1]);
  });

  it('turns a main that cannot start into an orderly way down with 1', async () => {
    const { shutdown } = bench();
    let closed = false;
    shutdown.add('half-open', () => Promise.resolve((closed = true)));
    await runMain({ process: 'spec', shutdown, log: silentLogger() }, () => Promise.reject(new Error('no database')));
    expect(await shutdown.done).toBe(1);
    expect(closed).toBe(true);
    process.removeAllListeners('uncaughtException');
  });
});
