// @ts-check
// The whole set-up, with nothing but Node 20 and npm: brings everything up to date, then hands over to the pinned Node.
//   node apps/local/setup/run.mjs start|test|servers|setup [arguments]
import { spawn } from 'node:child_process';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { interrupt } from './command.mjs';
import { install, isInstalled, pinnedNode } from './dependencies.mjs';
import { withLock } from './lock.mjs';
import { generate, isGenerated } from './prisma.mjs';
import { step } from './progress.mjs';
import { explain } from './sentence.mjs';
import { areBuilt, buildServers, cacheFolder, ensureCache, serversFolder } from './servers.mjs';
import { requireDisk, requireGo, requireNode } from './tools.mjs';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
/** What each command runs once everything is there. @type {Record<string, string | undefined>} */
const ENTRIES = { start: 'apps/local/src/main.ts', test: 'apps/local/src/checks/main.ts', servers: '', setup: '' };
/** npm passes Ctrl-C on although the terminal has already sent it to us: the echo is not a second wish. */
const ECHO_MS = 500;

async function main() {
  const [command = 'start', ...args] = process.argv.slice(2);
  const entry = ENTRIES[command];
  if (entry === undefined) throw new Error(`unknown command ${command}; there are: ${Object.keys(ENTRIES).join(', ')}`);
  requireNode(process.versions.node, process.platform);
  // Helping with options must not cost a build.
  const needServers = !(args.includes('--help') || bringsOwnServers(command));
  checkTools(needServers);
  if (command !== 'servers') await bringUpToDate();
  if (needServers && !areBuilt(ROOT)) {
    ensureCache();
    await step('building the Kubernetes, etcd, NATS and KWOK servers (once, about 8 minutes on 2 cores)', (detail) => buildServers(ROOT, detail));
  }
  if (entry !== '') process.exitCode = await handOver(entry, args);
}

/** Tests always run on the embedded servers: a developer's own cluster is not theirs to fill. @param {string} command */
function bringsOwnServers(command) {
  return command === 'start' && Boolean(process.env['KUBECONFIG']) && Boolean(process.env['NATS_URL']);
}

/** Everything that can refuse does so before the first minute is spent. @param {boolean} needServers */
function checkTools(needServers) {
  /** @type {import('./tools.mjs').Need[]} */
  const needs = [{ what: 'database and cluster state', path: process.env['CADASTRE_STATE'] ?? join(ROOT, '.cadastre'), gigabytes: 0.5 }];
  if (!isInstalled(ROOT)) needs.push({ what: 'packages', path: join(ROOT, 'node_modules'), gigabytes: 1.2 });
  if (needServers && !areBuilt(ROOT)) {
    const go = requireGo();
    needs.push({ what: 'Go modules', path: go.modCache, gigabytes: 1.3 }, { what: 'Go build cache', path: go.buildCache, gigabytes: 2.2 }, { what: 'servers', path: cacheFolder(), gigabytes: 0.5 });
  }
  requireDisk(needs);
}

async function bringUpToDate() {
  const lock = join(ROOT, '.cache', 'setup.lock');
  const waiting = () => { process.stderr.write('waiting for another set-up of this checkout\n'); };
  await withLock(lock, waiting, async () => {
    if (!isInstalled(ROOT)) await step('installing the packages of package-lock.json', (detail) => install(ROOT, detail));
    if (!isGenerated(ROOT)) await step('generating the database client', () => generate(ROOT, pinnedNode(ROOT)));
  });
}

/**
 * Runs the entry under the pinned Node. It has a process group of its own, so a signal reaches it once, from us; and a
 * channel to us, so that it ends everything when we are killed without being able to say so.
 * @param {string} entry
 * @param {readonly string[]} args
 * @returns {Promise<number>}
 */
function handOver(entry, args) {
  return new Promise((done) => {
    const bin = join(ROOT, 'node_modules', '.bin');
    const child = spawn(pinnedNode(ROOT), [entry, ...args], {
      cwd: ROOT, detached: true, stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`, CADASTRE_SERVERS: serversFolder(ROOT), NODE_NO_WARNINGS: '1' },
    });
    onSignal((signal) => { child.kill(signal); });
    onLostNpm(() => { child.kill('SIGTERM'); });
    child.once('error', (e) => { process.stderr.write(`${explain(e)}\n`); done(1); });
    child.once('exit', (code, signal) => { done(code ?? (signal === null ? 1 : 130)); });
  });
}

/**
 * npm killed with -9 cannot pass anything on; then our parent changes. Only under npm: a shell that is closed behind a
 * background job is no wish to stop it.
 * @param {() => void} act
 */
function onLostNpm(act) {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    act();
  }, 1_000);
  watch.unref();
}

/** @param {(signal: NodeJS.Signals) => void} act */
function onSignal(act) {
  let last = 0;
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.removeAllListeners(signal);
    process.on(signal, () => {
      if (Date.now() - last < ECHO_MS) return;
      last = Date.now();
      act(signal);
    });
  }
}

onSignal((signal) => {
  interrupt(signal);
  process.stderr.write('\nstopped during the set-up; the next run continues where this one was\n');
  process.exit(130);
});
main().catch((e) => {
  process.stderr.write(`${explain(e)}\n`);
  process.exitCode = 1;
});
