import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, it } from 'vitest';
import { ATTACKS } from '../testing/attacks.ts';

// `cadastre audit verify` is the third program that reads bundles, over the library that the notary itself writes them with. By its path: an app imports no other app.
const folder = mkdtempSync(join(tmpdir(), 'cadastre-third-'));
const child = spawn(process.execPath, [join(import.meta.dirname, '..', 'testing', 'driver-cli.mjs'), resolve(import.meta.dirname, '../../../cli/src/audit/verify/bundle.ts')], { stdio: ['pipe', 'pipe', 'inherit'] });
const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
afterAll(() => {
  child.stdin.end();
  rmSync(folder, { recursive: true });
});

const judge = async (bundle: Uint8Array, trust: string | Uint8Array): Promise<unknown> => {
  const [zip, policy] = [join(folder, 'bundle.zip'), join(folder, 'trust.txt')];
  writeFileSync(zip, bundle);
  writeFileSync(policy, trust);
  child.stdin.write(`${JSON.stringify([policy, zip])}\n`);
  return JSON.parse(String((await answers.next()).value)) as unknown;
};
const codeOf = (verdict: string): number => (verdict.startsWith('OK ') ? 0 : verdict.startsWith('DISCONTINUITY ') ? 2 : 1);

describe('cadastre audit verify says what the other two say of a bundle of which', () => {
  it.each(ATTACKS.flatMap(group => group.attacks))('$name: $verdict', async ({ verdict, make }) => {
    const { bytes, trust } = make();
    expect(await judge(bytes, trust)).toEqual([`verdict: ${verdict}`, codeOf(verdict)]);
  });
});
