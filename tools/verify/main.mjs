// @ts-check
// npm run verify: everything that is generated and committed is regenerated, and must come out as it is.
// npm run generate: the same, where a change is the wish.
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { driftIn } from './drift.mjs';
import { generatorsOf, regenerate } from './generators.mjs';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');
const keep = process.argv.includes('--keep');

let faults = 0;
/** @param {string} text */
const say = text => process.stdout.write(`${text}\n`);

for (const generator of generatorsOf(ROOT)) {
  try {
    const changes = regenerate(ROOT, generator);
    for (const c of changes) say(`${c.path} ${c.what === 'changed' ? `changed at line ${String(c.at)}\n  - ${c.before ?? ''}\n  + ${c.after ?? ''}` : `is ${c.what}`} (tools/generate/${c.generator})`);
    if (!keep) faults += changes.length;
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    faults += 1;
  }
}
if (!keep) {
  const drift = await driftIn(ROOT);
  if (drift !== undefined) {
    say(drift);
    faults += 1;
  }
}
say(faults === 0 ? (keep ? 'generate: done' : 'verify: everything generated is as committed, and the migrations give the schema') : `verify: ${String(faults)} faults; the regenerated files are in place: read them, then commit them`);
process.exitCode = faults === 0 ? 0 : 1;
