import { spawn, type ChildProcess } from 'node:child_process';
import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { consistencyProof, ED25519, formatCheckpoint, formatNote, formatVkey, leafHash, parseVkey, rootOf, signText, toUtf8, verifierKey, verifierOf, verifyNote, type Policy } from '@cadastre/tlog';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createWitnesses, policyFor } from './witnesses.ts';

const BIN = fileURLToPath(new URL('../../../../cli/bin/cadastre.mjs', import.meta.url));
const ORIGIN = 'audit.example.fr';
const { privateKey } = generateKeyPairSync('ed25519');
const logKey = verifierKey(ORIGIN, ED25519, Uint8Array.from(createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32)));
const LEAVES = Array.from({ length: 300 }, (_, n) => leafHash(toUtf8(String(n))));

const checkpoint = (size: number): { readonly size: bigint; readonly note: string } => {
  const body = formatCheckpoint({ origin: ORIGIN, size: BigInt(size), root: rootOf(LEAVES.slice(0, size)) });
  return { size: BigInt(size), note: formatNote({ text: body, signatures: [signText(logKey, body, message => Uint8Array.from(sign(null, message, privateKey)))] }) };
};
const proofsTo = (size: number) => (from: bigint) => Promise.resolve(consistencyProof(LEAVES, from, BigInt(size)));

interface Running { readonly vkey: string; readonly url: string; readonly child: ChildProcess }

let folder: string;
/** The real program: two of them. */
let witnesses: readonly Running[];
const closers: (() => void)[] = [];

const cadastre = (...args: readonly string[]): ChildProcess => spawn(process.execPath, [BIN, 'witness', ...args, '--lang', 'en'], { env: { PATH: process.env['PATH'], HOME: tmpdir() }, stdio: ['ignore', 'pipe', 'pipe'] });
const startWitness = async (name: string): Promise<Running> => {
  const at = (file: string): string => join(folder, `${name}.${file}`);
  const vkey = (await text(cadastre('init', '--key', at('key'), '--name', `${name}.example`).stdout!)).trim();
  writeFileSync(at('logs'), `${formatVkey(logKey)}\n`);
  const child = cadastre('serve', '--key', at('key'), '--logs', at('logs'), '--state', at('state'), '--listen', '127.0.0.1:0');
  for await (const line of createInterface({ input: child.stderr! })) {
    const url = / listening on (\S+),/.exec(line)?.[1];
    if (url !== undefined) {
      child.stderr!.resume();
      return { vkey, url, child };
    }
  }
  throw new Error(`${name} did not start`);
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cadastre-witnesses-'));
  witnesses = await Promise.all(['one', 'two'].map(startWitness));
});
afterAll(async () => {
  await Promise.all(witnesses.map(({ child }) => new Promise(done => { child.once('exit', done); child.kill('SIGKILL'); })));
  rmSync(folder, { recursive: true, force: true });
});
afterEach(() => { for (const close of closers.splice(0)) close(); });

const policyOf = (quorum: string, named: readonly { readonly vkey: string; readonly url: string }[] = witnesses): Policy =>
  policyFor(ORIGIN, [`log ${formatVkey(logKey)}`, ...named.map(({ vkey, url }, n) => `witness W${String(n + 1)} ${vkey} ${url}`), `group all-of-them ${quorum} ${named.map((_, n) => `W${String(n + 1)}`).join(' ')}`, 'quorum all-of-them', ''].join('\n'), 'policy.txt');
const counted: string[] = [];
const ask = (policy: Policy, now = new Date().toISOString()) => createWitnesses({ policy, clock: { now: () => now }, signal: new AbortController().signal, count: (witness, result) => counted.push(`${witness} ${result}`) });

/** Answers what a witness of bad will, or a broken one, would. */
const impostor = async (status: number, body: (asked: string) => string): Promise<string> => {
  const server = createServer((request, response) => void text(request).then(asked => response.writeHead(status).end(body(asked))));
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  closers.push(() => { server.closeAllConnections(); server.close(); });
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
};

