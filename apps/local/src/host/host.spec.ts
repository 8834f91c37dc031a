import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { Child, type ChildSpec } from './child.ts';
import { freePorts, LOOPBACK, requireFree } from './ports.ts';
import { identify, isAlive } from './process.ts';
import { StackError } from './stack-error.ts';
import { StateDir } from './state-dir.ts';

let folder = '';
let children: Child[] = [];
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'cadastre-host-')); });
afterEach(async () => {
  await Promise.all(children.map((c) => c.stop()));
  children = [];
  rmSync(folder, { recursive: true, force: true });
});

const silent = { say: () => undefined, reborn: () => undefined };
const LIVES = 'setInterval(() => undefined, 1000)';

function livingProcess(): number {
  const child = spawn(process.execPath, ['-e', LIVES], { stdio: 'ignore' });
  onTestFinished(() => { child.kill('SIGKILL'); });
  if (child.pid === undefined) throw new Error('no process');
  return child.pid;
}

async function refusal(act: () => Promise<unknown>): Promise<StackError> {
  try {
    await act();
  } catch (e) {
    if (e instanceof StackError) return e;
    throw e;
  }
  throw new Error('nothing was refused');
}

describe('a state folder', () => {
  it('belongs to one living stack: a second claim is refused with the pid', async () => {
    await StateDir.claim(folder, () => undefined);
    const said = await refusal(() => StateDir.claim(folder, () => undefined));
    expect(said.code).toBe('STATE_IN_USE');
    expect(said.message).toContain(`process ${process.pid}`);
  });

  it('of a dead stack is taken over, and the children it left are ended', async () => {
    const orphan = identify(livingProcess());
    writeFileSync(join(folder, 'owner.json'), JSON.stringify({ pid: process.pid, startedAt: 'another life' }));
    writeFileSync(join(folder, 'children.json'), JSON.stringify({ postgres: orphan }));
    const said: string[] = [];
    await StateDir.claim(folder, (line) => { said.push(line); });
    expect(said).toEqual([`ending postgres (process ${orphan?.pid}), left over from a stack that was killed`]);
    expect(orphan !== undefined && isAlive(orphan)).toBe(false);
  });

  it('a recorded pid that now belongs to another process is left alone', async () => {
    const pid = livingProcess();
    writeFileSync(join(folder, 'children.json'), JSON.stringify({ postgres: { pid, startedAt: 'another life' } }));
    await StateDir.claim(folder, () => undefined);
    expect(identify(pid)).toBeDefined();
  });

  it('given back can be claimed again', async () => {
    (await StateDir.claim(folder, () => undefined)).release();
    await expect(StateDir.claim(folder, () => undefined)).resolves.toBeDefined();
  });
});

describe('a port', () => {
  it('in use is refused by number, purpose, holder and remedy', async () => {
    const server = createServer().listen(0, LOOPBACK);
    await once(server, 'listening');
    onTestFinished(() => { server.close(); });
    const { port } = server.address() as AddressInfo;
    const said = await refusal(() => requireFree('postgres', port));
    expect(said.message).toContain(`Port ${port} on 127.0.0.1, meant for postgres, is in use`);
    if (process.platform === 'linux') expect(said.message).toContain(`process ${process.pid} `);
    expect(said.remedy).toContain('--port-base');
  });

  it('asked for many at once never comes twice', async () => {
    const ports = await freePorts(50);
    expect(new Set(ports).size).toBe(50);
  });
});

describe('a child process', () => {
  const spec = (script: string, more: Partial<ChildSpec> = {}): ChildSpec => ({
    name: 'probe', command: process.execPath, args: ['-e', script], env: {}, cwd: folder,
    ready: () => Promise.resolve(true), startTimeoutMs: 10_000, stopSignal: 'SIGTERM', stopGraceMs: 5_000, remedy: 'Do this.', ...more,
  });
  const make = async (s: ChildSpec): Promise<Child> => {
    const child = new Child(s, await StateDir.claim(folder, () => undefined), silent);
    children.push(child);
    return child;
  };

  it('that dies while starting is told with its exit code, its last log lines and the remedy', async () => {
    const child = await make(spec('console.error("no such database"); process.exit(3)', { ready: () => Promise.resolve(false) }));
    const said = await refusal(() => child.start());
    expect(said.code).toBe('CHILD_DIED');
    expect(said.message).toContain('probe ended while starting (exit code 3).');
    expect(said.message).toContain('no such database');
    expect(said.remedy).toBe('Do this.');
  });

  it('that is not there at all is told too', async () => {
    const child = await make(spec('', { command: join(folder, 'absent'), ready: () => Promise.resolve(false) }));
    expect((await refusal(() => child.start())).message).toContain('ENOENT');
  });

  it('that never answers is ended after its start timeout', async () => {
    const child = await make(spec(LIVES, { ready: () => Promise.resolve(false), startTimeoutMs: 300 }));
    expect((await refusal(() => child.start())).code).toBe('START_TIMEOUT');
    expect(child.pid).toBeUndefined();
  });

  it('killed after it was ready comes back with another pid', async () => {
    const child = await make(spec(LIVES));
    await child.start();
    const first = child.pid;
    child.kill('SIGKILL');
    await expect.poll(() => child.starts, { timeout: 10_000 }).toBe(2);
    await child.waitReady(10_000);
    expect(child.pid).not.toBe(first);
  });

  it('killed while restarts are paused stays dead until they are resumed', async () => {
    const child = await make(spec(LIVES));
    await child.start();
    child.pauseRestarts();
    child.kill('SIGKILL');
    await expect.poll(() => child.state).toBe('paused');
    // Three times the backoff: it would be back by then.
    await expect(child.waitReady(600)).rejects.toThrow('still paused');
    child.resumeRestarts();
    await child.waitReady(10_000);
    expect(child.starts).toBe(2);
  });

  it('stopped while it still starts gets its stop signal once: a second one would cut short what it finishes', async () => {
    const finishing = 'let n = 0; process.on("SIGTERM", () => { n += 1; require("fs").writeFileSync("term" + n, ""); setTimeout(() => process.exit(), 300); });';
    const there = (name: string): boolean => existsSync(join(folder, name));
    const child = await make(spec(`${finishing} require("fs").writeFileSync("up", ""); ${LIVES}`, { ready: () => Promise.resolve(there('term1')) }));
    const started = child.start().catch((e: unknown) => e);
    await expect.poll(() => there('up'), { timeout: 10_000 }).toBe(true);
    await child.stop();
    expect(await started).toBeInstanceOf(StackError);
    expect([there('term1'), there('term2')]).toEqual([true, false]);
  });

  it('deaf to its stop signal is killed after the grace, and is then forgotten', async () => {
    const child = await make(spec(`process.on("SIGTERM", () => undefined); require("fs").writeFileSync("deaf", ""); ${LIVES}`, { stopGraceMs: 200, ready: () => Promise.resolve(existsSync(join(folder, 'deaf'))) }));
    await child.start();
    const id = identify(child.pid ?? 0);
    await child.stop();
    expect(id !== undefined && isAlive(id)).toBe(false);
    expect(readFileSync(join(folder, 'children.json'), 'utf8')).toBe('{}\n');
  });
});
