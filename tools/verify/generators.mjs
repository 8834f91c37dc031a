// @ts-check
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** @typedef {{name: string, script: string, outputs: readonly string[]}} Generator */
/** @typedef {{generator: string, path: string, what: 'changed' | 'new' | 'gone', at?: number, before?: string, after?: string}} Change */

const MARK = /^\/\/ generates: (.+)$/m;

/** The generators of the repository, in order of name. @param {string} root @returns {Generator[]} @throws when one does not say what it writes */
export const generatorsOf = root => {
  const folder = join(root, 'tools', 'generate');
  return readdirSync(folder)
    .filter(name => /\.(mjs|ts)$/.test(name) && !name.endsWith('.spec.ts') && !name.startsWith('_'))
    .sort()
    .map(name => {
      const script = join(folder, name);
      const head = readFileSync(script, 'utf8').split('\n').slice(0, 10).join('\n');
      const outputs = MARK.exec(head)?.[1]?.trim().split(/\s+/);
      if (outputs === undefined) throw new Error(`tools/generate/${name} does not say what it writes: put "// generates: <paths>" into its first ten lines`);
      return { name, script, outputs };
    });
};

/** Path → text of what a generator says that it writes. @param {string} root @param {readonly string[]} outputs @returns {Map<string, string>} */
const snapshot = (root, outputs) => {
  const files = outputs.flatMap(output => {
    const path = join(root, output);
    if (!existsSync(path)) return [];
    if (!statSync(path).isDirectory()) return [output];
    return readdirSync(path, { recursive: true, encoding: 'utf8' }).map(name => join(output, name)).filter(name => statSync(join(root, name)).isFile());
  });
  return new Map(files.map(file => [file, readFileSync(join(root, file), 'utf8')]));
};

/** @param {string} name @param {ReadonlyMap<string, string>} before @param {ReadonlyMap<string, string>} after @returns {Change[]} */
export const changesBetween = (name, before, after) =>
  [...new Set([...before.keys(), ...after.keys()])].sort().flatMap(path => {
    const [old, now] = [before.get(path), after.get(path)];
    if (old === now) return [];
    if (old === undefined) return [/** @type {Change} */ ({ generator: name, path, what: 'new' })];
    if (now === undefined) return [/** @type {Change} */ ({ generator: name, path, what: 'gone' })];
    const [oldLines, nowLines] = [old.split('\n'), now.split('\n')];
    const at = nowLines.findIndex((line, i) => line !== oldLines[i]);
    const line = at === -1 ? nowLines.length : at;
    return [/** @type {Change} */ ({ generator: name, path, what: 'changed', at: line + 1, before: oldLines[line] ?? '(end of file)', after: nowLines[line] ?? '(end of file)' })];
  });

/** Runs one generator and answers what it changed. @param {string} root @param {Generator} generator @returns {Change[]} @throws when it fails */
export const regenerate = (root, generator) => {
  const before = snapshot(root, generator.outputs);
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [generator.script], { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`tools/generate/${generator.name} failed:\n${stdout}${stderr}`);
  const after = snapshot(root, generator.outputs);
  for (const output of generator.outputs) if (!existsSync(join(root, output))) throw new Error(`tools/generate/${generator.name} says that it writes ${output}, and did not`);
  return changesBetween(generator.name, before, after);
};
