import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadPrivateKey, loadPublicKey, open, seal, writeSealingKeys, type SealingPrivateKey, type SealingPublicKey } from './index.ts';

const PURPOSE = { purpose: 'cluster-credential:cluster_1' };
let folder: string;
let publicFile: string;
let privateFile: string;
let to: SealingPublicKey;
let from: SealingPrivateKey;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'seal-'));
  publicFile = join(folder, 'keys', 'public.jwk');
  privateFile = join(folder, 'keys', 'private.jwk');
  await writeSealingKeys(publicFile, privateFile);
  [to, from] = await Promise.all([loadPublicKey(publicFile), loadPrivateKey(privateFile)]);
});
afterAll(() => rm(folder, { recursive: true }));

describe('a sealed text', () => {
  it('opens with the other half, and differs each time', async () => {
    const secret = 'kubeconfig: é🔑'.repeat(2_000);
    const [once, twice] = await Promise.all([seal(to, secret, PURPOSE), seal(to, secret, PURPOSE)]);
    expect(once).not.toBe(twice);
    expect(await open(from, once, PURPOSE)).toEqual({ ok: true, value: secret });
  });

  it('does not open for another purpose, for example in another row', async () => {
    const sealed = await seal(to, 'secret', PURPOSE);
    expect(await open(from, sealed, { purpose: 'cluster-credential:cluster_2' })).toMatchObject({ ok: false, error: { code: 'WRONG_PURPOSE' } });
  });

  it('does not open when its purpose was rewritten', async () => {
    const [header = '', ...rest] = (await seal(to, 'secret', PURPOSE)).split('.');
    const changed = JSON.parse(Buffer.from(header, 'base64url').toString()) as Record<string, unknown>;
    changed['cadastre.purpose'] = 'cluster-credential:cluster_2';
    const forged = [Buffer.from(JSON.stringify(changed)).toString('base64url'), ...rest].join('.');
    expect(await open(from, forged, { purpose: 'cluster-credential:cluster_2' })).toMatchObject({ ok: false, error: { code: 'DAMAGED' } });
  });

  it('says when it was sealed to another pair', async () => {
    const other = { publicFile: join(folder, 'other.pub'), privateFile: join(folder, 'other.key') };
    await writeSealingKeys(other.publicFile, other.privateFile);
    const sealed = await seal(await loadPublicKey(other.publicFile), 'secret', PURPOSE);
    expect(await open(from, sealed, PURPOSE)).toMatchObject({ ok: false, error: { code: 'UNKNOWN_KEY' } });
  });

  it.each([
    ['empty', () => ''],
    ['not a JWE', () => 'hello'],
    ['cut', (text: string) => text.slice(0, -8)],
    ['changed', (text: string) => `${text.slice(0, -2)}${text.endsWith('AA') ? 'BB' : 'AA'}`],
  ])('is damaged when it is %s', async (_case, harm) => {
    expect(await open(from, harm(await seal(to, 'secret', PURPOSE)), PURPOSE)).toMatchObject({ ok: false, error: { code: 'DAMAGED' } });
  });
});

describe('key files', () => {
  it('keep the private half to their owner', async () => {
    expect((await stat(privateFile)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(publicFile, 'utf8'))).not.toHaveProperty('d');
  });

  it('are never overwritten', async () => {
    await expect(writeSealingKeys(publicFile, privateFile)).rejects.toMatchObject({ code: 'EEXIST' });
  });

  it('are refused in each other’s place', async () => {
    await expect(loadPublicKey(privateFile)).rejects.toThrow('holds a private key where the public half belongs');
    await expect(loadPrivateKey(publicFile)).rejects.toThrow('holds only the public half');
  });

  it('are refused with their path when missing or damaged', async () => {
    const bad = join(folder, 'bad.jwk');
    await writeFile(bad, 'hello');
    await expect(loadPublicKey(bad)).rejects.toThrow(`${bad} is not JSON`);
    await writeFile(bad, '{"kty":"oct","k":"aGVsbG8"}');
    await expect(loadPublicKey(bad)).rejects.toThrow(`${bad} is not a P-256 JWK`);
    await expect(loadPublicKey(join(folder, 'none.jwk'))).rejects.toThrow('none.jwk cannot be read');
  });
});
