import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseCosignature, verifierOf, verifyNote } from '@cadastre/tlog';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newKeyLine, parseKeyLine, type WitnessKey } from './key.ts';
import { inventLog } from './log.fixture.ts';
import { serveWitness } from './server.ts';
import { openMemory, originHash } from './state.ts';
import { createWitness, followedIn, type Followed } from './witness.ts';

const log = inventLog('audit.example.fr');
const stranger = inventLog('audit.example.fr');
const NOW = 1_790_000_000n;

let folder: string;
let url: string;
let key: WitnessKey;
let stop: () => Promise<void>;

const start = async (): Promise<void> => {
  const witness = createWitness({ key, memory: openMemory(folder), logs: followedIn(`# ours\n\n${log.vkey}\n`) as Followed, now: () => NOW });
  const server = serveWitness(witness, () => undefined);
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  stop = () => new Promise(done => {
    server.closeAllConnections();
    server.close(() => done());
  });
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cadastre-witness-'));
  key = parseKeyLine(newKeyLine('witness.example/w1'))!;
  await start();
});
afterEach(async () => {
  await stop();
  rmSync(folder, { recursive: true, force: true });
});

const add = async (body: string | Uint8Array<ArrayBuffer>): Promise<{ readonly status: number; readonly type: string | null; readonly text: string }> => {
  const response = await fetch(`${url}/add-checkpoint`, { method: 'POST', body });
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
};
const statusOf = async (body: string | Uint8Array<ArrayBuffer>): Promise<number> => (await add(body)).status;
const stored = (): string => readFileSync(join(folder, originHash('audit.example.fr')), 'utf8');

