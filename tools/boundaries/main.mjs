// @ts-check
// npm run boundaries: the import rules hold, and the canary proves that they can still refuse.
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expectationsIn, unrefused } from './canary.mjs';
import { RULES, violationsIn } from './cruise.mjs';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');
const CANARY = resolve(ROOT, 'tools', 'canary', 'imports');

const own = await violationsIn(ROOT, ['apps', 'libs', 'e2e', 'bench'].filter(folder => existsSync(resolve(ROOT, folder))));
for (const v of own.violations) process.stdout.write(`${v.from}\n  imports ${v.to}\n  refused by ${v.rule}: ${v.comment}\n`);

const canary = await violationsIn(CANARY, ['apps', 'libs']);
const dead = unrefused(expectationsIn(CANARY), canary.violations, RULES.map(rule => rule.name));
for (const sentence of dead) process.stdout.write(`canary: ${sentence}\n`);

process.stdout.write(
  `boundaries: ${String(own.modules)} modules, ${String(own.violations.length)} refused imports; canary: ${String(RULES.length)} rules, ${dead.length === 0 ? 'each one bites' : `${String(dead.length)} faults`}\n`,
);
process.exitCode = own.violations.length + dead.length === 0 ? 0 : 1;
