import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { parseVkey, verifierOf, verifyNote } from '@cadastre/tlog';
import { waitFor } from '@cadastre/testing/wait';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inventLog } from './log.fixture.ts';

const BIN = fileURLToPath(new URL('../../bin/cadastre.mjs', import.meta.url));
const log = inventLog('audit.example.fr');

let folder: string;
let url: string;
let vkey: string;
const alive = new Set<ChildProcess>();

const at = (name: string): string => join(folder, name);
const env = { PATH: process.env['PATH'], HOME: tmpdir(), LC_ALL: 'en' };
/** `limit`: 512-byte blocks that any file may have, as `ulimit -f` counts them; 0 is a disk with no room for a byte. */
const cadastre = (args: readonly string[], limit = 'unlimited'): ChildProcess => {
  const child = spawn('sh', ['-c', `ulimit -f ${limit}; exec "$@"`, 'sh', process.execPath, BIN, 'witness', ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  alive.add(child);
  child.once('exit', () => alive.delete(child));
  return child;
};
const ended = async (child: ChildProcess): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> => {
  const exit = new Promise<number | null>(done => child.once('exit', done));
  const [code, out, err] = await Promise.all([exit, text(child.stdout!), text(child.stderr!)]);
  return { code, out, err };
};
const serving = async (limit?: string): Promise<ChildProcess> => {
  const child = cadastre([...SERVE(), '--listen', '127.0.0.1:0'], limit);
  for await (const line of createInterface({ input: child.stderr! })) {
    const where = / listening on (\S+),/.exec(line)?.[1];
    if (where !== undefined) {
      url = where;
      break;
    }
  }
  child.stderr!.resume();
  return child;
};
const SERVE = (): readonly string[] => ['serve', '--key', at('key'), '--logs', at('logs'), '--state', at('state')];
const add = async (body: string): Promise<{ readonly status: number; readonly text: string }> => {
  const response = await fetch(`${url}/add-checkpoint`, { method: 'POST', body });
  return { status: response.status, text: await response.text() };
};
const killed = async (child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> => {
  const exit = new Promise<number | null>(done => child.once('exit', done));
  child.kill(signal);
  return exit;
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cadastre-witness-'));
  writeFileSync(at('logs'), `${log.vkey}\n`);
  vkey = (await ended(cadastre(['init', '--key', at('key'), '--name', 'witness.example/w1']))).out.trim();
});
afterEach(async () => {
  await Promise.all([...alive].map(child => killed(child, 'SIGKILL')));
  rmSync(folder, { recursive: true, force: true });
});

describe('cadastre witness', () => {
  it('init makes a key that only its owner can read, prints what to verify it with, and never replaces one', async () => {
    expect(statSync(at('key')).mode & 0o777).toBe(0o600);
    expect(parseVkey(vkey)).toMatchObject({ ok: true, value: { name: 'witness.example/w1', type: 4 } });
    const before = readFileSync(at('key'), 'utf8');
    const again = await ended(cadastre(['init', '--key', at('key'), '--name', 'witness.example/w1']));
    expect([again.code, again.out]).toEqual([2, '']);
    expect(again.err).toContain('exists already');
    expect(readFileSync(at('key'), 'utf8')).toBe(before);
  });

  it('serve cosigns with the key of init, and after kill -9 still knows what it cosigned', async () => {
    const first = await serving();
    const answer = await add(log.request(0, 9));
    const key = parseVkey(vkey);
    expect(key.ok && verifyNote(log.checkpoint(9) + answer.text, [verifierOf(key.value)]).ok).toBe(true);
    await killed(first, 'SIGKILL');
    await serving();
    expect(await add(log.request(0, 9, 'second'))).toEqual({ status: 409, text: '9\n' });
    expect((await add(log.request(9, 12))).status).toBe(200);
  });

  it('cosigns nothing while its disk is full, and loses nothing of what it knew', async () => {
    const first = await serving();
    await add(log.request(0, 9));
    await killed(first, 'SIGTERM');
    const full = await serving('0');
    const answer = await add(log.request(9, 12));
    expect([answer.status, answer.text.includes('—')]).toEqual([500, false]);
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
    expect(await killed(full, 'SIGTERM')).toBe(0);
    await serving();
    expect(await add(log.request(0, 9))).toEqual({ status: 409, text: '9\n' });
  });

  it('refuses to share its memory with another living witness', async () => {
    await serving();
    const other = await ended(cadastre([...SERVE(), '--listen', '127.0.0.1:0']));
    expect(other.code).toBe(2);
    expect(other.err).toContain('Another witness holds');
  });

  it('reads its list again at SIGHUP, and keeps the one it has when the new one is wrong', async () => {
    const other = inventLog('audit.other.fr');
    const witness = await serving();
    expect((await add(other.request(0, 3))).status).toBe(404);
    writeFileSync(at('logs'), `${log.vkey}\n${other.vkey}\n`);
    witness.kill('SIGHUP');
    await waitFor(async () => (await add(other.request(0, 3))).status !== 404, { what: 'the new log' });
    writeFileSync(at('logs'), 'nonsense\n');
    witness.kill('SIGHUP');
    expect((await add(other.request(3, 4))).status).toBe(200);
  });

  it.each([
    ['a key that is none', () => { writeFileSync(at('key'), 'secret'); }, 'does not hold a key'],
    ['no key', () => { rmSync(at('key')); }, 'cannot be read'],
    ['a list of nothing', () => { writeFileSync(at('logs'), '# none\n'); }, 'names no log'],
    ['a line that is no key', () => { writeFileSync(at('logs'), '\naudit.example.fr\n'); }, 'line 2'],
  ])('with %s it says so in one sentence and ends', async (_case, spoil, sentence) => {
    spoil();
    const { code, err } = await ended(cadastre([...SERVE(), '--listen', '127.0.0.1:0']));
    expect([code, err.trim().split('\n').length]).toEqual([2, 1]);
    expect(err).toContain(sentence);
  });
});
