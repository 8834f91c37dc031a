import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitFor } from '@cadastre/testing/wait';
import { objectsServer } from '../../setup/objects.mjs';
import { freePort, LOOPBACK } from '../host/ports.ts';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..');

/** Once for the project `s3`: a real S3-compatible server (versitygw over a folder), named to the specs by CADASTRE_TEST_S3. */
export default async function setup(): Promise<() => Promise<void>> {
  const binary = await objectsServer(ROOT, (line) => { process.stderr.write(`${line}\n`); });
  const folder = mkdtempSync(join(tmpdir(), 'cadastre-test-s3-'));
  const [accessKeyId, secretAccessKey] = ['cadastre-test', randomBytes(16).toString('hex')];
  const endpoint = `http://${LOOPBACK}:${String(await freePort())}`;
  const server = spawn(binary, ['--port', endpoint.slice('http://'.length), '--quiet', 'posix', folder], {
    stdio: ['ignore', 'ignore', 'inherit'], env: { PATH: process.env['PATH'] ?? '', ROOT_ACCESS_KEY: accessKeyId, ROOT_SECRET_KEY: secretAccessKey },
  });
  const ended = new Promise<void>((done) => { server.once('exit', () => { done(); }); });
  await waitFor(async () => (await fetch(endpoint)).status > 0, { what: 'the S3 server to answer', timeoutMs: 30_000 });
  process.env['CADASTRE_TEST_S3'] = JSON.stringify({ endpoint, accessKeyId, secretAccessKey });
  return async () => {
    server.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
}
