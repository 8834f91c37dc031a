import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { deflateRawSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { withLines } from '../testing/alter.ts';
import { ATTACKS } from '../testing/attacks.ts';
import { INJECTIONS } from '../testing/attacks-form.ts';
import { bundleOf, eventOf, heartbeat, instantOf, partsOf } from '../testing/bundle.ts';
import { fileOf, programOf, run, VERIFIERS } from '../testing/verifiers.ts';

const folder = mkdtempSync(join(tmpdir(), 'cadastre-programs-'));
afterAll(() => { rmSync(folder, { recursive: true }); });
const at = (name: string): string => join(folder, name);
const put = ({ bytes, trust }: { readonly bytes: Buffer; readonly trust: string | Buffer }): readonly [string, string, string] => {
  writeFileSync(at('bundle.zip'), bytes);
  writeFileSync(at('trust.txt'), trust);
  return ['--trust', at('trust.txt'), at('bundle.zip')];
};
const pipe = (): string => {
  execFileSync('mkfifo', [at('silent')]);
  return at('silent');
};
const HONEST = bundleOf(partsOf({ timestamps: [7], discontinuities: 1, views: ['cef.txt'] }));
const all = ATTACKS.flatMap(group => group.attacks);

describe.each(VERIFIERS)('%s', name => {
  it('is at most 400 lines and needs nothing to be installed', () => {
    const source = readFileSync(fileOf(name), 'utf8');
    expect(source.trimEnd().split('\n').length).toBeLessThanOrEqual(400);
    const imports = name === 'verify.py' ? (/^import (.*)$/m.exec(source)?.[1] ?? '').split(', ') : [...source.matchAll(/from '([^']*)'/g)].map(([, from]) => from ?? '');
    const own = name === 'verify.py' ? /^(base64|hashlib|json|os|re|stat|struct|subprocess|sys|time|unicodedata|zlib)$/ : /^node:/;
    expect(imports.filter(from => !own.test(from))).toEqual([]);
    expect(imports.length).toBeGreaterThan(4);
  });

  it.each([
    { args: [], said: 'nothing' }, { args: ['--trust'], said: 'an option without its value' }, { args: ['--trust', 't'], said: 'no bundle' }, { args: ['b.zip'], said: 'no trust file' },
    { args: ['--trust', 't', 'a.zip', 'b.zip'], said: 'two bundles' }, { args: ['--lang', 'de', '--trust', 't', 'b.zip'], said: 'a language that it does not speak' }, { args: ['--help'], said: 'a call for help' },
    { args: ['--trust', 't', '--verbose', 'b.zip'], said: 'an unknown option' },
  ])('$said is wrong use', ({ args }) => {
    const { line, code, trace, said } = run(name, args);
    expect({ line, code, trace }).toEqual({ line: 'verdict: FAIL usage', code: 1, trace: '' });
    expect(said).toContain('--trust');
  });

  it.each([
    { what: 'a bundle that is not there', args: (trust: string) => ['--trust', trust, at('none.zip')], line: 'verdict: FAIL archive' },
    { what: 'a bundle that is a folder', args: (trust: string) => ['--trust', trust, folder], line: 'verdict: FAIL archive' },
    { what: 'a bundle without end', args: (trust: string) => ['--trust', trust, '/dev/zero'], line: 'verdict: FAIL archive' },
    { what: 'a bundle that is a pipe without a writer', args: (trust: string) => ['--trust', trust, pipe()], line: 'verdict: FAIL archive' },
    { what: 'a trust file that is not there', args: () => ['--trust', at('none.txt'), at('bundle.zip')], line: 'verdict: FAIL trust' },
    { what: 'a trust file that is a folder', args: () => ['--trust', folder, at('bundle.zip')], line: 'verdict: FAIL trust' },
    { what: 'a trust file with a NUL in its name', args: () => ['--trust', 'a\u2028b\u202e', at('bundle.zip')], line: 'verdict: FAIL trust' },
  ])('$what: $line', ({ args, line }) => {
    const [, trust] = put(HONEST);
    rmSync(at('silent'), { force: true });
    const { line: said, code, trace } = run(name, args(trust));
    expect({ line: said, code, trace }).toEqual({ line, code: 1, trace: '' });
  });

  it.each([
    { what: 'an empty bundle', fr: /paquet d'audit|dossier d’audit/, en: /audit bundle/, args: (trust: string) => ['--trust', trust, '/dev/null'] },
    { what: 'a bundle that is none', fr: /paquet d'audit|dossier d’audit/, en: /audit bundle/, args: (trust: string) => ['--trust', trust, trust] },
    { what: 'a trust file without keys', fr: /fichier de confiance/, en: /trust file/, args: () => ['--trust', '/dev/null', at('bundle.zip')] },
    { what: 'a version to come', fr: /version/, en: /version/, args: (trust: string) => { put(all.find(({ name: attack }) => attack === 'a bundle of version 2')?.make() ?? HONEST); return ['--trust', trust, at('bundle.zip')]; } },
  ])('says in one sentence, in the language asked, what is wrong with $what', ({ fr, en, args }) => {
    const [, trust] = put(HONEST);
    for (const [lang, sentence] of [['fr', fr], ['en', en]] as const) {
      const { said, line, code, trace } = run(name, [...args(trust).slice(0, -1), '--lang', lang, ...args(trust).slice(-1)]);
      const last = said.split('\n').at(-1) ?? '';
      expect({ failed: /^verdict: FAIL [a-z]+$/.test(line), code, trace }).toEqual({ failed: true, code: 1, trace: '' });
      expect(last).toMatch(sentence);
      expect(last).toMatch(lang === 'fr' ? /NON|cause :/ : /NO:|because:/);
    }
  });

  it('speaks French unless it is asked otherwise, and ends with the verdict in ASCII', () => {
    const args = put(HONEST);
    const outputs = [run(name, args), run(name, args, { LANG: 'C' }), run(name, args, { LANG: 'en_GB.UTF-8' }), run(name, args, { LC_ALL: 'en_US.UTF-8', LANG: 'fr_FR.UTF-8' }), run(name, ['--lang', 'en', ...args]), run(name, ['--lang', 'fr', ...args], { LANG: 'en_GB.UTF-8' })];
    expect(outputs.map(({ line, code, trace }) => `${line} ${String(code)} ${trace}`)).toEqual(outputs.map(() => 'verdict: DISCONTINUITY old1.audit.example.fr 2 '));
    expect(outputs.map(({ said }) => (/not proven/i.test(said) ? 'en' : /prouvé/i.test(said) ? 'fr' : 'neither'))).toEqual(['fr', 'fr', 'en', 'en', 'en', 'fr']);
  });

  it('says what was checked: sizes, witnesses and their time, the authority’s command, what was lost', () => {
    const { said } = run(name, ['--lang', 'en', ...put(HONEST)]);
    for (const part of ['2026-03-02T00:00:00', 'openssl ts -verify -data timestamps/7.checkpoint -in timestamps/7.tsr', 'old1.audit.example.fr', 'audit.example.fr/t/organisation_1']) expect(said).toContain(part);
  });

  // One in twenty: the batch of attacks.spec.ts sees all of them, this sees that the command line says and prints the same.
  it.each(all.filter((_, i) => i % 20 === 0))('by its command line: $name', ({ verdict, make }) => {
    const { line, trace } = run(name, put(make()));
    expect({ line, trace }).toEqual({ line: `verdict: ${verdict}`, trace: '' });
  });

  it.each(INJECTIONS)('prints nothing of a bundle that is not safe to read: $name', ({ verdict, make }) => {
    const { said, line } = run(name, put(make()));
    expect(line).toBe(`verdict: ${verdict}`);
    // A line of ours ends in LF; all else that a terminal, an editor or a log shipper could take for a command is escaped.
    expect(/[^\P{C}\n]|[\u2028\u2029]/u.exec(said)).toBeNull();
    expect(said.split('\n').filter(printed => printed.startsWith('verdict:'))).toEqual([]);
  });

  it('says the same of many events, for which it may start helpers', () => {
    const [log, count] = ['audit.example.fr/t/organisation_1', 18_000];
    const events = Array.from({ length: count }, (_, i) => (i % 10 === 0 || i === count - 1 ? heartbeat(log, i, i) : eventOf(log, i, i)));
    const parts = partsOf({ events, period: { from: instantOf(0), to: instantOf(count - 10) } });
    const spoilt = (change: (packed: Buffer) => { readonly packed?: Buffer; readonly crc?: number }): ReturnType<typeof bundleOf> =>
      bundleOf(parts, entries => entries.map(entry => (entry.name === 'events.jsonl' ? { ...entry, ...change(deflateRawSync(entry.data)) } : entry)));
    const said = [
      bundleOf(parts), spoilt(packed => ({ packed: packed.subarray(0, -9) })), spoilt(() => ({ crc: 1 })),
      bundleOf(withLines(parts, lines => lines.map((line, i) => (i === 16_001 ? line.replace('"v":1', '"v":2') : line)))),
      bundleOf(withLines(parts, lines => lines.map((line, i) => (i === 16_001 ? line.replace('completed', 'denied') : line)))),
    ].map(bundle => run(name, put(bundle)));
    expect(said.map(({ line, code, trace }) => `${line} ${String(code)} ${trace}`)).toEqual(['verdict: OK 18000 events 0 ', 'verdict: FAIL events 1 ', 'verdict: FAIL events 1 ', 'verdict: FAIL events 1 ', 'verdict: FAIL root 1 ']);
  }, 60_000);

  it('ends quietly when nobody reads', async () => {
    const child = spawn(programOf(name), [fileOf(name), ...put(HONEST)], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    expect(await text(child.stderr)).toBe('');
  });
});

it('verify.py is interrupted without a stack trace', async () => {
  // It waits for the trust file, a pipe: once the pipe has its reader, the program is inside its work.
  execFileSync('mkfifo', [at('pipe')]);
  const child = spawn(programOf('verify.py'), [fileOf('verify.py'), '--trust', at('pipe'), at('bundle.zip')], { stdio: ['ignore', 'pipe', 'pipe'] });
  const writer = await open(at('pipe'), 'w');
  child.kill('SIGINT');
  const [said, trace] = await Promise.all([text(child.stdout), text(child.stderr)]);
  await writer.close();
  expect({ said: said.trim(), trace }).toEqual({ said: 'verdict: FAIL internal', trace: '' });
});

it('verify.py counts and shows an event that was written back-dated', () => {
  const attack = all.find(({ name }) => name.includes('written back-dated'));
  expect(run('verify.py', ['--lang', 'en', ...put(attack?.make() ?? HONEST)]).said).toContain('1 events back-dated by more than 120 s, from no. 17 on');
});
