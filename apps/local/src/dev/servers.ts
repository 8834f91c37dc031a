// The servers that the product stands on, or the whole stack, on free ports:
//   node apps/local/src/dev/servers.ts --only postgres,nats,kube --state <folder>
//   node apps/local/src/dev/servers.ts --only stack --state <folder>
// Prints `export …` lines, then stays until SIGTERM or Ctrl-C. Started with a channel by the tests, it answers there and
// ends when the channel closes: a test run that is killed leaves nothing behind. `--remove` deletes the folder at the end.
import { rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { explain, StackError } from '../host/stack-error.ts';
import { StateDir } from '../host/state-dir.ts';
import { requireBinaries } from '../servers/binaries.ts';
import { detour } from '../servers/postgres.ts';
import { Family } from '../stack/family.ts';
import { anyPorts, type Ports } from '../stack/ports.ts';
import { startKubernetes, startNats, startPostgres } from '../stack/servers.ts';
import { startStack } from '../stack/stack.ts';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..');
const KNOWN = ['postgres', 'nats', 'kube', 'stack'];

const say = (line: string): void => { process.stderr.write(`${line}\n`); };

type End = () => Promise<void>;
interface Wish { readonly only: ReadonlySet<string>; readonly state: string; readonly remove: boolean }

function read(): Wish {
  const { values } = parseArgs({ options: { only: { type: 'string', default: 'postgres,nats,kube' }, state: { type: 'string' }, remove: { type: 'boolean', default: false } } });
  if (values.state === undefined) throw new StackError('BAD_OPTION', '--state is missing.', 'Name a folder: --state /tmp/somewhere');
  const only = values.only.split(',');
  const unknown = only.find((name) => !KNOWN.includes(name));
  if (unknown !== undefined) throw new StackError('BAD_OPTION', `--only names "${unknown}".`, `It accepts: ${KNOWN.join(', ')}`);
  return { only: new Set(only), state: resolve(values.state), remove: values.remove };
}

/** Environment variables that tests read, by name. */
async function startServers(wish: Wish, family: Family, ports: Ports): Promise<Record<string, string>> {
  const env: Record<string, string> = {};
  const binaries = process.env['CADASTRE_SERVERS'];
  if (wish.only.has('postgres')) env['CADASTRE_TEST_PG_URL'] = (await startPostgres(family, ports)).url;
  if (wish.only.has('nats')) env['CADASTRE_TEST_NATS_URL'] = (await startNats(family, ports, requireBinaries(binaries))).url;
  if (wish.only.has('kube')) {
    const cluster = await startKubernetes(family, ports, requireBinaries(binaries));
    env['CADASTRE_TEST_KUBECONFIG'] = cluster.adminKubeconfig;
    env['CADASTRE_TEST_PRODUCT_KUBECONFIG'] = cluster.productKubeconfig;
    env['CADASTRE_TEST_KUBE_AUDIT_LOG'] = cluster.auditLog;
  }
  return env;
}

async function startAll(wish: Wish, onEnd: (end: End) => void, signal: AbortSignal): Promise<Record<string, string>> {
  const ports = await anyPorts();
  if (wish.only.has('stack')) {
    const stack = await startStack({ root: ROOT, state: wish.state, ports, servers: process.env['CADASTRE_SERVERS'], cluster: 'embedded', say, signal });
    onEnd(() => stack.stop());
    return { CADASTRE_TEST_STACK: `${wish.state}/run.json` };
  }
  const dir = await StateDir.claim(wish.state, say);
  const family = new Family(dir, { say, reborn: () => undefined });
  onEnd(async () => {
    await family.stop();
    dir.release();
  });
  return startServers(wish, family, ports);
}

async function main(): Promise<void> {
  const wish = read();
  const stop = new AbortController();
  const asked = new Promise<void>((done) => { stop.signal.addEventListener('abort', () => { done(); }); });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => { stop.abort(); });
  process.once('disconnect', () => { stop.abort(); });
  let end: End = () => Promise.resolve();
  try {
    const env = await Promise.race([startAll(wish, (e) => { end = e; }, stop.signal), asked.then(() => undefined)]);
    if (env === undefined) return;
    for (const [key, value] of Object.entries(env)) process.stdout.write(`export ${key}='${value}'\n`);
    process.send?.(env);
    say('ready; SIGTERM or Ctrl-C ends everything');
    await asked;
  } finally {
    await end();
    if (wish.remove) for (const path of [wish.state, detour(wish.state)]) rmSync(path, { recursive: true, force: true });
  }
}

try {
  await main();
} catch (e) {
  say(explain(e));
  process.exitCode = 1;
}
process.exit();
