import { rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { detour } from '../servers/postgres.ts';
import { anyPorts } from '../stack/ports.ts';
import { startStack, type Stack } from '../stack/stack.ts';
import { testState } from './lend.ts';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..');

/** A stack of a test's own, for faults: on free ports, in a fresh folder that `stop` deletes. Takes about ten seconds. */
export async function startTestStack(productEnv: Readonly<Record<string, string>> = {}): Promise<Stack> {
  const state = await testState();
  const say = (line: string): void => { process.stderr.write(`stack: ${line}\n`); };
  const stack = await startStack({ root: ROOT, state, ports: await anyPorts(), servers: process.env['CADASTRE_SERVERS'], cluster: 'embedded', productEnv, say });
  const stop = stack.stop;
  return Object.assign(stack, {
    stop: async () => {
      await stop();
      for (const path of [state, detour(state)]) rmSync(path, { recursive: true, force: true });
    },
  });
}
