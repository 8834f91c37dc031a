// @ts-check
// Runs verify.mjs many times in one process, as driver.py does verify.py. The path of verify.mjs is the first argument.
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const program = await import(pathToFileURL(process.argv[2] ?? '').href);

/** What its command line prints last, and its exit code. @param {string} trust @param {string} bundle @returns {Promise<[string, number]>} */
const verify = async (trust, bundle) => {
  try {
    const [word, detail, code] = await program.verifyBundle(trust, bundle);
    return [`verdict: ${word} ${detail}`, code];
  } catch (error) {
    return [`verdict: FAIL ${String(/** @type {{reason?: string}} */ (error).reason ?? 'internal')}`, 1];
  }
};

for await (const line of createInterface({ input: process.stdin })) {
  const [what, ...rest] = JSON.parse(line);
  const answer = what === 'ed25519' ? program.ed25519(...rest.map((/** @type {string} */ hex) => Buffer.from(hex, 'hex'))) : await verify(rest[0], rest[1]);
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
