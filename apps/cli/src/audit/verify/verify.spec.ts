import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'cadastre-verify-'));
afterAll(() => { rmSync(folder, { recursive: true }); });
const put = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const BIN = resolve(import.meta.dirname, '../../../bin/cadastre.mjs');
// No key of anybody: the base point of the curve.
const TRUST = 'log audit.example.fr+f61d2497+AVhmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZm\nquorum none';

const SENTENCES = {
  archive: { fr: 'le fichier est illisible, ou n’est pas un dossier d’audit entier et intact', en: 'the file cannot be read, or is not a whole, intact audit bundle' },
  trust: { fr: 'le fichier de confiance est illisible, mal formé ou incomplet', en: 'the trust file cannot be read, is malformed or incomplete' },
} as const;
const inputs = (): readonly { readonly what: string; readonly trust: string; readonly bundle: string; readonly reason: keyof typeof SENTENCES }[] => {
  const [trust, text] = [put('trust.txt', TRUST), put('text.zip', 'no bundle\n'.repeat(20))];
  mkdirSync(join(folder, 'folder.zip'), { recursive: true });
  return [
    { what: 'an empty bundle', trust, bundle: put('empty.zip', ''), reason: 'archive' },
    { what: 'a bundle that is none', trust, bundle: text, reason: 'archive' },
    { what: 'a bundle that is a folder', trust, bundle: join(folder, 'folder.zip'), reason: 'archive' },
    { what: 'a bundle that is not there', trust, bundle: join(folder, 'none.zip'), reason: 'archive' },
    { what: 'a trust file that is empty', trust: put('empty.txt', ''), bundle: text, reason: 'trust' },
    { what: 'a trust file without a log', trust: put('nobody.txt', 'quorum none\n'), bundle: text, reason: 'trust' },
    { what: 'a trust file that is no text', trust: put('bytes.txt', Uint8Array.from({ length: 512 }, (_, i) => i)), bundle: text, reason: 'trust' },
    { what: 'a trust file that is not there', trust: join(folder, 'none.txt'), bundle: text, reason: 'trust' },
  ];
};

describe('cadastre audit verify', () => {
  it.each([{ lang: 'fr', said: 'donnez le fichier de confiance' }, { lang: 'en', said: 'give the trust file' }])('without a trust file is wrong use and no loss ($lang)', ({ lang, said }) => {
    const { stdout, stderr, status } = spawnSync(process.execPath, [BIN, '--lang', lang, 'audit', 'verify', 'bundle.zip'], { encoding: 'utf8' });
    expect({ said: stdout.startsWith(said), verdict: stdout.trimEnd().split('\n').at(-1), stderr, status }).toEqual({ said: true, verdict: 'verdict: FAIL usage', stderr: '', status: 1 });
  });

  it.each(inputs().flatMap(input => (['fr', 'en'] as const).map(lang => ({ ...input, lang }))))('says in one sentence ($lang) what is wrong with $what', ({ trust, bundle, reason, lang }) => {
    const { stdout, stderr, status } = spawnSync(process.execPath, [BIN, '--lang', lang, 'audit', 'verify', '--trust', trust, bundle], { encoding: 'utf8' });
    const [sentence, verdict, ...more] = stdout.trimEnd().split('\n');
    expect({ verdict, more, stderr, status }).toEqual({ verdict: `verdict: FAIL ${reason}`, more: [], stderr: '', status: 1 });
    expect(sentence).toContain(SENTENCES[reason][lang]);
    expect(sentence).not.toMatch(/\bat .*:\d+:\d+/);
  });
});
