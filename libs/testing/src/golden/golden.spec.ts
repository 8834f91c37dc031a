import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { compareGolden, golden, goldenText } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'golden-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const file = join(folder, 'spec.golden', 'plan.txt');

describe('a golden file', () => {
  it('is not there at first, is written when asked, and then compared', () => {
    expect(() => { compareGolden(file, { b: 1, a: 2 }, {}); }).toThrow('does not exist. Run the spec with UPDATE_GOLDEN=1');
    compareGolden(file, { b: 1, a: 2 }, { UPDATE_GOLDEN: '1' });
    expect(readFileSync(file, 'utf8')).toBe('{\n  "a": 2,\n  "b": 1\n}\n');
    compareGolden(file, { a: 2, b: 1 }, {});
    expect(() => { compareGolden(file, { a: 3, b: 1 }, {}); }).toThrow('if the change is meant');
  });

  it('is never written where CI=true', () => {
    writeFileSync(file, 'old\n');
    expect(() => { compareGolden(file, 'new', { UPDATE_GOLDEN: '1', CI: 'true' }); }).toThrow('refused when CI=true');
    expect(readFileSync(file, 'utf8')).toBe('old\n');
  });

  it('holds text as it is', () => {
    expect(goldenText('one\ntwo')).toBe('one\ntwo\n');
  });

  it('lies beside its spec', () => {
    golden('story', 'The file lies beside its spec and is named after it.');
  });
});
