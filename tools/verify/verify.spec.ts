import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { generatorsOf, regenerate } from './generators.mjs';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'verify-'));
  mkdirSync(join(root, 'tools', 'generate'), { recursive: true });
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

const generator = (body: string, head = '// generates: out.txt made/'): void => {
  writeFileSync(join(root, 'tools', 'generate', 'one.mjs'), `${head}\nimport { writeFileSync, mkdirSync, rmSync } from 'node:fs';\nmkdirSync('made', { recursive: true });\n${body}\n`);
};
const run = () => generatorsOf(root).flatMap(one => regenerate(root, one));

describe('regenerating', () => {
  it('finds nothing to say when everything comes out as it is', () => {
    generator("writeFileSync('out.txt', 'same');");
    expect(run().map(c => c.what)).toEqual(['new']);
    expect(run()).toEqual([]);
  });

  it('names the file, the line and both sides of a change', () => {
    writeFileSync(join(root, 'out.txt'), 'one\ntwo\nthree');
    generator("writeFileSync('out.txt', 'one\\n2\\nthree');");
    expect(run()).toEqual([{ generator: 'one.mjs', path: 'out.txt', what: 'changed', at: 2, before: 'two', after: '2' }]);
  });

  it('sees a file that vanished from a folder', () => {
    mkdirSync(join(root, 'made'));
    writeFileSync(join(root, 'made', 'old.txt'), '');
    writeFileSync(join(root, 'out.txt'), '');
    generator("rmSync('made/old.txt');");
    expect(run()).toEqual([{ generator: 'one.mjs', path: join('made', 'old.txt'), what: 'gone' }]);
  });

  it.each([
    ['does not say what it writes', '', '// nothing', 'does not say what it writes'],
    ['does not write what it says', '', '// generates: out.txt', 'says that it writes out.txt, and did not'],
    ['fails', "throw new Error('broken schema');", '// generates: out.txt', 'broken schema'],
  ])('refuses a generator that %s', (_case, body, head, sentence) => {
    generator(body, head);
    expect(run).toThrow(sentence);
  });
});
