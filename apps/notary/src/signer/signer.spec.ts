import { createHash, generateKeyPairSync, verify } from 'node:crypto';
import { appendFile, chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { silentLogger } from '@cadastre/platform/log';
import { base64, consistencyProof, leafHash, parseNote, parseVkey, rootOf, toUtf8, verifyEd25519 } from '@cadastre/tlog';
import { commandKey, fileKey, initKey } from './key.ts';
import { openMemory } from './memory.ts';
import { serveSigner } from './serve.ts';
import { createSigner } from './signer.ts';

const O = 'audit.example.fr';
const leaves = (log: string, n: number): readonly Uint8Array[] => Array.from({ length: n }, (_, i) => leafHash(toUtf8(`${log} ${String(i)}`)));
const tree = (origin: string, size: number, from = 0, story = origin) => ({ origin, size: BigInt(size), root: rootOf(leaves(story, size)), consistency: from === 0 ? [] : consistencyProof(leaves(story, size), BigInt(from), BigInt(size)) });
const asJson = ({ origin, size, root, consistency }: ReturnType<typeof tree>) => ({ origin, size: Number(size), root: base64(root), consistency: consistency.map(base64) });

let folder: string;
let made = 0;
const path = (name: string): string => join(folder, `${String(made++)}-${name}`);
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'signer-')); });
afterAll(() => rm(folder, { recursive: true, force: true }));

const rig = async (memoryPath = path('memory'), keyPath = path('key.pem')) => {
  await initKey(keyPath).catch(() => undefined);
  const memory = await openMemory(memoryPath);
  onTestFinished(() => memory.close());
  return { memory, memoryPath, keyPath, signer: createSigner(O, await fileKey(keyPath), memory) };
};

describe('the signer', () => {
  it('signs a log under its own name, and the same tree again with the same note', async () => {
    const { signer } = await rig();
    const first = await signer.sign([tree(`${O}/t/organisation_x`, 3), tree(O, 1)]);
    const again = await signer.sign([tree(`${O}/t/organisation_x`, 3, 3), tree(O, 1, 1)]);
    expect(again).toEqual(first);
    const note = parseNote(first.ok ? first.notes[0] ?? '' : '');
    const vkey = parseVkey(signer.vkey);
    if (!note.ok || !vkey.ok) throw new Error('a note and a key');
    expect(note.value.text).toBe(`${O}/t/organisation_x\n3\n${base64(tree(`${O}/t/organisation_x`, 3).root)}\n`);
    const [line] = note.value.signatures;
    expect(line?.name).toBe(`${O}/t/organisation_x`);
    expect(line?.keyId).toBe(createHash('sha256').update(`${O}/t/organisation_x\n\u0001`).update(vkey.value.publicKey).digest('hex').slice(0, 8));
    expect(verifyEd25519(vkey.value.publicKey, toUtf8(note.value.text), line?.signature ?? new Uint8Array())).toBe(true);
  });

  it.each([
    { law: 'does not go back', then: tree(O, 4), code: 'BEHIND' },
    { law: 'does not sign another tree of the same size', then: tree(O, 5, 0, 'another story'), code: 'INCONSISTENT' },
    { law: 'does not sign a tree whose past is another', then: { ...tree(O, 8, 5, 'another story') }, code: 'INCONSISTENT' },
    { law: 'does not sign a longer tree without its proof', then: tree(O, 8), code: 'INCONSISTENT' },
    { law: 'does not sign a log of somebody else', then: tree('audit.example.org', 1), code: 'UNKNOWN_ORIGIN' },
    { law: 'does not take a longer name for its own', then: tree(`${O}evil/provider`, 1), code: 'UNKNOWN_ORIGIN' },
    { law: 'does not sign a log below a tenant', then: tree(`${O}/t/a/b`, 1), code: 'UNKNOWN_ORIGIN' },
    { law: 'does not take a proof from a tree that it never saw', then: tree(`${O}/provider`, 5, 3), code: 'INCONSISTENT' },
  ])('$law', async ({ then, code }) => {
    const { signer, memory } = await rig();
    await signer.sign([tree(O, 5)]);
    expect(await signer.sign([then])).toMatchObject({ ok: false, refusal: { code } });
    expect(memory.all().map(t => [t.origin, t.size])).toEqual([[O, 5n]]);
  });

  it('signs all of a request or nothing of it, and judges each by the ones before', async () => {
    const { signer, memory } = await rig();
    expect(await signer.sign([tree(`${O}/provider`, 2), tree('elsewhere', 1)])).toMatchObject({ ok: false, refusal: { code: 'UNKNOWN_ORIGIN' } });
    expect(memory.all()).toEqual([]);
    expect(await signer.sign([tree(O, 5), tree(O, 4)])).toMatchObject({ ok: false, refusal: { code: 'BEHIND' } });
    expect(await signer.sign([tree(O, 5), tree(O, 7, 5)])).toMatchObject({ ok: true });
  });

  it('remembers after it was killed, whatever was half written', async () => {
    const { signer, memoryPath, keyPath } = await rig();
    await signer.sign([tree(O, 5), tree(`${O}/provider`, 2)]);
    await signer.sign([tree(O, 9, 5)]);
    await appendFile(memoryPath, `v1 12 ${base64(tree(O, 12).root).slice(0, 9)}`);
    const { signer: next } = await rig(memoryPath, keyPath);
    expect(next.allRemembered().map(t => [t.origin, t.size])).toEqual([[O, 9n], [`${O}/provider`, 2n]]);
    expect(await next.sign([tree(O, 8)])).toMatchObject({ ok: false, refusal: { code: 'BEHIND', size: 9n } });
    expect((await readFile(memoryPath, 'utf8')).split('\n')).toHaveLength(3);
  });

  it.each([
    { what: 'a damaged line', line: 'v1 five abc x\n', sentence: 'line 1 is damaged' },
    { what: 'a memory that goes back', line: `v1 5 ${base64(tree(O, 5).root)} ${O}\nv1 4 ${base64(tree(O, 4).root)} ${O}\n`, sentence: 'goes back from 5 to 4' },
  ])('does not start with $what', async ({ line, sentence }) => {
    const memory = path('memory');
    await writeFile(memory, line);
    await expect(openMemory(memory)).rejects.toThrow(sentence);
  });

  it('signs nothing more when somebody else writes its memory', async () => {
    const { signer, memoryPath } = await rig();
    await signer.sign([tree(O, 5)]);
    await appendFile(memoryPath, `v1 6 ${base64(tree(O, 6).root)} ${O}\n`);
    await expect(signer.sign([tree(O, 7, 5)])).rejects.toThrow('somebody else writes');
    await expect(signer.sign([tree(O, 7, 5)])).rejects.toThrow('start it again');
  });
});

