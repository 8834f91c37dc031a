// @ts-check
// Runs the bundle checks of `cadastre audit verify` many times in one process. The path of their module is the first argument.
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const { verifyBundle } = await import(pathToFileURL(process.argv[2] ?? '').href);

for await (const line of createInterface({ input: process.stdin })) {
  const [trust, bundle] = JSON.parse(line);
  let answer;
  try {
    const { word, about } = await verifyBundle(trust, bundle, () => undefined);
    answer = [`verdict: ${word} ${about}`, word === 'OK' ? 0 : 2];
  } catch (error) {
    const { reason, message } = /** @type {{reason?: string, message: string}} */ (error);
    answer = [`verdict: FAIL ${reason ?? `internal: ${message}`}`, 1];
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