describe('a witness', () => {
  it('cosigns a checkpoint of a log that it follows, with its own time, and has it on disk by then', async () => {
    const answer = await add(log.request(0, 5));
    expect(answer.status).toBe(200);
    const verified = verifyNote(log.checkpoint(5) + answer.text, [verifierOf(log.key), verifierOf(key.key)]);
    expect(verified.ok && verified.value.verified.map(line => line.name)).toEqual(['audit.example.fr', 'witness.example/w1']);
    expect(verified.ok && parseCosignature(verified.value.verified[1]!.signature)?.time).toBe(NOW);
    expect(JSON.parse(stored())).toMatchObject({ origin: 'audit.example.fr', size: '5' });
    expect(stored().split('\n')).toHaveLength(2);
  });

  it('follows a log as it grows, and says the size it knows to whoever does not know it', async () => {
    expect(await statusOf(log.request(0, 5))).toBe(200);
    expect(await add(log.request(0, 9))).toEqual({ status: 409, type: 'text/x.tlog.size', text: '5\n' });
    expect(await statusOf(log.request(5, 130))).toBe(200);
    expect(await statusOf(log.request(130, 131))).toBe(200);
    // The same tree again is no step back: it gets a fresh time.
    expect(await statusOf(log.request(131, 131))).toBe(200);
  });

  it('shows what it cosigned last to monitors, with the log’s signature and its own', async () => {
    const path = `${url}/${originHash('audit.example.fr')}/checkpoint`;
    expect((await fetch(path)).status).toBe(404);
    await add(log.request(0, 7));
    const verified = verifyNote(await (await fetch(path)).text(), [verifierOf(log.key), verifierOf(key.key)]);
    expect(verified.ok && verified.value.verified).toHaveLength(2);
    expect((await fetch(`${url}/${originHash('audit.other.fr')}/checkpoint`)).status).toBe(404);
  });

  it('never goes back, and never cosigns another story, of a greater or of the same size', async () => {
    expect(await statusOf(log.request(0, 9))).toBe(200);
    const before = stored();
    expect(await add(log.request(0, 5))).toMatchObject({ status: 409, text: '9\n' });
    expect(await statusOf(log.request(9, 9).replace(log.checkpoint(9), log.checkpoint(5)))).toBe(400);
    expect(await statusOf(log.request(9, 20, 'second'))).toBe(422);
    expect(await statusOf(log.request(9, 9, 'second'))).toBe(422);
    expect(await statusOf(['old 9', '', log.checkpoint(20)].join('\n'))).toBe(422);
    expect(await statusOf(['old 9', ...log.proof(9, 20), ...log.proof(9, 20).slice(-1), '', log.checkpoint(20)].join('\n'))).toBe(422);
    expect(stored()).toBe(before);
  });

  it('asks for no proof from nothing, and takes none', async () => {
    expect(await statusOf(['old 0', ...log.proof(3, 9), '', log.checkpoint(9)].join('\n'))).toBe(422);
    expect(await statusOf(log.request(0, 0))).toBe(200);
    expect(await statusOf(`old 0\n\n${log.signed(0, new Uint8Array(32))}`)).toBe(422);
  });

  it('does not know another log, believes no other key, and no note that a known key did not sign so', async () => {
    expect(await statusOf(inventLog('audit.other.fr').request(0, 5))).toBe(404);
    expect(await statusOf(stranger.request(0, 5))).toBe(403);
    const line = log.checkpoint(5).split('\n').at(-2)!;
    expect(await statusOf(log.request(0, 5).replace(line, log.checkpoint(6).split('\n').at(-2)!))).toBe(403);
    // A line of an unknown key beside the known one means nothing.
    expect(await statusOf(`${log.request(0, 5)}${stranger.checkpoint(5).split('\n').at(-2)!}\n`)).toBe(200);
  });

  it.each([
    ['nothing', ''],
    ['a leading zero', log.request(0, 5).replace('old 0', 'old 00')],
    ['no size', log.request(0, 5).replace('old 0', 'old')],
    ['a size beyond 2^63', log.request(0, 5).replace('old 0', 'old 9223372036854775808')],
    ['CR LF', log.request(0, 5).replaceAll('\n', '\r\n')],
    ['no empty line', log.request(0, 5).replace('\n\n', '\n')],
    ['a hash of another length', ['old 1', 'AAAA', '', log.checkpoint(5)].join('\n')],
    ['a second spelling of base64', ['old 1', `${'A'.repeat(42)}B=`, '', log.checkpoint(5)].join('\n')],
    ['64 hashes', ['old 1', ...Array.from({ length: 64 }, () => Buffer.alloc(32).toString('base64')), '', log.checkpoint(5)].join('\n')],
    ['an unsigned checkpoint', log.request(0, 5).replace(/— .*\n$/, '')],
    ['bytes that are no UTF-8', Buffer.concat([Buffer.from(log.request(0, 5)), Buffer.of(0xff)])],
    ['an old size above the new one', log.request(0, 5).replace('old 0', 'old 6')],
  ])('answers 400 to %s, and remembers nothing', async (_case, body) => {
    expect(await statusOf(body)).toBe(400);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('reads no more than it needs, takes no other method, and knows no other path', async () => {
    expect(await statusOf(`${log.request(0, 5)}${'x'.repeat(200_000)}`)).toBe(413);
    expect((await fetch(`${url}/add-checkpoint`)).status).toBe(405);
    expect((await fetch(`${url}/elsewhere`)).status).toBe(404);
    expect((await fetch(`${url}/livez`)).status).toBe(200);
  });

  it('lets one of many requests at the same moment pass', async () => {
    await add(log.request(0, 5));
    const statuses = await Promise.all(Array.from({ length: 20 }, (_, n) => statusOf(log.request(5, 6 + n))));
    expect(statuses.filter(s => s === 200)).toHaveLength(1);
    expect(statuses.filter(s => s === 409)).toHaveLength(19);
  });

  it('remembers across its own end', async () => {
    await add(log.request(0, 9));
    await stop();
    await start();
    expect(await add(log.request(0, 5))).toMatchObject({ status: 409, text: '9\n' });
    expect(await statusOf(log.request(9, 12))).toBe(200);
  });

  it('answers 500, without a signature, when its memory cannot be read: to forget would be to allow a second story', async () => {
    await add(log.request(0, 9));
    writeFileSync(join(folder, originHash('audit.example.fr')), '{"origin":"audit.exam');
    const answer = await add(log.request(0, 5));
    expect([answer.status, answer.text.includes('—')]).toEqual([500, false]);
  });

  it('answers 500, without a signature, when nothing can be remembered, and says so at /readyz', async () => {
    rmSync(folder, { recursive: true });
    const answer = await add(log.request(0, 9));
    expect([answer.status, answer.text.includes('—')]).toEqual([500, false]);
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
  });

  it('answers 500 when somebody put its memory back to an earlier state under it', async () => {
    await add(log.request(0, 5));
    const earlier = stored();
    await add(log.request(5, 9));
    writeFileSync(join(folder, originHash('audit.example.fr')), earlier);
    expect(await statusOf(log.request(5, 12, 'second'))).toBe(500);
    rmSync(join(folder, originHash('audit.example.fr')));
    expect(await statusOf(log.request(0, 12, 'second'))).toBe(500);
  });
});

describe('a list of logs', () => {
  it.each([
    ['text', 'audit.example.fr', 1],
    ['a wrong id', `# one\n${log.vkey.replace(/\+[0-9a-f]{8}\+/, '+00000000+')}`, 2],
    ['a witness’s key', 'witness.example/w1+715186b5+BFhcCOsWM+x4P4yTGnIUzAUAkIleYL+ec1eJ3pDy5cfr', 1],
  ])('with %s is refused by its line', (_case, text, badLine) => {
    expect(followedIn(text)).toEqual({ badLine });
  });
  it('may have two keys for one log, while it changes them', () => {
    const followed = followedIn(`${log.vkey}\n${stranger.vkey}\n${log.vkey}\n`);
    expect(followed instanceof Map && followed.get('audit.example.fr')).toHaveLength(2);
  });
});
