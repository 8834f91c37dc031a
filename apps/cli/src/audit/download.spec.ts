import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Session } from '../shared/session.ts';
import { download } from './download.ts';

const bytes = randomBytes(600_000);
const sha256 = createHash('sha256').update(bytes).digest('hex');
const folder = mkdtempSync(join(tmpdir(), 'cadastre-download-'));
const file = join(folder, 'bundle.zip');
const asked: IncomingMessage['headers'][] = [];
/** Bytes after which each answer breaks off. */
let cuts: (number | undefined)[] = [];
let status = 0;
const server = createServer((request, response) => {
  asked.push(request.headers);
  if (status !== 0) {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ errors: [{ message: 'non' }] }));
    return;
  }
  const from = request.headers['if-range'] === `"${sha256}"` ? Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0) : 0;
  response.writeHead(from === 0 ? 200 : 206, { 'content-length': bytes.length - from });
  const cut = cuts.shift();
  response.write(bytes.subarray(from, cut === undefined ? undefined : from + cut), () => { if (cut === undefined) response.end(); else response.destroy(); });
});
let session: Session;
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  session = { door: 'tenant', url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/graphql`, token: 't', lang: 'en', output: 'table' };
});
beforeEach(() => {
  asked.length = 0;
  cuts = [];
  status = 0;
  for (const name of [file, `${file}.part`]) rmSync(name, { force: true });
});
afterAll(async () => {
  server.close();
  await once(server, 'close');
  rmSync(folder, { recursive: true });
});
const finished = { downloadPath: '/audit/exports/x', bytes: bytes.length, sha256 };

describe('download()', () => {
  it('goes on where the connection broke, and takes the name only with the whole', async () => {
    cuts = [200_000, 100_000];
    await download(session, finished, file);
    expect(readFileSync(file).equals(bytes)).toBe(true);
    expect(existsSync(`${file}.part`)).toBe(false);
    expect(asked).toHaveLength(3);
    expect(asked.map(h => h.authorization)).toEqual(Array(3).fill('Bearer t'));
    expect(Number(/^bytes=(\d+)-$/.exec(asked[2]?.range ?? '')?.[1])).toBeGreaterThan(0);
  });
  it('goes on from what an earlier call left', async () => {
    writeFileSync(`${file}.part`, bytes.subarray(0, 599_990));
    await download(session, finished, file);
    expect(asked.map(h => h.range)).toEqual(['bytes=599990-']);
    expect(readFileSync(file).equals(bytes)).toBe(true);
  });
  it('refuses bytes that are not those announced', async () => {
    writeFileSync(`${file}.part`, randomBytes(bytes.length));
    await expect(download(session, finished, file)).rejects.toMatchObject({ exitCode: 1, message: expect.stringContaining('SHA-256') as string });
    expect(existsSync(file)).toBe(false);
  });
  it.each([[403, 1], [401, 4], [503, 3]])('says what the door says: %i ends with %i', async (answer, exitCode) => {
    status = answer;
    await expect(download(session, finished, file)).rejects.toMatchObject({ exitCode, message: expect.stringContaining('non') as string });
    expect(asked).toHaveLength(1);
  });
});
