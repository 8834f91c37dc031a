// @ts-check
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const MARK = /^\/\/ refused: (.+)$/m;

/**
 * What the canary's files say that must happen to them: path relative to the folder → the rules, none for files that others point at.
 * @param {string} folder
 * @returns {Map<string, readonly string[]>}
 */
export const expectationsIn = folder => {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile() && entry.name.endsWith('.ts'));
  return new Map(
    files.map(entry => {
      const path = join(entry.parentPath, entry.name);
      return [relative(folder, path).replaceAll('\\', '/'), MARK.exec(readFileSync(path, 'utf8'))?.[1]?.split(' ') ?? []];
    }),
  );
};

/**
 * Sentences about everything that is not as the canary says; empty when every rule bites, on the right file and for the right reason.
 * @param {ReadonlyMap<string, readonly string[]>} expected
 * @param {readonly {rule: string, from: string}[]} violations
 * @param {readonly string[]} rules
 * @returns {string[]}
 */
export const unrefused = (expected, violations, rules) => {
  const bites = new Set(violations.map(v => `${v.rule} ${v.from}`));
  const wanted = new Set([...expected].flatMap(([file, refusers]) => refusers.map(rule => `${rule} ${file}`)));
  const covered = new Set([...expected.values()].flat());
  return [
    ...[...wanted].filter(bite => !bites.has(bite)).map(bite => `was not refused, although it must be: ${bite}`),
    ...[...bites].filter(bite => !wanted.has(bite)).map(bite => `was refused, although the canary does not say so: ${bite}`),
    ...rules.filter(rule => !covered.has(rule)).map(rule => `no file of the canary breaks the rule ${rule}: add one`),
  ];
};
