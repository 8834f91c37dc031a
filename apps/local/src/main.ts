// npm start: the whole stack on one machine, then the main job, then it stays up.
import { rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { explain, StackError } from './host/stack-error.ts';
import { endOrphans, exists, ownerOf } from './host/state-dir.ts';
import { detour } from './servers/postgres.ts';
import { DEFAULT_PORT_BASE, portsFrom } from './stack/ports.ts';
import { startStack, type Stack } from './stack/stack.ts';
import type { StackOptions } from './stack/options.ts';
import { tellStory } from './story/index.ts';
import { welcome } from './welcome.ts';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

const HELP = `npm start [-- options]
  --once              run the main job, end everything, exit 0 when it went well
  --reset             delete the kept state first (database, cluster, keys)
  --port-base N       first of the ports, 127.0.0.1 only (default ${DEFAULT_PORT_BASE}; CADASTRE_PORT_BASE)
  --cluster kind      a kind cluster through Docker instead of the embedded control plane
  --help
DATABASE_URL, NATS_URL, KUBECONFIG replace the embedded part; CADASTRE_STATE moves the state (default .cadastre).
More: docs/operations.md`;

interface Command { readonly once: boolean; readonly reset: boolean; readonly help: boolean; readonly options: Omit<StackOptions, 'signal'> }

const say = (line: string): void => { process.stderr.write(`${line}\n`); };

async function main(): Promise<number> {
  const command = read(process.argv.slice(2));
  if (command.help) {
    process.stdout.write(`${HELP}\n`);
    return 0;
  }
  if (command.reset) await reset(command.options.state);
  const begun = Date.now();
  const stop = new AbortController();
  let stack: Stack | undefined;
  onStop(() => { stop.abort(); }, () => { stack?.killAll(); });
  try {
    say('starting the stack: PostgreSQL, NATS, Kubernetes, issuer, signer, witnesses, notary, doors, allocator, controller');
    stack = await startStack({ ...command.options, signal: stop.signal });
    say(`stack ready after ${seconds(begun)}`);
    return await runStory(stack, command.once, stop.signal, begun);
  } catch (e) {
    // A stop asked for during the start is no failure of the stack; for --once it is one of the job.
    if (!stop.signal.aborted) say(explain(e));
    else say('stopped');
    if (command.once) process.stdout.write(`main job: failed: ${stop.signal.aborted ? 'stopped before its end' : firstLine(e)}\n`);
    return stop.signal.aborted && !command.once ? 0 : 1;
  }
}

async function runStory(stack: Stack, once: boolean, signal: AbortSignal, begun: number): Promise<number> {
  let last = '';
  let code = 0;
  try {
    const outcome = await tellStory(stack.run, { state: stack.state, out: process.stdout, signal });
    last = outcome.ok ? 'main job: ok' : `main job: failed: ${outcome.reason}`;
    code = outcome.ok ? 0 : 1;
  } catch (e) {
    say(explain(e));
    last = `main job: failed: ${firstLine(e)}`;
    code = 1;
  }
  if (!once && !signal.aborted) {
    process.stdout.write(`${last} (after ${seconds(begun)})\n${welcome(stack)}\n`);
    await new Promise<void>((done) => { signal.addEventListener('abort', () => { done(); }, { once: true }); });
    code = 0;
  }
  say('ending the stack; its state is kept');
  await stack.stop();
  if (once) process.stdout.write(`${signal.aborted ? 'main job: failed: stopped before its end' : last}\n`);
  return once && signal.aborted ? 1 : code;
}

function read(args: readonly string[]): Command {
  const { values } = parse(args);
  const base = values['port-base'] ?? process.env['CADASTRE_PORT_BASE'] ?? String(DEFAULT_PORT_BASE);
  const cluster = values.cluster ?? 'embedded';
  if (cluster !== 'embedded' && cluster !== 'kind') {
    throw new StackError('BAD_OPTION', `--cluster is "${cluster}": it accepts embedded and kind.`, 'For k3s or any other cluster, set KUBECONFIG instead.');
  }
  const from = (key: string): string | undefined => (process.env[key] === '' ? undefined : process.env[key]);
  const [databaseUrl, natsUrl, kubeconfig] = [from('DATABASE_URL'), from('NATS_URL'), from('KUBECONFIG')];
  return {
    once: values.once, reset: values.reset, help: values.help,
    options: {
      root: ROOT, state: resolve(ROOT, process.env['CADASTRE_STATE'] ?? '.cadastre'), ports: portsFrom(base), servers: from('CADASTRE_SERVERS'), cluster, say,
      ...(databaseUrl === undefined ? {} : { databaseUrl }), ...(natsUrl === undefined ? {} : { natsUrl }), ...(kubeconfig === undefined ? {} : { kubeconfig }),
    },
  };
}

function parse(args: readonly string[]): { values: { once: boolean; reset: boolean; help: boolean; 'port-base'?: string; cluster?: string } } {
  try {
    return parseArgs({
      args: [...args],
      options: {
        once: { type: 'boolean', default: false }, reset: { type: 'boolean', default: false }, help: { type: 'boolean', default: false, short: 'h' },
        'port-base': { type: 'string' }, cluster: { type: 'string' },
      },
    });
  } catch (e) {
    throw new StackError('BAD_OPTION', e instanceof Error ? e.message : String(e), 'npm start -- --help lists the options.');
  }
}

/** Deletes the kept state. Refuses while a stack lives in it; ends what a killed one left first. */
async function reset(state: string): Promise<void> {
  const owner = ownerOf(state);
  if (owner !== undefined) throw new StackError('STATE_IN_USE', `The stack of process ${owner.pid} is using ${state}.`, `Stop it first: kill ${owner.pid}`);
  await endOrphans(state, say);
  for (const path of [state, detour(state)].filter(exists)) {
    rmSync(path, { recursive: true, force: true });
    say(`removed ${path}`);
  }
}

/** First wish: end in order. Second: end now. A lost parent counts as a first wish. */
function onStop(orderly: () => void, now: () => void): void {
  let wishes = 0;
  const wish = (): void => {
    wishes += 1;
    if (wishes === 1) {
      say('\nstopping …');
      orderly();
    } else {
      now();
      process.exit(130);
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, wish);
  process.once('disconnect', () => { if (wishes === 0) wish(); });
}

function seconds(since: number): string {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`;
}

function firstLine(e: unknown): string {
  return (e instanceof Error ? e.message : String(e)).split('\n')[0] ?? '';
}

try {
  process.exitCode = await main();
} catch (e) {
  say(explain(e));
  process.exitCode = 1;
}
// The channel to the set-up script would keep us alive; by now nothing else may.
process.exit();