describe('a statement of a lost past', () => {
  const statement = (of: object = {}) => ({ oldOrigin: O, oldSize: 5n, oldRoot: tree(O, 5).root, recoveredSize: 3n, newOrigin: `${O}/2`, at: '2026-11-27T21:00:00.000Z', reason: 'fire', earlier: [] as readonly string[], ...of });

  it('is signed under the new name, over what was really signed of the old', async () => {
    const { signer } = await rig();
    await signer.sign([tree(O, 5)]);
    const said = await signer.state(statement());
    expect(said.ok ? said.notes[0]?.split('\n').slice(0, 9) : []).toEqual(['cadastre-discontinuity/v1', O, '5', base64(tree(O, 5).root), '3', `${O}/2`, '2026-11-27T21:00:00.000Z', 'fire', '']);
    expect(said.ok ? said.notes[0] : '').toContain(`\n— ${O}/2 `);
  });
  it('of a second loss signs the first statement under the newest name, and nothing that is no statement', async () => {
    const { signer, memory, memoryPath, keyPath } = await rig();
    await signer.sign([tree(O, 5)]);
    const first = await signer.state(statement());
    const note = first.ok ? (first.notes[0] ?? '') : '';
    await memory.remember([{ ...tree(`${O}/2`, 4) }]);
    const second = await signer.state(statement({ oldOrigin: `${O}/2`, oldSize: 4n, oldRoot: tree(`${O}/2`, 4).root, newOrigin: `${O}/3`, earlier: [note] }));
    expect(second.ok ? second.notes[1] : '').toBe(`${note}${second.ok ? (second.notes[1]?.slice(note.length) ?? '') : ''}`);
    expect(second.ok ? second.notes[1] : '').toContain(`\n— ${O}/3 `);
    const checkpoint = await signer.sign([tree(`${O}/provider`, 1)]);
    const stolen = checkpoint.ok ? (checkpoint.notes[0] ?? '') : '';
    for (const earlier of [stolen, note.replace('fire', 'rain'), 'no note']) {
      expect(await signer.state(statement({ oldOrigin: `${O}/2`, oldSize: 4n, oldRoot: tree(`${O}/2`, 4).root, newOrigin: `${O}/3`, earlier: [earlier] }))).toMatchObject({ ok: false });
    }
    expect((await readFile(memoryPath, 'utf8')).split('\n')).toHaveLength(4);
    expect((await stat(keyPath)).size).toBeGreaterThan(0);
  });
  it.each([
    { what: 'another size than was signed', of: { oldSize: 4n }, code: 'INCONSISTENT' },
    { what: 'another root', of: { oldRoot: tree(O, 4).root }, code: 'INCONSISTENT' },
    { what: 'an origin that was never signed', of: { oldOrigin: 'other.example' }, code: 'UNKNOWN_ORIGIN' },
    { what: 'a new origin that has a past', of: { newOrigin: `${O}/provider` }, code: 'INCONSISTENT' },
  ])('is refused over $what', async ({ of, code }) => {
    const { signer } = await rig();
    await signer.sign([tree(O, 5), tree(`${O}/provider`, 1)]);
    expect(await signer.state(statement(of))).toMatchObject({ ok: false, refusal: { code } });
  });
});

