import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { operator } from '../../apps/api/src/testing/operator.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const door = operator();

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}
/** The command line as an operator types it, against this spec's own provider door. */
const cadastre = async (...args: readonly string[]): Promise<Ended> => {
  const env = { ...process.env, CADASTRE_URL: door.door.url, CADASTRE_TOKEN: await door.door.token('olivia') };
  return await new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['apps/cli/src/main.ts', ...args, '--lang', 'fr'], { cwd: ROOT, env });
    let [out, err] = ['', ''];
    child.stdout.on('data', (text: Buffer) => { out += text.toString(); });
    child.stderr.on('data', (text: Buffer) => { err += text.toString(); });
    child.on('error', reject);
    child.on('close', code => { resolve({ code, out, err }); });
  });
};

describe('Occitanie, from its files to the note that somebody signs', () => {
  it('is declared once, and the second time nothing changes', async () => {
    const first = await cadastre('apply', '-f', 'examples/programmes/occitanie.yaml');
    expect([first.err, first.code]).toEqual(['', 0]);
    expect(first.out).toContain('link fibre-toulouse');
    const second = await cadastre('apply', '-f', 'examples/programmes/occitanie.yaml');
    expect([second.out.split('\n').filter(line => line !== '' && !line.startsWith('inchangé')), second.code]).toEqual([[], 0]);
  }, 60_000);

  it('the note that the database gives is the one that the files give, to the letter', async () => {
    const { out, err, code } = await cadastre('compare', '-f', 'examples/programmes/occitanie.workload.yaml');
    expect([err, code]).toEqual(['', 0]);
    // What is assumed is listed in the order in which things were declared, which only the database knows.
    const sorted = (text: string): readonly string[] => text.split('\n').sort();
    expect(sorted(out)).toEqual(sorted(readFileSync(`${ROOT}apps/api/src/comparison/note.golden/occitanie-fr.txt`, 'utf8')));
  }, 60_000);

  it('as JSON it is what programs read, and a site that nobody declared ends the command', async () => {
    const { out } = await cadastre('compare', '-f', 'examples/programmes/occitanie.workload.yaml', '-o', 'json');
    expect(JSON.parse(out)).toMatchObject({ winner: 'toulouse-1', dominant: false, smallestFlip: { criterion: 'STAFF', direction: 'LESS', winner: 'montpellier-1' } });
    await expect(cadastre('compare', '-f', 'examples/programmes/neoclyde.yaml')).resolves.toMatchObject({ code: 2 });
  }, 60_000);
});
