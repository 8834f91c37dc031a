import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { certificatesOf } from '../../shared/timestamp/index.ts';
import { makeAuthority, opensslAccepts, serveAuthority, type Authority } from '../../testing/authority.ts';
import { timestampAuthority } from './authority.ts';

const NOTE = 'audit.example.fr\n3\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— audit.example.fr AAAAAA==\n';

let folder: string;
let real: Authority;
let answer: (request: Buffer) => Promise<Buffer>;
let served: Awaited<ReturnType<typeof serveAuthority>>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cadastre-tsa-'));
  real = await makeAuthority(join(folder, 'one'));
  served = await serveAuthority(request => answer(request));
});
afterAll(async () => {
  await served.close();
  rmSync(folder, { recursive: true, force: true });
});

const counted: string[] = [];
const portTo = (url: string, clock = { now: () => new Date().toISOString() }) =>
  timestampAuthority({ url, roots: certificatesOf(readFileSync(real.caFile, 'utf8')) }, { draw: n => randomBytes(n), clock, signal: new AbortController().signal, count: result => counted.push(result) });

describe('asking an authority', () => {
  it('gives a token that openssl accepts over the bytes of the note', async () => {
    answer = request => real.reply(request);
    const { token, at } = await portTo(served.url).timestamp(NOTE);
    expect(await opensslAccepts(folder, real.caFile, NOTE, token)).toBe(true);
    expect(Math.abs(at - Date.now())).toBeLessThan(60_000);
    expect(counted).toEqual(['STAMPED']);
  });

  it('takes no answer to an earlier question', async () => {
    let first: Buffer | undefined;
    answer = async request => (first ??= await real.reply(request));
    await portTo(served.url).timestamp(NOTE);
    await expect(portTo(served.url).timestamp(NOTE)).rejects.toMatchObject({ name: 'NoTimestamp', code: 'OTHER_NONCE' });
  });

  it('takes no token of another authority, and none that is not of now', async () => {
    const other = await makeAuthority(join(folder, 'other'));
    answer = request => other.reply(request);
    await expect(portTo(served.url).timestamp(NOTE)).rejects.toMatchObject({ code: 'UNTRUSTED' });
    answer = request => real.reply(request);
    await expect(portTo(served.url, { now: () => '2026-01-01T00:00:00.000Z' }).timestamp(NOTE)).rejects.toMatchObject({ code: 'WRONG_TIME' });
  });

  it('tells an authority that is away from one that answers nonsense', async () => {
    answer = () => Promise.reject(new Error('broken'));
    await expect(portTo(served.url).timestamp(NOTE)).rejects.toMatchObject({ code: 'UNREACHABLE' });
    await expect(portTo('http://127.0.0.1:1/').timestamp(NOTE)).rejects.toMatchObject({ code: 'UNREACHABLE' });
    answer = () => Promise.resolve(Buffer.from('<html>'));
    await expect(portTo(served.url).timestamp(NOTE)).rejects.toMatchObject({ code: 'MALFORMED' });
    answer = () => Promise.resolve(Buffer.alloc(300_000));
    await expect(portTo(served.url).timestamp(NOTE)).rejects.toMatchObject({ code: 'MALFORMED' });
  });
});