describe('the key', () => {
  it('is drawn once', async () => {
    const key = path('key.pem');
    await initKey(key);
    await expect(initKey(key)).rejects.toThrow('EEXIST');
    expect((await stat(key)).mode & 0o777).toBe(0o600);
  });
  it('may be behind a program, whose every answer is checked', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const [secret, open, program, liar] = [path('secret.pem'), path('public.pem'), path('sign.mjs'), path('liar.mjs')];
    await writeFile(secret, privateKey.export({ format: 'pem', type: 'pkcs8' }));
    await writeFile(open, publicKey.export({ format: 'pem', type: 'spki' }));
    await writeFile(program, `import { sign } from 'node:crypto'; import { readFileSync } from 'node:fs'; process.stdout.write(sign(null, readFileSync(0), readFileSync(process.argv[2])));`);
    await writeFile(liar, 'process.stdout.write(Buffer.alloc(64));');
    await chmod(program, 0o700);
    const key = await commandKey(`${process.execPath} ${program} ${secret}`, open);
    expect(verify(null, toUtf8('hello'), publicKey, await key.sign(toUtf8('hello')))).toBe(true);
    await expect((await commandKey(`${process.execPath} ${liar}`, open)).sign(toUtf8('hello'))).rejects.toThrow('no signature by the key');
    await expect((await commandKey('/nowhere/at-all', open)).sign(toUtf8('hello'))).rejects.toThrow('cannot run');
  });
});

describe('the signer over HTTP', () => {
  const TOKEN = 'a'.repeat(40);
  const ask = async (method: string, url: string, body?: string, token = TOKEN) => {
    const { signer } = await rig();
    const server = await serveSigner(signer, { host: '127.0.0.1', port: 0, token: TOKEN, log: silentLogger() });
    try {
      const answer = await fetch(`${server.url}${url}`, { method, headers: { authorization: `Bearer ${token}` }, ...(body === undefined ? {} : { body }) });
      return [answer.status, await answer.json()] as const;
    } finally {
      await server.close();
    }
  };
  it('answers as the protocol says', async () => {
    expect(await ask('GET', '/key')).toEqual([200, { vkey: expect.stringMatching(/^audit\.example\.fr\+[0-9a-f]{8}\+/) as string }]);
    expect(await ask('GET', `/memory?origin=${O}`)).toEqual([404, { error: 'nothing was signed for this origin' }]);
    expect(await ask('GET', '/memory')).toEqual([200, { trees: [] }]);
    expect(await ask('POST', '/sign', JSON.stringify({ checkpoints: [asJson(tree(O, 5))] }))).toEqual([200, { notes: [expect.stringContaining(`${O}\n5\n`) as string] }]);
    expect(await ask('POST', '/sign', JSON.stringify({ checkpoints: [asJson(tree('x', 5))] }))).toEqual([409, { code: 'UNKNOWN_ORIGIN', origin: 'x' }]);
  });
  it.each([
    ['GET', '/key', undefined, 'wrong', 401, 'bearer'],
    ['GET', '/sign', undefined, TOKEN, 405, 'takes POST'],
    ['GET', '/elsewhere', undefined, TOKEN, 404, 'there is GET /key'],
    ['POST', '/sign', '{', TOKEN, 400, 'no JSON'],
    ['POST', '/sign', '{"checkpoints":[]}', TOKEN, 400, 'list of 1 to 1000'],
    ['POST', '/sign', '{"checkpoints":[{"origin":"x","size":0,"root":"","consistency":[]}]}', TOKEN, 400, 'checkpoints[0].size'],
    ['POST', '/sign', '{"checkpoints":[{"origin":"x\\ny","size":1,"root":"","consistency":[]}]}', TOKEN, 400, 'one line'],
    ['POST', '/sign', '{"checkpoints":[{"origin":"x","size":1,"root":"AA==","consistency":[]}]}', TOKEN, 400, '32 bytes in base64'],
    ['POST', '/sign', '{"checkpoints":[{"origin":"x","size":1.5,"root":"AA==","consistency":[]}]}', TOKEN, 400, 'whole number'],
    ['POST', '/sign', `{"checkpoints":[${'1,'.repeat(5_000_000)}1]}`, TOKEN, 400, 'more than'],
    ['POST', '/statement', '{"reason":"x","why":"y"}', TOKEN, 400, 'has a field "why"'],
  ])('says in one sentence what is wrong: %s %s %.40s', async (method, url, body, token, status, words) => {
    expect(await ask(method, url, body, token)).toEqual([status, { error: expect.stringContaining(words) as string }]);
  });
});
