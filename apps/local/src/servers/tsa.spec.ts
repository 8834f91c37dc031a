import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePort } from '../host/ports.ts';
import { StateDir } from '../host/state-dir.ts';
import { Family } from '../stack/family.ts';
import { prepareTimeAuthority } from './tsa.ts';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..');
const openssl = (...args: string[]) => promisify(execFile)('openssl', args);

let folder: string;
let family: Family;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cadastre-tsa-'));
  family = new Family(await StateDir.claim(folder, () => undefined), { say: () => undefined, reborn: () => undefined });
});
afterEach(async () => {
  await family.stop();
  rmSync(folder, { recursive: true, force: true });
});

const at = (name: string): string => join(folder, name);

test('the development authority stamps what openssl then verifies, several at once and again after a restart with the same keys', async () => {
  const port = await freePort();
  const start = async () => {
    const time = await prepareTimeAuthority(family.dir, { root: ROOT, port });
    await family.start(time!.spec);
    return time!;
  };
  const time = await start();
  const root = readFileSync(time.caFile, 'utf8');
  const stampOne = async (n: number): Promise<string> => {
    writeFileSync(at(`${String(n)}.txt`), `checkpoint ${String(n)}`);
    await openssl('ts', '-query', '-data', at(`${String(n)}.txt`), '-sha256', '-cert', '-out', at(`${String(n)}.tsq`));
    const response = await fetch(time.url, { method: 'POST', body: readFileSync(at(`${String(n)}.tsq`)) });
    writeFileSync(at(`${String(n)}.tsr`), Buffer.from(await response.arrayBuffer()));
    return (await openssl('ts', '-verify', '-queryfile', at(`${String(n)}.tsq`), '-in', at(`${String(n)}.tsr`), '-CAfile', time.caFile)).stdout;
  };
  expect(await Promise.all([1, 2, 3].map(stampOne))).toEqual(Array.from({ length: 3 }, () => expect.stringContaining('OK') as string));
  expect((await fetch(time.url, { method: 'POST', body: 'nonsense' })).status).toBe(200);
  expect((await fetch(time.url)).status).toBe(400);
  await family.stop();
  family = new Family(family.dir, { say: () => undefined, reborn: () => undefined });
  await start();
  expect(readFileSync(time.caFile, 'utf8')).toBe(root);
  expect(await stampOne(4)).toContain('OK');
});
