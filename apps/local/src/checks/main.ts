// npm test: every check of the project, one after the other; the last line is the sum of all.
//   npm test                 everything
//   npm test -- unit store   only these stages
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readJson } from '../host/files.ts';
import { add, NOTHING, tallyReport, type Tally } from './tally.ts';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..');

interface Stage { readonly name: string; readonly what: string; readonly run: (reports: string) => Promise<Tally> }

const STAGES: readonly Stage[] = [
  script('verify', 'everything generated is up to date'),
  script('typecheck', 'types of every project'),
  script('lint', 'lint'),
  script('boundaries', 'import rules, and the canary that they must refuse'),
  suite('unit', 'specs that need no server'),
  suite('store', 'specs on real PostgreSQL and NATS'),
  suite('s3', 'specs on a real S3-compatible server'),
  suite('kube', 'specs on a real Kubernetes API server'),
  suite('e2e', 'specs on the whole stack'),
];

let current: ChildProcess | undefined;
let stopped = false;

/** A check of package.json: silent when it passes, its whole output when it fails. */
function script(name: string, what: string): Stage {
  const npm = process.env['npm_execpath'];
  const [command, before] = npm?.endsWith('.js') === true ? [process.execPath, [npm]] : ['npm', []];
  return {
    name, what,
    run: async () => {
      const { code, output } = await child(command, [...before, 'run', '--silent', name], 'kept');
      if (code !== 0) process.stdout.write(output);
      return code === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
    },
  };
}

/** A vitest project; its own output is shown as it comes. */
function suite(name: string, what: string): Stage {
  return {
    name, what,
    run: async (reports) => {
      const report = join(reports, `${name}.json`);
      const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
      const { code } = await child(process.execPath, [vitest, 'run', '--project', name, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`], 'shown');
      return tallyReport(readJson(report), code);
    },
  };
}

function child(command: string, args: readonly string[], output: 'kept' | 'shown'): Promise<{ code: number; output: string }> {
  return new Promise((done) => {
    let text = '';
    const running = spawn(command, args, { cwd: ROOT, stdio: output === 'kept' ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'] });
    current = running;
    for (const stream of [running.stdout, running.stderr]) stream?.setEncoding('utf8').on('data', (chunk: string) => { text += chunk; });
    running.once('error', (e) => { done({ code: 1, output: `${e.message}\n` }); });
    running.once('close', (code) => { done({ code: code ?? 1, output: text }); });
  });
}

async function main(): Promise<number> {
  const wanted = process.argv.slice(2);
  const unknown = wanted.find((name) => !STAGES.some((s) => s.name === name));
  if (unknown !== undefined) {
    process.stderr.write(`there is no stage "${unknown}"; there are: ${STAGES.map((s) => s.name).join(', ')}\n`);
    return 2;
  }
  const reports = mkdtempSync(join(tmpdir(), 'cadastre-reports-'));
  let total = NOTHING;
  for (const stage of STAGES.filter((s) => wanted.length === 0 || wanted.includes(s.name))) {
    if (stopped) break;
    const begun = Date.now();
    process.stdout.write(`\n▶ ${stage.name}: ${stage.what}\n`);
    const tally = await stage.run(reports);
    total = add(total, tally);
    const skipped = tally.skipped === 0 ? '' : `, ${tally.skipped} skipped`;
    process.stdout.write(`${tally.failed === 0 ? '✔' : '✘'} ${stage.name}: ${tally.passed} passed, ${tally.failed} failed${skipped} in ${((Date.now() - begun) / 1000).toFixed(1)} s\n`);
  }
  rmSync(reports, { recursive: true, force: true });
  if (stopped) total = add(total, { passed: 0, failed: 1, skipped: 0 });
  process.stdout.write(`\n${total.passed} passed, ${total.failed} failed\n`);
  return total.failed === 0 ? 0 : 1;
}

// The stage is told to end and the loop then ends by itself: its servers must have the time to go.
function stop(): void {
  stopped = true;
  current?.kill('SIGTERM');
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
process.once('disconnect', stop);

process.exitCode = await main();
process.exit();