describe('the witnesses of a policy', () => {
  it('cosign a log as it grows, each from the size that it knows, with lines that verify on the note', async () => {
    const asking = ask(policyOf('all'));
    for (const size of [3, 9, 9, 260]) {
      const told = await asking.cosign(checkpoint(size), proofsTo(size));
      expect([told.quorum, told.missing]).toEqual([true, []]);
      const note = `${checkpoint(size).note}${told.lines.map(l => `${l.line}\n`).join('')}`;
      const keys = witnesses.map(w => parseVkey(w.vkey)).flatMap(k => (k.ok ? [verifierOf(k.value)] : []));
      const verified = verifyNote(note, [verifierOf(logKey), ...keys]);
      expect(verified.ok && verified.value.verified.map(l => l.name)).toEqual([ORIGIN, 'one.example', 'two.example']);
      expect(told.lines.every(l => Math.abs(l.at - Date.now()) < 60_000)).toBe(true);
    }
    // A notary that starts again knows nothing: the witness's 409 tells it the size.
    expect((await ask(policyOf('all')).cosign(checkpoint(280), proofsTo(280))).quorum).toBe(true);
  });

  it('are ahead of a log that went back, and cosign nothing of it', async () => {
    const told = await ask(policyOf('all')).cosign(checkpoint(5), proofsTo(5));
    expect([told.quorum, told.lines]).toEqual([false, []]);
    expect(told.missing.map(m => m.because.split(':')[0])).toEqual(witnesses.map(() => 'AHEAD'));
  });

  it('cosign nothing that is not proven', async () => {
    const told = await ask(policyOf('all')).cosign(checkpoint(290), () => Promise.resolve([new Uint8Array(32)]));
    expect(told.missing.map(m => m.because)).toEqual(witnesses.map(() => 'REFUSED: status 422'));
  });

  it.each([['all', false], ['any', true], ['1', true], ['2', false]])('with one of two away, a quorum of %s is met: %s', async (quorum, met) => {
    const away = { vkey: witnesses[1]!.vkey, url: 'http://127.0.0.1:1' };
    const told = await ask(policyOf(quorum, [witnesses[0]!, away])).cosign(checkpoint(290), proofsTo(290));
    expect([told.quorum, told.lines.map(l => l.witness), told.missing.map(m => m.witness)]).toEqual([met, ['one.example'], ['two.example']]);
  });

  it('are believed under their own keys only', async () => {
    const first = await ask(policyOf('any', [witnesses[0]!])).cosign(checkpoint(291), proofsTo(291));
    const line = `${first.lines[0]!.line}\n`;
    const why = async (url: string): Promise<readonly string[]> => (await ask(policyOf('any', [{ vkey: witnesses[1]!.vkey, url }])).cosign(checkpoint(291), proofsTo(291))).missing.map(m => m.because.split(':')[0]!);
    // Another witness's line, a line over another checkpoint, no line, a page, an endless answer, a conflict that never ends, a redirection.
    expect(await why(await impostor(200, () => line))).toEqual(['BAD_COSIGNATURE']);
    expect(await why(await impostor(200, () => ''))).toEqual(['BAD_COSIGNATURE']);
    expect(await why(await impostor(200, () => '<html>'))).toEqual(['BAD_COSIGNATURE']);
    expect(await why(await impostor(200, () => 'x'.repeat(100_000)))).toEqual(['UNREACHABLE']);
    expect(await why(await impostor(409, () => '7\n'))).toEqual(['REFUSED']);
    expect(await why(await impostor(409, () => '99999\n'))).toEqual(['AHEAD']);
    expect(await why(await impostor(503, () => ''))).toEqual(['REFUSED']);
    const own = { vkey: witnesses[0]!.vkey, url: await impostor(200, () => line) };
    const stale = await ask(policyOf('any', [own])).cosign(checkpoint(292), proofsTo(292));
    expect(stale.missing.map(m => m.because)).toEqual([expect.stringContaining('BAD_COSIGNATURE')]);
    const late = await ask(policyOf('any', [own]), new Date(Date.now() + 3_600_000).toISOString()).cosign(checkpoint(291), proofsTo(291));
    expect(late.missing.map(m => m.because)).toEqual([expect.stringContaining('WRONG_TIME')]);
  });

  it('are counted by what they answered', () => {
    expect(new Set(counted.map(c => c.split(' ')[1]))).toEqual(new Set(['COSIGNED', 'AHEAD', 'REFUSED', 'UNREACHABLE', 'BAD_COSIGNATURE', 'WRONG_TIME']));
  });
});

describe('a policy for the notary', () => {
  const witness = (): string => `witness W1 ${witnesses[0]!.vkey}`;
  it.each<[string, () => string, string]>([
    ['of another log', () => `log ${formatVkey({ ...logKey, ...verifierKey('audit.other.fr', ED25519, logKey.publicKey) })}\nquorum none\n`, 'CADASTRE_AUDIT_ORIGIN is audit.example.fr'],
    ['with a witness that has no address', () => `log ${formatVkey(logKey)}\n${witness()}\nquorum W1\n`, 'witness W1 has no http'],
    ['with a witness at a strange address', () => `log ${formatVkey(logKey)}\n${witness()} ftp://w.example\nquorum W1\n`, 'witness W1 has no http'],
    ['that is broken', () => `log ${formatVkey(logKey)}\nwitnes\nquorum none\n`, 'policy.txt, line 2'],
  ])('%s is refused with what to mend', (_case, file, sentence) => {
    expect(() => policyFor(ORIGIN, file(), 'policy.txt')).toThrow(sentence);
  });
});
