// @ts-check
// The second half of npm run lint: the rules that are ours still refuse what they are for, and nothing else.
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BITES, linter, PEACE } from './canary.mjs';

const messagesOf = linter(resolve(dirname(fileURLToPath(import.meta.url)), '..', '..'));
/** @type {string[]} */
const faults = [];
for (const bite of BITES) {
  const messages = await messagesOf(bite);
  if (!messages.some(message => message.startsWith(bite.refused))) faults.push(`not refused with "${bite.refused}…" in ${bite.as}: ${bite.code.slice(0, 80)}\n    said: ${messages.join(' | ') || 'nothing'}`);
}
for (const peace of PEACE) {
  const messages = await messagesOf(peace);
  if (messages.length > 0) faults.push(`refused although it is fine, in ${peace.as}: ${peace.code}\n    said: ${messages.join(' | ')}`);
}
for (const fault of faults) process.stdout.write(`canary: ${fault}\n`);
process.stdout.write(`lint canary: ${String(BITES.length)} must be refused, ${String(PEACE.length)} must pass, ${faults.length === 0 ? 'all as they should' : `${String(faults.length)} faults`}\n`);
process.exitCode = faults.length === 0 ? 0 : 1;
