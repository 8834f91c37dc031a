// A time-stamping authority for development: OpenSSL's `ts -reply` behind HTTP (RFC 3161 §3.4). Its clock is this machine's: it proves that the path works, not the time.
import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { parseArgs, promisify } from 'node:util';

const { values } = parseArgs({ options: { state: { type: 'string' }, port: { type: 'string' } } });
const { state, port } = values;
if (state === undefined || port === undefined) throw new Error('needs --state and --port');

const run = promisify(execFile);
/** A request is a digest and a nonce. */
const MAX_REQUEST_BYTES = 4_096;
const [query, answer] = [join(state, 'query.tsq'), join(state, 'answer.tsr')];
let turn: Promise<unknown> = Promise.resolve();

async function stamp(request: Buffer): Promise<Buffer> {
  await writeFile(query, request);
  await rm(answer, { force: true });
  await run('openssl', ['ts', '-reply', '-config', join(state ?? '', 'openssl.cnf'), '-queryfile', query, '-out', answer], { timeout: 10_000 });
  return readFile(answer);
}

// One at a time: OpenSSL keeps the serial number of the last token in a file.
function inTurn(request: Buffer): Promise<Buffer> {
  const mine = turn.then(() => stamp(request));
  turn = mine.catch(() => undefined);
  return mine;
}

const server = createServer((request, response) => {
  if (request.url === '/livez') return void response.end('ok\n');
  if (request.method !== 'POST' || Number(request.headers['content-length'] ?? Infinity) > MAX_REQUEST_BYTES) return void response.writeHead(400).end();
  buffer(request).then(inTurn).then(
    (body) => { response.writeHead(200, { 'content-type': 'application/timestamp-reply' }).end(body); },
    (e: unknown) => {
      process.stderr.write(`${e instanceof Error ? e.message : String(e)}\n`);
      response.writeHead(500).end();
    });
});
server.listen(Number(port), '127.0.0.1');
process.on('SIGTERM', () => {
  server.closeAllConnections();
  server.close(() => process.exit(0));
});
