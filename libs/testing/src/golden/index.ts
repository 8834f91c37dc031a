import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect } from 'vitest';

type Environment = Readonly<Record<string, string | undefined>>;

/** Text as it is; anything else as JSON with sorted keys, so that a diff shows what changed and not what moved. */
export const goldenText = (value: unknown): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value, sortedKeys, 2);
  return text.endsWith('\n') ? text : `${text}\n`;
};

const sortedKeys = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

const read = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
};

/** What `golden` does, apart from where the file is and which environment it runs in. */
export const compareGolden = (file: string, value: unknown, env: Environment): void => {
  const got = goldenText(value);
  const kept = read(file);
  if (got === kept) return;
  if (env['UPDATE_GOLDEN'] === '1') {
    if (env['CI'] === 'true') throw new Error('UPDATE_GOLDEN is refused when CI=true: a machine must not agree with itself. Update on yours and review the diff.');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, got);
    return;
  }
  if (kept === undefined) throw new Error(`${file} does not exist. Run the spec with UPDATE_GOLDEN=1, read the file, and commit it if it is right.`);
  expect(got, `differs from ${file}; if the change is meant, run with UPDATE_GOLDEN=1 and review the diff`).toBe(kept);
};

/**
 * Compares a value with the text kept beside the spec, in `<spec>.golden/<name>.txt`. A golden file is a page that a person has read:
 * UPDATE_GOLDEN=1 writes it, a review accepts it, and CI never writes.
 */
export const golden = (name: string, value: unknown): void => {
  const { testPath } = expect.getState();
  if (testPath === undefined) throw new Error('golden() needs to run inside a test');
  if (!/^[a-z0-9][a-z0-9-]*$/.test(name)) throw new Error(`a golden file is named in lower case with dashes, not ${JSON.stringify(name)}`);
  compareGolden(join(dirname(testPath), `${basename(testPath).replace(/\.spec\.ts$/, '')}.golden`, `${name}.txt`), value, process.env);
};
